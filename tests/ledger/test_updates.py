"""What each update does to a receipt, its totals and its lots, and what each refuses."""

from datetime import timedelta
from decimal import Decimal

import pytest
from msgspec.structs import replace
from support.builders import (
    ACTOR,
    BULK,
    CART,
    EIGHTH,
    NOW,
    SCARCE,
    SHOP,
    a_line,
    a_tax,
    a_world,
    amounts,
    on_hand,
    recorded,
)

from simulator.ledger.commands import (
    ChangePrice,
    ChangeQuantity,
    FinalizeReceipts,
    LotAmount,
    RefundSale,
    UnfinalizeReceipts,
    UpdateSale,
    VoidReceipt,
)
from simulator.ledger.decision import Decision
from simulator.ledger.errors import Rejected
from simulator.ledger.model import Receipt, ReceiptState
from simulator.world import World


def reprice(receipt: Receipt, by: tuple[LotAmount, ...], currency: str | None = None) -> ChangePrice:
    return ChangePrice(ACTOR, "ca", SHOP, receipt.trace_id, NOW, by, currency)


def requantify(receipt: Receipt, by: tuple[LotAmount, ...], override: bool = False) -> ChangeQuantity:
    return ChangeQuantity(ACTOR, "ca", SHOP, receipt.trace_id, NOW, by, None, override)


def refund(receipt: Receipt, by: tuple[LotAmount, ...] | None = None) -> RefundSale:
    return RefundSale(ACTOR, "ca", SHOP, receipt.trace_id, NOW, by)


def void(receipt: Receipt, reason: str | None = None) -> VoidReceipt:
    return VoidReceipt(ACTOR, SHOP, receipt.trace_id, "ca", NOW, reason)


def finalize(world: World, *receipts: Receipt) -> Decision:
    return world.execute(FinalizeReceipts(ACTOR, SHOP, tuple(receipt.id for receipt in receipts)))


def unfinalize(world: World, *receipts: Receipt) -> Decision:
    return world.execute(UnfinalizeReceipts(ACTOR, SHOP, tuple(receipt.id for receipt in receipts)))


def done(world: World, command: UpdateSale) -> Receipt:
    (receipt,) = world.execute(command).receipts
    assert world.ledger.books[SHOP].receipt(receipt.id) == receipt
    return receipt


def refused(world: World, command: UpdateSale) -> list[tuple[str, str]]:
    """Code and path of each violation; nothing may have changed."""
    before = dict(world.ledger.books[SHOP].receipts), repr(world.ledger.books[SHOP].lots)
    with pytest.raises(Rejected) as rejection:
        world.execute(command)
    assert (dict(world.ledger.books[SHOP].receipts), repr(world.ledger.books[SHOP].lots)) == before
    return [(violation.code.value, violation.path) for violation in rejection.value.violations]


def money(receipt: Receipt) -> tuple[str, str, str]:
    return str(receipt.subtotal), str(receipt.quantity), str(receipt.total)


# --- prices ---------------------------------------------------------------------------------------------------------


def test_a_new_price_recomputes_the_line_and_the_totals(till: World) -> None:
    sale = recorded(till, a_line(quantity="2", discount="1.00", taxes=(a_tax("1.50"),)), a_line(CART))

    changed = done(till, reprice(sale, amounts(EIGHTH="12.50")))

    assert str(changed.lines[0].total) == "25.50"  # 2 x 12.50 - 1.00 + 1.50
    assert money(changed) == ("34.00", "3", "35.50")
    assert changed.lines[0].taxes == sale.lines[0].taxes
    assert changed.payments == sale.payments
    assert on_hand(till, EIGHTH) == 98


def test_a_new_price_applies_to_every_line_of_the_lot(till: World) -> None:
    sale = recorded(till, a_line(), a_line(quantity="2"))

    changed = done(till, reprice(sale, amounts(EIGHTH="1.00")))

    assert [str(line.total) for line in changed.lines] == ["1.00", "2.00"]


def test_payments_that_no_longer_match_are_a_warning(till: World) -> None:
    sale = recorded(till, a_line())

    decision = till.execute(reprice(sale, amounts(EIGHTH="12.00")))
    assert [warning.type for warning in decision.warnings] == ["payments_mismatch"]
    assert "10.00" in decision.warnings[0].detail
    assert "12.00" in decision.warnings[0].detail

    back = till.execute(reprice(sale, amounts(EIGHTH="10.00")))
    assert back.warnings == ()


