"""Reading a whole collection page by page: how long beside the floor, while others write, and what others feel of it.

python loadtests/bench/sync.py [--receipts N] [--rounds N] [--quick] [--write]

The query filters and sorts, and nobody has asked it before. The floor sends as many pages of the same size over the same
four connections to the same client, of which there are two: one parses the JSON and notes the ids, one only reads.
"""

import argparse
import asyncio
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from _backwards import under_writes
from _floor import floor
from _load import Load, Wrong, load, run_scripts, running
from _measure import MICRO, at, rounded
from _operations import ask
from _page import machine, options, table, tell
from _process import CLIENT_CORE, SERVER_CORE, Served, on_core
from _store import Store, chosen, store

PAGE_ROWS = 500
CONNECTIONS = 4
PARSING, READING = "parses the JSON", "only reads the bytes"
SORTS = ("totalPrice:desc", "salesDateTime:asc", "receiptNumber:desc", "lastModified:asc", "id:desc")
PROBED_SECONDS = 2.0


@dataclass
class Queries:
    """Queries that every receipt passes and that nobody has asked before: each has its own lowest price."""

    store: Store
    cents: Iterator[int] = field(default_factory=lambda: count(1))

    def new(self, sort: str = SORTS[0]) -> Callable[[int], bytes]:
        """The request of each of its pages."""
        lowest = f"totalPrice__gte:{next(self.cents) / 100:.2f}"
        return lambda page: self.store.t3_get(
            "sales/active", filter=lowest, sort=sort, pageSize=PAGE_ROWS, page=page
        )

    @property
    def pages(self) -> range:
        return range(1, -(-self.store.size // PAGE_ROWS) + 1)


def read(server: Served, requests: Iterator[bytes], client: str) -> tuple[Load, set[int]]:
    """All of them, and the ids that were seen by a client that looks."""
    seen: set[int] = set()

    class Ids(list[bytes]):
        def append(self, body: bytes) -> None:
            seen.update([row["id"] for row in json.loads(body)["data"]])

    keep = 1 if client == PARSING else 0
    return load(server.port, requests, connections=CONNECTIONS, keep=keep, samples=Ids()), seen


def alone(queries: Queries, bare: Served, rounds: int) -> dict[str, dict[str, float]]:
    """Seconds of the floor and of the simulator, by client; each round asks a new query."""
    store, told = queries.store, {}
    took: dict[tuple[str, str], list[float]] = {}
    longest: list[float] = []
    for _ in range(rounds):
        for client in (PARSING, READING):
            pages = queries.pages
            floor_load, _ = read(bare, iter([on_floor(queries)] * len(pages)), client)
            cold, seen = read(store.server, map(queries.new(), pages), client)
            if client == PARSING and seen != set(store.receipt_ids):
                raise Wrong(f"{len(seen)} of {store.size} receipts were seen")
            if not 0.95 < cold.size / floor_load.size < 1.05:  # noqa: PLR2004 - the same bytes, nearly
                raise Wrong(f"the floor sent {floor_load.size} bytes, the simulator {cold.size}")
            took.setdefault((client, "floor"), []).append(floor_load.seconds)
            took.setdefault((client, "simulator"), []).append(cold.seconds)
            longest.append(max(cold.latencies))
    for client in (PARSING, READING):
        bare_seconds, seconds = median(took[client, "floor"]), median(took[client, "simulator"])
        told[client] = {
            "floor": bare_seconds,
            "simulator": seconds,
            "ratio": seconds / bare_seconds,
            "longest": max(took[client, "simulator"]),
        }
    told["first page"] = {"seconds": median(longest)}
    return told


def on_floor(queries: Queries) -> bytes:
    return queries.new()(1).replace(b"/v2/sales/active?", b"/page?", 1)


def others(queries: Queries) -> dict[str, dict[str, float]]:
    """Microseconds that one client's small reads take, alone and while another client's new query is answered."""
    store = queries.store
    small = [store.trace_get(f"sales/{sale['id']}") for sale in chosen(store.sales, 1000)]
    before = load(store.server.port, _around(small), seconds=PROBED_SECONDS, connections=1)
    latencies, firsts = list[float](), list[float]()
    for sort in SORTS:
        probed, first = running(_probe_during(store.server.port, small, queries.new(sort)(1)))
        latencies += probed.latencies
        firsts.append(first.seconds)
    return {
        "before": _spread(before.latencies),
        "during": _spread(latencies),
        "first page": {"seconds": median(firsts)},
    }


async def _probe_during(port: int, small: list[bytes], scan: bytes) -> tuple[Load, Load]:
    scanned = asyncio.ensure_future(run_scripts(port, [_once(scan)]))

    def probe() -> Any:
        for request in _around(small):
            if scanned.done():
                return
            yield request

    return await run_scripts(port, [probe()]), await scanned


def _once(request: bytes) -> Any:
    yield request


def _around(requests: list[bytes]) -> Iterator[bytes]:
    while True:
        yield from requests


def _spread(latencies: list[float]) -> dict[str, float]:
    told = sorted(latencies)
    shares = {"p50": 0.5, "p99": 0.99, "p999": 0.999, "longest": 1.0}
    return {name: at(told, share) * MICRO for name, share in shares.items()} | {"requests": len(told)}


def measure(given: argparse.Namespace) -> dict[str, Any]:
    with (
        TemporaryDirectory() as folder,
        on_core(CLIENT_CORE),
        store(given.receipts, SERVER_CORE) as measured,
    ):
        queries = Queries(measured)
        (page,) = ask(measured, [queries.new()(len(queries.pages) // 2 + 1)])
        (Path(folder) / "page").write_bytes(page)
        with floor(Path(folder), SERVER_CORE) as bare:
            told = {"receipts": given.receipts, "alone": alone(queries, bare, given.rounds)}
            told["others"] = others(queries)
            told["writing"] = under_writes(measured, queries.new(), len(queries.pages), given.writes)
            told["writing"]["ratio"] = told["writing"]["seconds"] / told["alone"][PARSING]["floor"]
            told["memory"] = measured.server.memory
    return told


def tables(told: dict[str, Any]) -> list[str]:
    alone_, writing, others_ = told["alone"], told["writing"], told["others"]
    rows = [
        [
            client,
            f"{one['floor']:.2f}",
            f"{one['simulator']:.2f}",
            f"{one['longest']:.2f}",
            f"{one['ratio']:.2f}",
        ]
        for client, one in ((client, alone_[client]) for client in (PARSING, READING))
    ]
    floor_seconds = alone_[PARSING]["floor"]
    during = f"{PARSING}, while {writing['rate']:,.0f} writes a second go on"
    rows.append([during, f"{floor_seconds:.2f}", f"{writing['seconds']:.2f}", "-", f"{writing['ratio']:.2f}"])
    probes = [
        [
            name,
            f"{one['p50']:,.0f}",
            f"{one['p99']:,.0f}",
            f"{one['p999']:,.0f}",
            f"{one['longest']:,.0f}",
            f"{one['requests']:,}",
        ]
        for name, one in (
            ("nobody else asks", others_["before"]),
            ("another's first page is made", others_["during"]),
        )
    ]
    meanwhile = (
        f"The first page of a new query takes {others_['first page']['seconds']:.2f} s. While others wrote, "
        f"{writing['recorded']:,} sales were recorded and {writing['voided']:,} receipts voided; of the "
        f"{writing['throughout']:,} receipts that were active throughout, {writing['missed']:,} were not seen."
    )
    return [
        *table(["The client", "Floor, s", "Simulator, s", "Slowest round, s", "To the floor"], rows),
        "",
        meanwhile,
        "",
        "Small reads of one client, in microseconds, while",
        "",
        *table(["", "p50", "p99", "p99.9", "longest", "requests"], probes),
    ]


def main() -> None:
    arguments = options(__doc__)
    arguments.add_argument("--receipts", type=int, default=1_000_000)
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--writes", type=int, default=200, help="a second")
    arguments.add_argument("--quick", action="store_true", help="few receipts, one round")
    given = arguments.parse_args()
    if given.quick:
        given.receipts, given.rounds = 5_000, 1
    told = measure(given)
    setting = (
        f"{given.receipts:,} receipts, {PAGE_ROWS} a page, filtered and sorted, {CONNECTIONS} connections, "
        f"medians of {given.rounds} rounds, each with a query nobody asked before; {machine()}."
    )
    text = "\n".join([setting, "", *tables(told)])
    tell("sync", text, write=given.write, page=given.page, results=_rounded(told))


def _rounded(told: dict[str, Any]) -> dict[str, Any]:
    return rounded({name: _rounded(one) if isinstance(one, dict) else one for name, one in told.items()})


if __name__ == "__main__":
    main()
