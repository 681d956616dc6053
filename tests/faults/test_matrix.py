"""Every phase with every effect, over real sockets: what happened to the ledger, and what the client was told."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from typing import Any

import httpx
import pytest
from support.builders import NOW
from support.credentials import T3, TRACE

from simulator.app import create_app
from simulator.clock import Clock
from simulator.faults.effects import EFFECTS
from simulator.faults.phases import Phase
from simulator.seeding.builders import a_sale
from simulator.seeding.grow import grow
from simulator.server import ThreadServer
from simulator.world import World
from simulator.worlds import Worlds

SHOP = "XXXRETAIL01"
DELAY = 45
ATTRIBUTES: dict[str, dict[str, Any]] = {
    "status": {"status": 504},
    "rate_limit": {"requests": 0, "seconds": 60},
    "expired_token": {},
    "latency": {"latency": 30},
    "timeout": {"timeout": 30},
    "reset_peer": {},
    "limit_data": {"bytes": 10},
    "garbage": {"bytes": 40},
    "bandwidth": {"rate": 500},
    "slicer": {"average_size": 200, "size_variation": 50, "delay": 100},
    "read_lag": {"seconds": 30},
}
ONLY_BEFORE = ("rate_limit", "expired_token", "read_lag")
SLOWING = ("latency", "bandwidth", "slicer")
TOLD = {
    "status": "504",
    "rate_limit": "429",
    "expired_token": "401",
    "timeout": "RemoteProtocolError",
    "reset_peer": "ReadError",
    "limit_data": "RemoteProtocolError",
    "garbage": "no JSON",
    **dict.fromkeys(SLOWING, "200"),
}
"""What the client meets, by effect; the phase makes no difference to it."""
PAIRS = [(phase, effect) for phase in Phase for effect in EFFECTS]
SENSIBLE = [(phase, effect) for phase, effect in PAIRS if phase is Phase.BEFORE or effect not in ONLY_BEFORE]
STRIKE_WRITES = [pair for pair in SENSIBLE if pair[1] != "read_lag"]
UNHEARD, HALF_HEARD = ("timeout", "reset_peer"), ("limit_data", "garbage")

numbers = count(1)


@dataclass(frozen=True)
class Api:
    """How to send a batch of two through an API, and how to tell how many of them readers see done."""

    name: str
    headers: dict[str, str]
    operation: str

    def send(self, http: httpx.Client, world: World) -> httpx.Response:
        if self.name == "trace":
            body = {"sales": [a_sale(world, SHOP), a_sale(world, SHOP)]}
            return http.post("/ca/v1/sales", json=body)
        ids = [{"id": 12345}, {"id": 12346}]
        return http.post("/v2/sales/unfinalize?licenseNumber=LIC-00001&submit=true", json=ids)

    def shown(self, http: httpx.Client) -> int:
        if self.name == "trace":
            page = http.get("/ca/v1/sales", params={"license_number": SHOP, "limit": 1})
            return int(page.json()["results"]["records"]["total"])
        page = http.get("/v2/sales/active", params={"licenseNumber": "LIC-00001", "pageSize": 1})
        return int(page.json()["total"])

    def done(self, world: World) -> int:
        """How many there are in the ledger, whoever sees them."""
        number = SHOP if self.name == "trace" else "LIC-00001"
        return len(world.ledger.books[number].active)


APIS = (
    Api("trace", TRACE, "state_v1_sales_post"),
    Api("t3", T3, "v2_sales_unfinalize_post"),
)


@pytest.fixture(scope="module")
def worlds() -> Worlds:
    main = grow("corner_shop", clock=Clock(NOW))
    return Worlds(main)


@pytest.fixture(scope="module")
def url(worlds: Worlds) -> Iterator[str]:
    with ThreadServer(create_app(worlds)) as server:
        yield server.url


@pytest.fixture
def world(worlds: Worlds) -> Iterator[World]:
    world = worlds.fork(worlds.main, f"test-{next(numbers)}")
    yield world
    worlds.drop(world.name)


def client(url: str, world: World, headers: dict[str, str] | None = None) -> httpx.Client:
    return httpx.Client(base_url=f"{url}/worlds/{world.name}", headers=headers, trust_env=False, timeout=10)


def put_fault(url: str, world: World, fault: dict[str, Any]) -> httpx.Response:
    with client(url, world) as control:
        return control.post("/_simulator/faults", json=fault)


def outcome(api: Api, http: httpx.Client, world: World) -> str:
    """A status, `no JSON`, or the name of what the client raises."""
    try:
        answer = api.send(http, world)
    except httpx.TransportError as error:
        return type(error).__name__
    try:
        answer.json()
    except ValueError:
        return "no JSON"
    return str(answer.status_code)


def test_the_table_has_every_effect() -> None:
    assert set(ATTRIBUTES) == {*TOLD, "read_lag"} == set(EFFECTS)


@pytest.mark.parametrize("api", APIS, ids=lambda api: api.name)
@pytest.mark.parametrize(("phase", "effect"), STRIKE_WRITES)
def test_a_phase_with_an_effect(url: str, world: World, api: Api, phase: Phase, effect: str) -> None:
    fault: dict[str, Any] = {
        "name": "the-fault",
        "match": {"operation": api.operation},
        "phase": phase,
        "effect": {"type": effect, **ATTRIBUTES[effect]},
    }
    if phase is Phase.DELAYED:
        fault["delay"] = DELAY
    assert put_fault(url, world, fault).status_code == 200
    done = {Phase.BEFORE: 2 if effect in SLOWING else 0, Phase.AFTER: 2, Phase.PARTIAL: 1, Phase.DELAYED: 2}[
        phase
    ]

    with client(url, world, api.headers) as http:
        before, shown_before = api.done(world), api.shown(http)
        told = outcome(api, http, world)
        shown = api.shown(http) - shown_before
        world.clock.advance(timedelta(seconds=DELAY))
        shown_later = api.shown(http) - shown_before

    assert told == TOLD[effect]
    assert api.done(world) - before == done
    assert (shown, shown_later) == (0 if phase is Phase.DELAYED else done, done)
    (entry,) = [entry for entry in world.journal.entries if entry.operation == api.operation]
    assert len(entry.events) == done
    assert [(each.name, each.phase, each.effect) for each in entry.faults] == [("the-fault", phase, effect)]
    assert entry.told == ("nothing" if effect in UNHEARD else "broken" if effect in HALF_HEARD else "answer")


@pytest.mark.parametrize("api", APIS, ids=lambda api: api.name)
def test_read_lag_shows_things_as_they_were(url: str, world: World, api: Api) -> None:
    """Its only phase is before; it strikes reads, and writes know everything."""
    assert put_fault(url, world, {"effect": {"type": "read_lag", "seconds": 30}}).status_code == 200

    with client(url, world, api.headers) as http:
        before = api.shown(http)
        assert outcome(api, http, world) == "200"
        shown = []
        for seconds in (0, 29, 1):
            world.clock.advance(timedelta(seconds=seconds))
            shown.append(api.shown(http) - before)

    assert shown == [0, 0, 2]


@pytest.mark.parametrize(("phase", "effect"), [pair for pair in PAIRS if pair not in SENSIBLE])
def test_a_pair_that_makes_no_sense_is_refused_and_changes_nothing(
    url: str, world: World, phase: Phase, effect: str
) -> None:
    fault = {"phase": phase, "effect": {"type": effect, **ATTRIBUTES[effect]}}

    answer = put_fault(url, world, fault)

    assert answer.status_code == 400
    assert answer.json()["error"]["message"].endswith(
        f"{effect!r} goes with phase before only, not {phase.value!r}"
    )
    assert not world.faults.faults
