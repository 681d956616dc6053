"""Named moments and checkpoints, over the wire."""

from pathlib import Path
from typing import Any

import pytest

from simulator.client import SimulatorError, World


def receipts(world: World) -> int:
    return world.info().receipts


def test_a_moment_is_named_and_returned_to(world: World, sell: Any) -> None:
    saved = world.snapshots.save("before")
    assert (saved.name, saved.receipts, saved.now) == ("before", 337, world.clock.now)
    sell(world)
    world.clock.advance(days=1)

    assert world.snapshots.restore("before") == saved
    assert (receipts(world), world.clock.now) == (337, saved.now)
    assert world.snapshots.list() == [saved]
    world.snapshots.forget("before")
    assert world.snapshots.list() == []


def test_a_name_is_taken_until_it_is_replaced(world: World, sell: Any) -> None:
    world.snapshots.save("one")
    sell(world)
    with pytest.raises(SimulatorError, match="already"):
        world.snapshots.save("one")
    assert world.snapshots.save("one", replace=True).receipts == 338


def test_checkpoints_nest_and_leave_nothing_behind(world: World, sell: Any) -> None:
    with world.snapshot() as outer:
        sell(world)
        with world.snapshot() as inner:
            sell(world, "order-2")
            assert {outer.name, inner.name} == {each.name for each in world.snapshots.list()}
            assert receipts(world) == 339
        assert receipts(world) == 338
    assert receipts(world) == 337
    assert world.snapshots.list() == []


def test_a_checkpoint_is_left_when_a_test_fails_too(world: World, sell: Any) -> None:
    def fails() -> None:
        with world.snapshot("here"):
            sell(world)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails()
    assert receipts(world) == 337
    assert world.snapshots.list() == []


def test_a_checkpoint_needs_no_block(world: World, sell: Any) -> None:
    point = world.snapshot()
    for _ in range(2):
        sell(world)
        point.restore()
        assert receipts(world) == point.snapshot.receipts == 337
    point.forget()
    with pytest.raises(SimulatorError, match="no snapshot"):
        point.restore()


def test_a_checkpoint_that_is_given_up_within_its_block_is_not_returned_to(world: World, sell: Any) -> None:
    with world.snapshot() as point:
        sell(world)
        point.forget()
    assert receipts(world) == 338


def test_a_checkpoint_that_a_reset_forgot_says_so(world: World, sell: Any) -> None:
    def resets() -> None:
        with world.snapshot():
            sell(world)
            world.reset()

    with pytest.raises(
        SimulatorError, match=r"the checkpoint s1 is gone.*: a reset\(\) in its block forgot it"
    ):
        resets()
    with world.snapshot("kept"):
        sell(world)
        world.reset("ledger", "clock")
    assert receipts(world) == 337


def test_a_checkpoint_of_a_world_that_is_gone_says_that(world: World) -> None:
    def drops() -> None:
        with world.snapshot():
            world.drop()

    with pytest.raises(SimulatorError, match="There is no world"):
        drops()


def test_people_come_back_with_a_checkpoint(world: World) -> None:
    number = len(world.accounts)
    with world.snapshot():
        world.issue_account("night")
        assert len(world.accounts) == number + 1
    assert len(world.accounts) == number


def test_a_moment_travels_as_a_file(world: World, sell: Any, tmp_path: Path) -> None:
    sell(world)
    world.snapshots.save("sold")
    path = world.snapshots.export_file("sold", tmp_path / "carried.snapshot")
    assert [each.name for each in tmp_path.iterdir()] == ["carried.snapshot"]

    with world.simulator.create_world() as other:
        kept = other.snapshots.import_file(path)
        assert (kept.name, kept.receipts) == ("carried", 338)
        assert other.snapshots.import_file(path, "again").name == "again"
        other.snapshots.restore("carried")
        assert receipts(other) == 338


def test_a_file_that_is_none_or_cannot_be_had_leaves_nothing(world: World, tmp_path: Path) -> None:
    bad = tmp_path / "bad.snapshot"
    bad.write_text("hello")
    with pytest.raises(SimulatorError):
        world.snapshots.import_file(bad)
    with pytest.raises(SimulatorError, match="There is no snapshot 'none'"):
        world.snapshots.export_file("none", tmp_path / "none.snapshot")
    assert [each.name for each in tmp_path.iterdir()] == ["bad.snapshot"]
    assert world.snapshots.list() == []
