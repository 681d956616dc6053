"""Purchase limits through Trace's door: every row of every state, for everybody it holds, at its maximum and just above."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import ROUND_FLOOR, Decimal
from itertools import count
from typing import Any

import pytest
from support.asgi import InProcess
from support.builders import NOW

from simulator.app import create_app
from simulator.clock import Clock
from simulator.ledger.customers import CustomerType, Residency
from simulator.ledger.limits import Limit, Measure, exceeded
from simulator.ledger.products import Item, ProductClass
from simulator.ledger.states import STATES, TRACE_STATES
from simulator.ledger.units import UNITS
from simulator.ledger.vocabulary import (
    IdentificationType,
    customer_types,
    identification_types,
    payment_types,
)
from simulator.seeding.customers import IDENTIFIED_BY
from simulator.seeding.grow import grow
from simulator.seeding.recipe import Recipe
from simulator.world import World

HEADERS = {"x-api-key": "limits-key", "Authorization": "KMP-JSON token=limits-token"}
FORMS = {
    # Sold by the gram and without THC; by the milligram of THC and without weight; by the piece.
    Measure.GRAMS: {"unit": "g"},
    Measure.THC_MILLIGRAMS: {"unit": "ea", "unit_thc": "1"},
    Measure.EACH: {"unit": "ea"},
}
FORM_OF = {Measure.THC_GRAMS: Measure.THC_MILLIGRAMS}
STEPS = {Measure.GRAMS: Decimal("0.0001"), Measure.THC_MILLIGRAMS: Decimal(1), Measure.EACH: Decimal(1)}
NUMBERS = count(1)
GROWN_UP = date(1980, 1, 1)
"""A caregiver's own birthday: limits look at the patient's age."""


def license_number(state: str) -> str:
    return f"LIMITS-{state.upper()}"


def lot_id(state: str, product_class: ProductClass, form: Measure) -> str:
    place = (
        TRACE_STATES.index(state) * 100
        + list(ProductClass).index(product_class) * 4
        + list(FORMS).index(form)
    )
    return f"{place:032}"


def a_recipe() -> Recipe:
    """A shop in each state, with a million of every class in every form."""
    keys = [(each, form) for each in ProductClass for form in FORMS]
    return Recipe.model_validate(
        {
            "name": "limits",
            "accounts": [
                {
                    "username": "limits",
                    "name": "Lim Its",
                    "licenses": [license_number(state) for state in TRACE_STATES],
                    "trace": {"api_key": "limits-key", "token": "limits-token"},
                }
            ],
            "licenses": [
                {"number": license_number(state), "name": state, "state": state, "type": "Retailer"}
                for state in TRACE_STATES
            ],
            "employees": [
                {
                    "id": f"e{TRACE_STATES.index(state):031}",
                    "license": license_number(state),
                    "first_name": "Em",
                    "last_name": "Ployee",
                }
                for state in TRACE_STATES
            ],
            "items": [
                {
                    "key": f"{each}-{form}",
                    "name": f"{each} {form}",
                    "class": each,
                    "category": "Any",
                    "price": "0.00",
                    **FORMS[form],
                }
                for each, form in keys
            ],
            "lots": [
                {
                    "license": license_number(state),
                    "item": f"{each}-{form}",
                    "quantity": "1000000",
                    "id": lot_id(state, each, form),
                }
                for state in TRACE_STATES
                for each, form in keys
            ],
        }
    )


@pytest.fixture(scope="module")
def limits_world() -> World:
    return grow(a_recipe(), clock=Clock(NOW))


@pytest.fixture(scope="module")
def till(limits_world: World) -> Iterator[InProcess]:
    with InProcess(create_app(limits_world), HEADERS) as client:
        yield client


class Buyer:
    """Somebody new, who buys at one state's shop on days of their choice."""

    def __init__(self, client: InProcess, state: str, kind: CustomerType, limit: Limit) -> None:
        self._client = client
        self._state = state
        self.kind = kind
        self.out_of_state = limit.residency is Residency.NON_RESIDENT
        self._number = f"{state}-{next(NUMBERS):06}"
        self.age = limit.ages[-1] if limit.ages else 40
        self._born = date(NOW.year - self.age, 1, 1)
        self._told_by = (
            {IdentificationType.PATIENT_ID} if kind is CustomerType.CAREGIVER else set(IdentificationType)
        )

    def buys(
        self,
        lines: list[tuple[ProductClass, Measure, Decimal]],
        *,
        days_ago: int = 0,
        override: bool = False,
    ) -> Any:
        query = "?purchase_limit_override=true" if override else ""
        body = {"sales": [self.body(lines, days_ago=days_ago)]}
        return self._client.post(f"/{self._state}/v1/sales{query}", json=body)

    def body(
        self, lines: list[tuple[ProductClass, Measure, Decimal]], *, days_ago: int = 0
    ) -> dict[str, Any]:
        state, types = self._state, identification_types(self._state)
        sold_at = NOW - timedelta(days=days_ago)
        local = sold_at.astimezone(STATES[state].zone).replace(tzinfo=None)
        quantity = sum((each for *_, each in lines), Decimal(0))
        return {
            "license": {"license_number": license_number(state)},
            "customer_types": {"id": id_of(customer_types(state), self.kind)},
            "terminal": "1",
            "created_at": {
                "date": f"{sold_at:%Y-%m-%dT%H:%M:%SZ}",
                "local_time": f"{local:%Y-%m-%dT%H:%M:%S}",
            },
            "out_of_state_sale": self.out_of_state,
            "identifications": [
                {
                    "types": {"id": id_of(types, each)},
                    "id": self._number,
                    "birthday": f"{self._born if each in self._told_by else GROWN_UP}T00:00:00Z",
                }
                for each in IDENTIFIED_BY[self.kind]
            ],
            "employees": {"id": f"e{TRACE_STATES.index(state):031}"},
            "line_items": [
                {
                    "lot": {"id": lot_id(state, each, form)},
                    "quantity": format(amount, "f"),
                    "unit_price": "0.00",
                    "total": "0.00",
                }
                for each, form, amount in lines
            ],
            "currency": {"id": "KOMCURT0001"},
            "totals": {"subtotal": "0.00", "quantity": format(quantity, "f"), "total": "0.00"},
            "payments": [{"amount": "0.00", "type": {"id": next(iter(payment_types(state)))}}],
        }


