"""What a large store takes: resident memory stage by stage, growth over many requests, and the longest pauses of writes.

python loadtests/bench/memory.py [--receipts N] [--requests N] [--posts N] [--quick] [--write]

Every answer is read once before growth is measured. The requests of the growth are reads and dry runs, so that the store
is the same at its end, and come sixteen at a time over each of sixteen connections.
"""

import argparse
import json
from itertools import cycle, islice
from typing import Any

from _load import load
from _measure import MICRO, at, rounded
from _operations import ask
from _page import machine, options, table, tell
from _process import CLIENT_CORE, SERVER_CORE, on_core
from _sales import sales
from _store import LICENSE, Store, chosen, request, store

T3_ROWS, TRACE_ROWS = 500, 1000
BATCH = 16
MOST_PIECES = 4000
STRETCHES = 10
JOURNAL_MIB = 64
QUERIES = (
    ("totalPrice__gte:10", "totalPrice:desc"),
    ("salesDateTime__gte:2025-09-01T00:00:00", "salesDateTime:desc"),
    ("salesCustomerType__eq:Consumer", "receiptNumber:asc"),
    ("isFinal__eq:false", "lastModified:desc"),
    ("totalPackages__eq:2", "recordedByUserName:asc"),
    ("receiptNumber__endswith:7", "totalPrice:asc"),
    ("salesCustomerTypeName__contains:e", "id:desc"),
    ("totalPrice__lt:100", "salesDateTime:asc"),
)
"""Eight that have nothing in common, most of which nearly every receipt passes."""
SECONDS_OF_POSTS = 60


