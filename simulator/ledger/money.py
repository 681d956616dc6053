"""Exact decimal arithmetic for money and quantities; strings go in and come out as they were sent."""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

ZERO = Decimal(0)
ONE = Decimal(1)
CENT = Decimal("0.01")

# GAP(decimal-strings): the vendors say "a string format decimal value" and no more. Nine digits before the point
# and four after keep every product of two amounts exact in Decimal's 28 digits.
DECIMAL_PATTERN = r"^-?(0|[1-9][0-9]{0,8})(\.[0-9]{1,4})?$"


def cents(amount: Decimal) -> Decimal:
    """Rounded to whole cents, halves away from zero."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def money(amount: Decimal) -> Decimal:
    """An amount we computed: at least two decimals, more only where the factors had more."""
    if amount.same_quantum(CENT):
        return amount
    rounded = cents(amount)
    return rounded if rounded == amount else amount.normalize()


def total(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, ZERO)


def same_money(left: Decimal, right: Decimal) -> bool:
    """Equal to within less than one cent (GAP(rounding)), the slack a client is allowed."""
    return left == right or abs(left - right) < CENT


def as_text(amount: Decimal) -> str:
    """Plain notation, digits as given: `10.00` stays `10.00`."""
    text = str(amount)
    return text if "E" not in text else format(amount, "f")


def is_whole(quantity: Decimal) -> bool:
    return quantity.same_quantum(ONE) or quantity == quantity.to_integral_value()


def as_quantity(amount: Decimal) -> Decimal:
    """A quantity we computed, without trailing zeros: `2.50 - 0.50` is `2`."""
    if amount.same_quantum(ONE):
        return amount
    plain = amount.normalize()
    return plain.quantize(ONE) if is_whole(plain) else plain
