"""One license of a recipe: its lots, its products on the shelf, and the till that sold them."""

from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random

from simulator.ledger.commands import ReceiveLot, RecordSales
from simulator.ledger.customers import CustomerType
from simulator.ledger.errors import Rejected
from simulator.ledger.model import Actor, LabState, Lot, Receipt
from simulator.ledger.rules.goods import sellable_violations
from simulator.seeding.bodies import Bodies, Written
from simulator.seeding.calendar import History, at_local
from simulator.seeding.counter import Counter, Lines
from simulator.seeding.customers import COMES_FROM, Crowd
from simulator.seeding.drafts import draft_of
from simulator.seeding.find import RecipeError
from simulator.seeding.lines import PARTS
from simulator.seeding.lots import Receiving
from simulator.seeding.open_till import OpenTill, Share
from simulator.seeding.products import Priced, Products
from simulator.seeding.recipe import LotPart, StockPart
from simulator.seeding.recipe.belongings import Belongings
from simulator.seeding.register import Register
from simulator.seeding.selling import Selling
from simulator.seeding.shelf import Product, Shelved
from simulator.seeding.spelled_out import SpelledOut
from simulator.seeding.till import Till
from simulator.world import World

STOCKED_BEFORE = timedelta(days=60)
DELIVERY = time(7)
NEWS_EVERY = 1000
"""Receipts from one word on progress to the next."""


