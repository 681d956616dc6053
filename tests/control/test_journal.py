"""The journal and the oracle of a world over HTTP: asked, waited for, emptied; no other world's."""

import asyncio
from typing import Any

import httpx
import pytest
from support.asgi import BASE_URL
from support.builders import a_world
from support.worlds import Server

from simulator.app import create_app

JOURNAL = "/_simulator/journal"


def test_what_was_asked_is_found_counted_summed_up_and_forgotten(server: Server) -> None:
    for _ in range(3):
        server.sell()
    server.get("/v2/nowhere")

    found = server.control("main", "journal?api=trace")
    assert [entry["number"] for entry in found["entries"]] == [1, 2, 3]
    assert (found["total"], found["dropped"], found["last"]) == (4, 0, 4)
    assert server.control("main", "journal/count?status=4xx") == {"count": 1}
    summary = server.control("main", "journal/summary")
    assert (summary["total"], summary["kept"]) == (4, 4)
    assert server.told("DELETE", JOURNAL) == {"cleared": 4}
    assert server.control("main", "journal") == {"entries": [], "total": 0, "dropped": 0, "last": 4}


def test_the_journal_of_a_world_is_its_own(server: Server) -> None:
    server.create("other")
    server.sell("other")
    server.sell()
    server.told("DELETE", JOURNAL)

    assert server.control("other", "journal/count") == {"count": 1}
    assert server.control("other", "oracle")["intents"] != []
    assert server.control("main", "oracle")["intents"] == []


@pytest.mark.parametrize(
    ("query", "met", "count"),
    [
        ("count=2", True, 3),
        ("count=3", True, 3),
        ("count=4", False, 3),
        ("count=2&limit=1", True, 1),
        ("count=3&limit=2&newest_first=true", True, 2),
        ("count=4&limit=1", False, 1),
        ("count=2&status=200&since=1", True, 2),
        ("count=3&status=200&since=1", False, 2),
    ],
)
def test_waiting_ends_at_once_when_there_are_enough_or_no_time(
    server: Server, query: str, met: bool, count: int
) -> None:
    for _ in range(3):
        server.sell()

    told = server.control("main", f"journal/wait?timeout=0&{query}")

    assert (told["met"], len(told["entries"])) == (met, count)


def test_who_waits_in_vain_is_told_what_came_nearest(server: Server) -> None:
    server.sell()
    server.get("/v2/nowhere")

    told = server.control("main", "journal/wait?timeout=0&path=/v2/nowhere&status=200")

    assert (told["met"], told["entries"]) == (False, [])
    assert told["nearest"][0] == {
        "number": 2,
        "method": "GET",
        "path": "/v2/nowhere",
        "differs": ["status is 404, not 200"],
    }
    assert server.control("main", "journal/wait?timeout=0&status=404")["nearest"] == []


def together(*asked: tuple[str, str, Any]) -> list[Any]:
    """The answers to requests that are under way at the same time, begun one after the other."""
    app = create_app(a_world())
    app.worlds.fork(app.worlds.main, "other")

    async def ask() -> list[Any]:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=BASE_URL) as client:
            tasks = []
            for method, url, body in asked:
                tasks.append(asyncio.create_task(client.request(method, url, json=body)))
                for _ in range(10):
                    await asyncio.sleep(0)
            return [(await task).json() for task in tasks]

    return asyncio.run(ask())


def test_waiting_ends_when_the_last_one_arrives() -> None:
    told, *_ = together(
        ("GET", f"{JOURNAL}/wait?count=2&timeout=30&status=404", None),
        ("GET", "/v2/nowhere", None),
        ("GET", "/worlds/other/v2/nowhere", None),
        ("GET", "/v2/states/none", None),
    )

    assert told["met"] is True
    assert [entry["path"] for entry in told["entries"]] == ["/v2/nowhere", "/v2/states/none"]


def test_several_may_wait_and_what_another_world_is_asked_is_waited_for_in_vain() -> None:
    first, second, other, *_ = together(
        ("GET", f"{JOURNAL}/wait?timeout=30", None),
        ("GET", f"{JOURNAL}/wait?timeout=30&path=/v2/nowhere", None),
        ("GET", f"/worlds/other{JOURNAL}/wait?timeout=0.05", None),
        ("GET", "/v2/nowhere", None),
    )

    assert (first["met"], second["met"], other["met"]) == (True, True, False)


@pytest.mark.parametrize(
    "query", ["count=0", "count=x", "timeout=-1", "timeout=61", "timeout=nan", "timeout=inf"]
)
def test_a_wait_that_cannot_be_is_refused(server: Server, query: str) -> None:
    assert query.split("=", maxsplit=1)[0] in server.refused("GET", f"{JOURNAL}/wait?{query}")


@pytest.mark.parametrize("window", ["0", "300", "1e9"])
def test_the_oracle_takes_any_window(server: Server, window: str) -> None:
    server.sell()
    server.sell()

    assert server.control("main", f"oracle?window={window}")["exactly_once"] is True


@pytest.mark.parametrize("window", ["-1", "inf", "nan", "1e300", "x"])
def test_a_window_that_is_none_is_refused(server: Server, window: str) -> None:
    server.sell()

    assert server.refused("GET", f"/_simulator/oracle?window={window}").startswith("window")


def test_the_oracle_is_asked_for_one_external_id(server: Server) -> None:
    for external_id in ("one", "two"):
        server.sell(bent={"external_id": external_id})

    (intent,) = server.control("main", "oracle?external_id=two")["intents"]
    assert intent["external_id"] == "two"
    assert server.control("main", "oracle?external_id=three")["intents"] == []


def test_the_name_of_a_fault_is_looked_at_wherever_it_stands(server: Server) -> None:
    fault = {"effect": {"type": "status", "status": 503}}
    for name in ("%C3%BC", "a%0Ab", "a%20b", ".a", "a" * 65):
        assert "name must be" in server.refused("PUT", f"/_simulator/faults/{name}", json=fault)
    for name in ("other", ""):
        answer = server.put("/_simulator/faults/mine", json={**fault, "name": name})
        assert answer.status_code == (200 if not name else 400)
    assert [each["name"] for each in server.control("main", "faults")["faults"]] == ["mine"]


def test_a_fault_that_is_put_is_whole_whatever_was_left_out(server: Server) -> None:
    late = {"phase": "delayed", "effect": {"type": "status", "status": 504}}
    put = server.put("/_simulator/faults/a", json=late).json()
    added = server.control("main", "faults", {**late, "name": "b"})

    assert {**put, "name": "b"} == added
    assert put["delay"] == 60