def test_a_price_change_is_refused_for_what_is_wrong_with_it(till: World) -> None:
    sale = recorded(till, a_line(discount="5.00"))

    assert refused(till, reprice(sale, amounts(CART="1.00"))) == [("lot_not_on_sale", "line_items[0].lot.id")]
    assert refused(till, reprice(sale, amounts(EIGHTH="-1.00"))) == [
        ("price_negative", "line_items[0].amount"),
        ("discount_out_of_range", "line_items[0].amount"),
    ]
    assert refused(till, reprice(sale, amounts(EIGHTH="4.99"))) == [
        ("discount_out_of_range", "line_items[0].amount")
    ]
    assert refused(till, reprice(sale, amounts(EIGHTH="9.00") * 2)) == [
        ("lot_repeated", "line_items[1].lot.id")
    ]
    assert refused(till, reprice(sale, amounts(EIGHTH="9.00"), currency="KOMCURT0002")) == [
        ("currency_mismatch", "currency.id")
    ]
    later = ChangePrice(ACTOR, "ca", SHOP, sale.id, NOW + timedelta(minutes=6), amounts(EIGHTH="9.00"))
    assert refused(till, later) == [("date_in_future", "price_change_date")]
    assert done(till, reprice(sale, amounts(EIGHTH="9.00"), currency="KOMCURT0001")).total == 4


# --- quantities -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("wanted", "left"), [("3", 97), ("1", 99), ("2", 98)])
def test_a_new_quantity_moves_stock_by_the_difference(till: World, wanted: str, left: int) -> None:
    sale = recorded(till, a_line(quantity="2", taxes=(a_tax("1.00"),)))

    changed = done(till, requantify(sale, amounts(EIGHTH=wanted)))

    assert on_hand(till, EIGHTH) == left
    assert str(changed.quantity) == wanted
    assert changed.total == Decimal(wanted) * 10 + 1


def test_a_quantity_change_is_refused_for_what_is_wrong_with_it(till: World) -> None:
    sale = recorded(till, a_line(quantity="2", discount="15.00"), a_line(SCARCE), a_line(BULK), a_line(BULK))

    assert refused(till, requantify(sale, amounts(EIGHTH="0"))) == [
        ("quantity_not_positive", "line_items[0].quantity"),
        ("discount_out_of_range", "line_items[0].quantity"),
    ]
    assert refused(till, requantify(sale, amounts(EIGHTH="2.5"))) == [
        ("quantity_not_whole", "line_items[0].quantity")
    ]
    assert refused(till, requantify(sale, amounts(EIGHTH="1"))) == [
        ("discount_out_of_range", "line_items[0].quantity")
    ]
    assert refused(till, requantify(sale, amounts(SCARCE="3"))) == [
        ("stock_insufficient", "line_items[0].quantity")
    ]
    assert ("lot_ambiguous", "line_items[0].quantity") in refused(till, requantify(sale, amounts(BULK="2")))
    assert refused(till, requantify(sale, amounts(CART="1"))) == [("lot_not_on_sale", "line_items[0].lot.id")]


def test_a_larger_quantity_needs_a_lot_that_may_be_sold(till: World) -> None:
    sale = recorded(till, a_line(SCARCE, "2"))

    assert refused(till, requantify(sale, amounts(SCARCE="3"))) == [
        ("lot_inactive", "line_items[0].quantity"),
        ("stock_insufficient", "line_items[0].quantity"),
    ]


@pytest.mark.parametrize("oversell", ["refuse", "allow"])
def test_a_lot_put_on_hold_takes_back_units_but_gives_no_more(oversell: str) -> None:
    world = a_world(oversell=oversell)
    sale = recorded(world, a_line(quantity="2"))
    book = world.ledger.books[SHOP]
    book.put_lot(replace(book.lots[sale.lines[0].lot_id], on_hold=True))

    assert refused(world, requantify(sale, amounts(EIGHTH="3"))) == [
        ("lot_on_hold", "line_items[0].quantity")
    ]
    assert done(world, requantify(sale, amounts(EIGHTH="1"))).quantity == 1


def test_a_larger_quantity_stays_within_the_purchase_limit_unless_overridden(till: World) -> None:
    sale = recorded(till, a_line(quantity="2"))

    assert refused(till, requantify(sale, amounts(EIGHTH="9"))) == [("purchase_limit_exceeded", "line_items")]
    assert done(till, requantify(sale, amounts(EIGHTH="9"), override=True)).quantity == 9
    assert done(till, requantify(sale, amounts(EIGHTH="8"))).quantity == 8


# --- refunds --------------------------------------------------------------------------------------------------------


