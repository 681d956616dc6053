"""The journal as a resource: what was asked, what was told, what it did."""

import asyncio
from typing import Any

from pydantic import BaseModel, Field
from starlette.responses import JSONResponse, Response

from simulator.control.operation import ControlCall
from simulator.journal.entry import Entry
from simulator.journal.har import har
from simulator.journal.present import as_json
from simulator.journal.questions import Question
from simulator.world import World

LONGEST_WAIT = 60.0


class Wait(Question):
    """How many entries to wait for, and for how many real seconds at most."""

    count: int = Field(1, ge=1)
    timeout: float = Field(5.0, ge=0, le=LONGEST_WAIT)


class EntriesAnswer(BaseModel):
    """`dropped` is how many of the journal's oldest entries made room; `last` the number of its latest."""

    entries: list[dict[str, Any]]
    total: int
    dropped: int
    last: int


class CountAnswer(BaseModel):
    count: int


class WaitAnswer(EntriesAnswer):
    """`met` says whether there were as many in time; when not, `nearest` tells what came closest, and how it differs."""

    met: bool
    nearest: list[dict[str, Any]]


class SummaryAnswer(BaseModel):
    total: int
    kept: int
    dropped: int
    bytes: int
    limit: int
    operations: dict[str, dict[str, int]]
    faults: dict[str, int]


class Cleared(BaseModel):
    cleared: int


def find(call: ControlCall[Question, None]) -> Response:
    return JSONResponse(_shown(call.world, call.world.journal.find(call.query)))


def count(call: ControlCall[Question, None]) -> Response:
    return JSONResponse({"count": call.world.journal.count(call.query)})


async def wait(call: ControlCall[Wait, None]) -> Response:
    """Answer as soon as enough entries are there, or when the time is up."""
    journal, wanted = call.world.journal, call.query
    question = Question(**wanted.model_dump(exclude={"count", "timeout"}))
    arrived = asyncio.Event()
    stop = journal.on_record(lambda _entry: arrived.set())
    try:
        async with asyncio.timeout(wanted.timeout):
            while journal.count(question) < wanted.count:
                arrived.clear()
                await arrived.wait()
    except TimeoutError:
        pass
    finally:
        stop()
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
    return JSONResponse(har(call.world.journal.find(call.query), base, call.world.journal.dropped))


def _shown(world: World, entries: list[Entry]) -> dict[str, Any]:
    journal = world.journal
    return {
        "entries": [as_json(entry) for entry in entries],
        "total": journal.total,
        "dropped": journal.dropped,
        "last": journal.last,
    }
