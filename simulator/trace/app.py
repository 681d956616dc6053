"""Trace as an application over one world."""

from collections.abc import Sequence
from dataclasses import replace

from starlette.applications import Starlette

from simulator.trace.auth import authenticate
from simulator.trace.errors import crash, refuse
from simulator.trace.operations import OPERATIONS
from simulator.trace.params import gather
from simulator.wire.facade import Facade, build
from simulator.world import World

PATHS = tuple(dict.fromkeys(operation.path for operation in OPERATIONS))

FACADE = Facade(
    prefix="",
    operations=OPERATIONS,
    authenticate=authenticate,
    gather=gather,
    refuse=refuse,
    crash=crash,
    paths=PATHS,
)


def create(world: World, other_paths: Sequence[str] = ()) -> Starlette:
    """Having no prefix of its own it is asked for every path that is nobody's, so it is told the `other_paths` too."""
    return build(replace(FACADE, paths=(*PATHS, *other_paths)), world)
