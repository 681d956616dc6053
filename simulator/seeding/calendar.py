"""When sales are made: how many on which day, at which hour of it, and the local and UTC times of those hours."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property, lru_cache
from math import fsum
from types import MappingProxyType
from zoneinfo import ZoneInfo

from simulator.seeding.find import RecipeError
from simulator.seeding.recipe import HistoryPart, PeakPart
from simulator.seeding.recipe.holidays import MOVING_DAYS
from simulator.seeding.shares import GRAIN, Table, split, spread

SECONDS = tuple(timedelta(seconds=second) for second in range(3600))
"""So that a second of an hour is one addition away."""


UNEVENNESS = 0.15
"""By how much a day may be better or worse than its weekday promises."""


def last_clock_change(zone: ZoneInfo, today: date, *, forward: bool) -> date:
    """The latest day before `today` on which the clocks went forward, or back."""
    day = today
    while True:
        day -= timedelta(days=1)
        at_start, at_end = (
            datetime.combine(each, time(0), tzinfo=zone).utcoffset() or timedelta()
            for each in (day, day + timedelta(days=1))
        )
        if at_end != at_start and (at_end > at_start) is forward:
            return day


class History:
    """A recipe's history with its calendar worked out, relative to the license's `today`. No two days are alike, but where
    the recipe counts its receipts.
    """

    def __init__(self, part: HistoryPart, today: date, random: Callable[[], float]) -> None:
        self.part = part
        self._past = _past(part.days, part.weekdays, part.peaks, today)
        weights = [weight * self._luck(random) for _, weight in self._past.values()]
        if not any(weights):
            raise RecipeError(f"history of {part.license}: its weekdays leave no day open")
        self.counts = dict(zip(self._past, split(part.receipts, weights), strict=True))
        self._each = part.receipts / fsum(weight for _, weight in self._past.values())

    @property
    def open_days(self) -> Iterator[date]:
        """Those of the past on which something is sold."""
        return (day for day, count in self.counts.items() if count)

    def seconds(self, day: date, hours: Sequence["Hour | None"], random: Callable[[], float]) -> list[int]:
        """A second of the day for each of its sales; an hour that the clocks jump over gives way to the next one."""
        if not (count := self.counts.get(day)):
            return []
        return self._seconds(count, self._hours(self._past[day][0]), hours, random)

    def expected(self, day: date) -> float:
        """How many sales are made on any day, past or to come, by and large; of peaks those count that have a date."""
        return self._each * _weight(self.part.weekdays, day, self._peak_on(day))

    def moments(
        self, day: date, zone: ZoneInfo, factor: float, random: Callable[[], float]
    ) -> list[datetime]:
        """When the sales of any day are made, `factor` times as many as expected, in UTC and in no order."""
        hours, table = hours_of(day, zone), self._hours(self._peak_on(day))
        # A fraction of a sale is a chance of one.
        count = int(self.expected(day) * self._luck(random) * factor + random())
        moments = []
        for second in self._seconds(count, table, hours, random):
            hour = hours[second // 3600]
            assert hour is not None  # noqa: S101 - no second is drawn of an hour that is not there
            moments.append(hour.utc + SECONDS[second % 3600])
        return moments

    def curve(self, day: date, zone: ZoneInfo) -> list[float]:
        """The share of any day's sales that each of its 24 local hours has."""
        peak = self._peak_on(day)
        weights = (peak and peak.hours) or self._usual_weights
        if not any(weights):
            weights = (1.0,) * len(weights)
        shares, whole = [0.0] * 24, fsum(weights)
        hours = hours_of(day, zone)
        for hour, weight in enumerate(weights, start=self.part.opens):
            shares[hour if hours[hour] else hour + 1] += weight / whole
        return shares

    def latest(self, count: int, now: datetime, zone: ZoneInfo) -> list[tuple["Hour", int]]:
        """The opening hours that passed within the last day, with so many sales divided among them; those of yesterday
        where none did.
        """
        part, today = self.part, now.astimezone(zone).date()
        curve = dict(enumerate(self._usual_weights, start=part.opens))
        open_hours = [
            (hour, curve[hour.local.hour])
            for day in (today - timedelta(days=1), today)
            for hour in hours_of(day, zone)
            if hour and curve.get(hour.local.hour)
        ]
        day_ago, hour_ago = now - timedelta(days=1), now - timedelta(hours=1)
        passed = [each for each in open_hours if day_ago <= each[0].utc <= hour_ago]
        chosen = passed or [each for each in open_hours if each[0].local.date() < today]
        return list(
            zip([hour for hour, _ in chosen], split(count, [weight for _, weight in chosen]), strict=True)
        )

    def _seconds(
        self, count: int, table: Table, hours: Sequence["Hour | None"], random: Callable[[], float]
    ) -> list[int]:
        opens, seconds = self.part.opens, []
        for _ in range(count):
            hour = opens + table[int(random() * GRAIN)]
            if hours[hour] is None:
                hour += 1
            seconds.append(hour * 3600 + int(random() * 3600))
        return seconds

    def _luck(self, random: Callable[[], float]) -> float:
        return 1.0 if self.part.counted else 1 - UNEVENNESS + 2 * UNEVENNESS * random()

    @property
    def _usual_weights(self) -> Sequence[float]:
        return self.part.hours or (1.0,) * (self.part.closes - self.part.opens)

    @cached_property
    def _usual_hours(self) -> Table:
        return spread(self._usual_weights)

    def _hours(self, peak: PeakPart | None) -> Table:
        return spread(peak.hours) if peak and peak.hours else self._usual_hours

    def _peak_on(self, day: date) -> PeakPart | None:
        """That of the date, whatever is so many days ago."""
        return _peak_on(self.part.peaks, day, None)


