"""What a line comes to: reckoned once for all lines of the same figures."""

from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache

from msgspec import Struct

from simulator.ledger.model import Tax
from simulator.ledger.money import ZERO, same_money, total

MOST_REMEMBERED = 2**14


class Amounts(Struct, frozen=True, gc=False):
    """`due` is what unit price, quantity, discount and taxes come to; `adds_up` whether `total` is that."""

    quantity: Decimal
    refunded: Decimal
    net: Decimal
    due: Decimal
    total: Decimal
    adds_up: bool


Reckon = Callable[[str, str, str | None, int | bytes, str, str], Amounts]


def reckoning(taxes_of: Callable[[int | bytes], tuple[Tax, ...]]) -> Reckon:
    """What reckons the lines of one license, whose taxes are told by number."""

    @lru_cache(MOST_REMEMBERED)
    def reckon(
        quantity: str, unit_price: str, discount: str | None, taxes: int | bytes, due: str, refunded: str
    ) -> Amounts:
        sold = Decimal(quantity)
        net = Decimal(unit_price) * sold - (ZERO if discount is None else Decimal(discount))
        comes_to = net + total(tax.total for tax in taxes_of(taxes))
        said = Decimal(due)
        return Amounts(sold, Decimal(refunded), net, comes_to, said, same_money(said, comes_to))

    return reckon
