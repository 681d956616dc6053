"""Making worlds on demand: grown once for each recipe, seed and moment, then forked as often as they are asked for."""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from simulator.clock import Clock
from simulator.seeding.grow import grow
from simulator.snapshots.file import SUFFIX, SnapshotError, restore
from simulator.world import World

MOST_TEMPLATES = 16
GRAIN = "%Y-%m-%dT%H"
"""A world grown under a running clock serves as a template for the rest of the hour."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a world is grown from: a recipe or a snapshot file, and what `grow` takes besides."""

    recipe: str = "corner_shop"
    seed: int = 0
    now: datetime | None = None
    receipts: int | None = None
    days: int | None = None

    def make(self) -> World:
        """Raises RecipeError or SnapshotError, with one line that says what to mend."""
        clock = Clock(self.now)
        if not self.recipe.endswith(SUFFIX):
            return grow(self.recipe, self.seed, clock, receipts=self.receipts, days=self.days)
        if self.receipts is not None or self.days is not None:
            raise SnapshotError("a snapshot has its receipts already: leave receipts and days out")
        return restore(Path(self.recipe), clock if clock.frozen else None)


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
        self._templates: OrderedDict[tuple[Plan, str, object], World] = OrderedDict()
        self._growing = asyncio.Lock()

    async def template(self, plan: Plan) -> World:
        """A world as planned, to be forked and never changed. Grown beside the event loop, one at a time."""
        key = (plan, "" if plan.now is not None else Clock().now().strftime(GRAIN), _edition(plan.recipe))
        async with self._growing:
            if key not in self._templates:
                self._templates[key] = await asyncio.to_thread(plan.make)
            self._templates.move_to_end(key)
            while len(self._templates) > MOST_TEMPLATES:
                self._templates.popitem(last=False)
            return self._templates[key]
