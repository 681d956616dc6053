"""Nothing a recipe grows could not have been recorded by a client: every sale, void, refund and closing of a grown world
is asked of the ledger again, one by one and in the order of time, and the same world comes out.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from msgspec.structs import replace
from support.builders import NOW, TILL

from simulator.clock import Clock
from simulator.ledger.commands import (
    Command,
    FinalizeReceipts,
    ReceiveLot,
    RecordSales,
    RefundSale,
    VoidReceipt,
)
from simulator.ledger.model import Actor, Lot, Receipt, ReceiptState
from simulator.ledger.state import Book
from simulator.seeding import register
from simulator.seeding.drafts import draft_of
from simulator.seeding.find import shipped
from simulator.seeding.grow import grow
from simulator.seeding.growth import Growth
from simulator.seeding.recipe import PoliciesPart, Recipe, load, scaled
from simulator.world import World

MOST = 1500
"""Receipts of a recipe that are replayed."""
MOMENTS = {
    "a day in May": NOW,
    "new year": datetime(2026, 1, 1, 8, 0, 0, 999999, tzinfo=UTC),
    "the evening after clocks went forward": datetime(2026, 3, 9, 1, 0, tzinfo=UTC),
    "the night after clocks went back": datetime(2026, 11, 2, 7, 59, tzinfo=UTC),
    "a leap day": datetime(2028, 2, 29, 12, 0, tzinfo=UTC),
}
Step = tuple[datetime, int, Command]


@pytest.fixture
def refunded(monkeypatch: pytest.MonkeyPatch) -> dict[str, Receipt]:
    """Receipts as they were before their refund, by Trace id: the refund takes prices and taxes off them."""
    before: dict[str, Receipt] = {}
    really = register.refunded_in_whole

    def spy(receipt: Receipt, at: datetime, username: str) -> Receipt:
        before[receipt.trace_id] = receipt
        return really(receipt, at, username)

    monkeypatch.setattr(register, "refunded_in_whole", spy)
    return before


def replayed(recipe: Recipe, seed: int, moment: datetime, grown: World, before: dict[str, Receipt]) -> World:
    """A world of the same recipe without a past, to which that of `grown` happens step by step."""
    world = Growth(recipe, seed, Clock(moment)).world
    for number, book in grown.ledger.books.items():
        for lot in book.lots.values():
            world.execute(ReceiveLot(as_received(lot)), lot.received_at)
        actor = actor_of(grown, number)
        for at, _, command in sorted(steps(book, actor, before), key=lambda step: step[:2]):
            world.execute(command, at)
    return world


def as_received(lot: Lot) -> Lot:
    return replace(
        lot,
        quantity=lot.received,
        modified_at=lot.received_at,
        finished_at=None,
        history=lot.history[:1],
    )


def actor_of(world: World, number: str) -> Actor:
    seen_by = (account.actor for account in world.accounts.everyone if number in account.licenses)
    return next(seen_by, Actor("system generated", "System", frozenset({number})))


def steps(book: Book, actor: Actor, before: dict[str, Receipt]) -> Iterator[Step]:
    """What was done, when, and in which order within one instant."""
    number, state_code = book.license.number, book.license.state_code
    in_order = sorted(book.receipts.values(), key=lambda receipt: receipt.lines[0].id)
    for order, receipt in enumerate(in_order):
        draft = draft_of(before.get(receipt.trace_id, receipt), book.lots)
        yield receipt.recorded_at, order, RecordSales(actor, state_code, (draft,))
        last = receipt.modified_at
        match receipt.state:
            case ReceiptState.FINAL:
                yield last, order, FinalizeReceipts(actor, number, (receipt.id,))
            case ReceiptState.VOIDED:
                yield last, order, VoidReceipt(actor, number, receipt.id)
            case ReceiptState.REFUNDED:
                yield last, order, RefundSale(actor, state_code, number, receipt.id, last)


def told(world: World) -> list[object]:
    return [
        (book.license, book.receipts, book.lots, book.employees, list(book.active), list(book.inactive))
        for book in world.ledger.books.values()
    ]


@pytest.mark.parametrize("moment", MOMENTS.values(), ids=MOMENTS)
@pytest.mark.parametrize("name", [*shipped(), str(TILL)])
def test_what_a_recipe_grows_could_have_been_recorded_by_a_client(
    name: str, moment: datetime, refunded: dict[str, Receipt]
) -> None:
    recipe = load(name)
    if sum(part.receipts for part in recipe.history) > MOST:
        recipe = scaled(recipe, receipts=MOST)

    grown = grow(recipe, 3, Clock(moment))

    assert told(replayed(recipe, 3, moment, grown, refunded)) == told(grown)


@pytest.mark.parametrize("name", ["month_end", "corner_shop"])
def test_it_holds_for_every_shop_of_a_chain(name: str, refunded: dict[str, Receipt]) -> None:
    recipe = scaled(load(name), receipts=600, shops=9)

    grown = grow(recipe, 3, Clock(NOW))

    assert told(replayed(recipe, 3, NOW, grown, refunded)) == told(grown)


def test_it_holds_where_refunds_return_to_stock(refunded: dict[str, Receipt]) -> None:
    recipe = scaled(load("busy_dispensary"), receipts=800, days=6)
    (history,) = recipe.history
    lifecycle = history.lifecycle.model_copy(update={"voided": 0.2, "refunded": 0.2, "late": 0.1})
    recipe = recipe.model_copy(
        update={
            "policies": PoliciesPart(refund_restocks=True),
            "history": (history.model_copy(update={"lifecycle": lifecycle}),),
        }
    )

    grown = grow(recipe, 5, Clock(NOW))

    assert len(refunded) > 100
    assert told(replayed(recipe, 5, NOW, grown, refunded)) == told(grown)
