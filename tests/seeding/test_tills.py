"""Tills that go on: a world of the same plan takes every sale of theirs, whoever sends it and in whatever order."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.asgi import InProcess
from support.builders import NOW

from simulator.app import create_app
from simulator.clock import Clock
from simulator.seeding.find import RecipeError
from simulator.seeding.grow import grow
from simulator.seeding.plan import Plan
from simulator.seeding.recipe import Recipe, load
from simulator.seeding.tills import SoldOut, Tills
from simulator.world import World

JSON = dict[str, Any]
SIZES: dict[str, int | None] = {
    "busy_dispensary": 300,
    "multi_state": 480,
    "black_friday_420": 400,
    "month_end": None,
    "corner_shop": None,
}
BATCH = 20
FEW = settings(
    max_examples=3,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def a_plan(name: str, seed: int = 4, receipts: int | None = None, shops: int | None = None) -> Plan:
    return Plan(recipe(name), seed, NOW, receipts=receipts, shops=shops)


@cache
def recipe(name: str) -> Recipe:
    return load(name)


def a_world(plan: Plan, later: timedelta) -> World:
    """The server's, its clock so much later."""
    world = grow(
        plan.recipe,
        plan.seed,
        Clock(plan.now),
        receipts=plan.receipts,
        days=plan.days,
        shops=plan.shops,
    )
    world.clock.freeze(plan.now + later)
    return world


def a_few_days(tills: Tills, days: int, factor: float) -> Iterator[JSON]:
    """What a share sells from today on, each shop until it is sold out."""
    for number, license_ in tills.licenses.items():
        today = license_.state.day_of(NOW)
        try:
            for ahead in range(days):
                for moment in tills.day(number, today + timedelta(days=ahead), factor=factor):
                    yield tills.sale(number, moment)
        except SoldOut:
            pass


def refusals(world: World, sales: Sequence[JSON]) -> list[str]:
    """What Trace says no to, sent by whoever sees the license, in batches of a state."""
    refused = []
    with InProcess(create_app(world)) as client:
        for state, batch in batches(world, sales):
            numbers = {sale["license"]["license_number"] for sale in batch}
            account = next(
                each
                for each in world.accounts.everyone
                if numbers <= each.licenses and each.trace_authorization
            )
            headers = {
                "x-api-key": str(account.trace_api_key),
                "Authorization": str(account.trace_authorization),
            }
            answer = client.post(f"/{state}/v1/sales", json={"sales": batch}, headers=headers)
            if answer.status_code != 200:
                refused.append(answer.text)
    return refused


def batches(world: World, sales: Sequence[JSON]) -> Iterator[tuple[str, list[JSON]]]:
    """In the order given, as many in a row as have the same license."""
    waiting: dict[str, list[JSON]] = {}
    for sale in sales:
        batch = waiting.setdefault(sale["license"]["license_number"], [])
        batch.append(sale)
        if len(batch) == BATCH:
            yield world.ledger.books[sale["license"]["license_number"]].license.state_code, batch.copy()
            batch.clear()
    for number, batch in waiting.items():
        if batch:
            yield world.ledger.books[number].license.state_code, batch


def customers(tills: Tills, moments: dict[str, list[datetime]]) -> set[tuple[str, str]]:
    """Who buys what is sold at those moments, license by license."""
    found = set()
    for number, theirs in moments.items():
        for moment in theirs:
            for each in tills.sale(number, moment)["identifications"]:
                found.add((number, each["id"]))
    return found


@pytest.mark.parametrize("name", SIZES)
@FEW
@given(seed=st.integers(0, 99), of=st.integers(1, 4), chance=st.randoms(use_true_random=False))
def test_a_world_takes_every_sale_of_all_shares_in_any_order(
    name: str, seed: int, of: int, chance: Random
) -> None:
    plan = a_plan(name, seed, SIZES[name])
    factor = 500 / max(1, sum(each.receipts_a_day for each in habits(Tills(plan))))
    sales = [
        sale for index in range(of) for sale in a_few_days(Tills(plan, (index, of)), days=4, factor=factor)
    ]
    chance.shuffle(sales)

    assert len(sales) > 400
    assert refusals(a_world(plan, timedelta(days=5)), sales) == []


