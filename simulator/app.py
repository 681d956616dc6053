"""The composition root: one world, both façades and the control plane, one application."""

from starlette.applications import Starlette
from starlette.routing import Mount

from simulator.clock import Clock
from simulator.control import app as control
from simulator.seeding.grow import grow
from simulator.seeding.recipe import load
from simulator.settings import Settings
from simulator.t3 import app as t3
from simulator.trace import app as trace
from simulator.world import World


def create_world(settings: Settings) -> World:
    """The world the settings ask for. Raises RecipeError when its recipe does not stand up."""
    return grow(load(settings.recipe), settings.seed, Clock(settings.now))


def create_app(world: World) -> Starlette:
    """Everything a server serves, as one ASGI application over `world`."""
    app = Starlette(
        routes=[
            Mount("/_simulator", control.create(world)),
            Mount(t3.PREFIX, t3.create(world)),
            # Trace has no prefix of its own, so it also answers for paths that are nobody's.
            Mount("/", trace.create(world)),
        ]
    )
    app.router.redirect_slashes = False
    return app
