"""Invented products: names out of pools that are filled once, sizes and prices from the recipe's ranges."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from math import fsum
from random import Random
from typing import TypeVar

from simulator.ledger.products import ProductClass
from simulator.seeding.recipe import CataloguePart, ItemPart

COLOURS = [
    "Amber",
    "Azure",
    "Copper",
    "Coral",
    "Crimson",
    "Emerald",
    "Golden",
    "Indigo",
    "Ivory",
    "Jade",
    "Lilac",
    "Onyx",
    "Opal",
    "Rose",
    "Ruby",
    "Silver",
]
NOUNS = [
    "Breeze",
    "Canyon",
    "Cloud",
    "Creek",
    "Dawn",
    "Drift",
    "Ember",
    "Fern",
    "Harbor",
    "Lantern",
    "Meadow",
    "Orchard",
    "Prairie",
    "Ridge",
    "Summit",
    "Tide",
]
FLAVOURS = [
    "Apple",
    "Blackberry",
    "Cherry",
    "Ginger",
    "Grapefruit",
    "Lemon",
    "Lime",
    "Mango",
    "Melon",
    "Orange",
    "Peach",
    "Pear",
    "Plum",
    "Raspberry",
]
FORMS: dict[ProductClass, tuple[str, ...]] = {
    ProductClass.FLOWER: ("Flower", "Small Buds", "Reserve Flower"),
    ProductClass.PREROLL: ("Pre-Roll", "Pre-Roll Pack"),
    ProductClass.INFUSED_PREROLL: ("Infused Pre-Roll",),
    ProductClass.KIEF: ("Kief",),
    ProductClass.CONCENTRATE: ("Budder", "Live Rosin", "Shatter", "Diamonds"),
    ProductClass.VAPE: ("Cartridge", "Disposable Pen"),
    ProductClass.EDIBLE: ("Gummies", "Chocolate", "Cookies"),
    ProductClass.BEVERAGE: ("Seltzer", "Lemonade"),
    ProductClass.TINCTURE: ("Tincture",),
    ProductClass.CAPSULE: ("Capsules",),
    ProductClass.TOPICAL: ("Balm", "Lotion"),
    ProductClass.IMMATURE_PLANT: ("Clone",),
    ProductClass.SEED: ("Seeds",),
    ProductClass.MERCHANDISE: ("Rolling Papers", "Grinder", "Lighter"),
}
OF_A_STRAIN = frozenset(
    {
        ProductClass.FLOWER,
        ProductClass.PREROLL,
        ProductClass.INFUSED_PREROLL,
        ProductClass.KIEF,
        ProductClass.CONCENTRATE,
        ProductClass.VAPE,
        ProductClass.IMMATURE_PLANT,
        ProductClass.SEED,
    }
)
T = TypeVar("T")

BRANDS = 12
PRICE_STEP = Decimal("0.20")
"""Prices in steps of which every quarter is whole cents, as weighed goods need."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A product of the catalogue: its item, its share of the sales of its class, and the sizes of its lots."""

    item: ItemPart
    share: float
    lot_size: tuple[int, int]


def catalogue(parts: Sequence[CataloguePart], seed: str) -> Iterator[Listed]:
    """Every product of the recipe's catalogue, in order."""
    if not parts:
        return
    from faker import Faker  # noqa: PLC0415 - slow to import, and a small recipe needs none

    faker = Faker("en_US")
    faker.seed_instance(f"{seed}/catalogue")
    brands = [
        f"{faker.unique.last_name()} {faker.random_element(('Farms', 'Labs', 'Co.', 'Gardens'))}"
        for _ in range(BRANDS)
    ]
    rng = Random(f"{seed}/catalogue")  # noqa: S311 - repeatable, not secret
    number = 0
    for part in parts:
        # Some products sell far better than others: shares fall off as 1, 1/2, 1/3...
        ranks = [1 / rank for rank in range(1, part.products + 1)]
        for rank in ranks:
            number += 1
            yield Listed(_item(part, number, brands, rng), part.share * rank / fsum(ranks), part.lot_size)


def _item(part: CataloguePart, number: int, brands: Sequence[str], rng: Random) -> ItemPart:
    cannabis = part.product_class is not ProductClass.MERCHANDISE
    has_strain = part.product_class in OF_A_STRAIN
    strain = f"{_pick(rng, COLOURS)} {_pick(rng, NOUNS)}" if has_strain else None
    brand = _pick(rng, brands)
    weight = _pick(rng, part.unit_weight) if part.unit_weight else None
    thc = _pick(rng, part.unit_thc) if part.unit_thc else None
    words = [
        brand,
        strain or (_pick(rng, FLAVOURS) if cannabis else None),
        _pick(rng, FORMS[part.product_class]),
    ]
    if thc is not None:
        words.append(f"{thc} mg")
    elif weight is not None:
        words.append(f"{weight} g")
    return ItemPart.model_validate(
        {
            # A catalogue's own number keeps two products of one name apart.
            "key": f"catalogue-{number}",
            "name": " ".join(word for word in words if word) + f" #{number}",
            "class": part.product_class,
            "category": part.category,
            "unit": part.unit,
            "price": _between(rng, part.price, PRICE_STEP),
            "strain": strain,
            "brand": brand,
            "unit_weight": weight,
            "unit_thc": thc,
            "thc_percent": _between(rng, part.thc_percent, Decimal("0.1")) if part.thc_percent else None,
        }
    )


def _pick(rng: Random, choices: Sequence[T]) -> T:
    return choices[int(rng.random() * len(choices))]


def _between(rng: Random, bounds: tuple[Decimal, Decimal], step: Decimal) -> Decimal:
    low, high = bounds
    steps = Decimal(rng.random()) * (high - low) / step
    return low + steps.quantize(Decimal(1), rounding=ROUND_HALF_EVEN) * step
