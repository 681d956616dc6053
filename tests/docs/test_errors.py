"""docs/errors.md names every error and warning there is, and its examples are what the application answers."""

import pytest
from support.asgi import BASE_URL, InProcess
from support.documents import Example, document, examples, first_cells, section

from simulator.ledger.errors import Code
from simulator.ledger.warnings import WarningType
from simulator.t3.errors import TYPES
from simulator.trace.errors import FIELD_INVALID, MORE, SHAPE_TYPES, WIRE_TYPES

ERRORS = document("errors.md")
SHOWN_URL = "http://127.0.0.1:8420"


def test_every_violation_is_documented_once_and_no_other() -> None:
    assert sorted(first_cells(section(ERRORS, "## Violations"))) == sorted(Code)


def test_every_warning_is_documented_once_and_no_other() -> None:
    assert sorted(first_cells(section(ERRORS, "## Warnings"))) == sorted(WarningType)


def test_every_t3_type_is_documented_with_its_status() -> None:
    table = section(ERRORS, "### T3 types")
    assert first_cells(table) == list(TYPES.values())
    for status, name in TYPES.items():
        assert f"| `{name}` | {status} |" in table


def test_every_trace_type_is_documented_once_and_no_other() -> None:
    table = section(ERRORS, "### Trace types of a request that does not reach the ledger")
    assert sorted(first_cells(table)) == sorted(
        {*WIRE_TYPES.values(), *SHAPE_TYPES.values(), FIELD_INVALID, MORE}
    )  # fmt: skip
    for status, name in WIRE_TYPES.items():
        assert f"| `{name}` | {status} |" in table


@pytest.mark.parametrize("example", examples(ERRORS), ids=lambda example: example.path)
def test_an_example_is_what_the_application_answers(
    example: Example, t3: InProcess, trace: InProcess
) -> None:
    client = t3 if example.path.startswith("/v2/") else trace
    answer = client.request(
        example.method,
        example.path,
        content=example.body,
        headers={"Content-Type": "application/json"},
    )
    told = answer.json()
    if "error" in told:
        told["error"]["url"] = told["error"]["url"].replace(BASE_URL, SHOWN_URL)
    assert answer.status_code == 400
    assert told == example.answer


def test_each_facade_has_an_example() -> None:
    assert {example.path.startswith("/v2/") for example in examples(ERRORS)} == {True, False}
