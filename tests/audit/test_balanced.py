"""Whatever the ledger is asked to do, it balances afterwards, and the audit's sums are those of its receipts."""

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from msgspec.structs import replace
from support.builders import ACTOR, BULK, CART, EIGHTH, NOW, SHOP, a_line, a_sale, a_tax, a_world
from support.imports import a_row, a_told_sale, a_transaction, imported

from simulator.audit.audit import audited
from simulator.audit.report import Sums
from simulator.ledger.commands import (
    ChangePrice,
    ChangeQuantity,
    Command,
    FinalizeReceipts,
    LotAmount,
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
    policies: Mapping[str, Any] = MappingProxyType({})
    done: frozenset[str] = frozenset()

    @initialize()
    def begin(self) -> None:
        self.ledger = a_world(**Till.policies).ledger
        for lots in (["EIGHTH"], ["BULK"], ["CART", "BULK", "BULK"], ["EIGHTH", "CART"]):
            self.record(lots, "2", "0.004", True, None)

    def ask(self, what: str, command: Command) -> None:
        try:
            decision = decide(self.ledger, command, NOW)
        except Rejected:
            return
        for event in decision.events:
            self.ledger.apply(event)
        Till.done |= {what}

    def receipt(self, index: int) -> Receipt:
        receipts = list(self.ledger.books[SHOP].receipts.values())
        return receipts[index % len(receipts)]

    def amounts(self, receipt: Receipt, amount: str) -> tuple[LotAmount, ...]:
        """Of the lot on its first line."""
        lot = self.ledger.books[SHOP].lots[receipt.lines[0].lot_id]
        return (LotAmount(lot.trace_id, Decimal(amount)),)

    @rule(
        lots=st.lists(st.sampled_from(sorted(LOTS)), min_size=1, max_size=3),
        quantity=st.sampled_from(["1", "2", "300"]),
        off=st.sampled_from(["0", "0.004", "-0.009"]),
        taxed=st.booleans(),
        external_id=st.sampled_from([None, "", "a", "b"]),
    )
    def record(self, lots: list[str], quantity: str, off: str, taxed: bool, external_id: str | None) -> None:
        """Each amount may be off by less than a cent; a lot may be on several lines."""
        taxes = (a_tax("1.05"),) if taxed else ()
        true = [a_line(LOTS[lot], quantity, "10.33", taxes=taxes, discount="0.10") for lot in lots]
        total = sum((line.total for line in true), ZERO)
        net = total - len(true) * sum((tax.total for tax in taxes), ZERO)
        by = Decimal(off)
        sale = a_sale(
            *(replace(line, total=line.total - by) for line in true),
            external_id=external_id,
            total=total + by,
            subtotal=net - by,
        )
        self.ask("record", RecordSales(ACTOR, "ca", (sale,), purchase_limit_override=True))

    @rule(index=picks, by=st.sampled_from(["1", "3", "7"]))
    def change_quantity(self, index: int, by: str) -> None:
        receipt = self.receipt(index)
        wanted = self.amounts(receipt, by)
        self.ask("quantity", ChangeQuantity(ACTOR, "ca", SHOP, receipt.id, NOW, wanted, None, True))

    @rule(index=picks, price=st.sampled_from(["1", "9.9999", "20.00"]))
    def change_price(self, index: int, price: str) -> None:
        receipt = self.receipt(index)
        self.ask("price", ChangePrice(ACTOR, "ca", SHOP, receipt.id, NOW, self.amounts(receipt, price)))

    @rule(index=picks, quantity=st.sampled_from([None, "1", "0.25"]))
    def refund(self, index: int, quantity: str | None) -> None:
        receipt = self.receipt(index)
        wanted = None if quantity is None else self.amounts(receipt, quantity)
        what = "refund all" if wanted is None else "refund"
        self.ask(what, RefundSale(ACTOR, "ca", SHOP, receipt.id, NOW, wanted))

    @rule(index=picks)
    def void(self, index: int) -> None:
        receipt = self.receipt(index)
        was_refunded = any(line.refunded for line in receipt.lines)
        self.ask("void refunded" if was_refunded else "void", VoidReceipt(ACTOR, SHOP, receipt.id))

    @rule(index=picks)
    def finalize(self, index: int) -> None:
        self.ask("finalize", FinalizeReceipts(ACTOR, SHOP, (self.receipt(index).id,)))

    @rule(index=picks)
    def unfinalize(self, index: int) -> None:
        self.ask("unfinalize", UnfinalizeReceipts(ACTOR, SHOP, (self.receipt(index).id,)))

    @invariant()
    def it_balances(self) -> None:
        if not hasattr(self, "ledger"):
            return
        assert_balanced(self.ledger)
        if any(lot.quantity < 0 for lot in self.ledger.books[SHOP].lots.values()):
            Till.done |= {"oversell"}


ASKED = frozenset(
    {"record", "quantity", "price", "refund", "refund all", "void", "void refunded", "finalize", "unfinalize"}
)


@pytest.mark.parametrize("refund_restocks", [True, False])
@pytest.mark.parametrize("oversell", ["allow", "refuse"])
def test_it_balances_after_every_step(
    oversell: str, refund_restocks: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    policies = {"oversell": oversell, "refund_restocks": refund_restocks}
    monkeypatch.setattr(Till, "policies", policies)
    monkeypatch.setattr(Till, "done", frozenset())
    bounds = settings(max_examples=60, stateful_step_count=25, deadline=None, derandomize=True)

    run_state_machine_as_test(Till, settings=bounds)  # type: ignore[no-untyped-call]  # hypothesis has no types here

    assert Till.done == (ASKED | {"oversell"} if oversell == "allow" else ASKED)
