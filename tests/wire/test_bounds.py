"""What one request may hold is bounded before any of it is judged, so that none holds up the others."""

import json
from typing import Any

import pytest
from support.asgi import InProcess
from support.samples import POST_SALE
from wire.refusals import assert_t3_error, assert_trace_error

from simulator.wording import MOST_REASONS

VOID = "/v2/sales/unfinalize?licenseNumber=LIC-00001"


def sale(**bent: Any) -> dict[str, Any]:
    return json.loads(POST_SALE)["sales"][0] | bent


def line(**bent: Any) -> dict[str, Any]:
    return sale()["line_items"][0] | bent


@pytest.mark.parametrize(
    ("body", "path", "most"),
    [
        ({"sales": [{}] * 101}, "sales", 100),
        ({"sales": [1] * 300_000}, "sales", 100),
        ({"sales": [sale(line_items=[{}] * 101)]}, "sales[0].line_items", 100),
        ({"sales": [sale(payments=[{}] * 21)]}, "sales[0].payments", 20),
        ({"sales": [sale(identifications=[{}] * 21)]}, "sales[0].identifications", 20),
        ({"sales": [sale(line_items=[line(taxes=[{}] * 21)])]}, "sales[0].line_items[0].taxes", 20),
    ],
)
def test_a_list_too_long_is_one_fault_and_its_items_are_not_looked_at(
    trace: InProcess, body: Any, path: str, most: int
) -> None:
    answer = trace.post("/ca/v1/sales", json=body)

    (entry,) = assert_trace_error(answer, 400)
    assert entry["path"] == path
    assert f"must have at most {most} items" in entry["detail"]


def test_an_unfinalize_of_too_many_is_one_fault(t3: InProcess) -> None:
    answer = t3.post(VOID, json=[{}] * 1001)

    assert "must have at most 1000 items" in assert_t3_error(answer, 400)


def test_of_very_many_reasons_a_hundred_are_told_and_the_rest_counted(
    trace: InProcess, t3: InProcess
) -> None:
    entries = assert_trace_error(trace.post("/ca/v1/sales", json={"sales": [{}] * 100}), 400)
    assert len(entries) == MOST_REASONS + 1
    assert entries[-1] == {"type": "more", "detail": "and 1000 more", "path": ""}

    unknown = [line(lot={"id": f"nosuchlot{number}"}) for number in range(100)]
    entries = assert_trace_error(
        trace.post("/ca/v1/sales", json={"sales": [sale(line_items=unknown)] * 2}), 400
    )
    assert len(entries) == MOST_REASONS + 1

    message = assert_t3_error(t3.post(VOID, json=[{"id": number} for number in range(1000)]), 400)
    assert message.endswith("and 900 more")
    message = assert_t3_error(t3.post(VOID, json=[{}] * 150), 400)
    assert message.endswith("and 50 more")


def test_of_very_many_unknown_keys_a_hundred_are_named(trace: InProcess) -> None:
    extra = {f"key{number}": 1 for number in range(5000)}

    warnings = trace.post("/ca/v1/sales", json={"sales": [sale()], **extra}).json()["warnings"]

    assert warnings[-1]["detail"].endswith("key99 and 4900 more.")
