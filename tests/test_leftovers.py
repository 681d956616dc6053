"""What was killed while it wrote leaves half a file beside its target; nothing else is taken for one."""

import errno
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, NoReturn

import pytest

from simulator.writing import clear_leftovers, whole_file

OLD, NEW = b"old", b"new" * 100_000

posix = pytest.mark.skipif(sys.platform == "win32", reason="links, locks and SIGKILL are of POSIX")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "shop.snapshot"
    path.write_bytes(OLD)
    return path


def write(path: Path, content: bytes = NEW) -> None:
    with whole_file(path) as file:
        file.write(content)


WRITING = """
import sys
from pathlib import Path
from simulator.writing import whole_file
with whole_file(Path(sys.argv[1])) as file:
    print(flush=True)
    sys.stdin.readline()
    file.write(b"theirs")
"""


@contextmanager
def another_process(path: Path) -> Iterator["subprocess.Popen[str]"]:
    """One that is about to write the file, and does on a line of input."""
    with subprocess.Popen(
        [sys.executable, "-c", WRITING, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "\n"
        yield process


def left_beside(path: Path) -> list[str]:
    return sorted(each.name for each in path.parent.iterdir() if each != path)


Clearing = Callable[[Path], None]
both_ways = pytest.mark.parametrize("clearing", [write, clear_leftovers], ids=["a save", "a start"])


@posix
@both_ways
def test_what_a_killed_process_left_is_removed(path: Path, clearing: Clearing) -> None:
    with another_process(path) as process:
        process.send_signal(signal.SIGKILL)
    assert len(left_beside(path)) == 1
    clearing(path)
    assert left_beside(path) == []


@posix
@both_ways
def test_what_another_process_is_writing_is_left_alone(path: Path, clearing: Clearing) -> None:
    with another_process(path) as process:
        unfinished = left_beside(path)
        clearing(path)
        assert left_beside(path) == unfinished
        process.communicate("go on\n")
    assert process.returncode == 0
    assert path.read_bytes() == b"theirs"
    assert left_beside(path) == []


def test_a_save_that_fails_removes_nothing_of_others(path: Path) -> None:
    left = path.with_name(".shop.snapshot.4000000.0.part")
    left.touch()

    def failing() -> None:
        with whole_file(path):
            raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        failing()
    assert left.exists()


LEFT = [".shop.snapshot.17.part", ".shop.snapshot.17.0.part", ".shop.snapshot.4000000.12.part"]
NOT_LEFT = [
    ".shop.snapshot.part",
    ".shop.snapshot.x.part",
    ".shop.snapshot.17.part.bak",
    ".shopXsnapshot.17.part",
    ".other.snapshot.17.part",
    "shop.snapshot.17.part",
    "..shop.snapshot.17.part",
]


@both_ways
def test_only_leftovers_of_this_file_are_removed(path: Path, clearing: Clearing) -> None:
    for name in LEFT + NOT_LEFT:
        path.with_name(name).touch()
    path.with_name(".shop.snapshot.1.part").mkdir()

    clearing(path)

    assert left_beside(path) == sorted([*NOT_LEFT, ".shop.snapshot.1.part"])


@posix
@both_ways
def test_leftovers_of_a_link_lie_beside_its_file(
    path: Path, clearing: Clearing, tmp_path_factory: pytest.TempPathFactory
) -> None:
    link = tmp_path_factory.mktemp("elsewhere") / "link"
    link.symlink_to(path)
    path.with_name(LEFT[0]).touch()
    clearing(link)
    assert left_beside(path) == []


@posix
def test_a_name_that_another_container_is_using_is_not_taken(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where process ids begin anew, both are process 1."""
    with another_process(path) as process:
        monkeypatch.setattr(os, "getpid", lambda: process.pid)
        monkeypatch.setattr("simulator.writing._numbers", iter(range(2)))
        write(path)
        assert path.read_bytes() == NEW
        process.communicate("go on\n")
    assert path.read_bytes() == b"theirs"


@posix
def test_one_that_was_cleared_before_it_was_locked_is_begun_again(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    locked: list[str] = []

    def flock_too_late(file: BinaryIO, _how: int) -> None:
        locked.append(file.name)
        if len(locked) == 1:
            Path(file.name).unlink()

    monkeypatch.setattr("fcntl.flock", flock_too_late)
    write(path)
    assert path.read_bytes() == NEW
    assert len(set(locked)) == 2


@posix
def test_where_there_are_no_locks_files_are_written_and_nothing_is_cleared(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_locks(*_: Any) -> NoReturn:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr("fcntl.flock", no_locks)
    path.with_name(LEFT[0]).touch()
    write(path)
    assert path.read_bytes() == NEW
    assert left_beside(path) == [LEFT[0]]


def test_clearing_where_there_is_nothing_is_no_error(tmp_path: Path) -> None:
    clear_leftovers(tmp_path / "none" / "shop.snapshot")
    clear_leftovers(tmp_path / "shop.snapshot")
