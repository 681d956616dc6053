"""What a ledger has, receipt by receipt: one JSON object a line."""

from collections.abc import Iterator
from decimal import Decimal
from heapq import merge

import msgspec
from msgspec import Struct

from simulator.audit.slices import sliced
from simulator.ledger.figures import figures_of
from simulator.ledger.model import ReceiptState
from simulator.ledger.money import as_text, money
from simulator.ledger.packing import PackedReceipt
from simulator.ledger.state import Book, Ledger, recording_order
from simulator.times import iso_local, iso_utc

_encode = msgspec.json.Encoder().encode_lines


class Row(Struct, gc=False):
    """`net` and `total` are money before and after taxes, `packages` how many different lots."""

    license_number: str
    id: int
    number: str
    trace_id: str
    external_id: str | None
    state: ReceiptState
    sold_at: str
    local_time: str
    recorded_at: str
    modified_at: str
    net: str
    total: str
    quantity: str
    packages: int


def lines(
    ledger: Ledger,
    license_number: str | None = None,
    external_id_prefix: str | None = None,
    since_id: int | None = None,
) -> Iterator[bytes]:
    """Some lines at a time, or none, each time after a millisecond or two; license by license in the order of recording.

    Nobody may write to the ledger meanwhile. `since_id` leaves out the receipt with this T3 id and those before it.
    """
    for number, book in ledger.books.items():
        if license_number in (None, number):
            # Merged on the way, as sorting a million of them would keep others waiting for the first.
            rows = merge(book.active_rows, book.inactive_rows, key=recording_order)
            for some in sliced(rows):
                yield _encode(_wanted(book, some, external_id_prefix, since_id))


def _wanted(
    book: Book, rows: list[PackedReceipt], external_id_prefix: str | None, since_id: int | None
) -> list[Row]:
    if since_id is not None:
        rows = [row for row in rows if row.id > since_id]
    if external_id_prefix is None:
        return [_row(book, row) for row in rows]
    # A receipt that has it somewhere is opened to see whether it is there.
    text = external_id_prefix.encode()
    found = [_row(book, row) for row in rows if text in row.data]
    return [each for each in found if (each.external_id or "").startswith(external_id_prefix)]


def _row(book: Book, row: PackedReceipt) -> Row:
    whole, figures = figures_of(row)
    return Row(
        book.license.number,
        whole.id,
        whole.number,
        figures.trace_id,
        figures.external_id,
        whole.state,
        iso_utc(figures.sold_at),
        iso_local(whole.local_time),
        iso_utc(whole.recorded_at),
        iso_utc(whole.modified_at),
        as_text(money(whole.net)),
        _plain(figures.total),
        _plain(figures.quantity),
        whole.packages,
    )


def _plain(amount: str) -> str:
    return as_text(Decimal(amount)) if "E" in amount else amount
