"""The products of a recipe: those it spells out and those of its catalogue, as the ledger's items."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from simulator.ledger.products import Item
from simulator.ledger.units import UNITS
from simulator.seeding.catalogue import Listed
from simulator.seeding.recipe import ItemPart

FIRST_ITEM_ID, FIRST_CATEGORY_ID = 12345, 401


@dataclass(frozen=True, slots=True)
class Priced:
    """An item with the price of one unit, its share of sales, and the size of its lots where new ones come."""

    item: Item
    price: Decimal
    share: float = 1.0
    lot_size: tuple[int, int] | None = None


class Products:
    """`named` are the recipe's own, by key; `listed` its catalogue's."""

    def __init__(self, items: Sequence[ItemPart], catalogue: Sequence[Listed]) -> None:
        parts = [*items, *(each.item for each in catalogue)]
        categories = list(dict.fromkeys(part.category for part in parts))
        made = [
            Item(
                id=FIRST_ITEM_ID + index,
                name=part.name,
                product_class=part.product_class,
                category=part.category,
                category_id=FIRST_CATEGORY_ID + categories.index(part.category),
                unit=UNITS[part.unit],
                strain=part.strain,
                brand=part.brand,
                unit_weight=part.unit_weight,
                unit_thc=part.unit_thc,
                thc_percent=part.thc_percent,
            )
            for index, part in enumerate(parts)
        ]
        self.named = {part.key: Priced(item, part.price) for part, item in zip(items, made, strict=False)}
        self.listed = [
            Priced(item, each.item.price, each.share, each.lot_size)
            for each, item in zip(catalogue, made[len(items) :], strict=True)
        ]
