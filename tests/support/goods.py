"""Goods to weigh against limits: so many grams, milligrams of THC, or pieces of a product class."""

from decimal import Decimal

from simulator.ledger.limits import Measure
from simulator.ledger.products import Item, ProductClass
from simulator.ledger.units import EACH, GRAMS

Goods = tuple[Item, Decimal]
"""An item and how much of it, in the item's unit."""


def grams(product_class: ProductClass, amount: str) -> Goods:
    """By weight, with no THC on the label: `grams(ProductClass.FLOWER, "3.5")`."""
    return Item(1, "By weight", product_class, "Category", 1, GRAMS), Decimal(amount)


def thc(product_class: ProductClass, milligrams: str) -> Goods:
    """By THC alone: pieces of 1 mg each."""
    item = Item(2, "By THC", product_class, "Category", 1, EACH, unit_thc=Decimal(1))
    return item, Decimal(milligrams)


def pieces(product_class: ProductClass, amount: str, *, weighing: str = "0") -> Goods:
    """Pieces of so many grams each."""
    item = Item(3, "By piece", product_class, "Category", 1, EACH, unit_weight=Decimal(weighing))
    return item, Decimal(amount)


def measured(product_class: ProductClass, measure: Measure, amount: Decimal) -> Goods:
    """So much by any measure."""
    match measure:
        case Measure.GRAMS:
            return grams(product_class, str(amount))
        case Measure.THC_MILLIGRAMS:
            return thc(product_class, str(amount))
        case Measure.THC_GRAMS:
            return thc(product_class, str(amount * 1000))
        case Measure.EACH:
            return pieces(product_class, str(amount))