def id_of(vocabulary: Any, meaning: object) -> str:
    return next(id_ for id_, each in vocabulary.items() if each is meaning or each == meaning)


def form_of(limit: Limit, product_class: ProductClass) -> Measure:
    measure = limit.counts[product_class].measure
    return FORM_OF.get(measure, measure)


def fills(limit: Limit, product_class: ProductClass) -> Decimal:
    """So much of the class alone, in the form's unit, fills the limit."""
    draw = limit.counts[product_class]
    return draw.fills * 1000 if draw.measure is Measure.THC_GRAMS else draw.fills


def way_to_fill(state: str, limit: Limit, kind: CustomerType, age: int) -> tuple[ProductClass, int]:
    """A class, and over how many days it must be bought so that no other limit of the customer is in the way."""
    others = [
        each
        for each in STATES[state].limits
        if each is not limit
        and each.applies_to(kind, out_of_state=limit.residency is Residency.NON_RESIDENT, age=age)
    ]
    longest = limit.period.days if limit.period.spans_sales else 1
    for days in range(1, (20 if limit.period.month else longest) + 1):
        for product_class in limit.counts:
            form = form_of(limit, product_class)
            a_day = fills(limit, product_class) / days
            item = an_item(product_class, form)
            if not any(
                list(
                    exceeded(
                        {
                            other: (
                                other.used([(item, a_day + STEPS[form])]),
                                other.used([(item, a_day * before)]),
                            )
                        }
                    )
                )
                for other in others
                for before in [min(days, other.period.days or 1) - 1]
            ):
                return product_class, days
    pytest.fail(f"no sale of {state} can fill {limit.name}")


def an_item(product_class: ProductClass, form: Measure) -> Item:
    shape = FORMS[form]
    thc = shape.get("unit_thc")
    return Item(
        1, "Any", product_class, "Any", 1, UNITS[shape["unit"]], unit_thc=Decimal(thc) if thc else None
    )


ROWS = [
    pytest.param(code, limit, kind, id=f"{code}-{limit.name}-{limit.period}-{limit.residency}-{kind}")
    for code in TRACE_STATES
    for limit in STATES[code].limits
    for kind in sorted(limit.customers)
    if kind in STATES[code].customers
    # Children do not buy by themselves; a rule for them is one for their caregivers.
    if kind is CustomerType.CAREGIVER or not limit.ages or limit.ages[-1] >= STATES[code].minimum_age(kind)
]


