"""The body that a client sends to Trace to record a sale."""

from collections.abc import Mapping
from typing import Any

from simulator.ledger.model import Lot, Receipt
from simulator.ledger.money import as_text
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
                "taxes": [
                    {
                        "type": {"id": tax.type_id},
                        "name": tax.name,
                        "rate": as_text(tax.rate),
                        "total": as_text(tax.total),
                    }
                    for tax in line.taxes
                ],
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
