"""The briefing: every door of a world opens, and what load generators are told survives being sent."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from support.builders import NOW, TILL

from simulator.client import SimulatorError, World
from simulator.client.info import Account, License, WorldInfo
from simulator.ledger.states import STATES
from simulator.loadtest.briefing import Briefing, Door, doors, growth_of
from simulator.seeding.find import shipped
from simulator.seeding.tills import Tills
from simulator.testing import SimulatorServer

DOORS = {
    "black_friday_420": ["C10-0000420-LIC"],
    "busy_dispensary": ["C10-0000777-LIC"],
    "corner_shop": ["LIC-00001", "XXXRETAIL01", "ABC-1234"],
    "edge_cases": [
        "C10-0000404-LIC",
        "C10-0000100-LIC",
        "C10-0000500-LIC",
        "C10-0000501-LIC",
        "C9-0000000-LIC",
        "A/B & C+D 50% #1",
        "MMP CC 904",
    ],
    "month_end": ["402R-90731", "AMS931"],
}


LARGE = ("black_friday_420", "busy_dispensary", "multi_state")


@pytest.fixture(scope="module")
def server() -> Iterator[SimulatorServer]:
    with SimulatorServer(now=NOW) as server:
        yield server


@pytest.fixture
def info(server: SimulatorServer) -> Iterator[WorldInfo]:
    """Of the till's world."""
    with server.create_world(recipe=str(TILL)) as world:
        yield world.info()


# --- doors ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("own_credentials", [False, True])
@pytest.mark.parametrize("name", shipped())
def test_every_door_opens_in_both_apis(server: SimulatorServer, name: str, own_credentials: bool) -> None:
    with server.create_world(recipe=name, receipts=size(name), own_credentials=own_credentials) as world:
        found = doors(world.info())
        for door in found:
            assert statuses(world, door) == (200, 200), door.license_number


@pytest.mark.parametrize("name", shipped())
def test_every_shop_that_can_be_loaded_has_a_door(server: SimulatorServer, name: str) -> None:
    """Whoever can be loaded is found by trying all keys at all shops."""
    with server.create_world(recipe=name, receipts=size(name)) as world:
        info = world.info()
        can_be = [
            license_.number
            for license_ in info.licenses
            if license_.retail
            and license_.active
            and any(
                statuses(world, Door(license_.number, license_.state, {}, each.t3_headers))[1] == 200
                for each in info.accounts
                if each.t3_headers
            )
            and any(
                statuses(world, Door(license_.number, license_.state, each.trace_headers, {}))[0] == 200
                for each in info.accounts
                if each.trace_headers
            )
        ]
        found = [door.license_number for door in doors(info)]
    assert found == can_be
    if name == "multi_state":
        assert len(found) == 22
    else:
        assert found == DOORS[name]


def test_whoever_can_look_may_also_sell(server: SimulatorServer) -> None:
    with server.create_world(recipe="month_end") as world:
        for door in doors(world.info()):
            sale = world.a_sale(door.license_number)
            client = world.client_of(dict(door.trace))
            assert client.post(f"/{door.state}/v1/sales", json={"sales": [sale]}).status_code == 200


def size(name: str) -> int | None:
    """Of a past that is quick to grow."""
    return 100 if name in LARGE else None


def statuses(world: World, door: Door) -> tuple[int, int]:
    """What Trace and T3 answer there."""
    with world.client_of(dict(door.trace)) as client:
        query: dict[str, Any] = {"license_number": door.license_number, "limit": 1}
        trace = client.get(f"/{door.state}/v1/sales", params=query).status_code
    with world.client_of(dict(door.t3)) as client:
        query = {"licenseNumber": door.license_number, "pageSize": 1}
        return trace, client.get("/v2/sales/active", params=query).status_code


def a_person(**bent: Any) -> Account:
    told = {
        "username": "ann",
        "name": "Ann",
        "licenses": ("SHOP",),
        "hostname": "ca.metrc.com",
        "password": "p",
        "tier": "team",
        "t3_api_key": None,
        "secret_key": "secret",
        "trace_api_key": "key",
        "trace_authorization": "KMP-JSON token=t",
    }
    return Account(**{**told, **bent})


def a_shop(**bent: Any) -> License:
    told = {"number": "SHOP", "name": "Shop", "state": "ca", "retail": True, "active": True}
    return License(**{**told, **bent})


