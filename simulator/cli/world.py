"""`simulator world`."""

from collections.abc import Mapping
from typing import Any

import click

from simulator.cli.remote import Remote, exported, once, remote
from simulator.cli.tables import cell, counted, facts, lasting, size, table, to_the_second

MAIN = "main"
PARTS = ("ledger", "clock", "faults", "journal", "snapshots")


@click.group()
def world() -> None:
    """Make, show, reset and drop worlds."""


@world.command("list")
@remote
def list_(at: Remote) -> None:
    """List all worlds of the server."""
    told = at.simulator.control.get("/worlds")
    at.tell(told, lambda: f"{_worlds(told['worlds'])}\n\n{_limits(told)}")


@world.command()
@click.argument("name", required=False)
@click.option("--recipe", metavar="RECIPE", help="A shipped recipe, or a file the server can read.")
@click.option("--seed", type=int, help="Seed of everything invented.")
@click.option("--now", metavar="MOMENT", help="Freeze its clock at this ISO 8601 moment.")
@click.option("--receipts", type=int, help="How many receipts are invented.")
@click.option("--days", type=int, help="How many days back they go.")
@click.option("--shops", type=int, help="How many licenses sell.")
@click.option(
    "--own-credentials", is_flag=True, help="Issue users and keys of its own, so that clients need no path."
)
@click.option("--journal-bytes", type=int, metavar="BYTES", help="How much its journal may keep.")
@remote
def create(at: Remote, name: str | None, **wanted: Any) -> None:
    """Make a world as the server began, or of a recipe. The server names it when you do not."""
    _make(at, name, wanted)


@world.command()
@click.argument("name", required=False)
@click.option("--now", metavar="MOMENT", help="Freeze its clock at this ISO 8601 moment.")
@click.option("--own-credentials", is_flag=True, help="Issue users and keys of its own.")
@click.option("--journal-bytes", type=int, metavar="BYTES", help="How much its journal may keep.")
@remote
def fork(at: Remote, name: str | None, **wanted: Any) -> None:
    """Make a world that begins as the one given by --world stands. It costs little, whatever there is in it."""
    _make(at, name, {**wanted, "fork_of": at.world.name})


@world.command()
@click.argument("name", required=False)
@remote
def show(at: Remote, name: str | None) -> None:
    """Show a world: what it is, its licenses, who may ask."""
    told = at.named(name).control.get("/world")
    at.tell(told, lambda: _world(told))


@world.command()
@click.argument("name", required=False)
@remote
def env(at: Remote, name: str | None) -> None:
    """Print shell exports that point clients at a world: eval "$(simulator world env NAME)"."""
    variables = at.named(name).environment
    at.tell(variables, lambda: exported(variables))


@world.command()
@click.argument("name", required=False)
@click.option(
    "--only",
    multiple=True,
    type=click.Choice(PARTS),
    help="What to put back, once or more; all of it if not given.",
)
@remote
def reset(at: Remote, name: str | None, only: tuple[str, ...]) -> None:
    """Put a world back to its beginning."""
    there = at.named(name)
    told = there.control.post("/reset", {"only": only} if only else {})
    at.tell(told, lambda: f"{there.name} is as in the beginning: {', '.join(told['reset'])}.")


@world.command()
@click.argument("names", metavar="NAME...", nargs=-1, required=True)
@remote
def drop(at: Remote, names: tuple[str, ...]) -> None:
    """Drop worlds, with all that is in them: all of them, or none when one cannot be. The main world stays."""
    several = once(names)
    if MAIN in several:
        # The server's own words for it come before anything is done.
        at.simulator.main.drop()
    for there in [at.simulator.world(name) for name in several]:
        there.drop()
    at.tell_each([{"dropped": name} for name in several], f"Dropped: {', '.join(several)}.")


def _make(at: Remote, name: str | None, wanted: Mapping[str, Any]) -> None:
    from simulator.client.server import GROWING_SECONDS

    body = {key: value for key, value in {"name": name, **wanted}.items() if value is not None}
    told = at.simulator.control.post("/worlds", body, patience=GROWING_SECONDS)
    at.tell(told, lambda: f'{_facts(told)}\n\nNext: eval "$(simulator world env --url {told["url"]})"')


def _worlds(worlds: list[dict[str, Any]]) -> str:
    heads = ("name", "recipe", "receipts", "now", "clock", "faults", "snapshots", "requests", "idle")
    rows = [
        (
            each["name"],
            each["recipe"],
            each["receipts"],
            to_the_second(each["now"]),
            each["clock"],
            each["faults"],
            len(each["snapshots"]),
            each["journal"]["total"],
            None if each["name"] == MAIN else lasting(each["idle_seconds"]),
        )
        for each in worlds
    ]
    return table(heads, rows, "No worlds.")


def _limits(told: Mapping[str, Any]) -> str:
    number = f"{counted(len(told['worlds']), 'world')} of at most {told['most']:,}"
    idle = told["idle_limit_seconds"]
    return (
        f"{number}; idle ones stay."
        if idle is None
        else f"{number}; idle ones are dropped after {lasting(idle)}."
    )


def _facts(told: Mapping[str, Any]) -> str:
    journal = told["journal"]
    return facts(
        {
            "name": told["name"],
            "url": told["url"],
            "recipe": f"{told['recipe']}, seed {told['seed']}",
            "clock": f"{to_the_second(told['now'])}, {told['clock']}",
            "receipts": f"{told['receipts']:,}",
            "keys": "of its own" if told["own_credentials"] else "of the recipe",
            "faults": told["faults"],
            "snapshots": ", ".join(told["snapshots"]),
            "journal": f"{counted(journal['total'], 'request')}, {size(journal['bytes'])} of {size(journal['limit'])}",
        }
    )


def _world(told: Mapping[str, Any]) -> str:
    licenses = table(
        ("license", "name", "state", "retail", "active"),
        [[each[key] for key in ("number", "name", "state", "retail", "active")] for each in told["licenses"]],
        "No licenses.",
    )
    return "\n\n".join([_facts(told), licenses, accounts_table(told["accounts"])])


def accounts_table(accounts: list[dict[str, Any]]) -> str:
    """Who may ask: the Metrc login, and which doors are open."""
    heads = ("user", "name", "hostname", "password", "t3+", "secret key", "trace key", "licenses")
    keys = ("username", "name", "hostname", "password", "tier", "secret_key", "trace_api_key")
    rows = [[*(each[key] for key in keys), cell(", ".join(each["licenses"]))] for each in accounts]
    return table(heads, rows, "No accounts.")
