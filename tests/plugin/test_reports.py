"""What the report of a failing test says of its world."""

from typing import Any

import pytest
from support.live import serving

Suite = Any
"""That of conftest.py, which nobody can import."""

FAILING = """
    import pytest

    SHOP = "?licenseNumber=LIC-00001"

    @pytest.mark.simulator(faults=["commit_then_504", "expired_tokens", "metrc_down"])
    def test_fails(simulator):
        simulator.faults.remove("metrc_down")
        for _ in range(2):
            simulator.trace.post("/ca/v1/sales", json={"sales": [simulator.a_sale(external_id="order-1")]})
        simulator.t3.get("/v2/sale/active" + SHOP)
        simulator.t3.get("/v2/sales/active?licenseNumber=LIC-00002")
        simulator.t3.get("/v2/sales/active" + SHOP)
        for page in range(40):
            simulator.t3.get(f"/v2/packages/active{SHOP}&page={page + 1}")
        assert False

    def test_passes(simulator):
        simulator.t3.get("/v2/sale/active")

    @pytest.mark.xfail(strict=True)
    def test_fails_as_expected(simulator):
        assert simulator.t3.get("/v2/sale/active").is_success

    def test_asks_for_nothing(simulator):
        assert False

    def test_has_no_world():
        assert False

    @pytest.fixture
    def broken(simulator):
        simulator.t3.get("/v2/before")
        raise ValueError

    def test_whose_fixture_is_broken(broken):
        pass

    @pytest.fixture
    def breaking(simulator):
        yield
        simulator.t3.get("/v2/afterwards")
        raise ValueError

    def test_whose_fixture_breaks_afterwards(breaking):
        pass
"""


@pytest.mark.parametrize("arguments", [(), ("-p", "xdist", "-n", "2")], ids=["alone", "in workers"])
def test_a_failing_test_says_what_happened_in_its_world(suite: Suite, arguments: tuple[str, ...]) -> None:
    suite.write(test_failing=FAILING)
    ran = suite.run("-rA", *arguments)

    assert ran.summary == "3 failed, 2 passed, 1 xfailed, 2 errors"
    report = told(ran.stdout, "test_fails")
    assert "45 to http://127.0.0.1:" in report
    assert ": corner_shop, seed 0, frozen at 2026-05-20 20:00:00Z" in report
    assert "14 earlier ones are left out, but not the last that were refused:" in report
    assert "#3 GET /v2/sale/active?licenseNumber=LIC-00001: 404 - " in report
    assert "The closest path served is /v2/sales/active" in report
    assert "#4 GET /v2/sales/active?licenseNumber=LIC-00002: 401 (before: expired_tokens)" not in report
    assert "#15 GET" not in report
    assert report.count("GET /v2/packages/active?licenseNumber=LIC-00001&page=") == 30
    assert "commit_then_504 (after: status) struck once" in report
    assert "expired_tokens (before: expired_token) struck once" in report
    assert "metrc_down (" not in report
    assert "external_id order-1 was recorded twice" in report

    assert "None came to this test's world. Its address is http://" in told(
        ran.stdout, "test_asks_for_nothing"
    )
    assert "simulator: " not in told(ran.stdout, "test_has_no_world")
    assert "#1 GET /v2/before: 404" in told(ran.stdout, "ERROR at setup of test_whose_fixture_is_broken")
    # When a fixture breaks afterwards, the world has gone already.
    assert ran.stdout.count("simulator: requests") == 3


def told(stdout: str, heading: str) -> str:
    """What stands under the heading of one test, without pytest's own summary, which is longer where CI is set."""
    return stdout.partition(f"_ {heading} _")[2].partition("\n____")[0].partition("\n====")[0]


def test_how_many_requests_are_shown_can_be_said(suite: Suite) -> None:
    suite.write(test_failing=FAILING)

    few = suite.run("-k", "test_fails", "-o", "simulator_report=2")
    assert few.stdout.count("GET /v2/packages/active?licenseNumber=LIC-00001&page=") == 2
    assert "42 earlier ones are left out" in few.stdout
    none = suite.run("-k", "test_fails", "-o", "simulator_report=0")
    assert ("1 failed" in none.summary, "simulator: " in none.stdout) == (True, False)
    wrong = suite.run("-o", "simulator_report=all")
    assert wrong.code == pytest.ExitCode.USAGE_ERROR
    assert "simulator_report is a number of requests, not 'all'" in wrong.stderr


def test_a_report_is_written_whatever_became_of_the_world(suite: Suite) -> None:
    suite.write(
        test_gone="""
        def test_gone(simulator):
            simulator.drop()
            assert False
        """
    )
    ran = suite.run()
    assert (ran.code, ran.summary) == (1, "1 failed")
    assert "cannot be told: SimulatorError(\"There is no world 'test_gone-1'" in ran.stdout


