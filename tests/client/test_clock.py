"""The clock of a world, over the wire."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from simulator.client import ClockState, SimulatorError, World

NOON = datetime(2026, 5, 20, 20, 0, tzinfo=UTC)


def test_it_tells_the_time(world: World) -> None:
    assert world.clock.state == ClockState(NOON, frozen=True, rate=0)
    assert world.clock.now == NOON


@pytest.mark.parametrize(
    ("by", "parts", "hours"),
    [
        (timedelta(hours=25), {}, 25),
        (timedelta(0), {"hours": 1, "minutes": 30}, 1.5),
        (1800, {"hours": 1}, 1.5),
        (timedelta(hours=1), {"days": 1, "seconds": 1800}, 25.5),
    ],
)
def test_it_moves_on_by_the_sum(
    world: World, by: timedelta | float, parts: dict[str, float], hours: float
) -> None:
    assert world.clock.advance(by, **parts).now == NOON + timedelta(hours=hours)


def test_it_is_set_and_frozen_to_moments_or_texts(world: World) -> None:
    assert world.clock.set("2026-01-01").now == datetime(2026, 1, 1, tzinfo=UTC)
    assert world.clock.freeze(NOON - timedelta(days=1)).now == NOON - timedelta(days=1)
    assert world.clock.freeze("2026-05-20T13:00:00-07:00").now == NOON


def test_it_runs_at_a_rate_until_it_is_frozen(world: World) -> None:
    running = world.clock.run(1000)
    assert (running.frozen, running.rate) == (False, 1000)
    assert world.clock.now > NOON
    assert world.clock.resume().rate == 1
    stopped = world.clock.freeze()
    assert stopped.frozen
    assert world.clock.now == stopped.now > NOON


def test_what_it_cannot_do_is_refused(world: World) -> None:
    with pytest.raises(SimulatorError, match="at least 0"):
        world.clock.advance(days=-1)
    with pytest.raises(SimulatorError, match="runs at a rate"):
        world.clock.run(10**9)


@pytest.mark.parametrize("by", ["5", None, True])
def test_a_time_is_a_timedelta_or_a_number(world: World, by: Any) -> None:
    with pytest.raises(TypeError, match=f"a time is a timedelta or a number of seconds, not {by!r}"):
        world.clock.advance(by)
    assert world.clock.now == NOON


def test_a_day_is_closed_at_the_midnight_of_the_license(world: World) -> None:
    (closed,) = world.clock.close_day("LIC-00001")

    assert closed.license_number == "LIC-00001"
    assert closed.until == world.clock.now == datetime(2026, 5, 21, 7, 0, tzinfo=UTC)
    assert len(closed.finalized) == 235
    assert world.clock.close_day("LIC-00001")[0].finalized == ()


def test_the_days_before_are_closed_without_moving_the_clock(world: World) -> None:
    closed = {day.license_number: day for day in world.clock.close_day(advance=False)}

    assert world.clock.now == NOON
    assert closed["IL-SHOP-01"].until == datetime(2026, 5, 20, 5, 0, tzinfo=UTC)
    assert closed["LIC-00001"].finalized
