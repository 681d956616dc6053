"""The purchase-limit engine: what a basket draws on a limit, and which limits it breaks.

The four kinds of logic that states use are all made of `Limit` rows: a *pool* counts several classes, each by what
alone would fill it; *separate caps* are several rows; a *sub-cap* is one more row over some classes of a pool; and rows
that are *exclusive at cap* shut each other out once one of them is full.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache, partial
from types import MappingProxyType

from simulator.ledger.customers import CustomerType, Residency
from simulator.ledger.identity import ByIdentity
from simulator.ledger.money import ONE, ZERO, as_quantity, as_text
from simulator.ledger.products import Item, ProductClass

Basket = Iterable[tuple[Item, Decimal]]
"""Items with their quantities, in the items' own units."""

PRECISION = Decimal("0.000001")
"""To which what is drawn is rounded, so that a conversion with endless digits still meets its cap."""


class Measure(StrEnum):
    """How much of a line counts: its weight, its THC, or its pieces."""

    GRAMS = "g"
    THC_GRAMS = "g THC"
    THC_MILLIGRAMS = "mg THC"
    EACH = "ea"


@dataclass(frozen=True, slots=True)
class Draw:
    """How a product class draws on a limit: so much of `measure` alone fills it."""

    measure: Measure
    fills: Decimal

    def measured(self, item: Item, quantity: Decimal) -> Decimal:
        """So much of the item by the measure."""
        match self.measure:
            case Measure.GRAMS:
                return item.grams(quantity)
            case Measure.THC_GRAMS:
                return item.thc_milligrams(quantity) / 1000
            case Measure.THC_MILLIGRAMS:
                return item.thc_milligrams(quantity)
            case Measure.EACH:
                return quantity


@dataclass(frozen=True, slots=True)
class Period:
    """Over what a limit runs: one sale, or local days counted back from the day of the sale, that day included.

    GAP(rolling-days): `days` are whole local days of the license; a `month` is the calendar's, from its first.
    """

    name: str
    days: int = 0
    month: bool = False

    @property
    def spans_sales(self) -> bool:
        """Whether earlier sales count too."""
        return self.month or self.days > 0

    def first_day(self, of: date) -> date:
        """The first day that counts for a sale on the day `of`."""
        return of.replace(day=1) if self.month else of - timedelta(days=self.days - 1)

    @property
    def each(self) -> str:
        """As in "28.5 g a day" or "70.87 g in 14 days"."""
        return f"in {self.name}" if self.days > 1 else f"a {self.name}"

    def __str__(self) -> str:
        return self.name


SALE = Period("sale")
DAY = Period("day", days=1)
MONTH = Period("calendar month", month=True)


def rolling(days: int) -> Period:
    return Period(f"{days} days", days=days)


@dataclass(frozen=True, slots=True, eq=False)
class Limit:
    """One number of a state: `maximum` in `unit` of what `counts`, for these customers, over a period.

    `sources` are keys of `ledger/states/sources.py`. `grade` says how good the evidence is: A the law or the regulator's
    own text, B a compliance vendor, C press or a shop, D our own choice where nothing was found.
    """

    name: str
    maximum: Decimal
    unit: str
    counts: Mapping[ProductClass, Draw]
    customers: frozenset[CustomerType]
    period: Period
    sources: tuple[str, ...]
    grade: str
    residency: Residency = Residency.ANY
    ages: range | None = None
    exclusive: bool = False
    note: str = ""

    def applies_to(self, customer: CustomerType, *, out_of_state: bool, age: int | None = None) -> bool:
        """Whether this customer is held to it. Where ages matter, one whose age is not known is not."""
        if customer not in self.customers or (self.ages is not None and age not in self.ages):
            return False
        return self.residency is Residency.ANY or out_of_state is (self.residency is Residency.NON_RESIDENT)

    def used(self, basket: Basket) -> Decimal:
        """What the basket draws, in the limit's unit."""
        counts = self.counts
        return sum(
            [self.used_by(item, quantity) for item, quantity in basket if item.product_class in counts], ZERO
        )

    def used_by(self, item: Item, quantity: Decimal) -> Decimal:
        """What so much draws of an item that counts."""
        draw = self.counts[item.product_class]
        measured = draw.measured(item, quantity)
        return measured * self.maximum / draw.fills if self.converts(draw) else measured

    def converts(self, draw: Draw) -> bool:
        """Whether what is measured is another amount in the limit's unit."""
        # A maximum of nothing bars a class: what is drawn then is simply how much there is.
        return bool(self.maximum) and draw.fills != self.maximum


