"""Transactions that stand in their receipts are its lines, and their packages its lots."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from support.imports import a_row, a_transaction, both, imported

NUMBER = "C10-0000123-LIC"
KEPT = [
    "id",
    "packageId",
    "packageLabel",
    "productName",
    "productCategoryName",
    "itemStrainName",
    "itemBrandName",
    "quantitySold",
    "unitOfMeasureAbbreviation",
    "unitWeight",
    "totalPrice",
    "price",
    "discountAmount",
    "salesTax",
    "exciseTax",
    "municipalTax",
    "invoiceNumber",
]


def shown(folder: Path, *told: dict[str, Any], **receipt: Any) -> list[dict[str, Any]]:
    """What T3 tells of the lines of a receipt that was imported with these transactions."""
    price = float(sum(Decimal(str(each["totalPrice"])) for each in told))
    world, _ = imported(folder, [a_row(transactions=list(told), totalPrice=price, **receipt)])
    with both(world) as (t3, _):
        query = {"licenseNumber": NUMBER, "salesReceiptId": 1230061, "includeHistory": "true"}
        rows: list[dict[str, Any]] = t3.get("/v2/sales/transactions", params=query).json()["data"]
    return [{key: row[key] for key in KEPT} for row in rows]


def test_a_transaction_is_shown_as_it_was(tmp_path: Path) -> None:
    told = a_transaction(exciseTax=4.52, municipalTax=0.3, invoiceNumber="TILL-1")
    assert shown(tmp_path, told) == [{key: told[key] for key in KEPT}]


def test_lines_come_in_the_order_of_their_ids_and_share_lots(tmp_path: Path) -> None:
    second = a_transaction(id=3, totalPrice=10, price=10, packageId=5, packageLabel="B")
    third = a_transaction(id=2, totalPrice=20, price=20, packageId=5, packageLabel="B")
    rows = shown(tmp_path, a_transaction(), second, third)
    assert [(row["id"], row["packageId"]) for row in rows] == [(2, 5), (3, 5), (1230097, 123466)]


@pytest.mark.parametrize(
    ("bent", "price", "discount"),
    [
        ({"price": None, "quantitySold": 2.0}, 15.06, None),
        ({"price": None, "quantitySold": 7.0}, 4.3029, 0.0003),
        ({"price": None, "quantitySold": 3.5, "unitOfMeasureAbbreviation": "g"}, 8.6058, 0.0003),
        ({"price": 20.0, "quantitySold": 2.0, "discountAmount": 9.88}, 20.0, 9.88),
        ({"price": 99.0, "quantitySold": 2.0}, 15.06, None),
    ],
)
def test_price_and_discount_come_to_the_total_as_told_or_exactly(
    tmp_path: Path, bent: dict[str, Any], price: float, discount: float | None
) -> None:
    (row,) = shown(tmp_path, a_transaction(**bent))
    assert (row["price"], row["discountAmount"], row["totalPrice"]) == (price, discount, 30.12)


def test_a_refunded_line_is_worth_nothing(tmp_path: Path) -> None:
    (row,) = shown(
        tmp_path, a_transaction(quantitySold=0, totalPrice=0, price=30.12), isArchived=True, index=None
    )
    assert (row["quantitySold"], row["totalPrice"], row["price"]) == (0.0, 0.0, 30.12)


def test_packages_keep_label_id_and_item_and_hold_more_than_was_sold(tmp_path: Path) -> None:
    rows = [
        a_row(id=n, receiptNumber=f"{n}", transactions=[a_transaction(id=n, quantitySold=n, price=None)])
        for n in (1, 2)
    ]
    world, report = imported(tmp_path, rows)

    (lot,) = world.ledger.books[NUMBER].lots.values()
    assert (lot.id, lot.tag, lot.item.name, lot.item.unit_weight) == (
        123466,
        "1A4000000000000000123466",
        "Blue Dream 3.5 g jar",
        Decimal("3.5"),
    )
    assert (lot.received, lot.quantity) == (103, 100)
    assert "lines" not in report.filled
    assert report.not_kept == {"totalPackages": 2}


def test_lots_that_claim_one_id_get_two(tmp_path: Path) -> None:
    told = [a_transaction(id=n, packageLabel=f"TAG-{n}", totalPrice=1, price=1) for n in (1, 2)]
    world, _ = imported(tmp_path, [a_row(transactions=told, totalPrice=2)])
    assert {lot.tag: lot.id for lot in world.ledger.books[NUMBER].lots.values()} == {
        "TAG-1": 123466,
        "TAG-2": 123467,
    }


def test_receipts_with_and_without_lines_go_together(tmp_path: Path) -> None:
    rows = [a_row(id=1, receiptNumber="1", transactions=[a_transaction()]), a_row(id=2, receiptNumber="2")]
    world, report = imported(tmp_path, rows)
    book = world.ledger.books[NUMBER]
    assert len(book.lots) == 1 + report.filled["lots"] == 9
    assert [len(book.receipts[n].lines) for n in (1, 2)] == [1, 2]
    assert book.next_line_id == 1230100
