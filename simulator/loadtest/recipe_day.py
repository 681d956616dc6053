"""A day as a recipe has it: when its shops are open, and how its customers divide among the hours."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from math import fsum
from random import Random
from zoneinfo import ZoneInfo

from simulator.ledger.states import STATES
from simulator.seeding.calendar import History
from simulator.seeding.find import RecipeError
from simulator.seeding.recipe import HistoryPart, Recipe


@dataclass(frozen=True)
class RecipeDay:
    """Of all its shops, each by its own clock. Raises RecipeError for a recipe without a history."""

    recipe: Recipe
    day: date

    def __post_init__(self) -> None:
        if not self.recipe.history:
            raise RecipeError(f"recipe {self.recipe.name} has no history, so its days are unknown")

    @property
    def opens(self) -> int:
        """The local hour at which the first shop opens."""
        return min(part.opens for part in self.recipe.history)

    @property
    def closes(self) -> int:
        return max(part.closes for part in self.recipe.history)

    @property
    def opens_at(self) -> datetime:
        """In UTC."""
        return min(self._at(part, part.opens) for part in self.recipe.history)

    @property
    def closes_at(self) -> datetime:
        return max(self._at(part, part.closes) for part in self.recipe.history)

    @cached_property
    def curve(self) -> Sequence[float]:
        """The share of the day's sales that each of its 24 local hours is expected to have."""
        histories = [
            (History(part, self.day, Random(0).random), self._zone(part))  # noqa: S311 - nothing secret is drawn
            for part in self.recipe.history
        ]
        weights = [history.expected(self.day) for history, _ in histories]
        whole = fsum(weights)
        if not whole:
            raise RecipeError(f"recipe {self.recipe.name} is closed on {self.day:%Y-%m-%d}")
        curves = [history.curve(self.day, zone) for history, zone in histories]
        return [
            fsum(weight * curve[hour] for weight, curve in zip(weights, curves, strict=True)) / whole
            for hour in range(24)
        ]

    def busy(self, at: datetime) -> float:
        """How busy it is at a moment, by the clock of the first shop: 1 in the busiest hour, 0 when all is closed."""
        local = at.astimezone(self._zone(self.recipe.history[0]))
        if local.date() != self.day:
            return 0.0
        return self.curve[local.hour] / max(self.curve)

    def _at(self, part: HistoryPart, hour: int) -> datetime:
        # Midnight at the end of the day is the next day's.
        day = self.day + timedelta(days=hour // 24)
        return datetime.combine(day, time(hour % 24), tzinfo=self._zone(part)).astimezone(UTC)

    def _zone(self, part: HistoryPart) -> ZoneInfo:
        state = next(each.state for each in self.recipe.licenses if each.number == part.license)
        return STATES[state].zone
