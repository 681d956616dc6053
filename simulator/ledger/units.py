"""Units of measure, by the ids and names Metrc gives them."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class QuantityType(StrEnum):
    COUNT = "CountBased"
    WEIGHT = "WeightBased"
    VOLUME = "VolumeBased"


@dataclass(frozen=True, slots=True)
class Unit:
    """`grams` is what one unit weighs, None where it is not a weight."""

    id: int
    name: str
    abbreviation: str
    quantity_type: QuantityType
    grams: Decimal | None = None


# Only the units T3's package model admits; its client refuses a page that holds any other.
UNITS: dict[str, Unit] = {
    unit.abbreviation: unit
    for unit in (
        Unit(1, "Each", "ea", QuantityType.COUNT),
        Unit(2, "Ounces", "oz", QuantityType.WEIGHT, Decimal("28.349523125")),
        Unit(3, "Pounds", "lb", QuantityType.WEIGHT, Decimal("453.59237")),
        Unit(4, "Grams", "g", QuantityType.WEIGHT, Decimal(1)),
        Unit(5, "Milligrams", "mg", QuantityType.WEIGHT, Decimal("0.001")),
        Unit(6, "Kilograms", "kg", QuantityType.WEIGHT, Decimal(1000)),
        Unit(9, "Liters", "l", QuantityType.VOLUME),
        Unit(10, "Milliliters", "ml", QuantityType.VOLUME),
    )
}
EACH = UNITS["ea"]
GRAMS = UNITS["g"]
MILLIGRAMS = UNITS["mg"]
