"""A day as a recipe has it: when its shops are open, and how its customers divide among the hours."""

from collections.abc import Mapping, Sequence
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

HOUR = timedelta(hours=1)


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
        hours = [fsum(expected) for expected in zip(*self._expected.values(), strict=True)]
        whole = fsum(hours)
        return [hour / whole for hour in hours]

    def busy(self, at: datetime) -> float:
        """How busy it is at a moment in all shops together: 1 in the busiest hour, 0 when all are closed."""
        return self._customers(at) / self._most_customers

    def _customers(self, at: datetime) -> float:
        """How many are expected in the hour of a moment."""
        clocks = ((at.astimezone(zone), hours) for zone, hours in self._expected.items())
        return fsum(hours[clock.hour] for clock, hours in clocks if clock.date() == self.day)

    @cached_property
    def _most_customers(self) -> float:
        open_hours = (self.closes_at - self.opens_at) // HOUR
        # One more, as what the clocks jump over is sold in the hour after.
        return max(self._customers(self.opens_at + hour * HOUR) for hour in range(open_hours + 1))

    @cached_property
    def _expected(self) -> Mapping[ZoneInfo, Sequence[float]]:
        """By zone, how many sales each of the 24 local hours is expected to have."""
        found: dict[ZoneInfo, list[float]] = {}
        for part in self.recipe.history:
            history, zone = History(part, self.day, Random(0).random), self._zone(part)  # noqa: S311 - nothing secret is drawn
            hours = found.setdefault(zone, [0.0] * 24)
            for hour, share in enumerate(history.curve(self.day, zone)):
                hours[hour] += share * history.expected(self.day)
        if not any(map(any, found.values())):
            raise RecipeError(f"recipe {self.recipe.name} is closed on {self.day:%Y-%m-%d}")
        return found

    def _at(self, part: HistoryPart, hour: int) -> datetime:
        # Midnight at the end of the day is the next day's.
        day = self.day + timedelta(days=hour // 24)
        return datetime.combine(day, time(hour % 24), tzinfo=self._zone(part)).astimezone(UTC)

    def _zone(self, part: HistoryPart) -> ZoneInfo:
        state = next(each.state for each in self.recipe.licenses if each.number == part.license)
        return STATES[state].zone
