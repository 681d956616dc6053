"""The rules a sale must keep, each named as a sentence. Adding a rule is adding a row here."""

from collections.abc import Callable

from simulator.ledger.errors import Violation
from simulator.ledger.rules.context import SaleContext
from simulator.ledger.rules.goods import (
    lots_are_in_stock,
    lots_are_sellable,
    quantities_are_positive_and_whole_where_counted,
    stays_within_purchase_limits,
)
from simulator.ledger.rules.people import (
    customer_is_identified_as_their_type_needs,
    customer_is_of_age,
    customer_type_is_known,
    employee_is_known_and_active,
    identification_types_are_known,
    license_may_sell_here,
)
from simulator.ledger.rules.sums import (
    currency_is_known,
    discounts_are_between_nothing_and_the_price,
    line_totals_add_up,
    payment_types_are_known,
    payments_cover_the_total,
    prices_are_not_negative,
    tax_types_are_known,
    totals_add_up,
)
from simulator.ledger.rules.times import sale_is_not_in_the_future

SaleRule = Callable[[SaleContext], list[Violation]]

SALE_RULES: tuple[SaleRule, ...] = (
    license_may_sell_here,
    customer_type_is_known,
    identification_types_are_known,
    customer_is_identified_as_their_type_needs,
    customer_is_of_age,
    employee_is_known_and_active,
    sale_is_not_in_the_future,
    lots_are_sellable,
    quantities_are_positive_and_whole_where_counted,
    lots_are_in_stock,
    prices_are_not_negative,
    discounts_are_between_nothing_and_the_price,
    tax_types_are_known,
    line_totals_add_up,
    totals_add_up,
    currency_is_known,
    payment_types_are_known,
    payments_cover_the_total,
    stays_within_purchase_limits,
)

OVERRIDABLE = stays_within_purchase_limits
"""GAP(override-scope): what `purchase_limit_override` skips, and nothing else."""


_ALL_BUT_OVERRIDABLE = tuple(rule for rule in SALE_RULES if rule is not OVERRIDABLE)


def violations(context: SaleContext, *, override: bool) -> list[Violation]:
    """Every violation of every rule, in the order of the table."""
    found: list[Violation] = []
    for rule in _ALL_BUT_OVERRIDABLE if override else SALE_RULES:
        broken = rule(context)
        if broken:
            found += broken
    return found