def test_a_part_refund_takes_units_and_their_share_off_the_sale(till: World) -> None:
    sale = recorded(till, a_line(quantity="3", discount="3.00", taxes=(a_tax("2.00"),)), a_line(CART))

    changed = done(till, refund(sale, amounts(EIGHTH="1")))

    assert changed.state is ReceiptState.ACTIVE
    line = changed.lines[0]
    assert (str(line.quantity), str(line.discount), str(line.taxes[0].total), str(line.total)) == (
        "2",
        "2.00",
        "1.33",
        "19.33",
    )
    assert line.refunded == 1
    assert changed.archived_at is None
    assert on_hand(till, EIGHTH) == 97


def test_a_refunded_line_never_has_a_discount_above_its_price(till: World) -> None:
    sale = recorded(till, a_line(quantity="2", price="0.005", discount="0.01"))

    line = done(till, refund(sale, amounts(EIGHTH="1"))).lines[0]

    assert (line.discount, line.total) == (Decimal("0.005"), 0)


def test_a_refund_restocks_where_the_recipe_says_so() -> None:
    world = a_world(refund_restocks=True)
    sale = recorded(world, a_line(quantity="3"))

    done(world, refund(sale, amounts(EIGHTH="2")))

    assert on_hand(world, EIGHTH) == 99


def test_a_whole_refund_closes_the_receipt_for_good(till: World) -> None:
    sale = recorded(till, a_line(quantity="3", discount="1.00", taxes=(a_tax("2.00"),)), a_line(BULK, "1.25"))

    changed = done(till, refund(sale))

    assert changed.state is ReceiptState.REFUNDED
    assert changed.archived_at == NOW
    assert money(changed) == ("0.00", "0", "0.00")
    assert [line.refunded for line in changed.lines] == [3, Decimal("1.25")]
    assert on_hand(till, BULK) == Decimal("249.25")
    assert [code for code, _ in refused(till, void(sale))] == ["transition_refused"]


def test_refunding_the_rest_bit_by_bit_is_a_whole_refund(till: World) -> None:
    sale = recorded(till, a_line(quantity="2"), a_line(quantity="1"))

    assert done(till, refund(sale, amounts(EIGHTH="2"))).state is ReceiptState.ACTIVE
    assert done(till, refund(sale, amounts(EIGHTH="1"))).state is ReceiptState.REFUNDED


def test_a_refund_is_refused_for_what_is_wrong_with_it(till: World) -> None:
    sale = recorded(till, a_line(quantity="2"))

    assert refused(till, refund(sale, amounts(EIGHTH="3"))) == [
        ("refund_exceeds_sale", "line_items[0].quantity")
    ]
    assert refused(till, refund(sale, amounts(EIGHTH="0"))) == [
        ("quantity_not_positive", "line_items[0].quantity")
    ]
    assert refused(till, refund(sale, amounts(EIGHTH="0.5"))) == [
        ("quantity_not_whole", "line_items[0].quantity")
    ]
    assert refused(till, refund(sale, amounts(CART="1"))) == [("lot_not_on_sale", "line_items[0].lot.id")]
    assert refused(till, refund(sale, amounts(EIGHTH="1") * 2)) == [("lot_repeated", "line_items[1].lot.id")]


# --- voids ----------------------------------------------------------------------------------------------------------


def test_a_void_returns_everything_to_its_lots_and_keeps_the_amounts(till: World) -> None:
    sale = recorded(till, a_line(quantity="3"), a_line(SCARCE, "2"))
    assert till.ledger.books[SHOP].lots[sale.lines[1].lot_id].finished_at == NOW

    changed = done(till, void(sale, "wrong customer"))

    assert changed.state is ReceiptState.VOIDED
    assert money(changed) == money(sale)
    assert (on_hand(till, EIGHTH), on_hand(till, SCARCE)) == (100, 2)
    lot = till.ledger.books[SHOP].lots[sale.lines[1].lot_id]
    assert lot.finished_at is None
    assert [change.state for change in lot.history] == ["active", "finished", "unfinished"]
    assert changed.history[-1].reason == f"sale voided: wrong customer on {NOW:%Y-%m-%dT%H:%M:%S}Z"


def test_a_void_after_a_part_refund_returns_what_is_left(till: World) -> None:
    sale = recorded(till, a_line(quantity="3"))
    done(till, refund(sale, amounts(EIGHTH="1")))

    done(till, void(sale))

    assert on_hand(till, EIGHTH) == 99


