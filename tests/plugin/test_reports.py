"""What the report of a failing test says of its world."""

from typing import Any

import pytest

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
    """What stands under the heading of one test."""
    return stdout.partition(f"_ {heading} _")[2].partition("\n____")[0]


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
