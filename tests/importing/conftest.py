"""Imports that are refused."""

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from support.imports import Refused, written

from simulator.cli import cli


@pytest.fixture
def refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Refused:
    """The line with which an import of the files ends, which writes nothing. `r_csv=...` is a file r.csv."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str, **files: str | bytes | Any) -> str:
        names = [written(tmp_path, name.replace("_", "."), content).name for name, content in files.items()]
        before = sorted(tmp_path.iterdir())
        result = CliRunner().invoke(cli, ["import", *names, *arguments])
        assert (result.exit_code, result.stdout) == (2, ""), result.output
        assert sorted(tmp_path.iterdir()) == before
        (line,) = result.stderr.splitlines()
        return line.removeprefix("simulator: ")

    return run
