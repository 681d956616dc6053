"""T3 as an application over one world."""

from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response

from simulator.t3.auth import Access, authenticate
from simulator.t3.errors import crash, refuse
from simulator.t3.openapi import document
from simulator.t3.operations import OPERATIONS
from simulator.t3.params import gather
from simulator.wire.facade import Facade, build
from simulator.wire.operation import Call, Operation
from simulator.world import World

PREFIX = "/v2"


def _document(_call: Call[None, None]) -> Response:
    return JSONResponse(document())


SPEC = Operation(
    "GET",
    "/v2/spec/openapi.json",
    _document,
    "This document",
    ("Free",),
    {"type": "object"},
    Access.OPEN,
)

FACADE = Facade(
    prefix=PREFIX,
    operations=(*OPERATIONS, SPEC),
    authenticate=authenticate,
    gather=gather,
    refuse=refuse,
    crash=crash,
)


def create(world: World) -> Starlette:
    return build(FACADE, world)
