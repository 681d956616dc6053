"""Exact amounts, and the units under the ids Metrc gives them."""

from decimal import Decimal

import pytest

from simulator.ledger.money import as_quantity, as_text, money, same_money
from simulator.ledger.units import UNITS


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("10", "10.00"),
        ("10.5", "10.50"),
        ("10.500", "10.50"),
        ("10.05", "10.05"),
        ("10.055", "10.055"),
        ("0", "0.00"),
        ("-2.50", "-2.50"),
        ("1E+3", "1000.00"),
        ("0.00010", "0.0001"),
    ],
)
def test_an_amount_we_compute_has_two_decimals_and_more_only_where_it_needs_them(
    amount: str, text: str
) -> None:
    assert as_text(money(Decimal(amount))) == text


@pytest.mark.parametrize(
    ("quantity", "text"), [("2.00", "2"), ("2.50", "2.5"), ("0.000", "0"), ("1E+2", "100"), ("-3.0", "-3")]
)
def test_a_quantity_we_compute_has_no_trailing_zeros(quantity: str, text: str) -> None:
    assert as_text(as_quantity(Decimal(quantity))) == text


@pytest.mark.parametrize(
    ("left", "same"), [("10.00", True), ("10.0099", True), ("9.9901", True), ("10.01", False)]
)
def test_amounts_are_the_same_when_less_than_a_cent_apart(left: str, same: bool) -> None:
    assert same_money(Decimal(left), Decimal("10.00")) is same


def test_units_carry_metrc_s_ids_names_and_kinds() -> None:
    assert [(unit.id, unit.name, key, unit.quantity_type.value) for key, unit in UNITS.items()] == [
        (1, "Each", "ea", "CountBased"),
        (2, "Ounces", "oz", "WeightBased"),
        (3, "Pounds", "lb", "WeightBased"),
        (4, "Grams", "g", "WeightBased"),
        (5, "Milligrams", "mg", "WeightBased"),
        (6, "Kilograms", "kg", "WeightBased"),
        (9, "Liters", "l", "VolumeBased"),
        (10, "Milliliters", "ml", "VolumeBased"),
    ]
    assert UNITS["lb"].grams == 16 * (UNITS["oz"].grams or 0)
