"""What the tests of load scenarios share: runs of the command line, and what they leave behind."""

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from support.live import environment

PATIENCE = 120
"""Seconds that a run may take at most, its own server's start included."""


@dataclass(frozen=True)
class Ran:
    """`told` is what was printed from the verdict on; `result` is result.json, empty where there is none."""

    code: int
    told: str
    errors: str
    folder: Path

    @property
    def result(self) -> dict[str, Any]:
        file = self.folder / "result.json"
        return json.loads(file.read_text()) if file.exists() else {}

    @property
    def proofs(self) -> dict[str, bool]:
        return {each["name"]: each["holds"] for each in self.result["verdict"]["proofs"]}

    @property
    def operations(self) -> dict[str, dict[str, Any]]:
        return {each["name"]: each for each in self.result["operations"]}


Load = Callable[..., Ran]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """`simulator loadtest` with these arguments, in an empty folder and with no variables of others."""

    def run(*arguments: str, **variables: str) -> Ran:
        folder = tmp_path / "report"
        command = [sys.executable, "-m", "simulator", "loadtest", *arguments]
        if arguments and not arguments[0].startswith("-"):
            command += ["--out", str(folder)]
        done = subprocess.run(
            command,
            cwd=tmp_path,
            env=environment(variables),
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        return Ran(done.returncode, done.stdout, done.stderr, folder)

    return run
