"""Snapshot files that are not whole are refused in one line; nothing is restored from them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.builders import NOW

from simulator.app import create_world
from simulator.seeding import grow
from simulator.settings import Settings
from simulator.snapshots.file import SnapshotError, header, read, restore, write


@pytest.fixture(scope="module")
def whole() -> list[bytes]:
    """A small world's snapshot, line by line."""
    world = grow("corner_shop", now=NOW, receipts=20)
    return b"".join(write(world)).splitlines(keepends=True)


def saved(tmp_path: Path, content: list[bytes]) -> Path:
    path = tmp_path / "shop.snapshot"
    path.write_bytes(b"".join(content))
    return path


def place(content: list[bytes], kind: str) -> int:
    return next(index for index, line in enumerate(content) if line.startswith(f'{{"{kind}"'.encode()))


def changed(content: list[bytes], kind: str, change: Callable[[Any], None]) -> list[bytes]:
    index = place(content, kind)
    record = json.loads(content[index])
    change(record[kind])
    return [*content[:index], json.dumps(record).encode() + b"\n", *content[index + 1 :]]


def without(content: list[bytes], kind: str) -> list[bytes]:
    index = place(content, kind)
    return content[:index] + content[index + 1 :]


def twice(content: list[bytes], kind: str) -> list[bytes]:
    index = place(content, kind)
    return [*content[: index + 1], *content[index:]]


