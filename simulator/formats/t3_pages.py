"""t3-pages: the lists of active and inactive receipts as T3 would answer them, one page a line."""

from collections import Counter
from collections.abc import Iterator

from simulator.ledger.model import License, Receipt
from simulator.query.compile import Page
from simulator.seeding.plan import Plan
from simulator.t3.envelope import page_json
from simulator.t3.params import LARGEST_PAGE
from simulator.t3.receipts import index, receipts_of
from simulator.times import iso_utc

List = tuple[str, str]
"""A license number and T3's index."""


def t3_pages(plan: Plan) -> Iterator[bytes]:
    """In pages of 500. Each page tells the total, so everything is grown twice: once to count, once to write.

    A license whose state does not run Metrc is not in T3, and so not here.
    """
    totals = Counter[List](
        (number, index(receipt))
        for number, premises in plan.growth().premises.items()
        for receipt in premises.receipts()
    )
    growth = plan.growth()
    at = iso_utc(growth.now)
    for number, premises in growth.premises.items():
        license_ = growth.world.ledger.books[number].license
        if license_.state.host is None:
            continue
        collection = receipts_of(license_)
        for page in _pages(premises.receipts(), license_, totals):
            yield page_json(page, collection.pieces(page.rows, at), at) + b"\n"


def _pages(receipts: Iterator[Receipt], license_: License, totals: Counter[List]) -> Iterator[Page]:
    """Pages of both lists, each as soon as it is full."""
    waiting: dict[str, list[Receipt]] = {}
    numbers = Counter[str]()
    for receipt in receipts:
        name = index(receipt)
        rows = waiting.setdefault(name, [])
        rows.append(receipt)
        if len(rows) == LARGEST_PAGE:
            numbers[name] += 1
            yield Page(waiting.pop(name), numbers[name], LARGEST_PAGE, totals[license_.number, name])
    for name, rows in waiting.items():
        yield Page(rows, numbers[name] + 1, LARGEST_PAGE, totals[license_.number, name])