def stages(store: Store) -> list[tuple[str, float]]:
    """Resident MiB after each stage, in order."""
    told = [("after the start", store.server.memory)]

    def stage(name: str, requests: Any) -> None:
        load(store.server.port, iter(requests))
        told.append((name, store.server.memory))

    fill_journal(store)
    told.append(("the journal is full", store.server.memory))
    pages = range(1, -(-store.size // T3_ROWS) + 1)
    stage(
        "every page of T3's list was read",
        (store.t3_get("sales/active", pageSize=T3_ROWS, page=each) for each in pages),
    )
    offsets = range(0, store.size, TRACE_ROWS)
    stage(
        "every page of Trace's list was read",
        (store.trace_get("sales", limit=TRACE_ROWS, offset=each) for each in offsets),
    )
    stage(
        f"{len(QUERIES)} filtered and sorted queries were asked",
        (store.t3_get("sales/active", filter=each, sort=sort, pageSize=100) for each, sort in QUERIES),
    )
    return told


def fill_journal(store: Store) -> None:
    """Looks things up until the journal has dropped an entry."""
    requests = [store.trace_get(f"sales/{sale['id']}") for sale in chosen(store.sales, 1000)]
    for _ in range(1000):
        if json.loads(store.server.ask("GET", "/_simulator/journal/summary"))["dropped"]:
            return
        load(store.server.port, islice(cycle(requests), 5000))
    raise RuntimeError("the journal does not fill")


def mixed(store: Store, pieces: int) -> list[bytes]:
    """Pieces of sixteen requests: lookups, transactions, pages and dry runs over the whole store, at random."""
    wanted = pieces * BATCH
    ids, sale_ids = chosen(store.receipt_ids, wanted, seed=3), [sale["id"] for sale in store.sales]
    pages = chosen(range(1, max(store.size // 10, 1) + 1), wanted, seed=4)
    sorted_, (low, sort) = cycle(pages), QUERIES[0]
    draw = {
        "lookup": (store.trace_get(f"sales/{each}") for each in cycle(sale_ids)),
        "lines": (store.t3_get("sales/transactions", salesReceiptId=each) for each in cycle(ids)),
        "page": (store.t3_get("sales/active", pageSize=10, page=each) for each in cycle(pages)),
        "query": (
            store.t3_get("sales/active", filter=low, sort=sort, pageSize=10, page=each) for each in sorted_
        ),
        "dry run": (
            request("POST", f"/v2/sales/void?licenseNumber={LICENSE}", store.t3, {"id": each})
            for each in cycle(ids)
        ),
    }
    mix = ("lookup", "lines", "page", "query", "dry run", "lookup", "lines", "lookup")
    turns = cycle(mix)
    return [b"".join(next(draw[next(turns)]) for _ in range(BATCH)) for _ in range(pieces)]


def growth(store: Store, requests: int) -> dict[str, Any]:
    """Resident MiB before, and after each tenth of so many requests."""
    each = max(requests // STRETCHES // BATCH, 1)
    pieces = mixed(store, min(each, MOST_PIECES))
    endless = cycle(pieces)
    load(store.server.port, iter(pieces), batch=BATCH)  # once, for what is made at the first sight of it
    memory, seconds, answers = [store.server.memory], 0.0, 0
    for _ in range(STRETCHES):
        told = load(store.server.port, islice(endless, each), batch=BATCH)
        memory.append(store.server.memory)
        seconds += told.seconds
        answers += told.answers
    return {
        "requests": answers,
        "seconds": seconds,
        "memory": memory,
        "grown": memory[-1] - memory[0],
        "most": max(memory) - memory[0],
    }


def pauses(store: Store, posts: int) -> dict[str, float]:
    """Microseconds that recording a sale takes, with the journal on and the store full."""
    store.reset()
    warm, asked = sales(store, mark="H"), sales(store, mark="P")
    ask(store, [store.record(next(warm)) for _ in range(100)])
    bodies = [store.record(next(asked)) for _ in range(posts)]
    told = load(store.server.port, iter(bodies), seconds=SECONDS_OF_POSTS)
    latencies = sorted(told.latencies)
    store.reset()
    shares = {"p50": 0.5, "p99": 0.99, "p999": 0.999, "longest": 1.0}
    return {name: at(latencies, share) * MICRO for name, share in shares.items()} | {
        "requests": told.answers,
        "rate": told.answers / told.seconds,
    }


def measure(given: argparse.Namespace) -> dict[str, Any]:
    with on_core(CLIENT_CORE), store(given.receipts, SERVER_CORE) as measured:
        told = stages(measured)
        return {
            "receipts": given.receipts,
            "stages": dict(told),
            "most": max(memory for _, memory in told),
            "journal_mib": JOURNAL_MIB,
            "growth": growth(measured, given.requests),
            "posts": pauses(measured, given.posts),
        }


def tables(told: dict[str, Any]) -> list[str]:
    grown, posts = told["growth"], told["posts"]
    per_receipt = 1 << 20
    rows = [
        [name, f"{memory:,.0f}", f"{memory * per_receipt / told['receipts']:,.0f}"]
        for name, memory in told["stages"].items()
    ]
    return [
        *table(["Resident memory when", "MiB", "Bytes a receipt"], rows),
        "",
        f"Over {grown['requests']:,} more requests ({grown['requests'] / grown['seconds']:,.0f} a second) it went from "
        f"{grown['memory'][0]:,.0f} to {grown['memory'][-1]:,.0f} MiB: "
        + ", ".join(f"{each:,.0f}" for each in grown["memory"])
        + ".",
        "",
        *table(
            ["Trace POST of a sale, ms", "p50", "p99", "p99.9", "longest", "requests"],
            [
                [
                    "over 16 connections",
                    *(f"{posts[name] / 1000:,.2f}" for name in ("p50", "p99", "p999", "longest")),
                    f"{posts['requests']:,}",
                ]
            ],
        ),
    ]


def main() -> None:
    arguments = options(__doc__)
    arguments.add_argument("--receipts", type=int, default=1_000_000)
    arguments.add_argument("--requests", type=int, default=1_000_000, help="over which growth is measured")
    arguments.add_argument("--posts", type=int, default=50_000)
    arguments.add_argument("--quick", action="store_true", help="few of everything")
    given = arguments.parse_args()
    if given.quick:
        given.receipts, given.requests, given.posts = 2_000, 20_000, 1_000
    told = measure(given)
    text = "\n".join([f"{given.receipts:,} receipts of two lines; {machine()}.", "", *tables(told)])
    told = {name: rounded(one) if isinstance(one, dict) else one for name, one in told.items()}
    tell("memory", text, write=given.write, page=given.page, results=rounded(told))


if __name__ == "__main__":
    main()
