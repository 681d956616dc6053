"""Any sequence of changes, beside a naive clock; and the end of any day."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from support.builders import NOW

from simulator.clock import Clock, end_of_day
from simulator.ledger.states import STATES

STARTED = datetime(2026, 11, 22, 9, 30, 0, 123456, tzinfo=UTC)
"""Real time when these tests begin."""
NOTHING, MICROSECOND, DAY = timedelta(0), timedelta(microseconds=1), timedelta(days=1)


@dataclass
class Wall:
    """Real time, which passes when it is told to."""

    now: datetime = STARTED

    def __call__(self) -> datetime:
        return self.now

    def wait(self, by: timedelta) -> None:
        self.now += by


MOMENTS = st.datetimes(datetime(2001, 1, 1), datetime(2100, 1, 1)).map(  # noqa: DTZ001 - the zone follows
    lambda moment: moment.replace(tzinfo=UTC)
)
RATES = st.one_of(st.sampled_from([1, 2, 60, 0.5]), st.floats(1e-6, 1000.0))


class Clocks(RuleBasedStateMachine):
    """A clock beside a naive one: its last moment set, and what has passed since, as fractions of a microsecond."""

    @initialize(frozen_at=st.none() | MOMENTS)
    def begin(self, frozen_at: datetime | None) -> None:
        self.wall = Wall()
        self.clock = Clock(frozen_at, wall=self.wall)
        self.base, self.passed = frozen_at or STARTED, Fraction(0)
        self.rate: float = 0 if frozen_at else 1
        self.latest = self.base

    def shown(self) -> datetime:
        return self.base + timedelta(microseconds=round(self.passed))

    def changed(self, base: datetime, rate: float) -> None:
        self.base, self.passed, self.rate = base, Fraction(0), rate

    @rule(by=st.timedeltas(NOTHING, 3 * DAY))
    def wait(self, by: timedelta) -> None:
        self.wall.wait(by)
        self.passed += (by // MICROSECOND) * Fraction(self.rate)

    @rule(by=st.timedeltas(NOTHING, 30 * DAY))
    def advance(self, by: timedelta) -> None:
        self.clock.advance(by)
        self.changed(self.shown() + by, self.rate)

    @rule(at=MOMENTS)
    def set(self, at: datetime) -> None:
        self.clock.set(at)
        self.latest = at
        self.changed(at, self.rate)

    @rule(at=st.none() | MOMENTS)
    def freeze(self, at: datetime | None) -> None:
        self.clock.freeze(at)
        self.latest = at or self.latest
        self.changed(at or self.shown(), 0)

    @rule(rate=RATES)
    def run(self, rate: float) -> None:
        self.clock.run(rate)
        self.changed(self.shown(), rate)

    @rule()
    def resume(self) -> None:
        self.clock.resume()
        self.changed(self.shown(), 1)

    @rule()
    def fork(self) -> None:
        left, self.clock = self.clock, self.clock.fork()
        left.set(STARTED - 400 * DAY)

    @rule()
    def come_back(self) -> None:
        state = self.clock.state
        self.clock = Clock.of(state, wall=self.wall)
        self.changed(self.shown(), self.rate)

    @invariant()
    def shows_the_same(self) -> None:
        now = self.clock.now()
        assert now == self.shown()
        assert now >= self.latest, "it goes back only when it is set"
        assert (self.clock.rate, self.clock.frozen) == (self.rate, self.rate == 0)
        assert (self.clock.state.now, self.clock.state.rate) == (now, self.rate)
        self.latest = now


test_any_sequence_of_changes = Clocks.TestCase


ZONES = sorted({str(state.zone): state.zone for state in STATES.values()}.items())
DAYS = {
    "any": (datetime(2026, 5, 20, 20, 0, tzinfo=UTC), "2026-05-21"),
    "one of 23 hours": (datetime(2026, 3, 8, 9, 0, tzinfo=UTC), "2026-03-09"),
    "one of 25 hours": (datetime(2026, 11, 1, 8, 0, tzinfo=UTC), "2026-11-02"),
    "the last of a year": (datetime(2026, 12, 31, 20, 0, tzinfo=UTC), "2027-01-01"),
    "the one before a leap day": (datetime(2028, 2, 28, 20, 0, tzinfo=UTC), "2028-02-29"),
}


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize("zone", dict(ZONES).values(), ids=str)
def test_a_day_ends_at_the_next_local_midnight(day: str, zone: Any) -> None:
    moment, tomorrow = DAYS[day]
    end = end_of_day(zone, moment)
    assert end.tzinfo is UTC
    assert end.astimezone(zone).replace(tzinfo=None) == datetime.fromisoformat(tomorrow)


def test_a_day_ends_at_known_moments() -> None:
    pacific = STATES["ca"].zone
    assert end_of_day(pacific, NOW) == datetime(2026, 5, 21, 7, 0, tzinfo=UTC)
    assert end_of_day(pacific, datetime(2026, 5, 21, 7, 0, tzinfo=UTC)) == datetime(
        2026, 5, 22, 7, 0, tzinfo=UTC
    )
    assert end_of_day(pacific, datetime(2026, 3, 8, 8, 0, tzinfo=UTC)) == datetime(
        2026, 3, 9, 7, 0, tzinfo=UTC
    )


@given(at=MOMENTS, zone=st.sampled_from([zone for _, zone in ZONES]))
def test_a_moment_before_its_end_it_is_still_the_same_day(at: datetime, zone: Any) -> None:
    end = end_of_day(zone, at)
    today = at.astimezone(zone).date()
    assert at < end <= at + timedelta(hours=25)
    assert (end - MICROSECOND).astimezone(zone).date() == today
    assert end.astimezone(zone).date() == today + DAY
