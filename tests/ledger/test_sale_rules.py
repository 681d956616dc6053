"""Each sale rule, bent one field at a time: which codes come back, and where they point."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace
from support.builders import (
    ACTOR,
    BORN_1982,
    BULK,
    CART,
    CLONE,
    EIGHTH,
    FAILED,
    GUMMY,
    GUS,
    NOW,
    ON_HOLD,
    SCARCE,
    UNTESTED,
    a_line,
    a_sale,
    a_tax,
    a_world,
    on_hand,
    recorded,
)

from simulator.ledger.commands import RecordSales, SaleDraft
from simulator.ledger.errors import Rejected
from simulator.ledger.model import Identification, Payment
from simulator.ledger.rules import SALE_RULES
from simulator.world import World

PATIENT, CAREGIVER, VISITOR = "CAKOMCT0002", "CAKOMCT0003", "CAKOMCT0004"
LICENSE, PATIENT_ID, CAREGIVER_ID, VISITOR_ID = (f"CAKOMIT000{n}" for n in (1, 2, 3, 4))
Found = list[tuple[str, str]]


def found(world: World, *sales: SaleDraft, state: str = "ca", override: bool = False) -> Found:
    """Code and path of each violation; empty when the sales are accepted. Nothing may change when refused."""
    before = repr(world.ledger.books)
    try:
        world.rehearse(RecordSales(ACTOR, state, sales, override))
    except Rejected as refused:
        with pytest.raises(Rejected):
            world.execute(RecordSales(ACTOR, state, sales, override))
        assert repr(world.ledger.books) == before
        return [(violation.code.value, violation.path) for violation in refused.violations]
    return []


def ids(**by_type: str) -> tuple[Identification, ...]:
    """`ids(CAKOMIT0002="P-1")`; a driver's license gets a birthday."""
    return tuple(
        Identification(type_id, value, BORN_1982 if type_id == LICENSE else None)
        for type_id, value in by_type.items()
    )


def born(year: int, month: int, day: int) -> tuple[Identification, ...]:
    return (Identification(LICENSE, "CADL1", datetime(year, month, day, tzinfo=UTC)),)


def cash(*each: str) -> tuple[Payment, ...]:
    return tuple(Payment("CAKOMPT0002", Decimal(amount)) for amount in each)


def test_a_plain_sale_is_accepted(till: World) -> None:
    assert found(till, a_sale()) == []


