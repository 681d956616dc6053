"""Which requests a fault is for, and which of its matches count."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.facts import some_facts

from simulator.faults import Match
from simulator.faults.match import COUNTS, TESTS, matcher


@pytest.mark.parametrize(
    ("match", "facts", "matches"),
    [
        ({}, {}, True),
        ({"api": "trace"}, {}, True),
        ({"api": "t3"}, {}, False),
        ({"operation": "state_v1_sales_post"}, {}, True),
        ({"operation": "state_v1_sales"}, {}, False),
        ({"operation": "state_v1_sales_post"}, {"operation": None}, False),
        ({"method": "post"}, {}, True),
        ({"method": "GET"}, {}, False),
        ({"method": "GET"}, {"method": "HEAD"}, False),
        ({"path": "/ca/v1/sales"}, {}, True),
        ({"path": "/CA/v1/sales"}, {}, False),
        ({"path": "/ca/v1"}, {}, False),
        ({"path": "/v1/sales"}, {"path": "/ca/v1/sales"}, False),
        ({"path": "*/sales"}, {}, True),
        ({"path": "/??/v1/*"}, {}, True),
        ({"path": "/?/v1/*"}, {}, False),
        ({"path": "/v2/sales/*"}, {"path": "/v2/sales/active/report"}, True),
        ({"path": "/v2/sales/*"}, {"path": "/v2/sales"}, False),
        ({"path": "/[!c]a/v1/*"}, {}, False),
        ({"path": "/[cm]a/v1/*"}, {}, True),
        ({"path": "[/]ca/v1/*"}, {}, True),
        ({"path": "/v2/sales"}, {"path": "/v2/sales\n"}, False),
        ({"license_number": "SHOP"}, {}, True),
        ({"license_number": "SHOP"}, {"license_numbers": ("OTHER", "SHOP")}, True),
        ({"license_number": "SHOP"}, {"license_numbers": ()}, False),
        ({"license_number": "shop"}, {}, False),
        ({"username": "kim"}, {}, True),
        ({"username": "kim"}, {"username": None}, False),
        ({"username": "lee"}, {}, False),
        ({"query": {"page": 2}}, {}, True),
        ({"query": {"page": 2, "submit": False}}, {}, False),
        ({"body": {"sales[0].external_id": "A-1"}}, {}, True),
        ({"body": {"sales[0].external_id": "A-1", "note": "early"}}, {}, False),
        ({"body": {"note__neq": "x"}}, {"body": None}, True),
        ({"api": "trace", "method": "POST", "username": "kim", "query": {"page": 2}}, {}, True),
        ({"api": "trace", "method": "POST", "username": "lee", "query": {"page": 2}}, {}, False),
    ],
)
def test_everything_that_is_said_must_hold(
    match: dict[str, Any], facts: dict[str, Any], matches: bool
) -> None:
    assert matcher(Match(**match))(some_facts(**facts)) is matches


def test_every_key_is_tested_or_counted() -> None:
    assert set(Match.model_fields) == {*TESTS, *COUNTS, "toxicity"}


def test_licenses_and_bodies_are_looked_up_only_where_the_rest_matches() -> None:
    def looked_up() -> Any:
        raise AssertionError

    match = Match(api="t3", license_number="SHOP", body={"note": "Late"})
    facts = some_facts()
    bare = type(facts)("trace", None, "GET", "/", looked_up, None, (), looked_up)
    assert not matcher(match)(bare)
    assert matcher(Match(api="trace", path="/"))(bare)


@pytest.mark.parametrize(
    ("match", "counted"),
    [
        ({}, [1, 2, 3, 4, 5, 6, 7, 8, 9]),
        ({"nth": 3}, [3]),
        ({"nth": [1, 4, 40]}, [1, 4]),
        ({"every": 1}, [1, 2, 3, 4, 5, 6, 7, 8, 9]),
        ({"every": 4}, [4, 8]),
        ({"first": 2}, [1, 2]),
    ],
)
def test_matches_are_counted_from_one(match: dict[str, Any], counted: list[int]) -> None:
    assert [number for number in range(1, 10) if Match(**match).counts(number)] == counted


@given(st.integers(1, 50), st.lists(st.integers(1, 50), min_size=1), st.integers(1, 200))
def test_counting_agrees_with_a_naive_model(step: int, numbers: list[int], number: int) -> None:
    assert Match(every=step).counts(number) is (number in range(step, number + 1, step))
    assert Match(first=step).counts(number) is (number in range(1, step + 1))
    assert Match(nth=tuple(numbers)).counts(number) is (number in numbers)
