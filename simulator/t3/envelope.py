"""From rows to an answer: filter, sort and page a collection, and put it in T3's envelope."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from simulator.ledger.model import License
from simulator.query.compile import (
    Order,
    Page,
    compile_condition,
    compile_sort,
    paginate,
    select,
    split_filter,
)
from simulator.query.fields import QueryError
from simulator.query.predicates import Predicate, combine
from simulator.t3.collection import Collection, Pieces
from simulator.t3.params import CollectionQuery, FilterQuery
from simulator.times import iso_utc
from simulator.wire.answer import Answer
from simulator.wire.errors import bad_request


def compiled(
    collection: Collection, query: FilterQuery, license_: License
) -> tuple[Predicate | None, Order | None]:
    """What the query's filters let through, and the order it asks for. All that is wrong with them is told."""
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
    return combine(tests, query.filter_logic), order


def page_response(
    collection: Collection, rows: Sequence[Any], query: CollectionQuery, license_: License, now: datetime
) -> Answer:
    """One page of a collection of few: `{page, totalPages, pageSize, total, data}`."""
    chosen = select(rows, *compiled(collection, query, license_))
    page, retrieved_at = page_of(chosen, query), iso_utc(now)
    return Answer(page_json(page, collection.pieces(page.rows, retrieved_at), retrieved_at))


def page_of(rows: Sequence[Any], query: CollectionQuery) -> Page:
    """The page that the query asks for."""
    try:
        return paginate(rows, query.page, query.effective_page_size, strict=query.strict_pagination)
    except QueryError as error:
        raise bad_request(f"Invalid query parameter: {error}") from None


def page_json(page: Page, pieces: Pieces, retrieved_at: str) -> bytes:
    """The envelope around the pieces of a page's rows."""
    head = b'{"page":%d,"totalPages":%d,"pageSize":%d,"total":%d,"data":[' % (
        page.number,
        page.pages,
        page.size,
        page.total,
    )
    if not pieces.own:
        return head + b"]}"
    # Joined once: what a large page costs is to be copied.
    parts = [b'%b"},{' % retrieved_at.encode()] * (1 + 3 * len(pieces.own))
    parts[0] = head + b"{"
    parts[1::3] = pieces.own
    parts[2::3] = pieces.common
    parts[-1] = b'%b"}]}' % retrieved_at.encode()
    return b"".join(parts)
