"""docs/importing.md: its examples run, and its tables name everything and nothing else."""

import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from support.documents import document, fences, first_cells, rows, section

from simulator.app import create_world
from simulator.cli import cli
from simulator.cli.import_ import import_
from simulator.importing.report import FILLED, Report
from simulator.settings import Settings

IMPORTING = document("importing.md")
FIRST = section(IMPORTING, "## A first import")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the report that the page shows."""
    (table,) = fences(FIRST, "csv")
    (tmp_path / "report.csv").write_text(table, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_first_import_says_what_the_page_shows(folder: Path) -> None:
    (command,) = re.findall(r"^`simulator (import .*)` says:$", FIRST, re.MULTILINE)
    (shown,) = fences(FIRST, "text")
    result = CliRunner().invoke(cli, shlex.split(command))
    assert (result.exit_code, result.stdout) == (0, shown)
    assert (folder / "report.snapshot").is_file()


@pytest.mark.usefixtures("folder")
def test_the_first_commands_make_a_world_that_is_served() -> None:
    load, serve = fences(IMPORTING, "sh")[0].splitlines()
    assert CliRunner().invoke(cli, shlex.split(load)[1:]).exit_code == 0
    *_, recipe = shlex.split(serve)
    world = create_world(Settings(recipe=recipe))
    assert (world.accounts.demo.username, world.accounts.demo.password) == ("demo", "demo")


def test_the_python_example_runs(folder: Path) -> None:
    text = section(IMPORTING, "## In Python")
    (example,), (shown,) = fences(text, "python"), fences(text, "text")
    done = subprocess.run(
        [sys.executable, "-c", example], cwd=folder, capture_output=True, text=True, timeout=30, check=True
    )
    assert done.stdout == shown
    assert b"C10-0000123-LIC" not in (folder / "mine.snapshot").read_bytes()


def test_everything_that_is_filled_in_is_documented() -> None:
    assert first_cells(section(IMPORTING, "## What is filled in")) == list(FILLED)


def test_every_option_is_documented_and_every_key_of_the_report() -> None:
    text = section(IMPORTING, "## Options")
    options = [each.opts[0] for each in import_.params if isinstance(each, click.Option)]
    assert first_cells(text) == options
    assert all(f"`{key}`" in text for key in (*Report().as_json(), "written", "next"))


BENT: tuple[Callable[[str], str], ...] = (
    lambda table: table.replace("30.12", '"30,12"'),
    lambda table: table.replace("2026-04-25T20:01:41", "4/25/2026 20:01"),
    lambda table: table.replace("receiptNumber,", "id,").replace("001230062", "001230061"),
    lambda table: table.replace(",", ";"),
    lambda table: table.replace("totalPrice", "total"),
    lambda table: table,
)


@pytest.mark.parametrize(("place", "bend"), list(enumerate(BENT)))
def test_every_message_shown_is_the_one_given(folder: Path, place: int, bend: Callable[[str], str]) -> None:
    table = rows(section(IMPORTING, "## Bad rows"))
    assert len(table) == len(BENT)
    path = folder / "report.csv"
    path.write_text(bend(path.read_text(encoding="utf-8")), encoding="utf-8")
    state = [] if place == len(BENT) - 1 else ["--state", "ca"]
    result = CliRunner().invoke(cli, ["import", "report.csv", *state])
    assert result.stderr == f"simulator: {table[place][1].strip('`')}\n"
