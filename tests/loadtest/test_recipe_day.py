"""A day as a recipe has it: opening hours, and how busy it is, on any day and in every zone."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from functools import cache
from math import fsum
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.builders import NOW, TILL

from simulator.ledger.states import STATES
from simulator.loadtest.recipe_day import RecipeDay
from simulator.seeding.calendar import History
from simulator.seeding.find import RecipeError, shipped
from simulator.seeding.plan import Plan
from simulator.seeding.recipe import Recipe, load
from simulator.seeding.tills import Tills

USUAL, FORWARD, BACK = date(2026, 5, 22), date(2026, 3, 8), date(2026, 11, 1)
DAYS = [USUAL, FORWARD, BACK, date(2026, 4, 20), date(2026, 12, 24), date(2024, 2, 29)]
ANY_DAY = st.dates(date(2024, 1, 1), date(2028, 12, 31))
CALIFORNIA, ILLINOIS, NEVADA, MAINE = (
    "C10-0000924-LIC",
    "284.900924-AUDO",
    "RD924",
    "AMS924",
)
HOUR = timedelta(hours=1)


@cache
def recipe(name: str) -> Recipe:
    return load(name)


def shops(*hours: tuple[str, int, int], **bent: Any) -> Recipe:
    """A recipe of shops of several states: the state's code, and from when to when it is open, with no hour busier."""
    whole = recipe("multi_state")
    numbers = {part.state: part.number for part in whole.licenses}
    models = {part.license: part for part in whole.history}
    history = tuple(
        models[numbers[state]].model_copy(
            update={"opens": opens, "closes": closes, "hours": None, "peaks": (), **bent}
        )
        for state, opens, closes in hours
    )
    return whole.model_copy(update={"history": history})


def moments(day: RecipeDay) -> list[datetime]:
    """Every quarter of an hour, from long before until long after."""
    begin = day.opens_at - 30 * HOUR
    return [begin + timedelta(minutes=15 * n) for n in range(4 * 96)]


def local(moment: datetime, state: str) -> str:
    return f"{moment.astimezone(STATES[state].zone):%Y-%m-%d %H:%M}"


# --- of every recipe ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", shipped())
@pytest.mark.parametrize("day", DAYS)
def test_a_shipped_recipe_has_its_days(name: str, day: date) -> None:
    plan = RecipeDay(recipe(name), day)
    assert 0 <= plan.opens < plan.closes <= 24
    assert plan.opens_at < plan.closes_at
    assert plan.opens_at.tzinfo is plan.closes_at.tzinfo is UTC
    assert len(plan.curve) == 24
    assert fsum(plan.curve) == pytest.approx(1)
    assert min(plan.curve) >= 0
    outside = [*range(plan.opens), *range(min(24, plan.closes + 1), 24)]
    assert not [hour for hour in outside if plan.curve[hour]]


@pytest.mark.parametrize("name", shipped())
@pytest.mark.parametrize("day", DAYS)
def test_it_is_busy_between_opening_and_closing(name: str, day: date) -> None:
    plan = RecipeDay(recipe(name), day)
    busy = {moment: plan.busy(moment) for moment in moments(plan)}
    assert max(busy.values()) == pytest.approx(1)
    assert all(0 <= each <= 1 for each in busy.values())
    outside = [moment for moment in busy if not plan.opens_at <= moment < plan.closes_at + HOUR]
    assert not [moment for moment in outside if busy[moment]]


@given(st.sampled_from(shipped()), ANY_DAY)
def test_shares_are_a_whole_on_any_day(name: str, day: date) -> None:
    plan = RecipeDay(recipe(name), day)
    assert fsum(plan.curve) == pytest.approx(1)
    assert plan.opens_at < plan.closes_at


@pytest.mark.parametrize("name", ["busy_dispensary", "black_friday_420"])
def test_the_curve_is_that_of_the_tills(name: str) -> None:
    tills = Tills(Plan(recipe(name), 0, NOW, receipts=20, days=2))
    (number,) = tills.licenses
    for day in DAYS:
        assert RecipeDay(recipe(name), day).curve == pytest.approx(tills.curve(number, day))


def test_several_shops_count_by_what_they_sell() -> None:
    both = shops(("ca", 9, 10), ("il", 12, 13))
    weights = [History(part, USUAL, Random(0).random).expected(USUAL) for part in both.history]
    curve = RecipeDay(both, USUAL).curve
    assert [curve[9], curve[12]] == pytest.approx([weight / fsum(weights) for weight in weights])


def test_a_recipe_without_a_history_has_no_days() -> None:
    with pytest.raises(RecipeError, match="recipe till has no history, so its days are unknown"):
        RecipeDay(load(str(TILL)), USUAL)


def test_a_day_on_which_nobody_sells_has_no_curve() -> None:
    closed = shops(("ca", 9, 21), weekdays=(1.0, 1.0, 1.0, 1.0, 0.0, 1.0, 1.0))
    with pytest.raises(RecipeError, match="recipe multi_state is closed on 2026-05-22"):
        _ = RecipeDay(closed, USUAL).curve
    assert RecipeDay(closed, USUAL + timedelta(days=1)).curve


