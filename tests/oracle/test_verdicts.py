"""How it ended for a sale, from what was sent, what came of it and what the client was told."""

from typing import Any

import pytest
from support.entries import NOT_HEARD, a_ledger, a_post, a_sale

from simulator.journal.entry import Entry, Told
from simulator.ledger.model import ReceiptState
from simulator.oracle.judge import judge
from simulator.oracle.report import Report
from simulator.oracle.verdicts import FAILURES, Verdict

ACTIVE, VOIDED = ReceiptState.ACTIVE, ReceiptState.VOIDED
FINAL, REFUNDED = ReceiptState.FINAL, ReceiptState.REFUNDED
LOST = {"status": None, "told": Told.NOTHING}


def judged(*entries: Entry, **states: Any) -> Report:
    """`r7=ACTIVE`: receipt 7 is active."""
    return judge(entries, a_ledger({int(name[1:]): state for name, state in states.items()}))


def a_try(number: int, *recorded: int, **bent: Any) -> Entry:
    return a_post(number, a_sale("A-17"), recorded=recorded, **bent)


CASES: list[tuple[str, list[Entry], dict[str, ReceiptState], Verdict]] = [
    ("told at once", [a_try(1, 7)], {"r7": ACTIVE}, Verdict.ONCE),
    ("lost and left", [a_try(1, 7, **LOST)], {"r7": ACTIVE}, Verdict.ONCE),
    ("final since", [a_try(1, 7)], {"r7": FINAL}, Verdict.ONCE),
    ("voided since", [a_try(1, 7)], {"r7": VOIDED}, Verdict.ONCE),
    ("gone since", [a_try(1, 7)], {}, Verdict.ONCE),
    ("failed before, then told", [a_try(1, status=504), a_try(2, 7)], {"r7": ACTIVE}, Verdict.ONCE),
    ("refused, then told", [a_try(1, status=400), a_try(2, 7)], {"r7": ACTIVE}, Verdict.ONCE),
    ("told, then refused", [a_try(1, 7), a_try(2, status=400)], {"r7": ACTIVE}, Verdict.ONCE),
    ("lost, then told", [a_try(1, 7, **LOST), a_try(2, 8)], {"r7": ACTIVE, "r8": ACTIVE}, Verdict.DUPLICATED),
    ("told twice", [a_try(1, 7), a_try(2, 8)], {"r7": ACTIVE, "r8": ACTIVE}, Verdict.DUPLICATED),
    ("one of them final", [a_try(1, 7), a_try(2, 8)], {"r7": FINAL, "r8": ACTIVE}, Verdict.DUPLICATED),
    ("one of them refunded", [a_try(1, 7), a_try(2, 8)], {"r7": REFUNDED, "r8": ACTIVE}, Verdict.DUPLICATED),
    (
        "one of three voided",
        [a_try(1, 7, **LOST), a_try(2, 8, **LOST), a_try(3, 9)],
        {"r7": ACTIVE, "r8": VOIDED, "r9": ACTIVE},
        Verdict.DUPLICATED,
    ),
    ("one of two voided", [a_try(1, 7), a_try(2, 8)], {"r7": VOIDED, "r8": ACTIVE}, Verdict.CORRECTED),
    ("one of two gone", [a_try(1, 7), a_try(2, 8)], {"r8": ACTIVE}, Verdict.CORRECTED),
    (
        "two of three voided",
        [a_try(1, 7, **LOST), a_try(2, 8, **LOST), a_try(3, 9)],
        {"r7": VOIDED, "r8": VOIDED, "r9": FINAL},
        Verdict.CORRECTED,
    ),
    ("both voided", [a_try(1, 7), a_try(2, 8)], {"r7": VOIDED, "r8": VOIDED}, Verdict.WITHDRAWN),
    ("refused at last", [a_try(1, status=504), a_try(2, status=400)], {}, Verdict.REFUSED),
    ("failed at last", [a_try(1, status=400), a_try(2, status=504)], {}, Verdict.MISSING),
    ("told it is, and is not", [a_try(1)], {}, Verdict.MISSING),
    *((f"told {status}", [a_try(1, status=status)], {}, Verdict.REFUSED) for status in (400, 403, 404, 413, 415, 422)),
    *((f"told {status}", [a_try(1, status=status)], {}, Verdict.MISSING) for status in (401, 408, 425, 429, 500, 503, 302)),
    *((f"told {name}", [a_try(1, **bent)], {}, Verdict.MISSING) for name, bent in NOT_HEARD.items()),
    ("told a broken 400", [a_try(1, status=400, told=Told.BROKEN)], {}, Verdict.MISSING),
    ("a 400 that never came", [a_try(1, status=400, told=Told.NOTHING)], {}, Verdict.MISSING),
]  # fmt: skip


@pytest.mark.parametrize(
    ("entries", "states", "verdict"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_a_sale_ends_as(entries: list[Entry], states: dict[str, ReceiptState], verdict: Verdict) -> None:
    report = judged(*entries, **states)
    (intent,) = report.intents
    assert intent.verdict is verdict
    assert report.verdicts == dict.fromkeys(Verdict, 0) | {verdict: 1}
    assert report.exactly_once is (verdict not in FAILURES)
    assert [each.event.receipt_id for each in intent.standing] == [
        int(name[1:]) for name, state in states.items() if state is not VOIDED
    ]


def test_every_verdict_is_tried() -> None:
    assert {verdict for *_, verdict in CASES} == set(Verdict)


def test_failures_are_what_no_client_wants() -> None:
    assert {Verdict.DUPLICATED, Verdict.WITHDRAWN, Verdict.MISSING} == FAILURES


def test_a_number_given_out_again_after_a_restore_is_the_later_sale_only() -> None:
    """A world that went back gives the same ids again; the earlier receipt is not this one."""
    before, after = a_post(1, a_sale("A-1"), recorded=[7]), a_post(2, a_sale("A-2"), recorded=[7])
    first, second = judged(before, after, r7=ACTIVE).intents
    assert ([each.stands for each in first.recorded], [each.stands for each in second.recorded]) == (
        [False],
        [True],
    )
    assert first.recorded[0].shown_state == "gone"
