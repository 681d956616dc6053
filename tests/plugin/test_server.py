"""SimulatorServer: worlds for tests, with pytest and without."""

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from support.live import Live, serving

from simulator.accounts import Account
from simulator.client import SimulatorError
from simulator.environment import environment
from simulator.testing import NOW, SimulatorServer, World, WorldOptions
from simulator.testing.environment import VARIABLES


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[Live]:
    with serving("--seed", "5") as live:
        yield live


def test_a_server_is_there_for_as_long_as_the_block_lasts() -> None:
    threads = threading.active_count()
    with SimulatorServer(receipts=0) as server:
        url = server.url
        assert isinstance(server.main, World)
        assert server.main.info().clock == "frozen"
        with pytest.raises(RuntimeError, match="runs already"):
            server.start()
    assert threading.active_count() == threads
    with pytest.raises(httpx.ConnectError):
        httpx.get(url, trust_env=False)
    server.stop()
    with pytest.raises(RuntimeError, match="does not run"):
        server.create_world()


def test_it_may_be_started_again() -> None:
    server = SimulatorServer(receipts=0)
    for _ in range(2):
        with server:
            assert server.create_world().name == "w1"


def test_worlds_are_as_the_server_says_but_for_what_is_said_of_them() -> None:
    with SimulatorServer(seed=3, receipts=10, faults=["slow"], journal_bytes=0) as server:
        usual = server.create_world("usual").info()
        other = server.create_world("other", seed=4, now="2026-01-01", faults=(), journal_bytes=1000).info()
        real = server.create_world(now=None).info()

    assert (usual.name, usual.seed, usual.receipts, usual.faults, usual.journal["limit"]) == (
        "usual",
        3,
        15,
        1,
        0,
    )
    assert usual.now.isoformat() == NOW.replace("Z", "+00:00")
    assert (other.seed, other.receipts, other.faults, other.journal["limit"]) == (4, 15, 0, 1000)
    assert (other.now.year, other.now.month, real.clock, real.seed) == (2026, 1, "running", 3)


def test_what_the_main_world_goes_through_is_no_part_of_new_ones(server: SimulatorServer) -> None:
    answer = server.main.trace.post("/ca/v1/sales", json={"sales": [server.main.a_sale()]})
    assert answer.status_code == 200
    server.main.faults.apply("slow")
    with server.create_world() as world:
        info = world.info()
        assert (info.receipts + 1, info.faults) == (server.main.info().receipts, 0)
    server.main.reset()


def test_a_snapshot_brings_its_own_moment(server: SimulatorServer, tmp_path: Path) -> None:
    world = server.create_world()
    world.clock.set("2025-01-02T03:04:05Z")
    path = world.snapshots.export_file(world.snapshots.save("old").name, tmp_path / "old.snapshot")
    with SimulatorServer(recipe=path) as other:
        assert other.main.clock.now.year == 2025
        with other.create_world() as same, other.create_world(now=NOW) as later:
            assert (same.clock.now.year, later.clock.now.year) == (2025, 2026)


REFUSED: dict[str, WorldOptions] = {
    "unknown recipe 'nope'": {"recipe": "nope"},
    "seed: Input should be greater than or equal to 0": {"seed": -1},
    "now: Value error, must be between the years": {"now": "1066-10-14"},
}


@pytest.mark.parametrize(("told", "options"), REFUSED.items(), ids=REFUSED)
def test_what_cannot_be_is_told_in_one_line(told: str, options: WorldOptions) -> None:
    threads = threading.active_count()
    with pytest.raises(SimulatorError, match=told):
        SimulatorServer(**options).start()
    assert threading.active_count() == threads


def test_an_option_that_there_is_not_is_told_with_the_nearest(server: SimulatorServer) -> None:
    wrong: Any = {"reciept": 1}
    for make in (SimulatorServer, server.create_world):
        with pytest.raises(
            TypeError, match=r"has no 'reciept'\. Did you mean 'receipts'\? There are: recipe, "
        ):
            make(**wrong)


