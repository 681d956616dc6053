"""Trace sales are imported as they stand, from what was posted and from what was answered."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from support.imports import a_told_sale, both, imported, pages, trace_sales

from simulator.ledger.model import ReceiptState
from simulator.world import World

NUMBER = "C10-0000123-LIC"


def posted(**bent: Any) -> dict[str, Any]:
    """The same sale as its POST had it."""
    line = a_told_sale()["line_items"][0]
    line = {key: value for key, value in line.items() if key not in ("name", "unit_of_measure")}
    sale = a_told_sale(
        id=...,
        receipt_number=...,
        entity_state=...,
        employees={"id": "0a50cbaf8c1b471aaa427de20facb641"},
        line_items=[line],
    )
    sale["license"] = {"license_number": NUMBER}
    return {**sale, **bent}


def receipts(world: World) -> list[Any]:
    return list(world.ledger.books[NUMBER].receipts.values())


def test_a_sale_is_shown_as_it_was(tmp_path: Path) -> None:
    world, report = imported(tmp_path, {"results": {"type": "object", "data": a_told_sale()}, "warnings": []})
    with both(world) as (_, trace):
        (shown,) = trace_sales(trace, NUMBER)["results"]["data"]
    assert shown == a_told_sale()
    assert report.filled == {"receipt_ids": 1, "lot_tags": 1}


def test_the_same_sale_is_a_t3_receipt_with_an_id_counted_from_1(tmp_path: Path) -> None:
    world, _ = imported(tmp_path, a_told_sale())
    with both(world) as (t3, _):
        (row,) = pages(t3, NUMBER, "active")[0]["data"]
    assert (row["id"], row["receiptNumber"], row["totalPrice"]) == (1, "60071", 19.0)
    assert (row["salesDateTime"], row["recordedDateTime"]) == ("2026-05-18T15:44:00", "2026-05-18T22:44:40Z")
    assert row["recordedByUserName"] == "moyelaran"


def test_t3_ids_are_counted_in_the_order_of_recording(tmp_path: Path) -> None:
    def at(hour: int, n: int) -> dict[str, Any]:
        history = [{"state": "active", "date": f"2026-05-18T{hour:02}:00:00Z"}]
        return a_told_sale(id=f"sale {n}", receipt_number=f"{n}", entity_state=history)

    world, _ = imported(tmp_path, {"sales": [at(5, 1), at(3, 2), at(4, 3)]})
    assert [(each.id, each.trace_id) for each in receipts(world)] == [
        (1, "sale 2"),
        (2, "sale 3"),
        (3, "sale 1"),
    ]


def test_a_posted_sale_is_completed(tmp_path: Path) -> None:
    world, report = imported(tmp_path, {"sales": [posted()]})

    (receipt,) = receipts(world)
    assert (receipt.id, receipt.number, len(receipt.trace_id)) == (1, "000000001", 32)
    assert receipt.recorded_at == datetime(2026, 5, 18, 22, 44, 40, tzinfo=UTC)
    assert [each.state for each in receipt.history] == ["active"]
    with both(world) as (_, trace):
        (shown,) = trace_sales(trace, NUMBER)["results"]["data"]
    assert shown["employees"]["name"] == {"first_name": "Imported", "last_name": "Employee"}
    assert shown["line_items"][0]["name"] == "Imported product"
    assert shown["line_items"][0]["unit_of_measure"] == "Each"
    assert report.filled["employee_names"] == report.filled["products"] == 1


def test_a_lot_that_is_sold_in_fractions_is_weighed(tmp_path: Path) -> None:
    line = {**posted()["line_items"][0], "quantity": "0.5", "unit_price": "40.00"}
    sale = posted(line_items=[line], totals={"subtotal": "19.00", "quantity": "0.5", "total": "20.38"})
    world, _ = imported(tmp_path, {"sales": [sale, posted()]})

    (lot,) = world.ledger.books[NUMBER].lots.values()
    assert lot.item.unit.name == "Grams"
    assert (str(lot.received), str(lot.quantity)) == ("102.5", "100")


def test_what_one_line_says_of_a_lot_holds_for_all(tmp_path: Path) -> None:
    world, _ = imported(tmp_path, {"sales": [posted(), a_told_sale()]})
    (lot,) = world.ledger.books[NUMBER].lots.values()
    assert lot.item.name == "Gelato preroll"
    (employee,) = world.ledger.books[NUMBER].employees.values()
    assert employee.name == "Marguerite Oyelaran"


@pytest.mark.parametrize(
    ("states", "expected", "archived"),
    [
        (["active"], ReceiptState.ACTIVE, None),
        (["active", "active"], ReceiptState.ACTIVE, None),
        (["active", "updated"], ReceiptState.ACTIVE, None),
        (["active", "inactive"], ReceiptState.FINAL, None),
        (["active", "inactive", "active"], ReceiptState.ACTIVE, None),
        (["active", "voided"], ReceiptState.VOIDED, 2),
        (["active", "refunded", "updated"], ReceiptState.REFUNDED, 2),
        ([], ReceiptState.ACTIVE, None),
    ],
)
def test_a_sale_is_in_the_state_its_history_ends_in(
    tmp_path: Path, states: list[str], expected: ReceiptState, archived: int | None
) -> None:
    history = [{"state": state, "date": f"2026-05-{18 + n}T22:44:40Z"} for n, state in enumerate(states, 1)]
    world, _ = imported(tmp_path, a_told_sale(entity_state=history))

    (receipt,) = receipts(world)
    assert receipt.state is expected
    assert receipt.archived_at == (archived and datetime(2026, 5, 18 + archived, 22, 44, 40, tzinfo=UTC))
    assert [each.state for each in receipt.history] == (states or ["active"])
    if states:
        assert receipt.modified_at == receipt.history[-1].at


def test_amounts_may_be_json_numbers(tmp_path: Path) -> None:
    line = {
        **a_told_sale()["line_items"][0],
        "quantity": 2,
        "unit_price": 10.00,
        "discount": 1,
        "total": 20.38,
    }
    world, _ = imported(tmp_path, a_told_sale(line_items=[line]))
    (receipt,) = receipts(world)
    assert receipt.net == 19


def test_a_sale_may_tell_of_no_documents_and_no_optional_things(tmp_path: Path) -> None:
    sale = a_told_sale(identifications=..., external_id=..., terminal=...)
    world, report = imported(tmp_path, sale)
    (receipt,) = receipts(world)
    assert (receipt.identifications, receipt.external_id, receipt.terminal) == ((), None, "IMPORTED")
    assert report.filled["terminals"] == 1


def test_one_of_both_clocks_is_enough(tmp_path: Path) -> None:
    local = {"local_time": "2026-05-18T15:44:00"}
    utc = {"date": "2026-05-18T22:44:00Z"}
    world, _ = imported(tmp_path, {"sales": [posted(created_at=local), posted(created_at=utc)]})
    first, second = receipts(world)
    assert (first.sold_at, first.local_time) == (second.sold_at, second.local_time)
