"""Instants and local times as both APIs write them: ISO 8601 in, ISO 8601 out."""

from datetime import UTC, date, datetime

from msgspec import to_builtins

LAST_YEAR = date.max.year
NOT_ISO = "must be an ISO 8601 date-time such as 2024-07-17T20:26:07Z"


def parse_iso(text: str) -> datetime:
    """An ISO 8601 date or date-time; a date alone is its midnight. May come back without a zone.

    Raises ValueError for anything else, week dates and dates too near the calendar's ends to move between zones
    included.
    """
    if len(text) < len("2024-01-01") or text[4] != "-" or text[7] != "-":
        raise ValueError(NOT_ISO)
    try:
        moment = datetime.fromisoformat(
            text.upper()
        )  # RFC 3339 allows `t` and `z`; a vendor's sample has `z`
    except ValueError:
        raise ValueError(NOT_ISO) from None
    if not 1 < moment.year < LAST_YEAR:
        raise ValueError(NOT_ISO)
    return moment


def to_utc(moment: datetime) -> datetime:
    """The same moment in UTC; a time without a zone is taken to be UTC already."""
    if moment.tzinfo is UTC:
        return moment
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def without_zone(moment: datetime) -> datetime:
    """What the clock of the moment's zone shows. `replace` takes four times as long."""
    return datetime.combine(moment, moment.time())


def as_if_utc(local: datetime) -> datetime:
    """A zone-less time as if it were one in UTC, to be kept as such. As quick as `without_zone`."""
    return datetime.combine(local, local.time(), UTC)


def iso_utc(moment: datetime) -> str:
    """`2024-09-05T21:00:00Z`, with a fraction only where there is one."""
    text: str = to_builtins(moment)
    if text[-1] != "Z":
        return iso_local(without_zone(moment)) + "Z"
    return text[:-1].rstrip("0") + "Z" if moment.microsecond else text


def iso_local(moment: datetime) -> str:
    """`2024-09-05T13:41:00`: a zone-less time, with a fraction only where there is one."""
    text: str = to_builtins(moment)  # ten times as fast as isoformat
    return text.rstrip("0") if moment.microsecond else text


def iso_millis(moment: datetime) -> str:
    """`2024-08-09T12:34:56.789Z`, the form of T3's error timestamps."""
    return moment.replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


def whole_years(born: date, on: date) -> int:
    """Age in years on a day; born on 29 February, a year is complete on 1 March."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))
