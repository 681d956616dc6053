"""The journal as a resource: what was asked, what was told, what it did."""

import asyncio
from typing import Any

from pydantic import Field
from starlette.responses import JSONResponse, Response

from simulator.control.operation import ControlCall
from simulator.control.served import not_served
from simulator.control.shapes import Shape
from simulator.journal.entry import Entry
from simulator.journal.har import har
from simulator.journal.present import as_json
from simulator.journal.questions import LARGEST, Question
from simulator.wire.errors import bad_request
from simulator.wording import echo
from simulator.world import World
from simulator.worlds import NoSuchWorld

LONGEST_WAIT = 60.0


class Wait(Question):
    """How many entries to wait for, and for how many real seconds at most."""

    count: int = Field(1, ge=1, le=LARGEST)
    timeout: float = Field(5.0, ge=0, le=LONGEST_WAIT)


class EntriesAnswer(Shape):
    """`dropped` is how many of the journal's oldest entries made room; `last` the number of its latest."""

    entries: list[dict[str, Any]]
    total: int
    dropped: int
    last: int


class CountAnswer(Shape):
    count: int


class WaitAnswer(EntriesAnswer):
    """`met` says whether there were as many in time; when not, `nearest` tells what came closest, and how it differs."""

    met: bool
    nearest: list[dict[str, Any]]


class SummaryAnswer(Shape):
    total: int
    kept: int
    dropped: int
    bytes: int
    limit: int
    operations: dict[str, dict[str, int]]
    faults: dict[str, int]


class Cleared(Shape):
    cleared: int


def find(call: ControlCall[Question, None]) -> Response:
    return JSONResponse(_shown(call.world, call.world.journal.find(_asked(call.query))))


def count(call: ControlCall[Question, None]) -> Response:
    return JSONResponse({"count": call.world.journal.count(_asked(call.query))})


async def wait(call: ControlCall[Wait, None]) -> Response:
    """Answer as soon as enough entries are there, or when the time is up. A world that is dropped ends it."""
    journal, wanted = call.world.journal, call.query
    if not journal.limit:
        raise bad_request(
            "There is nothing to wait for: this world's journal keeps counters only, as journal_bytes is 0"
        )
    question = _asked(Question(**wanted.model_dump(exclude={"count", "timeout"})))
    arrived = asyncio.Event()
    stop = journal.on_record(lambda _entry: arrived.set())
    try:
        async with asyncio.timeout(wanted.timeout):
            while journal.count(question) < wanted.count and not journal.closed:
                arrived.clear()
                await arrived.wait()
    except TimeoutError:
        pass
    finally:
        stop()
    if journal.closed:
        raise NoSuchWorld(f"The world {echo(call.world.name)} was dropped while this waited")
    found = journal.find(question)
    met = journal.count(question) >= wanted.count
    nearest = [] if met else journal.nearest_misses(question)
    return JSONResponse(
        {
            **_shown(call.world, found),
            "met": met,
            "nearest": [
                {"number": entry.number, "method": entry.method, "path": entry.path, "differs": list(how)}
                for entry, how in nearest
            ],
        }
    )


def summary(call: ControlCall[None, None]) -> Response:
    journal = call.world.journal
    return JSONResponse(
        {
            "total": journal.total,
            "kept": len(journal.entries),
            "dropped": journal.dropped,
            "bytes": journal.bytes,
            "limit": journal.limit,
            **journal.counters.as_json(),
        }
    )


def clear(call: ControlCall[None, None]) -> Response:
    cleared = call.world.journal.total
    call.world.journal.clear()
    return JSONResponse({"cleared": cleared})


def as_har(call: ControlCall[Question, None]) -> Response:
    url = call.request.url
    base = f"{url.scheme}://{url.netloc}{call.request.scope['root_path']}"
    journal = call.world.journal
    return JSONResponse(har(journal.find(_asked(call.query)), base, journal.dropped))


def _asked(question: Question) -> Question:
    """The journal knows no operations; a misspelt one would be found never, and no test would tell."""
    if why := not_served(question.operation):
        raise bad_request(f"operation: {why}")
    return question


def _shown(world: World, entries: list[Entry]) -> dict[str, Any]:
    journal = world.journal
    return {
        "entries": [as_json(entry) for entry in entries],
        "total": journal.total,
        "dropped": journal.dropped,
        "last": journal.last,
    }
