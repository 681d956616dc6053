"""The states' limits: baskets that the law's own texts speak of, and every row at its maximum and a hair above."""

from collections.abc import Iterator
from decimal import Decimal

import pytest
from support.goods import Goods, grams, measured, pieces, thc

from simulator.ledger.customers import CustomerType
from simulator.ledger.limits import Draw, Excess, Limit, Limits, Measure, exceeded, held_to
from simulator.ledger.money import ZERO
from simulator.ledger.products import ProductClass
from simulator.ledger.states import STATES, TRACE_STATES
from simulator.ledger.states.state import State

ADULT, PATIENT = CustomerType.ADULT, CustomerType.PATIENT
CAREGIVER, VISITOR = CustomerType.CAREGIVER, CustomerType.EXTERNAL_PATIENT

FLOWER, PREROLL, INFUSED_PREROLL = ProductClass.FLOWER, ProductClass.PREROLL, ProductClass.INFUSED_PREROLL
CONCENTRATE, VAPE, KIEF = ProductClass.CONCENTRATE, ProductClass.VAPE, ProductClass.KIEF
EDIBLE, BEVERAGE, CAPSULE = ProductClass.EDIBLE, ProductClass.BEVERAGE, ProductClass.CAPSULE
TINCTURE, TOPICAL, PLANT = ProductClass.TINCTURE, ProductClass.TOPICAL, ProductClass.IMMATURE_PLANT

IN_FLOWER = "cannabis in flower equivalent"
IL_ALL_FULL = (grams(FLOWER, "30"), grams(CONCENTRATE, "5"), thc(EDIBLE, "500"))


def broken(
    code: str,
    customer: CustomerType,
    *basket: Goods,
    earlier: tuple[Goods, ...] = (),
    out_of_state: bool = False,
    age: int | None = None,
) -> list[Excess]:
    """The limits the basket breaks; `earlier` was bought before, in the period of each limit that spans sales."""
    uses = {
        limit: (limit.used(basket), limit.used(earlier) if limit.period.spans_sales else ZERO)
        for limit in STATES[code].limits
        if limit.applies_to(customer, out_of_state=out_of_state, age=age)
    }
    return list(exceeded(uses))


def names(excesses: list[Excess]) -> list[str]:
    return [excess.limit.name for excess in excesses]


def an_eighth(count: str) -> Goods:
    return pieces(FLOWER, count, weighing="3.5")


