"""The world's clock as a load generator keeps it: never ahead of the world's own."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.loadtest.course import Course
from simulator.testing import SimulatorServer

BEGAN = datetime(2026, 5, 20, 20, 0, 0, 750_000, tzinfo=UTC)
RATES = [0.0, 0.5, 1.0, 720.0]


class Watch:
    """Real time, as a test turns it."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.mark.parametrize(
    ("rate", "passed", "shown"),
    [
        (0.0, 3600.0, timedelta(0)),
        (1.0, 0.0, timedelta(0)),
        (1.0, 0.24, timedelta(0)),
        (1.0, 0.25, timedelta(seconds=1)),
        (1.0, 90.0, timedelta(seconds=90)),
        (720.0, 1.0, timedelta(minutes=12)),
        (720.0, 120.0, timedelta(days=1)),
    ],
)
def test_it_goes_on_from_what_was_told(rate: float, passed: float, shown: timedelta) -> None:
    watch = Watch()
    course = Course(BEGAN, rate, monotonic=watch)
    watch.seconds += passed
    assert course.now() == BEGAN.replace(microsecond=0) + shown


@given(st.sampled_from(RATES), st.floats(0, 1e6), st.floats(0, 1e6), st.integers(0, 999_999))
def test_it_is_whole_never_ahead_and_never_goes_back(
    rate: float, one: float, more: float, microsecond: int
) -> None:
    watch = Watch()
    began = BEGAN.replace(microsecond=microsecond)
    course = Course(began, rate, monotonic=watch)
    watch.seconds += one
    first, passed = course.now(), watch.seconds - 1000.0
    assert not first.microsecond
    world_shows = began + timedelta(seconds=passed * rate)
    assert timedelta(0) <= world_shows - first < timedelta(seconds=1)
    watch.seconds += more
    assert course.now() >= first


@given(st.sampled_from([0.5, 1.0, 720.0]), st.integers(-100, 10**6), st.floats(0, 100))
def test_it_shows_the_moment_when_one_has_waited_for_it(rate: float, ahead: int, passed: float) -> None:
    watch = Watch()
    course = Course(BEGAN, rate, monotonic=watch)
    watch.seconds += passed
    moment = BEGAN.replace(microsecond=0) + timedelta(seconds=ahead)
    wait = course.until(moment)
    assert wait >= 0
    watch.seconds += wait + 1e-5  # a float is not exact, and a breadth before the moment it is a second less
    assert course.now() >= moment
    assert not course.until(moment)


@pytest.mark.parametrize("moment", [BEGAN - timedelta(days=1), BEGAN, BEGAN + timedelta(days=1)])
def test_nobody_waits_for_a_clock_that_stands_still(moment: datetime) -> None:
    assert Course(BEGAN, 0.0).until(moment) == 0.0


def test_a_moment_is_the_same_in_every_zone() -> None:
    moment = datetime(2026, 5, 20, 14, 0, 0, 750_000, tzinfo=timezone(timedelta(hours=-7)))
    assert Course(BEGAN, 720.0, monotonic=Watch()).until(moment) == 5.0


@pytest.mark.parametrize("rate", [0.0, 1.0, 720.0])
def test_beside_a_world_it_is_never_ahead(rate: float) -> None:
    with SimulatorServer() as server, server.create_world() as world:
        state = world.clock.run(rate) if rate else world.clock.state
        course = Course(state.now, state.rate)
        for _ in range(20):
            shown = course.now()
            assert shown <= world.clock.now
            assert not shown.microsecond
