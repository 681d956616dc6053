"""Sort very many rows in short slices of work: buckets between pivots that a sample gives, each bucket sorted for itself.

A list of a million sorted in one go would hold up everything else for a second. What is there besides the rows in order is
one list of them in buckets, and keys where those fit in eight bytes; other keys exist of only a few rows at a time.
"""

from array import array
from bisect import bisect_left
from collections.abc import Callable, Generator, Iterator, Sequence
from heapq import merge
from itertools import islice
from typing import Any, Generic, NamedTuple, TypeVar

Row = TypeVar("Row")
Chosen = Callable[[Sequence[Row]], tuple[Sequence[Row], Sequence[Any]]]
"""Those of some rows that are to be sorted, and the key of each: None, or something that compares with the others."""
Put = Callable[[list[Row]], None]

SLICE = 512
"""Rows that are looked at between two pauses: with a microsecond or two for each, about a millisecond."""
RUN = 512
"""Rows that a bucket is meant to have. It is sorted in one go."""
LONGEST = 2 * RUN
"""Rows of a bucket that is still sorted in one go. One that has more is parted again."""
SAMPLED = 64
"""One row in so many is in the sample, so that there are 8 for each bucket: few buckets are twice as long as others."""
GOLDEN = 0.6180339887498949
"""Multiples of it, without the whole part, are spread evenly and follow no period that rows might have."""


class Keys(NamedTuple, Generic[Row]):
    """What rows are sorted by: `of` gives the keys of some, `ties` numbers in which all differ, for those with equal keys.

    `compact` is the type code of an array that keys fit in. Then they are kept until their bucket is sorted, in eight bytes
    each; otherwise they are asked for anew, as so many objects would take more than the rows' own list.
    """

    of: Callable[[Sequence[Row]], Sequence[Any]]
    ties: Callable[[Sequence[Row]], Sequence[int]]
    compact: str | None


def sort(rows: Sequence[Row], chosen: Chosen[Row], keys: Keys[Row], put: Put[Row]) -> Iterator[None]:
    """Put the chosen rows, run by run, in ascending order: None before all else, and equals by `ties`.

    `chosen` may leave rows out.
    """
    pivots = yield from _pivots(rows, chosen)
    marks = [*pivots, None]
    nulls: list[Row] = []
    equal: list[list[Row]] = [[] for _ in marks]
    below: list[list[Row]] = [[] for _ in marks]
    held = [array(keys.compact) for _ in marks] if keys.compact else None
    for start in range(0, len(rows), SLICE):
        for row, key in zip(*chosen(rows[start : start + SLICE]), strict=True):
            if key is None:
                nulls.append(row)
                continue
            place = bisect_left(pivots, key)
            if marks[place] == key:
                equal[place].append(row)
            else:
                below[place].append(row)
                if held:
                    held[place].append(key)
        yield
    yield from _put_by_tie(nulls, keys, put)
    below.reverse()
    equal.reverse()
    if held:
        held.reverse()
    while below:
        yield from _put_sorted(below.pop(), held.pop() if held else None, keys, put)
        yield from _put_by_tie(equal.pop(), keys, put)


def _put_sorted(
    rows: list[Row], held: Sequence[Any] | None, keys: Keys[Row], put: Put[Row]
) -> Iterator[None]:
    if len(rows) > LONGEST:
        yield from sort(rows, lambda some: (some, keys.of(some)), keys, put)
    elif rows:
        places = _by(keys.ties(rows))
        places.sort(key=(held or keys.of(rows)).__getitem__)
        put([rows[place] for place in places])
        yield


def _put_by_tie(rows: list[Row], keys: Keys[Row], put: Put[Row]) -> Iterator[None]:
    """As all of them are equal."""
    if len(rows) > LONGEST:
        by_tie = Keys(keys.ties, keys.ties, None)
        yield from sort(rows, lambda some: (some, keys.ties(some)), by_tie, put)
    elif rows:
        put([rows[place] for place in _by(keys.ties(rows))])
        yield


def _by(ties: Sequence[int]) -> list[int]:
    return sorted(range(len(ties)), key=ties.__getitem__)


def _pivots(rows: Sequence[Row], chosen: Chosen[Row]) -> Generator[None, None, list[Any]]:
    """Keys that part the chosen rows into buckets of about the length of a run, ascending and all different."""
    number, length = len(rows) // SAMPLED, len(rows)
    samples: list[list[Any]] = []
    for start in range(0, number, SLICE):
        places = (int(GOLDEN * each % 1 * length) for each in range(start, min(start + SLICE, number)))
        _, keys = chosen([rows[place] for place in places])
        samples.append(sorted(key for key in keys if key is not None))
        yield
    pivots: list[Any] = []
    sample = merge(*samples)
    every = RUN // SAMPLED
    while some := list(islice(sample, SLICE)):
        for key in some[every // 2 :: every]:
            if not pivots or pivots[-1] != key:
                pivots.append(key)
        yield
    return pivots
