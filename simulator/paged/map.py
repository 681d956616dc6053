"""A map that its forks share: a base nobody writes to any more, and over it pages of what was put since."""

from collections.abc import Hashable, ItemsView, Iterable, Iterator, Mapping, ValuesView
from itertools import chain
from typing import Any, Self, TypeVar, overload

from simulator.paged.list import PagedList

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
D = TypeVar("D")

PAGES = 509
"""A prime, so that numbers in steps spread over the pages too."""
SMALL = 1000
"""A base of so few is copied when it is written to: that is quicker than pages, also to read."""
_NOTHING: dict[Any, Any] = {}
_MISSING: Any = object()


class PagedMap(Mapping[K, V]):
    """Keys keep the order in which they were first put, as in a dict. Nothing is ever taken out.

    Until its first fork this is one dict. A fork costs the same however much there is, and the next write of either
    side copies at most one page of what was put since the first fork, and the table of pages.

    What forks share is only read: each may be used in a thread of its own.
    """

    __slots__ = ("_added", "_base", "_base_is_own", "_own", "_pages")

    def __init__(self) -> None:
        self._base: dict[K, V] = {}
        self._base_is_own = True
        self._pages: list[dict[K, V]] = []
        """What was put since, by the hash of its key. Empty, or PAGES of them."""
        self._own: bytearray | None = None
        """For each page whether no fork has it; None: forks have the table of pages itself."""
        self._added: PagedList[K] = PagedList()
        """The keys that are on pages and not in the base, in order."""

    def fork(self) -> Self:
        """A map of its own that begins with the same items."""
        self._base_is_own, self._own = False, None
        other = type(self).__new__(type(self))
        other._base, other._base_is_own = self._base, False  # noqa: SLF001 - it is one of us
        other._pages, other._own = self._pages, None  # noqa: SLF001 - it is one of us
        other._added = self._added.fork()  # noqa: SLF001 - it is one of us
        return other

    def __getitem__(self, key: K) -> V:
        if self._pages:
            found = self._pages[hash(key) % PAGES].get(key, _MISSING)
            if found is not _MISSING:
                return found  # type: ignore[no-any-return] # of the page, or the mark for none
        return self._base[key]

    @overload
    def get(self, key: K, /) -> V | None: ...

    @overload
    def get(self, key: K, /, default: V | D) -> V | D: ...

    def get(self, key: K, /, default: Any = None) -> Any:
        if self._pages:
            found = self._pages[hash(key) % PAGES].get(key, _MISSING)
            if found is not _MISSING:
                return found
        return self._base.get(key, default)

    def __contains__(self, key: object) -> bool:
        return key in self._base or (bool(self._pages) and key in self._pages[hash(key) % PAGES])

    def __len__(self) -> int:
        return len(self._base) + len(self._added)

    def __iter__(self) -> Iterator[K]:
        return chain(self._base, self._added)

    def values(self) -> ValuesView[V]:
        """As they are now."""
        return self._whole().values()

    def items(self) -> ItemsView[K, V]:
        """As they are now."""
        return self._whole().items()

    def __repr__(self) -> str:
        return repr(self._whole())

    def _whole(self) -> dict[K, V]:
        """One dict of it all, to be read at once. To make one is quicker than to look every key up."""
        if not self._pages:
            return self._base
        whole = self._base.copy()
        whole.update(dict.fromkeys(self._added, _MISSING))
        for page in self._pages:
            if page:
                whole.update(page)
        return whole

    def put(self, key: K, value: V) -> None:
        own = self._own
        if own is None:
            if self._base_is_own or self._is_one_dict():
                self._base[key] = value
                return
            own = self._own_pages()
        number = hash(key) % PAGES
        page = self._pages[number]
        if not own[number]:
            page = self._pages[number] = page.copy()
            own[number] = True
        if key not in page and key not in self._base:
            self._added.append(key)
        page[key] = value

    def update(self, items: Iterable[tuple[K, V]]) -> None:
        """Put many."""
        if self._is_one_dict():
            self._base.update(items)
        else:
            for key, value in items:
                self.put(key, value)

    def _is_one_dict(self) -> bool:
        """Whether to write to the base."""
        if not self._base_is_own and not self._pages and len(self._base) <= SMALL:
            self._base = self._base.copy()
            self._base_is_own = True
        return self._base_is_own

    def _own_pages(self) -> bytearray:
        """Have a table of pages of one's own; tells which pages are."""
        self._pages = self._pages.copy() or [_NOTHING] * PAGES
        own = self._own = bytearray(PAGES)
        return own
