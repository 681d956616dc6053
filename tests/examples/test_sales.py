"""The till's daily work: what is recorded, what is refused and why."""

from typing import Any

import pytest
from examples.pos import Refused, Till

from simulator.seeding.builders import GONE, bent

SHOP = "XXXRETAIL01"
STATES = (
    *("al", "ca", "co", "de", "il", "ky", "la", "ma", "md", "me", "mi", "mn"),
    *("ms", "mt", "nj", "nv", "oh", "ok", "or", "ri", "sd", "va", "wa", "wv"),
)
WRONG = [
    ("employees.id", "nobody", "employee_unknown"),
    ("line_items[0].lot.id", "0" * 32, "lot_unknown"),
    ("line_items[0].quantity", "0", "quantity_not_positive"),
    ("line_items[0].unit_price", "-1", "price_negative"),
    ("line_items[0].total", "1.00", "line_total_mismatch"),
    ("totals.subtotal", "1.00", "subtotal_mismatch"),
    ("totals.total", "1.00", "total_mismatch"),
    ("totals.quantity", "7", "quantity_mismatch"),
    ("payments[0].amount", "0.01", "payments_mismatch"),
    ("payments[0].type.id", "CAKOMPT9999", "payment_type_unknown"),
    ("currency.id", "KOMCURT9999", "currency_unknown"),
    ("customer_types.id", "CAKOMCT9999", "customer_type_unknown"),
    ("license.license_number", "NOWHERE", "license_unknown"),
    ("license.license_number", "CULTIVATE01", "license_not_retail"),
    ("license.license_number", "CLOSED-0001", "license_inactive"),
    ("license.license_number", "IL-SHOP-01", "license_in_other_state"),
    ("license.license_number", "RIVAL-0001", "license_not_visible"),
    ("created_at.date", "2030-01-01T00:00:00Z", "date_in_future"),
    ("terminal", GONE, "field_missing"),
    ("terminal", 7, "field_invalid"),
]


def test_a_sale_is_recorded_and_has_a_number(till: Till, sale: Any) -> None:
    assert till.record(sale)["receipt_number"].isdigit()


@pytest.mark.parametrize("number", range(30))
def test_every_test_has_a_world_of_its_own(till: Till, sale: Any, number: int) -> None:
    """Each records the first sale of the day, in whatever order they run."""
    assert till.record(sale)["receipt_number"] == "000060071", number


@pytest.mark.parametrize(("path", "value", "reason"), WRONG)
def test_a_sale_that_is_wrong_is_refused_by_name(
    simulator: Any, till: Till, sale: Any, path: str, value: Any, reason: str
) -> None:
    with pytest.raises(Refused) as refused:
        till.record(bent(sale, path, value))

    assert reason in refused.value.reasons
    assert simulator.journal.last.events == ()
    assert simulator.oracle.report().verdicts["refused"] == 1


@pytest.mark.parametrize("size", [2, 3, 10, 25])
def test_a_batch_is_recorded_in_order(simulator: Any, size: int) -> None:
    sales = [simulator.a_sale(SHOP, external_id=f"B-{number}") for number in range(size)]

    answer = simulator.trace.post("/ca/v1/sales", json={"sales": sales}).json()

    recorded = answer["results"]["data"]
    assert [each["external_id"] for each in recorded] == [f"B-{number}" for number in range(size)]
    simulator.oracle.assert_exactly_once()


def test_one_wrong_sale_refuses_the_batch(simulator: Any, sale: Any) -> None:
    answer = simulator.trace.post("/ca/v1/sales", json={"sales": [sale, bent(sale, "totals.total", "1.00")]})

    assert answer.status_code == 400
    assert simulator.journal.last.events == ()


@pytest.mark.parametrize("limit", [1, 7, 20, 100])
def test_the_list_is_read_along_its_links(simulator: Any, till: Till, limit: int) -> None:
    found = list(till.sales(SHOP, limit))

    assert len(found) == len({each["id"] for each in found}) == 21
    assert simulator.journal.count(operation="state_v1_sales_get") == -(-21 // limit)


@pytest.mark.simulator(recipe="multi_state", receipts=200)
@pytest.mark.parametrize("state", STATES)
def test_every_state_takes_a_sale(simulator: Any, state: str) -> None:
    shop = next(each for each in simulator.licenses if each.state == state and each.retail and each.active)

    sale = Till(simulator.trace, state).record(simulator.a_sale(shop.number, external_id=f"{state}-1"))

    assert sale["license"]["license_number"] == shop.number
    simulator.oracle.assert_exactly_once()
