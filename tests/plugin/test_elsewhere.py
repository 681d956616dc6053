"""Suites whose simulator runs elsewhere, as in a container."""

from collections.abc import Iterator
from typing import Any

import pytest
from support.live import Live, serving

TOKEN = "secret"
SUITE = """
    import os
    import re
    import threading
    import pytest

    WORKER = os.environ.get("PYTEST_XDIST_WORKER") or "main"

    @pytest.mark.parametrize("number", range(10))
    def test_any(simulator, number):
        assert re.fullmatch(rf"test_any-{number}-{WORKER}-[0-9a-f]{{6}}-[0-9]+", simulator.name)
        answer = simulator.trace.post("/ca/v1/sales", json={"sales": [simulator.a_sale()]})
        assert answer.status_code == 200
        assert simulator.journal.count() == 1
        assert "simulator" not in [thread.name for thread in threading.enumerate()]
"""


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[Live]:
    with serving("--control-token", TOKEN) as live:
        yield live


@pytest.fixture
def suite(suite: Any) -> Any:
    suite.write(test_any=SUITE)
    return suite


def test_workers_share_it_without_a_clash(suite: Any, elsewhere: Live) -> None:
    variables = {"SIMULATOR_URL": elsewhere.url, "SIMULATOR_CONTROL_TOKEN": TOKEN}
    ran = suite.run("-p", "xdist", "-n", "2", variables=variables)

    assert (ran.code, ran.summary) == (0, "10 passed"), ran.stdout
    with elsewhere.http() as client:
        assert client.get("/_simulator/health").json()["worlds"] == 1


def test_an_option_wins_over_the_variable(suite: Any, elsewhere: Live) -> None:
    nowhere = {"SIMULATOR_URL": "http://127.0.0.1:9", "SIMULATOR_CONTROL_TOKEN": TOKEN}
    ran = suite.run("-v", "--simulator-url", elsewhere.url, variables=nowhere)
    assert (ran.code, ran.summary) == (0, "10 passed"), ran.stdout
    assert f"simulator: {elsewhere.url}" in ran.stdout

    ran = suite.run("--simulator-url=", variables=nowhere)
    assert ran.summary == "10 failed"
    assert "test_any-0-1" in ran.stdout


REFUSED = {
    "http://127.0.0.1:9": "cannot reach a simulator at http://127.0.0.1:9: ",
    "nonsense": "'nonsense' is no address of a simulator",
    "": "Send X-Simulator-Token with the control token the server showed",
}


@pytest.mark.parametrize(("url", "told"), REFUSED.items(), ids=REFUSED)
def test_what_is_wrong_with_it_is_told_in_one_line(suite: Any, elsewhere: Live, url: str, told: str) -> None:
    ran = suite.run("-x", variables={"SIMULATOR_URL": url or elsewhere.url})
    assert (ran.summary, "Traceback" in ran.stdout) == ("1 error", False)
    assert told in ran.stdout
