"""The clock stands, runs or follows the wall, and what it shows is exact whatever was done to it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from support.builders import NOW

from simulator.clock import FASTEST, FIRST, LAST, Clock, ClockRefused, ClockState

STARTED = datetime(2026, 11, 22, 9, 30, 0, 123456, tzinfo=UTC)
"""Real time when these tests begin."""
NOTHING, MICROSECOND = timedelta(0), timedelta(microseconds=1)
EARLIEST, LATEST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass
class Wall:
    """Real time, which passes when it is told to."""

    now: datetime = STARTED

    def __call__(self) -> datetime:
        return self.now

    def wait(self, by: timedelta) -> None:
        self.now += by


Steps = list[tuple[str, *tuple[Any, ...]]]


def do(clock: Clock, steps: Steps) -> None:
    for name, *arguments in steps:
        getattr(clock, name)(*arguments)


@pytest.fixture
def wall() -> Wall:
    return Wall()


@pytest.fixture
def clock(wall: Wall) -> Clock:
    """One that follows the wall."""
    return Clock(wall=wall)


# What is done to a clock that follows the wall, and what it shows an hour and two hours later, at which rate.
DONE: dict[str, tuple[Steps, datetime, datetime, float]] = {
    "nothing": ([], STARTED + HOUR, STARTED + 2 * HOUR, 1),
    "resumed": ([("resume",)], STARTED + HOUR, STARTED + 2 * HOUR, 1),
    "frozen": ([("freeze",)], STARTED, STARTED, 0),
    "frozen at a moment": ([("freeze", NOW)], NOW, NOW, 0),
    "set": ([("set", NOW)], NOW + HOUR, NOW + 2 * HOUR, 1),
    "set in another zone": (
        [("set", NOW.astimezone(timezone(timedelta(hours=-7))))],
        NOW + HOUR,
        NOW + 2 * HOUR,
        1,
    ),
    "set without a zone": ([("set", NOW.replace(tzinfo=None))], NOW + HOUR, NOW + 2 * HOUR, 1),
    "advanced": ([("advance", DAY)], STARTED + DAY + HOUR, STARTED + DAY + 2 * HOUR, 1),
    "advanced by nothing": ([("advance", NOTHING)], STARTED + HOUR, STARTED + 2 * HOUR, 1),
    "run fast": ([("run", 60)], STARTED + 60 * HOUR, STARTED + 120 * HOUR, 60),
    "run slowly": ([("run", 0.25)], STARTED + HOUR / 4, STARTED + HOUR / 2, 0.25),
    "run and set": ([("run", 60), ("set", NOW)], NOW + 60 * HOUR, NOW + 120 * HOUR, 60),
    "run and advanced": (
        [("run", 60), ("advance", DAY)],
        STARTED + DAY + 60 * HOUR,
        STARTED + DAY + 120 * HOUR,
        60,
    ),
    "run and resumed": ([("run", 60), ("resume",)], STARTED + HOUR, STARTED + 2 * HOUR, 1),
    "frozen and set": ([("freeze",), ("set", NOW)], NOW, NOW, 0),
    "frozen and advanced": ([("freeze", NOW), ("advance", DAY)], NOW + DAY, NOW + DAY, 0),
    "frozen and resumed": ([("freeze", NOW), ("resume",)], NOW + HOUR, NOW + 2 * HOUR, 1),
    "frozen and run": ([("freeze", NOW), ("run", 2)], NOW + 2 * HOUR, NOW + 4 * HOUR, 2),
    "set to the last day": ([("set", LAST - HOUR)], LAST, LAST, 1),
    "run to the end": ([("run", FASTEST), ("set", LAST - DAY)], LAST, LAST, FASTEST),
}


@pytest.mark.parametrize("what", DONE)
def test_a_clock_goes_on_as_it_was_told(what: str, clock: Clock, wall: Wall) -> None:
    steps, an_hour_later, two_hours_later, rate = DONE[what]
    do(clock, steps)
    wall.wait(HOUR)
    assert clock.now() == an_hour_later
    wall.wait(HOUR)
    assert clock.now() == two_hours_later
    assert (clock.rate, clock.frozen) == (rate, rate == 0)
    assert clock.now().tzinfo is UTC


@pytest.mark.parametrize("what", DONE)
def test_a_fork_goes_on_likewise_and_on_its_own(what: str, clock: Clock, wall: Wall) -> None:
    steps, an_hour_later, two_hours_later, rate = DONE[what]
    do(clock, steps)
    wall.wait(HOUR)
    fork, other = clock.fork(), clock.fork()
    clock.freeze(STARTED - DAY)
    other.set(NOW + DAY)
    assert (fork.now(), fork.rate) == (an_hour_later, rate)
    wall.wait(HOUR)
    assert fork.now() == two_hours_later


@pytest.mark.parametrize("what", DONE)
def test_a_state_is_gone_on_from_later(what: str, clock: Clock, wall: Wall) -> None:
    steps, an_hour_later, two_hours_later, rate = DONE[what]
    do(clock, steps)
    wall.wait(HOUR)
    state = clock.state
    assert (state.now, state.rate) == (an_hour_later, rate)

    wall.wait(400 * DAY)
    clock.set(NOW + DAY)
    clock.restore(state)
    again = Clock.of(state, wall=wall)
    past = NOTHING if not state.real else 400 * DAY
    for one in (clock, again):
        assert one.now() == an_hour_later + past
    wall.wait(HOUR)
    for one in (clock, again):
        assert (one.now(), one.rate) == (two_hours_later + past, rate)
        assert one.state.real is state.real


@pytest.mark.parametrize(
    ("steps", "real"),
    [
        ([], True),
        ([("resume",)], True),
        ([("run", 1)], True),
        ([("run", 2)], False),
        ([("freeze",), ("resume",)], False),
        ([("set", STARTED)], False),
        ([("advance", NOTHING)], False),
        ([("freeze",)], False),
    ],
    ids=str,
)
def test_only_a_clock_that_was_left_alone_follows_the_wall(steps: Steps, real: bool, clock: Clock) -> None:
    do(clock, steps)
    assert clock.state.real is real


def test_without_a_wall_it_is_real_time() -> None:
    before = datetime.now(UTC)
    shown = Clock().now()
    assert before <= shown <= datetime.now(UTC)
    clock = Clock(NOW)
    clock.resume()
    assert NOW <= clock.now() < NOW + HOUR


A_DAY_BACK = "a clock advances by 0 or more, not by -86400 seconds; set it back"
YEARS = "a moment must be in the years 2000 to 2999, not "
RATE = "a clock runs at a rate above 0 and up to 100,000, not "
REFUSED: list[tuple[str, object, str]] = [
    ("advance", -DAY, A_DAY_BACK),
    ("advance", -MICROSECOND, "not by -1e-06 seconds"),
    ("advance", timedelta.max, "is later than the year 2999"),
    ("advance", LAST - STARTED + MICROSECOND, "is later than the year 2999"),
    ("set", FIRST - MICROSECOND, YEARS + "1999-12-31T23:59:59.999999+00:00"),
    ("set", LAST + MICROSECOND, YEARS + "3000-01-01T00:00:00+00:00"),
    ("set", EARLIEST, YEARS + "0001-01-01T00:00:00+00:00"),
    ("set", LATEST, YEARS + "9999-12-31T23:59:59.999999+00:00"),
    ("set", datetime(2000, 1, 1, tzinfo=timezone(HOUR)), YEARS + "2000-01-01T00:00:00+01:00"),
    ("set", datetime(2999, 12, 31, 23, tzinfo=timezone(-HOUR)), YEARS + "2999-12-31T23:00:00-01:00"),
    ("freeze", LATEST.replace(tzinfo=timezone(-HOUR)), YEARS + "9999-12-31T23:59:59.999999-01:00"),
    ("run", 0, RATE + "0"),
    ("run", -1, RATE + "-1"),
    ("run", FASTEST + 1, RATE + "100001"),
    ("run", float("inf"), RATE + "inf"),
    ("run", float("nan"), RATE + "nan"),
    ("restore", ClockState(NOW, -1), RATE + "-1"),
    ("restore", ClockState(NOW, float("nan")), RATE + "nan"),
    ("restore", ClockState(LATEST, 1), YEARS),
    ("restore", ClockState(LATEST, 0), YEARS),
]


@pytest.mark.parametrize(("name", "argument", "says"), REFUSED)
@pytest.mark.parametrize("before", [[], [("freeze",)], [("run", 7.5)]], ids=["real", "frozen", "running"])
def test_what_cannot_be_is_refused_and_changes_nothing(
    name: str, argument: object, says: str, before: Steps, clock: Clock, wall: Wall
) -> None:
    do(clock, before)
    fork = clock.fork()

    with pytest.raises(ClockRefused) as refused:
        getattr(clock, name)(argument)

    assert says in str(refused.value)
    assert "\n" not in str(refused.value)
    assert clock.state == fork.state
    wall.wait(DAY)
    assert clock.state == fork.state


@pytest.mark.parametrize(
    "at",
    [
        FIRST,
        LAST,
        datetime(2000, 1, 1, 1, tzinfo=timezone(HOUR)),
        datetime(1999, 12, 31, 23, tzinfo=timezone(-HOUR)),
        datetime(3000, 1, 1, tzinfo=timezone(HOUR)),
    ],
    ids=str,
)
def test_the_first_and_the_last_moment_can_be_set(at: datetime, clock: Clock) -> None:
    clock.freeze(at)
    assert clock.now() == at
    clock.advance(NOTHING)
    assert clock.now() == at


@pytest.mark.parametrize("at", [datetime(1999, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)], ids=str)
def test_a_clock_is_not_made_frozen_out_of_time(at: datetime) -> None:
    with pytest.raises(ClockRefused):
        Clock(at)


def test_a_clock_stops_at_the_end_of_time_however_long_it_runs(clock: Clock, wall: Wall) -> None:
    clock.run(FASTEST)
    wall.now = LATEST
    assert clock.now() == LAST
    assert clock.state == ClockState(LAST, FASTEST)
    with pytest.raises(ClockRefused):
        clock.advance(MICROSECOND)
    clock.set(NOW)
    assert clock.now() == NOW


def test_a_wall_that_goes_back_takes_its_clock_along_and_not_out_of_time(clock: Clock, wall: Wall) -> None:
    clock.run(2)
    wall.wait(-HOUR)
    assert clock.now() == STARTED - 2 * HOUR
    clock.run(FASTEST)
    wall.now = EARLIEST
    assert clock.now() == FIRST
    wall.now = STARTED
    clock.set(FIRST)
    wall.wait(-HOUR)
    assert clock.now() == FIRST
