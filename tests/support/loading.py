"""Runs of `simulator loadtest`, and what they leave behind."""

import json
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from support.live import environment

PATIENCE = 120
"""Seconds that a run may take at most, its own server's start included."""


@dataclass(frozen=True)
class Ran:
    """`told` and `errors` are what it printed; `result` is its result.json, empty where there is none."""

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


def load_in(folder: Path, *arguments: str, **variables: str) -> Ran:
    """Run in a folder, with no variables of others; the report goes into its `report`."""
    command = [sys.executable, "-m", "simulator", "loadtest", *arguments]
    if arguments and not arguments[0].startswith("-"):
        command += ["--out", str(folder / "report")]
    done = subprocess.run(
        command,
        cwd=folder,
        env=environment(variables),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    return Ran(done.returncode, done.stdout, done.stderr, folder / "report")


def free_port() -> int:
    """One that nobody listens on just now."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        port: int = bound.getsockname()[1]
    return port
