"""Mistakes mended: voids, refunds, price changes, and the receipts that have to be opened for it."""

from typing import Any

import httpx
import pytest
from examples.pos import Sync, Till

SHOP = "XXXRETAIL01"


def stock(simulator: Any, lot_id: str) -> float:
    answer = simulator.trace.get(f"/ca/v1/lots/{lot_id}", params={"license_number": SHOP})
    return float(answer.json()["results"]["data"]["quantity"])


def update(simulator: Any, sale_id: str, action: str, **body: Any) -> httpx.Response:
    body = {"license": {"license_number": SHOP}, "actions": {"id": action}, **body}
    answer: httpx.Response = simulator.trace.put(f"/ca/v1/sales/{sale_id}", json=body)
    return answer


@pytest.mark.parametrize("through", ["t3", "trace"])
def test_a_void_returns_the_stock(simulator: Any, till: Till, office: Sync, sale: Any, through: str) -> None:
    lot_id = sale["line_items"][0]["lot"]["id"]
    before = stock(simulator, lot_id)
    receipt = till.record(sale)
    assert stock(simulator, lot_id) == before - float(sale["line_items"][0]["quantity"])

    if through == "t3":
        assert office.void(int(receipt["receipt_number"])) == "Success"
    else:
        answer = update(simulator, receipt["id"], "KMSAN0003", void_date=sale["created_at"]["date"])
        assert answer.status_code == 200

    assert stock(simulator, lot_id) == before


def test_a_dry_run_changes_nothing(simulator: Any, till: Till, office: Sync, sale: Any) -> None:
    receipt = till.record(sale)

    assert office.void(int(receipt["receipt_number"]), submit=False) == "Dry run"

    assert simulator.journal.last.events == ()
    assert till.look_up(sale) is not None


def test_a_void_sent_twice_is_done_once(till: Till, office: Sync, sale: Any) -> None:
    receipt_id = int(till.record(sale)["receipt_number"])
    office.void(receipt_id)

    with pytest.raises(httpx.HTTPStatusError, match="400"):
        office.void(receipt_id)


@pytest.mark.parametrize("receipts", [1, 2, 10])
def test_a_closed_day_is_opened_receipt_by_receipt(simulator: Any, office: Sync, receipts: int) -> None:
    (closed,) = simulator.clock.close_day(SHOP)
    chosen = closed.finalized[:receipts]

    assert office.receipts() == []
    assert office.reopen(*chosen) == "Success"
    assert [row["id"] for row in office.receipts()] == list(chosen)


def test_a_final_receipt_is_not_voided(simulator: Any, office: Sync) -> None:
    (closed,) = simulator.clock.close_day(SHOP)

    with pytest.raises(httpx.HTTPStatusError):
        office.void(closed.finalized[0])

    assert "unfinalize it first" in str(simulator.journal.last.hint)


def test_what_was_sold_twice_is_corrected(simulator: Any, till: Till, office: Sync, sale: Any) -> None:
    till.record(sale)
    again = till.record(sale)
    assert not simulator.oracle.report().exactly_once

    office.void(int(again["receipt_number"]))

    simulator.oracle.assert_exactly_once()
    (intent,) = simulator.oracle.report().intents
    assert intent.verdict == "corrected"


@pytest.mark.parametrize("depth", [1, 2, 3])
def test_checkpoints_nest(simulator: Any, till: Till, depth: int) -> None:
    before = len(list(till.sales(SHOP)))

    def sell_and_go_back(left: int) -> None:
        with simulator.snapshot():
            till.record(simulator.a_sale(SHOP, external_id=f"C-{left}"))
            assert len(list(till.sales(SHOP))) == before + depth - left + 1
            if left > 1:
                sell_and_go_back(left - 1)

    sell_and_go_back(depth)
    assert len(list(till.sales(SHOP))) == before
