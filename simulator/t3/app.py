"""T3 as an application over one world."""

from starlette.applications import Starlette

from simulator.t3.auth import authenticate
from simulator.t3.errors import crash, refuse
from simulator.t3.openapi import ALL_OPERATIONS
from simulator.t3.params import gather
from simulator.wire.facade import Facade, build
from simulator.world import World

PREFIX = "/v2"

PATHS = tuple(dict.fromkeys(operation.path for operation in ALL_OPERATIONS))

FACADE = Facade(
    prefix=PREFIX,
    operations=ALL_OPERATIONS,
    authenticate=authenticate,
    gather=gather,
    refuse=refuse,
    crash=crash,
    paths=PATHS,
)


def create(world: World) -> Starlette:
    return build(FACADE, world)
