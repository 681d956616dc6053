"""A world that is gone takes nothing of the machine any more."""

import asyncio
import gc
from typing import TYPE_CHECKING
from weakref import ref

import httpx
import pytest
from support.asgi import BASE_URL
from support.builders import a_world
from support.worlds import PLAN, Server, path_of, t3_of

from simulator.app import create_app
from simulator.worlds import Worlds

if TYPE_CHECKING:
    from simulator.world import World

FAULT = {"effect": {"type": "read_lag", "seconds": 60}}
LATE = {
    "match": {"operation": "state_v1_sales_post"},
    "phase": "delayed",
    "delay": 1000,
    "effect": {"type": "status", "status": 504},
}


def use(server: Server, name: str) -> None:
    """Everything that might hold on to a world."""
    server.sell(name)
    server.control(name, "faults", FAULT)
    server.control(name, "faults", LATE)
    server.sell(name)
    server.control(name, "snapshots", {"name": "s"})
    file = server.get(f"{path_of(name)}/_simulator/snapshots/s/file").content
    server.told("PUT", f"{path_of(name)}/_simulator/snapshots/f/file", content=file)
    server.control(name, "snapshots/f/restore", {})
    server.control(name, "clock/close-day", {})
    server.control(name, "oracle")
    server.control(name, "journal/wait?count=99&timeout=0")
    server.control(name, "reset", {"only": ["ledger"]})
    server.get(f"{path_of(name)}/v2/nowhere", headers=t3_of(server.worlds[name].accounts.demo))


def gone(world: "ref[World]") -> bool:
    gc.collect()
    return world() is None


@pytest.mark.parametrize(
    "wanted",
    [
        {},
        {"own_credentials": True},
        {"fork_of": "main"},
        {"seed": 3},
        {"fork_of": "other", "own_credentials": True},
    ],
    ids=str,
)
def test_a_dropped_world_is_garbage(server: Server, wanted: dict[str, object]) -> None:
    server.create("other", own_credentials=True)
    use(server, "other")
    server.create("gone", **wanted)
    use(server, "gone")
    server.create("child", fork_of="gone")
    server.sell("child")
    world = ref(server.worlds["gone"])
    journal = ref(server.worlds["gone"].journal)

    server.drop("gone")

    assert gone(world)
    assert journal() is None
    assert server.sold("child") >= 1


def test_an_idle_world_is_garbage_as_soon_as_somebody_asks_for_the_list() -> None:
    now = 0.0
    with Server(Worlds(a_world(), idle=60, tick=lambda: now)) as server:
        server.create("idle", own_credentials=True)
        use(server, "idle")
        world = ref(server.worlds["idle"])
        now = 61.0
        assert server.names() == ["main"]

        assert gone(world)


def test_a_reset_world_keeps_nothing_of_what_was(server: Server) -> None:
    use(server, "main")
    server.control("main", "reset", {})
    gc.collect()
    before = len(gc.get_objects())
    for _ in range(5):
        use(server, "main")
        server.control("main", "reset", {})
    gc.collect()

    assert len(gc.get_objects()) - before < 2000


def test_worlds_that_were_dropped_leave_no_trace(server: Server) -> None:
    for number in range(200):
        server.create(f"n{number}", own_credentials=True)
        server.sell(f"n{number}")
        server.drop(f"n{number}")
    gc.collect()
    before = len(gc.get_objects())
    for number in range(200):
        server.create(f"n{number}", own_credentials=True)
        server.sell(f"n{number}")
        server.drop(f"n{number}")
    gc.collect()

    assert len(gc.get_objects()) - before < 2000
    assert not server.worlds.with_own_credentials
    kept = {name: each for name, each in vars(server.worlds).items() if isinstance(each, dict)}
    assert {name: list(each) for name, each in kept.items() if each} == {
        "_worlds": ["main"],
        "_uses": ["main"],
    }


def test_a_world_dropped_while_it_is_asked_answers_and_is_garbage_then() -> None:
    app = create_app(a_world(), plan=PLAN)

    async def ask() -> "ref[World]":
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url=BASE_URL) as client:
            await client.post("/_simulator/worlds", json={"name": "w"})
            slow = {"effect": {"type": "latency", "latency": 30}}
            await client.post("/worlds/w/_simulator/faults", json=slow)
            world = ref(app.worlds["w"])
            asked = asyncio.create_task(client.get("/worlds/w/v2/nowhere"))
            waiting = asyncio.create_task(client.get("/worlds/w/_simulator/journal/wait?timeout=5"))
            for _ in range(10):
                await asyncio.sleep(0)  # both are under way then
            assert (await client.delete("/_simulator/worlds/w")).status_code == 200
            assert (await asked).status_code == 404
            assert (await waiting).status_code == 404
        return world

    assert gone(asyncio.run(ask()))
