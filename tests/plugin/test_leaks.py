"""Tests by the hundred leave nothing behind: no threads, no sockets, no worlds, no memory."""

import json
import sys
from typing import Any

import pytest

TESTS = 300
MOST_OBJECTS = 60
"""How many a test may leave: pytest keeps its report."""

SUITE = f"""
    import httpx
    import pytest

    @pytest.mark.parametrize("number", range({TESTS}))
    def test_plain(simulator, number):
        simulator.trace.post("/ca/v1/sales", json={{"sales": [simulator.a_sale()]}})
        if number % 4 == 1:
            simulator.faults.apply("commit_then_reset")
            with httpx.Client(transport=simulator.transport(), headers=simulator.accounts[0].trace_headers) as trace:
                with pytest.raises(httpx.ReadError):
                    trace.post("http://trace/ca/v1/sales", json={{"sales": [simulator.a_sale()]}})
        if number % 4 == 2:
            simulator.fork().t3.get("/v2/licenses")
        if number % 4 == 3:
            simulator.faults.add("reset_peer")
            with pytest.raises(httpx.ReadError):
                simulator.t3.get("/v2/licenses")
"""
COUNTING = """
    import gc, json, os, threading
    import pytest

    told = []

    def look():
        gc.collect()
        return {
            "threads": threading.active_count(),
            "files": len(os.listdir("/proc/self/fd")),
            "objects": len(gc.get_objects()),
        }

    def pytest_runtest_teardown(item, nextitem):
        number = item.callspec.params["number"]
        if number in (HALF, LAST):
            told.append(look())

    @pytest.fixture(scope="session", autouse=True)
    def counted(simulator_server):
        yield
        told.append([world.name for world in simulator_server.simulator.worlds()])

    def pytest_sessionfinish():
        told.append(look())
        print("TOLD" + json.dumps(told))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="open files are counted in /proc")
def test_hundreds_of_tests_leave_nothing_behind(suite: Any) -> None:
    counting = COUNTING.replace("HALF", str(TESTS // 2)).replace("LAST", str(TESTS - 4))
    suite.write(conftest=counting, test_many=SUITE)
    ran = suite.run("-s")

    assert (ran.code, ran.summary) == (0, f"{TESTS} passed"), ran.stdout
    half, last, worlds, end = json.loads(ran.stdout.partition("TOLD")[2].partition("\n")[0])
    assert worlds == ["main"]
    assert (last["threads"], last["files"]) == (half["threads"], half["files"])
    assert end["threads"] == 1
    assert end["files"] < half["files"]
    assert last["objects"] - half["objects"] < MOST_OBJECTS * TESTS // 2
