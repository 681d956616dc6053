"""A process killed with SIGKILL at any moment while saving leaves the last good snapshot readable."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from simulator.snapshots.file import restore, save

KILLING = Path(__file__).with_name("killing.py")
TESTS = Path(__file__).parents[1]
KILLS = 40
# What is found where a process was killed at a step of its saving: what there was, or what it was about to save.
BY_STEP = {
    "first piece": "old",
    "last piece": "old",
    "before os.fsync 1": "old",
    "after os.fsync 1": "old",
    "before os.replace 1": "old",
    "after os.replace 1": "new",
    "before os.fsync 2": "new",
    "after os.fsync 2": "new",
    "before os.scandir 1": "new",
}

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="the killing needs processes that fork")


def killed(path: Path, *arguments: str) -> list[dict[str, Any]]:
    """What was found after each kill."""
    ended = subprocess.run(
        [sys.executable, str(KILLING), str(path), *arguments],
        env=os.environ | {"PYTHONPATH": str(TESTS)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    return [json.loads(line) for line in ended.stdout.splitlines()]


def test_killed_at_random_moments(tmp_path: Path) -> None:
    path = tmp_path / "shop.snapshot"

    found = killed(path, str(KILLS), "7")

    assert len(found) == KILLS
    least = 0
    for each in found:
        assert each["found"] in (each["saved"], each["saving"]), each
        assert each["found"] >= least, each
        least = each["found"]
    assert any(each["left"] for each in found), "none of them was killed while it wrote"
    the_next_save_leaves_nothing_beside(path)


def test_killed_at_each_step(tmp_path: Path) -> None:
    path = tmp_path / "shop.snapshot"

    found = killed(path)

    assert [each["step"] for each in found] == list(BY_STEP)
    for each in found:
        assert each["killed"], each
        assert each["found"] - each["had"] == (BY_STEP[each["step"]] == "new"), each
    the_next_save_leaves_nothing_beside(path)


def the_next_save_leaves_nothing_beside(path: Path) -> None:
    world = restore(path)
    save(world, path)
    assert list(path.parent.iterdir()) == [path]
