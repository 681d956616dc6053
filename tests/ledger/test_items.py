"""What a quantity of an item weighs and how much THC is in it."""

from decimal import Decimal

import pytest

from simulator.ledger.products import Item, ProductClass
from simulator.ledger.units import UNITS


def an_item(product_class: ProductClass = ProductClass.FLOWER, unit: str = "ea", **bent: str) -> Item:
    known = {name: Decimal(value) for name, value in bent.items()}
    return Item(1, "Item", product_class, "Category", 1, UNITS[unit], **known)


@pytest.mark.parametrize(
    ("item", "quantity", "grams", "thc"),
    [
        (an_item(unit="g", thc_percent="20"), "2.5", "2.5", "500"),
        (an_item(unit="oz", thc_percent="10"), "2", "56.69904625", "5669.904625"),
        (an_item(unit="mg"), "500", "0.5", "0"),
        (an_item(unit="ml"), "30", "0", "0"),
        (an_item(unit_weight="3.5", thc_percent="20"), "2", "7", "1400"),
        (an_item(unit_weight="40", unit_thc="100"), "3", "120", "300"),
        (an_item(), "3", "0", "0"),
    ],
)
def test_weight_and_thc_follow_from_the_label(item: Item, quantity: str, grams: str, thc: str) -> None:
    assert item.grams(Decimal(quantity)) == Decimal(grams)
    assert item.thc_milligrams(Decimal(quantity)) == Decimal(thc)
