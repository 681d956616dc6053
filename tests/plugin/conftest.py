"""Suites of tests that are run apart, as an integrator's are, and a server for tests of what they use."""

import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

import pytest
from support.live import environment

from simulator.testing import SimulatorServer

PLUGINS = ("-p", "simulator.pytest_plugin", "-p", "no:cacheprovider")
ALONE = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
"""What else is installed would only take time."""
NO_WORKER = {"PYTEST_XDIST_WORKER": ""}
"""Whatever runs these tests."""
LONGEST = 120


@dataclass(frozen=True, slots=True)
class Ran:
    """How pytest ended, and what it wrote."""

    code: int
    stdout: str
    stderr: str

    @property
    def summary(self) -> str:
        """`2 passed, 1 failed`, in whatever order, without the time it took."""
        return self.stdout.rstrip().rpartition("\n")[2].partition(" in ")[0].strip("= ")


@dataclass(frozen=True, slots=True)
class Suite:
    """A folder of tests."""

    folder: Path

    def write(self, **files: str) -> None:
        """A module for each name; two underscores lead into a folder."""
        for name, text in files.items():
            path = self.folder / (name.replace("__", "/") + ".py")
            path.parent.mkdir(exist_ok=True)
            path.write_text(dedent(text), encoding="utf-8")

    def run(self, *arguments: str, variables: Mapping[str, str] | None = None) -> Ran:
        """Pytest in a process of its own, with the plugin and no other."""
        done = subprocess.run(
            [sys.executable, "-m", "pytest", *PLUGINS, "-W", "error", "-q", *arguments],
            cwd=self.folder,
            env=environment({**ALONE, **NO_WORKER, **(variables or {})}),
            capture_output=True,
            text=True,
            check=False,
            timeout=LONGEST,
        )
        return Ran(done.returncode, done.stdout, done.stderr)


@pytest.fixture
def suite(tmp_path: Path) -> Suite:
    return Suite(tmp_path)


@pytest.fixture(scope="module")
def server() -> Iterator[SimulatorServer]:
    """One for the tests of a module; each makes worlds of its own."""
    with SimulatorServer() as server:
        yield server
