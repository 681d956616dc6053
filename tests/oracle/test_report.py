"""What the oracle says: problems in sentences, what was lost, what the client never learned."""

import json
from typing import Any

import pytest
from support.entries import (
    AT,
    COMMIT_THEN_504,
    OTHER_SHOP,
    SHOP,
    a_ledger,
    a_post,
    a_refund,
    a_sale,
    an_event,
)

from simulator.journal.entry import Entry, Told
from simulator.ledger.lifecycle import Action
from simulator.ledger.model import ReceiptState
from simulator.ledger.state import Ledger
from simulator.oracle.judge import judge
from simulator.oracle.report import Report, exactly_once_failures

ACTIVE, VOIDED = ReceiptState.ACTIVE, ReceiptState.VOIDED
LOST = {"status": None, "told": Told.NOTHING}
STATES = {60071: ACTIVE, 60072: ACTIVE, 60073: ACTIVE, 60074: VOIDED, 60075: VOIDED}


def judged(*entries: Entry, **options: Any) -> Report:
    return judge(entries, a_ledger(STATES), **options)


def a_try(number: int, *recorded: int, **bent: Any) -> Entry:
    return a_post(number, a_sale("A-17"), recorded=recorded, **bent)


PROBLEMS: list[tuple[list[Entry], list[str]]] = [
    ([], []),
    ([a_try(1, 60071)], []),
    (
        [a_try(3, 60071, status=504), a_try(4, 60072)],
        [
            ("external_id A-17 was recorded twice: receipts 000060071 (#3, told 504) and 000060072 (#4, told 200). "
            "The client sent it again after an answer it never got.")
        ],
    ),
    (
        [a_try(3, 60071), a_try(4, 60072)],
        [
            ("external_id A-17 was recorded twice: receipts 000060071 (#3, told 200) and 000060072 (#4, told 200). "
            "The client sent it again though #3 had told it of success.")
        ],
    ),
    (
        [a_post(3, a_sale("A-17"), a_sale("A-17"), recorded=(60071, 60072))],
        [
            ("external_id A-17 was recorded twice: receipts 000060071 (#3, told 200) and 000060072 (#3, told 200). "
            "One request holds it more than once.")
        ],
    ),
    (
        [a_try(3, 60071, **LOST), a_try(4, 60074, told=Told.BROKEN), a_try(5), a_try(6, 60072)],
        [
            ("external_id A-17 was recorded three times: receipts 000060071 (#3, told nothing), 000060074 "
            "(#4, told a broken 200, now voided) and 000060072 (#6, told 200). "
            "The client sent it again after an answer it never got.")
        ],
    ),
    (
        [a_post(n, a_sale(), recorded=(60070 + n,), status=504) for n in (1, 2, 3, 4)],
        [
            ("sales[0] of #1 was recorded 4 times: receipts 000060071 (#1, told 504), 000060072 (#2, told 504), "
            "000060073 (#3, told 504) and 000060074 (#4, told 504, now voided). "
            "The client sent it again after an answer it never got.")
        ],
    ),
    (
        [a_try(3, 60074, status=504), a_try(4, 60075)],
        [
            ("external_id A-17 was recorded twice and nothing of it stands: "
            "receipts 000060074 (#3, told 504, now voided) and 000060075 (#4, told 200, now voided).")
        ],
    ),
    (
        [a_try(3, status=503)],
        ["external_id A-17 was never recorded (last #3, told 503). The client did not send it again."],
    ),
    (
        [a_post(3, a_sale("B"), a_sale(), status=503), a_post(4, a_sale("B"), status=401)],
        [
            "external_id B was never recorded in 2 attempts (last #4, told 401). The client did not send it again.",
            "sales[1] of #3 was never recorded (last #3, told 503). The client did not send it again.",
        ],
    ),
    (
        [a_try(3)],
        ["external_id A-17 was never recorded (last #3, told 200). The client was told that it is."],
    ),
    ([a_try(3, status=400)], []),
    (
        [a_try(3, 60071, status=504)],
        ["The client never learned that external_id A-17 is recorded: receipt 000060071 (#3, told 504)."],
    ),
    ([a_try(3, 60074, status=504)], []),
    (
        [a_try(3, 60071), a_post(4, a_sale("A-17", license={"license_number": OTHER_SHOP}), status=503)],
        [
            (f"external_id A-17 at {OTHER_SHOP} was never recorded (last #4, told 503). "
            "The client did not send it again.")
        ],
    ),
    (
        [a_try(3, 60071), a_post(4, a_sale("A-17", license=None), status=503)],
        ["external_id A-17 at no license was never recorded (last #4, told 503). The client did not send it again."],
    ),
    (
        [a_refund(3, status=504), a_refund(4)],
        ["Receipt 000060071 was refunded again (#4) after an answer the client never got (#3, told 504)."],
    ),
    (
        [a_refund(3, **LOST), a_refund(4, **LOST), a_refund(5, Action.REFUND_WHOLE)],
        ["Receipt 000060071 was refunded again (#4, #5) after an answer the client never got (#3, told nothing)."],
    ),
    ([a_refund(3), a_refund(4)], []),
    ([a_refund(3, status=504), a_refund(4, quantity="2")], []),
    ([a_refund(3, status=504), a_refund(4, at=AT.replace(hour=22))], []),
    ([a_refund(3, status=504), a_refund(4, events=())], []),
    ([a_refund(3, status=504), a_refund(4, events=(an_event(60072, Action.REFUND_PART),))], []),
    ([a_refund(3, Action.CHANGE_PRICE, status=504), a_refund(4, Action.CHANGE_PRICE)], []),
]  # fmt: skip