@pytest.mark.parametrize(("state", "limit", "kind"), ROWS)
def test_a_sale_at_the_limit_passes_and_one_just_above_is_refused(
    till: InProcess, state: str, limit: Limit, kind: CustomerType
) -> None:
    buyer = Buyer(till, state, kind, limit)
    if limit.maximum:
        product_class, days = way_to_fill(state, limit, kind, buyer.age)
        form = form_of(limit, product_class)
        step, full = STEPS[form], fills(limit, product_class)
        portion = (full / days / step).to_integral_value(ROUND_FLOOR) * step
        for days_ago in range(days - 1, 0, -1):
            assert buyer.buys([(product_class, form, portion)], days_ago=days_ago).status_code == 200
        rest = ((full - portion * (days - 1)) / step).to_integral_value(ROUND_FLOOR) * step
    else:
        product_class = next(iter(limit.counts))
        form = form_of(limit, product_class)
        step, rest = STEPS[form], Decimal(0)
    above = [(product_class, form, rest + step)]

    refused = buyer.buys(above)
    at_the_limit = buyer.buys([(product_class, form, rest)]) if rest else None

    assert refused.status_code == 400, refused.text
    (error,) = [each for each in refused.json()["errors"] if limit.name in each["detail"]]
    assert error["type"] == "purchase_limit_exceeded"
    assert f" {limit.unit} " in error["detail"]
    assert "purchase_limit_override=true" in error["detail"]
    assert at_the_limit is None or at_the_limit.status_code == 200, at_the_limit and at_the_limit.text
    assert buyer.buys(above, override=True).status_code == 200


def test_every_kind_of_customer_is_held_to_something_in_every_state() -> None:
    """But where nothing was found: docs/fidelity.md, limits-not-found."""
    free = {
        (code, kind)
        for code in TRACE_STATES
        for kind in STATES[code].customers
        if not any(kind in limit.customers for limit in STATES[code].limits)
    }
    assert free == {("mn", kind) for kind in CustomerType if kind is not CustomerType.ADULT}


def test_a_resident_of_illinois_may_have_twice_what_a_visitor_may(till: InProcess) -> None:
    """One basket of all three caps of a resident: the two kinds of customer differ by nothing but residency."""
    basket = [
        (ProductClass.FLOWER, Measure.GRAMS, Decimal(30)),
        (ProductClass.CONCENTRATE, Measure.GRAMS, Decimal(5)),
        (ProductClass.EDIBLE, Measure.THC_MILLIGRAMS, Decimal(500)),
    ]
    by_residency = {limit.residency: limit for limit in STATES["il"].limits if limit.name == "flower"}
    resident = Buyer(till, "il", CustomerType.ADULT, by_residency[Residency.RESIDENT])
    visitor = Buyer(till, "il", CustomerType.ADULT, by_residency[Residency.NON_RESIDENT])

    assert resident.buys(basket).status_code == 200
    refused = visitor.buys(basket)
    assert refused.status_code == 400
    assert len(refused.json()["errors"]) == 3


def flower(grams: str) -> list[tuple[ProductClass, Measure, Decimal]]:
    return [(ProductClass.FLOWER, Measure.GRAMS, Decimal(grams))]


def adult(till: InProcess, state: str) -> Buyer:
    limit = next(limit for limit in STATES[state].limits if CustomerType.ADULT in limit.customers)
    return Buyer(till, state, CustomerType.ADULT, limit)


def test_what_a_customer_bought_on_the_same_day_counts(till: InProcess) -> None:
    """28.5 g a day in California: the message tells what was bought before."""
    buyer, somebody_else = adult(till, "ca"), adult(till, "ca")
    assert buyer.buys(flower("20")).status_code == 200

    refused = buyer.buys(flower("10"))

    assert refused.status_code == 400
    assert (
        "30 g of non-concentrated cannabis, where 28.5 g a day are allowed to this customer, who bought 20 g before"
        in refused.json()["errors"][0]["detail"]
    )
    assert somebody_else.buys(flower("10")).status_code == 200
    assert buyer.buys(flower("8.5")).status_code == 200
    assert buyer.buys(flower("20"), days_ago=1).status_code == 200, "another day"


@pytest.mark.parametrize("given_back", ["void", "refund", "change"])
def test_what_is_given_back_may_be_bought_again(till: InProcess, given_back: str) -> None:
    buyer = adult(till, "ca")
    sold = buyer.buys(flower("28.5")).json()["results"]["data"]
    assert buyer.buys(flower("1")).status_code == 400
    lot = {"id": lot_id("ca", ProductClass.FLOWER, Measure.GRAMS)}
    moment = f"{NOW:%Y-%m-%dT%H:%M:%SZ}"
    more: dict[str, dict[str, Any]] = {
        "void": {"actions": {"id": "KMSAN0003"}, "void_date": moment},
        "refund": {
            "actions": {"id": "KMSAN0004"},
            "refund_date": moment,
            "line_items": [{"lot": lot, "quantity": "8.5"}],
        },
        "change": {
            "actions": {"id": "KMSAN0001"},
            "quantity_change_date": moment,
            "line_items": [{"lot": lot, "quantity": "20"}],
        },
    }

    body = {"license": {"license_number": license_number("ca")}, **more[given_back]}
    answer = till.put(f"/ca/v1/sales/{sold['id']}", json=body)

    assert answer.status_code == 200, answer.text
    left = "28.5" if given_back == "void" else "8.5"
    assert buyer.buys(flower(f"{left}01" if "." in left else left)).status_code == 400
    assert buyer.buys(flower(left)).status_code == 200


