"""Instants and local times are written shortly and read back the same."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.times import iso_local, iso_utc, parse_iso

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
