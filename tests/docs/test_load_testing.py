"""docs/load-testing.md tells of every scenario, option, operation and metric there is, and its examples run."""

import ast
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from support.documents import DOCS, document, fences, first_cells, rows, section
from support.live import environment, serving
from support.loading import Ran, free_port, load_in

from simulator.cli import cli
from simulator.loadtest.options import OPTIONS
from simulator.loadtest.scenarios import folder, shipped
from simulator.loadtest.thresholds import METRICS
from simulator.settings import variables

PAGE = document("load-testing.md")
ROOT = DOCS.parent
SHORT = ("--users", "6", "--run-time", "3s", "--pace", "0.2", "--receipts", "300")
UNSET = {"", "none", "a new one", "--host", "loadtest-NAME"}
ONLY_OF_THE_COMMAND = {"--host", "--web", "--copy"}


def names(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def test_every_scenario_is_told_of() -> None:
    assert sorted(first_cells(section(PAGE, "## The scenarios"))) == shipped()


def test_every_option_is_told_of_with_its_variable_and_default() -> None:
    told = {
        names(cells[0])[0]: (names(cells[1])[0], cells[2].strip("`"))
        for cells in rows(section(PAGE, "## Options"))
    }
    assert sorted(told) == sorted(option.flag for option in OPTIONS)
    for option in OPTIONS:
        variable, default = told[option.flag]
        assert variable == option.variable
        if option.type is None:
            assert default == "no"
        elif option.default is None:
            assert default in UNSET, option.flag
        else:
            assert (
                default == f"{option.default:g}" if isinstance(option.default, float) else str(option.default)
            )


def test_what_the_command_alone_takes_is_told_of() -> None:
    command: Any = cli.commands["loadtest"]
    flags = {flag for parameter in command.params for flag in parameter.opts if flag.startswith("--")}
    assert flags - {"--out"} == ONLY_OF_THE_COMMAND
    assert all(f"`{flag}" in section(PAGE, "## Options") for flag in ONLY_OF_THE_COMMAND)


def test_every_operation_is_told_of() -> None:
    told = {name for cells in rows(section(PAGE, "## Reading the report")) for name in names(cells[0])}
    assert operations() <= told


def operations() -> set[str]:
    """What the scenarios' files call so. They are read and not run, as Locust changes the process it is loaded into."""
    found = set()
    for path in folder().glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            targets = [node.target] if isinstance(node, ast.AnnAssign) else getattr(node, "targets", [])
            named = {target.id for target in targets if isinstance(target, ast.Name)}
            # Only assignments come here, and those have a value; the type says any statement.
            if named & {"OPERATIONS", "operations", "PROBE"} and node.value is not None:  # type: ignore[attr-defined]
                found |= {
                    each.value
                    for each in ast.walk(node.value)
                    if isinstance(each, ast.Constant) and each.value
                }  # type: ignore[attr-defined]
    return {name for name in found if isinstance(name, str)}


def test_every_metric_is_told_of() -> None:
    told = {name for cells in rows(section(PAGE, "## Thresholds")) for name in names(cells[0])}
    assert told == set(METRICS)


def test_every_file_that_scenarios_share_is_told_of() -> None:
    told = {names(cells[0])[0] for cells in rows(section(PAGE, "## Your own scenario"))}
    assert told == {path.name for path in folder().glob("_*.py")}


def commands() -> list[list[str]]:
    return [
        shlex.split(line)
        for text in fences(PAGE, "sh")
        for line in text.splitlines()
        if line.startswith("simulator loadtest") and "--ma" not in line and "--worker" not in line
    ]


@pytest.mark.parametrize("line", commands(), ids=lambda line: " ".join(line[2:])[:50])
def test_an_example_runs(line: list[str], tmp_path: Path) -> None:
    """In short. One that loads a gateway has one here."""
    (tmp_path / "limits.toml").write_text(fences(PAGE, "toml")[0].replace("rate = 40", "rate = 1"))
    arguments = [each.replace("rate=40", "rate=1") for each in line[2:]]
    if "--copy" in arguments:
        assert load_in(tmp_path, *arguments).code == 0
        return
    if arguments[0].startswith("mine/"):
        load_in(tmp_path, "--copy", "mine")
    if "--host" in arguments:
        flags = next(each for each in fences(PAGE, "sh") if each.startswith("simulator serve")).splitlines()[
            0
        ]
        with serving(*shlex.split(flags)[4:]) as server:
            told = [server.url if each.startswith("http:") else each for each in arguments]
            ran = load_in(tmp_path, *told, *SHORT)
    else:
        ran = load_in(tmp_path, *arguments, *SHORT)
    fails = "blind" in arguments
    assert ran.code == int(fails), ran.told + ran.errors
    if not fails:
        check_lines(ran)


def check_lines(ran: Ran) -> None:
    """The proofs are told as the page shows them, but for the numbers."""
    shown = {
        masked(line)
        for line in fences(section(PAGE, "## A first run"), "text")[0].splitlines()
        if "ok  " in line
    }
    told = {masked(line) for line in ran.told.splitlines() if line.startswith("  ok   ")}
    for name in ("units conserved", "T3 agrees with Trace", "nothing stuck"):
        assert {each for each in shown if name in each} == {each for each in told if name in each}


def test_the_readme_shows_the_same_run() -> None:
    (shown,) = [text for text in fences((ROOT / "README.md").read_text(), "text") if "till: PASSED" in text]
    assert shown.splitlines() == fences(section(PAGE, "## A first run"), "text")[0].splitlines()[:-1]


def masked(line: str) -> str:
    return re.sub(r"\d[\d,.]*", "N", line)


def test_the_scenario_on_the_page_runs(tmp_path: Path) -> None:
    load_in(tmp_path, "--copy", "mine")
    (tmp_path / "mine" / "changed_minds.py").write_text(fences(PAGE, "python")[0])

    ran = load_in(tmp_path, "mine/changed_minds.py", *SHORT)

    assert ran.code == 0, ran.told + ran.errors
    assert ran.result["scenario"] == "changed_minds"
    assert ran.result["about"] == "Customers who change their minds: every second sale is taken back at once."
    sales = ran.result["sales"]
    assert 0 < sales["voided"] <= sales["recorded"] / 2


def test_a_master_and_a_worker_run_as_the_page_says(tmp_path: Path) -> None:
    """On this machine: the addresses are others, the flags are the page's."""
    (text,) = [each for each in fences(PAGE, "sh") if "--master" in each]
    master, worker = [shlex.split(line)[2:] for line in text.splitlines()]
    port = str(free_port())
    with serving() as server:
        told = {"http://10.0.0.5:8420": server.url, "4": "1"}
        started = subprocess.Popen(
            [sys.executable, "-m", "simulator", "loadtest", "till"]
            + [told.get(each, each) for each in worker[1:]]
            + ["--master-host", "127.0.0.1", "--master-port", port],
            cwd=tmp_path,
            env=environment(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        with started:
            bound = ("--master-bind-host", "127.0.0.1", "--master-bind-port", port)
            ran = load_in(tmp_path, "till", *[told.get(each, each) for each in master[1:]], *bound, *SHORT)
            assert started.wait(30) == 0

    assert ran.code == 0, ran.told + ran.errors
    assert len(ran.result["certificate"]["generators"]) == 1
    assert ran.result["sales"]["recorded"] > 0


def test_the_compose_file_says_what_the_command_line_takes() -> None:
    compose = yaml.safe_load((ROOT / "loadtests" / "compose.yaml").read_text())
    services = compose["services"]
    assert set(services) == {"simulator", "master", "worker"}
    known = {*variables(), *(option.variable for option in OPTIONS)}
    stages = re.findall(r"^FROM \S+ AS (\S+)$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    for name, service in services.items():
        assert set(service["environment"]) <= known
        assert service["build"].get("target", "base") in stages
        if name == "simulator":
            continue
        program, verb, *arguments = [re.sub(r"\$\{\w+:-(.*?)\}", r"\1", each) for each in service["command"]]
        assert program == "simulator"
        command: Any = cli.commands[verb]
        said = command.make_context(verb, list(arguments)).params
        assert said["name"] in shipped()
        flags = {each.partition("=")[0] for each in said["options"]}
        assert flags <= {option.flag for option in OPTIONS} | LOCUSTS


LOCUSTS = {
    "--master",
    "--worker",
    "--expect-workers",
    "--users",
    "--spawn-rate",
    "--run-time",
    "--master-host",
}


def test_the_wheel_has_all_scenarios() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    included = settings["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    assert included == {
        f"loadtests/{path.name}": f"simulator/loadtests/{path.name}" for path in folder().glob("*.py")
    }