@pytest.mark.parametrize(
    ("shop", "people", "opens"),
    [
        ({}, [{}], True),
        ({"retail": False}, [{}], False),
        ({"active": False}, [{}], False),
        ({}, [], False),
        ({}, [{"licenses": ()}], False),
        ({}, [{"licenses": ("OTHER",)}], False),
        ({}, [{"secret_key": None}], False),
        ({}, [{"tier": None}], False),
        ({}, [{"trace_api_key": None}], False),
        ({}, [{"trace_authorization": None}], False),
        ({}, [{"hostname": None}], False),
        ({}, [{"hostname": "il.metrc.com"}], False),
        ({}, [{"hostname": "il.metrc.com"}, {}], True),
        ({}, [{"secret_key": None}, {"trace_api_key": None}], True),
        ({}, [{"trace_api_key": None}, {"secret_key": None}], True),
        ({}, [{"tier": None}, {"tier": "basic", "trace_api_key": None}], True),
        ({"state": "wa"}, [{"hostname": "wa.metrc.com"}], False),  # its system is another
        ({"state": "mo"}, [{"hostname": "mo.metrc.com"}], False),  # no state of Trace
        ({"state": "il"}, [{"hostname": "il.metrc.com"}], True),
    ],
)
def test_who_opens_a_door(
    info: WorldInfo, shop: dict[str, Any], people: list[dict[str, Any]], opens: bool
) -> None:
    told = replace(info, licenses=(a_shop(**shop),), accounts=tuple(a_person(**person) for person in people))
    if opens:
        assert [door.license_number for door in doors(told)] == ["SHOP"]
    else:
        with pytest.raises(SimulatorError, match=r"nobody in the world w.* may both sell and look at T3"):
            doors(told)


def test_the_examples_are_what_they_say() -> None:
    assert STATES["wa"].host is None
    assert not STATES["mo"].in_trace


def test_the_keys_are_those_of_whoever_has_them(info: WorldInfo) -> None:
    seller = a_person(secret_key=None, trace_api_key="seller")
    away = a_person(hostname="il.metrc.com", secret_key="away")
    at_home = a_person(secret_key="home", trace_api_key="later")
    told = replace(info, licenses=(a_shop(),), accounts=(seller, away, at_home))
    (door,) = doors(told)
    assert door == Door("SHOP", "ca", seller.trace_headers, {"X-T3-API-Key": "home"})


# --- what is sent ---------------------------------------------------------------------------------------------------


def a_briefing(world: World, **bent: Any) -> Briefing:
    info = world.info()
    assert info.plan is not None
    told: dict[str, Any] = {
        "run": "run",
        "control": world.url,
        "token": None,
        "path": info.path,
        "plan": growth_of(info.plan),
        "doors": doors(info),
    }
    return Briefing(**{**told, **bent})


def test_it_can_be_sent(server: SimulatorServer) -> None:
    with server.create_world(recipe="corner_shop") as world:
        briefing = a_briefing(world, token="t")
    as_json = Briefing.of_json(json.loads(json.dumps(briefing.as_json(), allow_nan=False)))
    assert as_json == briefing
    assert Briefing.of_json(msgspec.msgpack.decode(msgspec.msgpack.encode(briefing.as_json()))) == briefing


@pytest.mark.parametrize(
    ("recipe", "grown"),
    [
        ("busy_dispensary", {"receipts": 40, "days": 3, "shops": 2, "seed": 7}),
        ("month_end", {"shops": 1}),
        ("corner_shop", {"seed": 3}),
    ],
)
def test_the_same_past_can_be_grown_beside_the_world(
    server: SimulatorServer, recipe: str, grown: dict[str, Any]
) -> None:
    with server.create_world(recipe=recipe, now=NOW + timedelta(hours=5), **grown) as world:
        info = world.info()
        plan = Briefing.of_json(a_briefing(world).as_json()).growth_plan()
        assert info.plan is not None
        assert (plan.recipe.name, plan.now, plan.frozen) == (recipe, info.now, info.plan.frozen)
        assert (plan.seed, plan.receipts, plan.days, plan.shops) == (
            info.seed,
            *(grown.get(name) for name in ("receipts", "days", "shops")),
        )
        assert plan.expected == info.receipts
        tills = Tills(plan)
        (number, *_) = tills.licenses
        door = next(each for each in doors(info) if each.license_number == number)
        sale = tills.sale(number, info.now)
        client = world.client_of(dict(door.trace))
        answer = client.post(f"/{door.state}/v1/sales", json={"sales": [sale]})
        assert answer.status_code == 200, answer.text


def test_a_plan_can_be_sent(info: WorldInfo) -> None:
    assert info.plan is not None
    told = growth_of(info.plan)
    assert json.loads(json.dumps(told)) == told
    assert Path(told["recipe"]) == TILL
    assert datetime.fromisoformat(told["began"]) == info.plan.began
