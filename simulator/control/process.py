"""What the system tells of this process: its cores, its memory, how long it waited for a core."""

import os
from collections.abc import Iterator
from pathlib import Path

PROC = Path("/proc/self")
NANOSECONDS = 1e9


def cores() -> int:
    """How many it may use."""
    try:
        return len(os.sched_getaffinity(0))
    except (AttributeError, OSError):  # there is no such thing but on Linux
        return os.cpu_count() or 1


def memory_bytes(proc: Path = PROC) -> int | None:
    """What is resident now; None where that is not told."""
    try:
        return int((proc / "statm").read_bytes().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return None


class CoreWaits:
    """How long the threads of the process were ready to run and waited for a core, those that have ended too.

    Linux tells it of threads that are there. Of one that has ended counts what it had waited when it was last asked of.
    """

    def __init__(self, proc: Path = PROC) -> None:
        self._tasks = proc / "task"
        self._waits: dict[str, int] = {}
        self._ended = 0

    def seconds(self) -> float | None:
        """None where it is not told. Never less than before."""
        waits = dict(self._told())
        if not waits:
            return None
        for task, before in self._waits.items():
            # A number may have been given to another thread since.
            if waits.get(task, -1) < before:
                self._ended += before
        self._waits = waits
        return (self._ended + sum(waits.values())) / NANOSECONDS

    def _told(self) -> Iterator[tuple[str, int]]:
        try:
            tasks = list(self._tasks.iterdir())
        except OSError:
            return
        for task in tasks:
            try:
                yield task.name, int((task / "schedstat").read_bytes().split()[1])
            except (OSError, ValueError, IndexError):  # it has just ended, or the kernel does not count
                continue
