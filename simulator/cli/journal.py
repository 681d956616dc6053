"""`simulator journal`."""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from simulator.cli.common import fail
from simulator.cli.journal_options import SHOWN, page_options, question_options
from simulator.cli.remote import Remote, remote
from simulator.cli.tables import counted, facts, printable, size, table, to_the_second

LONGEST_PATH, LONGEST_HINT = 60, 200
NOT_MET = 1
"""Exit code when what was waited for did not come."""


@click.group()
def journal() -> None:
    """Look at the requests to a world.

    What was asked, what was told, and what it did.
    """


@journal.command("list")
@question_options
@page_options
@remote
def list_(at: Remote, **question: Any) -> None:
    """List requests, oldest first."""
    _list(at, question)


@journal.command()
@page_options
@remote
def unmatched(at: Remote, **question: Any) -> None:
    """List requests that no route took, with the nearest."""
    _list(at, {**question, "unmatched": True})


@journal.command()
@question_options
@remote
def count(at: Remote, **question: Any) -> None:
    """Count requests."""
    told = at.world.control.get("/journal/count", **question)
    at.tell(told, lambda: str(told["count"]))


@journal.command()
@question_options
@click.option("--count", type=int, default=1, help="How many to wait for. [default: 1]")
@click.option("--timeout", type=float, default=5.0, help="For how many real seconds at most. [default: 5]")
@remote
def wait(at: Remote, count: int, timeout: float, **question: Any) -> None:
    """Wait for requests: also those that are there already. Exit code 1 when they do not come."""
    told = at.world.control.get("/journal/wait", count=count, timeout=timeout, **question, patience=timeout)
    if told["met"]:
        at.tell(told, lambda: _entries(told["entries"]))
        return
    at.tell(told, lambda: _not_met(told, count, timeout))
    sys.exit(NOT_MET)


@journal.command()
@remote
def summary(at: Remote) -> None:
    """Count all requests by operation and status."""
    told = at.world.control.get("/journal/summary")
    at.tell(told, lambda: _summary(told))


@journal.command()
@remote
def clear(at: Remote) -> None:
    """Forget all requests."""
    told = at.world.control.delete("/journal")
    at.tell(told, lambda: f"Forgot {counted(told['cleared'], 'request')}.")


@journal.command()
@question_options
@click.option("--out", metavar="PATH", default="-", help="File to write; - is standard output. [default: -]")
@remote
def har(at: Remote, out: str, **question: Any) -> None:
    """Write requests as an HTTP archive, HAR 1.2, which browsers can open."""
    from simulator.writing import whole_file

    archive = at.world.control.get("/journal/har", **question)
    if out == "-":
        click.echo(json.dumps(archive))
        return
    try:
        with whole_file(Path(out)) as file:
            file.write(json.dumps(archive).encode())
    except OSError as error:
        fail(f"cannot write {out}: {error.strerror or error}")
    number = len(archive["log"]["entries"])
    at.tell({"written": out, "entries": number}, lambda: f"Wrote {counted(number, 'request')} to {out}.")


def _list(at: Remote, question: dict[str, Any]) -> None:
    """With a limit the latest are meant, and yet they are listed oldest first unless that is asked for."""
    limit = SHOWN if question["limit"] is None and not at.as_json else question["limit"]
    backwards = question["newest_first"]
    told = at.world.control.get(
        "/journal", **{**question, "limit": limit, "newest_first": backwards or limit is not None or None}
    )
    if limit is not None and not backwards:
        told["entries"].reverse()
    at.tell(told, lambda: _entries(told["entries"]))


def _entries(entries: list[dict[str, Any]]) -> str:
    heads = ("#", "at", "method", "path", "told", "fault", "did", "ms")
    lines = table(heads, map(_row, entries), "No requests.").split("\n")
    hints = [None, *(each["hint"] for each in entries)]
    return "\n".join(
        f"{line}\n      {printable(hint, LONGEST_HINT)}" if hint else line
        for line, hint in zip(lines, hints, strict=True)
    )


def _row(entry: Mapping[str, Any]) -> tuple[object, ...]:
    from simulator.client.journal import answered

    query = f"?{entry['query']}" if entry["query"] else ""
    return (
        entry["number"],
        to_the_second(entry["at"]),
        entry["method"],
        printable(entry["path"] + query, LONGEST_PATH),
        answered(entry["status"], entry["told"]),
        ", ".join(f"{fault['phase']}: {fault['name']}" for fault in entry["faults"]),
        ", ".join(f"{event['action']} {event['receipt_number']}" for event in entry["events"]),
        round(entry["duration_ms"], 1),
    )


def _not_met(told: Mapping[str, Any], count: int, timeout: float) -> str:
    lines = [f"{len(told['entries'])} of {counted(count, 'request')} came in {timeout:g} seconds."]
    near = [
        (miss["number"], miss["method"], printable(miss["path"], LONGEST_PATH), "; ".join(miss["differs"]))
        for miss in told["nearest"]
        if miss["differs"]
    ]
    if near:
        lines += ["", table(("#", "method", "path", "nearly, but"), near, "")]
    return "\n".join(lines)


def _summary(told: Mapping[str, Any]) -> str:
    kept = facts(
        {
            "requests": f"{told['total']:,}",
            "kept": f"{told['kept']:,}, {size(told['bytes'])} of {size(told['limit'])}",
            "dropped": f"{told['dropped']:,}",
        }
    )
    answers = [
        (operation, status, number)
        for operation, statuses in told["operations"].items()
        for status, number in statuses.items()
    ]
    parts = [kept]
    if answers:
        parts.append(table(("operation", "status", "requests"), answers, ""))
    if told["faults"]:
        parts.append(table(("fault", "struck"), list(told["faults"].items()), ""))
    return "\n\n".join(parts)
