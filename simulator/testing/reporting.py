"""What the report of a failing test says of its world: what was asked, which faults struck, what was not exactly once."""

from collections.abc import Iterator, Mapping

from simulator.client import Entry, World

Section = tuple[str, str]

LOOKED_AT = 300
"""How many requests are read at most, the latest."""
MOST_MISSES = 10
"""How many of the refused requests are shown that are not among the last."""
MOST_PROBLEMS = 20
LONGEST_LINE = 400
REFUSED = 400


def sections(world: World, most: int) -> list[Section]:
    """Headings and texts, with at most so many requests. Whatever is wrong, the report gets written."""
    if most <= 0:
        return []
    try:
        return list(_sections(world, most))
    except Exception as error:  # noqa: BLE001 - a report that is not written would hide why the test failed
        return [("simulator", f"What happened in the world {world.name} cannot be told: {error!r}")]


def _sections(world: World, most: int) -> Iterator[Section]:
    entries = world.journal.entries(limit=max(LOOKED_AT, most), newest_first=True)[::-1]
    summary = world.journal.summary()
    yield "simulator: requests", "\n".join(_requests(world, entries, summary.total, most))
    faults = list(_faults(world, summary.faults))
    if faults:
        yield "simulator: faults", "\n".join(faults)
    report = world.oracle.report()
    problems = list(dict.fromkeys((*report.failures, *report.problems)))
    if problems:
        yield "simulator: oracle", "\n".join(_bounded(problems, MOST_PROBLEMS))


def _requests(world: World, entries: list[Entry], total: int, most: int) -> Iterator[str]:
    if not total:
        yield f"None came to this test's world. Its address is {world.url}"
        return
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


def _faults(world: World, struck: Mapping[str, int]) -> Iterator[str]:
    """Those that are there, in their order, and those that struck and are gone."""
    there = {fault.name: f"{fault.phase}: {fault.effect['type']}" for fault in world.faults.list()}
    for name in dict.fromkeys((*there, *struck)):
        times = struck.get(name, 0)
        told = {0: "has not struck", 1: "struck once", 2: "struck twice"}.get(times, f"struck {times} times")
        yield f"{name} ({there.get(name, 'removed')}) {told}"


def _bounded(lines: list[str], most: int) -> list[str]:
    more = len(lines) - most
    return [*lines[:most], f"and {more} more"] if more > 0 else lines
