"""From rows to an answer: filter, sort and page a collection, and put it in T3's envelope."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from simulator.ledger.model import License
from simulator.query.compile import (
    Page,
    Predicate,
    combine,
    compile_condition,
    compile_sort,
    paginate,
    select,
    split_filter,
)
from simulator.query.fields import QueryError
from simulator.t3.collection import Collection
from simulator.t3.params import CollectionQuery, FilterQuery
from simulator.times import iso_utc
from simulator.wire.answer import Answer
from simulator.wire.errors import bad_request


def selection(
    collection: Collection, rows: Sequence[Any], query: FilterQuery, license_: License
) -> Sequence[Any]:
    """The rows the query's filters let through, in the order it asks for. All that is wrong with them is told."""
    asked, zone = collection.asked, license_.state.zone
    told: list[str] = []
    tests: list[Predicate] = []
    order = None
    for text in filter(None, query.filter):
        try:
            tests.append(compile_condition(*split_filter(text), asked, zone))
        except QueryError as error:
            told.append(str(error))
    try:
        order = compile_sort(query.sort, asked)
    except QueryError as error:
        told.append(str(error))
    if told:
        raise bad_request(f"Invalid query parameter: {'; '.join(told)}")
    return select(rows, combine(tests, query.filter_logic), order)


def page_response(
    collection: Collection, rows: Sequence[Any], query: CollectionQuery, license_: License, now: datetime
) -> Answer:
    """One page of a collection: `{page, totalPages, pageSize, total, data}`."""
    chosen = selection(collection, rows, query, license_)
    return Answer(page_json(collection, page_of(chosen, query), iso_utc(now)))


def page_of(rows: Sequence[Any], query: CollectionQuery) -> Page:
    """The page that the query asks for."""
    try:
        return paginate(rows, query.page, query.effective_page_size, strict=query.strict_pagination)
    except QueryError as error:
        raise bad_request(f"Invalid query parameter: {error}") from None


def page_json(
    collection: Collection, page: Page, retrieved_at: str, pieces: list[bytes] | None = None
) -> bytes:
    """The envelope around the rows of a page, or around their `pieces` where these are known."""
    if pieces is None:
        pieces = [collection.piece(row, retrieved_at) for row in page.rows]
    head = b'{"page":%d,"totalPages":%d,"pageSize":%d,"total":%d,"data":[' % (
        page.number,
        page.pages,
        page.size,
        page.total,
    )
    if not pieces:
        return head + b"]}"
    ending = collection.ending(retrieved_at)
    # Joined once, as a page is large and copying it is what it costs.
    pieces[0] = b"%b{%b" % (head, pieces[0])
    pieces[-1] = b"%b%b]}" % (pieces[-1], ending)
    return (ending + b",{").join(pieces)
