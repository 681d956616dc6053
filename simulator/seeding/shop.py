"""One license's till while its past is invented: what is left on the shelf, and sales that keep every rule."""

from collections.abc import Sequence
from datetime import datetime
from random import Random

from simulator.ledger.commands import SaleDraft
from simulator.ledger.limits import exceeded
from simulator.ledger.rules.goods import sellable_violations
from simulator.ledger.state import Book
from simulator.ledger.vocabulary import customer_types
from simulator.seeding.find import RecipeError
from simulator.seeding.recipe import LotPart, Recipe
from simulator.seeding.shopping import MOST_OF_ONE, Basket, Priced, Shopping, pick
from simulator.times import to_utc

TRIES = 100


class Shop:
    """One license's till, with a generator of its own, so that one history does not disturb another."""

    def __init__(self, recipe: Recipe, seed: int, book: Book) -> None:
        self._book = book
        self._prices = {part.key: part.price for part in recipe.items}
        self.license = book.license
        number = self.license.number
        self.rng = Random(f"{recipe.name}/{seed}/{number}")  # noqa: S311 - repeatable, not secret
        self.shopping = Shopping(self.rng, number, self.license.state_code, recipe.taxes)
        self._left = {lot.id: lot.quantity for lot in book.lots.values()}
        self._employees = [employee.id for employee in book.employees.values() if employee.active]
        if not self._employees:
            raise RecipeError(f"license {number} has sales but no active employee")

    def priced(self, part: LotPart, trace_id: str) -> Priced:
        return Priced(self._book.lots[self._book.lot_id(trace_id)], self._prices[part.item])

    def sell(self, shelf: Sequence[Priced], local: datetime) -> SaleDraft:
        """A sale of lots that still have enough for anybody, within the customer's purchase limits."""
        stocked = [priced for priced in shelf if self._left[priced.lot.id] >= MOST_OF_ONE]
        if not stocked:
            raise RecipeError(
                f"history of {self.license.number}: its lots are sold out before its sales are made"
            )
        for _ in range(TRIES):
            basket = self.shopping.basket(stocked)
            draft = self.draft(basket, local)
            if self._within_limits(draft, basket):
                self.take(basket)
                return draft
        raise RecipeError(
            f"history of {self.license.number}: no basket of its lots is within the purchase limits"
        )

    def _within_limits(self, draft: SaleDraft, basket: Basket) -> bool:
        state = self.license.state_code
        customer = customer_types(state)[draft.customer_type_id]
        bought = tuple((priced.lot.item, quantity) for priced, quantity in basket)
        return not any(exceeded(state, customer, bought, out_of_state=draft.out_of_state))

    def take(self, basket: Basket) -> None:
        for priced, quantity in basket:
            self._left[priced.lot.id] -= quantity

    def sellable(self, trace_id: str) -> bool:
        return not any(sellable_violations(self._book.lots[self._book.lot_id(trace_id)], ""))

    def draft(self, basket: Basket, local: datetime) -> SaleDraft:
        zone = self.license.state.zone
        sold_at = to_utc(local.replace(tzinfo=zone))
        # Back again: a time that the clocks jump over in spring is another one.
        local = sold_at.astimezone(zone).replace(tzinfo=None)
        return self.shopping.draft(basket, pick(self.rng, self._employees), sold_at, local)
