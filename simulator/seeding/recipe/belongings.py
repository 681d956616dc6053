"""What of a recipe belongs to which license, looked up once for all of them."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from simulator.seeding.recipe.parts import LotPart, StockPart
from simulator.seeding.recipe.past import HistoryPart, SalePart

if TYPE_CHECKING:
    from simulator.seeding.recipe import Recipe


@dataclass(slots=True)
class Belongings:
    """One license's. `block` is its place among the licenses of the recipe."""

    block: int
    stock: StockPart | None = None
    lots: list[LotPart] = field(default_factory=list)
    history: list[HistoryPart] = field(default_factory=list)
    sales: list[SalePart] = field(default_factory=list)


def by_license(recipe: "Recipe") -> dict[str, Belongings]:
    """By number, in the order of the recipe."""
    found = {part.number: Belongings(block) for block, part in enumerate(recipe.licenses)}
    for stock in recipe.stock:
        found[stock.license].stock = stock
    for lot in recipe.lots:
        found[lot.license].lots.append(lot)
    for history in recipe.history:
        found[history.license].history.append(history)
    for sale in recipe.sales:
        found[sale.license].sales.append(sale)
    return found
