"""A paged list that is always in order."""

from bisect import bisect_left
from collections.abc import Callable, Iterable
from typing import Any, Self, TypeVar

from simulator.paged.list import FULL, PagedList

T = TypeVar("T")

MOST = 2 * FULL
LEAST = FULL // 4
"""A page with more items is cut in two, one with fewer joined to its neighbour."""


class Ordered(PagedList[T]):
    """Items by a key that no two of them share."""

    __slots__ = ("_key",)

    def __init__(self, key: Callable[[T], Any]) -> None:
        super().__init__()
        self._key = key

    @property
    def key(self) -> Callable[[T], Any]:
        return self._key

    def fork(self) -> Self:
        other = super().fork()
        other._key = self._key  # noqa: SLF001 - it is one of us
        return other

    def add(self, item: T) -> None:
        key, order = self._key, self._key(item)
        pages = self._pages
        if not pages or key(pages[-1][-1]) < order:
            self.append(item)
            return
        number = self._number_of(order)
        page = self._page(number)
        page.insert(bisect_left(page, order, key=key), item)
        self._length += 1
        self._cut(number)

    def add_all(self, items: Iterable[T]) -> None:
        """Many at once: what comes after all that is here costs no more than to sort it."""
        new = sorted(items, key=self._key)
        if not new:
            return
        if self._number_of(self._key(new[0])) == len(self._pages):
            self.extend(new)
        elif len(new) < len(self) // FULL:
            for item in new:
                self.add(item)
        else:
            everything = sorted([*self, *new], key=self._key)
            self._pages, self._own, self._ends, self._length = [], bytearray(), [], 0
            self.extend(everything)

    def remove(self, item: T) -> None:
        """The item of the same key. Raises KeyError where there is none."""
        key, order = self._key, self._key(item)
        number = self._number_of(order)
        place = bisect_left(self._pages[number], order, key=key) if number < len(self._pages) else 0
        if number == len(self._pages) or key(self._pages[number][place]) != order:
            raise KeyError(order)
        page = self._page(number)
        del page[place]
        self._length -= 1
        if not page:
            self._remove_page(number)
        elif len(page) < LEAST and len(self._pages) > 1:
            self._join(number - 1 if number else 0)

    def _number_of(self, order: Any) -> int:
        """The page where what has this key is or belongs; one more than there are when it comes after all."""
        key = self._key
        if not self._pages or key(self._pages[-1][-1]) < order:
            return len(self._pages)
        return bisect_left(self._pages, order, key=lambda page: key(page[-1]))

    def _cut(self, number: int) -> None:
        page = self._pages[number]
        if len(page) > MOST:
            half = len(page) // 2
            self._insert_page(number + 1, page[half:])
            del page[half:]

    def _join(self, number: int) -> None:
        """Put what the page after it has on this one."""
        self._page(number).extend(self._pages[number + 1])
        self._remove_page(number + 1)
        self._cut(number)
