"""Worlds as resources: list, make, describe, reset, drop."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from simulator.control.beside import while_waited_for
from simulator.control.making import Plan
from simulator.control.operation import ControlCall
from simulator.control.shapes import Body, Shape
from simulator.environment import environment
from simulator.journal.journal import Journal
from simulator.settings import MOST_DAYS, MOST_RECEIPTS, MOST_SHOPS, as_moment
from simulator.times import iso_utc
from simulator.world import MAIN, Origin, Part, World
from simulator.worlds import FORK_JOURNAL, WORLDS_PREFIX, WorldRefused

MOST_JOURNAL = 2**31
# A typing error is not to take hours: who wants more starts a server with them.
MOST_GROWN = 5_000_000
Moment = Annotated[datetime, BeforeValidator(as_moment)]


class NewWorld(Body):
    """With neither a recipe nor a world to fork: what the server began with.

    `recipe`, `seed`, `now`, `receipts`, `days` and `shops` grow a past as the flags of `simulator serve` do, each as the
    server's own where it is not given. `fork_of` begins as another world stands; `now` then sets its clock. `own_credentials`
    gives it users and keys that no other world has, so that it can be told by them alone.
    """

    name: str | None = Field(
        None, description="1 to 63 letters, digits, _ and -; the server names it if absent."
    )
    recipe: str | None = Field(
        None, min_length=1, description="A shipped recipe, or a file the server can read."
    )
    fork_of: str | None = Field(None, description="A world to begin as.")
    seed: int | None = Field(None, ge=0, description="Seed of everything invented.")
    now: Moment | None = Field(None, description="Freeze the clock at this ISO 8601 moment.")
    receipts: int | None = Field(None, ge=0, le=MOST_GROWN, description="How many receipts are invented.")
    days: int | None = Field(None, ge=1, le=MOST_DAYS, description="How many days back they go.")
    shops: int | None = Field(None, ge=1, le=MOST_SHOPS, description="How many licenses sell.")
    own_credentials: bool = Field(False, description="Issue users and keys of its own.")
    journal_bytes: int = Field(
        FORK_JOURNAL,
        ge=0,
        le=MOST_JOURNAL,
        description="How much the journal may keep; 0 keeps counters only.",
    )


class Reset(Body):
    """`only` names what is put back; everything when it is absent."""

    only: list[Part] | None = Field(None, min_length=1)


class PlanAnswer(Shape):
    """What a world's past was grown from, so that the same can be grown elsewhere; `began` is the moment that its days were
    counted back from.
    """

    recipe: str
    seed: int
    began: str
    frozen: bool
    receipts: int | None
    days: int | None
    shops: int | None


class WorldAnswer(Shape):
    """One world. `path` is what its URLs begin with; `environment` the variables that point clients at it."""

    name: str
    path: str
    url: str
    recipe: str
    seed: int
    plan: PlanAnswer | None
    now: str
    clock: Literal["frozen", "running"]
    licenses: list[dict[str, Any]]
    accounts: list[dict[str, Any]]
    own_credentials: bool
    environment: dict[str, str]
    receipts: int
    events: int
    faults: int
    snapshots: list[str]
    journal: dict[str, int]
    idle_seconds: float


class WorldsAnswer(Shape):
    worlds: list[WorldAnswer]
    most: int
    idle_limit_seconds: float | None


def list_worlds(call: ControlCall[None, None]) -> Response:
    worlds = call.control.worlds
    return JSONResponse(
        {
            "worlds": [describe(call, world) for world in worlds],
            "most": worlds.most,
            "idle_limit_seconds": worlds.idle,
        }
    )


async def make(call: ControlCall[None, NewWorld]) -> Response:
    """A world of its own, described. It costs little: worlds that are alike are grown once and forked."""
    wanted, worlds = call.body, call.control.worlds
    if wanted.name is not None:
        worlds.new_name(wanted.name)  # before anything is grown for it
    grown = {"recipe", "seed", "receipts", "days", "shops"} & wanted.model_fields_set
    if wanted.fork_of is not None:
        if grown:
            raise WorldRefused(
                f"a fork begins as {wanted.fork_of} stands: leave {', '.join(sorted(grown))} out"
            )
        source, at = worlds[wanted.fork_of], None
    elif grown or wanted.now is not None:
        making = call.control.making
        source, at = await while_waited_for(making.template(_plan(making.plan, wanted)), call.request), None
    else:
        source, at = worlds.main, worlds.main.beginning
    world = source.fork(worlds.new_name(wanted.name), Journal(wanted.journal_bytes), at=at)
    if wanted.fork_of is not None and wanted.now is not None:
        world.clock.freeze(wanted.now)
    if wanted.own_credentials:
        world.accounts = world.accounts.of_their_own(world.name)
    return JSONResponse(describe(call, worlds.add(world)))


def _plan(own: Plan, wanted: NewWorld) -> Plan:
    """A recipe that is named brings its own size; the server's own comes as the server has it."""
    same = wanted.recipe is None or wanted.recipe == own.recipe
    return Plan(
        recipe=wanted.recipe or own.recipe,
        seed=own.seed if wanted.seed is None else wanted.seed,
        now=own.now if wanted.now is None else wanted.now,
        receipts=own.receipts if same and wanted.receipts is None else wanted.receipts,
        days=own.days if same and wanted.days is None else wanted.days,
        shops=own.shops if same and wanted.shops is None else wanted.shops,
        most=MOST_RECEIPTS if wanted.shops is None else MOST_GROWN,
    )


