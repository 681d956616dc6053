"""`simulator fault`."""

from collections.abc import Mapping, Sequence
from typing import Any

import click

from simulator.cli.fault_options import fault_json, fault_options, said
from simulator.cli.remote import Remote, once, remote
from simulator.cli.tables import assigned, facts, table

HEADS = ("name", "phase", "effect", "for", "matched", "struck")


@click.group()
def fault() -> None:
    """Let requests to a world go wrong."""


@fault.command("list")
@remote
def list_(at: Remote) -> None:
    """List the faults, in the order they were added."""
    told = at.world.control.get("/faults")
    at.tell(told, lambda: table(HEADS, map(_row, told["faults"]), "No faults."))


@fault.command()
@click.argument("source", metavar="[JSON|FILE|-]", required=False)
@fault_options
@click.option("--replace", is_flag=True, help="Take the place of the fault of this name.")
@remote
def add(at: Remote, source: str | None, *, replace: bool, **given: Any) -> None:
    """Add a fault: from JSON, from a file of it, from standard input, or from flags. Flags go before what JSON says.

    \b
    simulator fault add --status 504 --phase after --operation state_v1_sales_post --first 1
    simulator fault add --latency 200 --jitter 50 --toxicity 0.5
    simulator fault add --effect reset_peer --path '/v2/sales/*' --every 3
    """  # noqa: D301 - the backslash is click's mark of lines that stay as they are
    whole = said(given, fault_json(source))
    if not whole.get("effect"):
        raise click.UsageError("say what happens, as in --status 504 or --effect reset_peer, or give JSON")
    if replace and not whole.get("name"):
        raise click.UsageError("--replace needs the name of the fault to replace")
    _tell(at, _put(at, whole) if replace else at.world.control.post("/faults", whole))


@fault.command()
@click.argument("profile")
@click.argument("source", metavar="[JSON|FILE|-]", required=False)
@fault_options
@remote
def apply(at: Remote, profile: str, source: str | None, **given: Any) -> None:
    """Add a ready-made fault, changed in what JSON and flags say: simulator fault apply commit_then_504 --first 2."""
    from simulator.client.control import part

    whole = said(given, fault_json(source))
    _tell(at, at.world.control.post(f"/faults/profiles/{part(profile)}", whole))


@fault.command()
@remote
def profiles(at: Remote) -> None:
    """List the ready-made faults."""
    told = at.world.control.get("/faults/profiles")
    at.tell(
        told,
        lambda: table(
            ("profile", "what it does"),
            [(each["name"], each["about"]) for each in told["profiles"]],
            "No profiles.",
        ),
    )


@fault.command()
@click.argument("name")
@remote
def show(at: Remote, name: str) -> None:
    """Show a fault, and how often it struck."""
    from simulator.client.control import part

    _tell(at, at.world.control.get(f"/faults/{part(name)}"))


@fault.command()
@click.argument("names", metavar="NAME...", nargs=-1, required=True)
@remote
def remove(at: Remote, names: tuple[str, ...]) -> None:
    """Remove faults by name: all of them, or none when one is not there."""
    several = once(names)
    for fault in [at.world.faults.get(name) for name in several]:
        at.world.faults.remove(fault.name)
    at.tell_each([{"removed": [name]} for name in several], _removed(several))


@fault.command()
@remote
def clear(at: Remote) -> None:
    """Remove all faults."""
    told = at.world.control.delete("/faults")
    at.tell(told, lambda: _removed(told["removed"]))


def _put(at: Remote, whole: Mapping[str, Any]) -> Any:
    from simulator.client.control import part

    return at.world.control.put(f"/faults/{part(str(whole['name']))}", whole)


def _tell(at: Remote, told: Mapping[str, Any]) -> None:
    at.tell(told, lambda: facts(dict(zip(HEADS, _row(told), strict=True))))


def _row(told: Mapping[str, Any]) -> tuple[object, ...]:
    extra = {key: told[key] for key in ("delay", "keep") if told.get(key) is not None}
    phase = f"{told['phase']} {assigned(extra, '')}".rstrip()
    wanted = {key: value for key, value in told["match"].items() if (key, value) != ("toxicity", 1)}
    return (
        told["name"],
        phase,
        _effect(told["effect"]),
        assigned(wanted, "every request"),
        told["matched"],
        told["struck"],
    )


def _effect(effect: Mapping[str, Any]) -> str:
    """`status 504`, `latency 200 jitter=50`, `reset_peer`."""
    kind = effect["type"]
    rest = {key: value for key, value in effect.items() if key not in ("type", kind)}
    words = [kind, str(effect[kind])] if kind in effect else [kind]
    return " ".join([*words, assigned(rest, "")]).rstrip()


def _removed(names: Sequence[str]) -> str:
    return f"Removed: {', '.join(names)}." if names else "There were no faults."
