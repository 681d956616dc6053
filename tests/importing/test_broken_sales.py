"""Broken Trace sales, each with the one line that says what to mend. Nothing is written then."""

from typing import Any

import pytest
from support.imports import ALONE, Refused, a_row, a_told_sale

LINE = a_told_sale()["line_items"][0]
TAX = LINE["taxes"][0]
SALES: dict[str, tuple[dict[str, Any], str]] = {
    "no license": ({"license": ...}, "license: there is no value"),
    "a license without number": ({"license": {}}, "license.license_number: there is no value"),
    "a customer type of nowhere": (
        {"customer_types": {"id": "adult"}},
        "customer_types.id: 'adult' is no customer type such as CAKOMCT0001, which begins with its state",
    ),
    "a customer type that is none": (
        {"customer_types": {"id": "CAKOMCT0009"}},
        (
            "customer_types.id: 'CAKOMCT0009' is not one of CAKOMCT0001, CAKOMCT0002, CAKOMCT0003, CAKOMCT0004; "
            "did you mean 'CAKOMCT0004'? (customer types of California)"
        ),
    ),
    "no line": ({"line_items": []}, "line_items: there is no line item"),
    "an amount as words": (
        {"line_items": [{**LINE, "unit_price": "ten"}]},
        "line_items[0].unit_price: 'ten' is not a number such as 12.50",
    ),
    "half a piece": (
        {"line_items": [{**LINE, "quantity": "1.5"}]},
        "line_items[0].quantity: 1.5 is not whole, although it is sold by the piece",
    ),
    "an unknown unit": (
        {"line_items": [{**LINE, "unit_of_measure": "Gram"}]},
        (
            "line_items[0].unit_of_measure: 'Gram' is not one of Each, Ounces, Pounds, Grams, Milligrams, Kilograms, Liters, "
            "Milliliters; did you mean 'Grams'?"
        ),
    ),
    "a line that does not add up": (
        {"line_items": [{**LINE, "total": "21.38"}]},
        "line_items[0].total: 21.38 is not unit_price x quantity - discount + taxes, 20.38",
    ),
    "a discount of more than all": (
        {"line_items": [{**LINE, "discount": "21.00"}]},
        "line_items[0].discount: 21.00 is more than the line's price",
    ),
    "an unknown tax": (
        {"line_items": [{**LINE, "taxes": [{**TAX, "type": {"id": "KOMTAX9"}}]}]},
        (
            "line_items[0].taxes[0].type.id: 'KOMTAX9' is not one of KOMTAX0001, KOMTAX0002, KOMTAX0003, KOMTAX0004; "
            "did you mean 'KOMTAX0004'?"
        ),
    ),
    "totals that do not add up": (
        {"totals": {"subtotal": "19.00", "quantity": "2", "total": "20.00"}},
        "totals.total: 20.00 is not what the line items come to, 20.38",
    ),
    "the answer of a PUT": (
        {"totals": {"amount": "20.38", "quantity": "2"}},
        "totals: this is how a PUT answers, without discounts and taxes; import the sale as GET shows it",
    ),
    "an unknown payment": (
        {"payments": [{"amount": "20.38", "type": {"id": "ILKOMPT0001"}}]},
        (
            "payments[0].type.id: 'ILKOMPT0001' is not one of CAKOMPT0001, CAKOMPT0002, CAKOMPT0003; "
            "did you mean 'CAKOMPT0001'?"
        ),
    ),
    "an unknown currency": (
        {"currency": {"id": "EUR"}},
        "currency.id: 'EUR' is not one of KOMCURT0001",
    ),
    "an unknown identification": (
        {"identifications": [{"types": {"id": "PASSPORT"}, "id": "X"}]},
        "identifications[0].types.id: 'PASSPORT' is not one of CAKOMIT0001, CAKOMIT0002, CAKOMIT0003, CAKOMIT0004",
    ),
    "no time": ({"created_at": {}}, "created_at.date: there is no value"),
    "an unknown state": (
        {"entity_state": [{"state": "gone", "date": "2026-05-18T22:44:40Z"}]},
        "entity_state[0].state: 'gone' is not one of active, inactive, voided, refunded, updated",
    ),
    "a list for an object": ({"totals": []}, "totals: a list is not an object"),
    "an object for a list": ({"payments": {}}, "payments: an object is not a list"),
}


@pytest.mark.parametrize("case", SALES)
def test_a_broken_sale_is_refused_in_one_line(refused: Refused, case: str) -> None:
    bent, line = SALES[case]
    assert refused(s_json={"sales": [a_told_sale(**bent)]}) == f"s.json, line 1, sales[0].{line}{ALONE}"


@pytest.mark.parametrize(
    ("second", "line"),
    [
        ({}, "[1].id: '80d15c7713a74feeb4c1c5f533697644' is already there, at s.json, line 1, [0]"),
        (
            {"id": "other", "customer_types": {"id": "ILKOMCT0001"}, "identifications": [], "payments": []},
            "[1].customer_types.id: this is Illinois, and license C10-0000123-LIC is in California",
        ),
    ],
)
def test_a_second_sale_that_cannot_be_is_refused(refused: Refused, second: dict[str, Any], line: str) -> None:
    assert refused(s_json=[a_told_sale(), a_told_sale(**second)]) == f"s.json, line 1, {line}{ALONE}"


def test_a_sale_that_both_vendors_tell_is_refused(refused: Refused) -> None:
    row = a_row(receiptNumber="60071")
    assert refused(a_json=[row], b_json=[a_told_sale()]) == (
        f"b.json, line 1, [0].receipt_number: '60071' is already there, at a.json, line 1, [0]{ALONE}"
    )
    assert refused(a_json=[a_told_sale()], b_json=[row]) == (
        f"b.json, line 1, [0].receiptNumber: '60071' is already there, at a.json, line 1, [0]{ALONE}"
    )
