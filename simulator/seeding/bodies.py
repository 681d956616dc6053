"""The body that a client sends to Trace to record a sale."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from simulator.ledger.model import License, Lot, Receipt, Tax
from simulator.ledger.money import as_quantity, as_text
from simulator.ledger.vocabulary import payment_types
from simulator.seeding.lines import PARTS, Kind
from simulator.seeding.register import CURRENCY, Sale
from simulator.times import iso_local, iso_utc

JSON = dict[str, Any]


def sale_body(receipt: Receipt, lots: Mapping[int, Lot]) -> JSON:
    """One element of `sales` in `POST /{state}/v1/sales`, as documented. `lots` are the license's, by T3 id."""
    body: JSON = {
        "license": {"license_number": receipt.license_number},
        "customer_types": {"id": receipt.customer_type_id},
        "terminal": receipt.terminal,
        "created_at": {"date": iso_utc(receipt.sold_at), "local_time": iso_local(receipt.local_time)},
        "out_of_state_sale": receipt.out_of_state,
        "identifications": [
            {
                "types": {"id": each.type_id},
                "id": each.value,
                **({"birthday": iso_utc(each.birthday)} if each.birthday else {}),
            }
            for each in receipt.identifications
        ],
        "employees": {"id": receipt.employee_id},
        "line_items": [
            {
                "lot": {"id": lots[line.lot_id].trace_id},
                "discount": "0.00" if line.discount is None else as_text(line.discount),
                "quantity": as_text(line.quantity),
                "unit_price": as_text(line.unit_price),
                "taxes": [_tax(tax) for tax in line.taxes],
                "total": as_text(line.total),
            }
            for line in receipt.lines
        ],
        "currency": {"id": receipt.currency_id},
        "totals": {
            "subtotal": as_text(receipt.subtotal),
            "quantity": as_text(receipt.quantity),
            "total": as_text(receipt.total),
        },
        "payments": [
            {"amount": as_text(payment.amount), "type": {"id": payment.type_id}}
            for payment in receipt.payments
        ],
    }
    if receipt.external_id is not None:
        body["external_id"] = receipt.external_id
    return body


Written = dict[Kind, tuple[JSON, tuple[JSON, ...]]]
"""Of kinds of lines what all such lines have in common: the line without its lot, and its taxes."""


class Bodies:
    """The same for sales of one license that are not rung up, five times as quickly. `written` may be shared with others."""

    def __init__(self, license_: License, written: Written) -> None:
        self._number = license_.number
        self._payments = {name: id_ for id_, name in payment_types(license_.state_code).items()}
        self._written = written

    def of(self, sale: Sale, employee_id: str, terminal: str) -> JSON:
        """A body that shares nothing with others, and has no external id."""
        crowd, moment, written = sale.crowd, sale.moment, self._written
        lines = []
        net = due = parts = 0
        for shelved, kind in sale.basket:
            net += kind.net
            due += kind.due
            parts += kind.parts
            line, taxes = written.get(kind) or self._write(kind)
            lines.append(
                {
                    "lot": {"id": shelved.lot.trace_id},
                    **line,
                    "taxes": [{**tax, "type": {**tax["type"]}} for tax in taxes],
                }
            )
        total = _amount(due)
        return {
            "license": {"license_number": self._number},
            "customer_types": {"id": crowd.type_id},
            "terminal": terminal,
            "created_at": {"date": iso_utc(moment.sold_at), "local_time": iso_local(moment.local_time)},
            "out_of_state_sale": crowd.out_of_state,
            "identifications": [
                {"types": {"id": each.type_id}, "id": each.value, "birthday": iso_utc(each.birthday)}
                if each.birthday
                else {"types": {"id": each.type_id}, "id": each.value}
                for each in sale.shopper.identifications
            ],
            "employees": {"id": employee_id},
            "line_items": lines,
            "currency": {"id": CURRENCY},
            "totals": {"subtotal": _amount(net), "quantity": _quantity(parts), "total": total},
            "payments": [{"amount": total, "type": {"id": self._payments[sale.paid_by]}}],
        }

    def _write(self, kind: Kind) -> tuple[JSON, tuple[JSON, ...]]:
        line = {
            "discount": as_text(kind.discount),
            "quantity": as_text(kind.quantity),
            "unit_price": as_text(kind.unit_price),
            "taxes": None,
            "total": as_text(kind.total),
        }
        self._written[kind] = written = line, tuple(map(_tax, kind.taxes))
        return written


def _tax(tax: Tax) -> JSON:
    return {
        "type": {"id": tax.type_id},
        "name": tax.name,
        "rate": as_text(tax.rate),
        "total": as_text(tax.total),
    }


def _amount(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02}"


def _quantity(parts: int) -> str:
    return str(parts // PARTS) if parts % PARTS == 0 else as_text(as_quantity(Decimal(parts) / PARTS))
