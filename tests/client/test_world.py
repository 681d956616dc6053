"""One world: its clients, its people, its end."""

import gc
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from support.live import Live

from simulator.client import MAIN, Simulator, SimulatorError, World

ACTIVE = "/v2/sales/active?licenseNumber=XXXRETAIL01&pageSize=1"


def active(world: World) -> int:
    total: int = world.t3.get(ACTIVE).json()["total"]
    return total


def test_its_clients_are_let_into_both_apis(world: World) -> None:
    assert world.t3.get("/v2/auth/whoami").json()["username"] == "demo"
    assert world.trace.get("/ca/v1/lots", params={"license_number": "XXXRETAIL01"}).status_code == 200
    assert world.client_of({}).get("/v2/auth/whoami").status_code == 401
    assert world.t3 is world.t3


def test_what_happens_in_it_stays_in_it(remote: Simulator, world: World, sell: Any) -> None:
    before = active(remote.main)
    assert sell(world).status_code == 200

    assert active(world) == before + 1
    assert active(remote.main) == before


def test_it_tells_how_it_stands(world: World, sell: Any) -> None:
    before = world.info()
    sell(world)
    world.faults.add("reset_peer", path="/nowhere")
    after = world.info()

    assert (after.receipts, after.events) == (before.receipts + 1, before.events + 1)
    assert (before.faults, after.faults) == (0, 1)
    assert after.journal["total"] == 1
    assert after.idle_seconds >= 0
    assert {"LIC-00001", "CLOSED-0001"} <= {license_.number for license_ in world.licenses}


def test_its_environment_leads_clients_to_it(world: World) -> None:
    variables = world.environment

    assert variables["SIMULATOR_URL"] == variables["T3_API_HOST"] == variables["TRACE_URL"] == world.url
    headers = {"X-T3-API-Key": variables["T3_SECRET_KEY"]}
    assert httpx.get(
        f"{variables['T3_API_HOST']}/v2/auth/whoami", headers=headers, trust_env=False
    ).is_success


def test_with_keys_of_its_own_clients_need_no_path(server: Live, remote: Simulator, sell: Any) -> None:
    with remote.create_world(own_credentials=True) as world:
        variables = world.environment
        assert variables["T3_API_HOST"] == variables["TRACE_URL"] == server.url
        assert variables["SIMULATOR_URL"] == world.url, (
            "the control plane is reached by the path all the same"
        )
        before = active(remote.main)
        sell(world)
        with httpx.Client(
            base_url=server.url, headers=world.accounts[0].t3_headers, trust_env=False
        ) as client:
            assert client.get(ACTIVE).json()["total"] == before + 1
        assert world.info().own_credentials


def test_a_user_is_issued_with_keys_that_work(world: World) -> None:
    issued = world.issue_account(
        "night", name="Nora Night", licenses=["LIC-00001"], password="moon", tier="basic"
    )

    assert (issued.name, issued.licenses, issued.password, issued.tier) == (
        "Nora Night",
        ("LIC-00001",),
        "moon",
        "basic",
    )
    with world.client_of(issued.t3_headers) as t3, world.client_of(issued.trace_headers) as trace:
        assert t3.get("/v2/auth/whoami").json()["username"] == "night"
        assert [each["licenseNumber"] for each in t3.get("/v2/licenses").json()] == ["LIC-00001"]
        assert trace.get("/ca/v1/lots", params={"license_number": "LIC-00001"}).is_success
        assert trace.get("/ca/v1/lots", params={"license_number": "XXXRETAIL01"}).status_code == 403
    assert world.accounts[-1] == issued
    assert world.accounts[0].username == "demo"


def test_a_user_without_keys_has_no_headers(world: World) -> None:
    basic = world.accounts[-1]

    assert (basic.username, basic.t3_headers, basic.trace_headers) == ("basic", {}, {})


