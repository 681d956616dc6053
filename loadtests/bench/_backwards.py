"""A client that misses nothing while others write: over several connections, each reads its share from its last page down.

Page numbers count from the beginning, so a row that goes makes later rows move to earlier pages. Who reads upwards misses
those that move to a page read before. Who reads downwards meets some twice and misses none, as long as what is new comes
last, and as long as each goes on below its share until it meets what the one below began with.
"""

import asyncio
import json
import time
from collections.abc import Callable, Iterator
from itertools import cycle, pairwise
from typing import Any

from _load import Script, Wrong, run_scripts, running
from _sales import sales
from _store import Store, chosen

CONNECTIONS = 4
CHEAP = "0.50"
"""What new receipts cost a unit: less than all others, so in a list by falling price they come last."""
Key = tuple[float, int]


def under_writes(store: Store, page: Callable[[int], bytes], pages: int, per_second: int) -> dict[str, Any]:
    """Reads all pages once while sales are recorded and receipts voided; what it took, and who was missed."""
    seen: set[int] = set()
    tops: dict[int, Key] = {}
    scripts = [
        downwards(number, share, page, tops, seen) for number, share in enumerate(shares(pages, CONNECTIONS))
    ]
    writer = Writer(store)
    seconds = running(_both(store.server.port, scripts, writer, per_second))
    throughout = set(store.receipt_ids) - writer.voided
    return {
        "seconds": seconds,
        "rate": writer.done / seconds,
        "recorded": writer.done - len(writer.voided),
        "voided": len(writer.voided),
        "throughout": len(throughout),
        "missed": len(throughout - seen),
    }


async def _both(port: int, scripts: list[Script], writer: "Writer", per_second: int) -> float:
    reading = asyncio.ensure_future(run_scripts(port, scripts, keep=1))
    await asyncio.gather(reading, writer.write(reading, per_second))
    return reading.result().seconds


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


class Writer:
    """Another client, that records sales and voids receipts by turns, over one connection."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._sales = sales(store, price=CHEAP, mark="W")
        self._voids = iter(chosen(store.receipt_ids, 100_000, seed=2))
        self.voided: set[int] = set()
        self.done = 0

    def _requests(self) -> Iterator[bytes]:
        for records in cycle((True, False)):
            receipt = None if records else next(self._voids, None)
            if receipt is None:
                yield self._store.record(next(self._sales))
            else:
                self.voided.add(receipt)
                yield self._store.void(receipt)

    async def write(self, until: "asyncio.Future[Any]", per_second: int) -> None:
        """So many a second until the other is done; late ones are caught up with."""
        reader, stream = await asyncio.open_connection("127.0.0.1", self._store.server.port)
        began = time.perf_counter()
        for request in self._requests():
            if until.done():
                break
            stream.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            body = await reader.readexactly(int(head.lower().split(b"content-length: ")[1].split(b"\r")[0]))
            if head[9:10] != b"2":
                raise Wrong(f"a write was answered {head + body!r}")
            self.done += 1
            await asyncio.sleep(max(began + self.done / per_second - time.perf_counter(), 0))
        stream.close()
