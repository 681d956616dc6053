"""What a record of a snapshot may get wrong though its shape is right."""

from collections.abc import Container, Iterable, Iterator
from datetime import datetime
from decimal import Decimal

from simulator.ledger.model import License, Lot, Receipt
from simulator.ledger.money import ZERO
from simulator.ledger.state import Book
from simulator.ledger.vocabulary import CURRENCIES, TAX_TYPES, customer_types, payment_types

MOST = Decimal(10) ** 13
"""No amount is larger."""
MOST_ID = 2**63 - 1
"""What a packed receipt and T3's own ids hold."""
YEARS = range(2, 9999)


def receipt_faults(receipt: Receipt, book: Book) -> Iterator[str]:
    """What of a receipt could not be shown, or refers to nothing in its book."""
    code = book.license.state_code
    yield from id_faults("has the id", receipt.id)
    for line in receipt.lines:
        yield from id_faults("has a line with the id", line.id)
        yield from id_faults("has a line of a lot with the id", line.lot_id)
    yield from _time_faults(_moments(receipt))
    if not receipt.lines:
        yield "has no line"
    if not receipt.history:
        yield "has no history"
    if receipt.employee_id not in book.employees:
        yield f"was sold by {receipt.employee_id!r}, who is not there"
    if customer_types(code).get(receipt.customer_type_id) is not receipt.customer_type:
        yield f"has customer type {receipt.customer_type_id!r}, which is not {receipt.customer_type} in {code!r}"
    for what, id_, known in _references(receipt, code):
        if id_ not in known:
            yield f"has the unknown {what} {id_!r}"
    if not all(map(_is_amount, _amounts(receipt))):
        yield "has an amount that is none"


def _references(receipt: Receipt, state_code: str) -> Iterator[tuple[str, str, Container[str]]]:
    yield "currency", receipt.currency_id, CURRENCIES
    for payment in receipt.payments:
        yield "payment type", payment.type_id, payment_types(state_code)
    for line in receipt.lines:
        for tax in line.taxes:
            yield "tax type", tax.type_id, TAX_TYPES


def lot_faults(lot: Lot) -> Iterator[str]:
    yield from id_faults("has the id", lot.id)
    yield from _time_faults(
        [lot.received_at, lot.modified_at, lot.finished_at, *(each.at for each in lot.history)]
    )
    if not lot.history:
        yield "has no history"
    if not (_is_amount(lot.quantity) and _is_amount(lot.received)):
        yield "has a quantity that is none"


def license_faults(license_: License) -> Iterator[str]:
    yield from id_faults("counts its receipts from", license_.first_receipt_id)
    yield from id_faults("counts its lots from", license_.first_lot_id)


def id_faults(what: str, id_: int) -> Iterator[str]:
    if not 0 <= id_ <= MOST_ID:
        yield f"{what} {id_}; ids are from 0 to {MOST_ID}"


def _time_faults(moments: Iterable[datetime | None]) -> Iterator[str]:
    """Too near the calendar's ends, a moment cannot be moved between zones."""
    for moment in moments:
        if moment is not None and moment.year not in YEARS:
            yield f"has a moment of the year {moment.year}; it must be between {YEARS.start} and {YEARS.stop - 1}"


def _moments(receipt: Receipt) -> Iterator[datetime | None]:
    yield from (
        receipt.sold_at,
        receipt.local_time,
        receipt.recorded_at,
        receipt.modified_at,
        receipt.archived_at,
    )
    yield from (each.at for each in receipt.history)
    yield from (each.birthday for each in receipt.identifications)


def _amounts(receipt: Receipt) -> Iterator[Decimal]:
    yield from (receipt.subtotal, receipt.quantity, receipt.total)
    for payment in receipt.payments:
        yield payment.amount
    for line in receipt.lines:
        yield from (line.quantity, line.unit_price, line.discount or ZERO, line.total, line.refunded)
        for tax in line.taxes:
            yield from (tax.rate, tax.total)


def _is_amount(amount: Decimal) -> bool:
    """A finite number of a size that can be; NaN compares with nothing."""
    return amount.is_finite() and -MOST < amount < MOST
