"""Named moments of a world: save, list, restore, forget, carry away as a file and bring back."""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import replace as replaced
from tempfile import SpooledTemporaryFile

from pydantic import Field
from starlette.responses import JSONResponse, Response, StreamingResponse

from simulator.control.beside import beside
from simulator.control.operation import ControlCall
from simulator.control.shapes import Body, Shape
from simulator.snapshots.file import read, write
from simulator.times import iso_utc
from simulator.wire.errors import WireError, bad_request
from simulator.wording import did_you_mean, echo
from simulator.world import Moment, World

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}")
MOST_SNAPSHOTS = 1000
FILE_TYPE = "application/x-ndjson"
LARGEST_FILE = 8 * 2**30
IN_MEMORY = 2**20


class NewSnapshot(Body):
    """`replace` lets it take the place of one of the same name."""

    name: str | None = Field(None, description="1 to 63 letters, digits, '.', _ and -; numbered if absent.")
    replace: bool = False


class SnapshotAnswer(Shape):
    """`events` is how many the ledger had applied; `now` what the clock showed."""

    name: str
    now: str
    events: int
    receipts: int


class SnapshotsAnswer(Shape):
    snapshots: list[SnapshotAnswer]


class Forgotten(Shape):
    forgotten: str


class Saved(Shape):
    saved: str
    receipts: int


def list_snapshots(call: ControlCall[None, None]) -> Response:
    moments = call.world.moments
    return JSONResponse({"snapshots": [_shown(name, moment) for name, moment in moments.items()]})


def save(call: ControlCall[None, NewSnapshot]) -> Response:
    """Costs the same however much there is."""
    world, name = call.world, call.body.name
    if name is None:
        name = next(
            new for number in range(1, MOST_SNAPSHOTS + 2) if (new := f"s{number}") not in world.moments
        )
    return JSONResponse(_shown(name, _keep(world, name, world.moment(), replace=call.body.replace)))


def restore(call: ControlCall[None, None]) -> Response:
    """The world is as it was; the snapshot stays."""
    name = call.parameter("name")
    moment = _named(call.world, name)
    call.world.return_to(moment)
    return JSONResponse(_shown(name, moment))


def forget(call: ControlCall[None, None]) -> Response:
    name = call.parameter("name")
    _named(call.world, name)
    del call.world.moments[name]
    return JSONResponse({"forgotten": name})


def as_file(call: ControlCall[None, None]) -> Response:
    """A snapshot file, streamed. What the world does meanwhile is not in it."""
    name = call.parameter("name")
    written = write(call.world, _named(call.world, name))

    async def pieces() -> AsyncIterator[bytes]:
        for piece in written:
            yield piece
            await asyncio.sleep(0)  # others want to be answered too

    return StreamingResponse(
        pieces(),
        media_type=FILE_TYPE,
        headers={"Content-Disposition": f'attachment; filename="{name}.snapshot"'},
    )


async def from_file(call: ControlCall[None, None]) -> Response:
    """Keep the moment a file holds, under a name; restore it to be there.

    Where the world has keys of its own, so have the people of the file.
    """
    world, name = call.world, call.parameter("name")
    _check_name(name)
    with SpooledTemporaryFile(max_size=IN_MEMORY) as file:
        size = 0
        async for chunk in call.request.stream():
            size += len(chunk)
            if size > LARGEST_FILE:
                raise WireError(413, f"A snapshot file has at most {LARGEST_FILE} bytes")
            file.write(chunk)
        file.seek(0)
        restored = await beside(lambda: read(file, name))
    moment = restored.moment()
    own = world.accounts.like(moment.accounts, world.name)
    return JSONResponse(_shown(name, _keep(world, name, replaced(moment, accounts=own), replace=True)))


async def save_state(call: ControlCall[None, None]) -> Response:
    """Write the main world to the server's state file, whole or not at all."""
    state_file = call.control.state_file
    if state_file is None:
        raise bad_request("The server has no state file; start it with --state-file FILE")
    main = call.control.worlds.main
    moment = main.moment()
    await beside(lambda: state_file.keep(write(main, moment)))
    receipts = sum(len(book.receipts) for book in moment.ledger.books.values())
    return JSONResponse({"saved": str(state_file.path), "receipts": receipts})


def _keep(world: World, name: str, moment: Moment, *, replace: bool) -> Moment:
    _check_name(name)
    if name in world.moments and not replace:
        raise bad_request(f"There is a snapshot {echo(name)} already; say replace, or choose another name")
    if len(world.moments) >= MOST_SNAPSHOTS and name not in world.moments:
        raise bad_request(f"There are {MOST_SNAPSHOTS} snapshots already, which is the most; forget one")
    world.moments[name] = moment
    return moment


def _check_name(name: str) -> None:
    if not NAME.fullmatch(name):
        raise bad_request(
            f"A snapshot is called by 1 to 63 letters, digits, '.', '_' and '-', not beginning with a sign; not {echo(name)}"
        )


def _named(world: World, name: str) -> Moment:
    if name not in world.moments:
        raise WireError(404, f"There is no snapshot {echo(name)}.{did_you_mean(name, world.moments)}")
    return world.moments[name]


def _shown(name: str, moment: Moment) -> dict[str, object]:
    receipts = sum(len(book.receipts) for book in moment.ledger.books.values())
    return {"name": name, "now": iso_utc(moment.taken_at), "events": moment.events, "receipts": receipts}
