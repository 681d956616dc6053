"""Birthdays moved by some days, such that nobody is younger than they were and nobody changes age class."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta

from simulator.importing.replacing import Replacing
from simulator.times import whole_years

COMING_OF_AGE = (18, 21)
FARTHEST = 300
TRIES = 40


def moved(birthdays: Mapping[datetime, Sequence[date]], replacing: Replacing) -> dict[datetime, datetime]:
    """Another birthday for each, given the days on which somebody bought who was born then."""
    return {born: _moved(born, days, replacing) for born, days in birthdays.items()}


def _moved(born: datetime, days: Sequence[date], replacing: Replacing) -> datetime:
    """GAP(import-birthdays): one that no other day would leave in their class is moved into the past all the same."""
    candidates = list(_candidates(born, replacing))
    for other in candidates:
        if all(_is_like(born.date(), other.date(), day) for day in days):
            return other
    return min(candidates)


def _candidates(born: datetime, replacing: Replacing) -> Iterator[datetime]:
    drawn = replacing.draw("birthday", born.isoformat(), 2 * TRIES)
    for high, low in zip(drawn[::2], drawn[1::2], strict=True):
        by = (high * 256 + low) % (2 * FARTHEST) - FARTHEST
        yield born - timedelta(days=by if by < 0 else by + 1)


def _is_like(born: date, other: date, on: date) -> bool:
    """As old or older, and of the same class."""
    age, other_age = whole_years(born, on), whole_years(other, on)
    return other_age >= age and _age_class(age) == _age_class(other_age)


def _age_class(age: int) -> int:
    return sum(age >= threshold for threshold in COMING_OF_AGE)