class Premises:
    """Where one license trades. Its draws are its own, so that one license does not disturb another."""

    def __init__(
        self,
        belongings: Belongings,
        world: World,
        number: str,
        products: Products,
        lines: Lines,
        taken_tags: AbstractSet[str | None],
        seed: str,
        now: datetime,
        progress: Callable[[int], None] | None,
    ) -> None:
        self._lines = lines
        self._world = world
        self._book = world.ledger.books[number]
        self._license = self._book.license
        self._now = now
        self._progress = progress
        self._today = self._license.state.day_of(now)
        # The past ends with yesterday, at whatever time of the day it is grown.
        self._midnight = at_local(self._today, time(0), self._license.state.zone)
        self._seed = f"{seed}/{number}"
        self._rng = Random(self._seed)  # noqa: S311 - repeatable, not secret
        self._receiving = Receiving(self._license, belongings.block, taken_tags)
        self._histories = belongings.history
        self._spelled_out = SpelledOut(self._license, belongings.sales, self._today, self._midnight)
        self._first_day = min(
            [
                self._today,
                *(self._today - timedelta(days=part.days) for part in self._histories),
                *self._spelled_out.days(),
            ]
        )
        self._shelved: list[Shelved] = []
        self._till: Till | None = None
        self._counters: list[Counter] = []
        self._crowds: dict[tuple[CustomerType, bool], Crowd] = {}
        self._employees = [employee.id for employee in self._book.employees.values() if employee.active]
        self._products: list[Product] = []
        self._priced = products.named
        self._lots_of: dict[str, list[Shelved]] = {}
        for part in belongings.lots:
            self._unpack(part, products.named[part.item])
        self._stock = belongings.stock
        if self._stock:
            self._products += [
                Product(each.item, each.price, each.share, lot_size=each.lot_size) for each in products.listed
            ]

    @property
    def expected(self) -> int:
        """How many receipts its histories ask for."""
        return sum(part.receipts for part in self._histories)

    def receipts(self) -> Iterator[Receipt]:
        """What was sold, in the order of recording, as it stands now."""
        number, state = self._license.number, self._license.state
        if not (self._histories or self._spelled_out.parts):
            return
        if not self._employees:
            raise RecipeError(f"license {number} has sales but no active employee")
        self._crowds = {
            (type_, out_of_state): Crowd(self._rng, state, type_, self._first_day, out_of_state=out_of_state)
            for type_ in CustomerType
            if type_ in state.customers
            for out_of_state in COMES_FROM[type_]
        }
        if self._histories and not self._products:
            raise RecipeError(f"history of {number}: it has no lot that may be sold")
        self._counters = [
            Counter(
                History(part, self._today, self._rng.random),
                list(self._crowds.values()),
                self._products,
                self._lines,
                self._today,
                self._rng,
            )
            for part in self._histories
        ]
        register = Register(
            self._license,
            self._actor(),
            self._world.ledger.policies,
            {part.receipt_id for part in self._spelled_out.parts},
            self._midnight,
        )
        self._till = Till(
            self._license,
            register,
            Selling(number, self._employees, register.returns, self._restock, self._rng),
            self._counters,
            self._spelled_out.sales(
                self._crowds,
                self._lines.taxes(state),
                self._priced,
                self._lots_of,
                oversell=self._world.ledger.policies.oversell,
            ),
            self._judge,
            self._midnight,
            self._rng,
        )
        count = 0
        for count, receipt in enumerate(self._till.receipts(), 1):
            yield receipt
            if self._progress and count % NEWS_EVERY == 0:
                self._progress(NEWS_EVERY)
        if self._progress:
            self._progress(count % NEWS_EVERY)

    def next_sales(self, count: int) -> Iterator[Receipt]:
        """Sales of the last 24 hours that are not in the world yet, for a client to record. Ask for the lots first."""
        if self._till and self._histories:
            yield from self._till.next_sales(count, self._now)

    def open_till(self, written: Written, share: Share) -> OpenTill | None:
        """One share of what it sells after its past, which is over: ask for the receipts and the lots first."""
        if not self._counters:
            return None
        index, of = share
        if of > 1:
            self._rng.seed(f"{self._seed}/share {index} of {of}")
            for crowd in self._crowds.values():
                crowd.deal_out(index, of)
            for product in self._products:
                for shelved in product.lots:
                    shelved.deal_out(index, of)
        selling = Selling(self._license.number, self._employees, lambda _: False, None, self._rng)
        bodies = Bodies(self._license, written)
        return OpenTill(self._license, self._counters, selling, bodies, self._seed, share)

    def lots(self) -> Iterator[Lot]:
        """The lots as they stand after all receipts, with what is on hand of the catalogue brought up to the stock."""
        if self._stock:
            self._fill_up(self._stock)
        finishes = not self._world.ledger.policies.oversell
        for shelved in self._shelved:
            yield shelved.as_it_stands(finishes=finishes)

    def _unpack(self, part: LotPart, priced: Priced) -> None:
        """A lot the recipe spells out."""
        received_at = self._delivery_before(min(self._today - STOCKED_BEFORE, self._first_day))
        lot = self._receiving.receive(
            priced.item,
            part.quantity,
            received_at,
            lab_state=part.lab_state,
            on_hold=part.on_hold,
            trace_id=part.id,
            tag=part.tag,
        )
        shelved = self._shelve(lot)
        self._lots_of.setdefault(part.item, []).append(shelved)
        if part.in_history and not any(sellable_violations(lot, "")):
            product = next((each for each in self._products if each.item is priced.item), None)
            if product is None:
                product = Product(priced.item, priced.price, priced.share)
                self._products.append(product)
            product.lots.append(shelved)

    def _restock(self, product: Product, day: date) -> Shelved:
        """A new lot of a product, delivered the morning before `day`."""
        low, high = product.lot_size or (1, 1)
        size = low + int(self._rng.random() * (high - low + 1))
        return self._deliver(product, Decimal(size), self._delivery_before(day))

    def _deliver(self, product: Product, quantity: Decimal, at: datetime) -> Shelved:
        shelved = self._shelve(self._receiving.receive(product.item, quantity, at))
        product.lots.append(shelved)
        return shelved

    def _fill_up(self, stock: StockPart) -> None:
        """A last delivery of every product that has less on hand than it shall, and some lots that may not be sold."""
        at = self._delivery_before(self._today)
        for product in self._products:
            if product.lot_size is None:
                continue
            missing = stock.on_hand - sum(shelved.left for shelved in product.lots) // PARTS
            if missing > 0:
                self._deliver(product, Decimal(missing), at)
            size = Decimal(product.lot_size[0])
            if self._rng.random() < stock.on_hold:
                self._shelve(self._receiving.receive(product.item, size, at, on_hold=True))
            if self._rng.random() < stock.failed:
                self._shelve(self._receiving.receive(product.item, size, at, lab_state=LabState.FAILED))

    def _shelve(self, lot: Lot) -> Shelved:
        self._world.execute(ReceiveLot(lot), lot.received_at)
        shelved = Shelved(lot, int(lot.quantity * PARTS))
        self._shelved.append(shelved)
        return shelved

    def _delivery_before(self, day: date) -> datetime:
        return at_local(day - timedelta(days=1), DELIVERY, self._license.state.zone)

    def _judge(self, receipt: Receipt, table: str) -> None:
        """Ask the ledger whether a client could have recorded this receipt when it was new."""
        draft = draft_of(receipt, self._book.lots)
        try:
            self._world.rehearse(
                RecordSales(self._actor(), self._license.state_code, (draft,)), receipt.recorded_at
            )
        except Rejected as refused:
            raise RecipeError(f"{table} of {self._license.number}: {refused}") from None

    def _actor(self) -> Actor:
        """Whoever of the recipe sees the license, or nobody in particular."""
        number = self._license.number
        for account in self._world.accounts.everyone:
            if number in account.licenses:
                return account.actor
        return Actor("system generated", "System", frozenset({number}))
