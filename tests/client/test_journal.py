"""The journal of a world, over the wire."""

from threading import Timer
from typing import Any

import httpx
import pytest

from simulator.client import Entry, NotMet, SimulatorError, World

WHOAMI = "/v2/auth/whoami"


def test_every_request_is_there_with_what_it_did(world: World, sell: Any) -> None:
    world.faults.apply("commit_then_504")
    sell(world)
    sell(world)

    first, second = world.journal.entries()
    assert (first.number, first.method, first.path, first.status, first.told) == (
        1,
        "POST",
        "/ca/v1/sales",
        504,
        "answer",
    )
    assert (first.api, first.operation, first.username) == ("trace", "state_v1_sales_post", "demo")
    assert first.license_numbers == ("XXXRETAIL01",)
    assert [(fault.name, fault.phase, fault.effect) for fault in first.faults] == [
        ("commit_then_504", "after", "status")
    ]
    (event,) = first.events
    assert (event.action, event.receipt_number, event.external_id) == ("record", "000060071", "order-1")
    assert first.body["sales"][0]["external_id"] == "order-1"
    assert "error" in str(first.answer)
    assert first.at == world.clock.now
    assert first.duration_ms > 0
    assert second.faults == ()
    assert str(first).startswith("#1 POST /ca/v1/sales: 504 (after: commit_then_504) [record 000060071]"), (
        str(first)
    )


def test_no_secret_is_in_it(world: World) -> None:
    world.t3.get(WHOAMI)
    secret = world.environment["T3_SECRET_KEY"]

    (entry,) = world.journal.entries()
    assert secret not in repr(entry)
    assert entry.headers


@pytest.mark.parametrize(
    ("question", "numbers"),
    [
        ({}, [1, 2, 3]),
        ({"path": "/v2/auth/*"}, [1]),
        ({"status": "4xx"}, [2, 3]),
        ({"status": 404}, [3]),
        ({"unmatched": True}, [3]),
        ({"unmatched": False}, [1, 2]),
        ({"since": 2}, [3]),
        ({"limit": 2, "newest_first": True}, [3, 2]),
        ({"username": "demo", "api": "t3", "method": "get", "path": None}, [1, 2]),
        ({"license_number": "LIC-00001"}, [2]),
    ],
)
def test_entries_are_found_and_counted_by_a_question(
    world: World, question: dict[str, Any], numbers: list[int]
) -> None:
    for path in (WHOAMI, "/v2/sales/active?licenseNumber=LIC-00001&page=0", "/v2/nowhere"):
        world.t3.get(path)

    assert [entry.number for entry in world.journal.entries(**question)] == numbers
    if "limit" not in question:
        assert world.journal.count(**question) == len(numbers)
    assert len(world.journal.har(**question)["log"]["entries"]) == len(numbers)


def test_an_unknown_key_of_a_question_is_refused(world: World) -> None:
    with pytest.raises(SimulatorError, match="operaton"):
        world.journal.count(operaton="x")


def test_the_latest_and_its_number(world: World) -> None:
    assert (world.journal.last, world.journal.position) == (None, 0)
    world.t3.get(WHOAMI)
    before = world.journal.position
    world.t3.get("/v2/licenses")

    assert before == 1
    assert isinstance(world.journal.last, Entry)
    assert world.journal.last.path == "/v2/licenses"
    assert [entry.path for entry in world.journal.entries(since=before)] == ["/v2/licenses"]


def test_what_no_route_took_has_the_nearest(world: World) -> None:
    world.t3.get(WHOAMI)
    world.t3.get("/v2/auth/whoamy")

    (entry,) = world.journal.unmatched()
    assert entry.operation is None
    assert "closest" in (entry.hint or "")
    assert "closest" in str(entry)


def test_a_lost_answer_is_one_line_too(world: World) -> None:
    with world.faults.add("reset_peer", phase="after"), pytest.raises(httpx.ReadError):
        world.t3.get(f"{WHOAMI}?a=1")

    last = world.journal.last
    assert last is not None
    assert (last.status, last.told) in ((None, "nothing"), (200, "nothing"))
    assert f"#1 GET {WHOAMI}?a=1: nothing" in str(last)


def test_it_waits_until_there_are_enough(world: World) -> None:
    world.t3.get(WHOAMI)
    later = Timer(0.1, world.client_of({}).get, ["/v2/licenses"])
    later.start()
    entries = world.journal.wait_for(2, timeout=5)
    later.join()

    assert [entry.path for entry in entries] == [WHOAMI, "/v2/licenses"]


def test_what_does_not_come_in_time_is_told_with_what_came_closest(world: World) -> None:
    world.t3.get(WHOAMI)
    with pytest.raises(NotMet) as missed:
        world.journal.wait_for(path=WHOAMI, status=500, timeout=0.05)

    told = str(missed.value)
    assert "0 of 1 requests came in 0.05 seconds with path /v2/auth/whoami, status 500" in told
    assert f"#1 GET {WHOAMI}: status is 200, not 500" in told
    assert isinstance(missed.value, AssertionError)


def test_what_is_there_already_is_no_near_miss(world: World) -> None:
    world.t3.get(WHOAMI)
    with pytest.raises(NotMet, match="1 of 2 requests") as missed:
        world.journal.wait_for(2, timeout=0.05, path=WHOAMI)
    assert "#1" not in str(missed.value)


def test_waiting_on_an_empty_journal_says_so(world: World) -> None:
    with pytest.raises(NotMet, match="The journal is empty"):
        world.journal.wait_for(timeout=0)
    with pytest.raises(SimulatorError, match="timeout"):
        world.journal.wait_for(timeout=3600)


def test_it_counts_what_it_does_not_keep(world: World) -> None:
    with world.simulator.create_world(journal_bytes=0) as blind:
        blind.t3.get(WHOAMI)
        told = blind.journal.summary()
        assert (told.total, told.kept, told.dropped, told.limit) == (1, 0, 1, 0)
        assert told.operations == {"v2_auth_whoami_get": {"200": 1}}
        assert blind.journal.entries() == []


def test_it_is_cleared(world: World) -> None:
    world.t3.get(WHOAMI)
    world.journal.clear()

    assert world.journal.count() == 0
    assert world.journal.position == 1, "numbers go on"
