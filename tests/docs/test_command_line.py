"""docs/command-line.md has an example of every verb that its flags allow, and a walk through that goes as it says."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from support.documents import document, fences, rows, section
from support.live import environment, serving

from simulator.cli import OF_A_SERVER, OFFLINE, cli
from simulator.cli.fault_options import FLAGS
from simulator.cli.headroom import BUSY, CROWDED
from simulator.cli.remote import DEFAULT_URL, TOKEN, URL, WORLD

PAGE = document("command-line.md")
# Its tables have lines that look like headings.
WALK = PAGE.partition("## A walk through\n")[2].partition("\n## ")[0]
MARK = "--- next ---"


def verbs(commands: tuple[click.Command, ...]) -> Iterator[str]:
    for command in commands:
        inner = command.commands.values() if isinstance(command, click.Group) else ()
        yield from [f"{command.name} {each.name}" for each in inner] or [str(command.name)]


def examples(text: str) -> list[list[str]]:
    """The arguments of every example in the tables."""
    shown = [cells[0].strip("`") for cells in rows(text) if "simulator " in cells[0]]
    return [shlex.split(re.sub(r'^eval "\$\((.*)\)"$', r"\1", line))[1:] for line in shown]


OFFLINE_EXAMPLES = examples(section(PAGE, "## Verbs that need no server"))
EXAMPLES = examples(section(PAGE, "## Verbs that ask a server"))


def verb_of(arguments: list[str]) -> str:
    command: Any = cli.commands[arguments[0]]
    return " ".join(arguments[:2] if isinstance(command, click.Group) else arguments[:1])


def test_every_verb_has_an_example() -> None:
    assert {verb_of(each) for each in OFFLINE_EXAMPLES} == set(verbs(OFFLINE))
    assert {verb_of(each) for each in EXAMPLES} == set(verbs(OF_A_SERVER))


@pytest.mark.parametrize("arguments", [*OFFLINE_EXAMPLES, *EXAMPLES], ids=" ".join)
def test_an_example_has_flags_and_values_that_the_verb_takes(arguments: list[str]) -> None:
    command: Any = cli
    while isinstance(command, click.Group):
        name, *arguments = arguments
        command = command.commands[name]
    assert command.make_context(name, arguments).params


def test_the_flags_that_mean_an_effect_are_named() -> None:
    faults = section(PAGE, "### Faults")
    assert all(f"`--{flag.name}`" in faults for flag in FLAGS if flag.means)


def test_what_counts_as_busy_is_documented() -> None:
    (line,) = [line for line in PAGE.splitlines() if line.startswith("| `simulator headroom")]
    assert f"more than {BUSY:.0%} of a core" in line
    assert f"more than {CROWDED:.0%} of the time" in line


def test_the_flags_of_all_verbs_and_their_variables_are_documented() -> None:
    table = rows(section(PAGE, "## Which server and which world"))
    assert [[cell.strip("`") for cell in cells[1:]] for cells in table] == [
        ["--url", URL, DEFAULT_URL],
        ["--world", WORLD, "main"],
        ["--token", TOKEN, "none"],
    ]


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")
def test_the_walk_goes_as_it_says(tmp_path: Path) -> None:
    scripts = fences(WALK, "sh")
    with serving("--now", "2026-05-20T20:00:00Z") as server:
        text = f"echo '{MARK}'\n".join(scripts).replace(DEFAULT_URL, server.url)
        simulator = f'simulator() {{ "{sys.executable}" -m simulator "$@"; }}\n'
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", simulator + text],
            cwd=tmp_path,
            env=environment({"SIMULATOR_URL": server.url, "PATH": os.environ["PATH"]}),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    assert (done.returncode, done.stderr) == (0, "")
    printed = done.stdout.split(f"{MARK}\n")
    promised = dict(zip(scripts[2:4], fences(WALK, "text"), strict=True))
    for script, told in zip(scripts, printed, strict=True):
        if script in promised:
            assert without_times(told) == without_times(promised[script])


def without_times(text: str) -> str:
    """How many milliseconds it takes is another matter."""
    return re.sub(r" +(MS|\d+\.\d)$", "", text, flags=re.MULTILINE)
