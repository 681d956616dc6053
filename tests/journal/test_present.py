"""An entry as the control API and the test report show it."""

import json

import pytest
from support.entries import COMMIT_THEN_504, SHOP, a_post, a_sale, an_entry, an_event

from simulator.journal.entry import FIELDS, Entry, Suffered, Told
from simulator.journal.present import DONE, as_json, one_line
from simulator.ledger.lifecycle import Action

LOST = a_post(12, a_sale("A-1"), recorded=(60071,), status=504, faults=(COMMIT_THEN_504,))
SLOW = Suffered("slow", "before", "latency")


def voided(*receipt_ids: int) -> Entry:
    return an_entry(events=tuple(an_event(each, Action.VOID) for each in receipt_ids))


@pytest.mark.parametrize(
    ("entry", "line"),
    [
        (LOST, "#12 POST /ca/v1/sales 504 (after: commit_then_504) recorded 000060071  3.1 ms"),
        (an_entry(query=""), "#1 GET /v2/sales/active 200  3.1 ms"),
        (an_entry(), f"#1 GET /v2/sales/active?licenseNumber={SHOP} 200  3.1 ms"),
        (an_entry(query="x" * 100), f"#1 GET /v2/sales/active?{'x' * 77}... 200  3.1 ms"),
        (an_entry(query="", status=None, told=Told.NOTHING), "#1 GET /v2/sales/active nothing  3.1 ms"),
        (an_entry(query="", told=Told.NOTHING), "#1 GET /v2/sales/active nothing of a 200  3.1 ms"),
        (an_entry(query="", told=Told.BROKEN), "#1 GET /v2/sales/active a broken 200  3.1 ms"),
        (an_entry(query="", told=Told.BROKEN, status=None), "#1 GET /v2/sales/active a broken answer  3.1 ms"),
        (
            an_entry(query="", faults=(SLOW, COMMIT_THEN_504)),
            "#1 GET /v2/sales/active 200 (before: slow; after: commit_then_504)  3.1 ms",
        ),
        (
            an_entry(query="", operation=None, status=404, hint="The closest path served is /v2/sales/active"),
            "#1 GET /v2/sales/active 404 - The closest path served is /v2/sales/active  3.1 ms",
        ),
        (
            an_entry(query="", events=(an_event(1), an_event(2), an_event(1, Action.VOID))),
            "#1 GET /v2/sales/active 200 recorded 000000001, 000000002, voided 000000001  3.1 ms",
        ),
        (an_entry(query="", learned=("0" * 32,)), "#1 GET /v2/sales/active 200 learned of 1 recorded before  3.1 ms"),
        (an_entry(query="", path="/v2/é\n#2 GET"), "#1 GET /v2/é\\n#2 GET 200  3.1 ms"),
        (an_entry(query="", hint="a\x1b[31mb"), "#1 GET /v2/sales/active 200 - a\\x1b[31mb  3.1 ms"),
    ],
    ids=lambda case: case if isinstance(case, str) else "",
)  # fmt: skip
def test_one_line_says_it_all(entry: Entry, line: str) -> None:
    assert one_line(entry) == line


def test_of_many_receipts_five_are_named() -> None:
    assert "voided 000000001, 000000002, 000000003, 000000004, 000000005  3.1" in one_line(
        voided(*range(1, 6))
    )
    assert "000000005 and 2 more  3.1" in one_line(voided(*range(1, 8)))


def test_a_long_hint_is_cut() -> None:
    assert f"- {'x' * 197}...  3.1 ms" in one_line(an_entry(hint="x" * 201))
    assert f"- {'x' * 200}  3.1 ms" in one_line(an_entry(hint="x" * 200))


def test_there_is_a_word_for_every_action() -> None:
    assert set(DONE) == set(Action)


def test_json_has_every_field_and_nothing_that_json_cannot_say() -> None:
    shown = as_json(LOST)
    assert list(shown) == list(FIELDS)
    assert json.loads(json.dumps(shown, allow_nan=False)) == shown
    assert shown["at"] == shown["started"] == "2026-05-20T20:00:12Z"
    assert shown["headers"] == [["accept", "*/*"]]
    assert shown["body"]["sales"][0]["external_id"] == "A-1"
    assert shown["answer"] == {"data": []}
    assert shown["told"] == "answer"
    assert shown["faults"] == [{"name": "commit_then_504", "phase": "after", "effect": "status"}]
    assert shown["events"] == [
        {
            "id": 60171,
            "action": "record",
            "license_number": SHOP,
            "receipt_id": 60071,
            "receipt_number": "000060071",
            "trace_id": an_event(60071).trace_id,
            "external_id": "A-1",
        }
    ]


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        (b"", None),
        (b"null", None),
        (b'{"a": [1.50, "x"]}', {"a": [1.5, "x"]}),
        (b"id,total\n1,2\n", "id,total\n1,2\n"),
        (b'{"a": ', '{"a": '),
        (b"\xff\x00", "\ufffd\x00"),
        (b'{"a": NaN}', '{"a": NaN}'),
        (b'{"a": 1e999}', '{"a": 1e999}'),
        (b'"\\ud800"', '"\\ud800"'),
        (b"[" * 101 + b"1" + b"]" * 101, "[" * 101 + "1" + "]" * 101),
        (b"[" * 20_000, "[" * 20_000),
    ],
    ids=lambda case: repr(case)[:30],
)
def test_a_body_is_shown_as_json_when_it_is_and_as_text_when_not(body: bytes, shown: object) -> None:
    told = as_json(an_entry(body=body))
    assert told["body"] == shown
    json.dumps(told, allow_nan=False, ensure_ascii=False).encode()


def test_a_body_of_a_hundred_levels_is_json() -> None:
    body = b"[" * 99 + b'{"a":1}' + b"]" * 99
    assert as_json(an_entry(body=body))["body"] == json.loads(body)


def test_a_body_that_is_wide_and_not_deep_is_json() -> None:
    assert as_json(an_entry(body=b"[" + b"{}," * 500 + b"[[]]]"))["body"] == [*[{}] * 500, [[]]]


def test_bodies_can_be_left_out() -> None:
    assert set(as_json(LOST)) - set(as_json(LOST, bodies=False)) == {"body", "answer"}


@pytest.mark.parametrize(
    ("status", "told", "heard"),
    [
        (200, Told.ANSWER, True),
        (299, Told.ANSWER, True),
        (199, Told.ANSWER, False),
        (300, Told.ANSWER, False),
        (504, Told.ANSWER, False),
        (200, Told.BROKEN, False),
        (200, Told.NOTHING, False),
        (None, Told.NOTHING, False),
    ],
)
def test_a_client_has_heard_when_a_whole_answer_says_success(
    status: int | None, told: Told, heard: bool
) -> None:
    assert an_entry(status=status, told=told).heard is heard