CASES: list[tuple[str, CustomerType, tuple[Goods, ...], list[str]]] = [
    ("ca", ADULT, (grams(FLOWER, "28.5"), grams(VAPE, "4"), thc(EDIBLE, "4000")), []),
    ("ca", ADULT, (grams(FLOWER, "28.51"),), ["non-concentrated cannabis"]),
    ("ca", ADULT, (grams(FLOWER, "20"), grams(KIEF, "8.6")), ["non-concentrated cannabis"]),
    ("ca", ADULT, (grams(VAPE, "4"), thc(EDIBLE, "4001")), ["concentrate"]),
    ("ca", ADULT, (pieces(PLANT, "7"),), ["immature plants"]),
    ("ca", PATIENT, (grams(FLOWER, "226.8"), grams(CONCENTRATE, "30"), pieces(PLANT, "12")), []),
    ("or", ADULT, (grams(FLOWER, "56.7"), grams(CONCENTRATE, "5"), grams(BEVERAGE, "2129.2")), []),
    ("or", ADULT, (grams(CONCENTRATE, "5.1"), grams(EDIBLE, "454")), ["solid products", "concentrate"]),
    ("nv", PATIENT, (grams(FLOWER, "35"), grams(CONCENTRATE, "3.5")), []),
    ("nv", ADULT, (grams(FLOWER, "35"), thc(EDIBLE, "3600")), [IN_FLOWER]),
    ("mt", ADULT, (grams(FLOWER, "14.175"), grams(VAPE, "2"), thc(EDIBLE, "200")), []),
    ("co", ADULT, (grams(FLOWER, "14.175"), grams(CONCENTRATE, "2"), thc(EDIBLE, "200")), []),
    ("co", ADULT, (grams(FLOWER, "14.175"), grams(CONCENTRATE, "2"), thc(EDIBLE, "201")), [IN_FLOWER]),
    ("co", ADULT, (an_eighth("8"), thc(TOPICAL, "5000")), []),
    ("co", ADULT, (an_eighth("9"),), [IN_FLOWER]),
    ("co", PATIENT, (grams(FLOWER, "56.7"), grams(CONCENTRATE, "8"), thc(EDIBLE, "20000")), []),
    ("mi", ADULT, (grams(FLOWER, "71"),), [IN_FLOWER]),
    ("mi", ADULT, (grams(FLOWER, "60"), grams(CONCENTRATE, "10.8")), []),
    ("mi", ADULT, (grams(VAPE, "15.1"),), ["concentrate"]),
    ("mi", ADULT, (grams(VAPE, "10"), grams(INFUSED_PREROLL, "5.1")), ["concentrate"]),
    ("il", ADULT, IL_ALL_FULL, []),
    ("il", PATIENT, (grams(FLOWER, "70.87"),), []),
    ("il", PATIENT, (grams(FLOWER, "70.88"),), ["usable cannabis"]),
    ("ma", ADULT, (grams(FLOWER, "14"), thc(CONCENTRATE, "2500")), []),
    ("ma", ADULT, (grams(FLOWER, "14.18"), thc(TINCTURE, "2500")), [IN_FLOWER]),
    ("ri", ADULT, (grams(FLOWER, "14.175"), grams(CONCENTRATE, "2.5")), []),
    ("nj", ADULT, (grams(FLOWER, "14.17"), grams(CONCENTRATE, "2")), []),
    ("nj", ADULT, (grams(KIEF, "4.1"),), [IN_FLOWER]),
    ("nj", ADULT, (grams(FLOWER, "14.17"), grams(CONCENTRATE, "2"), thc(EDIBLE, "10")), [IN_FLOWER]),
    ("md", ADULT, (grams(FLOWER, "42"), grams(VAPE, "11.9"), thc(EDIBLE, "740")), []),
    ("md", ADULT, (grams(FLOWER, "42.525"),), []),
    ("md", ADULT, (grams(FLOWER, "42.525"), thc(EDIBLE, "10")), ["THC in other products"]),
    ("md", PATIENT, (grams(FLOWER, "120"), thc(VAPE, "36000")), []),
    ("de", ADULT, (grams(FLOWER, "28.35"), grams(CONCENTRATE, "12"), thc(EDIBLE, "750")), []),
    ("va", PATIENT, (grams(FLOWER, "113.5"),), ["flower"]),
    ("oh", ADULT, (grams(FLOWER, "70.8"), thc(VAPE, "15000")), []),
    ("oh", ADULT, (grams(PREROLL, "70.9"), thc(TOPICAL, "15001")), ["plant material", "THC in other products"]),
    ("oh", PATIENT, (grams(FLOWER, "127.35"), thc(CAPSULE, "4950")), []),
    ("oh", PATIENT, (grams(FLOWER, "127.35"), thc(CAPSULE, "4950"), thc(VAPE, "590")), ["cannabis"]),
    ("ky", PATIENT, (grams(FLOWER, "56"), grams(CONCENTRATE, "14")), []),
    ("ky", VISITOR, (grams(FLOWER, "37.5"),), []),
    ("ky", VISITOR, (grams(FLOWER, "40"),), [IN_FLOWER]),
    ("al", PATIENT, (thc(CAPSULE, "3000"),), []),
    ("al", PATIENT, (an_eighth("1"), thc(EDIBLE, "5")), ["flower and smokable products", "food"]),
    ("ms", PATIENT, (an_eighth("4"), grams(CONCENTRATE, "1"), thc(EDIBLE, "100")), []),
    ("ms", PATIENT, (an_eighth("5"), grams(CONCENTRATE, "1"), thc(EDIBLE, "100")), ["cannabis"]),
    ("mn", ADULT, (grams(FLOWER, "56.7"), grams(CONCENTRATE, "8"), thc(EDIBLE, "800")), []),
    ("la", PATIENT, (grams(FLOWER, "70.9"), grams(CONCENTRATE, "30")), ["flower"]),
    ("ok", PATIENT, (grams(FLOWER, "84.9"), grams(CONCENTRATE, "28.3"), grams(EDIBLE, "2037.6")), []),
    ("ok", PATIENT, (grams(FLOWER, "85.05"),), ["flower"]),
    ("sd", PATIENT, (grams(FLOWER, "28.35"), grams(VAPE, "8"), thc(EDIBLE, "800")), []),
    ("sd", PATIENT, (grams(FLOWER, "29.35"), grams(VAPE, "8"), thc(EDIBLE, "800")), [IN_FLOWER]),
    ("me", ADULT, (grams(FLOWER, "65.8"), grams(CONCENTRATE, "5")), []),
    ("me", ADULT, (grams(FLOWER, "65"), grams(CONCENTRATE, "5.1")), ["concentrate"]),
    ("me", ADULT, (grams(FLOWER, "66"), grams(CONCENTRATE, "5")), ["cannabis"]),
    ("wa", ADULT, (grams(FLOWER, "28.35"), grams(EDIBLE, "453.6"), grams(CONCENTRATE, "7")), []),
    ("wa", PATIENT, (grams(FLOWER, "85.05"), grams(CONCENTRATE, "21")), []),
    ("wv", PATIENT, (grams(FLOWER, "113.4"),), []),
    ("wv", PATIENT, (thc(EDIBLE, "5"),), ["edibles"]),
    ("mo", ADULT, (grams(FLOWER, "28.35"), grams(CONCENTRATE, "8"), thc(EDIBLE, "800")), []),
    ("mo", PATIENT, (grams(FLOWER, "170.2"),), [IN_FLOWER]),
]  # fmt: skip