Past = Mapping[date, tuple[PeakPart | None, float]]
"""The days of a past, the first in front, each with its peak and its weight."""


@lru_cache(64)
def _past(days: int, weekdays: tuple[float, ...], peaks: tuple[PeakPart, ...], today: date) -> Past:
    """Kept, as shops of a chain have the same."""
    past = {}
    for ago in range(days, 0, -1):
        day = today - timedelta(days=ago)
        peak = _peak_on(peaks, day, today)
        past[day] = (peak, _weight(weekdays, day, peak))
    return MappingProxyType(past)


def _weight(weekdays: Sequence[float], day: date, peak: PeakPart | None) -> float:
    return weekdays[day.weekday()] * (peak.factor if peak else 1.0)


def _peak_on(peaks: Iterable[PeakPart], day: date, today: date | None) -> PeakPart | None:
    """So many days ago is something only where `today` is."""
    return next((peak for peak in peaks if _falls_on(peak, day, today)), None)


def _falls_on(peak: PeakPart, day: date, today: date | None) -> bool:
    if peak.day is None:
        return today is not None and peak.days_ago == (today - day).days
    moving = MOVING_DAYS.get(peak.day)
    return day == moving(day.year) if moving else f"{day:%m-%d}" == peak.day


@dataclass(frozen=True, slots=True)
class Hour:
    """The beginning of an hour, as the shop's clock shows it and in UTC."""

    local: datetime
    utc: datetime


@lru_cache(4096)
def hours_of(day: date, zone: ZoneInfo) -> tuple[Hour | None, ...]:
    """The hours of a local day, None for one that the clocks jump over; of one that comes twice, the first."""
    hours: list[Hour | None] = []
    for hour in range(24):
        local = datetime.combine(day, time(hour))
        utc = at_local(day, time(hour), zone)
        hours.append(Hour(local, utc) if local_time(utc, zone) == local else None)
    return tuple(hours)


def at_local(day: date, at: time, zone: ZoneInfo, fold: int = 0) -> datetime:
    """The instant of a local time; one that the clocks jump over is an hour later."""
    return datetime.combine(day, at, tzinfo=zone).replace(fold=fold).astimezone(UTC)


def local_time(instant: datetime, zone: ZoneInfo) -> datetime:
    """What the shop's clock shows, without a zone."""
    return instant.astimezone(zone).replace(tzinfo=None, fold=0)
