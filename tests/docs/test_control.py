"""docs/control.md has every route there is, and its examples answer what they promise."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from support.documents import document, fences, first_cells, rows, section
from support.live import Live, environment, serving

from simulator.audit.report import MOST_TOLD
from simulator.audit.rows import Row
from simulator.client import Used
from simulator.control.audit import AuditAnswer, AuditedLicense, RepeatedId
from simulator.control.headroom import HeadroomAnswer
from simulator.control.loop_lag import INTEREST, LATER_THAN_MS, PERIOD
from simulator.control.openapi import ALL_OPERATIONS
from simulator.control.operation import OPEN
from simulator.control.operations import SERVER
from simulator.control.worlds import NewWorld
from simulator.faults.book import MOST_FAULTS
from simulator.settings import Settings
from simulator.worlds import FORK_JOURNAL

CONTROL = document("control.md")
ROUTES = section(CONTROL, "## All routes")
SHOWN = "http://127.0.0.1:8420"
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", CONTROL, re.MULTILINE | re.DOTALL)
EXAMPLES = [
    (script, answer) for (kind, script), (told, answer) in pairwise(BLOCKS) if kind == "sh" and told != "sh"
]
MARK = "--- next ---"


@pytest.fixture(scope="module")
def server() -> Iterator[Live]:
    with serving("--now", "2026-05-20T20:00:00Z", "--control-token", "sesame") as live:
        yield live


@pytest.fixture(scope="module")
def another() -> Iterator[Live]:
    """The examples for the shell tell how much was asked of theirs."""
    with serving("--control-token", "sesame") as live:
        yield live


# --- the table ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("heading", "of_server"), [("### Of the server", True), ("### Of a world", False)])
def test_every_route_is_documented_once_and_no_other(heading: str, of_server: bool) -> None:
    routes = [f"{each.method} {each.path}" for each in ALL_OPERATIONS if (each.tags == SERVER) is of_server]
    assert sorted(first_cells(section(ROUTES, heading))) == sorted(routes)


def test_the_routes_without_a_token_say_so() -> None:
    without = {line.split("`")[1] for line in ROUTES.splitlines() if "asks for no token" in line}
    assert without == {f"{each.method} {each.path}" for each in ALL_OPERATIONS if each.access == OPEN}


def test_every_key_of_a_body_is_named_at_its_route() -> None:
    lines = {line.split("`")[1]: line for line in ROUTES.splitlines() if line.startswith("| `")}
    for each in ALL_OPERATIONS:
        schema = {} if each.body is None else each.body.json_schema()
        for key in () if "/faults" in each.path else schema.get("properties", ()):
            assert f"`{key}`" in lines[f"{each.method} {each.path}"], (each.path, key)
    assert all(f"`{key}`" in lines["POST /_simulator/worlds"] for key in NewWorld.model_fields)


def test_every_field_of_the_audit_is_documented_in_its_order() -> None:
    audit = section(CONTROL, "## The audit")
    assert first_cells(audit) == [*AuditAnswer.model_fields, *AuditedLicense.model_fields]
    told = dict(zip(first_cells(audit), rows(audit), strict=True))
    assert all(f"`{key}`" in told["repeated"][1] for key in RepeatedId.model_fields)
    assert f"at most {MOST_TOLD}" in told["problems"][1]
    assert all(f"`{key}`" in audit.partition("A line has")[2] for key in Row.__struct_fields__)


def test_the_limits_are_those_of_the_code() -> None:
    limits = section(CONTROL, "### How many, and for how long")
    for option in ("max_worlds", "world_idle", "journal_bytes"):
        assert f"`--{option.replace('_', '-')}`" in limits
    assert f"| {Settings.model_fields['max_worlds'].default} |" in limits
    assert f"after {Settings.model_fields['world_idle'].default} real seconds" in limits
    defaults = (FORK_JOURNAL, Settings.model_fields["journal_bytes"].default)
    assert ", ".join(f"{size // 2**20} MiB" for size in defaults) in limits
    assert f"| Faults of a world | | {MOST_FAULTS} |" in limits


def test_what_is_told_of_headroom_is_documented() -> None:
    headroom = section(CONTROL, "## Headroom")
    cells = [cell.strip("`") for each in first_cells(headroom) for cell in each.split(", ")]
    wanted = [*HeadroomAnswer.model_fields, *(field.name for field in fields(Used))]
    assert sorted(cells) == sorted(wanted)
    *edges, last = LATER_THAN_MS
    assert f"later than {', '.join(map(str, edges))} and {last} ms" in headroom
    assert f"Every {PERIOD * 1000:g} ms a moment is due" in headroom
    assert f"nobody has asked for {INTEREST:g} seconds" in headroom


# --- the examples ---------------------------------------------------------------------------------------------------


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")
def test_the_examples_answer_what_they_promise(server: Live, tmp_path: Path) -> None:
    """In one shell, from the first to the last. The token is sent with all of them, by curl's own configuration."""
    (tmp_path / ".curlrc").write_text('header = "X-Simulator-Token: sesame"\n')
    simulator = f'simulator() {{ "{sys.executable}" -m simulator "$@"; }}\n'
    variables = {
        "SIMULATOR_URL": server.url,
        "SIMULATOR_CONTROL_TOKEN": "sesame",
        "CURL_HOME": str(tmp_path),
        "PATH": os.environ["PATH"],
    }
    assert len(EXAMPLES) > 10

    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", simulator + f"echo; echo '{MARK}'\n".join(s for s, _ in EXAMPLES)],
        cwd=tmp_path,
        env=environment(variables),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    answers = done.stdout.replace(server.url, SHOWN).split(MARK)
    for (script, promised), answer in zip(EXAMPLES, answers, strict=True):
        if promised.startswith("{"):
            last = answer.strip().replace("}{", "}\n{").splitlines()[-1]
            assert is_within(json.loads(promised), json.loads(last)), (script, last)
        else:
            assert answer.strip() == promised.strip()


def is_within(promised: Any, answer: Any) -> bool:
    """Whether an answer has all that is promised; it may have more keys."""
    if isinstance(promised, dict):
        return isinstance(answer, dict) and all(
            key in answer and is_within(value, answer[key]) for key, value in promised.items()
        )
    if isinstance(promised, list):
        return len(promised) == len(answer) and all(map(is_within, promised, answer))
    return bool(promised == answer)


@pytest.mark.parametrize("example", fences(CONTROL, "python"))
def test_a_python_example_runs(another: Live, example: str) -> None:
    told = example.replace(f'"{SHOWN}"', f'"{another.url}", token="sesame"')
    assert told != example
    exec(told, {})  # noqa: S102 - our own document
