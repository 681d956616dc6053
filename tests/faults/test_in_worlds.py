"""Faults in their worlds: the same seed the same faults, none in another world, none for the control plane."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from support.asgi import InProcess
from support.builders import NOW
from support.credentials import T3, TRACE

from simulator.app import App, create_app
from simulator.clock import Clock
from simulator.control.openapi import ALL_OPERATIONS
from simulator.seeding.builders import a_sale
from simulator.seeding.grow import grow
from simulator.world import World

ACTIVE = "/v2/sales/active?licenseNumber=LIC-00001&pageSize=1"
SHOP = "XXXRETAIL01"


@pytest.fixture
def app(world: World) -> App:
    """The main world and one more, called other."""
    app = create_app(world)
    app.worlds.fork(world, "other")
    return app


@pytest.fixture
def both(app: App) -> Iterator[InProcess]:
    with InProcess(app, {**T3, "x-api-key": TRACE["x-api-key"]}) as http:
        yield http


def add(http: InProcess, fault: dict[str, Any], world: str = "") -> dict[str, Any]:
    answer = http.post(f"{world}/_simulator/faults", json=fault)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


def outcomes(seed: int, requests: int = 120) -> list[int]:
    """The statuses of a world in which three requests of ten fail, and one of ten is limited."""
    world = grow("corner_shop", seed, clock=Clock(NOW))
    with InProcess(create_app(world), T3) as http:
        add(http, {"name": "flaky", "match": {"toxicity": 0.3}, "effect": {"type": "status", "status": 502}})
        add(http, {"name": "every", "match": {"every": 10}, "effect": {"type": "status", "status": 429}})
        return [http.get(ACTIVE).status_code for _ in range(requests)]


def test_the_same_seed_gives_the_same_faults() -> None:
    first = outcomes(7)

    assert first == outcomes(7)
    assert first != outcomes(8)
    assert {200, 429, 502} == set(first)
    assert 20 < first.count(502) < 60


def test_a_reset_world_begins_its_faults_anew(both: InProcess) -> None:
    fault = {"name": "once", "match": {"nth": 2}, "effect": {"type": "status", "status": 500}}
    for _ in range(2):
        add(both, fault)
        assert [both.get(ACTIVE).status_code for _ in range(3)] == [200, 500, 200]
        assert both.post("/_simulator/reset", json={}).status_code == 200
        assert both.get("/_simulator/faults").json() == {"faults": []}


@pytest.mark.parametrize(("struck", "spared"), [("", "/worlds/other"), ("/worlds/other", "")])
def test_a_fault_never_leaves_its_world(both: InProcess, struck: str, spared: str) -> None:
    add(both, {"effect": {"type": "status", "status": 503}}, struck)

    assert both.get(struck + ACTIVE).status_code == 503
    assert both.get(spared + ACTIVE).status_code == 200
    assert both.get(f"{spared}/_simulator/faults").json() == {"faults": []}
    assert both.get(f"{spared}/_simulator/journal?fault=status-1").json()["entries"] == []


def test_the_control_plane_is_never_struck_nor_written_down(both: InProcess) -> None:
    add(both, {"name": "all", "match": {"path": "*"}, "effect": {"type": "status", "status": 503}})

    for operation in ALL_OPERATIONS:
        if operation.method == "GET" and "{" not in operation.path and "wait" not in operation.path:
            assert both.get(operation.path).status_code == 200, operation.path

    assert both.get("/_simulator/faults/all").json()["matched"] == 0
    assert both.get("/_simulator/journal").json()["total"] == 0
    assert both.get("/nowhere").status_code == 503


def test_latencies_add_up_and_of_other_faults_the_first_strikes(both: InProcess, world: World) -> None:
    add(both, {"name": "slow", "effect": {"type": "latency", "latency": 5}})
    add(both, {"name": "down", "effect": {"type": "status", "status": 503}})
    add(both, {"name": "limit", "effect": {"type": "status", "status": 429}})

    answer = both.get(ACTIVE)

    assert (answer.status_code, answer.headers["x-simulator-fault"]) == (503, "slow, down")
    (entry,) = world.journal.entries
    assert [fault.name for fault in entry.faults] == ["slow", "down"]
    assert entry.duration_ms >= 5


@pytest.mark.parametrize(("retry_after", "expected"), [(None, None), (17, "17")])
def test_429_comes_with_and_without_retry_after(
    both: InProcess, retry_after: int | None, expected: str | None
) -> None:
    add(both, {"effect": {"type": "status", "status": 429, "retry_after": retry_after}})

    answer = both.get(ACTIVE)

    assert answer.status_code == 429
    assert answer.headers.get("retry-after") == expected
    assert answer.json()["error"]["type"] == "TooManyRequests"


def test_t3_takes_600_requests_a_minute_of_a_user_when_asked_to(both: InProcess, world: World) -> None:
    both.post("/_simulator/faults/profiles/t3_rate_limit", json={})
    statuses = [both.get("/v2/auth/whoami").status_code for _ in range(602)]
    refused = both.get("/v2/auth/whoami").json()["error"]
    world.clock.advance(timedelta(seconds=60))

    assert statuses == [200] * 600 + [429] * 2
    assert refused["message"] == "429 Too Many Requests: 600 per 1 minute"
    assert both.get("/v2/auth/whoami").status_code == 200


@pytest.mark.parametrize(
    ("status", "t3_type", "trace_type"),
    [
        (500, "InternalServerError", "internal_error"),
        (503, "ServiceUnavailable", "service_unavailable"),
        (504, "GatewayTimeout", "gateway_timeout"),
        (418, "ImaTeapot", "i_m_a_teapot"),
        (529, "Error", "error"),
    ],
)
def test_any_status_comes_in_the_apis_own_body(
    both: InProcess, status: int, t3_type: str, trace_type: str
) -> None:
    add(both, {"effect": {"type": "status", "status": status, "message": "as you asked"}})

    t3, trace = both.get(ACTIVE), both.get("/ca/v1/sales?license_number=LIC-00001")

    assert (t3.status_code, trace.status_code) == (status, status)
    assert t3.json()["error"]["type"] == t3_type
    assert t3.json()["error"]["message"].endswith("as you asked")
    assert trace.json() == {
        "results": None,
        "warnings": [],
        "errors": [{"type": trace_type, "detail": "as you asked", "path": ""}],
    }


def test_a_void_of_a_receipt_that_does_not_show_yet_shows_with_it(
    app: App, both: InProcess, world: World
) -> None:
    add(
        both,
        {
            "name": "late",
            "match": {"operation": "state_v1_sales_post"},
            "phase": "delayed",
            "delay": 10,
            "effect": {"type": "status", "status": 504},
        },
    )
    with InProcess(app, TRACE) as trace:
        assert trace.post("/ca/v1/sales", json={"sales": [a_sale(world, SHOP)]}).status_code == 504
        receipt = world.ledger.books[SHOP].active[-1]
        url = f"/ca/v1/sales/{receipt.trace_id}?license_number={SHOP}"
        void = f"/v2/sales/void?licenseNumber={SHOP}&submit=true"
        assert both.post(void, json={"id": receipt.id}).status_code == 200

        assert trace.get(url).status_code == 404
        world.clock.advance(timedelta(seconds=10))
        shown = trace.get(url).json()["results"]["data"]

    assert [change["state"] for change in shown["entity_state"]] == ["active", "voided"]
