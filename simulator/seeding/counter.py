"""One history at the counter: who comes, what they may have, how they pay, and what becomes of the sale."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from math import fsum
from random import Random

from simulator.ledger.customers import CustomerType
from simulator.ledger.money import ZERO
from simulator.ledger.products import Item, ProductClass
from simulator.ledger.states.state import StateTax
from simulator.ledger.units import GRAMS
from simulator.seeding.calendar import History
from simulator.seeding.customers import Crowd
from simulator.seeding.fates import Fates
from simulator.seeding.find import RecipeError
from simulator.seeding.lines import FULL, Kind, kind_of, taxes_for, whole_cents
from simulator.seeding.recipe import HistoryPart, PaymentsPart
from simulator.seeding.register import FINALIZED_AFTER
from simulator.seeding.shares import spread
from simulator.seeding.shelf import Product

COUNTED = tuple(map(Decimal, (1, 1, 1, 2)))
WEIGHED = tuple(map(Decimal, ("0.5", "0.75", "1", "1.25", "1.5")))
LOOSE_FLOWER = tuple(map(Decimal, ("1", "1.75", "3.5", "3.5", "7")))
"""What customers take of an item: by the piece, by weight, and of flower by the gram."""

Kinds = list[Kind]
Offer = tuple[Product, Kinds, Kinds]
"""A product with the lines a crowd may have of it, at full price and reduced."""


class Counter:
    """The choices of one history, each a table in which one uniform draw picks by weight."""

    def __init__(
        self,
        history: History,
        crowds: Sequence[Crowd],
        products: Sequence[Product],
        taxes: Sequence[StateTax],
        today: date,
        rng: Random,
    ) -> None:
        part = history.part
        self.history = history
        self.fates = Fates(part, today, rng)
        weights = [_weight(part, crowd) for crowd in crowds]
        whole = fsum(weights)
        if not whole:
            raise RecipeError(f"history of {part.license}: none of its customers may buy in its state")
        busiest = max(history.counts.values())
        for crowd, weight in zip(crowds, weights, strict=True):
            crowd.expect(part.receipts * weight / whole, busiest * weight / whole, part.days)
        payments = tuple(PaymentsPart.model_fields)
        self.crowds = [crowds[index] for index in spread(weights)]
        self.payments = [payments[n] for n in spread([getattr(part.payments, name) for name in payments])]
        self.sizes = [index + 1 for index in spread(part.baskets)]
        self.discounted = part.discounted
        self.external_ids = part.external_ids
        self.closes_after = (
            FINALIZED_AFTER if part.counted else timedelta(days=max(part.lifecycle.final_after, 1))
        )
        self.offers = {crowd: self._offers(crowd, products, taxes) for crowd in dict.fromkeys(self.crowds)}

    def _offers(self, crowd: Crowd, products: Sequence[Product], taxes: Sequence[StateTax]) -> list[Offer]:
        """What this crowd may have within its limits, each product as often as its share asks."""
        part = self.history.part
        offers, shares = [], []
        for product in products:
            due = taxes_for(taxes, crowd.type, product.item.product_class)
            plain, reduced = (
                [
                    kind
                    for quantity in _quantities(product.item)
                    for percent in percents
                    if whole_cents(product.price, quantity)
                    if (
                        kind := kind_of(product.item, product.price, quantity, due, crowd.limits, percent)
                    ).load
                    <= FULL
                ]
                for percents in ((ZERO,), part.discounts)
            )
            if plain:
                offers.append((product, plain, reduced))
                shares.append(product.share)
        if not any(shares):
            raise RecipeError(
                f"history of {part.license}: it has nothing for a customer of type {crowd.type}; each of its products is "
                "over a purchase limit in any quantity, or does not cost whole cents"
            )
        return [offers[index] for index in spread(shares)]


def _weight(part: HistoryPart, crowd: Crowd) -> float:
    """How often somebody of this crowd comes in. Visiting patients stay away where they are not admitted."""
    weight: float = getattr(part.customers, crowd.type)
    if crowd.type is CustomerType.ADULT:
        return weight * (part.out_of_state if crowd.out_of_state else 1 - part.out_of_state)
    return weight if crowd.welcome else 0.0


def _quantities(item: Item) -> tuple[Decimal, ...]:
    if item.counted:
        return COUNTED
    by_the_gram = item.product_class is ProductClass.FLOWER and item.unit is GRAMS
    return LOOSE_FLOWER if by_the_gram else WEIGHED
