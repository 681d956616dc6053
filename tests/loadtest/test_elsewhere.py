"""Other ways to run a scenario: behind a gateway, in a world that is there, over several processes, by path, on a page."""

import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx
import pytest
from support.gateway import gateway
from support.live import environment, serving
from support.loading import free_port

from simulator.client import Simulator
from simulator.loadtest.scenarios import find, folder

QUICK = ("--users", "8", "--run-time", "3s", "--pace", "0.2", "--receipts", "300")


def test_a_gateway_that_sends_some_sales_twice_breaks_the_proof(load: Any) -> None:
    with serving() as server, gateway(server.url, twice_every=5) as front:
        ran = load("till", *QUICK, "--host", front, "--control", server.url)

    assert ran.code == 1
    assert ran.proofs["exactly once"] is False
    assert ran.result["target"] == front
    # Where the customer's limit lets the same sale through once more, it is recorded twice.
    assert ran.result["sales"]["duplicated"] > 0
    assert ran.operations["record_sale"]["failures"] < ran.operations["record_sale"]["requests"] / 2


def test_a_gateway_that_does_its_work_passes(load: Any) -> None:
    with serving() as server, gateway(server.url) as front:
        ran = load("till", *QUICK, "--host", front, "--control", server.url)

    assert ran.code == 0, ran.told + ran.errors


def test_a_gateway_without_worlds_is_for_the_main_one(load: Any) -> None:
    flags = ("--recipe", "busy_dispensary", "--receipts", "300", "--now", "2026-05-20T20:00:00Z")
    with serving(*flags) as server, gateway(server.url, passes_worlds=False) as front:
        refused = load("till", *QUICK, "--host", front, "--control", server.url)
        ran = load("till", *QUICK, "--host", front, "--control", server.url, "--world", "main")
        with Simulator(server.url) as simulator:
            assert [each.name for each in simulator.worlds()] == ["main"], (
                "the world of the refused run is gone"
            )

    assert refused.code == 2
    assert "needs --world main" in refused.errors
    assert ran.code == 0, ran.told + ran.errors
    assert ran.result["world"] == "main"


def test_a_world_is_dropped_at_the_end_or_kept(load: Any) -> None:
    with serving() as server, Simulator(server.url) as simulator:
        load("till", *QUICK, "--host", server.url)
        assert len(simulator.worlds()) == 1
        ran = load("till", *QUICK, "--host", server.url, "--keep-world")
        kept = simulator.world(ran.result["world"])
        recorded = list(kept.receipts(external_id_prefix="run-0-"))

    assert ran.code == 0, ran.told + ran.errors
    assert len(recorded) == ran.result["sales"]["recorded"]


def test_two_workers_share_the_shops_and_their_books_are_one(load: Any) -> None:
    ran = load("till", *QUICK, "--processes", "2", "--shops", "2")

    assert ran.code == 0, ran.told + ran.errors
    assert len(ran.result["certificate"]["generators"]) == 2
    sales = ran.result["sales"]
    assert sales["recorded"] == sales["rows"] == ran.operations["record_sale"]["requests"] > 20


@pytest.mark.parametrize("name", ["t3_sync", "day_at_the_shop", "outage_and_drain", "month_end"])
def test_scenarios_with_phases_run_over_two_workers_too(load: Any, name: str) -> None:
    short = {
        "t3_sync": ("--users", "6", "--cashiers", "2", "--run-time", "3s", "--receipts", "600"),
        "day_at_the_shop": ("--compression", "12000", "--days", "2"),
        "outage_and_drain": ("--sales", "150", "--receipts", "300"),
        "month_end": ("--sales", "30", "--receipts", "200"),
    }
    ran = load(name, *short[name], "--processes", "2")

    assert ran.code == 0, ran.told + ran.errors
    assert len(ran.result["certificate"]["generators"]) == 2


def test_a_scenario_runs_by_its_path_with_locust_alone(tmp_path: Path) -> None:
    with serving() as server:
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "locust",
                "-f",
                str(find("till")),
                "--headless",
                "--host",
                server.url,
                *QUICK,
            ],
            cwd=tmp_path,
            env=environment(),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "till: PASSED" in done.stdout
    assert list(tmp_path.iterdir()) == []


