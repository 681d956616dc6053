"""One history at the counter: who comes, what they may have, how they pay, and what becomes of the sale."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from math import fsum
from random import Random

from simulator.ledger.customers import CustomerType
from simulator.ledger.limits import Limit
from simulator.ledger.money import ZERO
from simulator.ledger.products import Item, ProductClass
from simulator.ledger.states.state import State, StateTax
from simulator.ledger.units import GRAMS
from simulator.seeding.calendar import History
from simulator.seeding.customers import Crowd
from simulator.seeding.fates import Fates
from simulator.seeding.find import RecipeError
from simulator.seeding.lines import FULL, Kind, kind_of, taxes_for, taxes_of, whole_cents
from simulator.seeding.recipe import HistoryPart, PaymentsPart, TaxPart
from simulator.seeding.register import FINALIZED_AFTER
from simulator.seeding.shares import GRAIN, Table, spread
from simulator.seeding.shelf import Product

COUNTED = tuple(map(Decimal, (1, 1, 1, 2)))
WEIGHED = tuple(map(Decimal, ("0.5", "0.75", "1", "1.25", "1.5")))
LOOSE_FLOWER = tuple(map(Decimal, ("1", "1.75", "3.5", "3.5", "7")))
"""What customers take of an item: by the piece, by weight, and of flower by the gram."""

PAYMENTS = tuple(PaymentsPart.model_fields)

Kinds = list[Kind]
Menu = dict[int, tuple[Kinds, Kinds]]
Offer = tuple[Product, Kinds, Kinds]
"""A product with the lines a crowd may have of it, at full price and reduced."""


class Lines:
    """The lines that customers may have, worked out once for all shops of a recipe, with the taxes that it names."""

    def __init__(self, taxes: Iterable[TaxPart]) -> None:
        self._parts = tuple(taxes)
        self._taxes: dict[str, tuple[StateTax, ...]] = {}
        self._menus: dict[tuple[object, ...], Menu] = {}

    def taxes(self, state: State) -> tuple[StateTax, ...]:
        """Those that are due in the state."""
        if state.code not in self._taxes:
            self._taxes[state.code] = taxes_of(state, self._parts)
        return self._taxes[state.code]

    def menu(
        self, products: Iterable[Product], crowd: Crowd, discounts: tuple[Decimal, ...]
    ) -> Iterator[tuple[Kinds, Kinds]]:
        """Of each product, what this crowd may have within its limits, at full price and reduced."""
        menu = self._menus.setdefault((crowd.state.code, crowd.type, crowd.out_of_state, discounts), {})
        for product in products:
            # By the identity of the item: a recipe has each once, at one price.
            found = menu.get(id(product.item))
            if found is None:
                due = taxes_for(self.taxes(crowd.state), crowd.type, product.item.product_class)
                found = menu[id(product.item)] = (
                    _kinds(product, due, crowd.limits, (ZERO,)),
                    _kinds(product, due, crowd.limits, discounts),
                )
            yield found


class Counter:
    """The choices of one history. Each has a table in which one uniform draw picks by weight; shops that are alike have the
    same tables.
    """

    def __init__(
        self,
        history: History,
        crowds: Sequence[Crowd],
        products: Sequence[Product],
        lines: Lines,
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
        self._crowds, self._who = crowds, spread(weights)
        self._how = spread([getattr(part.payments, name) for name in PAYMENTS])
        self._sizes = spread(part.baskets)
        self.discounted = part.discounted
        self.external_ids = part.external_ids
        self.closes_after = (
            FINALIZED_AFTER if part.counted else timedelta(days=max(part.lifecycle.final_after, 1))
        )
        self.offers = {
            crowds[index]: self._offers(crowds[index], products, lines) for index in dict.fromkeys(self._who)
        }

    def crowd(self, drawn: float) -> Crowd:
        return self._crowds[self._who[int(drawn * GRAIN)]]

    def payment(self, drawn: float) -> str:
        return PAYMENTS[self._how[int(drawn * GRAIN)]]

    def size(self, drawn: float) -> int:
        """Of a basket, in lines."""
        return self._sizes[int(drawn * GRAIN)] + 1

    def _offers(self, crowd: Crowd, products: Sequence[Product], lines: Lines) -> tuple[list[Offer], Table]:
        """What this crowd may have within its limits, with a table that has each as often as its share asks."""
        part = self.history.part
        offers, shares = [], []
        menu = lines.menu(products, crowd, part.discounts)
        for product, (plain, reduced) in zip(products, menu, strict=True):
            if plain:
                offers.append((product, plain, reduced))
                shares.append(product.share)
        if not any(shares):
            raise RecipeError(
                f"history of {part.license}: it has nothing for a customer of type {crowd.type}; each of its products is "
                "over a purchase limit in any quantity, or does not cost whole cents"
            )
        return offers, spread(shares)


def _weight(part: HistoryPart, crowd: Crowd) -> float:
    """How often somebody of this crowd comes in. Visiting patients stay away where they are not admitted."""
    weight: float = getattr(part.customers, crowd.type)
    if crowd.type is CustomerType.ADULT:
        return weight * (part.out_of_state if crowd.out_of_state else 1 - part.out_of_state)
    return weight if crowd.welcome else 0.0


def _kinds(
    product: Product, due: Sequence[StateTax], limits: Sequence[Limit], percents: Iterable[Decimal]
) -> Kinds:
    return [
        kind
        for quantity in _quantities(product.item)
        for percent in percents
        if whole_cents(product.price, quantity)
        if (kind := kind_of(product.item, product.price, quantity, due, limits, percent)).load <= FULL
    ]


def _quantities(item: Item) -> tuple[Decimal, ...]:
    if item.counted:
        return COUNTED
    by_the_gram = item.product_class is ProductClass.FLOWER and item.unit is GRAMS
    return LOOSE_FLOWER if by_the_gram else WEIGHED