class Limits:
    """Several limits together, and what one of an item draws on which: worked out once for an item."""

    __slots__ = ("_all", "_one_draws")

    def __init__(self, limits: tuple[Limit, ...]) -> None:
        self._all = limits
        self._one_draws = ByIdentity(partial(_one_draws, limits))

    def used(self, basket: Basket) -> dict[Limit, Decimal]:
        """What the basket draws on each limit, in the limit's unit."""
        used = dict.fromkeys(self._all, ZERO)
        for item, quantity in basket:
            for limit, measured, fills in self._one_draws(item):
                drawn = measured * quantity
                used[limit] += drawn if fills is None else drawn * limit.maximum / fills
        return used


def _one_draws(limits: tuple[Limit, ...], item: Item) -> list[tuple[Limit, Decimal, Decimal | None]]:
    """Each limit that the item counts on, what one of it measures, and what would fill the limit; None is its maximum."""
    return [
        (limit, draw.measured(item, ONE), draw.fills if limit.converts(draw) else None)
        for limit in limits
        if (draw := limit.counts.get(item.product_class)) is not None
    ]


@lru_cache(1024)
def held_to(limits: tuple[Limit, ...], customer: CustomerType, out_of_state: bool, age: int | None) -> Limits:
    """Those limits that apply to a customer."""
    return _together(
        tuple(limit for limit in limits if limit.applies_to(customer, out_of_state=out_of_state, age=age))
    )


# Most ages are held to the same limits, so that these are few.
_together = lru_cache(256)(Limits)


def counts(*draws: tuple[Iterable[ProductClass], Measure, str]) -> Mapping[ProductClass, Draw]:
    """Which classes count, by what measure, and how much of it alone fills the limit."""
    return MappingProxyType(
        {each: Draw(measure, Decimal(fills)) for classes, measure, fills in draws for each in classes}
    )


@dataclass(frozen=True, slots=True)
class Excess:
    """A limit that a basket breaks. `earlier` of `used` was bought before; `full` names the limit that shuts it out."""

    limit: Limit
    used: Decimal
    earlier: Decimal = ZERO
    full: Limit | None = None

    @property
    def message(self) -> str:
        limit = self.limit
        if self.full:
            what = (
                f"with {_amount(self.full.maximum, self.full)} of {self.full.name}, which is all that is allowed to this "
                f"customer {self.full.period.each}, nothing of {limit.name} may be sold, and there are {_amount(self.used, limit)}"
            )
        else:
            what = (
                f"{_amount(self.used, limit)} of {limit.name}, where {_amount(limit.maximum, limit)} {limit.period.each} are "
                "allowed to this customer"
            )
            if self.earlier:
                what += f", who bought {_amount(self.earlier, limit)} before"
        return f"Purchase limit exceeded: {what}. If the excess is a clerical error, send ?purchase_limit_override=true."


def _amount(amount: Decimal, limit: Limit) -> str:
    return f"{as_text(as_quantity(amount.quantize(PRECISION)))} {limit.unit}"


def exceeded(uses: Mapping[Limit, tuple[Decimal, Decimal]]) -> list[Excess]:
    """Each broken limit of those that apply, given (drawn by this sale, drawn earlier in the period)."""
    found: list[Excess] = []
    full = None
    for limit, (now, earlier) in uses.items():
        if not (now or limit.exclusive):
            continue
        used = now + earlier
        if used < limit.maximum and not limit.exclusive:
            continue
        used = used.quantize(PRECISION)
        if now and used > limit.maximum:
            found.append(Excess(limit, used, earlier))
        elif limit.exclusive and used >= limit.maximum:
            full = limit
    if full:
        for limit, (now, earlier) in uses.items():
            if limit.exclusive and limit is not full and now + earlier:
                found.append(Excess(limit, now + earlier, full=full))
    return found
