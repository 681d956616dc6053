"""Sort very many rows in short slices of work: buckets between pivots that a sample gives, each bucket sorted for itself.

A list of a million sorted in one go would hold up everything else for a second. The keys of only a few rows exist at
a time, and what is there besides the rows in order is one list of them in buckets.
"""

from bisect import bisect_left
from collections.abc import Callable, Generator, Iterator, Sequence
from heapq import merge
from itertools import islice
from typing import Any, TypeVar

Row = TypeVar("Row")
Keyed = Callable[[Sequence[Row]], tuple[Sequence[Row], Sequence[Any]]]
"""Those of some rows that are to be sorted, and the key of each: None, or something that compares with the others."""
Tie = Callable[[Row], int]
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


def sort(
    rows: Sequence[Row], chosen: Keyed[Row], keyed: Keyed[Row], tie: Tie[Row], put: Put[Row]
) -> Iterator[None]:
    """Put the chosen rows, run by run, in ascending order: None before all else, and equals by `tie`, which all differ in.

    `chosen` may leave rows out, `keyed` leaves none out.
    """
    pivots = yield from _pivots(rows, chosen)
    marks = [*pivots, None]
    nulls: list[Row] = []
    below: list[list[Row]] = [[] for _ in marks]
    equal: list[list[Row]] = [[] for _ in marks]
    for start in range(0, len(rows), SLICE):
        for row, key in zip(*chosen(rows[start : start + SLICE]), strict=True):
            if key is None:
                nulls.append(row)
            else:
                place = bisect_left(pivots, key)
                (equal if marks[place] == key else below)[place].append(row)
        yield
    yield from _put_by_tie(nulls, tie, put)
    below.reverse()
    equal.reverse()
    while below:
        yield from _put_sorted(below.pop(), keyed, tie, put)
        yield from _put_by_tie(equal.pop(), tie, put)


def _put_sorted(rows: list[Row], keyed: Keyed[Row], tie: Tie[Row], put: Put[Row]) -> Iterator[None]:
    if len(rows) > LONGEST:
        yield from sort(rows, keyed, keyed, tie, put)
    elif rows:
        rows.sort(key=tie)
        same, keys = keyed(rows)
        put([same[place] for place in sorted(range(len(keys)), key=keys.__getitem__)])
        yield


def _put_by_tie(rows: list[Row], tie: Tie[Row], put: Put[Row]) -> Iterator[None]:
    """As all of them are equal."""
    if len(rows) > LONGEST:

        def ties(some: Sequence[Row]) -> tuple[Sequence[Row], Sequence[int]]:
            return some, list(map(tie, some))

        yield from sort(rows, ties, ties, tie, put)
    elif rows:
        rows.sort(key=tie)
        put(rows)
        yield


def _pivots(rows: Sequence[Row], chosen: Keyed[Row]) -> Generator[None, None, list[Any]]:
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