@pytest.mark.parametrize(("entries", "problems"), PROBLEMS)
def test_problems_are_sentences(entries: list[Entry], problems: list[str]) -> None:
    report = judged(*entries)
    assert report.problems() == problems
    assert report.exactly_once is not any("never learned" not in problem for problem in problems)
    assert exactly_once_failures(report) == [each for each in problems if "never learned" not in each]
    assert report.lines()[2 + bool(report.not_understood) :] == problems


def test_with_an_external_id_only_that_sale_counts() -> None:
    report = judged(
        a_post(1, a_sale("A"), a_sale("B"), recorded=(60071, 60072), status=504),
        a_post(2, a_sale("A"), recorded=(60073,)),
        a_post(3, a_sale("C"), status=400),
        a_post(4, a_sale("D"), status=503),
    )
    assert [each[:15] for each in exactly_once_failures(report)] == ["external_id A w", "external_id D w"]
    assert len(exactly_once_failures(report, "A")) == 1
    assert exactly_once_failures(report, "B") == []
    assert exactly_once_failures(report, "C") == [
        "external_id C was never recorded: it was refused (#3, told 400)."
    ]
    assert exactly_once_failures(report, "D")[0].startswith("external_id D was never recorded (last #4")


def test_an_external_id_that_was_never_sent_is_a_failure() -> None:
    assert exactly_once_failures(judged(), "A-17") == [
        "No sale with external_id A-17 was sent, nor with any other."
    ]
    assert exactly_once_failures(judged(), "")[0].startswith("No sale with external_id '' was sent")
    assert exactly_once_failures(judged(), "A 17\n")[0].startswith("No sale with external_id 'A 17\\n' was")
    sent = judged(*(a_post(n, a_sale(f"till-{n}")) for n in range(1, 13)))
    (told,) = exactly_once_failures(sent, "tilt-1")
    assert told.startswith(
        "No sale with external_id tilt-1 was sent. Did you mean 'till-1'? Sent were till-1, till-2,"
    )
    assert told.endswith("till-10 and 2 more.")
    assert (
        "Sent were 'a b', c." in exactly_once_failures(judged(a_post(1, a_sale("a b"), a_sale("c"))), "d")[0]
    )
    ten = judged(*(a_post(n, a_sale(f"till-{n}")) for n in range(1, 11)))
    assert exactly_once_failures(ten, "B")[0].endswith("till-9, till-10.")


def test_what_dropped_entries_held_is_not_claimed() -> None:
    kept = judged(a_try(8, 60071), dropped=7)
    assert exactly_once_failures(kept, "A-18")[1:] == [
        "Among the entries kept, no sale has external_id A-18. Did you mean 'A-17'? There are A-17."
    ]
    assert exactly_once_failures(judged(dropped=7), "A-17")[1:] == [
        "Among the entries kept, no sale has external_id A-17, nor any other."
    ]


def test_an_id_that_might_be_taken_for_words_is_quoted() -> None:
    report = judged(a_post(1, a_sale("A-17 was told"), status=503), a_post(2, a_sale("A/1#2"), status=503))
    assert [each.partition(" was never")[0] for each in report.problems()] == [
        "external_id 'A-17 was told'",
        "external_id A/1#2",
    ]


def test_a_refund_made_twice_is_a_failure_of_its_own_sale_only() -> None:
    report = judged(
        a_try(1, 60071), a_post(2, a_sale("B"), recorded=(60072,)), a_refund(3, status=504), a_refund(4)
    )
    assert len(exactly_once_failures(report)) == len(exactly_once_failures(report, "A-17")) == 1
    assert exactly_once_failures(report, "B") == []


