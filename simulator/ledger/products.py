"""What is sold: product classes, and an item with what its units weigh and hold."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from simulator.ledger.money import ZERO
from simulator.ledger.units import QuantityType, Unit


class ProductClass(StrEnum):
    """What purchase limits tell apart."""

    FLOWER = "flower"
    PREROLL = "preroll"
    INFUSED_PREROLL = "infused_preroll"
    KIEF = "kief"
    CONCENTRATE = "concentrate"
    VAPE = "vape"
    EDIBLE = "edible"
    BEVERAGE = "beverage"
    TINCTURE = "tincture"
    CAPSULE = "capsule"
    TOPICAL = "topical"
    IMMATURE_PLANT = "immature_plant"
    SEED = "seed"
    MERCHANDISE = "merchandise"


FLOWER = (ProductClass.FLOWER, ProductClass.PREROLL)
KIEF = (ProductClass.KIEF,)
INFUSED_PREROLL = (ProductClass.INFUSED_PREROLL,)
CONCENTRATE = (ProductClass.CONCENTRATE,)
VAPE = (ProductClass.VAPE,)
EDIBLE = (ProductClass.EDIBLE, ProductClass.CAPSULE)
LIQUID = (ProductClass.BEVERAGE, ProductClass.TINCTURE)
TOPICAL = (ProductClass.TOPICAL,)
IMMATURE_PLANT = (ProductClass.IMMATURE_PLANT,)
SEED = (ProductClass.SEED,)


@dataclass(frozen=True, slots=True)
class Item:
    """A product. `unit_weight` is grams and `unit_thc` milligrams in one unit of a count-based item."""

    id: int
    name: str
    product_class: ProductClass
    category: str
    category_id: int
    unit: Unit
    strain: str | None = None
    brand: str | None = None
    unit_weight: Decimal | None = None
    unit_thc: Decimal | None = None
    thc_percent: Decimal | None = None

    def grams(self, quantity: Decimal) -> Decimal:
        """What `quantity` weighs; nothing where neither unit nor unit weight says."""
        return quantity * (self.unit.grams or self.unit_weight or ZERO)

    def thc_milligrams(self, quantity: Decimal) -> Decimal:
        """THC in `quantity`: per unit where the label says, else by percentage of the weight."""
        if self.unit_thc is not None:
            return quantity * self.unit_thc
        return self.grams(quantity) * 10 * (self.thc_percent or ZERO)

    @property
    def counted(self) -> bool:
        return self.unit.quantity_type is QuantityType.COUNT
