"""What a system tells of a process: as Linux does, and as others do not."""

import os
from pathlib import Path

import pytest

from simulator.control import process
from simulator.control.process import CoreWaits, memory_bytes


def tell(proc: Path, **waited: int | None) -> None:
    """Threads by their numbers, and how many nanoseconds they waited; None is one that has ended."""
    for task, nanoseconds in waited.items():
        folder = proc / "task" / task
        folder.mkdir(parents=True, exist_ok=True)
        if nanoseconds is None:
            (folder / "schedstat").unlink()
            folder.rmdir()
        else:
            (folder / "schedstat").write_text(f"5000 {nanoseconds} 7\n")


@pytest.mark.parametrize(
    "steps",
    [
        [({"t1": 3, "t2": 4}, 7), ({"t1": 5}, 9)],
        [({"t1": 3, "t2": 4}, 7), ({"t2": None}, 7), ({"t1": 4}, 8)],
        [({"t1": 3, "t2": 4}, 7), ({"t2": 1}, 8), ({"t2": None}, 8)],
        [({"t1": 3}, 3), ({"t2": 4}, 7), ({"t2": None, "t3": 2}, 9)],
    ],
    ids=["more", "one ends", "a number is given again", "one comes and goes"],
)
def test_what_threads_waited_stays_when_they_end(
    tmp_path: Path, steps: list[tuple[dict[str, int | None], int]]
) -> None:
    waits = CoreWaits(tmp_path)
    for threads, seconds in steps:
        tell(tmp_path, **{name: value and value * 10**9 for name, value in threads.items()})
        assert waits.seconds() == seconds


@pytest.mark.parametrize("told", ["", "no numbers", "1"])
def test_what_the_system_does_not_tell_is_null(tmp_path: Path, told: str) -> None:
    assert CoreWaits(tmp_path).seconds() is None
    assert memory_bytes(tmp_path) is None
    tell(tmp_path, t1=5)
    for name in ("statm", "task/t1/schedstat"):
        (tmp_path / name).write_text(told)
    assert CoreWaits(tmp_path).seconds() is None
    assert memory_bytes(tmp_path) is None


def test_memory_is_what_is_resident(tmp_path: Path) -> None:
    (tmp_path / "statm").write_text("900 30 20 1 0 50 0\n")
    assert memory_bytes(tmp_path) == 30 * os.sysconf("SC_PAGE_SIZE")


def test_where_no_affinity_is_told_all_cores_are_its(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    assert process.cores() == (os.cpu_count() or 1)