def test_a_journal_that_has_dropped_entries_proves_nothing() -> None:
    report = judged(a_try(8, 60071), dropped=7)
    told = (
        "The journal has dropped 7 entries; this covers only the 1 it kept. "
        "Give it more bytes, or clear it before what matters."
    )
    assert not report.complete
    assert not report.exactly_once
    assert report.problems() == exactly_once_failures(report, "A-17") == [told]
    assert told in report.lines()
    assert report.as_json()["complete"] is False
    assert judged(a_try(8, 60071)).complete


def test_lines_begin_with_a_summary() -> None:
    report = judged(
        a_try(1, 60071, status=504),
        a_try(2, 60072),
        a_post(3, a_sale("B"), recorded=(60073,)),
        a_post(4, body=b"", status=400),
        a_refund(5, status=504),
    )
    assert report.lines()[:3] == [
        "2 sales asked for: 1 once, 1 duplicated.",
        "1 retry; 1 answer lost after recording and 1 after other changes; 1 receipt the client never learned of.",
        "1 request held no sale that could be read: #4.",
    ]
    assert judged().lines() == [
        "No sale was asked for.",
        "0 retries; 0 answers lost after recording and 0 after other changes; 0 receipts the client never learned of.",
    ]


def test_json_has_it_all_and_nothing_that_json_cannot_say() -> None:
    report = judged(
        a_try(3, 60071, status=504, faults=(COMMIT_THEN_504,)), a_try(4, 60074), a_refund(5, status=504)
    )
    shown = report.as_json()
    assert json.loads(json.dumps(shown, allow_nan=False)) == shown
    assert (shown["window"], shown["entries"], shown["dropped"], shown["retries"]) == (300, 3, 0, 1)
    assert shown["verdicts"] == {
        "once": 0, "duplicated": 0, "corrected": 1, "withdrawn": 0, "missing": 0, "refused": 0
    }  # fmt: skip
    (intent,) = shown["intents"]
    assert intent["name"] == "external_id A-17"
    assert intent["attempts"][0] == {
        "entry": 3,
        "place": 0,
        "at": "2026-05-20T20:00:03Z",
        "status": 504,
        "told": "answer",
        "faults": [{"name": "commit_then_504", "phase": "after", "effect": "status"}],
        "events": [60171],
    }
    assert judged(a_try(3)).as_json()["intents"][0]["attempts"][0]["events"] == []
    assert intent["receipts"][1] == {
        "event": 60174,
        "license_number": SHOP,
        "receipt_id": 60074,
        "receipt_number": "000060074",
        "trace_id": an_event(60074).trace_id,
        "external_id": "A-17",
        "entry": 4,
        "state": "voided",
        "stands": False,
        "learned": True,
    }
    assert (intent["standing"], intent["verdict"]) == (["000060071"], "corrected")
    assert [lost["entry"] for lost in shown["lost_answers"]] == [3]
    assert [lost["entry"] for lost in shown["lost_writes"]] == [5]
    assert [each["receipt_number"] for each in shown["unlearned"]] == ["000060071"]


def test_json_of_one_external_id_says_only_what_concerns_it() -> None:
    report = judged(
        a_try(3, 60071, status=504),
        a_try(4, 60072),
        a_post(5, a_sale("B"), recorded=(60073,), status=504),
        a_post(6, body=b"{}", status=400),
        a_refund(7, status=504),
    )
    of_b = report.as_json("B")
    assert [intent["external_id"] for intent in of_b["intents"]] == ["B"]
    assert of_b["exactly_once"] is True
    assert of_b["failures"] == []
    assert of_b["problems"] == [
        "The client never learned that external_id B is recorded: receipt 000060073 (#5, told 504)."
    ]
    assert ([lost["entry"] for lost in of_b["lost_answers"]], of_b["lost_writes"]) == ([5], [])
    assert of_b["not_understood"] == []
    of_a = report.as_json("A-17")
    assert (of_a["exactly_once"], len(of_a["failures"])) == (False, 1)
    assert [lost["entry"] for lost in of_a["lost_writes"]] == [7]
    assert report.as_json("nobody")["failures"][0].startswith("No sale with external_id nobody was sent.")
    assert report.as_json("nobody")["exactly_once"] is False


def test_an_empty_journal_has_nothing_against_it() -> None:
    report = judge([], Ledger())
    assert report.exactly_once
    assert report.intents == ()
