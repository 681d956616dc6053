"""A state file is read at the start and written again and again; what cannot be kept is told in one line."""

import errno
import os
import threading
from pathlib import Path
from typing import Any, NoReturn

import pytest
from support.builders import NOW, SHOP, a_world, recorded

from simulator.clock import Clock
from simulator.snapshots.file import SnapshotError, restore, write
from simulator.snapshots.state_file import StateFile
from simulator.world import World


def receipts(world: World | None) -> int:
    assert world is not None
    return len(world.ledger.books[SHOP].receipts)


@pytest.fixture
def kept(tmp_path: Path) -> StateFile:
    """One that holds a world with one receipt."""
    file, world = StateFile(tmp_path / "world.snapshot"), a_world()
    recorded(world)
    file.save(world)
    return file


def test_there_is_no_world_before_the_first_save(tmp_path: Path) -> None:
    assert StateFile(tmp_path / "world.snapshot").load() is None
    assert list(tmp_path.iterdir()) == []


def test_a_world_is_there_after_a_save_and_goes_on(kept: StateFile) -> None:
    world = kept.load()
    assert world is not None
    recorded(world)
    assert receipts(kept.load()) == 1
    kept.save(world)
    assert receipts(kept.load()) == 2
    assert receipts(restore(kept.path)) == 2


def test_a_world_is_loaded_under_the_clock_that_is_asked_for(kept: StateFile) -> None:
    clock = Clock(NOW)
    world = kept.load(clock)
    assert world is not None
    assert world.clock is clock


def test_pieces_are_of_the_moment_they_were_asked_for_and_kept_in_any_thread(kept: StateFile) -> None:
    world = kept.load()
    assert world is not None
    pieces = write(world)
    recorded(world)
    thread = threading.Thread(target=kept.keep, args=(pieces,))
    thread.start()
    thread.join()
    assert receipts(kept.load()) == 1


def test_saves_in_many_threads_take_turns(kept: StateFile) -> None:
    worlds = [a_world() for _ in range(6)]
    threads = [threading.Thread(target=kept.save, args=(world,)) for world in worlds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert receipts(kept.load()) == 0
    assert list(kept.path.parent.iterdir()) == [kept.path]


def test_leftovers_are_removed_at_the_start(kept: StateFile) -> None:
    left = kept.path.with_name(".world.snapshot.4000000.0.part")
    left.write_bytes(b"half")
    kept.load()
    assert not left.exists()


@pytest.mark.parametrize("content", [b"", b"half of it", b"{}\n"], ids=str)
def test_a_file_that_is_no_snapshot_is_told_and_stays(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "world.snapshot"
    path.write_bytes(content)
    with pytest.raises(SnapshotError, match=r"^world\.snapshot is not a snapshot"):
        StateFile(path).load()
    assert path.read_bytes() == content


def test_a_place_where_nothing_can_be_kept_is_told_at_the_start(tmp_path: Path) -> None:
    with pytest.raises(SnapshotError, match="cannot be kept: there is no folder"):
        StateFile(tmp_path / "none" / "world.snapshot").load()
    with pytest.raises(SnapshotError, match="cannot be read: Is a directory"):
        StateFile(tmp_path).load()
    (tmp_path / "file").touch()
    with pytest.raises(SnapshotError, match="cannot be kept: there is no folder"):
        StateFile(tmp_path / "file" / "world.snapshot").load()


def test_a_folder_that_is_read_only_is_told_at_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        os, "access", lambda place, _: place != tmp_path
    )  # root would be allowed all the same
    with pytest.raises(SnapshotError, match="is read-only"):
        StateFile(tmp_path / "world.snapshot").load()


@pytest.mark.parametrize("step", ["fsync", "replace"])
@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EIO, errno.EBUSY])
def test_a_save_that_fails_is_told_in_one_line_and_leaves_the_world_that_was_kept(
    kept: StateFile, step: str, error: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = kept.load()
    assert world is not None
    recorded(world)

    def failing(*_: Any, **__: Any) -> NoReturn:
        raise OSError(error, os.strerror(error))

    with monkeypatch.context() as patched:
        patched.setattr(os, step, failing)
        with pytest.raises(SnapshotError) as refused:
            kept.save(world)

    said = f"snapshot file {str(kept.path)!r} cannot be written: {os.strerror(error)}"
    assert str(refused.value) == said
    assert receipts(kept.load()) == 1
    assert list(kept.path.parent.iterdir()) == [kept.path]
    kept.save(world)
    assert receipts(kept.load()) == 2
