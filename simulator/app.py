"""The composition root: one world, both façades and the control plane, one application."""

from pathlib import Path

from starlette.types import ASGIApp, Receive, Scope, Send

from simulator.clock import Clock
from simulator.control import app as control
from simulator.seeding.grow import grow
from simulator.settings import Settings
from simulator.snapshots.file import SUFFIX, SnapshotError, restore
from simulator.t3 import app as t3
from simulator.trace import app as trace
from simulator.world import World


def create_world(settings: Settings) -> World:
    """The world the settings ask for: grown from a recipe, or restored from a snapshot.

    Raises RecipeError or SnapshotError, with one line that says what to mend.
    """
    clock = Clock(settings.now)
    if not settings.recipe.endswith(SUFFIX):
        return grow(settings.recipe, settings.seed, clock, receipts=settings.receipts, days=settings.days)
    if settings.receipts is not None or settings.days is not None:
        raise SnapshotError("a snapshot has its receipts already: leave --receipts and --days out")
    return restore(Path(settings.recipe), clock if clock.frozen else None)


def create_app(world: World, control_token: str | None = None) -> ASGIApp:
    """Everything a server serves, as one ASGI application over `world`.

    `control_token` is what changes under `/_simulator` ask for; None leaves them open.
    """
    by_prefix = {control.PREFIX: control.create(world, control_token), t3.PREFIX: t3.create(world)}
    # Trace has no prefix of its own, so it also answers for paths that are nobody's.
    otherwise = trace.create(world, (*t3.PATHS, *control.PATHS))

    # By hand, as Starlette's Mount answers a path with a line break in it by itself, in no façade's words.
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        for prefix, part in by_prefix.items():
            path = scope.get("path", "")
            if path == prefix or path.startswith(f"{prefix}/"):
                root_path = scope.get("root_path", "") + prefix
                return await part({**scope, "root_path": root_path}, receive, send)
        return await otherwise(scope, receive, send)

    return app
