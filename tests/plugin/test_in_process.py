"""Clients without a socket: they meet what they would meet over one."""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import active_count
from typing import Any

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from simulator.server import ThreadServer
from simulator.testing import SimulatorServer, World
from simulator.testing.hosted import Hosted
from simulator.testing.in_process import InProcess
from simulator.wire.connection import ConnectionLost

PAGE = "/v2/sales/active?licenseNumber=LIC-00001&pageSize=3"
PATIENCE = 0.3

EFFECTS: dict[str, dict[str, Any]] = {
    "none": {},
    "status": {"type": "status", "status": 504},
    "expired token": {"type": "expired_token"},
    "latency": {"type": "latency", "latency": 20},
    "latency beyond patience": {"type": "latency", "latency": 2 * PATIENCE * 1000},
    "timeout": {"type": "timeout"},
    "timeout that ends": {"type": "timeout", "timeout": 20},
    "reset": {"type": "reset_peer"},
    "reset later": {"type": "reset_peer", "timeout": 20},
    "cut short": {"type": "limit_data", "bytes": 10},
    "cut to nothing": {"type": "limit_data", "bytes": 0},
    "garbage": {"type": "garbage"},
    "slow body": {"type": "bandwidth", "rate": 20},
    "slices": {"type": "slicer", "average_size": 100, "delay": 1000},
    "read lag": {"type": "read_lag", "seconds": 5},
}
PHASES = {"status": "after", "timeout": "after", "reset": "after", "cut short": "after"}


def meets(ask: Callable[[], httpx.Response]) -> tuple[object, ...]:
    """What a client sees of an answer, or of its loss."""
    try:
        answer = ask()
    except httpx.TransportError as error:
        return type(error), str(error).partition(" (")[0]
    # Garbage is other garbage for each request, and a refusal tells the URL it is for.
    body = len(answer.content) if answer.status_code >= 400 else answer.json()
    return answer.status_code, answer.headers.get("X-Simulator-Fault"), type(body)


def over_a_socket(world: World) -> tuple[object, ...]:
    with httpx.Client(base_url=world.url, headers=key(world), timeout=PATIENCE, trust_env=False) as client:
        return meets(lambda: client.get(PAGE))


def in_process(world: World) -> tuple[object, ...]:
    with httpx.Client(transport=world.transport(), headers=key(world), timeout=PATIENCE) as client:
        return meets(lambda: client.get("https://api.trackandtrace.tools" + PAGE))


def awaited(world: World) -> tuple[object, ...]:
    async def ask() -> httpx.Response:
        async with httpx.AsyncClient(
            transport=world.async_transport(), headers=key(world), timeout=PATIENCE
        ) as client:
            return await client.get("https://api.trackandtrace.tools" + PAGE)

    return meets(lambda: asyncio.run(ask()))


def key(world: World) -> dict[str, str]:
    return world.accounts[0].t3_headers


@pytest.fixture
def world(server: SimulatorServer) -> Iterator[World]:
    with server.create_world() as world:
        yield world


@pytest.mark.parametrize("name", EFFECTS)
def test_a_fault_comes_out_as_over_a_socket(world: World, name: str) -> None:
    if EFFECTS[name]:
        world.faults.add(EFFECTS[name], phase=PHASES.get(name, "before"), name="fault")
    expected = over_a_socket(world)

    assert in_process(world) == awaited(world) == expected


@pytest.mark.parametrize("name", EFFECTS)
def test_the_journal_tells_the_same_of_it(world: World, name: str) -> None:
    if EFFECTS[name]:
        world.faults.add(EFFECTS[name], phase=PHASES.get(name, "before"), name="fault")
    for ask in (over_a_socket, in_process, awaited):
        ask(world)

    # Of a client that gave up, the journal hears when the wait is over.
    entries = world.journal.wait_for(3, timeout=5)
    socket, *others = [
        (entry.operation, entry.username, entry.status, entry.told, entry.faults) for entry in entries
    ]
    assert others == [socket, socket]


def test_a_write_through_a_transport_is_one_to_the_world(world: World) -> None:
    with httpx.Client(transport=world.transport(), headers=world.accounts[0].trace_headers) as client:
        sale = world.a_sale(external_id="order-1")
        answer = client.post("https://trace.example/ca/v1/sales", json={"sales": [sale]})
        assert answer.status_code == 200
        assert client.get("https://trace.example/ca/v1/sales?license_number=LIC-00001").status_code == 200

    world.oracle.assert_exactly_once("order-1")
    assert answer.json()["results"]["data"]["id"] in [
        each.trace_id for each in world.journal.entries()[0].events
    ]