def test_every_shop_of_a_chain_has_its_tills() -> None:
    plan = a_plan("month_end", shops=9)
    tills = [Tills(plan, (index, 2)) for index in range(2)]
    sales = [sale for each in tills for sale in a_few_days(each, days=3, factor=2)]

    assert {sale["license"]["license_number"] for sale in sales} == set(tills[0].licenses)
    assert len(tills[0].licenses) == 9
    assert refusals(a_world(plan, timedelta(days=4)), sales) == []


def test_what_is_remembered_of_customers_does_not_grow() -> None:
    tills = Tills(a_plan("busy_dispensary", receipts=300))
    (number,) = tills.licenses
    (counter,) = tills._till(number)._counters
    for n in range(3000):
        tills.sale(number, NOW + timedelta(seconds=n))

    for crowd in counter.offers:
        assert len(crowd._shoppers) <= crowd.size < 500


def habits(tills: Tills) -> list[Any]:
    return [tills.history(number) for number in tills.licenses]


@pytest.mark.parametrize("of", [1, 3])
def test_shares_sell_a_shop_out_together_and_cleanly(of: int) -> None:
    """To the last piece that anybody may buy, and not one more."""
    plan = a_plan("corner_shop")
    world = a_world(plan, timedelta(days=30))
    before = on_hand(world)
    sales = []
    for index in range(of):
        tills = Tills(plan, (index, of))
        for number in tills.licenses:
            sales += until_sold_out(tills, number)
            with pytest.raises(SoldOut, match="its lots"):
                tills.sale(number, NOW)

    assert refusals(world, sales) == []
    assert on_hand(world) < before / 20


def until_sold_out(tills: Tills, number: str) -> Iterator[JSON]:
    try:
        for n in range(100_000):
            yield tills.sale(number, NOW + timedelta(minutes=n))
    except SoldOut:
        return
    pytest.fail("there is always more")


def on_hand(world: World) -> Decimal:
    """Of lots that a shop with a history sells from."""
    sell = Tills(a_plan("corner_shop")).licenses
    in_history = {part.item for part in recipe("corner_shop").lots if part.in_history}
    names = {part.name for part in recipe("corner_shop").items if part.key in in_history}
    return sum(
        (
            lot.quantity
            for number in sell
            for lot in world.ledger.books[number].lots.values()
            if lot.item.name in names and not lot.on_hold and lot.lab_state == "TestPassed"
        ),
        Decimal(0),
    )


def test_no_customer_is_in_two_shares() -> None:
    plan = a_plan("busy_dispensary", receipts=300)
    (number,) = Tills(plan).licenses
    moments = {number: [NOW + timedelta(minutes=n) for n in range(600)]}

    found = [customers(Tills(plan, (index, 3)), moments) for index in range(3)]

    assert sum(map(len, found)) == len(set.union(*found))
    past = {
        (number, each.value)
        for receipt in a_world(plan, timedelta(0)).ledger.books[number].receipts.values()
        for each in receipt.identifications
    }
    assert all(share & past for share in found), "regulars come again, dealt out among the shares"


@pytest.mark.parametrize("share", [(0, 1), (1, 3)])
def test_the_same_plan_and_share_make_the_same_bytes(share: tuple[int, int]) -> None:
    def written(seed: int, share: tuple[int, int]) -> str:
        return json.dumps(list(a_few_days(Tills(a_plan("month_end", seed), share), days=3, factor=5)))

    assert written(4, share) == written(4, share)
    assert written(4, share) != written(5, share)
    assert written(4, share) != written(4, (0, 2))


def test_a_license_does_not_depend_on_what_others_sold() -> None:
    alone, beside = (Tills(a_plan("month_end")) for _ in range(2))
    first, second = alone.licenses
    for n in range(50):
        beside.sale(first, NOW + timedelta(minutes=n))

    assert alone.sale(second, NOW) == beside.sale(second, NOW)


def test_a_body_is_the_caller_s_own() -> None:
    """To be bent, with nothing of another body in it."""
    tills, again = (Tills(a_plan("busy_dispensary", receipts=300)) for _ in range(2))
    (number,) = tills.licenses
    for n in range(300):
        moment = NOW + timedelta(minutes=n)
        body = tills.sale(number, moment)
        assert body == again.sale(number, moment)
        assert "external_id" not in body
        spoil(body)


def spoil(value: Any) -> None:
    for each in value.values() if isinstance(value, dict) else value:
        if isinstance(each, dict | list):
            spoil(each)
    value.clear()


