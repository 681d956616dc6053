"""Runs that go wrong: they end, in words and with the exit code that says so, and leave nothing behind."""

import json
import os
import signal
import subprocess
import time
from importlib.util import find_spec
from pathlib import Path

import httpx
import pytest
from support.live import COMMAND, Live, environment, own, serving

__all__ = ["own"]

# Only looked for: to import it would change the process of the tests.
pytestmark = pytest.mark.skipif(find_spec("locust") is None, reason="locust is not installed")
ENDS_WITHIN = 60
TOLERANT = ("--threshold", "error_share=100%")


def started(out: Path, *arguments: str) -> subprocess.Popen[str]:
    command = [*COMMAND, "loadtest", *arguments, "--out", str(out)]
    return subprocess.Popen(
        command, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def ended(run: subprocess.Popen[str]) -> tuple[int, str]:
    said, _ = run.communicate(timeout=ENDS_WITHIN)
    return run.returncode, said


def worlds(live: Live) -> list[str]:
    told = httpx.get(f"{live.url}/_simulator/worlds", trust_env=False, timeout=10).json()
    return [each["name"] for each in told["worlds"]]


def wait_for_sales(live: Live) -> None:
    """Until a load is under way."""
    deadline = time.monotonic() + ENDS_WITHIN
    while httpx.get(f"{live.url}/_simulator/headroom", trust_env=False, timeout=10).json()["requests"] < 20:
        assert time.monotonic() < deadline
        time.sleep(0.1)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("till", "--receipts", "0"), "has no history"),
        (("day_at_the_shop", "--world", "main"), "leave --world out"),
        (("till", "--fault", "nonsense"), "profile 'nonsense' is unknown"),
        (("till", "--users", "0"), "--users must be more than 0, not 0"),
        (("day_at_the_shop", "--date", "9999-12-31"), "--date 9999-12-31 is at the end of time"),
    ],
)
def test_a_run_that_cannot_be_ends_at_once_and_leaves_no_world(
    own: Live, tmp_path: Path, arguments: tuple[str, ...], words: str
) -> None:
    code, said = ended(started(tmp_path, *arguments, "--host", own.url))
    assert (code, words in said) == (2, True), said
    assert worlds(own) == ["main"]


def test_a_simulator_that_is_gone_fails_a_run_soon(tmp_path: Path) -> None:
    with serving() as live:
        run = started(tmp_path, "till", "--run-time", "10m", "--host", live.url, "--pace", "0.1")
        wait_for_sales(live)
        os.kill(live.pid, signal.SIGKILL)
        code, said = ended(run)
    assert code == 1
    assert "till: FAILED" in said
    assert "cannot reach a simulator" in said


@pytest.mark.parametrize("name", ["till", "four_twenty"])
def test_a_run_that_is_told_to_end_comes_to_its_verdict(tmp_path: Path, name: str) -> None:
    with serving() as live:
        run = started(tmp_path, name, "--run-time", "10m", "--host", live.url, "--pace", "0.1")
        wait_for_sales(live)
        run.send_signal(signal.SIGTERM)
        code, said = ended(run)
        assert worlds(live) == ["main"]
    assert (code, f"{name}: PASSED" in said) == (0, True), said


def test_an_unwritable_folder_is_told_before_the_run(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    code, said = ended(started(tmp_path / "file" / "out", "till"))
    assert (code, said.startswith("simulator: cannot write")) == (2, True), said


@pytest.mark.parametrize("fault", ["read_lag", "metrc_down"])
def test_a_copy_of_t3_is_whole_whatever_struck_while_it_was_made(tmp_path: Path, fault: str) -> None:
    flags = ("--run-time", "4s", "--receipts", "1000", "--fault", fault, *TOLERANT)
    code, said = ended(started(tmp_path, "t3_sync", *flags))
    assert code == 0, said


def test_rates_are_those_of_the_load_and_not_of_what_was_grown_before(tmp_path: Path) -> None:
    code, said = ended(started(tmp_path, "till", "--run-time", "3s", "--receipts", "40000"))
    assert code == 0, said
    told = json.loads((tmp_path / "result.json").read_text(encoding="utf-8"))
    everything = told["operations"][0]
    assert everything["rate"] == pytest.approx(everything["requests"] / told["seconds"], rel=0.2)
    assert told["certificate"]["seconds"] == pytest.approx(told["seconds"], abs=0.5)