BENT: dict[str, tuple[dict[str, Any], Found]] = {
    "unknown license": (
        {"license_number": "SHOPP"},
        [("license_unknown", "sales[0].license.license_number")],
    ),
    "wrongly cased license": (
        {"license_number": "shop"},
        [("license_unknown", "sales[0].license.license_number")],
    ),
    "somebody else's license": (
        {"license_number": "ELSEWHERE"},
        [("license_not_visible", "sales[0].license.license_number")],
    ),
    "inactive license": (
        {"license_number": "SHUT"},
        [
            ("license_inactive", "sales[0].license.license_number"),
            ("employee_unknown", "sales[0].employees.id"),
            ("lot_unknown", "sales[0].line_items[0].lot.id"),
        ],
    ),
    "license that may not sell": (
        {"license_number": "FARM"},
        [
            ("license_not_retail", "sales[0].license.license_number"),
            ("employee_unknown", "sales[0].employees.id"),
            ("lot_unknown", "sales[0].line_items[0].lot.id"),
        ],
    ),
    "unknown customer type": (
        {"customer_type_id": "CAKOMCT0009"},
        [("customer_type_unknown", "sales[0].customer_types.id")],
    ),
    "customer type of another state": (
        {"customer_type_id": "ILKOMCT0001"},
        [("customer_type_unknown", "sales[0].customer_types.id")],
    ),
    "unknown identification type": (
        {"identifications": ids(CAKOMIT0001="1", CAKOMIT0009="2")},
        [("identification_type_unknown", "sales[0].identifications[1].types.id")],
    ),
    "patient without a patient id": (
        {"customer_type_id": PATIENT},
        [("identification_missing", "sales[0].identifications")],
    ),
    "patient with an empty patient id": (
        {"customer_type_id": PATIENT, "identifications": ids(CAKOMIT0002="")},
        [("identification_missing", "sales[0].identifications")],
    ),
    "patient with a patient id": (
        {"customer_type_id": PATIENT, "identifications": ids(CAKOMIT0002="P-1")},
        [],
    ),
    "caregiver without either id": (
        {"customer_type_id": CAREGIVER, "identifications": ()},
        [("identification_missing", "sales[0].identifications")] * 2,
    ),
    "caregiver without the patient's id": (
        {"customer_type_id": CAREGIVER, "identifications": ids(CAKOMIT0003="C-1")},
        [("identification_missing", "sales[0].identifications")],
    ),
    "caregiver with both ids": (
        {"customer_type_id": CAREGIVER, "identifications": ids(CAKOMIT0003="C-1", CAKOMIT0002="P-1")},
        [],
    ),
    "visiting patient without an id": (
        {"customer_type_id": VISITOR},
        [("identification_missing", "sales[0].identifications")],
    ),
    "visiting patient with an id": (
        {"customer_type_id": VISITOR, "identifications": ids(CAKOMIT0004="V-1")},
        [],
    ),
    "adult without any identification": ({"identifications": ()}, []),
    "driver's license without a birthday": (
        {"identifications": (Identification(LICENSE, "CADL1"),)},
        [("birthday_missing", "sales[0].identifications[0].birthday")],
    ),
    "adult of 21 on the day": ({"identifications": born(2005, 5, 20)}, []),
    "adult of 20 on the day": (
        {"identifications": born(2005, 5, 21)},
        [("customer_under_age", "sales[0].identifications[0].birthday")],
    ),
    "patient of 18 on the day": (
        {
            "customer_type_id": PATIENT,
            "identifications": (*born(2008, 5, 20), Identification(PATIENT_ID, "P")),
        },
        [],
    ),
    "patient of 17 on the day": (
        {
            "customer_type_id": PATIENT,
            "identifications": (*born(2008, 5, 21), Identification(PATIENT_ID, "P")),
        },
        [("customer_under_age", "sales[0].identifications[0].birthday")],
    ),
    "a caregiver of 17": (
        {
            "customer_type_id": CAREGIVER,
            "identifications": (
                Identification(CAREGIVER_ID, "C-1", datetime(2008, 5, 21, tzinfo=UTC)),
                Identification(PATIENT_ID, "P-1"),
            ),
        },
        [("customer_under_age", "sales[0].identifications[0].birthday")],
    ),
    "a caregiver of a child": (
        {
            "customer_type_id": CAREGIVER,
            "identifications": (
                Identification(CAREGIVER_ID, "C-1"),
                Identification(PATIENT_ID, "P-1", datetime(2015, 1, 1, tzinfo=UTC)),
            ),
        },
        [],
    ),
    "a child, whatever the local time says": (
        {"identifications": born(2010, 1, 1), "local_time": datetime(2060, 1, 1)},  # noqa: DTZ001 - local
        [("customer_under_age", "sales[0].identifications[0].birthday")],
    ),
    "21 in California, a day later in UTC": (
        {
            "identifications": born(2005, 5, 20),
            "sold_at": datetime(2026, 5, 20, 6, 59, tzinfo=UTC),
        },
        [("customer_under_age", "sales[0].identifications[0].birthday")],
    ),
    "unknown employee": ({"employee_id": "nobody"}, [("employee_unknown", "sales[0].employees.id")]),
    "inactive employee": ({"employee_id": GUS}, [("employee_inactive", "sales[0].employees.id")]),
    "five minutes ahead": ({"sold_at": NOW + timedelta(minutes=5)}, []),
    "more than five minutes ahead": (
        {"sold_at": NOW + timedelta(minutes=5, seconds=1)},
        [("date_in_future", "sales[0].created_at.date")],
    ),
    "unknown currency": ({"currency_id": "KOMCURT0002"}, [("currency_unknown", "sales[0].currency.id")]),
    "subtotal off by a cent": (
        {"subtotal": Decimal("10.01")},
        [("subtotal_mismatch", "sales[0].totals.subtotal")],
    ),
    "subtotal off by less than a cent": ({"subtotal": Decimal("10.0099")}, []),
    "quantity off": ({"quantity": Decimal(2)}, [("quantity_mismatch", "sales[0].totals.quantity")]),
    "total off by a cent, payments with it": (
        {"total": Decimal("10.01"), "payments": cash("10.01")},
        [("total_mismatch", "sales[0].totals.total")],
    ),
    "total off by less than a cent": ({"total": Decimal("9.9901")}, []),
    "unknown payment type": (
        {"payments": (Payment("CAKOMPT0004", Decimal("10.00")),)},
        [("payment_type_unknown", "sales[0].payments[0].type.id")],
    ),
    "payments short by a cent": (
        {"payments": cash("9.99")},
        [("payments_mismatch", "sales[0].payments")],
    ),
    "several payments that add up": ({"payments": cash("4.00", "6.00")}, []),
    "a payment below nothing": (
        {"payments": cash("12.00", "-2.00")},
        [("payment_negative", "sales[0].payments[1].amount")],
    ),
}


@pytest.mark.parametrize("case", BENT)
def test_a_sale_bent_in_one_field_is_judged(till: World, case: str) -> None:
    bent, expected = BENT[case]
    assert found(till, a_sale(**bent)) == expected