# --- when it opens and closes ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "opens", "closes", "day", "opens_at", "closes_at"),
    [
        ("ca", 9, 21, USUAL, "2026-05-22T16:00", "2026-05-23T04:00"),
        ("ca", 9, 24, USUAL, "2026-05-22T16:00", "2026-05-23T07:00"),
        ("ca", 0, 24, USUAL, "2026-05-22T07:00", "2026-05-23T07:00"),
        ("ca", 0, 24, FORWARD, "2026-03-08T08:00", "2026-03-09T07:00"),
        ("ca", 0, 24, BACK, "2026-11-01T07:00", "2026-11-02T08:00"),
        ("ca", 0, 24, date(2026, 3, 7), "2026-03-07T08:00", "2026-03-08T08:00"),
        ("ca", 2, 4, FORWARD, "2026-03-08T10:00", "2026-03-08T11:00"),
        ("ca", 1, 2, BACK, "2026-11-01T08:00", "2026-11-01T10:00"),
        ("me", 9, 24, date(2026, 12, 31), "2026-12-31T14:00", "2027-01-01T05:00"),
    ],
)
def test_it_opens_and_closes_by_its_own_clock(
    state: str, opens: int, closes: int, day: date, opens_at: str, closes_at: str
) -> None:
    plan = RecipeDay(shops((state, opens, closes)), day)
    assert (plan.opens, plan.closes) == (opens, closes)
    assert (f"{plan.opens_at:%Y-%m-%dT%H:%M}", f"{plan.closes_at:%Y-%m-%dT%H:%M}") == (opens_at, closes_at)


def test_the_first_opens_it_and_the_last_closes_it() -> None:
    plan = RecipeDay(shops(("ca", 9, 20), ("me", 10, 21), ("il", 8, 18)), USUAL)
    assert (plan.opens, plan.closes) == (8, 21)
    assert local(plan.opens_at, "il") == "2026-05-22 08:00"
    assert local(plan.closes_at, "ca") == "2026-05-22 20:00"


# --- how busy it is -------------------------------------------------------------------------------------------------


def test_it_is_as_busy_as_the_hour() -> None:
    plan = RecipeDay(shops(("ca", 9, 12), hours=(1.0, 4.0, 2.0)), USUAL)
    shown = {local(at, "ca"): plan.busy(at) for at in moments(plan)}
    assert {at: busy for at, busy in shown.items() if busy} == {
        f"2026-05-22 {hour:02}:{minute:02}": busy
        for hour, busy in ((9, 0.25), (10, 1.0), (11, 0.5))
        for minute in (0, 15, 30, 45)
    }


def test_a_shop_that_never_closes_is_busy_for_one_day() -> None:
    plan = RecipeDay(shops(("nv", 0, 24)), USUAL)
    busy = [at for at in moments(plan) if plan.busy(at)]
    assert (busy[0], len(busy)) == (plan.opens_at, 96)
    assert busy[-1] < plan.closes_at


def test_an_hour_that_comes_twice_is_busy_twice_and_one_that_is_left_out_is_not() -> None:
    assert (
        sum(
            RecipeDay(shops(("ca", 0, 24)), BACK).busy(at) > 0
            for at in moments(RecipeDay(shops(("ca", 0, 24)), BACK))
        )
        == 100
    )
    forward = RecipeDay(shops(("ca", 0, 24)), FORWARD)
    hours = Counter(f"{at.astimezone(STATES['ca'].zone):%H}" for at in moments(forward) if forward.busy(at))
    assert hours.total() == 92
    assert "02" not in hours
    assert forward.curve[3] == pytest.approx(2 * forward.curve[4])


def test_an_hour_that_is_left_out_is_made_up_for_after_closing() -> None:
    plan = RecipeDay(shops(("ca", 2, 3)), FORWARD)
    busy = [local(at, "ca") for at in moments(plan) if plan.busy(at) == 1]
    assert busy == [f"2026-03-08 03:{minute:02}" for minute in (0, 15, 30, 45)]


def test_shops_are_busy_each_by_its_own_clock() -> None:
    plan = RecipeDay(shops(("ca", 9, 10), ("me", 9, 10)), USUAL)
    busy = Counter(local(at, "ca")[-5:-3] for at in moments(plan) if plan.busy(at))
    assert busy == {"06": 4, "09": 4}
    assert max(plan.busy(at) for at in moments(plan)) == 1


def test_while_all_are_open_all_count() -> None:
    plan = RecipeDay(shops(("ca", 9, 21), ("me", 9, 21)), USUAL)
    zone = STATES["ca"].zone
    early, both, late = (plan.busy(datetime(2026, 5, 22, hour, tzinfo=zone)) for hour in (7, 12, 20))
    assert both == 1
    assert early + late == pytest.approx(1)


@given(
    st.lists(
        st.sampled_from(["ca", "me", "il", "nv", "mt"]).flatmap(
            lambda state: st.tuples(st.just(state), st.integers(0, 23), st.integers(1, 24)).filter(
                lambda shop: shop[1] < shop[2]
            )
        ),
        min_size=1,
        max_size=4,
        unique_by=lambda shop: shop[0],
    ),
    ANY_DAY | st.sampled_from([FORWARD, BACK]),
)
def test_it_is_busy_while_somebody_is_open(hours: list[tuple[str, int, int]], day: date) -> None:
    plan = RecipeDay(shops(*hours), day)
    busiest = 0.0
    for at in moments(plan):
        is_open = any(
            clock.date() == day and opens <= clock.hour < closes
            for state, opens, closes in hours
            for clock in [at.astimezone(zone_of(state))]
        )
        busy = plan.busy(at)
        busiest = max(busy, busiest)
        assert 0 <= busy <= 1
        if day not in (FORWARD, BACK):
            assert bool(busy) is is_open, at
    assert busiest == pytest.approx(1)


def zone_of(state: str) -> ZoneInfo:
    return STATES[state].zone
