"""What happens at the counter at one moment: somebody comes in, fills a basket and pays."""

from collections.abc import Callable, Sequence
from datetime import date
from random import Random

from simulator.ledger.model import ReceiptState
from simulator.seeding.counter import Counter
from simulator.seeding.customers import Crowd
from simulator.seeding.find import RecipeError
from simulator.seeding.lines import PARTS
from simulator.seeding.register import Basket, Moment, Sale
from simulator.seeding.shares import GRAIN
from simulator.seeding.shelf import Product, Shelved

TERMINALS = ("23678-AM", "23678-PM")
TRIES = 8
"""How often something else is picked when a customer cannot have the first."""


class SoldOut(RecipeError):  # noqa: N818 - what a shop is
    """There is nothing left to sell, and nothing more comes."""


class Selling:
    """The sales of one license, invented one by one.

    `returns` tells whether what is sold goes back to its lots where that is a sale's fate. `restock` brings a new lot of
    a product, received before a day; None where nothing more comes.
    """

    def __init__(
        self,
        license_number: str,
        employees: Sequence[str],
        returns: Callable[[ReceiptState], bool],
        restock: Callable[[Product, date], Shelved] | None,
        rng: Random,
    ) -> None:
        self.restock = restock
        self._number = license_number
        self._employees = employees
        self._returns = returns
        self._random = rng.random

    def served_by(self) -> tuple[str, str]:
        """The employee and the terminal of a sale."""
        random = self._random
        employee = self._employees[int(random() * len(self._employees))]
        return employee, TERMINALS[int(random() * len(TERMINALS))]

    def invent(self, counter: Counter, moment: Moment, fate: ReceiptState) -> Sale:
        """A sale of that moment, not taken from the lots yet. Raises RecipeError where nothing is left."""
        random = self._random
        day = moment.day
        crowd = counter.crowd(random())
        shopper, room = crowd.arrive(day)
        basket, load = self._basket(counter, crowd, room, day, fate)
        if not basket:
            shopper = crowd.somebody_new()
            basket, load = self._whatever_is_left(counter, crowd, day, fate)
        crowd.leave(shopper, day, load)
        return Sale(
            crowd,
            shopper,
            basket,
            moment,
            fate,
            counter.payment(random()),
            counter.closes_after,
            counter.external_ids,
        )

    def _basket(
        self, counter: Counter, crowd: Crowd, room: int, day: int, fate: ReceiptState
    ) -> tuple[Basket, int]:
        """Different products, as many as drawn where the customer's limit and the lots leave room for them; and their
        load on that limit.
        """
        random = self._random
        (offers, table), discounted = counter.offers[crowd], counter.discounted
        kept = PARTS if self._returns(fate) else 0
        size = counter.size(random())
        basket: Basket = []
        picked: list[Product] = []
        load = 0
        for _ in range(size + TRIES):
            product, plain, reduced = offers[table[int(random() * GRAIN)]]
            kinds = reduced if reduced and random() < discounted else plain
            kind = kinds[int(random() * len(kinds))]
            if load + kind.load > room or product in picked:
                continue
            lots, parts = product.lots, kind.parts + kept
            shelved = lots[0] if lots and lots[0].left >= parts else self._lot_with(product, parts, day)
            if shelved is None:
                continue
            load += kind.load
            basket.append((shelved, kind))
            picked.append(product)
            if len(basket) == size:
                break
        return basket, load

    def _whatever_is_left(
        self, counter: Counter, crowd: Crowd, day: int, fate: ReceiptState
    ) -> tuple[Basket, int]:
        """One line of anything, for a customer whose limit is untouched."""
        kept = PARTS if self._returns(fate) else 0
        offers, table = counter.offers[crowd]
        for index in dict.fromkeys(table):
            product, plain, _ = offers[index]
            for kind in plain:
                shelved = self._lot_with(product, kind.parts + kept, day)
                if shelved is not None:
                    return [(shelved, kind)], kind.load
        if self.restock is None:
            raise SoldOut(
                f"license {self._number}: its lots are sold out before so many sales are made; ask for fewer "
                "--receipts, or put more in its lots or on_hand"
            )
        raise RecipeError(f"history of {self._number}: its lots are sold out before its sales are made")

    def _lot_with(self, product: Product, parts: int, day: int) -> Shelved | None:
        shelved = product.lot_with(parts)
        if shelved is None and product.lot_size is not None and self.restock is not None:
            shelved = self.restock(product, date.fromordinal(day))
        return shelved
