"""How Trace shows a sale, read plainly from the documents: what the quicker way is held against."""

from collections.abc import Sequence
from typing import Any

from simulator.ledger.model import Identification, License, Line, Payment, Receipt, StateChange, Tax
from simulator.ledger.money import as_text, money, total
from simulator.ledger.state import Book
from simulator.ledger.vocabulary import (
    CURRENCIES,
    TAX_TYPES,
    customer_types,
    identification_types,
    payment_types,
)
from simulator.times import iso_local, iso_utc

JSON = dict[str, Any]

DOCUMENTED_ORDER = (
    "license",
    "id",
    "receipt_number",
    "customer_types",
    "external_id",
    "terminal",
    "created_at",
    "out_of_state_sale",
    "identifications",
    "employees",
    "line_items",
    "currency",
    "taxes",
    "totals",
    "payments",
    "entity_state",
)


def license_shape(license_: License) -> JSON:
    return {"license_number": license_.number, "type": {"name": license_.type_name}}


def history(changes: Sequence[StateChange]) -> list[JSON]:
    return [
        {
            "state": each.state,
            "date": iso_utc(each.at),
            "reason": each.reason,
            "actioned_by": each.actioned_by,
        }
        for each in changes
    ]


def sale(receipt: Receipt, book: Book) -> JSON:
    """As POST and GET answer."""
    shape = {
        **_head(receipt, book),
        "identifications": [_identification(each, book) for each in receipt.identifications],
        "line_items": [_line(line, book) for line in receipt.lines],
        "totals": {
            "subtotal": as_text(receipt.subtotal),
            "quantity": as_text(receipt.quantity),
            "taxes": _tax_totals(receipt),
            "total": as_text(receipt.total),
        },
    }
    if receipt.external_id is not None:
        shape["external_id"] = receipt.external_id
    return _in_documented_order(shape)


def updated_sale(receipt: Receipt, book: Book) -> JSON:
    known = identification_types(book.license.state_code)
    shape = {
        **_head(receipt, book),
        "identifications": [
            {"type": {"id": each.type_id, "name": known[each.type_id]}} for each in receipt.identifications
        ],
        "line_items": [_updated_line(line, book) for line in receipt.lines],
        "taxes": _sale_taxes(receipt),
        "totals": {"amount": as_text(receipt.total), "quantity": as_text(receipt.quantity)},
    }
    return _in_documented_order(shape)


def _in_documented_order(shape: JSON) -> JSON:
    return {key: shape[key] for key in DOCUMENTED_ORDER if key in shape}


def _head(receipt: Receipt, book: Book) -> JSON:
    """What both shapes share."""
    state_code = book.license.state_code
    employee = book.employees[receipt.employee_id]
    return {
        "license": license_shape(book.license),
        "id": receipt.trace_id,
        "receipt_number": receipt.number,
        "customer_types": {
            "id": receipt.customer_type_id,
            "name": customer_types(state_code)[receipt.customer_type_id],
        },
        "terminal": receipt.terminal,
        "created_at": {"date": iso_utc(receipt.sold_at), "local_time": iso_local(receipt.local_time)},
        "out_of_state_sale": receipt.out_of_state,
        "employees": {
            "id": employee.id,
            "name": {"first_name": employee.first_name, "last_name": employee.last_name},
        },
        "currency": {"id": receipt.currency_id, "name": CURRENCIES[receipt.currency_id]},
        "payments": [_payment(each, state_code) for each in receipt.payments],
        "entity_state": history(receipt.history),
    }


def _identification(identification: Identification, book: Book) -> JSON:
    known = identification_types(book.license.state_code)
    shape: JSON = {
        "types": {"id": identification.type_id, "name": known[identification.type_id]},
        "id": identification.value,
    }
    if identification.birthday is not None:
        shape["birthday"] = iso_utc(identification.birthday)
    return shape


def _line(line: Line, book: Book) -> JSON:
    lot = book.lots[line.lot_id]
    return {
        "lot": {"id": lot.trace_id},
        "name": lot.item.name,
        "discount": "0.00" if line.discount is None else as_text(line.discount),
        "quantity": as_text(line.quantity),
        "unit_of_measure": lot.item.unit.name,
        "unit_price": as_text(line.unit_price),
        "taxes": [_tax(tax) for tax in line.taxes],
        "total": as_text(line.total),
    }


def _updated_line(line: Line, book: Book) -> JSON:
    lot = book.lots[line.lot_id]
    return {
        "lot": {"id": lot.trace_id},
        "name": lot.item.name,
        "barcode": lot.tag,
        "quantity": as_text(line.quantity),
        "unit_of_measure": lot.item.unit.name,
        "unit_price": as_text(line.unit_price),
        "subtotal": as_text(money(line.net)),
    }


def _tax(tax: Tax) -> JSON:
    return {
        "type": {"id": tax.type_id},
        "name": tax.name,
        "rate": as_text(tax.rate),
        "total": as_text(tax.total),
    }


def _tax_totals(receipt: Receipt) -> list[JSON]:
    type_ids = dict.fromkeys(tax.type_id for line in receipt.lines for tax in line.taxes)
    return [
        {
            "type": {"id": type_id},
            "total": as_text(
                money(
                    total(tax.total for line in receipt.lines for tax in line.taxes if tax.type_id == type_id)
                )
            ),
        }
        for type_id in type_ids
    ]


def _sale_taxes(receipt: Receipt) -> list[JSON]:
    """One entry a tax as the caller named it."""
    named = dict.fromkeys((tax.name, tax.rate, tax.type_id) for line in receipt.lines for tax in line.taxes)
    return [
        {
            "type": name or TAX_TYPES[type_id],
            "rate": as_text(rate),
            "subtotal": as_text(
                money(
                    total(
                        tax.total
                        for line in receipt.lines
                        for tax in line.taxes
                        if (tax.name, tax.rate, tax.type_id) == (name, rate, type_id)
                    )
                )
            ),
        }
        for name, rate, type_id in named
    ]


def _payment(payment: Payment, state_code: str) -> JSON:
    shape: JSON = {
        "amount": as_text(payment.amount),
        "type": {"id": payment.type_id, "name": payment_types(state_code)[payment.type_id]},
    }
    if payment.id is not None:
        shape["id"] = payment.id
    if payment.provider_name is not None:
        shape["provider_name"] = payment.provider_name
    return shape