def test_a_body_may_be_read_as_it_comes_and_left_unread(world: World) -> None:
    world.faults.add({"type": "slicer", "average_size": 100, "delay": 20_000})
    with (
        httpx.Client(transport=world.transport(), base_url=world.url, headers=key(world)) as client,
        client.stream("GET", PAGE) as answer,
    ):
        first = next(answer.iter_raw())
    assert 0 < len(first) <= 200
    (entry,) = world.journal.wait_for(1)
    assert (entry.status, entry.told) == (200, "broken")


def test_a_task_that_is_cancelled_hangs_up(world: World) -> None:
    world.faults.add({"type": "latency", "latency": 60_000})

    async def ask() -> None:
        async with httpx.AsyncClient(transport=world.async_transport(), timeout=None) as client:  # noqa: S113 - it is cancelled
            await asyncio.wait_for(client.get(world.url + PAGE, headers=key(world)), 0.1)

    with pytest.raises(TimeoutError):
        asyncio.run(ask())
    (entry,) = world.journal.wait_for(1)
    assert entry.told == "nothing"


def test_many_tasks_and_threads_may_use_one_world(world: World) -> None:
    async def tasks() -> list[httpx.Response]:
        async with httpx.AsyncClient(transport=world.async_transport(), headers=key(world)) as client:
            return await asyncio.gather(*(client.get(world.url + PAGE) for _ in range(20)))

    def thread(number: int) -> list[httpx.Response]:
        if number % 2:
            return asyncio.run(tasks())
        with httpx.Client(transport=world.transport(), headers=key(world)) as client:
            return [client.get(world.url + PAGE) for _ in range(20)]

    with ThreadPoolExecutor(4) as pool:
        answers = [answer for answers in pool.map(thread, range(8)) for answer in answers]

    assert {answer.status_code for answer in answers} == {200}
    assert [entry.number for entry in world.journal.entries()] == list(range(1, 161))


def test_a_world_is_an_application(world: World) -> None:
    async def ask(path: str) -> httpx.Response:
        transport = httpx.ASGITransport(world.app)
        async with httpx.AsyncClient(
            transport=transport, base_url="http://any.example", headers=key(world)
        ) as client:
            return await client.get(path)

    assert asyncio.run(ask(PAGE)).status_code == 200
    assert asyncio.run(ask(world.url.removeprefix(world.simulator.url) + PAGE)).status_code == 200
    world.faults.add("reset_peer")
    with pytest.raises(ConnectionLost, match="reset"):
        asyncio.run(ask(PAGE))


def test_a_defect_is_answered_with_500_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    async def defective(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 500, "headers": []})
        await send({"type": "http.response.body", "body": b"sorry"})
        raise ZeroDivisionError

    hosted = Hosted(defective)
    with ThreadServer(hosted) as server:
        httpx.get(server.url, trust_env=False)
        caplog.clear()
        with httpx.Client(transport=InProcess(hosted).transport("")) as client:
            answer = client.get(server.url)

        assert (answer.status_code, answer.text) == (500, "sorry")
        client = httpx.Client(transport=InProcess(hosted).transport(""))
        client.get(server.url)
        client.close()
    assert {record.exc_info[0] for record in caplog.records if record.exc_info} == {ZeroDivisionError}


def test_what_waits_when_the_server_stops_hears_of_it() -> None:
    threads = active_count()
    server = SimulatorServer(receipts=0).start()
    world = server.create_world()
    world.faults.add({"type": "latency", "latency": 60_000})
    with httpx.Client(transport=world.transport(), headers=key(world), timeout=None) as client:  # noqa: S113 - the server stops
        with ThreadPoolExecutor(1) as pool:
            asked = pool.submit(client.get, world.url + PAGE)
            while not world.faults.list()[0].matched:
                pass
            server.stop()
            with pytest.raises(httpx.RemoteProtocolError):
                asked.result(10)
        with pytest.raises(RuntimeError, match="does not run"):
            client.get(world.url + PAGE)
    assert active_count() == threads
