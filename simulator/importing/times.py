"""When a receipt was sold, recorded, changed and closed, as far as the file tells, and plausibly where it does not."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from msgspec import Struct

from simulator.importing.told import Told
from simulator.ledger.model import ReceiptState

CLOSED = frozenset({ReceiptState.VOIDED, ReceiptState.REFUNDED})
REPORTING_DELAY = timedelta(seconds=40)
MOSTLY = 10
"""In order are the rows of a file of which fewer than one in this many is out of order."""


class Times(Struct, frozen=True, gc=False):
    sold_at: datetime
    local_time: datetime
    recorded_at: datetime
    modified_at: datetime
    archived_at: datetime | None


def times_of(told: Sequence[Told], zone: ZoneInfo, filled: Counter[str]) -> list[Times]:
    """The times of each, in the same order."""
    found: list[Times] = []
    for _, rows in groupby(told, key=lambda row: row.place.origin.order):
        of_a_file = list(rows)
        sold = [_sold(row, zone) for row in of_a_file]
        recorded = _recorded(of_a_file, [at for at, _ in sold], filled)
        found += (
            Times(sold_at, local_time, recorded_at, *_changed(row, recorded_at, zone, filled))
            for row, (sold_at, local_time), recorded_at in zip(of_a_file, sold, recorded, strict=True)
        )
    return found


def _sold(told: Told, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """By UTC and by the shop's clock, of which one was told.

    GAP(import-repeated-hour): of the two instants that a local time has when clocks go back, the first.
    """
    sold_at, local_time = told.sold_at, told.local_time
    if local_time is None:
        assert sold_at is not None  # noqa: S101 - a row that tells neither is bad
        return sold_at, sold_at.astimezone(zone).replace(tzinfo=None, fold=0)
    return sold_at or local_time.replace(tzinfo=zone).astimezone(UTC), local_time


def _recorded(rows: list[Told], sold: list[datetime], filled: Counter[str]) -> Iterator[datetime]:
    """GAP(import-recorded-times): a report without recordedDateTime is in the order of recording unless a tenth of it is
    not; then a receipt was recorded 40 seconds after its sale, and not before the one above it.
    """
    earliest = [row.recorded_at or sold_at + REPORTING_DELAY for row, sold_at in zip(rows, sold, strict=True)]
    latest, behind = earliest[0], 0
    for at in earliest:
        behind += at < latest
        latest = max(latest, at)
    in_order = behind * MOSTLY < len(rows)
    above: tuple[datetime, int] | None = None
    for row, at in zip(rows, earliest, strict=True):
        recorded_at, id_ = at, row.id or 0
        if row.recorded_at is None:
            filled["recorded_times"] += 1
            if in_order and above is not None and (at, id_) < above:
                # The lists are ordered by time and then by id, so a lower id needs a later second.
                recorded_at = above[0] if id_ > above[1] else above[0] + timedelta(seconds=1)
        above = (recorded_at, id_)
        yield recorded_at


def _changed(
    told: Told, recorded_at: datetime, zone: ZoneInfo, filled: Counter[str]
) -> tuple[datetime, datetime | None]:
    """When it was last changed, and when it was archived if it was."""
    archived_at = None
    if told.state in CLOSED:
        on = told.archived_on
        if on is None:
            filled["archived_days"] += 1
            archived_at = told.modified_at or recorded_at
        elif isinstance(on, datetime):
            archived_at = on
        else:
            archived_at = _moment_of(on, told.modified_at, recorded_at, zone)
    if told.modified_at is None:
        filled["modified_times"] += 1
    return told.modified_at or archived_at or recorded_at, archived_at


def _moment_of(day: date, modified_at: datetime | None, recorded_at: datetime, zone: ZoneInfo) -> datetime:
    """On the facility's day: that of the last change if it was then, else noon, or that of recording if it was later."""
    if modified_at is not None and modified_at.astimezone(zone).date() == day:
        return modified_at
    noon = datetime.combine(day, time(12), tzinfo=zone).astimezone(UTC)
    recorded_then = recorded_at.astimezone(zone).date() == day
    return max(noon, recorded_at) if recorded_then else noon
