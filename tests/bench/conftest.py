"""Benchmarks as their users run them: a command, with few of everything, that writes to a page of its own."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from support.documents import DOCS

BENCH = DOCS.parent / "loadtests" / "bench"


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project's page, to be written to."""
    folder = tmp_path_factory.mktemp("page")
    shutil.copy(DOCS / "performance.md", folder)
    (folder / "img").mkdir()
    return folder / "performance.md"


@pytest.fixture(scope="module")
def bench(page: Path) -> Callable[..., "subprocess.CompletedProcess[str]"]:
    """Runs one of the scripts; what it prints, and its exit code."""

    def run(script: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, str(BENCH / script), "--page", str(page), *arguments]
        return subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)

    return run


@pytest.fixture
def on_path(monkeypatch: pytest.MonkeyPatch) -> None:
    """The benchmarks' own modules can be imported."""
    monkeypatch.syspath_prepend(BENCH)