@pytest.mark.parametrize(("code", "customer", "basket", "expected"), CASES)
def test_a_basket_breaks_the_limits_it_should(
    code: str, customer: CustomerType, basket: tuple[Goods, ...], expected: list[str]
) -> None:
    assert names(broken(code, customer, *basket)) == expected


def test_every_state_has_a_case() -> None:
    assert {code for code, *_ in CASES} == set(STATES)


def test_illinois_allows_non_residents_half() -> None:
    half = (grams(FLOWER, "15"), grams(CONCENTRATE, "2.5"), thc(EDIBLE, "250"))

    assert broken("il", ADULT, *half, out_of_state=True) == []
    assert names(broken("il", ADULT, *IL_ALL_FULL, out_of_state=True)) == [
        "flower",
        "concentrate",
        "THC in infused products",
    ]


@pytest.mark.parametrize("code", sorted(set(STATES) - {"il"}))
def test_residency_changes_nothing_elsewhere(code: str) -> None:
    for limit in STATES[code].limits:
        for customer in limit.customers:
            assert limit.applies_to(customer, out_of_state=True, age=19) == limit.applies_to(
                customer, out_of_state=False, age=19
            )


def test_a_full_class_shuts_the_others_out_in_maryland() -> None:
    (excess,) = broken("md", ADULT, thc(EDIBLE, "750"), grams(VAPE, "1"))

    assert excess.limit.name == "concentrate"
    assert "nothing of concentrate may be sold" in excess.message


@pytest.mark.parametrize(
    ("code", "customer", "earlier", "now", "expected"),
    [
        ("or", PATIENT, grams(FLOWER, "226.8"), grams(FLOWER, "0.01"), ["flower"]),
        ("mt", PATIENT, grams(FLOWER, "20"), grams(CONCENTRATE, "2.4"), [IN_FLOWER]),
        ("ms", PATIENT, grams(FLOWER, "17.5"), thc(EDIBLE, "101"), ["cannabis"]),
        ("me", VISITOR, grams(FLOWER, "70"), grams(FLOWER, "1"), ["usable cannabis"]),
        ("me", PATIENT, grams(FLOWER, "70"), grams(FLOWER, "1"), []),
        ("il", ADULT, grams(FLOWER, "30"), grams(FLOWER, "30"), []),
    ],
)
def test_earlier_sales_count_where_the_period_spans_sales(
    code: str, customer: CustomerType, earlier: Goods, now: Goods, expected: list[str]
) -> None:
    assert names(broken(code, customer, now, earlier=(earlier,))) == expected


