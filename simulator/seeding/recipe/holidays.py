"""Days of the year that move: the nights before and after Thanksgiving, when shops are full."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from types import MappingProxyType

THURSDAY = 3


def thanksgiving(year: int) -> date:
    """The fourth Thursday of November."""
    first = date(year, 11, 1)
    return first + timedelta(days=(THURSDAY - first.weekday()) % 7 + 21)


MOVING_DAYS: Mapping[str, Callable[[int], date]] = MappingProxyType(
    {
        "green-wednesday": lambda year: thanksgiving(year) - timedelta(days=1),
        "black-friday": lambda year: thanksgiving(year) + timedelta(days=1),
    }
)
"""By name, the day of a year."""
