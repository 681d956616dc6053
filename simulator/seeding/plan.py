"""What to grow: a recipe with a seed and a moment, how much of it, and as often as it is asked for."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from simulator.clock import Clock
from simulator.seeding.growth import Growth
from simulator.seeding.recipe import Recipe, scaled


@dataclass(frozen=True, slots=True)
class Plan:
    """`receipts`, `days` and `shops` None are as many as the recipe says; `frozen` tells whether the world's clock shall stand
    still at `now`. `progress` hears of receipts as they are made.
    """

    recipe: Recipe
    seed: int
    now: datetime
    frozen: bool = False
    receipts: int | None = None
    days: int | None = None
    shops: int | None = None
    progress: Callable[[int], None] | None = None

    def growth(self) -> Growth:
        """A new world of this plan, its past still to come; the same one every time."""
        return Growth(self._scaled(), self.seed, Clock(self.now), self.progress)

    @property
    def expected(self) -> int:
        """How many receipts one growth makes."""
        recipe = self._scaled()
        return sum(part.receipts for part in recipe.history) + len(recipe.sales)

    def _scaled(self) -> Recipe:
        return scaled(self.recipe, self.receipts, self.days, self.shops)
