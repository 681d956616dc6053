"""The builders: what they build passes every rule, and one bent field is refused by its own."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.asgi import InProcess
from support.builders import NOW

from simulator.app import create_app
from simulator.clock import Clock
from simulator.ledger.commands import ReceiveLot
from simulator.ledger.model import LabState
from simulator.ledger.money import DECIMAL_PATTERN
from simulator.seeding import grow
from simulator.seeding.builders import GONE, a_lot, a_sale, bent
from simulator.seeding.find import shipped
from simulator.world import World


@pytest.fixture
def client(world: World) -> Iterator[InProcess]:
    account = world.accounts.demo
    headers = {
        "x-api-key": str(account.trace_api_key),
        "Authorization": str(account.trace_authorization),
    }
    with InProcess(create_app(world), headers) as client:
        yield client


def post(client: InProcess, world: World, body: dict[str, Any]) -> Any:
    books = world.ledger.books
    book = books.get(body["license"]["license_number"]) or next(iter(books.values()))
    return client.post(f"/{book.license.state_code}/v1/sales", json={"sales": [body]})


@pytest.mark.parametrize("name", shipped())
def test_a_sale_passes_in_every_shipped_world_as_often_as_one_likes(name: str) -> None:
    world = grow(name, now=NOW, receipts=None if name == "edge_cases" else 30)
    account = world.accounts.demo
    headers = {"x-api-key": str(account.trace_api_key), "Authorization": str(account.trace_authorization)}
    with InProcess(create_app(world), headers) as client:
        for number in account.licenses:
            try:
                body = a_sale(world, number)
            except LookupError:
                continue
            for _ in range(3):
                assert post(client, world, a_sale(world, number)).status_code == 200
            assert post(client, world, body).json()["warnings"] == []


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        ("totals.total", "9.99", "total_mismatch"),
        ("line_items[0].quantity", "0", "quantity_not_positive"),
        ("line_items[0].lot.id", "nowhere", "lot_unknown"),
        ("employees.id", "nobody", "employee_unknown"),
        ("identifications[0].birthday", "2020-01-01T00:00:00Z", "customer_under_age"),
        ("created_at.date", "2031-01-01T00:00:00Z", "date_in_future"),
        ("license.license_number", "LIC-00000", "license_unknown"),
    ],
)
def test_one_bent_field_is_refused_by_its_own_rule(
    client: InProcess, world: World, path: str, value: str, code: str
) -> None:
    answer = post(client, world, bent(a_sale(world), path, value))

    assert answer.status_code == 400
    assert (code, f"sales[0].{path}") in {(each["type"], each["path"]) for each in answer.json()["errors"]}


def test_a_field_can_be_taken_away_and_a_body_stays_as_it_was(client: InProcess, world: World) -> None:
    body = a_sale(world)

    answer = post(client, world, bent(body, "payments", GONE))

    assert [each["path"] for each in answer.json()["errors"]] == ["sales[0].payments"]
    assert body["payments"]


def test_a_lot_can_be_put_on_the_shelf_and_sold(client: InProcess, world: World) -> None:
    lot = a_lot(world, "XXXRETAIL01", quantity=Decimal(2))
    world.execute(ReceiveLot(lot))
    body = bent(a_sale(world, "XXXRETAIL01", quantity="2"), "line_items[0].lot.id", lot.trace_id)

    assert post(client, world, body).status_code == 200
    assert post(client, world, body).json()["errors"][0]["type"] == "lot_inactive"


def test_a_lot_can_be_bent(client: InProcess, world: World) -> None:
    lot = a_lot(world, "XXXRETAIL01", lab_state=LabState.FAILED)
    world.execute(ReceiveLot(lot))
    body = bent(a_sale(world, "XXXRETAIL01"), "line_items[0].lot.id", lot.trace_id)

    assert post(client, world, body).json()["errors"][0]["type"] == "lot_lab_state"


def test_no_two_that_are_built_are_alike(client: InProcess, world: World) -> None:
    """Two buyers in one batch, each near the day's limit; two lots side by side."""
    batch = [a_sale(world, "XXXRETAIL01", quantity="8", price="1.00") for _ in range(2)]
    assert client.post("/ca/v1/sales", json={"sales": batch}).status_code == 200
    first, second = a_lot(world, "XXXRETAIL01"), a_lot(world, "XXXRETAIL01", quantity="3")
    assert first.id != second.id
    assert first.trace_id != second.trace_id
    assert second.quantity == Decimal(3)


@pytest.mark.parametrize(
    "path",
    [
        "terminal.x",
        "totals[0]",
        "line_items[5].quantity",
        "line_items[7]",
        "",
        "nothing.at.all",
        "[0]",
        "a..b",
    ],
)
def test_a_path_that_leads_nowhere_is_told(world: World, path: str) -> None:
    with pytest.raises(LookupError):
        bent(a_sale(world), path, "1")


def test_a_path_may_be_the_one_of_a_refusal(world: World) -> None:
    body = a_sale(world)
    assert bent(body, "sales[0].line_items[0].quantity", "2") == bent(body, "line_items[0].quantity", "2")
    assert bent({"sales": [body]}, "sales[0].terminal", "x")["sales"][0]["terminal"] == "x"
    assert len(bent(body, "line_items[1]", body["line_items"][0])["line_items"]) == 2
    assert bent(body, "line_items[0]", GONE)["line_items"] == []


@pytest.mark.parametrize(
    "amount", ["0", "-1", "x", "NaN", "1_0", "٣", " 1 ", "1\n", "1e2", "01", "1.", "1.23456", ""]
)
def test_an_amount_nobody_can_sell_at_is_told(world: World, amount: str) -> None:
    for name in ("quantity", "price"):
        with pytest.raises(ValueError, match=f"{name} must be"):
            a_sale(world, **{name: amount})


AMOUNTS = st.text("0123456789._ e-٣", min_size=1, max_size=9) | st.from_regex(DECIMAL_PATTERN)


@given(quantity=AMOUNTS, price=AMOUNTS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_can_be_built_is_recorded_whatever_the_amounts(
    client: InProcess, world: World, quantity: str, price: str
) -> None:
    try:
        body = a_sale(world, "XXXRETAIL01", quantity=quantity, price=price)
    except (LookupError, ValueError):
        return

    answer = post(client, world, body)

    assert answer.status_code == 200 or {each["type"] for each in answer.json()["errors"]} == {
        "purchase_limit_exceeded"
    }


@pytest.mark.parametrize(
    "now", ["2000-01-01T09:00:00+00:00", "2000-02-29T09:00:00+00:00", "2999-12-31T00:00:00+00:00"]
)
def test_who_buys_is_of_age_whenever_the_clock_stands(now: str) -> None:
    world = grow("corner_shop", now=datetime.fromisoformat(now), receipts=5)
    account = world.accounts.demo
    headers = {"x-api-key": str(account.trace_api_key), "Authorization": str(account.trace_authorization)}
    with InProcess(create_app(world), headers) as client:
        assert post(client, world, a_sale(world)).status_code == 200


def test_what_cannot_be_built_says_why() -> None:
    world = grow("corner_shop", now=NOW, receipts=0)
    with pytest.raises(LookupError, match=r"license 'LIC-1' does not exist; there are: LIC-00001"):
        a_sale(world, "LIC-1")
    with pytest.raises(LookupError, match="CULTIVATE01 has no lot of which 1 could be sold"):
        a_sale(world, "CULTIVATE01")
    assert Clock(NOW).now() == world.clock.now()
