"""The kept results of one world's lists: as many as are asked for again, within bounds."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any

from simulator.query.kept import Kept

RESULTS = 32
"""More than the pages that one client reads at a time need; whoever asks a new question each time fills no more than these."""
ROWS = 4_000_000
"""Nine bytes each, so some 36 MB: several sorts of a million receipts beside one another."""


class Results:
    """Looked up by what was asked. What was asked longest ago is let go first."""

    __slots__ = ("_kept", "_most", "_most_rows")

    def __init__(self, most: int = RESULTS, most_rows: int = ROWS) -> None:
        self._most, self._most_rows = most, most_rows
        self._kept: OrderedDict[Hashable, Kept[Any]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def find(self, asked: Hashable, make: Callable[[], Kept[Any]]) -> Kept[Any]:
        """What is kept for what is asked, or else what `make` makes for it; all who ask the same share it.

        A result that is too large to be kept beside others is kept alone.
        """
        kept = self._kept.get(asked)
        if kept is None:
            kept = self._kept[asked] = make()
        self._kept.move_to_end(asked)
        if not kept.stands:
            kept.begin()
            self._let_go()
        return kept

    def _let_go(self) -> None:
        kept = self._kept
        weight = sum(each.weight for each in kept.values())
        while len(kept) > 1 and (len(kept) > self._most or weight > self._most_rows):
            _, gone = kept.popitem(last=False)
            weight -= gone.weight
