"""What the journal can be asked, and how it says what came close."""

from typing import Any

import pytest
from pydantic import ValidationError
from support.entries import COMMIT_THEN_504, SHOP, a_post, a_sale, an_entry, an_event

from simulator.journal.entry import Entry, Told
from simulator.journal.journal import Journal
from simulator.journal.questions import ACTUAL, LARGEST, OF_EVENT, PAGING, TESTS, Question
from simulator.ledger.lifecycle import Action

READ = an_entry(1, query=f"licenseNumber={SHOP}&filter=receiptNumber__eq%3A0007")
LOST = a_post(
    2, a_sale("A-1"), a_sale("A-2"), recorded=(71, 72), status=504, faults=(COMMIT_THEN_504,)
)  # fmt: skip
GONE = an_entry(3, status=None, told=Told.NOTHING, username=None, license_numbers=())
NOWHERE = an_entry(4, path="/v2/sale/active", operation=None, status=404)
VOID = an_entry(5, method="POST", events=(an_event(71, Action.VOID, external_id="A-1"),), status=502)
ALL = (READ, LOST, GONE, NOWHERE, VOID)

CASES: list[tuple[dict[str, Any], list[int]]] = [
    ({}, [1, 2, 3, 4, 5]),
    ({"api": "trace"}, [2]),
    ({"operation": "v2_sales_active_get"}, [1, 3, 5]),
    ({"operation": "v2_sales"}, []),
    ({"limit": LARGEST, "since": 0}, [1, 2, 3, 4, 5]),
    ({"receipt_id": LARGEST}, []),
    ({"method": "POST"}, [2, 5]),
    ({"method": "post"}, [2, 5]),
    ({"path": "/v2/sales/active"}, [1, 3, 5]),
    ({"path": "/v2/sale"}, []),
    ({"path": "/v2/*"}, [1, 3, 4, 5]),
    ({"path": "/*/v1/sale?"}, [2]),
    ({"path": "/V2/*"}, []),
    ({"username": "demo"}, [1, 2, 4, 5]),
    ({"license_number": SHOP}, [1, 2, 4, 5]),
    ({"license_number": "XXX"}, []),
    ({"status": "504"}, [2]),
    ({"status": 504}, [2]),
    ({"status": "5xx"}, [2, 5]),
    ({"status": "2xx"}, [1]),
    ({"status": "none"}, [3]),
    ({"told": "nothing"}, [3]),
    ({"told": "answer"}, [1, 2, 4, 5]),
    ({"fault": "commit_then_504"}, [2]),
    ({"fault": "commit"}, []),
    ({"unmatched": True}, [4]),
    ({"unmatched": "true"}, [4]),
    ({"unmatched": "false"}, [1, 2, 3, 5]),
    ({"since": 3}, [4, 5]),
    ({"since": "0"}, [1, 2, 3, 4, 5]),
    ({"since": 99}, []),
    ({"external_id": "A-1"}, [2, 5]),
    ({"receipt_id": 72}, [2]),
    ({"receipt_number": "000000071"}, [2, 5]),
    ({"trace_id": an_event(71).trace_id}, [2, 5]),
    ({"external_id": "A-1", "receipt_id": 71}, [2, 5]),
    ({"external_id": "A-1", "receipt_id": 72}, []),
    ({"contains": '"external_id": "A-2"'}, [2]),
    ({"contains": "a-2"}, []),
    ({"contains": "receiptNumber__eq:0007"}, [1]),
    ({"contains": "eq%3A0007"}, [1]),
    ({"method": "POST", "status": "5xx", "api": "t3"}, [5]),
    ({"limit": 2}, [1, 2]),
    ({"limit": 2, "newest_first": True}, [5, 4]),
    ({"newest_first": "true", "api": "t3"}, [5, 4, 3, 1]),
    ({"since": 2, "limit": 1}, [3]),
]


@pytest.fixture
def journal() -> Journal:
    journal = Journal()
    for entry in ALL:
        journal.record(lambda _number, entry=entry: entry)
    return journal


