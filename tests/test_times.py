"""Instants and local times are written shortly and read back the same, and lose and get their zone."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.times import as_if_utc, iso_local, iso_utc, parse_iso, without_zone

MOMENTS = st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1))  # noqa: DTZ001 - a zone is put on


@given(MOMENTS, st.sampled_from([0, 500_000, 120, 1]))
def test_what_is_written_is_read_as_the_same_moment(moment: datetime, fraction: int) -> None:
    local = moment.replace(microsecond=fraction, fold=0)

    written = iso_utc(local.replace(tzinfo=UTC))

    assert parse_iso(written) == local.replace(tzinfo=UTC)
    assert written == iso_local(local) + "Z"


@pytest.mark.parametrize(
    ("microsecond", "written"),
    [(0, "20:00:10Z"), (500_000, "20:00:10.5Z"), (123_456, "20:00:10.123456Z"), (10, "20:00:10.00001Z")],
)
def test_a_fraction_is_written_without_the_zeros_at_its_end(microsecond: int, written: str) -> None:
    assert iso_utc(datetime(2026, 5, 20, 20, 0, 10, microsecond, UTC)) == f"2026-05-20T{written}"


@pytest.mark.parametrize("zone", [None, timezone(timedelta(hours=-7))])
def test_a_moment_that_is_not_in_utc_is_written_as_its_clock_shows_it(zone: timezone | None) -> None:
    assert iso_utc(datetime(2026, 5, 20, 20, 0, 10, 100_000, zone)) == "2026-05-20T20:00:10.1Z"
    assert iso_utc(datetime(2026, 5, 20, 20, 0, 10, 0, zone)) == "2026-05-20T20:00:10Z"


ZONES = st.sampled_from([ZoneInfo("America/Los_Angeles"), ZoneInfo("America/New_York"), UTC])


@given(st.datetimes(timezones=ZONES))
def test_without_its_zone_a_moment_shows_the_same(moment: datetime) -> None:
    taken_off = without_zone(moment)

    assert repr(taken_off) == repr(moment.replace(tzinfo=None))


@given(st.datetimes(allow_imaginary=True))
def test_a_time_without_a_zone_shows_the_same_in_utc(local: datetime) -> None:
    assert repr(as_if_utc(local)) == repr(local.replace(tzinfo=UTC))
