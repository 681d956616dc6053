"""trace-posts: bodies for `POST /{state}/v1/sales`, one a line: the sales that the tills of the recipe's world make next."""

from collections import deque
from collections.abc import Iterator
from dataclasses import replace

import msgspec

from simulator.seeding.bodies import sale_body
from simulator.seeding.find import RecipeError
from simulator.seeding.plan import Plan
from simulator.seeding.selling import SoldOut
from simulator.seeding.shares import split

DEFAULT_POSTS = 1000


def trace_posts(plan: Plan) -> Iterator[bytes]:
    """`plan.receipts` new sales of the last 24 hours, which a world of the same recipe and seed takes at that moment or
    later on the same day.

    The world's own past is as long as the recipe says: what is on the shelf and what each customer may still buy follow
    from it.
    """
    if plan.days is not None:
        raise RecipeError("trace-posts are sales of the last 24 hours: leave --days out")
    growth = replace(plan, receipts=None, progress=None).growth()
    weights = [float(premises.expected) for premises in growth.premises.values()]
    if not any(weights):
        raise RecipeError(
            f"recipe {plan.recipe.name} has no history, so its tills have nothing to go on with"
        )
    counts = split(DEFAULT_POSTS if plan.receipts is None else plan.receipts, weights)
    for premises, count in zip(growth.premises.values(), counts, strict=True):
        if count:
            deque(premises.receipts(), maxlen=0)
            lots = {lot.id: lot for lot in premises.lots()}
            try:
                for receipt in premises.next_sales(count):
                    yield msgspec.json.encode({"sales": [sale_body(receipt, lots)]}) + b"\n"
            except SoldOut:
                # Where no number was asked for, as many as there is stock for.
                if plan.receipts is not None:
                    raise
