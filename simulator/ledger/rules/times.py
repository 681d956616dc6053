"""Rules about when a sale was made."""

from datetime import datetime, timedelta

from simulator.ledger.errors import Code, Violation
from simulator.ledger.rules.context import SaleContext
from simulator.times import iso_utc

# GAP(clock-skew): not documented; a till's clock may run this far ahead of the regulator's.
CLOCK_SKEW = timedelta(minutes=5)


def future_violations(moment: datetime, now: datetime, path: str) -> list[Violation]:
    if moment <= now + CLOCK_SKEW:
        return []
    message = f"{iso_utc(moment)} is in the future: the simulated time is {iso_utc(now)}."
    return [Violation(Code.DATE_IN_FUTURE, message, path)]


def sale_is_not_in_the_future(sale: SaleContext) -> list[Violation]:
    if sale.draft.sold_at <= sale.now:
        return []
    return future_violations(sale.draft.sold_at, sale.now, sale.at("created_at.date"))
