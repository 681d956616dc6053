"""Whatever the ledger is asked to do, it balances afterwards, and the audit's sums are those of its receipts."""

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from support.builders import ACTOR, BULK, CART, EIGHTH, NOW, SHOP, a_line, a_sale, a_tax, a_world, amounts
from support.imports import a_row, a_told_sale, a_transaction, imported

from simulator.audit.audit import audited
from simulator.audit.report import Sums
from simulator.ledger.commands import (
    ChangePrice,
    ChangeQuantity,
    Command,
    FinalizeReceipts,
    RecordSales,
    RefundSale,
    UnfinalizeReceipts,
    VoidReceipt,
)
from simulator.ledger.decide import decide
from simulator.ledger.errors import Rejected
from simulator.ledger.model import Receipt, ReceiptState
from simulator.ledger.money import ZERO
from simulator.ledger.state import Book, Ledger
from simulator.seeding import grow
from simulator.seeding.find import shipped
from simulator.snapshots.file import restore

LOTS = {"EIGHTH": EIGHTH, "BULK": BULK, "CART": CART}
VOIDED = ReceiptState.VOIDED
OLD_SNAPSHOT = Path(__file__).parent.parent / "snapshots" / "of_0.1.0.snapshot"


def plain_sums(book: Book, *, restocks: bool) -> Sums:
    """Receipt by receipt, all of each opened."""
    sums = Sums(book.license.number, lots=len(book.lots))
    for lot in book.lots.values():
        sums.received += lot.received
        sums.on_hand += lot.quantity
    for receipt in book.receipts.values():
        sums.receipts[receipt.state] += 1
        if receipt.state is not VOIDED:
            sums.net += receipt.net
            sums.total += receipt.total
            sums.sold += sum((line.quantity for line in receipt.lines), ZERO)
        if not restocks:
            sums.refunded += sum((line.refunded for line in receipt.lines), ZERO)
    return sums


def assert_balanced(ledger: Ledger) -> None:
    report = audited(ledger)
    restocks = ledger.policies.refund_restocks
    assert report.problems == ()
    assert report.balanced
    expected = [plain_sums(book, restocks=restocks) for book in ledger.books.values()]
    assert list(report.licenses) == [sums for sums in expected if sums.lots or any(sums.receipts.values())]


@pytest.mark.parametrize("name", shipped())
def test_every_shipped_recipe_balances(name: str) -> None:
    world = grow(name, now=NOW, receipts=3000 if name in ("busy_dispensary", "black_friday_420") else None)
    assert_balanced(world.ledger)
    assert all(
        sums.received == sums.on_hand + sums.sold + sums.refunded for sums in audited(world.ledger).licenses
    )


def test_a_snapshot_of_long_ago_balances() -> None:
    assert_balanced(restore(OLD_SNAPSHOT).ledger)


@pytest.mark.parametrize(
    "content",
    [
        [a_row(id=1), a_row(id=2, isFinal=True, index=None)],
        [a_row(id=3, isArchived=True, archivedDate="2026-05-01", index="INACTIVE_SALES_RECEIPT")],
        {
            "page": 1,
            "totalPages": 1,
            "pageSize": 100,
            "total": 1,
            "data": [a_row(transactions=[a_transaction()])],
        },
        {"sales": [a_told_sale()]},
        {"sales": [a_told_sale(totals={"subtotal": "19.00", "quantity": "2.009", "total": "20.389"})]},
    ],
    ids=["active and final", "archived", "with lines", "Trace", "Trace, off by less than a cent"],
)
def test_what_was_imported_balances(content: object, tmp_path: Path) -> None:
    world, _ = imported(tmp_path, content)
    assert_balanced(world.ledger)


