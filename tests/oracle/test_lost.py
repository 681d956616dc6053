"""What was done and not told, what did the same again, and what the client learned of later."""

from typing import Any

import pytest
from support.entries import (
    COMMIT_THEN_504,
    UPDATE,
    VOID,
    a_ledger,
    a_post,
    a_refund,
    a_sale,
    an_entry,
    an_event,
)

from simulator.journal.entry import Entry, Told
from simulator.ledger.lifecycle import Action
from simulator.ledger.model import ReceiptState
from simulator.oracle.judge import judge
from simulator.oracle.report import Report

LOST = {"status": None, "told": Told.NOTHING}
STATES = {
    60071: ReceiptState.ACTIVE,
    60072: ReceiptState.ACTIVE,
    60073: ReceiptState.ACTIVE,
    60074: ReceiptState.VOIDED,
}


def judged(*entries: Entry, **options: Any) -> Report:
    return judge(entries, a_ledger(STATES), **options)


def a_try(number: int, *recorded: int, **bent: Any) -> Entry:
    return a_post(number, a_sale("A-17"), recorded=recorded, **bent)


def test_answers_lost_after_a_sale_was_recorded_are_listed() -> None:
    report = judged(
        a_try(1, 60071, status=504, faults=(COMMIT_THEN_504,)),
        a_post(2, a_sale("B"), recorded=(60072,)),
        a_post(3, a_sale("C"), status=504),
        a_post(4, a_sale("D"), recorded=(60073,), told=Told.BROKEN),
    )
    assert [(lost.entry, lost.answer) for lost in report.lost_answers] == [(1, "504"), (4, "a broken 200")]
    assert report.lost_answers[0].faults == (COMMIT_THEN_504,)
    assert report.lost_writes == ()


def test_answers_lost_after_other_changes_are_listed_apart_with_what_did_the_same_later() -> None:
    void = {"operation": VOID, "events": (an_event(60074, Action.VOID),), "body": b'{"id": 60074}'}
    price = {"operation": UPDATE, "events": (an_event(60071, Action.CHANGE_PRICE),), "body": b"{}"}
    report = judged(an_entry(1, **void, **LOST), an_entry(2, **price, status=504), an_entry(3, **price))
    assert [(lost.entry, lost.again) for lost in report.lost_writes] == [(1, ()), (2, (3,))]
    assert [event.action for lost in report.lost_writes for event in lost.events] == ["void", "change_price"]
    assert report.lost_answers == ()
    assert report.exactly_once


@pytest.mark.parametrize(
    ("body", "later", "again"),
    [
        (b'[{"id": 1}]', b'[{"id":1}]', True),
        (b'[{"id": 1}]', b'[{"id": 2}]', False),
        (b'{"id": NaN}', b'{"id": NaN}', True),
        (b'{"id": NaN}', b'{"id": NaN }', False),
        (b'{"at": 1}', b'{"at": 2}', False),
        (b'{"void_date": 1}', b'{"void_date": 2}', True),
        (b"", b"", True),
    ],
)
def test_the_same_is_done_again_when_it_is_asked_for_in_the_same_words(
    body: bytes, later: bytes, again: bool
) -> None:
    change = {"operation": UPDATE, "events": (an_event(60071, Action.UNFINALIZE),)}
    report = judged(an_entry(1, **change, body=body, status=504), an_entry(2, **change, body=later))
    assert report.lost_writes[0].again == ((2,) if again else ())


def test_another_change_of_the_receipt_is_not_the_same() -> None:
    report = judged(a_refund(3, Action.CHANGE_PRICE, status=504), a_refund(4, Action.CHANGE_QUANTITY))
    assert report.lost_writes[0].again == ()


@pytest.mark.parametrize(("window", "again"), [(9, ()), (10, (13,))])
def test_the_same_is_done_again_within_the_window(window: float, again: tuple[int, ...]) -> None:
    report = judged(a_refund(3, status=504), a_refund(13), window=window)
    assert report.lost_writes[0].again == again


TRACE_ID = an_event(60071).trace_id
LEARNING: list[tuple[str, list[Entry], bool]] = [
    ("nothing since", [], False),
    ("a list that shows it", [an_entry(2, learned=(TRACE_ID,))], True),
    ("a list that shows another", [an_entry(2, learned=(an_event(60072).trace_id,))], False),
    ("a list that was broken off", [an_entry(2, learned=(TRACE_ID,), told=Told.BROKEN)], False),
    ("a void that was answered", [an_entry(2, events=(an_event(60071, Action.VOID),))], True),
    ("a void whose answer was lost", [an_entry(2, events=(an_event(60071, Action.VOID),), status=504)], False),
    ("another receipt of the sale", [a_try(2, 60072)], False),
]  # fmt: skip


@pytest.mark.parametrize(
    ("since", "learned"), [case[1:] for case in LEARNING], ids=[case[0] for case in LEARNING]
)
def test_a_client_learns_of_a_receipt_by(since: list[Entry], learned: bool) -> None:
    report = judged(a_try(1, 60071, status=504), *since)
    assert ("000060071" in [each.number for each in report.unlearned]) is not learned


def test_who_was_told_has_learned() -> None:
    assert judged(a_try(1, 60071)).unlearned == ()
