"""What might leak from one world into another, or from before a reset into what comes after it."""

import asyncio
from typing import Any

import httpx
import pytest
from support.asgi import BASE_URL, InProcess
from support.builders import SHOP, a_world
from support.worlds import PLAN

from simulator.app import App, create_app
from simulator.seeding.builders import a_sale
from simulator.worlds import NoSuchWorld, Worlds

OWN = {"name": "till", "own_credentials": True}


@pytest.fixture
def app() -> App:
    return create_app(a_world(), plan=PLAN)


def keys_of(http: InProcess, world: str = "") -> dict[str, str]:
    """The headers of the first account, for Trace."""
    account = http.get(f"{world}/_simulator/world").json()["accounts"][0]
    return {"x-api-key": account["trace_api_key"], "Authorization": account["trace_authorization"]}


def test_the_keys_of_a_file_never_lead_to_the_world_it_came_from(app: App) -> None:
    with InProcess(app) as http:
        assert http.post("/_simulator/worlds", json=OWN).status_code == 200
        http.post("/worlds/till/_simulator/snapshots", json={"name": "a"})
        file = http.get("/worlds/till/_simulator/snapshots/a/file").content
        assert http.put("/_simulator/snapshots/own/file", content=file).status_code == 200
        assert http.post("/_simulator/snapshots/own/restore").status_code == 200

        keys = keys_of(http)
        body = {"sales": [a_sale(app.worlds.main, SHOP)]}
        assert http.post("/ca/v1/sales", json=body, headers=keys).status_code == 200

    assert app.worlds.main.journal.total == 1
    assert app.worlds["till"].journal.total == 0


def test_a_file_of_another_world_of_the_same_name_gets_keys_that_lead_here(app: App) -> None:
    with InProcess(app) as http:
        http.post("/_simulator/worlds", json=OWN)
        http.post("/worlds/till/_simulator/snapshots", json={"name": "a"})
        file = http.get("/worlds/till/_simulator/snapshots/a/file").content
        http.request("DELETE", "/_simulator/worlds/till")
        http.post("/_simulator/worlds", json={**OWN, "seed": 9})
        assert http.put("/worlds/till/_simulator/snapshots/a/file", content=file).status_code == 200
        assert http.post("/worlds/till/_simulator/snapshots/a/restore").status_code == 200

        keys = keys_of(http, "/worlds/till")
        answer = http.get(f"/ca/v1/sales?license_number={SHOP}", headers=keys)

    assert answer.status_code == 200
    assert app.worlds["till"].journal.total == 1


def test_an_account_issued_in_a_world_with_keys_of_its_own_logs_in_without_a_path(app: App) -> None:
    with InProcess(app) as http:
        http.post("/_simulator/worlds", json=OWN)
        account = http.post("/worlds/till/_simulator/accounts", json={"username": "night"}).json()
        login = {name: account[name] for name in ("hostname", "username", "password")}

        token = http.post("/v2/auth/credentials", json=login).json()["accessToken"]
        who = http.get("/v2/auth/whoami", headers={"Authorization": f"Bearer {token}"}).json()

    assert (account["username"], who["username"]) == ("night.till", "night.till")
    assert app.worlds["till"].journal.total == 2


@pytest.mark.parametrize("turn", ["reset", "restore"])
def test_a_request_on_its_way_finds_another_past_and_does_nothing(app: App, turn: str) -> None:
    """A suite resets while a late request of the test before is still under way."""
    main = app.worlds.main
    keys = {"x-api-key": str(main.accounts.demo.trace_api_key)}
    keys["Authorization"] = str(main.accounts.demo.trace_authorization)
    path = {"reset": "/_simulator/reset", "restore": "/_simulator/snapshots/s/restore"}[turn]

    async def ask() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=BASE_URL) as client:
            await client.post("/_simulator/snapshots", json={"name": "s"})
            slow = {"effect": {"type": "latency", "latency": 50}}
            await client.post("/_simulator/faults", json=slow)
            body = {"sales": [a_sale(main, SHOP)]}
            asked = asyncio.create_task(client.post("/ca/v1/sales", json=body, headers=keys))
            await asyncio.sleep(0.01)
            assert (await client.post(path)).status_code == 200
            return await asked

    answer = asyncio.run(ask())

    assert answer.status_code == 503
    assert "reset or restored" in answer.text
    assert len(main.ledger.books[SHOP].active) == 0
    assert main.journal.total == (0 if turn == "reset" else 1)


def test_a_world_is_not_idle_while_it_answers() -> None:
    now = [0.0]
    app = create_app(Worlds(a_world(), idle=10, tick=lambda: now[0]), plan=PLAN)

    async def ask() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=BASE_URL) as client:
            await client.post("/_simulator/worlds", json={"name": "w"})
            slow: dict[str, Any] = {"effect": {"type": "latency", "latency": 30}}
            await client.post("/worlds/w/_simulator/faults", json=slow)
            asked = asyncio.create_task(client.get("/worlds/w/v2/nowhere"))
            await asyncio.sleep(0.01)
            now[0] = 100.0
            assert {world.name for world in app.worlds} == {"main", "w"}
            return await asked

    assert asyncio.run(ask()).status_code == 404
    now[0] += 10
    assert app.worlds["w"].name == "w"
    now[0] += 11
    with pytest.raises(NoSuchWorld):
        app.worlds["w"]
