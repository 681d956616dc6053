"""A world that was saved comes back as it was: through a file, in pieces, of a moment, and while it goes on."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.builders import ACTOR, BULK, CLONE, GUMMY, NOW, SHOP, a_line, a_world, recorded

from simulator import __version__
from simulator.clock import Clock, ClockState
from simulator.ledger.commands import FinalizeReceipts, VoidReceipt
from simulator.snapshots.file import SnapshotError, read, restore, save, write
from simulator.world import World

HOUR = timedelta(hours=1)


def a_busy_world() -> World:
    """One sale active, one voided, one final, and a secret key that is no longer the recipe's."""
    world = a_world(refund_restocks=True)
    recorded(world, external_id="pos-1")
    voided = recorded(world, a_line(GUMMY, "2", "18.00"), a_line(CLONE, "1", "12.00"))
    final = recorded(world, a_line(BULK, "2.5", "4.00"))
    world.clock.advance(HOUR)
    world.execute(VoidReceipt(ACTOR, SHOP, voided.id))
    world.execute(FinalizeReceipts(ACTOR, SHOP, (final.id,)))
    world.accounts.new_secret_key(world.accounts.demo)
    return world


def told(world: World) -> list[Any]:
    """Everything that answers follow from, but for the clock."""
    return [
        (world.recipe, world.seed, world.ledger.policies, world.accounts.signing_key),
        [replace(account) for account in world.accounts.everyone],
        *(
            (
                book.license,
                list(book.employees.values()),
                list(book.lots.values()),
                list(book.active),
                list(book.inactive),
                book.next_receipt_id,
                book.next_line_id,
                book.knows_external_id("pos-1"),
            )
            for book in world.ledger.books.values()
        ),
    ]


@pytest.fixture(scope="module")
def busy() -> World:
    return a_busy_world()


@pytest.fixture(scope="module")
def content(busy: World) -> bytes:
    return b"".join(write(busy))


def test_a_world_comes_back_from_a_file(busy: World, tmp_path: Path) -> None:
    path = tmp_path / "shop.snapshot"
    save(busy, path)
    again = restore(path)
    assert told(again) == told(busy)
    assert again.clock.now() == busy.clock.now()
    assert b"".join(write(again)) == path.read_bytes()


def test_what_happens_next_is_the_same_in_both(tmp_path: Path) -> None:
    busy = a_busy_world()
    save(busy, tmp_path / "shop.snapshot")
    again = restore(tmp_path / "shop.snapshot")
    for world in (busy, again):
        recorded(world, external_id="pos-2")
        world.accounts.new_secret_key(world.accounts.demo)
    assert told(again) == told(busy)


@given(cuts=st.lists(st.integers(0, 40_000), max_size=8))
def test_a_world_comes_back_from_pieces_however_they_are_cut(
    cuts: list[int], busy: World, content: bytes
) -> None:
    places = [0, *sorted(cuts), len(content)]
    pieces = [content[start:end] for start, end in pairwise(places)]
    assert told(read(pieces, "upload")) == told(busy)


@pytest.mark.parametrize("size", [1, 7, 4096])
def test_a_world_comes_back_from_pieces_of_any_size(size: int, busy: World, content: bytes) -> None:
    pieces = (content[place : place + size] for place in range(0, len(content), size))
    assert told(read(pieces, "upload")) == told(busy)


def test_a_world_comes_back_from_an_open_file_and_without_the_last_line_break(
    busy: World, content: bytes
) -> None:
    assert told(read(BytesIO(content), "upload")) == told(busy)
    assert told(read([content.rstrip(b"\n")], "upload")) == told(busy)


@pytest.mark.parametrize("pieces", [[], [b""], [b"", b""]], ids=str)
def test_an_empty_body_is_no_snapshot(pieces: list[bytes]) -> None:
    with pytest.raises(
        SnapshotError, match=r"^upload is not a snapshot: its first line is no snapshot header$"
    ):
        read(pieces, "upload")


def test_what_comes_is_given_the_clock_that_is_asked_for(content: bytes) -> None:
    clock = Clock(NOW + 40 * HOUR)
    assert read([content], "upload", clock).clock is clock


def test_what_happens_while_it_is_written_is_not_in_it() -> None:
    world = a_busy_world()
    as_it_was, at = told(world), world.clock.now()
    pieces = write(world)
    recorded(world, external_id="pos-2")
    world.clock.set(NOW - HOUR)
    world.accounts.new_secret_key(world.accounts.demo)

    again = read(pieces, "upload")

    assert told(again) == as_it_was
    assert again.clock.now() == at
    assert told(world) != as_it_was


def test_a_moment_is_written_as_it_stood() -> None:
    world = a_busy_world()
    as_it_was, moment = told(world), world.moment()
    recorded(world, external_id="pos-2")
    world.clock.advance(HOUR)
    world.accounts.new_secret_key(world.accounts.demo)

    again = read(write(world, moment), "upload")

    assert told(again) == as_it_was
    assert again.clock.now() == moment.clock.now


CLOCKS: dict[str, ClockState] = {
    "following the wall": ClockState(NOW, 1, real=True),
    "frozen": ClockState(NOW, 0),
    "moved and running": ClockState(NOW, 1),
    "running fast": ClockState(NOW, 60),
    "running slowly": ClockState(NOW, 0.125),
}


@pytest.mark.parametrize("how", CLOCKS)
def test_a_clock_goes_on_from_the_moment_of_saving(how: str) -> None:
    was, world = CLOCKS[how], a_world()
    world.clock = Clock.of(
        was, wall=lambda: NOW
    )  # real time long ago, so that nothing passes until it is restored
    written = list(write(world))

    began = datetime.now(UTC)
    state = read(written, "upload").clock.state
    ended = datetime.now(UTC)

    assert (state.rate, state.real) == (was.rate, was.real)
    if was.real:
        assert began <= state.now <= ended
    else:
        assert NOW <= state.now <= NOW + (ended - began) * was.rate


@pytest.mark.parametrize(
    ("how", "says"),
    {
        "following the wall": b'"now":null,"rate":0.0,',
        "frozen": b'"now":"2026-05-20T20:00:00Z","rate":0.0,',
        "moved and running": b'"now":"2026-05-20T20:00:00Z","rate":1.0,',
        "running fast": b'"now":"2026-05-20T20:00:00Z","rate":60.0,',
    }.items(),
)
def test_the_first_line_says_how_the_clock_goes_on(how: str, says: bytes) -> None:
    world = a_world()
    world.clock = Clock.of(CLOCKS[how], wall=lambda: NOW)
    assert says in next(write(world)).splitlines()[0]


OLD = Path(__file__).with_name("of_0.1.0.snapshot")
"""Written by version 0.1.0, of the same sales as `a_busy_world`, before there were rates."""


def test_a_snapshot_of_version_0_1_0_is_read(busy: World) -> None:
    restored = restore(OLD)
    assert told(restored) == told(busy)
    assert restored.clock.state == ClockState(NOW + HOUR, 0)


def test_a_snapshot_of_version_0_1_0_with_a_running_clock_is_read() -> None:
    content = OLD.read_bytes().replace(b'"now":"2026-05-20T21:00:00Z",', b'"now":null,', 1)
    assert read([content], "upload").clock.state.real


def test_what_is_written_of_an_old_snapshot_differs_only_in_what_is_new() -> None:
    written = b"".join(write(restore(OLD)))
    assert written.replace(b'"rate":0.0,', b"", 1).replace(
        b',"mark":null', b"", 1
    ) == OLD.read_bytes().replace(b'"simulator":"0.1.0"', f'"simulator":"{__version__}"'.encode(), 1)