OTHERS = """
    import pytest

    SHOP = "?licenseNumber=LIC-00001"

    @pytest.fixture(scope="module")
    def shared(simulator_server):
        with simulator_server.create_world("shared") as world:
            world.faults.add("reset_peer", name="never", operation="v2_licenses_get", nth=5)
            yield world

    def test_uses_them_and_passes(shared, simulator_server):
        shared.t3.get("/v2/passed")
        simulator_server.main.t3.get("/v2/passed")

    def test_main(simulator, simulator_server):
        simulator_server.main.t3.get("/v2/of-main")
        assert False

    def test_shared(shared):
        shared.t3.get("/v2/of-shared")
        shared.t3.get("/v2/licenses")
        assert False

    def test_fork(simulator):
        simulator.fork("fork").t3.get("/v2/of-fork")
        simulator.fork("idle")
        assert False

    def test_dropped(simulator_server):
        with simulator_server.create_world("dropped") as world:
            world.t3.get("/v2/of-dropped")
            assert False

    def test_no_request(simulator_server):
        assert False
"""


@pytest.mark.parametrize("arguments", [(), ("-p", "xdist", "-n", "1")], ids=["alone", "in a worker"])
def test_worlds_of_the_server_are_told_of_too_as_far_as_the_test_asked_them(
    suite: Suite, arguments: tuple[str, ...]
) -> None:
    suite.write(test_others=OTHERS)
    ran = suite.run(*arguments)

    assert ran.summary == "5 failed, 1 passed"
    assert "/v2/passed" not in ran.stdout
    main = told(ran.stdout, "test_main")
    assert "None came to this test's world" in main
    assert "There were requests to others, below." in main
    assert "- simulator: requests, world main -" in main
    assert "1 to http://127.0.0.1:" in main
    assert "#2 GET /v2/of-main: 404" in main
    shared = told(ran.stdout, "test_shared")
    assert "#2 GET /v2/of-shared: 404" in shared
    assert "None came" not in shared
    assert "never (before: reset_peer) has not struck, though 1 matched it" in shared
    fork = told(ran.stdout, "test_fork")
    assert "#1 GET /v2/of-fork: 404" in fork
    assert "world idle" not in fork
    assert "#1 GET /v2/of-dropped: 404" in told(ran.stdout, "test_dropped")
    assert "simulator:" not in told(ran.stdout, "test_no_request")


def test_others_are_told_of_where_the_server_runs_elsewhere(suite: Suite) -> None:
    suite.write(test_others=OTHERS)
    with serving() as live:
        ran = suite.run(variables={"SIMULATOR_URL": live.url})

    assert ran.summary == "5 failed, 1 passed"
    assert "/v2/passed" not in ran.stdout
    for request in (
        "#2 GET /v2/of-main",
        "#2 GET /v2/of-shared",
        "#1 GET /v2/of-fork",
        "#1 GET /v2/of-dropped",
    ):
        assert ran.stdout.count(request) == 1


def test_faults_that_never_struck_are_told_of_though_their_block_has_ended(suite: Suite) -> None:
    suite.write(
        test_struck="""
        def test_struck(simulator):
            with simulator.faults.add("reset_peer", name="elsewhere", api="trace"):
                with simulator.faults.add("reset_peer", name="later", nth=2):
                    assert simulator.t3.get("/v2/licenses").is_error
        """
    )
    ran = suite.run()
    assert ran.summary == "1 failed"
    assert "elsewhere (removed) has not struck: no request was for it" in ran.stdout
    assert "later (removed) has not struck, though 1 matched it" in ran.stdout


RAISING = {
    "simulator.oracle.assert_exactly_once('order-9')": "No sale with external_id order-9",
    "simulator.journal.wait_for(2, timeout=0)": "0 of 2 requests came in 0 seconds",
    "simulator.clock.set('yesterday')": "must be an ISO 8601 date-time",
    "simulator.faults.apply('sloow')": "Did you mean 'slow'?",
    "simulator_server.create_world(recipe='nope')": "unknown recipe 'nope'",
    "simulator_server.simulator.world('nope')": "There is no world 'nope'",
}


def test_what_our_words_say_needs_no_lines_of_our_code_and_is_said_once(suite: Suite) -> None:
    body = [f"def test_{n}(simulator, simulator_server):\n    {call}\n" for n, call in enumerate(RAISING)]
    suite.write(test_raising="\n".join(body))
    ran = suite.run("-o", "simulator_report=5")

    assert ran.summary == f"{len(RAISING)} failed"
    for number, (call, words) in enumerate(RAISING.items()):
        report = told(ran.stdout, f"test_{number}")
        assert report.count(f">       {call}") == 1
        assert report.count(words) == 1
        assert "simulator/client/" not in report
        assert "simulator/testing/" not in report
        assert "contextlib" not in report
