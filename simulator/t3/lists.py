"""A license's two lists of receipts, read page by page: what a query finds is found once and kept between its pages."""

import asyncio
from collections.abc import Sequence
from enum import Enum

from simulator.ledger.packing import PackedReceipt, summaries_of
from simulator.ledger.state import Book
from simulator.paged.ordered import Ordered
from simulator.query.kept import Base, Kept
from simulator.query.question import Question
from simulator.t3.auth import licensed
from simulator.t3.collection import Collection, Pieces
from simulator.t3.envelope import compiled
from simulator.t3.params import FilterQuery
from simulator.t3.receipts import receipts_of
from simulator.wire.operation import Call, Preparing


class Listed(Enum):
    """Which of the two lists a receipt is in."""

    ACTIVE = "active"
    INACTIVE = "inactive"

    def all(self, book: Book) -> Ordered[PackedReceipt]:
        """As it is now, in the order of recording."""
        return book.active_rows if self is Listed.ACTIVE else book.inactive_rows

    def base(self, book: Book) -> Base[PackedReceipt]:
        changes = book.active_changes if self is Listed.ACTIVE else book.inactive_changes
        return Base(lambda: self.all(book), changes)


def finding(call: Call[FilterQuery, None], listed: Listed) -> Preparing | None:
    """Have the rows found that the call asks for, in slices between which others are served. None: they are known."""
    if call.query.asks_for_all:
        return None
    kept = _kept(call, licensed(call), listed)
    return None if kept.catches_up() else _find(kept)


async def _find(kept: Kept[PackedReceipt]) -> None:
    for _ in kept.turns():
        await asyncio.sleep(0)


def rows(call: Call[FilterQuery, None], book: Book, listed: Listed) -> Sequence[PackedReceipt]:
    """The rows of the book that the call asks for, in its order."""
    if call.query.asks_for_all:
        return listed.all(book)
    return _kept(call, book, listed).finish()


def _kept(call: Call[FilterQuery, None], book: Book, listed: Listed) -> Kept[PackedReceipt]:
    query = call.query

    def make() -> Kept[PackedReceipt]:
        question = Question(*compiled(receipts_of(book.license), query, book.license), summaries_of)
        return Kept(listed.base(book), question)

    asked = (book, listed, tuple(query.filter), query.filter_logic, query.sort)
    return call.world.results.find(asked, make)


def pieces(collection: Collection, page: Sequence[PackedReceipt]) -> Pieces:
    """The pieces of a page, each made once and kept with its receipt."""
    own = [row.shown for row in page if row.shown]
    if len(own) < len(page):
        _show(collection, [row for row in page if row.shown is None])
        own = [row.shown for row in page if row.shown]
    return Pieces(own, [row.shown_with for row in page])


def _show(collection: Collection, rows: Sequence[PackedReceipt]) -> None:
    pieces = collection.pieces(summaries_of(rows))
    for row, own, common in zip(rows, *pieces, strict=True):
        row.shown_with = common
        row.shown = own