def test_a_quantity_changed_upwards_counts_in_place_of_the_old_one(till: InProcess) -> None:
    buyer = adult(till, "ca")
    buyer.buys(flower("10"))
    sold = buyer.buys(flower("10")).json()["results"]["data"]

    def change(quantity: str) -> int:
        body = {
            "license": {"license_number": license_number("ca")},
            "actions": {"id": "KMSAN0001"},
            "quantity_change_date": f"{NOW:%Y-%m-%dT%H:%M:%SZ}",
            "line_items": [
                {"lot": {"id": lot_id("ca", ProductClass.FLOWER, Measure.GRAMS)}, "quantity": quantity}
            ],
        }
        return till.put(f"/ca/v1/sales/{sold['id']}", json=body).status_code

    assert change("18.5001") == 400
    assert change("18.5") == 200


def test_a_customer_whose_number_was_not_sent_is_judged_by_each_sale_alone(till: InProcess) -> None:
    nobody = adult(till, "ca")
    nobody._number = ""

    assert [nobody.buys(flower("28.5")).status_code for _ in range(3)] == [200] * 3


def test_a_caregiver_buys_on_the_patient_s_account(till: InProcess) -> None:
    limit = next(limit for limit in STATES["ca"].limits if CustomerType.PATIENT in limit.customers)
    patient = Buyer(till, "ca", CustomerType.PATIENT, limit)
    caregiver = Buyer(till, "ca", CustomerType.CAREGIVER, limit)
    caregiver._number = patient._number
    assert patient.buys(flower("200")).status_code == 200

    assert caregiver.buys(flower("27")).status_code == 400
    assert caregiver.buys(flower("26")).status_code == 200


def test_days_roll_and_months_begin_anew(till: InProcess) -> None:
    """Illinois' patients: 70.87 g over 14 days. Oregon's: 32 oz in a calendar month; NOW is the 20th."""
    illinois = next(limit for limit in STATES["il"].limits if CustomerType.PATIENT in limit.customers)
    patient = Buyer(till, "il", CustomerType.PATIENT, illinois)
    assert patient.buys(flower("70"), days_ago=14).status_code == 200
    assert patient.buys(flower("70"), days_ago=13).status_code == 400, "the day 14 days ago is one of its 14"
    assert patient.buys(flower("70")).status_code == 200, "and no longer today"

    oregon = next(limit for limit in STATES["or"].limits if limit.period.month)
    patient = Buyer(till, "or", CustomerType.PATIENT, oregon)
    for days_ago in (20, 21, 22, 23):
        assert patient.buys(flower("226.8"), days_ago=days_ago).status_code == 200, "April"
    for days_ago in (19, 3, 2, 1):
        assert patient.buys(flower("226.8"), days_ago=days_ago).status_code == 200, "May, from its first"
    assert patient.buys(flower("1")).status_code == 400


def test_a_batch_counts_together(till: InProcess) -> None:
    """All or none: two sales of one customer in one body are over the limit though neither is alone."""
    buyer = adult(till, "ca")
    sale = buyer.body(flower("15"))

    refused = till.post("/ca/v1/sales", json={"sales": [sale, sale]})

    assert refused.status_code == 400
    assert [error["path"] for error in refused.json()["errors"]] == ["sales[1].line_items"]
    assert till.post("/ca/v1/sales", json={"sales": [sale]}).status_code == 200


def test_in_maryland_a_full_limit_shuts_out_the_others(till: InProcess) -> None:
    both = [*flower("42.525"), (ProductClass.VAPE, Measure.GRAMS, Decimal("0.5"))]
    nearly = [*flower("42.52"), (ProductClass.VAPE, Measure.GRAMS, Decimal("11.9"))]

    refused = adult(till, "md").buys(both)

    assert refused.status_code == 400
    assert "which is all that is allowed" in refused.json()["errors"][0]["detail"]
    assert adult(till, "md").buys(nearly).status_code == 200
    assert adult(till, "md").buys(flower("42.525")).status_code == 200


def test_an_empty_number_before_the_real_one_hides_nobody(till: InProcess) -> None:
    buyer = adult(till, "ca")
    sale = buyer.body(flower("20"))
    nameless = {**sale["identifications"][0], "id": ""}
    sale["identifications"] = [nameless, *sale["identifications"]]

    assert till.post("/ca/v1/sales", json={"sales": [sale]}).status_code == 200
    assert till.post("/ca/v1/sales", json={"sales": [sale]}).status_code == 400