def test_a_second_void_is_refused_and_moves_nothing(till: World) -> None:
    sale = recorded(till, a_line(quantity="3"))
    done(till, void(sale))

    assert refused(till, void(sale)) == [("transition_refused", "actions.id")]
    assert on_hand(till, EIGHTH) == 100


# --- who and which --------------------------------------------------------------------------------------------------


def test_an_update_names_a_sale_of_a_license_the_actor_sees(till: World) -> None:
    sale = recorded(till)

    def codes(
        license_number: str, state: str = "ca", ref: int | str = sale.trace_id
    ) -> list[tuple[str, str]]:
        return refused(till, VoidReceipt(ACTOR, license_number, ref, state, NOW))

    assert codes("NOWHERE") == [("license_unknown", "license.license_number")]
    assert codes("ELSEWHERE") == [("license_not_visible", "license.license_number")]
    assert codes(SHOP, "or") == [("license_in_other_state", "license.license_number")]
    assert codes("SHUT") == [("license_inactive", "license.license_number")]
    assert codes(SHOP, ref="0" * 32) == [("sale_unknown", "id")]
    assert codes(SHOP, ref=1) == [("sale_unknown", "id")]
    assert codes("SHOP-IL", "il") == [("sale_unknown", "id")]


# --- the whole table of transitions -----------------------------------------------------------------------------------

ACTIONS = {
    "change_price": lambda receipt: reprice(receipt, amounts(EIGHTH="9.00")),
    "change_quantity": lambda receipt: requantify(receipt, amounts(EIGHTH="1")),
    "void": void,
    "refund_part": lambda receipt: refund(receipt, amounts(EIGHTH="1")),
    "refund_whole": refund,
    "finalize": lambda receipt: FinalizeReceipts(ACTOR, SHOP, (receipt.id,)),
    "unfinalize": lambda receipt: UnfinalizeReceipts(ACTOR, SHOP, (receipt.id,)),
}
ALLOWED = {
    ("active", "change_price"): "active",
    ("active", "change_quantity"): "active",
    ("active", "void"): "voided",
    ("active", "refund_part"): "active",
    ("active", "refund_whole"): "refunded",
    ("active", "finalize"): "final",
    ("final", "unfinalize"): "active",
}


def in_state(world: World, state: str) -> Receipt:
    receipt = recorded(world, a_line(quantity="2"))
    if state == "final":
        finalize(world, receipt)
    elif state == "voided":
        world.execute(void(receipt))
    elif state == "refunded":
        world.execute(refund(receipt))
    current = world.ledger.books[SHOP].receipt(receipt.id)
    assert current is not None
    assert current.state == state
    return current


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("state", ReceiptState)
def test_each_action_in_each_state_does_what_the_table_says(
    till: World, state: ReceiptState, action: str
) -> None:
    receipt = in_state(till, state)
    command = ACTIONS[action](receipt)  # type: ignore[no-untyped-call]  # a table of lambdas

    if (expected := ALLOWED.get((state, action))) is None:
        assert ("transition_refused") in {code for code, _ in refused(till, command)}
    else:
        changed = done(till, command)
        assert changed.state == expected
        assert len(changed.history) == len(receipt.history) + 1
        book = till.ledger.books[SHOP]
        assert (changed in book.active) is (expected == "active")
        assert (changed in book.inactive) is (expected != "active")


def test_finalizing_and_unfinalizing_move_no_stock_and_are_all_or_nothing(till: World) -> None:
    first, second = recorded(till), recorded(till)
    finalize(till, first)
    assert on_hand(till, EIGHTH) == 98

    with pytest.raises(Rejected) as both:
        unfinalize(till, first, second)
    assert [violation.path for violation in both.value.violations] == ["[1].id"]
    with pytest.raises(Rejected):
        till.execute(UnfinalizeReceipts(ACTOR, SHOP, (first.id, 999)))
    assert [receipt.id for receipt in till.ledger.books[SHOP].inactive] == [first.id]

    unfinalize(till, first, first)
    assert [receipt.id for receipt in till.ledger.books[SHOP].active] == [first.id, second.id]


def test_history_tells_what_was_done_in_documented_states_only(till: World) -> None:
    sale = recorded(till, a_line(quantity="2"))
    done(till, reprice(sale, amounts(EIGHTH="9.00")))
    finalize(till, sale)
    unfinalize(till, sale)
    changed = done(till, refund(sale))

    assert [(change.state, change.actioned_by) for change in changed.history] == [
        ("active", "till"),
        ("active", "till"),
        ("inactive", "till"),
        ("active", "till"),
        ("refunded", "till"),
    ]