class Till(RuleBasedStateMachine):
    """Everything that can be asked of receipts, in any order."""

    picks = st.integers(0, 9)
    lots = st.sampled_from(sorted(LOTS))
    done: frozenset[str] = frozenset()

    @initialize(oversell=st.sampled_from(["refuse", "allow"]), refund_restocks=st.booleans())
    def begin(self, oversell: str, refund_restocks: bool) -> None:
        self.ledger = a_world(oversell=oversell, refund_restocks=refund_restocks).ledger
        self.overdrawn = oversell == "allow"

    def ask(self, what: str, command: Command) -> None:
        try:
            decision = decide(self.ledger, command, NOW)
        except Rejected:
            return
        for event in decision.events:
            self.ledger.apply(event)
        Till.done |= {what}

    def receipt(self, index: int) -> Receipt | None:
        receipts = list(self.ledger.books[SHOP].receipts.values())
        return receipts[index % len(receipts)] if receipts else None

    @rule(
        lots=st.lists(lots, min_size=1, max_size=3),
        quantity=st.sampled_from(["1", "2", "300"]),
        off=st.sampled_from(["0", "0.004", "-0.009"]),
        taxed=st.booleans(),
        external_id=st.sampled_from([None, "", "a", "b"]),
    )
    def record(self, lots: list[str], quantity: str, off: str, taxed: bool, external_id: str | None) -> None:
        """Each amount may be off by less than a cent; a lot may be on several lines."""
        taxes = (a_tax("1.05"),) if taxed else ()
        lines = [a_line(LOTS[lot], quantity, "10.33", taxes=taxes, discount="0.10") for lot in lots]
        sale = a_sale(*lines, external_id=external_id)
        by = Decimal(off)
        lines = [
            a_line(LOTS[lot], quantity, "10.33", taxes=taxes, discount="0.10", total=line.total - by)
            for lot, line in zip(lots, lines, strict=True)
        ]
        bent = a_sale(*lines, external_id=external_id, total=sale.total + by, subtotal=sale.subtotal - by)
        self.ask("record", RecordSales(ACTOR, "ca", (bent,), purchase_limit_override=True))

    @rule(index=picks, by=st.sampled_from(["1", "0.5", "7"]), lot=lots)
    def change_quantity(self, index: int, by: str, lot: str) -> None:
        if receipt := self.receipt(index):
            wanted = amounts(**{lot: by})
            self.ask("quantity", ChangeQuantity(ACTOR, "ca", SHOP, receipt.id, NOW, wanted, None, True))

    @rule(index=picks, price=st.sampled_from(["0", "9.9999", "20.00"]), lot=lots)
    def change_price(self, index: int, price: str, lot: str) -> None:
        if receipt := self.receipt(index):
            wanted = amounts(**{lot: price})
            self.ask("price", ChangePrice(ACTOR, "ca", SHOP, receipt.id, NOW, wanted))

    @rule(index=picks, lot=st.none() | lots, quantity=st.sampled_from(["1", "0.25"]))
    def refund(self, index: int, lot: str | None, quantity: str) -> None:
        if receipt := self.receipt(index):
            wanted = None if lot is None else amounts(**{lot: quantity})
            self.ask(
                "refund" if lot else "refund all", RefundSale(ACTOR, "ca", SHOP, receipt.id, NOW, wanted)
            )

    @rule(index=picks)
    def void(self, index: int) -> None:
        if receipt := self.receipt(index):
            was_refunded = any(line.refunded for line in receipt.lines)
            self.ask("void refunded" if was_refunded else "void", VoidReceipt(ACTOR, SHOP, receipt.id))

    @rule(index=picks)
    def finalize(self, index: int) -> None:
        if receipt := self.receipt(index):
            self.ask("finalize", FinalizeReceipts(ACTOR, SHOP, (receipt.id,)))

    @rule(index=picks)
    def unfinalize(self, index: int) -> None:
        if receipt := self.receipt(index):
            self.ask("unfinalize", UnfinalizeReceipts(ACTOR, SHOP, (receipt.id,)))

    @invariant()
    def it_balances(self) -> None:
        if not hasattr(self, "ledger"):
            return
        assert_balanced(self.ledger)
        if any(lot.quantity < 0 for lot in self.ledger.books[SHOP].lots.values()):
            assert self.overdrawn
            Till.done |= {"oversell"}


def test_it_balances_after_every_step() -> None:
    Till.done = frozenset()
    bounds = settings(max_examples=150, stateful_step_count=25, deadline=None, derandomize=True)

    run_state_machine_as_test(Till, settings=bounds)  # type: ignore[no-untyped-call]  # hypothesis has no types here

    assert Till.done == {
        "record",
        "quantity",
        "price",
        "refund",
        "refund all",
        "void",
        "void refunded",
        "finalize",
        "unfinalize",
        "oversell",
    }
