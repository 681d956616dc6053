"""Builders of journal entries, and of a ledger that holds the receipts they speak of."""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from simulator.journal.entry import Applied, Entry, Suffered, Told, packed
from simulator.ledger.customers import CustomerType
from simulator.ledger.events import HistoryAdopted, LicenseOpened
from simulator.ledger.lifecycle import Action
from simulator.ledger.model import License, Line, Receipt, ReceiptState
from simulator.ledger.state import Ledger, derived_id

AT = datetime(2026, 5, 20, 20, 0, tzinfo=UTC)
SHOP, OTHER_SHOP = "XXXRETAIL01", "LIC-00001"
RECORD, VOID, UPDATE = "state_v1_sales_post", "v2_sales_void_post", "state_v1_sales_id_put"
COMMIT_THEN_504 = Suffered("commit_then_504", "after", "status")


def an_entry(number: int = 1, **bent: Any) -> Entry:
    """A T3 read that was answered, `number` seconds after AT. Headers are given as texts."""
    at = AT + timedelta(seconds=number)
    plain: dict[str, Any] = {
        "number": number,
        "at": at,
        "started": at,
        "duration_ms": 3.14,
        "api": "t3",
        "method": "GET",
        "path": "/v2/sales/active",
        "query": f"licenseNumber={SHOP}",
        "headers": (("accept", "*/*"),),
        "body": b"",
        "operation": "v2_sales_active_get",
        "username": "demo",
        "license_numbers": (SHOP,),
        "status": 200,
        "told": Told.ANSWER,
        "answer_headers": (("content-type", "application/json"),),
        "answer": b'{"data":[]}',
        "answer_size": 11,
    }
    told = plain | bent
    for headers in ("headers", "answer_headers"):
        told[f"packed_{headers}"] = packed(
            [(name.encode("latin-1"), value.encode("latin-1")) for name, value in told.pop(headers)]
        )
    return Entry(**told)


def an_event(
    receipt_id: int = 1, action: str = Action.RECORD, *, external_id: str | None = None, shop: str = SHOP
) -> Applied:
    return Applied(
        100 + receipt_id,
        str(action),
        shop,
        receipt_id,
        f"{receipt_id:09}",
        derived_id("sale", shop, receipt_id),
        external_id,
    )


def a_sale(external_id: str | None = None, *, total: str = "11.50", created: int = 0, **bent: Any) -> Any:
    """An element of `sales`; `created` seconds after AT."""
    sale: dict[str, Any] = {
        "license": {"license_number": SHOP},
        "created_at": {"date": f"2026-05-20T20:{created // 60:02}:{created % 60:02}Z"},
        "totals": {"total": total},
    }
    return sale | ({} if external_id is None else {"external_id": external_id}) | bent


def a_post(number: int, *sales: Any, recorded: Iterable[int] = (), **bent: Any) -> Entry:
    """A request to record `sales`, and the ids of the receipts that came of it, in their order."""
    external_ids = [sale.get("external_id") if isinstance(sale, dict) else None for sale in sales]
    told: dict[str, Any] = {
        "api": "trace",
        "method": "POST",
        "path": "/ca/v1/sales",
        "query": "",
        "operation": RECORD,
        "body": json.dumps({"sales": sales}).encode(),
        "events": tuple(
            an_event(receipt_id, external_id=external_id)
            for receipt_id, external_id in zip(recorded, external_ids, strict=False)
        ),
    }
    return an_entry(number, **(told | bent))


def a_refund(number: int, action: str = Action.REFUND_PART, *, quantity: str = "1", **bent: Any) -> Entry:
    """A part of receipt 60071, or what `action` says, dated anew with each number."""
    body = {"refund_date": f"2026-05-20T20:00:{number:02}Z", "line_items": [{"quantity": quantity}]}
    event = an_event(60071, action, external_id="A-17")
    plain = {"operation": UPDATE, "body": json.dumps(body).encode(), "events": (event,)}
    return an_entry(number, **(plain | bent))


NOT_HEARD: Mapping[str, Mapping[str, Any]] = {
    "504": {"status": 504},
    "429": {"status": 429},
    "broken": {"told": Told.BROKEN},
    "nothing": {"status": None, "told": Told.NOTHING},
}
"""Ways of not being told of success; bend an entry by one."""


def a_ledger(states: Mapping[int, ReceiptState], shop: str = SHOP) -> Ledger:
    """One shop with receipts of these ids and states."""
    ledger = Ledger()
    ledger.apply(LicenseOpened(License(shop, "Shop", "ca", "Retail")))
    past = ledger.books[shop].past(_receipt(id_, state, shop) for id_, state in states.items())
    ledger.apply(HistoryAdopted(shop, past, []))
    return ledger


def _receipt(receipt_id: int, state: ReceiptState, shop: str) -> Receipt:
    amount = Decimal("11.50")
    line = Line(receipt_id, 1, Decimal(1), amount, None, (), amount)
    return Receipt(
        id=receipt_id,
        trace_id=derived_id("sale", shop, receipt_id),
        license_number=shop,
        number=f"{receipt_id:09}",
        state=state,
        customer_type=CustomerType.ADULT,
        customer_type_id="CAKOMCT0001",
        external_id=None,
        terminal="till-1",
        sold_at=AT,
        local_time=AT.replace(tzinfo=None),
        out_of_state=False,
        identifications=(),
        employee_id="ann",
        lines=(line,),
        currency_id="KOMCURT0001",
        subtotal=amount,
        quantity=Decimal(1),
        total=amount,
        payments=(),
        recorded_at=AT,
        recorded_by="Ann",
        modified_at=AT,
        history=(),
    )
