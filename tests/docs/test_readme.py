"""The README's examples, run as a new user would run them."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from support.asgi import InProcess
from support.live import serving

from simulator.app import create_app, create_world
from simulator.seeding import grow
from simulator.settings import Settings

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
SHOWN = "http://127.0.0.1:8420"


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_the_first_sale_goes_as_the_readme_says() -> None:
    setup, load, sell, look, undo, *_ = blocks("sh")
    assert "make serve" in setup
    with serving() as server:
        port = server.url.rpartition(":")[2]
        load = load.replace(".venv/bin/simulator env", f"{sys.executable} -m simulator env --port {port}")

        def run(*scripts: str) -> list[str]:
            done = subprocess.run(
                ["bash", "-euo", "pipefail", "-c", "\necho\n".join((load, *scripts))],
                capture_output=True,
                text=True,
                timeout=30,
                check=True,
                env={"PATH": os.environ["PATH"]},
            )
            return [line for line in done.stdout.splitlines() if line]

        (sold,) = run(sell)
        sale = json.loads(sold)
        assert sale["results"]["data"]["receipt_number"] == "000060071"
        assert [warning["type"] for warning in sale["warnings"]] == ["reported_late"]

        (seen,) = run(look)
        assert json.loads(seen)["data"][0]["receiptNumber"] == "000060071"

        before = stock_of(run(*undo_lines(undo)[1:])[0])
        voided, lot = run(*undo_lines(undo))
        assert json.loads(voided) == {"message": "Success"}
        assert stock_of(lot) == before + 1


def undo_lines(script: str) -> list[str]:
    """The two commands of the block, apart."""
    first, second = re.split(r"^(?=curl .*TRACE_API_KEY)", script, flags=re.MULTILINE)
    return [first, second]


def stock_of(answer: str) -> float:
    return float(json.loads(answer)["results"]["data"]["quantity"])


@pytest.mark.filterwarnings("ignore::DeprecationWarning:t3api")
def test_the_python_example_runs() -> None:
    example, *_ = blocks("python")
    with serving() as server:
        done = subprocess.run(
            [sys.executable, "-c", example.replace(SHOWN, server.url)],
            capture_output=True,
            text=True,
            timeout=30,
            check=True,
        )

    assert re.fullmatch(r"235 \d{9}\n", done.stdout)


def test_a_till_that_sends_again_is_found_out_and_one_that_looks_first_passes(tmp_path: Path) -> None:
    _, hasty, careful, _ = blocks("python")
    (tmp_path / "test_till.py").write_text(f"{hasty}\n\n{careful}", encoding="utf-8")

    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=tmp_path,
    )

    assert "1 failed, 1 passed" in done.stdout
    said = next(block for block in blocks("text") if "twice" in block)
    assert said.strip() in done.stdout
    assert "FAILED test_till.py::test_a_lost_answer - " in done.stdout


def test_the_commands_for_a_running_server_run() -> None:
    (script,) = [block for block in blocks("sh") if "simulator oracle" in block]
    with serving() as server:
        for line in script.splitlines():
            done = subprocess.run(
                shlex.split(line.replace(".venv/bin/simulator", f"{sys.executable} -m simulator")),
                capture_output=True,
                text=True,
                timeout=60,
                check=False,
                env={**os.environ, "SIMULATOR_URL": server.url},
            )
            assert done.returncode == 0, done.stderr


def test_the_last_python_example_builds_a_body_that_is_refused_for_one_reason() -> None:
    *_, example = blocks("python")
    names: dict[str, Any] = {}
    exec(example, names)  # noqa: S102 - our own document

    account = names["world"].accounts.demo
    headers = {"x-api-key": account.trace_api_key, "Authorization": account.trace_authorization}
    with InProcess(create_app(names["world"]), headers) as client:
        answer = client.post("/ca/v1/sales", json=names["body"]).json()
    assert [error["path"] for error in answer["errors"]] == ["sales[0].employees.id"]


def test_the_commands_for_worlds_of_any_size_run(tmp_path: Path) -> None:
    """As printed, in a folder of its own; the servers are asked for their help instead of serving for ever."""
    (script,) = [block for block in blocks("sh") if "simulator generate" in block]
    world = grow("corner_shop", now="2026-05-20T20:00:00Z", receipts=30)
    report = "/v2/sales/active/report?licenseNumber=LIC-00001&contentType=csv"
    with InProcess(create_app(world), {"X-T3-API-Key": str(world.accounts.demo.secret_key)}) as client:
        (tmp_path / "report.csv").write_text(client.get(report).text, encoding="utf-8")

    for line in script.splitlines():
        command = line.replace(".venv/bin/simulator", f"{sys.executable} -m simulator")
        command += " --help" if " serve " in line else ""
        done = subprocess.run(
            shlex.split(command), cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
        )
        assert done.returncode == 0, done.stderr

    assert len((tmp_path / "bodies.ndjson").read_text(encoding="utf-8").splitlines()) == 5000
    assert create_world(Settings(recipe=str(tmp_path / "mine.snapshot"))).ledger.books


def test_the_readme_has_its_parts_and_every_link_leads_somewhere() -> None:
    for part in ("## What", "## Why", "## First sale in a minute", "## Both APIs at a glance", "## Limits"):
        assert part in README
    for target in re.findall(r"\]\(([^)]+)\)", README):
        assert (Path(__file__).parents[2] / target).exists(), target