def test_one_fault_is_no_list_of_them(server: SimulatorServer) -> None:
    with pytest.raises(
        TypeError, match=r"create_world: faults is a list, as in faults=\['slow'\], not 'slow'"
    ):
        server.create_world(faults="slow")


def test_a_world_whose_faults_are_refused_is_not_left_behind(server: SimulatorServer) -> None:
    before = len(server.simulator.worlds())
    with pytest.raises(SimulatorError, match="Did you mean 'slow'"):
        server.create_world(faults=["slw"])
    assert len(server.simulator.worlds()) == before


def test_a_server_that_runs_elsewhere_is_neither_started_nor_stopped(elsewhere: Live) -> None:
    threads = threading.active_count()
    with SimulatorServer(url=elsewhere.url, seed=6) as server:
        assert server.elsewhere
        assert threading.active_count() == threads
        with server.create_world(receipts=10) as world:
            info = world.info()
            assert (info.seed, info.receipts, info.clock) == (6, 15, "frozen")
            # Whatever that server began with.
            assert server.main.info().seed == 5
            with pytest.raises(RuntimeError, match="not in this process"):
                _ = world.app
    with httpx.Client(base_url=elsewhere.url, trust_env=False) as client:
        assert client.get("/_simulator/health").json()["worlds"] == 1


def test_its_transports_lead_to_the_world_over_a_socket(elsewhere: Live) -> None:
    with (
        SimulatorServer(url=f"{elsewhere.url}/worlds/any") as server,
        server.create_world() as world,
        httpx.Client(transport=world.transport(), headers=world.accounts[0].trace_headers) as client,
    ):
        for base in ("https://trace.example", world.url):
            answer = client.post(f"{base}/ca/v1/sales", json={"sales": [world.a_sale()]})
            assert answer.status_code == 200
        query = "license_number=LIC-00001&limit=1"
        page = client.get(f"https://trace.example/ca/v1/sales?{query}").json()["results"]["records"]["next"]
        assert page.startswith(f"{world.url}/ca/v1/sales?")
        world.faults.add("reset_peer")
        with pytest.raises(httpx.ReadError):
            client.get("https://trace.example/ca/v1/sales?license_number=LIC-00001")


async def _ask(world: World) -> int:
    async with httpx.AsyncClient(transport=world.async_transport()) as client:
        answer = await client.get("https://t3/v2/licenses", headers=world.accounts[0].t3_headers)
        return answer.status_code


def test_its_async_transports_do_too(elsewhere: Live) -> None:
    with SimulatorServer(url=elsewhere.url) as server, server.create_world() as world:
        assert asyncio.run(_ask(world)) == 200


def test_nobody_there_is_told_with_how_to_start_one() -> None:
    with pytest.raises(
        SimulatorError, match=r"cannot reach a simulator at http://127\.0\.0\.1:9.*simulator serve"
    ):
        SimulatorServer(url="http://127.0.0.1:9").start()


def test_forks_go_with_their_world(server: SimulatorServer) -> None:
    world = server.create_world()
    fork = world.fork("fork")
    fork.fork("fork-of-a-fork")
    world.fork("gone").drop()
    world.drop_all()
    assert not {"fork", "fork-of-a-fork"} & {info.name for info in server.simulator.worlds()}


def test_no_world_is_dropped_for_being_idle(server: SimulatorServer) -> None:
    """A test may stop the time of its process or let it jump, and the server's thread lives in that time too."""
    assert server.simulator.control.get("/worlds")["idle_limit_seconds"] is None


def test_all_variables_are_known() -> None:
    everything = Account("a", "b", frozenset(), "c", "d", "e", "f", "g", "h", "i", "j")
    assert tuple(environment(everything, "http://x")) == VARIABLES
