"""A list kept in pages that its forks share until one of them writes."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate, chain, islice
from typing import Self, TypeVar, overload

T = TypeVar("T")

FULL = 1024
"""Items on a page that was filled from one end."""


class PagedList(Sequence[T]):
    """A fork costs the same however long the list is; the next write of either side copies one page and the table of pages.

    What forks share is only read: each may be used in a thread of its own.
    """

    __slots__ = ("_ends", "_length", "_own", "_pages")

    def __init__(self) -> None:
        self._pages: list[list[T]] = []
        """None of them is empty."""
        self._own: bytearray | None = bytearray()
        """For each page whether no fork has it; None: forks have the table of pages itself."""
        self._length = 0
        self._ends: list[int] = []
        """How many items there are up to the end of each page, as far as is known. Replaced, never changed."""

    def fork(self) -> Self:
        """A list of its own that begins with the same items."""
        self._own = None
        other = type(self).__new__(type(self))
        other._pages, other._own = self._pages, None  # noqa: SLF001 - it is one of us
        other._length, other._ends = self._length, self._ends  # noqa: SLF001 - it is one of us
        return other

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[T]:
        return chain.from_iterable(self._pages)

    @overload
    def __getitem__(self, index: int) -> T: ...

    @overload
    def __getitem__(self, index: slice) -> list[T]: ...

    def __getitem__(self, index: int | slice) -> T | list[T]:
        if isinstance(index, slice):
            start, stop, step = index.indices(self._length)
            return self._between(start, stop) if step == 1 else list(self)[index]
        place = index + self._length if index < 0 else index
        if not 0 <= place < self._length:
            raise IndexError("list index out of range")
        return self._between(place, place + 1)[0]

    def __repr__(self) -> str:
        return repr(list(self))

    def _between(self, start: int, stop: int) -> list[T]:
        """The items from `start` until before `stop`, both from the beginning."""
        ends = self._ends if len(self._ends) == len(self._pages) else self._known_ends()
        first = bisect_right(ends, start)
        if first == len(ends) or stop <= start:
            return []
        page = self._pages[first]
        at = ends[first] - len(page)
        items = page[start - at : stop - at]
        for page in islice(self._pages, first + 1, None):
            at = ends[first]
            if at >= stop:
                break
            items += page[: stop - at]
            first += 1
        return items

    def _known_ends(self) -> list[int]:
        ends = self._ends
        if len(ends) < len(self._pages):
            further = map(len, self._pages[len(ends) :])
            before = ends[-1] if ends else 0
            ends = [*ends[:-1], *accumulate(further, initial=before)] if ends else [*accumulate(further)]
            self._ends = ends
        return ends

    def append(self, item: T) -> None:
        pages, own = self._pages, self._own
        if not pages or len(pages[-1]) >= FULL:
            self._insert_page(len(pages), [item])
        elif own and own[-1] and len(self._ends) < len(pages):
            # As the rest, without a look at what need not change.
            pages[-1].append(item)
        else:
            self._page(len(pages) - 1).append(item)
        self._length += 1

    def extend(self, items: Sequence[T]) -> None:
        room = max(FULL - len(self._pages[-1]), 0) if self._pages else 0
        if room and items:
            self._page(len(self._pages) - 1).extend(items[:room])
        for start in range(room, len(items), FULL):
            self._insert_page(len(self._pages), list(items[start : start + FULL]))
        self._length += len(items)

    def _page(self, number: int) -> list[T]:
        """A page, to be written on."""
        own = self._own_pages(number)
        if not own[number]:
            self._pages[number] = self._pages[number].copy()
            own[number] = True
        return self._pages[number]

    def _insert_page(self, number: int, page: list[T]) -> None:
        self._own_pages(number).insert(number, True)
        self._pages.insert(number, page)

    def _remove_page(self, number: int) -> None:
        del self._own_pages(number)[number], self._pages[number]

    def _own_pages(self, number: int) -> bytearray:
        """Have a table of pages of one's own, for a change of this page; tells which pages are one's own."""
        if self._own is None:
            self._pages = self._pages.copy()
            self._own = bytearray(len(self._pages))
        if len(self._ends) > number:
            self._ends = self._ends[:number]
        return self._own
