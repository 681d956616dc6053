"""Bodies for Trace's POST: two lines with discount and taxes, each of a customer of its own, made before the clock runs."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from _store import LICENSE, NOW, Store

CENT = Decimal("0.01")
TAXES = (
    ("KOMTAX0002", "Cannabis Excise Tax", Decimal("15.00")),
    ("KOMTAX0001", "Sales Tax", Decimal("7.25")),
)
ENOUGH = 1000
"""Units on hand that no round sells out."""


def sales(store: Store, *, price: str = "24.00", mark: str = "B") -> Iterator[dict[str, Any]]:
    """Sales that keep every rule, without end. The mark tells those of one caller from another's."""
    price_each = Decimal(price)
    lots = sellable(store)
    (newest,) = store.trace_page("sales", 1, store.size - 1)
    number = 0
    while True:
        lines = [_line(lots[(number + shift) % len(lots)], price_each) for shift in (0, len(lots) // 2)]
        net = sum((price_each - Decimal(line["discount"]) for line in lines), Decimal(0))
        due = sum((Decimal(line["total"]) for line in lines), Decimal(0))
        number += 1
        yield {
            "license": {"license_number": LICENSE},
            "customer_types": {"id": "CAKOMCT0001"},
            "external_id": f"{mark}-{number:08}",
            "terminal": "23678-AM",
            "created_at": {"date": NOW, "local_time": "2026-05-20T13:00:00"},
            "out_of_state_sale": False,
            "identifications": [
                {
                    "types": {"id": "CAKOMIT0001"},
                    "id": f"CADL{mark}{number:09}",
                    "birthday": "1982-04-26T00:00:01Z",
                }
            ],
            "employees": {"id": newest["employees"]["id"]},
            "line_items": lines,
            "currency": {"id": "KOMCURT0001"},
            "totals": {
                "subtotal": str(net),
                "quantity": "2",
                "total": str(due),
            },
            "payments": [{"amount": str(due), "type": {"id": "CAKOMPT0002"}}],
        }


def sellable(store: Store) -> list[str]:
    """Lots that passed their tests and are full: the newest of each product."""
    found = []
    for page in range(100):
        lots = store.trace_page("lots", 1000, page * 1000)
        found += [
            lot["id"]
            for lot in lots
            if Decimal(str(lot["quantity"])) >= ENOUGH
            and lot["unit_of_measure"] == "Each"
            and "lab_testing_passed" in [each["state"] for each in lot["entity_state"]]
        ]
        if not lots:
            break
    if len(found) < 2:  # noqa: PLR2004 - a line each
        raise LookupError("there are no two lots to sell from")
    return found


def _line(lot_id: str, price: Decimal) -> dict[str, Any]:
    discount = (price / 10).quantize(CENT)
    net = price - discount
    taxes = [
        {"type": {"id": kind}, "name": name, "rate": str(rate), "total": str(_tax(net, rate))}
        for kind, name, rate in TAXES
    ]
    return {
        "lot": {"id": lot_id},
        "quantity": "1",
        "unit_price": str(price),
        "discount": str(discount),
        "taxes": taxes,
        "total": str(net + sum((Decimal(tax["total"]) for tax in taxes), Decimal(0))),
    }


def _tax(net: Decimal, rate: Decimal) -> Decimal:
    return (net * rate / 100).quantize(CENT)
