"""From a recipe, a seed and a clock to a world."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from simulator.clock import Clock
from simulator.ledger.commands import AdoptHistory
from simulator.seeding.growth import Growth
from simulator.seeding.recipe import Recipe, load, scaled
from simulator.times import parse_iso, to_utc
from simulator.world import World


def grow(
    recipe: Recipe | str = "corner_shop",
    seed: int = 0,
    clock: Clock | None = None,
    *,
    now: datetime | str | None = None,
    receipts: int | None = None,
    days: int | None = None,
) -> World:
    """A world that holds what the recipe says: a shipped one by name, a TOML file by path, or one that was loaded.

    `now` freezes the world's clock, at an ISO 8601 moment or a datetime; `clock` is one of your own. `receipts` is how
    many are invented in all, `days` how far back. Same recipe, seed, now, receipts and days: the same world, byte for
    byte. Raises RecipeError, with one line that says what to mend.
    """
    if now is not None:
        clock = Clock(to_utc(parse_iso(now) if isinstance(now, str) else now))
    plan = scaled(load(recipe) if isinstance(recipe, str) else recipe, receipts, days)
    growth = Growth(plan, seed, clock or Clock())
    with _without_collector():
        for number, premises in growth.premises.items():
            past = tuple(premises.receipts())
            growth.world.execute(AdoptHistory(number, past, tuple(premises.lots())), growth.now)
    return growth.world


@contextmanager
def _without_collector() -> Iterator[None]:
    """Nothing grown is garbage, and looking for some takes longer than growing it."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
