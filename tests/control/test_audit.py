"""The audit and the receipts of a world, as its control plane tells them."""

import asyncio
import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest
from support.asgi import BASE_URL
from support.builders import ACTOR, BULK, IL_BULK, NOW, SHOP, SHOP_IL, a_line, an_illinois_sale, recorded
from support.worlds import Server, t3_of

from simulator.audit import slices
from simulator.ledger.commands import RecordSales, RefundSale, VoidReceipt
from simulator.ledger.money import ZERO, as_quantity, as_text

AUDIT, RECEIPTS = "/_simulator/audit", "/_simulator/receipts"


def rows(server: Server, query: str = "") -> list[dict[str, Any]]:
    answer = server.get(RECEIPTS + query)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/x-ndjson"
    assert not answer.text or answer.text.endswith("\n")
    return [json.loads(line) for line in answer.text.splitlines()]


# --- the audit -------------------------------------------------------------------------------------------------------


def test_the_audit_adds_up_lots_and_receipts(server: Server) -> None:
    world = server.worlds.main
    first = recorded(world, a_line(BULK, "2.5", "10.00"), external_id="a")
    recorded(world, a_line(BULK, "1", "4.00"), external_id="a")
    world.execute(VoidReceipt(ACTOR, SHOP, recorded(world).id))
    world.execute(RefundSale(ACTOR, "ca", SHOP, recorded(world).id, NOW))

    told = server.told("GET", AUDIT)

    received = sum((lot.received for lot in world.ledger.books[SHOP].lots.values()), ZERO)
    (shop,) = [each for each in told["licenses"] if each["license_number"] == SHOP]
    assert shop == {
        "license_number": SHOP,
        "lots": len(world.ledger.books[SHOP].lots),
        "received": as_text(as_quantity(received)),
        "on_hand": as_text(as_quantity(received - Decimal("4.5"))),
        "sold": "3.5",
        "refunded": "1",
        "receipts": {"active": 2, "final": 0, "voided": 1, "refunded": 1},
        "net": "29.00",
        "total": "29.00",
    }
    assert {key: told[key] for key in told if key != "licenses"} == {
        "balanced": True,
        "problems": [],
        "more_problems": 0,
        "repeated": [
            {
                "license_number": SHOP,
                "external_id": "a",
                "receipts": [first.number, "000001002"],
                "standing": 2,
            }
        ],
        "more_repeated": 0,
        "hidden": 0,
    }


def test_a_ledger_out_of_balance_is_told(server: Server) -> None:
    receipt, book = recorded(server.worlds.main), server.worlds.main.ledger.books[SHOP]
    book._inactive.add(book.rows[receipt.id])

    told = server.told("GET", AUDIT)

    assert not told["balanced"]
    assert any("in the list of inactive receipts" in problem for problem in told["problems"])


def test_the_audit_is_of_one_license_or_counts_what_begins_so(server: Server) -> None:
    recorded(server.worlds.main, external_id="run-1")
    recorded(server.worlds.main, external_id="run-2")

    (shop,) = server.told("GET", f"{AUDIT}?license_number={SHOP}&external_id_prefix=run-1")["licenses"]
    assert (shop["receipts"]["active"], shop["sold"]) == (1, "2")
    (other,) = server.told("GET", f"{AUDIT}?license_number={SHOP_IL}")["licenses"]
    assert sum(other["receipts"].values()) == 0


def test_the_audit_is_of_the_world_in_the_path(server: Server) -> None:
    server.create("other")
    server.sell("other")

    def active(name: str) -> int:
        told = server.control(name, f"audit?license_number={SHOP}")
        return int(told["licenses"][0]["receipts"]["active"])

    assert (active("main"), active("other")) == (0, 1)


def test_what_readers_do_not_see_yet_is_hidden_and_recorded_all_the_same(server: Server) -> None:
    server.control("main", "faults/profiles/late_commit", {"delay": 5})
    server.sell()

    def told(query: str = "") -> tuple[int, int, int]:
        answer = server.told("GET", AUDIT + query)
        active = sum(each["receipts"]["active"] for each in answer["licenses"])
        return answer["hidden"], active, server.sold()

    assert told() == (1, 1, 0)
    assert told(f"?license_number={SHOP_IL}")[0] == 0
    assert len(rows(server)) == 1
    server.control("main", "clock/advance", {"seconds": 6})
    assert told() == (0, 1, 1)


# --- the receipts ----------------------------------------------------------------------------------------------------


