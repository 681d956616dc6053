"""How busy the server is, asked through the control plane."""

import asyncio
import os
from pathlib import Path

import pytest
from support.asgi import InProcess
from support.worlds import Server, path_of, t3_of, trace_of

from simulator.client import Simulator
from simulator.control import process
from simulator.control.loop_lag import LATER_THAN_MS, PERIOD
from simulator.control.process import CoreWaits
from simulator.server import ThreadServer

HEADROOM = "/_simulator/headroom"
EDGES = [str(edge) for edge in LATER_THAN_MS]


def test_all_of_it_is_told(server: Server) -> None:
    told = server.told("GET", HEADROOM)

    assert list(told) == [
        "at",
        "cpu_seconds",
        "waited_seconds",
        "cores",
        "memory_bytes",
        "requests",
        "answering_seconds",
        "loop_lag",
    ]
    assert told["cpu_seconds"] > 0
    assert 1 <= told["cores"] <= (os.cpu_count() or 1)
    assert told["loop_lag"] == {"samples": 0, "seconds": 0, "later_than_ms": dict.fromkeys(EDGES, 0)}


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="this system has no /proc")
def test_linux_tells_the_memory(server: Server) -> None:
    assert 2**20 < server.told("GET", HEADROOM)["memory_bytes"] < 2**40


def test_nothing_of_it_goes_back(server: Server) -> None:
    before, after = (server.told("GET", HEADROOM) for _ in range(2))

    for key in ("at", "cpu_seconds", "requests", "answering_seconds"):
        assert after[key] >= before[key], key
    assert (after["waited_seconds"] or 0) >= (before["waited_seconds"] or 0)


def test_requests_of_both_apis_in_all_worlds_are_counted_those_of_dropped_ones_too(server: Server) -> None:
    checkout = server.told("POST", "/_simulator/worlds", json={"name": "checkout"})
    account = checkout["accounts"][0]
    root = path_of("checkout")
    asked = [
        ("/v2/auth/whoami", t3_of(account), 200),
        ("/ca/v1/sales/actions", trace_of(account), 200),
        (f"{root}/v2/auth/whoami", t3_of(account), 200),
        (f"{root}/v2/auth/whoami", {}, 401),
        (f"{root}/v2/nowhere", {}, 404),
        (f"{root}/elsewhere", {}, 404),
    ]
    for path, headers, status in asked:
        assert server.get(path, headers=headers).status_code == status
    server.told("DELETE", "/_simulator/worlds/checkout")
    assert server.get(f"{root}/v2/auth/whoami").status_code == 404

    told = server.told("GET", HEADROOM)
    assert told["requests"] == len(asked)
    assert 0 < told["answering_seconds"] < 60


def test_a_reset_leaves_the_count(server: Server) -> None:
    server.get("/v2/states")
    server.told("POST", "/_simulator/reset")

    assert server.told("GET", HEADROOM)["requests"] == 1


def test_it_is_the_same_wherever_it_is_asked(server: Server) -> None:
    server.told("POST", "/_simulator/worlds", json={"name": "checkout"})
    server.get("/v2/states")
    here, there = (server.told("GET", root + HEADROOM) for root in ("", path_of("checkout")))

    for key in ("requests", "answering_seconds", "cores"):
        assert here[key] == there[key]


def test_two_servers_in_one_process_count_apart() -> None:
    with Server() as one, Server() as other:
        one.get("/v2/states")
        assert one.told("GET", HEADROOM)["requests"] == 1
        assert other.told("GET", HEADROOM)["requests"] == 0


def test_what_is_answered_past_asgi_is_counted_too(server: Server) -> None:
    with ThreadServer(server.app) as running, Simulator(running.url) as remote:
        for _ in range(3):
            assert remote.main.t3.get("/v2/states").status_code == 200
        told = remote.headroom()

    assert told.requests == 3
    assert 0 < told.answering_seconds < 60


def test_nothing_can_be_asked_for_in_its_query(server: Server) -> None:
    assert "'since' is unknown" in server.refused("GET", f"{HEADROOM}?since=1")


def test_it_asks_for_the_token() -> None:
    with Server(control_token="sesame") as server:
        assert server.get(HEADROOM).status_code == 401


def test_a_running_server_looks_at_its_loop(server: Server) -> None:
    async def hold_up() -> None:
        await asyncio.sleep(3 * PERIOD)

    server.told("GET", HEADROOM)
    server._runner.run(hold_up())
    assert server.told("GET", HEADROOM)["loop_lag"]["samples"] >= 2


def test_what_the_system_does_not_tell_is_null(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "memory_bytes", lambda: None)
    monkeypatch.setattr(CoreWaits, "seconds", lambda _self: None)
    answer = server.told("GET", HEADROOM)
    assert (answer["waited_seconds"], answer["memory_bytes"]) == (None, None)


def test_a_bound_process_has_the_cores_it_is_bound_to(
    http: InProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _pid: {2, 5, 7}, raising=False)
    assert http.get(HEADROOM).json()["cores"] == 3