Breaking = Callable[[list[bytes]], list[bytes]]
BROKEN: dict[str, tuple[Breaking, str]] = {
    "empty": (lambda _: [], "shop.snapshot is not a snapshot: its first line is no snapshot header"),
    "no snapshot": (lambda _: [b"name = 'x'\n"], "shop.snapshot is not a snapshot: JSON is malformed"),
    "headless": (
        lambda all_: all_[1:],
        "shop.snapshot is not a snapshot: its first line is no snapshot header",
    ),
    "cut off": (lambda all_: all_[:-1], "without its last line; it is not whole"),
    "cut off in a line": (
        lambda all_: [*all_[:-1], all_[-1][:9]],
        "Input data was truncated",
    ),
    "of another format": (
        lambda all_: changed(all_, "snapshot", lambda each: each.update(version=9)),
        "shop.snapshot is a snapshot of format 9, made by 0.1.0; this is format 1",
    ),
    "of another format and shape": (
        lambda _: [b'{"snapshot":{"version":2,"world":{},"simulator":"9.0"},"more":1}\n'],
        "shop.snapshot is a snapshot of format 2, made by 9.0; this is format 1",
    ),
    "of another format, by nobody": (
        lambda _: [b'{"snapshot":{"version":2}}\n'],
        "shop.snapshot is a snapshot of format 2, made by an unknown version; this is format 1",
    ),
    "of no format": (lambda _: [b'{"snapshot":{"version":"2"}}\n'], "shop.snapshot is not a snapshot: "),
    "without accounts": (
        lambda all_: changed(all_, "snapshot", lambda each: each.update(accounts=[])),
        "shop.snapshot, line 1: there is no account",
    ),
    "a receipt missing": (lambda all_: without(all_, "receipt"), "there should be 7 licenses"),
    "a lot missing": (lambda all_: without(all_, "lot"), "there should be 7 licenses"),
    "a receipt twice": (lambda all_: twice(all_, "receipt"), "is there twice"),
    "a license missing": (
        lambda all_: without(all_, "license"),
        "shop.snapshot, line 2: license 'LIC-00001' is not there yet",
    ),
    "an unknown state": (
        lambda all_: changed(all_, "license", lambda each: each.update(state_code="xx")),
        "shop.snapshot, line 2: 'xx' is no state",
    ),
    "a receipt of nothing": (
        lambda all_: changed(all_, "receipt", lambda each: each.update(lines=[])),
        "has no line",
    ),
    "a line without its lot": (
        lambda all_: changed(all_, "receipt", lambda each: each["lines"][0].update(lot_id=1)),
        "sells lot 1, which is not there",
    ),
    "a total that is none": (
        lambda all_: changed(all_, "receipt", lambda each: each.update(total="much")),
        "$.receipt.total",
    ),
    "a key too many": (lambda all_: [all_[0], b'{"what": {}}\n', *all_[1:]], "unknown field `what`"),
    "a license twice": (lambda all_: twice(all_, "license"), "line 3: license 'LIC-00001' is there twice"),
    "a lot twice": (lambda all_: twice(all_, "lot"), "is there twice"),
    "an employee twice": (lambda all_: twice(all_, "employee"), "is there twice"),
    "something after the end": (lambda all_: [*all_, all_[-1]], "there is more after the last line"),
    "a time without a zone": (
        lambda all_: changed(all_, "receipt", lambda each: each.update(recorded_at="2026-05-20T20:00:00")),
        "$.receipt.recorded_at",
    ),
    "a local time with one": (
        lambda all_: changed(all_, "receipt", lambda each: each.update(local_time="2026-05-20T20:00:00Z")),
        "$.receipt.local_time",
    ),
    "a total that is not a number": (
        lambda all_: changed(all_, "receipt", lambda each: each.update(total="NaN")),
        "has an amount that is none",
    ),
    "a price without end": (
        lambda all_: changed(all_, "receipt", lambda each: each["lines"][0].update(unit_price="1e999999")),
        "has an amount that is none",
    ),
    "a quantity that is not a number": (
        lambda all_: changed(all_, "lot", lambda each: each.update(quantity="NaN")),
        "has a quantity that is none",
    ),
    "a sale before the calendar": (
        lambda all_: changed(all_, "receipt", lambda each: each.update(sold_at="0001-01-01T00:00:00+05:00")),
        "has a moment of the year 1; it must be between 2 and 9998",
    ),
    "a change after the calendar": (
        lambda all_: changed(
            all_, "receipt", lambda each: each["history"][0].update(at="9999-12-31T23:00:00-05:00")
        ),
        "has a moment of the year 9999; it must be between 2 and 9998",
    ),
    "a buyer born before the calendar": (
        lambda all_: changed(
            all_,
            "receipt",
            lambda each: each.update(
                identifications=[{"type_id": "CAKOMIT0001", "value": "x", "birthday": "0001-01-01T00:00:00Z"}]
            ),
        ),
        "has a moment of the year 1; it must be between 2 and 9998",
    ),
    "a lot before the calendar": (
        lambda all_: changed(all_, "lot", lambda each: each.update(received_at="0001-01-01T00:00:00Z")),
        "has a moment of the year 1; it must be between 2 and 9998",
    ),
    "a receipt with too large an id": (
        lambda all_: changed(all_, "receipt", lambda each: each.update(id=2**63)),
        "has the id 9223372036854775808; ids are from 0 to 9223372036854775807",
    ),
    "a receipt with an id below nothing": (
        lambda all_: changed(all_, "receipt", lambda each: each.update(id=-(2**63))),
        "has the id -9223372036854775808; ids are from 0 to 9223372036854775807",
    ),
    "a line with too large an id": (
        lambda all_: changed(all_, "receipt", lambda each: each["lines"][0].update(id=2**70)),
        f"has a line with the id {2**70}; ids are from 0 to",
    ),
    "a line of a lot with too large an id": (
        lambda all_: changed(all_, "receipt", lambda each: each["lines"][0].update(lot_id=2**70)),
        f"has a line of a lot with the id {2**70}; ids are from 0 to",
    ),
    "a lot with too large an id": (
        lambda all_: changed(all_, "lot", lambda each: each.update(id=2**70)),
        f"has the id {2**70}; ids are from 0 to",
    ),
    "a license that counts from too far": (
        lambda all_: changed(all_, "license", lambda each: each.update(first_receipt_id=2**64)),
        f"license 'LIC-00001' counts its receipts from {2**64}; ids are from 0 to",
    ),
    "a receipt without history": (
        lambda all_: changed(all_, "receipt", lambda each: each.update(history=[])),
        "has no history",
    ),
    "nobody's sale": (
        lambda all_: changed(all_, "receipt", lambda each: each.update(employee_id="nobody")),
        "was sold by 'nobody', who is not there",
    ),
    "a customer of another type": (
        lambda all_: changed(all_, "receipt", lambda each: each.update(customer_type_id="CAKOMCT0009")),
        "has customer type 'CAKOMCT0009', which is not",
    ),
    "an unknown tax": (
        lambda all_: changed(all_, "receipt", lambda each: each["lines"][0]["taxes"][0].update(type_id="X")),
        "has the unknown tax type 'X'",
    ),
    "a seed below zero": (
        lambda all_: changed(all_, "snapshot", lambda each: each.update(seed=-1)),
        "line 1: the seed must not be below 0, not -1",
    ),
    "a clock out of time": (
        lambda all_: changed(all_, "snapshot", lambda each: each.update(now="9999-12-31T00:00:00Z")),
        "line 1: a moment must be in the years 2000 to 2999, not 9999-12-31T00:00:00+00:00",
    ),
    "a clock without a zone": (
        lambda all_: changed(all_, "snapshot", lambda each: each.update(now="2026-05-20T20:00:00")),
        "line 1: now has no zone",
    ),
    "a clock that runs backwards": (
        lambda all_: changed(all_, "snapshot", lambda each: each.update(rate=-1)),
        "line 1: a clock runs at a rate above 0 and up to 100,000, not -1.0",
    ),
    "a clock that runs too fast": (
        lambda all_: changed(all_, "snapshot", lambda each: each.update(rate=1e300)),
        "line 1: a clock runs at a rate above 0 and up to 100,000, not 1e+300",
    ),
    "a clock that runs from nowhere": (
        lambda all_: changed(all_, "snapshot", lambda each: each.update(now=None, rate=60)),
        "line 1: there is a rate, but no now to run from",
    ),
    "a rate that is none": (
        lambda all_: changed(all_, "snapshot", lambda each: each.update(rate="fast")),
        "shop.snapshot is not a snapshot: Expected `float`, got `str` - at `$.snapshot.rate`",
    ),
    "a line of nothing": (lambda all_: [all_[0], b"{}\n", *all_[1:]], "line 2: the line says nothing"),
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_snapshot_is_told_in_one_line(what: str, whole: list[bytes], tmp_path: Path) -> None:
    breaking, says = BROKEN[what]
    path = saved(tmp_path, breaking(whole))

    with pytest.raises(SnapshotError) as refused:
        restore(path)
    with pytest.raises(SnapshotError) as refused_too:
        read(breaking(whole), "shop.snapshot")

    assert says in str(refused.value)
    assert "\n" not in str(refused.value)
    assert str(refused_too.value) == str(refused.value)


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_no_damage_makes_a_traceback(
    data: st.DataObject, whole: list[bytes], tmp_path_factory: pytest.TempPathFactory
) -> None:
    content = list(whole)
    index = data.draw(st.integers(0, len(content) - 1))
    line = content[index]
    at = data.draw(st.integers(0, len(line) - 1))
    content[index] = line[:at] + data.draw(st.binary(max_size=3)) + line[at + data.draw(st.integers(0, 3)) :]
    path = tmp_path_factory.mktemp("damaged") / "shop.snapshot"
    path.write_bytes(b"".join(content))

    try:
        restore(path)
    except SnapshotError as refused:
        assert "\n" not in str(refused)  # noqa: PT017 - damage may also do no harm


def test_a_snapshot_that_is_not_there_or_no_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(SnapshotError, match="there is no snapshot file"):
        restore(tmp_path / "none.snapshot")
    with pytest.raises(SnapshotError, match="cannot be read: Is a directory"):
        header(tmp_path)


def test_a_snapshot_has_its_receipts_already(whole: list[bytes], tmp_path: Path) -> None:
    path = saved(tmp_path, whole)
    with pytest.raises(SnapshotError, match="a snapshot has its receipts already"):
        create_world(Settings(recipe=str(path), receipts=5))
