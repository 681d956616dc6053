"""A file takes its place when it is whole; whatever goes wrong, what was there stays, and nothing lies beside it."""

import errno
import os
import stat
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any, NoReturn

import pytest

from simulator.writing import whole_file

OLD, NEW = b"old", b"new" * 100_000

posix = pytest.mark.skipif(sys.platform == "win32", reason="links, modes, devices and locks are of POSIX")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "shop.snapshot"
    path.write_bytes(OLD)
    return path


def write(path: Path, content: bytes = NEW) -> None:
    with whole_file(path) as file:
        file.write(content)


def names(path: Path) -> list[str]:
    """Everything in its folder."""
    return sorted(each.name for each in path.parent.iterdir())


def test_what_was_there_is_replaced_at_the_end(path: Path) -> None:
    with whole_file(path) as file:
        file.write(NEW)
        file.flush()
        assert path.read_bytes() == OLD
        assert len(names(path)) == 2
    assert path.read_bytes() == NEW
    assert names(path) == ["shop.snapshot"]


def test_a_new_file_is_there_at_the_end(tmp_path: Path) -> None:
    path = tmp_path / "new.snapshot"
    with whole_file(path) as file:
        file.write(NEW)
        assert not path.exists()
    assert path.read_bytes() == NEW
    assert names(path) == ["new.snapshot"]


@posix
def test_it_is_on_the_disk_before_it_has_its_name_and_then_its_name_is(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    fsync, replace = os.fsync, os.replace

    def noted_fsync(opened: int) -> None:
        done.append(
            "folder" if stat.S_ISDIR(os.fstat(opened).st_mode) else f"{os.fstat(opened).st_size} bytes"
        )
        fsync(opened)

    def noted_replace(*names: Any) -> None:
        done.append("name")
        replace(*names)

    monkeypatch.setattr(os, "fsync", noted_fsync)
    monkeypatch.setattr(os, "replace", noted_replace)
    write(path)

    assert done == [f"{len(NEW)} bytes", "name", "folder"]


class Stopped(BaseException):
    """As KeyboardInterrupt and SystemExit are, which no `except Exception` sees."""


@pytest.mark.parametrize(
    "error", [OSError(errno.ENOSPC, "No space left on device"), ValueError("no"), Stopped()]
)
def test_a_block_that_fails_changes_nothing(path: Path, error: BaseException) -> None:
    def failing() -> None:
        with whole_file(path) as file:
            file.write(NEW)
            raise error

    with pytest.raises(type(error)):
        failing()

    assert path.read_bytes() == OLD
    assert names(path) == ["shop.snapshot"]


@pytest.mark.parametrize("step", ["fsync", "replace", "chmod"])
def test_a_step_that_fails_changes_nothing(path: Path, step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*_: Any, **__: Any) -> NoReturn:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, step, failing)

    with pytest.raises(OSError, match="No space left"):
        write(path)

    assert path.read_bytes() == OLD
    assert names(path) == ["shop.snapshot"]


def test_a_file_that_is_read_only_is_not_replaced(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)  # root would be allowed all the same
    with pytest.raises(PermissionError):
        write(path)
    assert path.read_bytes() == OLD
    assert names(path) == ["shop.snapshot"]


FULL = """
import resource, sys
from pathlib import Path
from simulator.writing import whole_file
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
try:
    with whole_file(Path(sys.argv[1])) as file:
        file.write(b"new" * int(sys.argv[2]))
except OSError as error:
    print(error.strerror)
"""


@posix
@pytest.mark.parametrize("count", [33_334, 1_000_000], ids=["at the end", "on the way"])
def test_a_file_that_has_no_room_changes_nothing(path: Path, count: int) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", FULL, str(path), str(count)], capture_output=True, text=True, check=False
    )

    assert (ended.stdout, ended.stderr) == ("File too large\n", "")
    assert path.read_bytes() == OLD
    assert names(path) == ["shop.snapshot"]


@posix
def test_a_folder_that_cannot_be_synced_is_no_error(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fsync = os.fsync

    def only_files(opened: int) -> None:
        if stat.S_ISDIR(os.fstat(opened).st_mode):
            raise OSError(errno.EINVAL, "Invalid argument")
        fsync(opened)

    monkeypatch.setattr(os, "fsync", only_files)
    write(path)
    assert path.read_bytes() == NEW


@posix
def test_the_mode_stays_and_is_already_that_of_the_unfinished_file(path: Path) -> None:
    path.chmod(0o600)
    with whole_file(path) as file:
        assert stat.S_IMODE(os.fstat(file.fileno()).st_mode) == 0o600
        file.write(NEW)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@posix
def test_a_link_stays_and_its_file_is_replaced(path: Path) -> None:
    link = path.with_name("link")
    link.symlink_to(path)
    write(link)
    assert link.is_symlink()
    assert path.read_bytes() == NEW
    assert names(path) == ["link", "shop.snapshot"]


@posix
def test_a_pipe_is_written_to_and_stays(tmp_path: Path) -> None:
    """One of our own, not a device: a mistake here would replace the machine's."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()), daemon=True)
    reader.start()
    write(pipe)
    reader.join(10)
    assert read == [NEW]
    assert pipe.is_fifo()
    assert names(pipe) == ["pipe"]


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        write(tmp_path / "none" / "shop.snapshot")


def test_two_at_once_are_both_whole_and_the_last_to_end_stays(path: Path) -> None:
    with whole_file(path) as one:
        one.write(b"one")
        with whole_file(path) as other:
            other.write(b"other")
        assert path.read_bytes() == b"other"
    assert path.read_bytes() == b"one"
    assert names(path) == ["shop.snapshot"]


def test_many_threads_may_write_one_file(path: Path) -> None:
    contents = [str(number).encode() * 50_000 for number in range(8)]
    failed: list[BaseException] = []

    def write_often(content: bytes) -> None:
        try:
            for _ in range(20):
                write(path, content)
                assert path.read_bytes() in contents
        except BaseException as error:  # noqa: BLE001 - to be raised where the test sees it
            failed.append(error)

    threads = [threading.Thread(target=write_often, args=(content,)) for content in contents]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failed == []
    assert path.read_bytes() in contents
    assert names(path) == ["shop.snapshot"]
