"""Trace as an application over one world."""

from starlette.applications import Starlette

from simulator.trace.auth import authenticate
from simulator.trace.errors import crash, refuse
from simulator.trace.operations import OPERATIONS
from simulator.trace.params import gather
from simulator.wire.facade import Facade, build
from simulator.world import World

FACADE = Facade(
    prefix="",
    operations=OPERATIONS,
    authenticate=authenticate,
    gather=gather,
    refuse=refuse,
    crash=crash,
)


def create(world: World) -> Starlette:
    return build(FACADE, world)
