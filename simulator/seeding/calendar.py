"""When sales are made: how many on which day, at which hour of it, and the local and UTC times of those hours."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from simulator.seeding.find import RecipeError
from simulator.seeding.recipe import HistoryPart, PeakPart
from simulator.seeding.recipe.holidays import MOVING_DAYS
from simulator.seeding.shares import GRAIN, split, spread

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
        self.days = [today - timedelta(days=ago) for ago in range(part.days, 0, -1)]
        peaks = [self._peak_on(day, today) for day in self.days]
        weights = [
            part.weekdays[day.weekday()]
            * (peak.factor if peak else 1.0)
            * (1.0 if part.counted else 1 - UNEVENNESS + 2 * UNEVENNESS * random())
            for day, peak in zip(self.days, peaks, strict=True)
        ]
        if not any(weights):
            raise RecipeError(f"history of {part.license}: its weekdays leave no day open")
        self.counts = dict(zip(self.days, split(part.receipts, weights), strict=True))
        self.hours = {day: self._hours(peak) for day, peak in zip(self.days, peaks, strict=True)}

    def seconds(self, day: date, hours: Sequence["Hour | None"], random: Callable[[], float]) -> list[int]:
        """A second of the day for each of its sales; an hour that the clocks jump over gives way to the next one."""
        opens, table = self.part.opens, self.hours.get(day)
        if table is None:
            return []
        seconds = []
        for _ in range(self.counts[day]):
            hour = opens + table[int(random() * GRAIN)]
            if hours[hour] is None:
                hour += 1
            seconds.append(hour * 3600 + int(random() * 3600))
        return seconds

    def latest(self, count: int, now: datetime, zone: ZoneInfo) -> list[tuple["Hour", int]]:
        """The opening hours that passed within the last day, with so many sales divided among them; those of yesterday
        where none did.
        """
        part, today = self.part, now.astimezone(zone).date()
        curve = dict(enumerate(part.hours or (1.0,) * (part.closes - part.opens), start=part.opens))
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

    @cached_property
    def _usual_hours(self) -> list[int]:
        part = self.part
        return spread(part.hours or (1.0,) * (part.closes - part.opens))

    def _hours(self, peak: PeakPart | None) -> list[int]:
        return spread(peak.hours) if peak and peak.hours else self._usual_hours

    def _peak_on(self, day: date, today: date) -> PeakPart | None:
        return next((peak for peak in self.part.peaks if _falls_on(peak, day, today)), None)


def _falls_on(peak: PeakPart, day: date, today: date) -> bool:
    if peak.day is None:
        return peak.days_ago == (today - day).days
    moving = MOVING_DAYS.get(peak.day)
    return day == moving(day.year) if moving else f"{day:%m-%d}" == peak.day


@dataclass(frozen=True, slots=True)
class Hour:
    """The beginning of an hour, as the shop's clock shows it and in UTC."""

    local: datetime
    utc: datetime


def hours_of(day: date, zone: ZoneInfo) -> list[Hour | None]:
    """The hours of a local day, None for one that the clocks jump over; of one that comes twice, the first."""
    hours: list[Hour | None] = []
    for hour in range(24):
        local = datetime.combine(day, time(hour))
        utc = at_local(day, time(hour), zone)
        hours.append(Hour(local, utc) if local_time(utc, zone) == local else None)
    return hours


def at_local(day: date, at: time, zone: ZoneInfo, fold: int = 0) -> datetime:
    """The instant of a local time; one that the clocks jump over is an hour later."""
    return datetime.combine(day, at, tzinfo=zone).replace(fold=fold).astimezone(UTC)


def local_time(instant: datetime, zone: ZoneInfo) -> datetime:
    """What the shop's clock shows, without a zone."""
    return instant.astimezone(zone).replace(tzinfo=None, fold=0)
