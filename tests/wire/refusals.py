"""How each façade refuses, in one assertion each, and how to tell that nothing happened."""

from collections.abc import Mapping
from typing import Any

import httpx

from simulator.t3.errors import TYPES
from simulator.world import World

# Words of our own machinery, which mean nothing to a client.
LEAKS = (
    "Traceback",
    "object at 0x",
    "discriminator",
    "_action_id",
    "sys.set_int",
    "isoformat",
    "pydantic",
    "simulator.",
)


def text_of(response: httpx.Response) -> str:
    """The body, which is UTF-8 whatever was sent."""
    return response.content.decode("utf-8", errors="strict")


def assert_t3_error(response: httpx.Response, status: int) -> str:
    """A refusal in T3's documented error object; gives its message."""
    assert response.status_code == status, text_of(response)[:500]
    assert response.headers["content-type"] == "application/json"
    text_of(response)
    body = response.json()
    assert set(body) == {"error"}
    error = body["error"]
    assert set(error) == {"type", "message", "timestamp", "url", "status_code"}
    assert error["type"] == TYPES[status]
    assert error["status_code"] == status
    message: str = error["message"]
    assert message.startswith(f"{status} ")
    assert len(message) > len(f"{status} {error['type']}: ")
    assert_says_nothing_of_the_machinery(message)
    return message


def assert_trace_error(response: httpx.Response, status: int) -> list[Mapping[str, str]]:
    """A refusal in Trace's envelope; gives its entries."""
    assert response.status_code == status, text_of(response)[:500]
    assert response.headers["content-type"] == "application/json"
    text_of(response)
    body = response.json()
    assert set(body) == {"results", "warnings", "errors"}
    assert body["results"] is None
    assert body["warnings"] == []
    entries: list[Mapping[str, str]] = body["errors"]
    assert entries
    for entry in entries:
        assert set(entry) == {"type", "detail", "path"}
        assert all(isinstance(value, str) for value in entry.values())
        assert entry["type"]
        assert entry["detail"]
        assert_says_nothing_of_the_machinery(entry["detail"])
    return entries


def assert_says_nothing_of_the_machinery(message: str) -> None:
    assert [word for word in LEAKS if word in message] == [], message


def everything(world: World) -> dict[str, Any]:
    """All that a request could change. What the books hold is immutable, so shallow copies tell."""
    books = {
        number: (
            book.license,
            dict(book.receipts),
            dict(book.lots),
            dict(book.employees),
            list(book.active),
            list(book.inactive),
            book.next_receipt_id,
            book.next_line_id,
        )
        for number, book in world.ledger.books.items()
    }
    people = [(account.username, account.secret_key) for account in world.accounts.everyone]
    return {"books": books, "people": people, "now": world.clock.now()}