LINES: dict[str, tuple[list[Any], Found]] = {
    "unknown lot": ([a_line("nosuchlot")], [("lot_unknown", "sales[0].line_items[0].lot.id")]),
    "lot of another license": (
        [a_line("30000000000000000000000000000001")],
        [("lot_unknown", "sales[0].line_items[0].lot.id")],
    ),
    "lot on hold": ([a_line(), a_line(ON_HOLD)], [("lot_on_hold", "sales[0].line_items[1].lot.id")]),
    "lot that failed its test": ([a_line(FAILED)], [("lot_lab_state", "sales[0].line_items[0].lot.id")]),
    "lot that needs no test": ([a_line(UNTESTED)], []),
    "all that is left": ([a_line(SCARCE, "2")], []),
    "more than is left": ([a_line(SCARCE, "3")], [("stock_insufficient", "sales[0].line_items[0].quantity")]),
    "more than is left, over two lines": (
        [a_line(SCARCE, "1"), a_line(SCARCE, "2")],
        [("stock_insufficient", "sales[0].line_items[1].quantity")],
    ),
    "nothing": ([a_line(EIGHTH, "0")], [("quantity_not_positive", "sales[0].line_items[0].quantity")]),
    "less than nothing": (
        [a_line(EIGHTH, "-1"), a_line()],
        [("quantity_not_positive", "sales[0].line_items[0].quantity")],
    ),
    "half of a counted unit": (
        [a_line(EIGHTH, "1.5")],
        [("quantity_not_whole", "sales[0].line_items[0].quantity")],
    ),
    "a counted unit written with decimals": ([a_line(EIGHTH, "1.00")], []),
    "part of a weighed unit": ([a_line(BULK, "1.25")], []),
    "a price of nothing": ([a_line(price="0.00")], []),
    "a price below nothing": (
        [a_line(price="-1.00"), a_line()],
        [("price_negative", "sales[0].line_items[0].unit_price")],
    ),
    "a discount of the whole price": ([a_line(discount="10.00")], []),
    "a discount of the whole line": ([a_line(quantity="2", discount="20.00")], []),
    "a discount above the price": (
        [a_line(discount="10.01"), a_line()],
        [("discount_out_of_range", "sales[0].line_items[0].discount")],
    ),
    "a discount below nothing": (
        [a_line(discount="-0.01")],
        [("discount_out_of_range", "sales[0].line_items[0].discount")],
    ),
    "unknown tax type": (
        [a_line(taxes=(a_tax(type_id="KOMTAX0009"),))],
        [("tax_type_unknown", "sales[0].line_items[0].taxes[0].type.id")],
    ),
    "the tax type whose name is not published": ([a_line(taxes=(a_tax(type_id="KOMTAX0004"),))], []),
    "a tax below nothing": (
        [a_line(taxes=(a_tax(), a_tax("-0.50")))],
        [("tax_negative", "sales[0].line_items[0].taxes[1].total")],
    ),
    "a line total off by a cent": (
        [a_line(total=Decimal("10.01"))],
        [("line_total_mismatch", "sales[0].line_items[0].total")],
    ),
    "a line total off by less than a cent": ([a_line(total=Decimal("10.0099"))], []),
    "a line total without its taxes": (
        [a_line(taxes=(a_tax(),), total=Decimal("10.00"))],
        [("line_total_mismatch", "sales[0].line_items[0].total")],
    ),
    "8 eighths, 28 g of 28.5": ([a_line(EIGHTH, "8")], []),
    "9 eighths, 31.5 g": ([a_line(EIGHTH, "9")], [("purchase_limit_exceeded", "sales[0].line_items")]),
    "28.5 g weighed": ([a_line(BULK, "28.5")], []),
    "28.51 g weighed": ([a_line(BULK, "28.51")], [("purchase_limit_exceeded", "sales[0].line_items")]),
    "flower pooled over lines": (
        [a_line(BULK, "14.5"), a_line(EIGHTH, "4"), a_line(EIGHTH, "1")],
        [("purchase_limit_exceeded", "sales[0].line_items")],
    ),
    "8 g of concentrate": ([a_line(CART, "8")], []),
    "9 g of concentrate": ([a_line(CART, "9")], [("purchase_limit_exceeded", "sales[0].line_items")]),
    "edibles count by their THC": ([a_line(GUMMY, "80")], []),
    "edibles over 8 g of THC": ([a_line(GUMMY, "81")], [("purchase_limit_exceeded", "sales[0].line_items")]),
    "concentrate and edibles share a limit": (
        [a_line(CART, "7"), a_line(GUMMY, "11")],
        [("purchase_limit_exceeded", "sales[0].line_items")],
    ),
    "flower and concentrate do not": ([a_line(EIGHTH, "8"), a_line(CART, "8")], []),
    "6 plants": ([a_line(CLONE, "6")], []),
    "7 plants": ([a_line(CLONE, "7")], [("purchase_limit_exceeded", "sales[0].line_items")]),
}


