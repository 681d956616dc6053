"""What is asked of the simulator: each operation with its requests, what primes it, and how an answer is known to be right."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from _load import load
from _sales import sales
from _store import Store, chosen

PAGE_ROWS = 100
POOL = 4000
KEPT_QUERIES = 4
FILTERED = {"filter": "totalPrice__gte:20", "sort": "totalPrice:desc", "pageSize": PAGE_ROWS}


def nothing(_: Store) -> list[bytes]:
    return []


@dataclass(frozen=True)
class Operation:
    """`requests` are asked in turn, of a list of changes each once; `prime` is asked before each round, outside of it."""

    key: str
    title: str
    requests: Callable[[Store], list[bytes]]
    rows: Callable[[Any], Sequence[Any]]
    expected: int
    changes: bool = False
    prime: Callable[[Store], list[bytes]] = nothing

    def is_right(self, body: bytes) -> bool:
        return len(self.rows(json.loads(body))) == self.expected


def pages(of: int) -> list[int]:
    """Full pages of a list so long, at random."""
    return chosen(range(1, max(of // PAGE_ROWS, 1) + 1), POOL)


def t3_pages(store: Store) -> list[bytes]:
    return [store.t3_get("sales/active", pageSize=PAGE_ROWS, page=page) for page in pages(store.size)]


def first_of_query(store: Store) -> list[bytes]:
    return [store.t3_get("sales/active", **FILTERED, page=1)]


def query_pages(store: Store) -> list[bytes]:
    (first,) = ask(store, first_of_query(store))
    total = json.loads(first)["total"]
    return [store.t3_get("sales/active", **FILTERED, page=page) for page in pages(total)]


def transactions(store: Store) -> list[bytes]:
    ids = chosen(store.receipt_ids, POOL)
    return [store.t3_get("sales/transactions", salesReceiptId=each) for each in ids]


def trace_pages(store: Store) -> list[bytes]:
    return [
        store.trace_get("sales", limit=PAGE_ROWS, offset=(page - 1) * PAGE_ROWS) for page in pages(store.size)
    ]


def lookups(store: Store) -> list[bytes]:
    return [store.trace_get(f"sales/{sale['id']}") for sale in chosen(store.sales, POOL)]


def records(store: Store) -> list[bytes]:
    """A round's growth is bounded, so that a small store stays small; it is reset, and they are asked again."""
    return [store.record(sale) for sale in islice(sales(store), _bounded(store))]


def voids(store: Store) -> list[bytes]:
    return [store.void(each) for each in chosen(store.receipt_ids, _bounded(store))]


def _bounded(store: Store) -> int:
    return min(max(store.size // 2, 100), 10_000)


def other_queries(store: Store) -> list[bytes]:
    """The first pages of different queries, so that their result sets are kept and have to be maintained."""
    sorts = ("totalPrice:desc", "salesDateTime:asc", "lastModified:desc", "receiptNumber:asc")
    return [
        store.t3_get("sales/active", filter=f"totalPrice__gte:{number + 1}", sort=sort, pageSize=PAGE_ROWS)
        for number, sort in zip(range(KEPT_QUERIES), sorts, strict=True)
    ]


def ask(store: Store, requests: Sequence[bytes]) -> list[bytes]:
    """Their bodies, asked one after the other."""
    bodies: list[bytes] = []
    load(store.server.port, iter(requests), connections=1, keep=1, samples=bodies)
    return bodies


def t3_rows(body: Any) -> Sequence[Any]:
    rows: Sequence[Any] = body["data"]
    return rows


def trace_rows(body: Any) -> Sequence[Any]:
    data = body["results"]["data"]
    return data if isinstance(data, list) else data["line_items"]


def message(body: Any) -> Sequence[Any]:
    return ["Success"] if body == {"message": "Success"} else []


OPERATIONS = (
    Operation("t3_page", "T3 list, a page of 100", t3_pages, t3_rows, PAGE_ROWS),
    Operation(
        "t3_query",
        "T3 list filtered and sorted, a page of 100",
        query_pages,
        t3_rows,
        PAGE_ROWS,
        prime=first_of_query,
    ),
    Operation("t3_transactions", "T3 transactions of a receipt", transactions, t3_rows, 2),
    Operation("trace_page", "Trace list, a page of 100", trace_pages, trace_rows, PAGE_ROWS),
    Operation("trace_lookup", "Trace sale by id", lookups, trace_rows, 2),
    Operation("trace_post", "Trace POST of a sale", records, trace_rows, 2, changes=True),
    Operation(
        "trace_post_kept",
        f"Trace POST while {KEPT_QUERIES} queries are kept",
        records,
        trace_rows,
        2,
        changes=True,
        prime=other_queries,
    ),
    Operation("t3_void", "T3 void of a receipt", voids, message, 1, changes=True),
)
