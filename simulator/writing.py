"""Writing a file that is there when it is whole, and as it was when it is not."""

import os
import re
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import BinaryIO

if sys.platform != "win32":
    import fcntl

_numbers = count()


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """A file to write, which takes the place of `path` when the block ends well. Raises OSError.

    Whatever becomes of this process or the machine, `path` is afterwards what it was, or what was written, whole. What
    is no regular file, such as a device or a pipe, is written to as it is; a link stays, and what it leads to is
    replaced.
    """
    if path.exists() and not path.is_file():
        with path.open("wb") as stream:
            yield stream
        return
    target = _target(path)
    if target.exists() and not os.access(target, os.W_OK):
        raise PermissionError(13, "Permission denied")
    unfinished, file = _begin(target)
    with file:
        try:
            if target.exists():
                unfinished.chmod(stat.S_IMODE(target.stat().st_mode))
            yield file
            file.flush()
            os.fsync(file.fileno())
            if sys.platform == "win32":
                file.close()  # nobody can move it while it is open; elsewhere it stays locked until it is moved
            unfinished.replace(target)
        except BaseException:
            _drop(unfinished, file)
            raise
    _settle(target.parent)
    clear_leftovers(target)


def clear_leftovers(path: Path) -> None:
    """Remove what was left beside `path` by processes that were killed while they wrote it.

    Whether one still writes, its lock tells and not its id, which means nothing in another container: the system takes
    a lock back, however its holder ends. Windows does not let anybody remove what is open.
    """
    target = _target(path)
    left = re.compile(rf"\.{re.escape(target.name)}\.\d+(\.\d+)?\.part")
    with suppress(OSError), os.scandir(target.parent) as entries:
        for entry in entries:
            if left.fullmatch(entry.name) and entry.is_file(follow_symlinks=False):
                _clear(Path(entry))


def _target(path: Path) -> Path:
    return path.resolve() if path.is_symlink() else path


def _begin(target: Path) -> tuple[Path, BinaryIO]:
    """A new file beside the target, and ours: see `clear_leftovers`."""
    while True:
        unfinished = target.with_name(f".{target.name}.{os.getpid()}.{next(_numbers)}.part")
        with suppress(FileExistsError):
            file = unfinished.open("xb")
            if sys.platform != "win32":
                with suppress(OSError):  # where there are no locks, nothing is cleared either
                    fcntl.flock(file, fcntl.LOCK_EX)
            if unfinished.exists():
                return unfinished, file
            file.close()  # it was taken for a leftover before it was locked


def _drop(unfinished: Path, file: BinaryIO) -> None:
    with suppress(OSError):
        file.close()
    with suppress(OSError):
        unfinished.unlink()


def _clear(leftover: Path) -> None:
    with suppress(OSError):
        with leftover.open("r+b") as file:
            if sys.platform != "win32":
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                leftover.unlink()
        if sys.platform == "win32":
            leftover.unlink()


def _settle(folder: Path) -> None:
    """Let the new name outlast a power cut. Not every system can; then the old file may come back, whole too."""
    with suppress(OSError):
        opened = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)
