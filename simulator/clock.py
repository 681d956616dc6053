"""The simulated clock of a world: it stands still, runs at a rate, or follows the wall."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from simulator.settings import YEARS
from simulator.times import iso_utc, to_utc

FASTEST = 100_000.0
"""Simulated seconds a real second; a simulated day is then over in less than one."""
FIRST = datetime(YEARS.start, 1, 1, tzinfo=UTC)
LAST = datetime(YEARS.stop, 1, 1, tzinfo=UTC) - timedelta(microseconds=1)
"""A clock that runs so far stands still there."""
NOTHING = timedelta(0)


class ClockRefused(ValueError):  # noqa: N818 - a refusal, as elsewhere
    """A clock cannot be set so. The message is one line, fit for whoever asked."""


def utc_now() -> datetime:
    return datetime.now(UTC)


def moment(at: datetime) -> datetime:
    """The moment in UTC, without a zone it is so already. Raises ClockRefused when it is in no year of ours."""
    if YEARS.start - 1 <= at.year <= YEARS.stop and FIRST <= (utc := to_utc(at)) <= LAST:
        return utc
    raise ClockRefused(
        f"a moment must be in the years {YEARS.start} to {YEARS.stop - 1}, not {at.isoformat()}"
    )


def end_of_day(zone: ZoneInfo, at: datetime) -> datetime:
    """The next local midnight, in UTC; at midnight, that of the day which begins.

    The zones of the states change their clocks at two in the night: each day has one midnight.
    """
    tomorrow = at.astimezone(zone).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(0), tzinfo=zone).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class ClockState:
    """What a clock shows and how it goes on: `rate` simulated seconds a real second, 0 stands still.

    Where `real`, the clock follows the wall, and `now` was but a glance at it.
    """

    now: datetime
    rate: float
    real: bool = False


@dataclass(frozen=True, slots=True)
class _Course:
    """A straight line through one point, so that nothing adds up to an error."""

    simulated: datetime
    wall: datetime
    rate: float

    def at(self, wall: datetime) -> datetime:
        passed = wall - self.wall
        try:
            reached = self.simulated + (passed if self.rate == 1 else passed * self.rate)
        except OverflowError:
            return LAST if passed > NOTHING else FIRST
        return min(max(reached, FIRST), LAST)


class Clock:
    """`now()` is the only source of time in a world; UTC, whole microseconds.

    Unless `frozen_at` is given, it follows `wall`, which is real time. It goes back only when it is set back, or when
    the wall goes back. What cannot be done raises ClockRefused and changes nothing.
    """

    def __init__(self, frozen_at: datetime | None = None, *, wall: Callable[[], datetime] = utc_now) -> None:
        self._wall = wall
        # Replaced as a whole: another thread sees the old one or the new one. None follows the wall.
        self._course = None if frozen_at is None else _Course(moment(frozen_at), FIRST, 0.0)

    @classmethod
    def of(cls, state: ClockState, *, wall: Callable[[], datetime] = utc_now) -> "Clock":
        """A clock that goes on from a state."""
        clock = cls(wall=wall)
        clock.restore(state)
        return clock

    @property
    def rate(self) -> float:
        """Simulated seconds a real second; 0 when it stands still."""
        course = self._course
        return 1.0 if course is None else course.rate

    @property
    def frozen(self) -> bool:
        return self.rate == 0

    @property
    def state(self) -> ClockState:
        course, wall = self._course, self._wall()
        return (
            ClockState(wall, 1.0, real=True) if course is None else ClockState(course.at(wall), course.rate)
        )

    def now(self) -> datetime:
        course = self._course
        if course is None:
            return self._wall()
        return course.at(self._wall()) if course.rate else course.simulated

    def freeze(self, at: datetime | None = None) -> None:
        """Stand still: where it is, or at a moment."""
        here = self._here()
        self._course = replace(here, simulated=here.simulated if at is None else moment(at), rate=0.0)

    def set(self, at: datetime) -> None:
        """Be at a moment, before or after now, and go on running or standing."""
        self._course = replace(self._here(), simulated=moment(at))

    def advance(self, by: timedelta) -> None:
        """Be later, and go on running or standing. Only `set` leads back."""
        here = self._here()
        if by < NOTHING:
            raise ClockRefused(
                f"a clock advances by 0 or more, not by {by.total_seconds():g} seconds; set it back"
            )
        if by > LAST - here.simulated:
            raise ClockRefused(
                f"{by} after {iso_utc(here.simulated)} is later than the year {YEARS.stop - 1}"
            )
        self._course = replace(here, simulated=here.simulated + by)

    def run(self, rate: float) -> None:
        """Run from where it is, by so many simulated seconds a real second."""
        wanted = _running(rate)
        if self._course is not None or wanted != 1:
            self._course = replace(self._here(), rate=wanted)

    def resume(self) -> None:
        """Run as fast as real time, from where it is."""
        self.run(1)

    def restore(self, state: ClockState) -> None:
        """Go on from a state: from its moment at its rate, or with the wall where it followed that."""
        rate = _running(state.rate) if state.rate else 0.0
        self._course = None if state.real else _Course(moment(state.now), self._wall(), rate)

    def fork(self) -> "Clock":
        """A clock of its own that shows the same and goes on likewise."""
        other = Clock(wall=self._wall)
        other._course = self._course
        return other

    def _here(self) -> _Course:
        """Where it is and how it goes on, by one look at the wall."""
        course, wall = self._course, self._wall()
        return (
            _Course(wall, wall, 1.0)
            if course is None
            else replace(course, simulated=course.at(wall), wall=wall)
        )


def _running(rate: float) -> float:
    if 0 < rate <= FASTEST:
        return float(rate)
    raise ClockRefused(
        f"a clock runs at a rate above 0 and up to {FASTEST:,.0f}, not {rate!r}; freeze it to stop it"
    )
