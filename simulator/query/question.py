"""What is asked of a list of rows: which of them, and in what order. Found in short slices of work."""

from collections.abc import Callable, Generator, Iterator, Sequence
from itertools import compress
from operator import attrgetter, neg
from typing import Any, Generic, Protocol, TypeVar

from simulator.paged.ordered import Ordered
from simulator.query.compile import Order
from simulator.query.fields import Reader
from simulator.query.predicates import Predicate
from simulator.query.sorting import SLICE, Keys, sort


class Identified(Protocol):
    """A row: its `id` never changes for a thing, and the row itself changes in nothing."""

    @property
    def id(self) -> int: ...


Row = TypeVar("Row", bound=Identified)
Open = Callable[[Sequence[Row]], Sequence[Any]]
"""Makes of each row what its fields are read from. Takes about as long as all the rest, so each is opened seldom."""
ID = attrgetter("id")
_Slices = Generator[None, None, Ordered[Row]]


class Question(Generic[Row]):
    """A filter, a sort, both or neither, of rows that have to be opened or are read as they are (None)."""

    __slots__ = ("_compact", "_descending", "_open", "_test", "_value")

    def __init__(
        self, test: Predicate | None = None, order: Order | None = None, open_: Open[Row] | None = None
    ) -> None:
        self._open, self._test = open_, test
        self._value: Reader | None = order.value if order else None
        self._compact = order.compact if order else None
        self._descending = order.descending if order else False

    def find(self, rows: Ordered[Row]) -> _Slices[Row]:
        """The rows asked for, for `in_order`. Pauses after each slice of about a millisecond."""
        if self._value is not None:
            return self._sorted(rows, self._value)
        return self._in_order_of(rows)

    def in_order(self, found: Sequence[Row]) -> Sequence[Row]:
        """What was found, in the order asked for."""
        return Backwards(found) if self._descending else found

    def passes(self, row: Row) -> bool:
        return self._test is None or self._test(self._opened((row,))[0])

    def _in_order_of(self, rows: Ordered[Row]) -> _Slices[Row]:
        found = Ordered(rows.key)
        for start in range(0, len(rows), SLICE):
            found.extend(self._passing(rows[start : start + SLICE])[0])
            yield
        return found

    def _sorted(self, rows: Ordered[Row], value: Reader) -> _Slices[Row]:
        """Found in ascending order always: a descending one is that read backwards, with equals the other way round."""
        sign = -1 if self._descending else 1

        def ties(some: Sequence[Row]) -> list[int]:
            return list(map(neg, map(ID, some)) if self._descending else map(ID, some))

        def place(row: Row) -> tuple[bool, Any, int]:
            held = value(self._opened((row,))[0])
            return held is not None, held, sign * row.id

        def chosen(some: Sequence[Row]) -> tuple[Sequence[Row], Sequence[Any]]:
            passing, opened = self._passing(some)
            return passing, list(map(value, opened))

        def keyed(some: Sequence[Row]) -> Sequence[Any]:
            return list(map(value, self._opened(some)))

        found = Ordered(place)
        yield from sort(rows, chosen, Keys(keyed, ties, self._compact), found.extend)
        return found

    def _opened(self, rows: Sequence[Row]) -> Sequence[Any]:
        return self._open(rows) if self._open else rows

    def _passing(self, rows: Sequence[Row]) -> tuple[Sequence[Row], Sequence[Any]]:
        """Those that pass, and what their fields are read from. Each is opened once, however much is asked."""
        opened = self._opened(rows)
        if self._test is None:
            return rows, opened
        passes = list(map(self._test, opened))
        return list(compress(rows, passes)), list(compress(opened, passes))


Item = TypeVar("Item")


class Backwards(Sequence[Item]):
    """A sequence from its last item to its first."""

    __slots__ = ("_items",)

    def __init__(self, items: Sequence[Item]) -> None:
        self._items = items

    def __len__(self) -> int:
        return len(self._items)

    def __getitem__(self, index: Any) -> Any:
        if not isinstance(index, slice):
            return self._items[-1 - index]
        start, stop, step = index.indices(len(self))
        if step != 1 or start >= stop:
            return [self._items[-1 - place] for place in range(start, stop, step)]
        return self._items[len(self) - stop : len(self) - start][::-1]

    def __iter__(self) -> Iterator[Item]:
        for start in range(0, len(self), SLICE):
            yield from self[start : start + SLICE]
