"""`simulator clock`."""

from collections.abc import Mapping
from typing import Any

import click

from simulator.cli.remote import Remote, remote
from simulator.cli.tables import counted, table, to_the_second


@click.group()
def clock() -> None:
    """Show and move the time of a world."""


@clock.command()
@remote
def show(at: Remote) -> None:
    """Show what the clock shows."""
    _tell(at, at.world.control.get("/clock"))


@clock.command()
@click.argument("moment", required=False)
@remote
def freeze(at: Remote, moment: str | None) -> None:
    """Let it stand still: where it is, or at an ISO 8601 MOMENT."""
    _tell(at, at.world.control.post("/clock/freeze", {"at": moment} if moment else {}))


@clock.command("set")
@click.argument("moment")
@remote
def set_(at: Remote, moment: str) -> None:
    """Set it to an ISO 8601 MOMENT, earlier or later; it goes on running or standing."""
    _tell(at, at.world.control.post("/clock/set", {"to": moment}))


@clock.command()
@click.option("--days", type=float, default=0)
@click.option("--hours", type=float, default=0)
@click.option("--minutes", type=float, default=0)
@click.option("--seconds", type=float, default=0)
@remote
def advance(at: Remote, **by: float) -> None:
    """Move it on by the sum of what is given; it goes on running or standing."""
    if not any(by.values()):
        raise click.UsageError("say by how much, such as --hours 25")
    _tell(at, at.world.control.post("/clock/advance", by))


@clock.command()
@click.argument("rate", type=float)
@remote
def rate(at: Remote, rate: float) -> None:
    """Let it run, by RATE simulated seconds a real second."""
    _tell(at, at.world.control.post("/clock/rate", {"rate": rate}))


@clock.command()
@remote
def resume(at: Remote) -> None:
    """Let it run as fast as real time, from where it is."""
    _tell(at, at.world.control.post("/clock/resume"))


@clock.command("close-day")
@click.argument("license_number", metavar="[LICENSE]", required=False)
@click.option("--stay", is_flag=True, help="Leave the clock, and finalize what was sold before today.")
@remote
def close_day(at: Remote, license_number: str | None, *, stay: bool) -> None:
    """Close the business day of a LICENSE, or of all: go on to its midnight and finalize what was sold before."""
    named = {"license_number": license_number} if license_number else {}
    told = at.world.control.post("/clock/close-day", {**named, "advance": not stay})
    at.tell(told, lambda: f"{_closed(told)}\n\n{_shown(told)}")


def _tell(at: Remote, told: Mapping[str, Any]) -> None:
    at.tell(told, lambda: _shown(told))


def _shown(told: Mapping[str, Any]) -> str:
    now = to_the_second(told["now"])
    if told["clock"] == "frozen":
        return f"{now}, frozen"
    return (
        f"{now}, running"
        if told["rate"] == 1
        else f"{now}, running {told['rate']:g} times as fast as real time"
    )


def _closed(told: Mapping[str, Any]) -> str:
    rows = [
        (day["license_number"], to_the_second(day["until"]), counted(len(day["finalized"]), "receipt"))
        for day in told["closed"]
    ]
    return table(("license", "sold before", "finalized"), rows, "No licenses.")