def test_copied_scenarios_run_and_can_be_changed(load: Any, tmp_path: Path) -> None:
    copied = load("--copy", str(tmp_path / "mine"))
    assert copied.code == 0, copied.errors
    assert {path.name for path in (tmp_path / "mine").iterdir()} == {
        path.name for path in folder().glob("*.py")
    }
    mine = tmp_path / "mine" / "friday.py"
    shutil.move(tmp_path / "mine" / "till.py", mine)

    ran = load(str(mine), *QUICK)

    assert ran.code == 0, ran.told + ran.errors
    assert ran.result["scenario"] == "friday"
    assert load("--copy", str(tmp_path / "mine")).code == 2


def test_with_the_web_page_each_test_has_its_verdict(tmp_path: Path) -> None:
    """Two tests, one after the other, the second with other users."""
    command = [
        sys.executable,
        "-m",
        "simulator",
        "loadtest",
        "till",
        "--web",
        "--web-port",
        "0",
        "--receipts",
        "300",
    ]
    port = free_port()
    command[command.index("0")] = str(port)
    page = httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=60)
    with (
        page,
        subprocess.Popen(
            command,
            cwd=tmp_path,
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as running,
    ):
        try:
            wait_for(lambda: page.get("/").status_code == 200)
            for users in ("4", "6"):
                page.post("/swarm", data={"user_count": users, "spawn_rate": "10", "host": host_of(page)})
                wait_for(lambda: page.get("/stats/requests").json()["user_count"] > 0)
                time.sleep(2)
                assert page.post("/stop").status_code == 200
                result = tmp_path / "loadtest-till" / "result.json"
                wait_for(result.exists)
                result.rename(tmp_path / f"{users}.json")
        finally:
            running.send_signal(signal.SIGTERM)
            told, _ = running.communicate(timeout=60)

    assert told.count("till: PASSED") == 2, told
    assert running.returncode == 0
    assert (tmp_path / "4.json").exists()
    assert (tmp_path / "6.json").exists()


def test_an_interrupt_ends_a_run_with_its_verdict(tmp_path: Path) -> None:
    """Everything that was begun is brought to its end, the server's process too."""
    command = [
        sys.executable,
        "-m",
        "simulator",
        "loadtest",
        "till",
        "--run-time",
        "10m",
        "--loglevel",
        "INFO",
    ]
    told = tmp_path / "told"
    with (
        told.open("wb") as out,
        subprocess.Popen(
            [*command, "--users", "4"], cwd=tmp_path, env=environment(), stdout=out, stderr=out
        ) as running,
    ):
        try:
            wait_for(lambda: b"users spawned" in told.read_bytes())
            time.sleep(2)
        finally:
            running.send_signal(signal.SIGTERM)
            running.wait(60)

    assert "till: PASSED" in told.read_text()
    assert running.returncode == 0, told.read_text()


def host_of(page: httpx.Client) -> str:
    found = re.search(r'"host": ?"(http://127\.0\.0\.1:\d+)"', page.get("/").text)
    assert found, "Locust's page tells its host"
    return found[1]


def wait_for(happened: Any, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while True:
        try:
            if happened():
                return
        except httpx.TransportError:
            pass
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.1)


def test_a_worker_that_comes_late_makes_no_load_and_is_told_of(tmp_path: Path) -> None:
    port, told = str(free_port()), tmp_path / "told"
    common = [sys.executable, "-m", "simulator", "loadtest", "till"]
    bound = ["--master-bind-host", "127.0.0.1", "--master-bind-port", port, "--expect-workers", "1"]
    master = [*common, "--master", *bound, *QUICK, "--run-time", "8s", "--loglevel", "INFO"]
    worker = [*common, "--worker", "--master-host", "127.0.0.1", "--master-port", port]
    quiet = {
        "stdout": subprocess.DEVNULL,
        "stderr": subprocess.DEVNULL,
        "cwd": tmp_path,
        "env": environment(),
    }
    with (
        told.open("wb") as out,
        subprocess.Popen(master, cwd=tmp_path, env=environment(), stdout=out, stderr=out) as running,
        subprocess.Popen(worker, **quiet) as first,
    ):
        wait_for(lambda: b"users spawned" in told.read_bytes())
        with subprocess.Popen(worker, **quiet) as late:
            assert running.wait(60) == 1
            assert late.wait(60) == 0
        assert first.wait(60) == 0

    assert "FAIL nothing else wrong: load generators that came when the run had begun: 1;" in told.read_text()
    assert "ok   exactly once" in told.read_text()
