"""The fixtures and the marker, as a suite of tests meets them."""

from typing import Any

import pytest

Suite = Any
"""That of conftest.py, which nobody can import."""


def test_each_test_has_a_fresh_world_which_goes_when_it_ends(suite: Suite) -> None:
    suite.write(
        test_fresh="""
        import pytest

        BEFORE = 337

        @pytest.mark.parametrize("time", ["first", "second"])
        def test_a_sale(simulator, simulator_server, time):
            before = simulator.info().receipts
            sale = simulator.a_sale(external_id="order-1")
            assert simulator.trace.post("/ca/v1/sales", json={"sales": [sale]}).status_code == 200
            assert (before, simulator.info().receipts) == (BEFORE, BEFORE + 1)
            simulator.fork().fork()
            assert len(simulator_server.simulator.worlds()) == 4

        def test_what_is_left(simulator_server):
            assert [world.name for world in simulator_server.simulator.worlds()] == ["main"]

        def test_who_drops_it_need_not_wait(simulator):
            simulator.drop()
        """
    )
    ran = suite.run("--strict-markers")
    assert (ran.code, ran.summary) == (0, "4 passed"), ran.stdout


def test_the_closest_marker_counts_key_by_key_and_the_settings_where_none_says(suite: Suite) -> None:
    suite.write(
        conftest="""
        import pytest

        @pytest.fixture(scope="session")
        def simulator_settings():
            return {"seed": 1, "receipts": 20, "faults": ["slow"]}
        """,
        below__conftest="""
        import pytest

        @pytest.fixture(scope="session")
        def simulator_settings(simulator_settings):
            return {**simulator_settings, "seed": 9}
        """,
        below__test_below="""
        def test_settings_of_a_folder(simulator):
            info = simulator.info()
            assert (info.seed, info.receipts, info.faults) == (9, 25, 1)
        """,
        test_marked="""
        import pytest

        pytestmark = pytest.mark.simulator(seed=2, now="2026-04-20T00:00:00Z")

        @pytest.mark.simulator(seed=3, faults=[])
        class TestMarked:
            @pytest.mark.simulator(receipts=7, journal_bytes=0)
            @pytest.mark.simulator(receipts=None, now=None, own_credentials=True)
            def test_all_levels(self, simulator):
                info = simulator.info()
                assert (info.seed, info.receipts > 25, info.clock, info.faults) == (3, True, "running", 0)
                assert (info.own_credentials, info.journal["limit"]) == (True, 0)

            def test_the_class(self, simulator):
                info = simulator.info()
                assert (info.seed, info.receipts, info.clock, info.now.day) == (3, 25, "frozen", 20)

        def test_the_module(simulator):
            info = simulator.info()
            assert (info.seed, info.faults) == (2, 1)

        @pytest.mark.simulator(
            faults=[
                "commit_then_504",
                {"profile": "slow", "name": "slower", "effect": {"latency": 1, "jitter": 0}},
                {"name": "mine", "match": {"api": "t3"}, "effect": {"type": "status", "status": 503}},
            ]
        )
        def test_faults(simulator):
            faults = {fault.name: dict(fault.effect) for fault in simulator.faults.list()}
            assert list(faults) == ["commit_then_504", "slower", "mine"]
            assert faults["slower"]["latency"] == 1
            assert simulator.t3.get("/v2/licenses").status_code == 503
        """,
    )
    ran = suite.run()
    assert (ran.code, ran.summary) == (0, "5 passed"), ran.stdout


WRONG = {
    "recip='edge_cases'": " has no 'recip'. Did you mean 'recipe'? There are: recipe, seed, now,",
    "'edge_cases'": " takes keywords only, as in recipe=...",
    "faults='slow'": ": faults is a list, as in faults=['slow'], not 'slow'",
    "faults={'profile': 'slow'}": ": faults is a list, as in faults=[{'profile': 'slow'}], not {'profile': 'slow'}",
    "faults=7": ": faults is a list, as in faults=['slow'], not 7",
}


@pytest.mark.parametrize(("said", "told"), WRONG.items(), ids=WRONG)
def test_a_marker_that_says_what_it_cannot_stops_the_run(suite: Suite, said: str, told: str) -> None:
    suite.write(
        test_wrong=f"""
        import pytest

        @pytest.mark.simulator({said})
        def test_marked(simulator): pass

        def test_other(): pass
        """
    )
    ran = suite.run()
    assert (ran.code, "passed" in ran.stdout) == (pytest.ExitCode.USAGE_ERROR, False)
    assert f"ERROR: test_wrong.py::test_marked: @pytest.mark.simulator{told}" in ran.stderr

    ran = suite.run("-p", "xdist", "-n", "1")
    assert (ran.code, ran.summary) == (1, "1 passed, 1 error")
    assert f"\ntest_wrong.py::test_marked: @pytest.mark.simulator{told}" in ran.stdout


