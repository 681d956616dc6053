"""From a recipe, a seed and a clock to a world."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

from simulator.clock import Clock
from simulator.collector import without_collector
from simulator.ledger.commands import AdoptHistory
from simulator.ledger.model import Receipt
from simulator.seeding.find import RecipeError
from simulator.seeding.growth import Growth
from simulator.seeding.recipe import Recipe, load, scaled
from simulator.settings import MOST_DAYS, MOST_RECEIPTS, YEARS
from simulator.times import parse_iso, to_utc
from simulator.world import Origin, World

BETWEEN_LOOKS = 64
"""Receipts."""


def grow(
    recipe: Recipe | str | Path = "corner_shop",
    seed: int = 0,
    clock: Clock | None = None,
    *,
    now: datetime | str | None = None,
    receipts: int | None = None,
    days: int | None = None,
    shops: int | None = None,
    most: int = MOST_RECEIPTS,
    watch: Callable[[int], object] | None = None,
) -> World:
    """A world that holds what the recipe says: a shipped one by name, a TOML file by path, or one that was loaded.

    `now` freezes the world's clock, at an ISO 8601 moment or a datetime; `clock` is one of your own. `receipts` is how
    many are invented in all, `days` how far back, `shops` how many licenses sell, which may have `most` receipts together.
    `watch` is told now and then how many there are; it may raise to end it. Same recipe, seed, now, receipts, days and
    shops: the same world, byte for byte. Raises RecipeError, with one line that says what to mend.
    """
    if now is not None:
        if clock is not None:
            raise TypeError("give now or clock, not both")
        clock = Clock(_moment(now))
    if receipts is not None and not 0 <= receipts <= MOST_RECEIPTS:
        raise RecipeError(f"receipts must be between 0 and {MOST_RECEIPTS:,}, not {receipts}")
    if days is not None and not 1 <= days <= MOST_DAYS:
        raise RecipeError(f"days must be between 1 and {MOST_DAYS:,}, not {days}")
    plan = scaled(
        recipe if isinstance(recipe, Recipe) else load(str(recipe)), receipts, days, shops, most=most
    )
    with without_collector():
        growth = Growth(plan, seed, clock or Clock())
        while growth.premises:
            number = next(iter(growth.premises))
            premises = growth.premises.pop(number)
            past = growth.world.ledger.books[number].past(_watched(premises.receipts(), watch))
            growth.world.execute(AdoptHistory(number, past, tuple(premises.lots())), growth.now)
    growth.world.origin = Origin(
        recipe.name if isinstance(recipe, Recipe) else str(recipe),
        seed,
        growth.now,
        growth.world.clock.frozen,
        receipts,
        days,
        shops,
    )
    return growth.world


def _watched(receipts: Iterator[Receipt], watch: Callable[[int], object] | None) -> Iterator[Receipt]:
    if watch is None:
        return receipts

    def watched() -> Iterator[Receipt]:
        for number, receipt in enumerate(receipts):
            if number % BETWEEN_LOOKS == 0:
                watch(number)
            yield receipt

    return watched()


def _moment(now: datetime | str) -> datetime:
    try:
        moment = to_utc(parse_iso(now) if isinstance(now, str) else now)
    except ValueError as error:
        raise RecipeError(f"now {error}, not {now!r}") from None
    if moment.year not in YEARS:
        raise RecipeError(f"now must be between the years {YEARS.start} and {YEARS.stop - 1}, not {now}")
    return moment