@pytest.mark.parametrize("case", LINES)
def test_a_sale_of_odd_lines_is_judged(till: World, case: str) -> None:
    lines, expected = LINES[case]
    assert found(till, a_sale(*lines)) == expected


def test_every_violation_is_reported_at_once(till: World) -> None:
    bad = a_sale(
        a_line("nosuchlot", total=Decimal(1)),
        customer_type_id="x",
        employee_id="y",
        currency_id="z",
        payments=cash("1"),
    )

    assert [code for code, _ in found(till, bad)] == [
        "customer_type_unknown",
        "employee_unknown",
        "lot_unknown",
        "line_total_mismatch",
        "currency_unknown",
        "payments_mismatch",
    ]


def test_the_state_of_the_path_must_be_the_license_s(till: World) -> None:
    codes = [code for code, _ in found(till, a_sale(), state="or")]

    assert codes[0] == "license_in_other_state"


def test_stock_is_summed_over_the_sales_of_a_batch(till: World) -> None:
    sale = a_sale(a_line(SCARCE, "1"))

    assert found(till, sale, sale) == []
    assert found(till, sale, sale, sale) == [("stock_insufficient", "sales[2].line_items[0].quantity")]


def test_a_batch_is_recorded_whole_or_not_at_all(till: World) -> None:
    good, bad = a_sale(), a_sale(a_line(ON_HOLD))

    assert found(till, good, bad) == [("lot_on_hold", "sales[1].line_items[0].lot.id")]
    assert on_hand(till, EIGHTH) == 100


def test_a_sold_out_lot_is_no_longer_active(till: World) -> None:
    recorded(till, a_line(SCARCE, "2"))

    assert found(till, a_sale(a_line(SCARCE))) == [
        ("lot_inactive", "sales[0].line_items[0].lot.id"),
        ("stock_insufficient", "sales[0].line_items[0].quantity"),
    ]


def test_where_overselling_is_allowed_stock_may_go_below_nothing() -> None:
    world = a_world(oversell="allow")

    recorded(world, a_line(SCARCE, "5"))

    assert on_hand(world, SCARCE) == -3
    assert found(world, a_sale(a_line(SCARCE))) == []


def test_the_override_skips_the_purchase_limit_and_nothing_else(till: World) -> None:
    too_much = a_sale(a_line(EIGHTH, "9"))
    worse = a_sale(a_line(EIGHTH, "9", total=Decimal(1)), employee_id=GUS, payments=cash("1"))

    assert found(till, too_much, override=True) == []
    without = [code for code, _ in found(till, worse)]
    overridden = [code for code, _ in found(till, worse, override=True)]
    assert set(without) - set(overridden) == {"purchase_limit_exceeded"}
    assert len(without) == len(overridden) + 1


def test_a_medical_customer_has_the_larger_limit(till: World) -> None:
    patient = {"customer_type_id": PATIENT, "identifications": ids(CAKOMIT0002="P-1")}

    assert found(till, a_sale(a_line(EIGHTH, "64"), **patient)) == []
    assert found(till, a_sale(a_line(EIGHTH, "65"), **patient)) == [
        ("purchase_limit_exceeded", "sales[0].line_items")
    ]


@pytest.mark.parametrize("rule", SALE_RULES, ids=lambda rule: rule.__name__)
def test_every_rule_can_refuse(rule: Any) -> None:
    """No rule of the table is dead: some bent sale above or here makes each speak."""
    from simulator.ledger.rules.context import SaleContext  # noqa: PLC0415 - only this test looks inside

    world = a_world()
    wrong = a_sale(
        a_line("nosuchlot", "0", price="-1", discount="5", taxes=(a_tax("-1", "x"),), total=Decimal(9)),
        a_line(SCARCE, "3.5"),
        a_line(EIGHTH, "9"),
        license_number="SHOP",
        customer_type_id=CAREGIVER,
        identifications=(
            Identification("x", "1"),
            Identification(LICENSE, "2", datetime(2020, 1, 1, tzinfo=UTC)),
        ),
        employee_id="x",
        sold_at=NOW + timedelta(days=1),
        currency_id="x",
        subtotal=Decimal(0),
        quantity=Decimal(0),
        total=Decimal(0),
        payments=(Payment("x", Decimal(-5)),),
    )
    variants = [
        wrong,
        replace(wrong, license_number="nowhere", customer_type_id="x"),
        a_sale(a_line(EIGHTH, "9")),
    ]

    assert any(list(rule(SaleContext(world.ledger, ACTOR, "ca", NOW, variant))) for variant in variants)
