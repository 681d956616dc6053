"""A ledger that was tampered with does not balance, and the audit says where and by how much."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace
from support.builders import ACTOR, BULK, EIGHTH, NOW, SHOP, a_line, a_tax, a_world, amounts, recorded

from simulator.audit import slices
from simulator.audit.audit import Audit, audited
from simulator.audit.report import MOST_TOLD
from simulator.ledger.commands import RefundSale, VoidReceipt
from simulator.ledger.model import Receipt, ReceiptState
from simulator.ledger.state import Book
from simulator.paged.map import PagedMap
from simulator.world import World

CENT = Decimal("0.01")


@pytest.fixture
def world() -> World:
    """Four receipts: two that are active, one voided after a refund of a part, one refunded."""
    world = a_world()
    recorded(
        world, a_line(EIGHTH, "2", "10.00", taxes=(a_tax("1.00"),)), a_line(BULK, "1.5"), external_id="a"
    )
    recorded(world, a_line(EIGHTH, "1"), external_id="b")
    third = recorded(world, a_line(BULK, "3"))
    world.execute(RefundSale(ACTOR, "ca", SHOP, third.id, NOW, amounts(BULK="1")))
    world.execute(VoidReceipt(ACTOR, SHOP, third.id))
    world.execute(RefundSale(ACTOR, "ca", SHOP, recorded(world, a_line(EIGHTH, "1")).id, NOW))
    assert audited(world.ledger).balanced
    return world


def row(book: Book, number: int) -> Any:
    return book.rows[list(book.receipts)[number - 1]]


def forged(**bent: Any) -> Callable[[Book], None]:
    """The first receipt, as no command would leave it."""

    def change(book: Book) -> None:
        receipt = book.packing.unpack(row(book, 1))
        book.put_receipt(replace(receipt, **{name: value(receipt) for name, value in bent.items()}))

    return change


def first_line(**bent: Any) -> Callable[[Receipt], Any]:
    return lambda receipt: (replace(receipt.lines[0], **bent), *receipt.lines[1:])


def lot(**by: Decimal) -> Callable[[Book], None]:
    def change(book: Book) -> None:
        there = book.lot(EIGHTH)
        assert there is not None
        book.put_lot(replace(there, **{name: getattr(there, name) + amount for name, amount in by.items()}))

    return change


def dropped(book: Book) -> None:
    book._active.remove(row(book, 1))


def in_the_wrong_list(book: Book) -> None:
    there = row(book, 1)
    book._active.remove(there)
    book._inactive.add(there)


def in_both_lists(book: Book) -> None:
    book._inactive.add(row(book, 1))


def twice_instead_of_another(book: Book) -> None:
    book._active.remove(row(book, 2))
    book._active._pages[-1].insert(0, row(book, 1))
    book._active._length += 1


def stale(book: Book) -> None:
    """Another receipt by its id than in the list."""
    there = row(book, 1)
    book._rows.put(there.id, replace(there))


def without_external_ids(book: Book) -> None:
    book._external_ids = PagedMap()


def external_id_of_another(book: Book) -> None:
    book._external_ids.put("a", row(book, 2).id)


TAMPERED: dict[str, tuple[Callable[[Book], None], list[str]]] = {
    "a lot with one too many": (
        lot(quantity=Decimal(1)),
        ["Lot {tag} of SHOP received 100, but 97 on hand, 3 sold and 1 refunded are 101."],
    ),
    "a lot that received less": (
        lot(received=Decimal("-0.5")),
        ["Lot {tag} of SHOP received 99.5, but 96 on hand, 3 sold and 1 refunded are 100."],
    ),
    "units that were never sold": (
        forged(
            lines=first_line(quantity=Decimal(3), total=Decimal("31.00")),
            quantity=lambda receipt: receipt.quantity + 1,
            subtotal=lambda receipt: receipt.subtotal + 10,
            total=lambda receipt: receipt.total + 10,
        ),
        ["Lot {tag} of SHOP received 100, but 96 on hand, 4 sold and 1 refunded are 101."],
    ),
    "units that were never refunded": (
        forged(lines=first_line(refunded=Decimal(1))),
        ["Lot {tag} of SHOP received 100, but 96 on hand, 3 sold and 2 refunded are 101."],
    ),
    "a void that was none": (
        forged(state=lambda _: ReceiptState.VOIDED),
        [
            "Lot {tag} of SHOP received 100, but 96 on hand, 1 sold and 1 refunded are 98.",
            "Lot {bulk} of SHOP received 250.5, but 248 on hand, 0 sold and 1 refunded are 249.",
        ],
    ),
    "a line's total": (
        forged(lines=first_line(total=Decimal("21.01"))),
        [
            (
                "Line 1001 of receipt 000001001 of SHOP has the total 21.01, "
                "but unit price x quantity - discount + taxes are 21.00."
            )
        ],
    ),
    "a line's lot": (
        forged(lines=first_line(lot_id=999)),
        [
            "Line 1001 of receipt 000001001 of SHOP is of lot 999, which is not there.",
            "Lot {tag} of SHOP received 100, but 96 on hand, 1 sold and 1 refunded are 98.",
        ],
    ),
    "a total": (
        forged(total=lambda receipt: receipt.total + 3 * CENT),
        ["Receipt 000001001 of SHOP has the total 36.03, but its lines come to 36.00."],
    ),
    "a subtotal": (
        forged(subtotal=lambda receipt: receipt.subtotal - CENT),
        ["Receipt 000001001 of SHOP has the subtotal 34.99, but its lines come to 35.00."],
    ),
    "a quantity": (
        forged(quantity=lambda receipt: receipt.quantity + 1),
        ["Receipt 000001001 of SHOP has the quantity 4.5, but its lines come to 3.5."],
    ),
    "a receipt dropped from its list": (
        dropped,
        [
            "SHOP lists 1 active and 2 inactive receipts, together 3, but there are 4.",
            "Receipt 000001001 of SHOP is active, but in neither list of receipts.",
            "Lot {tag} of SHOP received 100, but 96 on hand, 1 sold and 1 refunded are 98.",
            "Lot {bulk} of SHOP received 250.5, but 248 on hand, 0 sold and 1 refunded are 249.",
        ],
    ),
    "a receipt in the wrong list": (
        in_the_wrong_list,
        ["Receipt 000001001 of SHOP is active, but in the list of inactive receipts."],
    ),
    "a receipt in both lists": (
        in_both_lists,
        [
            "Receipt 000001001 of SHOP is active, but in the list of inactive receipts.",
            "SHOP lists 2 active and 3 inactive receipts, together 5, but there are 4.",
            "Lot {tag} of SHOP received 100, but 96 on hand, 5 sold and 1 refunded are 102.",
            "Lot {bulk} of SHOP received 250.5, but 248 on hand, 3 sold and 1 refunded are 252.",
        ],
    ),
    "a receipt twice instead of another": (
        twice_instead_of_another,
        [
            "Receipt 000001001 of SHOP is in the list of active receipts twice, or not in its place.",
            "Lot {tag} of SHOP received 100, but 96 on hand, 4 sold and 1 refunded are 101.",
            "Lot {bulk} of SHOP received 250.5, but 248 on hand, 3 sold and 1 refunded are 252.",
        ],
    ),
    "a receipt that is another by its id": (
        stale,
        [
            (
                "Receipt 000001001 of SHOP is in the list of active receipts, but by its id it is not found, "
                "or not as it is there."
            )
        ],
    ),
    "external ids that are forgotten": (
        without_external_ids,
        [
            "Receipt 000001001 of SHOP is not found by its external_id 'a'.",
            "Receipt 000001002 of SHOP is not found by its external_id 'b'.",
        ],
    ),
    "an external id of another receipt": (
        external_id_of_another,
        ["The external_id 'a' of SHOP leads to a receipt that has another, or is not there."],
    ),
}


@pytest.mark.parametrize("what", TAMPERED)
def test_what_does_not_balance_is_told(world: World, what: str) -> None:
    tamper, expected = TAMPERED[what]
    book = world.ledger.books[SHOP]
    tags = {"tag": tag_of(book, EIGHTH), "bulk": tag_of(book, BULK)}

    tamper(book)

    report = audited(world.ledger)
    assert not report.balanced
    assert list(report.problems) == [sentence.format(**tags) for sentence in expected]


def tag_of(book: Book, lot_id: str) -> str:
    there = book.lot(lot_id)
    assert there is not None
    return there.tag


def test_amounts_that_a_client_may_send_are_no_problem() -> None:
    """Each line less than a cent too much, and the total less than a cent too little."""
    world = a_world()
    line = a_line(EIGHTH, "1", "10.00", total=Decimal("10.0099"))
    recorded(world, line, line, line, total=Decimal("29.9901"))

    assert audited(world.ledger).balanced


def test_no_more_than_a_hundred_problems_are_told_and_the_others_counted(world: World) -> None:
    book = world.ledger.books[SHOP]
    plain = book.packing.unpack(row(book, 2))
    for number in range(MOST_TOLD + 20):
        forged_one = replace(
            plain, id=2000 + number, trace_id=str(number), total=plain.total + 1, external_id=None
        )
        book.put_receipt(forged_one)

    report = audited(world.ledger)

    assert (len(report.problems), report.more_problems) == (MOST_TOLD, 21)
    assert not report.balanced


def test_only_one_license_is_looked_at(world: World) -> None:
    lot(quantity=Decimal(1))(world.ledger.books[SHOP])

    assert audited(world.ledger, "SHOP-IL").balanced
    assert [sums.license_number for sums in audited(world.ledger, "SHOP-IL").licenses] == ["SHOP-IL"]
    assert not audited(world.ledger, SHOP).balanced


# --- external ids ----------------------------------------------------------------------------------------------------


def test_an_external_id_is_repeated_where_more_than_one_of_its_receipts_stands() -> None:
    world = a_world()
    ids = ["once", "twice", "corrected", "twice", "corrected", "twice", None, None, "", ""]
    receipts = [recorded(world, a_line(BULK, "1"), external_id=external_id) for external_id in ids]
    for voided in (receipts[2], receipts[3]):
        world.execute(VoidReceipt(ACTOR, SHOP, voided.id))

    report = audited(world.ledger)

    (repeated,) = report.repeated
    assert (repeated.license_number, repeated.external_id, repeated.standing) == (SHOP, "twice", 2)
    assert repeated.receipts == tuple(receipts[n].number for n in (1, 3, 5))
    assert (report.balanced, report.more_repeated) == (True, 0)


def test_a_prefix_chooses_what_is_counted_and_not_what_is_checked() -> None:
    world = a_world()
    for external_id in ("run-1/a", "run-1/a", "run-2/a", "run-2/a", "x-run-1/", None):
        recorded(world, external_id=external_id)

    report = audited(world.ledger, external_id_prefix="run-1/")

    assert [each.external_id for each in report.repeated] == ["run-1/a"]
    (sums,) = [each for each in report.licenses if each.license_number == SHOP]
    assert sums.receipts == {**dict.fromkeys(ReceiptState, 0), ReceiptState.ACTIVE: 2}
    assert (sums.sold, sums.total) == (6, 60)
    lot(quantity=Decimal(1))(world.ledger.books[SHOP])
    assert not audited(world.ledger, external_id_prefix="run-1/").balanced


def test_no_more_than_a_hundred_repeated_ids_and_receipts_of_one_are_told() -> None:
    world = a_world()
    book = world.ledger.books[SHOP]
    plain = recorded(world, external_id="0")
    for number in range(1, 2 * MOST_TOLD + 10):
        book.put_receipt(replace(plain, id=2000 + number, trace_id=str(number), external_id=str(number // 2)))
    for number in range(MOST_TOLD):
        book.put_receipt(replace(plain, id=5000 + number, trace_id=f"b{number}", external_id="0"))

    report = audited(world.ledger)

    assert (len(report.repeated), report.more_repeated) == (MOST_TOLD, 5)
    (most,) = [each for each in report.repeated if each.external_id == "0"]
    assert (len(most.receipts), most.standing) == (MOST_TOLD, MOST_TOLD + 2)
    assert most.receipts[0] == plain.number


def test_it_is_done_in_slices(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(20):
        recorded(world, a_line(BULK, "0.01"), external_id="again")
    monkeypatch.setattr(slices, "SLICE", 2)
    audit = Audit(world.ledger, SHOP)

    turns = sum(1 for _ in audit.turns())

    book = world.ledger.books[SHOP]
    assert turns >= (len(book.receipts) + len(book.lots)) / 2
    assert audit.report() == audited(world.ledger, SHOP)