def test_a_user_who_cannot_be_is_refused(world: World) -> None:
    with pytest.raises(SimulatorError, match="Did you mean 'LIC-00001'"):
        world.issue_account("x", licenses=["LIC-0001"])


def test_a_sale_that_it_records_can_be_had_and_bent(world: World) -> None:
    sale = world.a_sale("LIC-00001", quantity="2", price="5.00", external_id="order-7")
    assert (sale["totals"]["total"], sale["external_id"]) == ("10.00", "order-7")
    assert world.trace.post("/ca/v1/sales", json={"sales": [sale, world.a_sale()]}).is_success
    with pytest.raises(SimulatorError, match="quantity"):
        world.a_sale(quantity="none")


def test_receipts_are_finalized_by_id_or_all(world: World) -> None:
    assert world.finalize("LIC-00001", 123) == [123]
    assert len(world.finalize("LIC-00001")) == 234
    with pytest.raises(SimulatorError, match="final already"):
        world.finalize("LIC-00001", 123)


def test_a_reset_is_of_all_or_of_parts(world: World, sell: Any) -> None:
    sell(world)
    world.clock.advance(days=1)
    world.faults.add("reset_peer", path="/nowhere")
    world.snapshots.save()

    world.reset("faults", "snapshots")
    assert (world.faults.list(), world.snapshots.list()) == ([], [])
    assert (world.journal.count(), world.info().receipts) == (1, 338)

    world.reset()
    told = world.info()
    assert (told.receipts, told.journal["total"], told.now) == (337, 0, world.simulator.main.info().now)
    with pytest.raises(SimulatorError, match="'ledger'"):
        world.reset("everything")


def test_a_fork_begins_as_it_stands_and_goes_its_own_way(world: World, sell: Any) -> None:
    sell(world)
    with world.fork(now="2026-06-01T00:00:00Z", journal_bytes=4096) as fork:
        told = fork.info()
        assert (told.receipts, told.journal["total"], told.journal["limit"]) == (338, 0, 4096)
        assert told.now.isoformat() == "2026-06-01T00:00:00+00:00"
        sell(fork, "order-2")
        assert fork.info().receipts == 339
    assert world.info().receipts == 338


def test_a_world_that_is_dropped_is_gone_with_its_clients(remote: Simulator) -> None:
    world = remote.create_world()
    client = world.t3
    world.drop()

    assert client.is_closed
    with pytest.raises(SimulatorError, match="There is no world"):
        world.info()
    with pytest.raises(SimulatorError, match="There is no world"):
        world.drop()
    assert remote.health().status == "ok", "the connections of the others stay"


def test_a_world_that_is_dropped_within_its_block_is_fine(remote: Simulator) -> None:
    with remote.create_world() as world:
        world.drop()


def test_the_main_world_outlives_its_block(remote: Simulator) -> None:
    with remote.main as main:
        client = main.t3
    assert client.is_closed
    assert remote.main.t3.get("/v2/auth/whoami").is_success
    with pytest.raises(SimulatorError, match="cannot be dropped"):
        remote.world(MAIN).drop()


def test_any_route_can_be_asked_by_its_path(remote: Simulator, world: World) -> None:
    assert world.control.get("/health")["world"] == world.name
    assert remote.control.get("/openapi/control.json")["info"]["version"] == "v1"
    with pytest.raises(SimulatorError, match="does not serve"):
        world.control.post("/nothing")


def test_many_threads_may_share_one_simulator(remote: Simulator, sell: Any) -> None:
    def live_through(number: int) -> int:
        with remote.create_world() as world:
            for order in range(number % 3 + 1):
                sell(world, f"order-{order}")
            return world.info().receipts - 337 - number % 3

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(live_through, range(24))) == [1] * 24


def test_worlds_that_are_gone_are_not_remembered(server: Live) -> None:
    with Simulator(server.url) as remote:
        for _ in range(20):
            with remote.create_world() as world:
                world.t3.get("/v2/licenses")
        del world
        gc.collect()
        assert len(remote.control.connection._clients) == 1
