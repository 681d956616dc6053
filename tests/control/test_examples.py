"""The example of a sale: what is made of the query is recorded, and what could not be is refused."""

import pytest
from support.worlds import Server, trace_of

SALE = "/_simulator/examples/sale"


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("price=1_0", "price must be a plain decimal"),
        ("price=%D9%A3", "price must be a plain decimal"),
        ("quantity=%201%20", "quantity must be a plain decimal"),
        ("quantity=1e1", "quantity must be a plain decimal"),
        ("external_id=" + "x" * 501, "external_id must have at most 500 characters"),
    ],
)
def test_what_trace_would_refuse_is_refused_here(server: Server, query: str, words: str) -> None:
    assert server.refused("GET", f"{SALE}?{query}").startswith(words)


@pytest.mark.parametrize("query", ["", "external_id=" + "x" * 500, "quantity=2&price=0.0001", "external_id="])
@pytest.mark.parametrize("now", ["2000-01-01T09:00:00Z", "2998-12-31T09:00:00Z"])
def test_what_is_made_is_recorded_whatever_the_clock_shows(server: Server, query: str, now: str) -> None:
    server.create("then", now=now)
    made = server.control("then", f"examples/sale?{query}")

    answer = server.post(
        f"/worlds/then{made['path']}",
        json=made["body"],
        headers=trace_of(server.worlds["then"].accounts.demo),
    )

    assert answer.status_code == 200, answer.text