def test_two_periods_are_two_rows() -> None:
    for code, expected in {
        "or": ["day", "calendar month"],
        "mt": ["day", "calendar month"],
        "mi": ["day", "30 days"],
        "ms": ["7 days", "30 days"],
    }.items():
        assert [str(limit.period) for limit in STATES[code].limits if PATIENT in limit.customers] == expected


@pytest.mark.parametrize(
    ("code", "basket", "age", "expected"),
    [
        ("ky", grams(VAPE, "1"), 20, ["vape products"]),
        ("ky", grams(VAPE, "1"), 21, []),
        ("ky", grams(VAPE, "1"), None, []),
        ("co", grams(CONCENTRATE, "2.1"), 20, ["concentrate"]),
        ("co", grams(CONCENTRATE, "2.1"), 21, []),
        ("sd", grams(VAPE, "1"), 17, ["inhaled products"]),
    ],
)
def test_some_limits_go_by_age(code: str, basket: Goods, age: int | None, expected: list[str]) -> None:
    assert names(broken(code, PATIENT, basket, age=age)) == expected


def test_a_caregiver_has_the_patient_s_limits() -> None:
    for state in STATES.values():
        assert all((PATIENT in limit.customers) == (CAREGIVER in limit.customers) for limit in state.limits)


NO_FIGURE = {("mn", PATIENT), ("mn", CAREGIVER), ("mn", VISITOR)}
"""Practitioner and pharmacist set the limit."""


@pytest.mark.parametrize("code", TRACE_STATES)
def test_every_customer_who_may_buy_has_a_limit(code: str) -> None:
    state = STATES[code]
    held = {customer for limit in state.limits for customer in limit.customers}
    assert {(code, customer) for customer in state.customers - held} <= NO_FIGURE
    assert held <= state.customers


def rows() -> Iterator[object]:
    for state in STATES.values():
        for number, limit in enumerate(state.limits, 1):
            for product_class, draw in limit.counts.items():
                yield pytest.param(limit, product_class, draw, id=f"{state.code}-{number}-{product_class}")


A_HAIR = {
    Measure.GRAMS: Decimal("0.01"),
    Measure.THC_GRAMS: Decimal("0.001"),
    Measure.THC_MILLIGRAMS: Decimal(1),
    Measure.EACH: Decimal(1),
}


@pytest.mark.parametrize(("limit", "product_class", "draw"), list(rows()))
def test_a_limit_holds_at_its_maximum_and_breaks_a_hair_above(
    limit: Limit, product_class: ProductClass, draw: Draw
) -> None:
    full = draw.fills if limit.maximum else ZERO
    at_most = limit.used([measured(product_class, draw.measure, full)])
    above = limit.used([measured(product_class, draw.measure, full + A_HAIR[draw.measure])])

    assert at_most == limit.maximum
    assert list(exceeded({limit: (at_most, ZERO)})) == []
    (excess,) = exceeded({limit: (above, ZERO)})
    assert excess.limit is limit
    assert f" {limit.unit} of {limit.name}" in excess.message
    assert f"{limit.maximum} {limit.unit} {limit.period.each}" in excess.message
    assert "purchase_limit_override=true" in excess.message


@pytest.mark.parametrize("state", STATES.values(), ids=STATES)
def test_no_two_rows_say_the_same(state: State) -> None:
    keys = [(each.name, each.customers, str(each.period), each.residency, each.ages) for each in state.limits]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("code", sorted(STATES))
def test_limits_together_are_drawn_on_as_each_alone(code: str) -> None:
    limits = STATES[code].limits
    together = Limits(limits)
    for product_class in ProductClass:
        for basket in (
            [grams(product_class, "3.5"), thc(product_class, "12.5")],
            [pieces(product_class, "3", weighing="0.7"), grams(product_class, "0.3333")],
        ):
            assert together.used(basket) == {limit: limit.used(basket) for limit in limits}


def test_those_held_to_the_same_limits_share_what_items_draw_on_them() -> None:
    limits = STATES["ca"].limits

    assert held_to(limits, ADULT, False, 30) is held_to(limits, ADULT, True, 31)
    assert held_to(limits, ADULT, False, 30) is not held_to(limits, PATIENT, False, 30)
