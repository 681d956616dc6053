"""docs/testing.md: every example runs where its language is on the machine, and its tables name everything."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.documents import document, fences, first_cells
from support.live import Live, environment, serving

from simulator import pytest_plugin
from simulator.testing import SimulatorServer, World
from simulator.testing.options import KEYS, growth

TESTING = document("testing.md")
FAILS = "test_till.py"
"""The page shows what its report looks like."""
RUNS = ("test_plain.py", "parallel.py")
"""Examples that are not for pytest."""
PYTEST = (sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "no:randomly")
IGNORED = ("-W", "ignore::DeprecationWarning:t3api")
PLACE = re.compile(r"127\.0\.0\.1:\d+/worlds/\w+-\d+")
SUMMARY = re.compile(r"(?:(\d+) failed, )?(\d+) passed")


def part(heading: str) -> str:
    """What stands under a heading; a comment in an example is none."""
    return re.split(r"\n#{2,3} ", TESTING.partition(f"\n{heading}\n")[2])[0]


@pytest.fixture(scope="module")
def server() -> Iterator[Live]:
    """One that runs elsewhere."""
    with serving() as live:
        yield live


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Every Python example under the name it says; where there is a conftest.py before it, beside that."""
    beside = tmp_path
    for example in fences(TESTING, "python"):
        name = example.partition("\n")[0].removeprefix("# ")
        if name == "conftest.py":
            beside = tmp_path / f"with_conftest_{len(list(tmp_path.iterdir()))}"
            beside.mkdir()
        (beside / name).write_text(example, encoding="utf-8")
        if name != "conftest.py":
            beside = tmp_path
    return tmp_path


def run(
    *command: str, folder: Path, variables: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=folder,
        env={**environment(variables), "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_the_examples_for_pytest_pass_and_the_one_that_fails_is_reported_as_shown(folder: Path) -> None:
    """In a server of its own; the next test uses one that runs elsewhere."""
    done = run(*PYTEST, "-W", "error", *IGNORED, folder=folder)

    failed, passed = SUMMARY.findall(done.stdout)[-1]
    assert (failed, int(passed) > 10) == ("1", True), done.stdout
    assert f"FAILED {FAILS}" in done.stdout
    (shown,) = fences(part("## When a test fails"), "text")
    assert PLACE.sub("AT", shown) in PLACE.sub("AT", done.stdout)


def test_the_same_examples_pass_with_a_server_that_runs_elsewhere(folder: Path) -> None:
    """But for the one that fails, and on one worker, which is enough. Their worlds are gone when it is over."""
    (script,) = fences(part("## A server elsewhere"), "sh")
    serve, test = script.splitlines()
    flags = shlex.split(serve.removesuffix("&"))[2:]
    *assignments, _pytest, _n, _four = shlex.split(test)
    with serving(*flags[2:]) as server:
        variables = dict(each.split("=") for each in assignments) | {"SIMULATOR_URL": server.url}
        done = run(*PYTEST, *IGNORED, f"--deselect={FAILS}", folder=folder, variables=variables)

        assert done.returncode == 0, done.stdout
        assert f"simulator: {server.url}" in done.stdout
        with server.http({"X-Simulator-Token": variables["SIMULATOR_CONTROL_TOKEN"]}) as client:
            worlds = client.get("/_simulator/worlds").json()["worlds"]
    assert [world["name"] for world in worlds] == ["main"]


@pytest.mark.parametrize("name", RUNS)
def test_the_examples_without_pytest_run(folder: Path, name: str) -> None:
    done = run(sys.executable, "-W", "error", name, folder=folder)
    assert done.returncode == 0, done.stderr


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_the_curl_example_runs(tmp_path: Path, server: Live) -> None:
    (script,) = fences(part("### curl"), "sh")
    done = run("bash", "-euo", "pipefail", "-c", script, folder=tmp_path, variables=at(server))
    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith('{"dropped":"checkout"}'), done.stdout


@pytest.mark.skipif(shutil.which("node") is None, reason="Node.js is not installed")
def test_the_javascript_example_runs(tmp_path: Path, server: Live) -> None:
    (script,) = fences(part("### JavaScript"), "js")
    (tmp_path / "sale.test.mjs").write_text(script, encoding="utf-8")
    done = run("node", "--test", folder=tmp_path, variables=at(server))
    assert done.returncode == 0, done.stdout
    assert "# pass 1" in done.stdout or "pass 1" in done.stdout


@pytest.mark.skipif(shutil.which("dotnet") is None, reason="the .NET SDK is not installed")
def test_the_csharp_example_runs(tmp_path: Path, server: Live) -> None:
    (program,) = fences(part("### C#"), "csharp")
    run("dotnet", "new", "console", "--output", "sale", folder=tmp_path)
    (tmp_path / "sale" / "Program.cs").write_text(program, encoding="utf-8")
    done = run("dotnet", "run", "--project", "sale", folder=tmp_path, variables=at(server))
    assert done.stdout.strip() == "504 once", done.stderr


def at(server: Live) -> dict[str, str]:
    return {"SIMULATOR_URL": server.url, "PATH": os.environ["PATH"]}


def test_every_key_of_the_marker_is_documented_with_its_default() -> None:
    text = part("## What its world is like")
    assert first_cells(text) == list(KEYS)
    assert all(f"| `{value}` |" in text for value in growth({}).values())


def test_every_part_of_a_world_that_is_named_is_there() -> None:
    fixtures, parts = part("## What a test gets").split("Of `simulator`:")
    named = re.findall(r"`(\w+)", "".join(re.findall(r"^\|([^|]+)\|", parts, re.MULTILINE)))
    with SimulatorServer(receipts=0) as server:
        world = server.create_world()
        missing = [name for name in named if not hasattr(world, name)]
    assert (isinstance(world, World), missing) == (True, [])
    assert first_cells(fixtures) == [name for name in vars(pytest_plugin) if name.startswith("simulator")]