def show_world(call: ControlCall[None, None]) -> Response:
    """The world in the path, or the one that is named."""
    name = call.request.path_params.get("name")
    return JSONResponse(describe(call, call.world if name is None else call.control.worlds[name]))


def drop(call: ControlCall[None, None]) -> Response:
    name = call.parameter("name")
    call.control.worlds.drop(name)
    return JSONResponse({"dropped": name})


def reset(call: ControlCall[None, Reset]) -> Response:
    """Back to the beginning: everything, or only some parts of it."""
    parts = frozenset(Part) if call.body.only is None else frozenset(call.body.only)
    call.world.reset(parts)
    return JSONResponse({"reset": sorted(parts)})


def describe(call: ControlCall[Any, Any], world: World) -> dict[str, Any]:
    path = "" if world.name == MAIN else WORLDS_PREFIX + world.name
    own = world.accounts.mark is not None
    root = _root(call.request)
    books = world.ledger.books.values()
    return {
        "name": world.name,
        "path": path,
        "url": root + path,
        "recipe": world.recipe,
        "seed": world.seed,
        "plan": None if world.origin is None else _plan_told(world.origin),
        "now": iso_utc(world.clock.now()),
        "clock": "frozen" if world.clock.frozen else "running",
        "licenses": [
            {
                "number": book.license.number,
                "name": book.license.name,
                "state": book.license.state_code,
                "retail": book.license.retail,
                "active": book.license.active,
            }
            for book in books
        ],
        "accounts": [account.as_json() for account in world.accounts.everyone],
        "own_credentials": own,
        # A client with keys of this world alone needs no path; who controls it does.
        "environment": {
            **environment(world.accounts.demo, root if own else root + path),
            "SIMULATOR_URL": root + path,
        },
        "receipts": sum(len(book.receipts) for book in books),
        "events": world.events,
        "faults": len(world.faults.faults),
        "snapshots": list(world.moments),
        "journal": {
            "total": world.journal.total,
            "kept": len(world.journal.entries),
            "dropped": world.journal.dropped,
            "bytes": world.journal.bytes,
            "limit": world.journal.limit,
        },
        "idle_seconds": round(call.control.worlds.idle_seconds(world), 3),
    }


def _plan_told(origin: Origin) -> dict[str, Any]:
    return {**asdict(origin), "began": iso_utc(origin.began)}


def _root(request: Request) -> str:
    """Where the server is, as the caller reached it."""
    return f"{request.url.scheme}://{request.url.netloc}"