def test_a_row_is_what_the_ledger_has(server: Server) -> None:
    world = server.worlds.main
    receipt = recorded(world, a_line(BULK, "2.5", "10.00"), a_line(BULK, "1", "1.00"), external_id="a")

    assert rows(server) == [
        {
            "license_number": SHOP,
            "id": receipt.id,
            "number": receipt.number,
            "trace_id": receipt.trace_id,
            "external_id": "a",
            "state": "active",
            "sold_at": "2026-05-20T20:00:00Z",
            "local_time": "2026-05-20T13:00:00",
            "recorded_at": "2026-05-20T20:00:00Z",
            "modified_at": "2026-05-20T20:00:00Z",
            "net": "26.00",
            "total": str(receipt.total),
            "quantity": str(receipt.quantity),
            "packages": 1,
        }
    ]


def test_rows_are_in_the_order_of_recording_whatever_became_of_them(server: Server) -> None:
    world = server.worlds.main
    receipts = [recorded(world, a_line(BULK, "1")) for _ in range(4)]
    world.execute(VoidReceipt(ACTOR, SHOP, receipts[1].id))
    world.execute(RecordSales(ACTOR, "il", (an_illinois_sale(a_line(IL_BULK, "1")),)))

    told = rows(server)

    assert [row["license_number"] for row in told] == [SHOP] * 4 + [SHOP_IL]
    assert [row["id"] for row in told[:4]] == [each.id for each in receipts]
    assert [row["state"] for row in told[:4]] == ["active", "voided", "active", "active"]


def test_the_order_of_recording_is_that_of_time_also_when_the_clock_was_set_back(server: Server) -> None:
    server.sell(bent={"external_id": "later"})
    server.control("main", "clock/set", {"to": (NOW - timedelta(hours=1)).isoformat()})
    server.sell(bent={"external_id": "earlier"})
    world = server.worlds.main
    world.execute(VoidReceipt(ACTOR, SHOP, max(world.ledger.books[SHOP].receipts)))

    assert [row["external_id"] for row in rows(server)] == ["earlier", "later"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?external_id_prefix=run-1/", ["run-1/a", "run-1/b"]),
        ("?external_id_prefix=run-1/b", ["run-1/b"]),
        ("?external_id_prefix=run-2", []),
        ("?external_id_prefix=%C3%BC", ["ü-1"]),
        ("?since_id=1002", ["x-run-1/", "ü-1", None]),
        ("?since_id=1002&external_id_prefix=x", ["x-run-1/"]),
        (f"?license_number={SHOP_IL}", []),
    ],
)
def test_rows_are_chosen_by_license_external_id_and_id(
    server: Server, query: str, found: list[str | None]
) -> None:
    for external_id in ("run-1/a", "run-1/b", "x-run-1/", "ü-1", None):
        recorded(server.worlds.main, external_id=external_id)

    assert [row["external_id"] for row in rows(server, query)] == found


def test_what_happens_meanwhile_is_in_neither(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """And others are served: a slice is two receipts."""
    monkeypatch.setattr(slices, "SLICE", 2)
    world = server.worlds.main
    for _ in range(20):
        recorded(world, a_line(BULK, "0.01"))
    lists = f"/v2/sales/active?licenseNumber={SHOP}&pageSize=1"

    async def ask() -> tuple[list[httpx.Response], int]:
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(server.app),
            base_url=BASE_URL,
            headers=t3_of(world.accounts.demo),
        ) as client:
            long = [asyncio.create_task(client.get(url)) for url in (AUDIT, RECEIPTS)]
            await asyncio.sleep(0)
            answered = 0
            while not all(task.done() for task in long):
                recorded(world, a_line(BULK, "0.01"))
                await client.get(lists)
                answered += not any(task.done() for task in long)
                await asyncio.sleep(0)
            return [task.result() for task in long], answered

    (audit, receipts), answered = asyncio.run(ask())

    assert answered >= 5
    assert audit.json()["balanced"]
    (shop,) = [each for each in audit.json()["licenses"] if each["license_number"] == SHOP]
    assert shop["receipts"]["active"] <= 21
    assert len(receipts.text.splitlines()) <= 21
    assert server.sold() > 21


# --- refusals --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("url", [AUDIT, RECEIPTS])
@pytest.mark.parametrize(
    ("query", "message"),
    [
        (
            "license_number=SHOPP",
            "license_number: 'SHOPP' does not exist. Did you mean 'SHOP'? Licenses: SHOP",
        ),
        ("external_id_prefix=", "external_id_prefix must not be empty"),
        ("external_id_prefix=%00", "The query string has a NUL character"),
        ("prefix=a", "prefix"),
    ],
)
def test_what_cannot_be_asked_is_refused(server: Server, url: str, query: str, message: str) -> None:
    assert message in server.refused("GET", f"{url}?{query}")


def test_an_id_that_is_none_is_refused(server: Server) -> None:
    assert "since_id must be a whole number" in server.refused("GET", f"{RECEIPTS}?since_id=1.5")


@pytest.mark.parametrize("url", [AUDIT, RECEIPTS])
def test_the_token_is_asked_for(url: str) -> None:
    with Server(control_token="sesame") as server:
        assert "token" in server.refused("GET", url, 401)