def test_the_day_is_the_recipe_s_whole_over_all_shares() -> None:
    plan = a_plan("month_end")
    whole, *shares = (Tills(plan, share) for share in ((0, 1), (0, 3), (1, 3), (2, 3)))
    day = date(2026, 5, 22)
    for number in whole.licenses:
        moments = whole.day(number, day, factor=20)
        assert moments == sorted(moments)
        assert sorted(moment for each in shares for moment in each.day(number, day, factor=20)) == moments
        zone, habits = whole.licenses[number].state.zone, whole.history(number)
        local = [moment.astimezone(zone) for moment in moments]
        assert {moment.date() for moment in local} == {day}
        assert all(habits.opens <= moment.hour < habits.closes for moment in local)
        assert all(moment.tzinfo is UTC and not moment.microsecond for moment in moments)


def test_a_day_has_its_weekday_s_and_its_peak_s_number() -> None:
    tills = Tills(a_plan("busy_dispensary"))
    (number,) = tills.licenses
    monday, friday = date(2026, 6, 1), date(2026, 6, 5)

    def sold(day: date, factor: float = 1.0) -> int:
        return len(tills.day(number, day, factor=factor))

    assert abs(sum(sold(monday + timedelta(days=n)) for n in range(7)) / 7 - 300) < 45
    assert sold(friday, 100) > 1.2 * sold(monday, 100)
    assert sold(friday, 10) == pytest.approx(10 * sold(friday), abs=11)
    assert sold(friday, 0) == 0
    assert tills.history(number).receipts_a_day == 300


def test_peaks_count_by_their_date_and_not_by_days_ago() -> None:
    (history,) = recipe("black_friday_420").history
    peaks = [
        {"days_ago": 1, "factor": 9},
        {"day": "04-20", "factor": 4, "hours": [1, *[0] * 13]},
    ]
    changed = history.model_validate({**history.model_dump(exclude_unset=True), "peaks": peaks})
    plan = Plan(recipe("black_friday_420").model_copy(update={"history": (changed,)}), 1, NOW)
    tills = Tills(plan)
    (number,) = tills.licenses
    yesterday, peak = date(2026, 5, 19), date(2027, 4, 20)

    # Yesterday was nine days in one, of sixteen together that had 7,000.
    assert len(tills.day(number, yesterday)) == pytest.approx(7000 / 16, rel=0.16)
    assert len(tills.day(number, peak)) == pytest.approx(4 * 7000 / 16, rel=0.16)
    assert tills.curve(number, peak) == [1.0 if hour == history.opens else 0.0 for hour in range(24)]
    assert {each.astimezone(ZoneInfo("America/Los_Angeles")).hour for each in tills.day(number, peak)} == {8}


@pytest.mark.parametrize("day", [date(2026, 5, 20), date(2026, 3, 8), date(2026, 11, 1)])
@pytest.mark.parametrize("name", ["busy_dispensary", "month_end", "corner_shop", "edge_cases"])
def test_the_curve_is_how_a_day_divides(name: str, day: date) -> None:
    tills = Tills(a_plan(name))
    for number, license_ in tills.licenses.items():
        curve = tills.curve(number, day)
        assert len(curve) == 24
        assert sum(curve) == pytest.approx(1)
        factor = 20_000 / tills.history(number).receipts_a_day
        moments = tills.day(number, day, factor=factor)
        hours = Counter(moment.astimezone(license_.state.zone).hour for moment in moments)
        for hour, share in enumerate(curve if moments else []):
            assert hours[hour] / len(moments) == pytest.approx(share, abs=0.015)


@pytest.mark.parametrize("share", [(1, 1), (-1, 2), (0, 0), (2, 2)])
def test_a_share_is_one_of_so_many(share: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="share must be"):
        Tills(a_plan("corner_shop"), share)


def test_what_does_not_sell_is_told() -> None:
    tills = Tills(a_plan("corner_shop"))
    with pytest.raises(LookupError, match=r"'XXXRETAIL0'.*XXXRETAIL01"):
        tills.sale("XXXRETAIL0", NOW)
    with pytest.raises(RecipeError, match="has no history"):
        Tills(a_plan("corner_shop", receipts=0))


def test_progress_is_told_of_the_past() -> None:
    told: list[int] = []
    Tills(Plan(recipe("month_end"), 0, NOW, progress=told.append))

    assert sum(told) == Plan(recipe("month_end"), 0, NOW).expected
    assert len(told) == 2
