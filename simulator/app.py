"""The composition root: worlds, both façades and the control plane, one application."""

from dataclasses import replace
from pathlib import Path

from starlette.types import Receive, Scope, Send

from simulator.clock import Clock
from simulator.control import app as control
from simulator.control.making import Making, Plan
from simulator.control.operation import Control
from simulator.control.operations import PREFIX
from simulator.journal.journal import Journal
from simulator.selecting import chosen, is_under
from simulator.settings import Settings
from simulator.snapshots.state_file import StateFile
from simulator.t3 import app as t3
from simulator.trace import app as trace
from simulator.wire.at_once import Outcome
from simulator.wire.exchange import serve, serve_at_once
from simulator.wire.facade import Facade
from simulator.wording import echo
from simulator.world import World
from simulator.worlds import WORLDS_PREFIX, NoSuchWorld, Worlds

# Having no prefix of its own, Trace answers for every path that is nobody's, so it is told the others' too.
OTHERWISE = replace(trace.FACADE, paths=(*trace.PATHS, *t3.PATHS, *control.PATHS))

WORLDS_PATH = WORLDS_PREFIX.rstrip("/")


def plan_of(settings: Settings) -> Plan:
    return Plan(
        settings.recipe, settings.seed, settings.now, settings.receipts, settings.days, settings.shops
    )


def create_world(settings: Settings) -> World:
    """The world the settings ask for: grown from a recipe, or restored from a snapshot.

    Raises RecipeError or SnapshotError, with one line that says what to mend.
    """
    return plan_of(settings).make()


def opened(settings: Settings) -> tuple[Worlds, StateFile | None]:
    """What a server begins with: the world its state file keeps, else the one the settings ask for.

    Raises RecipeError or SnapshotError.
    """
    state_file = None if settings.state_file is None else StateFile(Path(settings.state_file))
    kept = None
    if state_file is not None:
        clock = Clock(settings.now)
        kept = state_file.load(clock if clock.frozen else None)
    world = kept.in_common() if kept else create_world(settings)
    world.journal = Journal(settings.journal_bytes)
    return Worlds(world, most=settings.max_worlds, idle=settings.world_idle or None), state_file


class App:
    """Everything a server serves, as one ASGI application."""

    def __init__(self, server: Control) -> None:
        self.control = server
        self.worlds = server.worlds
        self.answered = server.answered

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            raise ValueError(f"only HTTP is served, not {scope['type']}")
        worlds = self.worlds
        if worlds.with_own_credentials and not is_under(scope["path"], WORLDS_PATH):
            world, receive = await chosen(worlds, scope, receive)
            root_path = ""
        else:
            try:
                world, root_path = self._named(scope["path"])
            except NoSuchWorld as error:
                # The names of worlds are for those who may see them.
                name = scope["path"][len(WORLDS_PREFIX) :].partition("/")[0]
                told = str(error) if self.control.token is None else f"There is no world {echo(name)}"
                await control.refuse(404, told)(scope, receive, send)
                return
        scope = _rooted(scope, root_path)
        with worlds.using(world):
            facade = _facade(scope["path"], root_path)
            if facade is None:
                await control.serve(self.control, world, scope, receive, send)
            else:
                await serve(facade, world, self.answered, scope, receive, send)

    def at_once(self, scope: Scope, body: bytes) -> Outcome | None:
        """The answer to a request that came whole; None where it may take a while, and nothing was done.

        What the control plane does may always take a while, and so may a search for the world that a key is of.
        """
        worlds = self.worlds
        if worlds.with_own_credentials:
            return None
        try:
            world, root_path = self._named(scope["path"])
        except NoSuchWorld:
            return None
        facade = _facade(scope["path"], root_path)
        if facade is None:
            return None
        with worlds.using(world):
            return serve_at_once(facade, world, self.answered, _rooted(scope, root_path), body)

    def _named(self, path: str) -> tuple[World, str]:
        """The world that a path is in, and what it has before the world's own paths. Raises NoSuchWorld."""
        if not is_under(path, WORLDS_PATH):
            return self.worlds.main, ""
        name, _, _ = path[len(WORLDS_PREFIX) :].partition("/")
        return self.worlds[name], WORLDS_PREFIX + name


def _rooted(scope: Scope, root_path: str) -> Scope:
    return scope if scope.get("root_path") == root_path else {**scope, "root_path": root_path}


def _facade(path: str, root_path: str) -> Facade | None:
    """Whose a path is; None for the control plane's."""
    path = path.removeprefix(root_path)
    if is_under(path, t3.PREFIX):
        return t3.FACADE
    return None if is_under(path, PREFIX) else OTHERWISE


def create_app(
    world: World | Worlds,
    control_token: str | None = None,
    *,
    plan: Plan | None = None,
    state_file: StateFile | None = None,
) -> App:
    """Everything a server serves, as one ASGI application over `world`, or over several.

    `control_token` is what `/_simulator` asks for; None leaves it open. `plan` is what further worlds are made from
    when they do not say; the recipe and the seed of `world` when there is none.
    """
    worlds = world if isinstance(world, Worlds) else Worlds(world)
    making = Making(plan or Plan(worlds.main.recipe, worlds.main.seed))
    return App(Control(worlds, making, control_token, state_file))
