"""Whether the server answers, and what it holds."""

from starlette.responses import JSONResponse, Response

from simulator import __version__
from simulator.control.operation import ControlCall
from simulator.control.shapes import Shape
from simulator.t3.openapi import document as t3_document
from simulator.times import iso_utc
from simulator.wire.openapi import served_at


class Health(Shape):
    """Of the world asked; `worlds` counts all the server has."""

    status: str
    version: str
    world: str
    recipe: str
    seed: int
    now: str
    clock: str
    worlds: int


def health(call: ControlCall[None, None]) -> Response:
    world = call.world
    return JSONResponse(
        {
            "status": "ok",
            "version": __version__,
            "world": world.name,
            "recipe": world.recipe,
            "seed": world.seed,
            "now": iso_utc(world.clock.now()),
            "clock": "frozen" if world.clock.frozen else "running",
            "worlds": len(call.control.worlds),
        }
    )


def t3(call: ControlCall[None, None]) -> Response:
    return JSONResponse(served_at(t3_document(), call.request.scope["root_path"]))


def trace(call: ControlCall[None, None]) -> Response:
    # The models of Trace's answers are for its document alone, and loading them takes long, so no start waits for it.
    from simulator.trace.openapi import document  # noqa: PLC0415 - as is said above

    return JSONResponse(served_at(document(), call.request.scope["root_path"]))
