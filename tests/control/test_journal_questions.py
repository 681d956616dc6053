"""What would be found never is refused, and who waits for nothing is told so."""

import asyncio
from typing import Any

import httpx
import pytest
from support.asgi import BASE_URL
from support.builders import a_world
from support.worlds import Server

from simulator.app import create_app

JOURNAL = "/_simulator/journal"
ASKING = ("", "/count", "/wait", "/har")


@pytest.mark.parametrize("how", ASKING)
@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("operation=v2_license_get", "operation: 'v2_license_get' is not an operation. Did you mean 'v2_licenses_get'?"),
        ("method=PST", "method must be"),
        ("path=v2/sales", "path must begin with / or a wildcard, as every path does, not 'v2/sales'"),
        ("path=/worlds/aa/v2/*", "path must be the path within the world, without /worlds/NAME"),
        ("path=/v2/[ab", "path must have a ] for every [, not '/v2/[ab'"),
        ("limit=9223372036854775808", "limit must be at most 1000000000000000, not '9223372036854775808'"),
        ("since=9223372036854775808", "since must be at most"),
        ("receipt_id=9223372036854775808", "receipt_id must be at most"),
        ("status=twohundred", "status must be a code such as 504, a class such as 5xx, or none, not 'twohundred'"),
    ],
)  # fmt: skip
def test_a_question_nothing_can_answer_is_refused(server: Server, how: str, query: str, words: str) -> None:
    assert server.refused("GET", f"{JOURNAL}{how}?{query}").startswith(words)


def test_methods_are_asked_for_in_either_case(server: Server) -> None:
    server.sell()

    assert server.control("main", "journal/count?method=post") == {"count": 1}
    assert server.control("main", "journal/count?operation=state_v1_sales_post") == {"count": 1}


def test_where_nothing_is_kept_nothing_is_waited_for(server: Server) -> None:
    server.create("forgetful", journal_bytes=0)
    server.sell("forgetful")

    words = server.refused("GET", f"/worlds/forgetful{JOURNAL}/wait?timeout=30")

    assert "keeps counters only" in words
    assert "journal_bytes" in words


def test_a_wait_ends_with_its_world() -> None:
    """Real seconds are what it must not take: without an end of its own it would be thirty."""
    app = create_app(a_world())
    app.worlds.fork(app.worlds.main, "other")

    async def ask() -> tuple[Any, Any]:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=BASE_URL) as client:
            waiting = asyncio.create_task(client.get(f"/worlds/other{JOURNAL}/wait?timeout=30"))
            for _ in range(10):
                await asyncio.sleep(0)
            dropped = await client.delete("/_simulator/worlds/other")
            async with asyncio.timeout(5):
                return await waiting, dropped

    waited, dropped = asyncio.run(ask())

    assert dropped.status_code == 200
    assert waited.status_code == 404
    assert waited.json()["error"]["message"] == "The world 'other' was dropped while this waited"
