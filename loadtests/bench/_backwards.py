"""A client that misses nothing while others write: over several connections, each reads its share from its last page down.

Page numbers count from the beginning, so a row that goes makes later rows move to earlier pages. Who reads upwards misses
those that move to a page read before. Who reads downwards meets some twice and misses none, as long as what is new comes
last, and as long as each goes on below its share until it meets what the one below began with.
"""

import json
from collections.abc import Callable
from itertools import pairwise
from typing import Any

from _load import Script, run_scripts, running
from _store import Store
from _writer import writing

CONNECTIONS = 4
Key = tuple[float, int]


def under_writes(store: Store, page: Callable[[int], bytes], pages: int, per_second: int) -> dict[str, Any]:
    """Reads all pages once while sales are recorded and receipts voided; what it took, and who was missed."""
    seen: set[int] = set()
    tops: dict[int, Key] = {}
    scripts = [
        downwards(number, share, page, tops, seen) for number, share in enumerate(shares(pages, CONNECTIONS))
    ]
    with writing(store, per_second) as written:
        seconds = running(run_scripts(store.server.port, scripts, keep=1)).seconds
    throughout = set(store.receipt_ids) - written.voided
    return {
        "seconds": seconds,
        "rate": written.requests / seconds,
        "recorded": written.recorded,
        "voided": len(written.voided),
        "throughout": len(throughout),
        "missed": len(throughout - seen),
    }


def shares(pages: int, count: int) -> list[range]:
    """The pages in so many stretches, the lowest first."""
    cuts = [pages * number // count for number in range(count + 1)]
    return [range(low + 1, high + 1) for low, high in pairwise(cuts) if high > low]


def downwards(
    number: int, share: range, page: Callable[[int], bytes], tops: dict[int, Key], seen: set[int]
) -> Script:
    """Reads its share from the last page down, and on until it meets where the one below began."""
    for at in range(share[-1], 0, -1):
        rows = json.loads((yield page(at)))["data"]
        seen.update([row["id"] for row in rows])
        if rows:
            tops.setdefault(number, _key(rows[-1]))
        below = tops.get(number - 1)
        if at <= share[0] and (number == 0 or (rows and below and _key(rows[0]) <= below)):
            return


def _key(row: dict[str, Any]) -> Key:
    """Where it is in the list: by falling price, then by id."""
    return -row["totalPrice"], row["id"]