@pytest.mark.parametrize(("asked", "expected"), CASES, ids=str)
def test_a_question_finds_what_fulfils_all_its_keys(
    journal: Journal, asked: dict[str, Any], expected: list[int]
) -> None:
    question = Question(**asked)
    found = journal.find(question)
    assert [entry.number for entry in found] == expected
    of_entry = {key: value for key, value in asked.items() if key not in PAGING}
    assert journal.count(question) == sum(map(Question(**of_entry).matches, ALL))


def test_every_key_is_tried() -> None:
    assert {key for asked, _ in CASES for key in asked} == set(Question.model_fields)


def test_every_key_has_a_test_and_a_word_for_what_is_there_instead() -> None:
    assert set(TESTS) == set(ACTUAL) == set(Question.model_fields) - PAGING
    assert set(OF_EVENT) < set(TESTS)


@pytest.mark.parametrize(
    "asked",
    [
        {"opeartion": "x"},
        {"api": "metrc"},
        {"status": "600"},
        {"status": "5x"},
        {"status": True},
        {"told": "lies"},
        {"unmatched": "perhaps"},
        {"since": -1},
        {"since": LARGEST + 1},
        {"limit": 0},
        {"limit": 2**63},
        {"receipt_id": 2**63},
        {"receipt_id": -1},
        {"method": "PST"},
        {"path": "v2/sales/active"},
        {"path": "/worlds/other/v2/sales/active"},
        {"path": "/v2/[ab"},
        {"receipt_id": "A-1"},
    ],
    ids=str,
)
def test_what_cannot_be_asked_is_refused(asked: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Question(**asked)


def test_every_key_is_described() -> None:
    assert all(field.description for field in Question.model_fields.values())


@pytest.mark.parametrize(
    ("asked", "entry", "words"),
    [
        ({"status": "2xx", "api": "trace"}, LOST, ("status is 504, not 2xx",)),
        ({"status": "200", "told": "answer"}, GONE, ("status is none, not 200", "told is nothing, not answer")),
        ({"username": "demo"}, GONE, ("username is nobody, not demo",)),
        ({"operation": "v2_sales_active_get"}, NOWHERE, ("operation is unmatched, not v2_sales_active_get",)),
        ({"external_id": "A-9"}, LOST, ("external_id is A-1, A-2, not A-9",)),
        ({"receipt_id": 9}, READ, ("receipt_id is none, not 9",)),
        ({"external_id": "A-1", "receipt_id": 72}, LOST, ("no one receipt has all that is asked",)),
        ({"contains": "A-9"}, LOST, ("contains is other text, not A-9",)),
        ({"unmatched": True}, LOST, ("unmatched is False, not True",)),
        ({"unmatched": False}, NOWHERE, ("unmatched is True, not False",)),
        ({"fault": "slow"}, LOST, ("fault is commit_then_504, not slow",)),
        ({"api": "trace"}, LOST, ()),
    ],
    ids=str,
)  # fmt: skip
def test_a_near_miss_says_what_is_different(
    asked: dict[str, Any], entry: Entry, words: tuple[str, ...]
) -> None:
    assert Question(**asked).differences(entry) == words


def test_the_nearest_misses_come_first_and_of_equals_the_newest(journal: Journal) -> None:
    question = Question(operation="v2_sales_active_get", status="504", method="GET")
    misses = journal.nearest_misses(question)
    assert [(entry.number, len(how)) for entry, how in misses] == [(3, 1), (1, 1), (5, 2)]
    assert [entry.number for entry, _ in journal.nearest_misses(question, most=1)] == [3]
    assert journal.nearest_misses(Question(since=5)) == []


def test_what_answers_a_question_is_no_miss(journal: Journal) -> None:
    misses = journal.nearest_misses(Question(api="t3"))
    assert [entry.number for entry, _ in misses] == [2]


def test_a_question_can_be_extended() -> None:
    class Wait(Question):
        count: int = 1

    assert Wait(count=3, api="trace").matches(LOST)
