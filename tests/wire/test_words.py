"""What is said of a request of the wrong shape: a subject, plain words, and what was sent as it was sent."""

from typing import Any

import pytest
from support.worlds import Server


@pytest.mark.parametrize(
    ("url", "body", "words"),
    [
        ("worlds", [], "the body must be an object, not []"),
        ("worlds", {"recipe": ""}, "recipe must not be empty"),
        ("worlds", {"seed": 1.5}, "seed must be a whole number, not 1.5"),
        ("worlds", {"seed": "x"}, "seed must be a whole number, not 'x'"),
        ("worlds", {"own_credentials": None}, "own_credentials must be true or false, not null"),
        ("worlds", {"now": 0}, "now must be an ISO 8601 date-time such as 2024-07-17T20:26:07Z, not 0"),
        ("worlds", {"now": True}, "now must be an ISO 8601 date-time such as 2024-07-17T20:26:07Z, not true"),
        ("clock/set", {"to": 253402300800}, "to must be an ISO 8601 date-time such as 2024-07-17T20:26:07Z, not 253402300800"),
        ("clock/advance", {"hours": -1}, "hours must be at least 0, not -1"),
        ("clock/rate", {"rate": "x"}, "rate must be a number, not 'x'"),
        ("clock/rate", {"rate": True}, "rate must be a number, not true"),
        ("reset", {"only": []}, "only must have at least 1 item"),
        ("accounts", {"username": "a b"}, "username must be of visible ASCII characters, without spaces, not 'a b'"),
        ("accounts", {"username": "x", "name": "x\n"}, "name must not contain control characters, not 'x\\n'"),
    ],
)  # fmt: skip
def test_a_body_is_refused_in_plain_words(url: str, body: Any, words: str) -> None:
    with Server() as server:
        assert server.refused("POST", f"/_simulator/{url}", json=body) == words


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("journal/wait?count=x&timeout=x", "count must be a whole number, not 'x'; timeout must be a number, not 'x'"),
        ("journal?limit=1.5", "limit must be a whole number, not '1.5'"),
        ("journal?limit=true", "limit must be a whole number, not 'true'"),
        ("oracle?window=-1", "window must be at least 0, not '-1'"),
        ("oracle?window=nan", "window must be a finite number, not 'nan'"),
        ("journal?status=", "status must be a code such as 504, a class such as 5xx, or none, not ''"),
    ],
)  # fmt: skip
def test_a_query_is_refused_in_plain_words(query: str, words: str) -> None:
    with Server() as server:
        assert server.refused("GET", f"/_simulator/{query}") == words


def test_json_that_is_none_speaks_for_itself() -> None:
    with Server() as server:
        told = server.refused(
            "POST", "/_simulator/worlds", content=b"{", headers={"Content-Type": "application/json"}
        )
    assert told.startswith("Invalid JSON")
