"""What the report of a failing test says of its world: what was asked, which faults struck, what was not exactly once."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING

from simulator.client import Entry, NotExactlyOnce

if TYPE_CHECKING:
    from simulator.testing.server import SimulatorServer
    from simulator.testing.world import World

Section = tuple[str, str]

LOOKED_AT = 300
"""How many requests are read at most, the latest."""
MOST_MISSES = 10
"""How many of the refused requests are shown that are not among the last."""
MOST_PROBLEMS = 20
LONGEST_LINE = 400
REFUSED = 400


def sections(
    own: "World | None", server: "SimulatorServer", most: int, error: BaseException | None
) -> list[Section]:
    """Headings and texts: of the test's own world, and of others that were asked. Whatever is wrong, they get written.

    `error` is why the test failed; what it says already is not said again.
    """
    said = str(error).splitlines() if isinstance(error, NotExactlyOnce) else []
    others = [
        section
        for world in server.known
        if own is None or world.name != own.name
        for section in of_world(world, most, server.known.since(world), said)
    ]
    if own is None:
        return others
    below = " There were requests to others, below." if others else ""
    idle = f"None came to this test's world. Its address is {own.url}{below}"
    return of_world(own, most, 0, said, idle) + others


def of_world(
    world: "World", most: int, since: int, said: Collection[str] = (), idle: str | None = None
) -> list[Section]:
    """What came after that entry, with at most so many requests. Where nothing did, nothing is told, or `idle` is.

    A world with words for that is the test's own.
    """
    if most <= 0:
        return []
    which = "" if idle else f", world {world.name}"
    try:
        told = list(_sections(world, most, since, said, idle))
    except Exception as error:  # noqa: BLE001 - a report that is not written would hide why the test failed
        return [("simulator", f"What happened in the world {world.name} cannot be told: {error!r}")]
    return [(f"simulator: {what}{which}", text) for what, text in told]


def _sections(
    world: "World", most: int, since: int, said: Collection[str], idle: str | None
) -> Iterator[Section]:
    entries = world.journal.entries(since=since, limit=max(LOOKED_AT, most), newest_first=True)[::-1]
    summary = world.journal.summary()
    # A journal that was cleared meanwhile counts from there.
    total = min(summary.total, world.journal.position - since)
    if not (total or idle):
        return
    yield "requests", "\n".join(_requests(world, entries, total, most)) if total else str(idle)
    struck = Counter(fault.name for entry in entries for fault in entry.faults) if since else summary.faults
    faults = list(_faults(world, struck))
    if faults:
        yield "faults", "\n".join(faults)
    report = world.oracle.report()
    problems = [told for told in dict.fromkeys((*report.failures, *report.problems)) if told not in said]
    if problems:
        yield "oracle", "\n".join(_bounded(problems, MOST_PROBLEMS))


def _requests(world: "World", entries: list[Entry], total: int, most: int) -> Iterator[str]:
    info = world.info()
    yield f"{total} to {world.url}: {info.recipe}, seed {info.seed}, {info.clock} at {info.now:%Y-%m-%d %H:%M:%S}Z"
    earlier, last = entries[:-most], entries[-most:]
    misses = [entry for entry in earlier if _is_miss(entry)][-MOST_MISSES:]
    left_out = total - len(last) - len(misses)
    if left_out:
        yield f"{left_out} earlier ones are left out" + (
            ", but not the last that were refused:" if misses else ""
        )
    yield from map(_line, [*misses, *last])


def _is_miss(entry: Entry) -> bool:
    """Whether the client asked for something it should not have: no route, or a refusal that was no fault's."""
    refused = entry.status is not None and entry.status >= REFUSED
    return entry.operation is None or (refused and not entry.faults)


def _line(entry: Entry) -> str:
    line = " ".join(str(entry).split())
    return line if len(line) <= LONGEST_LINE else line[: LONGEST_LINE - 3] + "..."


def _faults(world: "World", struck: Mapping[str, int]) -> Iterator[str]:
    """Those that are there, in their order, and those that were and are gone; that one has not struck may be why."""
    told: list[tuple[str, str, int]] = [
        (each["name"], f"{each['phase']}: {each['effect']['type']}", each["matched"])
        for each in world.control.get("/faults")["faults"]
    ]
    told += [(fault.name, "removed", fault.matched) for fault in world.faults.removed]
    known = {name: (state, matched) for name, state, matched in reversed(told)}
    for name in dict.fromkeys((*(name for name, _, _ in told), *struck)):
        state, matched = known.get(name, ("removed", 0))
        yield f"{name} ({state}) {_times(struck.get(name, 0), matched)}"


def _times(struck: int, matched: int) -> str:
    if struck:
        return {1: "struck once", 2: "struck twice"}.get(struck, f"struck {struck} times")
    return (
        f"has not struck, though {matched} matched it" if matched else "has not struck: no request was for it"
    )


def _bounded(lines: list[str], most: int) -> list[str]:
    more = len(lines) - most
    return [*lines[:most], f"and {more} more"] if more > 0 else lines
