"""Lines of a receipt worked out once: price, discount, taxes and total of so much of an item for one kind of customer."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from simulator.ledger.customers import EVERYONE, CustomerType
from simulator.ledger.limits import Limit
from simulator.ledger.model import Tax
from simulator.ledger.money import ZERO, cents
from simulator.ledger.products import Item, ProductClass
from simulator.ledger.states.state import State, StateTax
from simulator.ledger.vocabulary import TAX_TYPES, TaxType
from simulator.seeding.recipe import TaxPart

FULL = 1_000_000
"""All that a limit allows; what a line draws is counted in whole millionths of it, rounded up."""
PARTS = 10_000
"""Stock is counted in ten-thousandths of the item's unit, as integers."""


@dataclass(frozen=True, slots=True, eq=False)
class Kind:
    """A line but for its number and its lot, known by its identity. `net` and `due` are before and after taxes, in cents; `parts` is the
    quantity in stock's parts; `load` is what it takes of the customer's tightest limit.
    """

    quantity: Decimal
    unit_price: Decimal
    discount: Decimal
    taxes: tuple[Tax, ...]
    total: Decimal
    net: int
    due: int
    parts: int
    load: int


def taxes_of(state: State, parts: Iterable[TaxPart]) -> tuple[StateTax, ...]:
    """The taxes a recipe names for the state; the state's own where it names none."""
    named = tuple(
        StateTax(part.name, part.rate, part.type, EVERYONE, sources=(), grade="")
        for part in parts
        if part.state == state.code
    )
    return named or state.taxes


def taxes_for(
    taxes: Iterable[StateTax], customer: CustomerType, product_class: ProductClass
) -> tuple[StateTax, ...]:
    """Those that this customer pays on such a product. Goods that are not cannabis pay sales tax only."""
    return tuple(
        tax
        for tax in taxes
        if customer in tax.customers
        and (tax.classes is None or product_class in tax.classes)
        and (product_class is not ProductClass.MERCHANDISE or TAX_TYPES[tax.type_id] is TaxType.SALES)
    )


def kind_of(
    item: Item,
    price: Decimal,
    quantity: Decimal,
    taxes: Sequence[StateTax],
    limits: Iterable[Limit],
    percent_off: Decimal = ZERO,
) -> Kind:
    """The line of so much of an item. Discount and taxes are rounded to cents, as a till does."""
    full_price = price * quantity
    discount = cents(full_price * percent_off / 100)
    net = full_price - discount
    stated: list[Tax] = []
    base = net
    for tax in taxes:
        amount = cents((base if tax.compound else net) * tax.rate / 100)
        stated.append(Tax(tax.type_id, tax.name, tax.rate, amount))
        base += amount
    due = cents(base)
    return Kind(
        quantity=quantity,
        unit_price=price,
        discount=discount,
        taxes=tuple(stated),
        total=due,
        net=int(cents(net) * 100),
        due=int(due * 100),
        parts=int(quantity * PARTS),
        load=max((_load(limit, item, quantity) for limit in limits), default=0),
    )


def whole_cents(price: Decimal, quantity: Decimal) -> bool:
    """Whether so much costs a whole number of cents, so that no line of a receipt is a fraction off."""
    return price * quantity == cents(price * quantity)


def _load(limit: Limit, item: Item, quantity: Decimal) -> int:
    drawn = limit.used(((item, quantity),))
    if not drawn:
        return 0
    if not limit.maximum:
        return 2 * FULL
    return int((drawn * FULL / limit.maximum).to_integral_value(ROUND_CEILING))
