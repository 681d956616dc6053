"""Making worlds on demand: grown once for each recipe, seed and moment, then forked as often as they are asked for."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from time import sleep

from simulator.clock import Clock
from simulator.control.beside import beside
from simulator.seeding.grow import grow
from simulator.settings import MOST_RECEIPTS
from simulator.snapshots.file import SUFFIX, SnapshotError, restore
from simulator.world import World

Key = tuple["Plan", str, object]

MOST_TEMPLATES = 16
GRAIN = "%Y-%m-%dT%H"
"""A world grown under a running clock serves as a template for the rest of the hour."""


class GivenUpError(Exception):
    """Nobody waits for the world any more."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a world is grown from: a recipe or a snapshot file, and what `grow` takes besides."""

    recipe: str = "corner_shop"
    seed: int = 0
    now: datetime | None = None
    receipts: int | None = None
    days: int | None = None
    shops: int | None = None
    most: int = field(default=MOST_RECEIPTS, compare=False)
    """As many receipts may a chain of shops have."""

    def make(self, watch: Callable[[int], object] | None = None) -> World:
        """`watch` is told of growth, and may end it by raising. Raises RecipeError or SnapshotError, with one line that says what to mend."""
        clock = Clock(self.now)
        if not self.recipe.endswith(SUFFIX):
            return grow(
                self.recipe,
                self.seed,
                clock,
                receipts=self.receipts,
                days=self.days,
                shops=self.shops,
                most=self.most,
                watch=watch,
            )
        if (self.receipts, self.days, self.shops) != (None, None, None):
            raise SnapshotError("a snapshot has its receipts already: leave receipts, days and shops out")
        return restore(Path(self.recipe), clock if clock.frozen else None).in_common()


def _edition(recipe: str) -> object:
    """What tells a file that has been written anew from the one it was; None for a shipped recipe."""
    try:
        found = Path(recipe).stat()
    except (OSError, ValueError):
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


class Making:
    """`plan` is that of the main world, from which others take what they do not say themselves."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self._templates: OrderedDict[Key, World] = OrderedDict()
        self._growing: dict[Key, _Growing] = {}

    async def template(self, plan: Plan) -> World:
        """A world as planned, to be forked and never changed. It grows beside the event loop, once for all who wait.

        When the last of them has been cancelled, it is given up.
        """
        key = (plan, "" if plan.now is not None else Clock().now().strftime(GRAIN), _edition(plan.recipe))
        if key in self._templates:
            self._templates.move_to_end(key)
            return self._templates[key]
        growing = self._growing.get(key)
        if growing is None:
            growing = self._growing[key] = _Growing(plan)
            growing.task.add_done_callback(lambda _task: self._growing.pop(key, None))
        world = await growing.join()
        self._templates[key] = world
        while len(self._templates) > MOST_TEMPLATES:
            self._templates.popitem(last=False)
        return world


class _Growing:
    """A world in the making, and how many wait for it."""

    def __init__(self, plan: Plan) -> None:
        self._waiting = 0
        self._given_up = False
        self.task = asyncio.ensure_future(beside(lambda: plan.make(self._look)))

    async def join(self) -> World:
        self._waiting += 1
        try:
            return await asyncio.shield(self.task)
        finally:
            self._waiting -= 1
            if not self._waiting and not self.task.done():
                self._given_up = True
                self.task.cancel()

    def _look(self, _grown: int) -> None:
        """In the growing thread: end when nobody waits, and let the others have their turn."""
        if self._given_up:
            raise GivenUpError
        sleep(0)