def test_a_fixture_and_a_marker_of_somebody_else_are_left_alone(suite: Suite) -> None:
    suite.write(
        conftest="""
        import pytest

        @pytest.fixture
        def simulator():
            return "of spacecraft"
        """,
        test_flight="""
        import pytest

        @pytest.mark.simulator("orbit", gravity=9.81)
        def test_flight(simulator):
            assert simulator == "of spacecraft"

        @pytest.mark.simulator("orbit")
        def test_without(): pass
        """,
    )
    ran = suite.run("--strict-markers")
    assert (ran.code, ran.summary) == (0, "2 passed"), ran.stdout


NO_TRACE = """
name = "no_trace"
description = "A shop whose people have no keys of Trace"

[[licenses]]
number = "C10-0000001-LIC"
name = "Shop"
state = "ca"
type = "Retailer"

[[accounts]]
username = "demo"
name = "Demo"
licenses = ["C10-0000001-LIC"]
"""


def test_the_environment_leads_to_the_world_and_to_nothing_real(suite: Suite) -> None:
    suite.write(
        test_environment="""
        import os
        import pytest

        def test_inside(simulator, simulator_environment):
            assert os.environ["T3_API_HOST"] == os.environ["SIMULATOR_URL"] == simulator.url
            assert os.environ["METRC_USERNAME"] == "demo"
            assert simulator_environment.items() <= os.environ.items()

        def test_outside():
            assert os.environ["T3_API_HOST"] == "https://api.trackandtrace.tools"
            assert "SIMULATOR_URL" not in os.environ

        @pytest.mark.simulator(recipe="no_trace.toml", receipts=0)
        def test_what_the_world_does_not_have_is_taken_away(simulator_environment):
            assert "TRACE_API_KEY" not in simulator_environment
            assert "TRACE_API_KEY" not in os.environ

        @pytest.mark.simulator(own_credentials=True)
        def test_keys_that_no_other_world_has(simulator, simulator_server, simulator_environment):
            assert os.environ["T3_API_HOST"] == simulator_server.url
            key = {"X-T3-API-Key": os.environ["T3_SECRET_KEY"]}
            answer = simulator_server.main.client_of(key).get("/v2/auth/whoami").json()
            assert answer["username"] == f"demo.{simulator.name}"
        """
    )
    (suite.folder / "no_trace.toml").write_text(NO_TRACE, encoding="utf-8")
    real = {"T3_API_HOST": "https://api.trackandtrace.tools", "TRACE_API_KEY": "real"}
    ran = suite.run(variables=real)
    assert (ran.code, ran.summary) == (0, "4 passed"), ran.stdout


def test_worlds_bear_the_names_of_their_tests(suite: Suite) -> None:
    suite.write(
        test_names="""
        import re
        import pytest

        @pytest.mark.parametrize("given", ["a/b c", "Ä" * 5, "x" * 200, "-", ""])
        def test_a_name(simulator, given):
            assert re.fullmatch(r"test_a_name[A-Za-z0-9_-]*-[0-9]+", simulator.name)
            assert simulator.t3.get("/v2/licenses").status_code == 200
        """
    )
    ran = suite.run()
    assert (ran.code, ran.summary) == (0, "5 passed"), ran.stdout


def test_what_the_server_refuses_is_told_in_one_line(suite: Suite) -> None:
    suite.write(
        test_refused="""
        import pytest

        @pytest.mark.simulator(recipe="corner_shop", now="tomorrow")
        def test_when(simulator): pass

        @pytest.mark.simulator(recipe="edge_case")
        def test_what(simulator): pass

        @pytest.mark.simulator(faults=["commit_then_503"])
        def test_how(simulator): pass
        """
    )
    ran = suite.run()
    assert ran.summary == "3 errors"
    assert "Traceback" not in ran.stdout
    for told in (
        "now must be an ISO 8601 date-time such as 2024-07-17T20:26:07Z, not 'tomorrow'",
        "unknown recipe 'edge_case'",
        "profile 'commit_then_503' is unknown. Did you mean 'commit_then_504'?",
    ):
        assert told in ran.stdout


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"sed": 1}, "simulator_settings has no 'sed'. Did you mean 'seed'?"),
        ({"recipe": "nowhere.toml"}, "nowhere.toml"),
        ({"now": "1066-10-14"}, "must be between the years 2000 and 2999"),
    ],
    ids=str,
)
def test_settings_that_cannot_be_are_told_in_one_line(suite: Suite, settings: Any, told: str) -> None:
    suite.write(
        test_settings=f"""
        import pytest

        @pytest.fixture(scope="session")
        def simulator_settings():
            return {settings!r}

        def test_any(simulator): pass
        """
    )
    ran = suite.run()
    assert (ran.summary, "Traceback" in ran.stdout) == ("1 error", False)
    assert told in ran.stdout
