"""How Trace shows a sale: the POST and GET shape, and the older shape of the PUT's answer."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import cache

from msgspec import UNSET

from simulator.ledger.identity import ByIdentity
from simulator.ledger.model import License, Line, Payment, Receipt, StateChange, Tax
from simulator.ledger.money import ZERO, as_text, money
from simulator.ledger.state import Book
from simulator.ledger.vocabulary import (
    CURRENCIES,
    TAX_TYPES,
    customer_types,
    identification_types,
    payment_types,
)
from simulator.times import iso_local, iso_utc
from simulator.trace import shown
from simulator.trace.shown import Named, Ref

Vocabulary = Callable[[str], Mapping[str, str]]


@cache
def _named(vocabulary: Vocabulary, state_code: str) -> Mapping[str, Named]:
    """All that a state's sales may name, as it is shown."""
    return {id_: Named(id_, name) for id_, name in vocabulary(state_code).items()}


_CURRENCIES = {id_: Named(id_, name) for id_, name in CURRENCIES.items()}


def license_shape(license_: License) -> shown.License:
    """GAP(characteristics): depend on an `expand` parameter that no sale operation has, so they are never shown."""
    return shown.License(license_.number, shown.LicenseType(license_.type_name))


def history(changes: Sequence[StateChange]) -> list[shown.Change]:
    """GAP(entity-state-key): `entity_state`, as every other Trace entity calls it; oldest first."""
    return [shown.Change(each.state, iso_utc(each.at), each.reason, each.actioned_by) for each in changes]


def sale(receipt: Receipt, book: Book) -> shown.Sale:
    """As POST and GET answer."""
    state_code = book.license.state_code
    known, paid_by = _named(identification_types, state_code), _named(payment_types, state_code)
    return shown.Sale(
        license_shape(book.license),
        receipt.trace_id,
        receipt.number,
        _named(customer_types, state_code)[receipt.customer_type_id],
        UNSET if receipt.external_id is None else receipt.external_id,
        receipt.terminal,
        _created_at(receipt),
        receipt.out_of_state,
        [
            shown.Identification(
                known[each.type_id], each.value, None if each.birthday is None else iso_utc(each.birthday)
            )
            for each in receipt.identifications
        ],
        _employee(receipt, book),
        [_line(line, book) for line in receipt.lines],
        _CURRENCIES[receipt.currency_id],
        shown.Totals(
            as_text(receipt.subtotal), as_text(receipt.quantity), _tax_totals(receipt), as_text(receipt.total)
        ),
        [_payment(each, paid_by) for each in receipt.payments],
        history(receipt.history),
    )


def updated_sale(receipt: Receipt, book: Book) -> shown.UpdatedSale:
    """As PUT answers: line subtotals, taxes once for the sale, totals of two.

    GAP(put-answer-shape): the documents contradict each other; the PUT page's own sample is followed.
    """
    state_code = book.license.state_code
    known, paid_by = _named(identification_types, state_code), _named(payment_types, state_code)
    return shown.UpdatedSale(
        license_shape(book.license),
        receipt.trace_id,
        receipt.number,
        _named(customer_types, state_code)[receipt.customer_type_id],
        receipt.terminal,
        _created_at(receipt),
        receipt.out_of_state,
        [shown.UpdatedIdentification(known[each.type_id]) for each in receipt.identifications],
        _employee(receipt, book),
        [_updated_line(line, book) for line in receipt.lines],
        _CURRENCIES[receipt.currency_id],
        _sale_taxes(receipt),
        shown.UpdatedTotals(as_text(receipt.total), as_text(receipt.quantity)),
        [_payment(each, paid_by) for each in receipt.payments],
        history(receipt.history),
    )


def _created_at(receipt: Receipt) -> shown.CreatedAt:
    return shown.CreatedAt(iso_utc(receipt.sold_at), iso_local(receipt.local_time))


def _employee(receipt: Receipt, book: Book) -> shown.Employee:
    employee = book.employees[receipt.employee_id]
    return shown.Employee(employee.id, shown.FullName(employee.first_name, employee.last_name))


def _line(line: Line, book: Book) -> shown.Line:
    lot = book.lots[line.lot_id]
    item = lot.item
    return shown.Line(
        Ref(lot.trace_id),
        item.name,
        "0.00" if line.discount is None else as_text(line.discount),
        as_text(line.quantity),
        item.unit.name,
        as_text(line.unit_price),
        _taxes(line.taxes),
        as_text(line.total),
    )


@ByIdentity
def _taxes(taxes: tuple[Tax, ...]) -> list[shown.Tax]:
    return [shown.Tax(Ref(tax.type_id), tax.name, as_text(tax.rate), as_text(tax.total)) for tax in taxes]


def _updated_line(line: Line, book: Book) -> shown.UpdatedLine:
    lot = book.lots[line.lot_id]
    return shown.UpdatedLine(
        Ref(lot.trace_id),
        lot.item.name,
        lot.tag,
        as_text(line.quantity),
        lot.item.unit.name,
        as_text(line.unit_price),
        as_text(money(line.net)),
    )


def _tax_totals(receipt: Receipt) -> list[shown.TaxTotal]:
    """GAP(tax-totals): one entry a tax type, in the order they first appear, named by its id alone."""
    totals: dict[str, Decimal] = {}
    for line in receipt.lines:
        for tax in line.taxes:
            totals[tax.type_id] = totals.get(tax.type_id, ZERO) + tax.total
    return [shown.TaxTotal(Ref(type_id), as_text(money(total))) for type_id, total in totals.items()]


def _sale_taxes(receipt: Receipt) -> list[shown.SaleTax]:
    """One entry a tax as the caller named it."""
    totals = defaultdict[tuple[str, Decimal, str], Decimal](Decimal)
    for line in receipt.lines:
        for tax in line.taxes:
            totals[tax.name, tax.rate, tax.type_id] += tax.total
    return [
        shown.SaleTax(name or TAX_TYPES[type_id], as_text(rate), as_text(money(total)))
        for (name, rate, type_id), total in totals.items()
    ]


def _payment(payment: Payment, paid_by: Mapping[str, Named]) -> shown.Payment:
    """GAP(absent-optionals): what the caller left out stays out, but a discount is "0.00"."""
    return shown.Payment(as_text(payment.amount), paid_by[payment.type_id], payment.id, payment.provider_name)
