"""Dividing by weight: a count into whole parts, and a table in which one draw picks."""

from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate

GRAIN = 4096
"""How finely a table is divided."""
Table = tuple[int, ...]


def spread(weights: Sequence[float]) -> Table:
    """A table of GRAIN indexes into `weights`, each as often as its weight asks; one uniform draw picks one."""
    return _spread(tuple(weights))


@lru_cache(256)
def _spread(weights: tuple[float, ...]) -> Table:
    """Kept, as shops of a chain are alike."""
    return tuple(index for index, part in enumerate(split(GRAIN, weights)) for _ in range(part))


def split(count: int, weights: Sequence[float]) -> list[int]:
    """`count` in whole parts by weight, which add up exactly; in even parts where all weights are 0."""
    # Not by sum(), which adds floats up in another way since Python 3.12.
    running = list(accumulate(weights if any(weights) else [1.0] * len(weights)))
    given, parts = 0, []
    for upto in (round(count * part / running[-1]) for part in running):
        parts.append(upto - given)
        given = upto
    return parts
