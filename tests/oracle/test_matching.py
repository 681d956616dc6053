"""Which sales of which requests are one sale that a client wanted."""

from datetime import timedelta
from typing import Any

import pytest
from support.entries import (
    AT,
    COMMIT_THEN_504,
    NOT_HEARD,
    OTHER_SHOP,
    SHOP,
    VOID,
    a_ledger,
    a_post,
    a_sale,
    an_entry,
    an_event,
)

from simulator.journal.entry import Entry, Told
from simulator.ledger.model import ReceiptState
from simulator.ledger.state import Ledger
from simulator.oracle.intents import Intent
from simulator.oracle.judge import judge

WINDOW = 300


def intents(*entries: Entry) -> list[Intent]:
    return list(judge(entries, Ledger()).intents)


def tries(*entries: Entry) -> list[list[tuple[int, int]]]:
    """For each intent its attempts: entry, and place in the request's sales."""
    return [[(each.entry, each.place) for each in intent.attempts] for intent in intents(*entries)]


def at(seconds: float) -> dict[str, Any]:
    return {"at": AT + timedelta(seconds=seconds)}


LOST = {"status": None, "told": Told.NOTHING}
NOT_A_SALE = (
    b"",
    b"{",
    b"[]",
    b'"sales"',
    b'{"sales": {}}',
    b'{"sales": []}',
    b'{"sales": [1, null]}',
    b"\xff",
)

CASES: list[tuple[str, list[Entry], list[list[tuple[int, int]]]]] = [
    (
        "an external id is one sale whatever else is in it, and at any distance",
        [a_post(1, a_sale("A")), a_post(2, a_sale("A", total="9.00", created=9), **at(10**6))],
        [[(1, 0), (2, 0)]],
    ),
    ("another external id is another sale", [a_post(1, a_sale("A"), **LOST), a_post(2, a_sale("B"))], [[(1, 0)], [(2, 0)]]),
    (
        "the same external id at another license is another sale",
        [a_post(1, a_sale("A")), a_post(2, a_sale("A", license={"license_number": OTHER_SHOP}))],
        [[(1, 0)], [(2, 0)]],
    ),
    ("an external id twice in a request is one sale", [a_post(1, a_sale("A"), a_sale("A"))], [[(1, 0), (1, 1)]]),
    ("with and without external id are two", [a_post(1, a_sale("A"), **LOST), a_post(2, a_sale())], [[(1, 0)], [(2, 0)]]),
    (
        "an empty external id, or one that is no text, is none",
        [a_post(1, a_sale("", total="1.00"), a_sale("", total="2.00"), a_sale(3), a_sale(3, total="4"))],
        [[(1, 0)], [(1, 1)], [(1, 2)], [(1, 3)]],
    ),
    ("the same to the last field is one sale", [a_post(1, a_sale(), **LOST), a_post(2, a_sale())], [[(1, 0), (2, 0)]]),
    ("also after an answer of success", [a_post(1, a_sale()), a_post(2, a_sale())], [[(1, 0), (2, 0)]]),
    ("also twice in a request", [a_post(1, a_sale(), a_sale())], [[(1, 0), (1, 1)]]),
    (
        "whatever the order of its keys",
        [a_post(1, a_sale()), a_post(2, dict(reversed(a_sale().items())))],
        [[(1, 0), (2, 0)]],
    ),
    ("but not beyond the window", [a_post(1, a_sale(), **LOST), a_post(2, a_sale(), **at(302))], [[(1, 0)], [(2, 0)]]),
    ("the end of the window is in it", [a_post(1, a_sale(), **LOST), a_post(2, a_sale(), **at(301))], [[(1, 0), (2, 0)]]),
    ("a clock set back counts too", [a_post(1, a_sale(), **LOST), a_post(2, a_sale(), **at(-302))], [[(1, 0)], [(2, 0)]]),
    (
        "the window begins anew with each attempt",
        [a_post(n, a_sale(), **LOST, **at(200 * n)) for n in (1, 2, 3)],
        [[(1, 0), (2, 0), (3, 0)]],
    ),
    *(
        (f"dated anew, after being told {name}, it is one sale", [a_post(1, a_sale(), **bent), a_post(2, a_sale(created=9))], [[(1, 0), (2, 0)]])
        for name, bent in (NOT_HEARD | {"400": {"status": 400}}).items()
    ),
    ("dated anew after success, it is another", [a_post(1, a_sale()), a_post(2, a_sale(created=9))], [[(1, 0)], [(2, 0)]]),
    (
        "dated anew beyond the window, it is another",
        [a_post(1, a_sale(), **LOST), a_post(2, a_sale(created=9), **at(302))],
        [[(1, 0)], [(2, 0)]],
    ),
    (
        "of other content it is another",
        [a_post(1, a_sale(), **LOST), a_post(2, a_sale(total="9.00"))],
        [[(1, 0)], [(2, 0)]],
    ),
    (
        "after a retry that was told, the next of the like is another",
        [a_post(1, a_sale(), **LOST), a_post(2, a_sale(created=2)), a_post(3, a_sale(created=3))],
        [[(1, 0), (2, 0)], [(3, 0)]],
    ),
    (
        "of two of one request each finds its own again",
        [a_post(1, a_sale(created=1), a_sale(created=2), **LOST), a_post(2, a_sale(created=3), a_sale(created=4))],
        [[(1, 0), (2, 0)], [(1, 1), (2, 1)]],
    ),
    (
        "also when a third is new",
        [a_post(1, a_sale(created=1), **LOST), a_post(2, a_sale(created=2), a_sale(created=3))],
        [[(1, 0), (2, 0)], [(2, 1)]],
    ),
    (
        "dated alike goes before dated anew",
        [
            a_post(1, a_sale(created=1), **LOST),
            a_post(2, a_sale(created=2), a_sale(created=1), **LOST),
            a_post(3, a_sale(created=2)),
        ],
        [[(1, 0), (2, 0), (2, 1), (3, 0)]],
    ),
    (
        "a sale is known again by what it was last sent as, and before",
        [a_post(1, a_sale(created=1), **LOST), a_post(2, a_sale(created=2)), a_post(3, a_sale(created=1))],
        [[(1, 0), (2, 0), (3, 0)]],
    ),
    (
        "one that was told and then lost is open again",
        [a_post(1, a_sale(created=1)), a_post(2, a_sale(created=1), **LOST), a_post(3, a_sale(created=3))],
        [[(1, 0), (2, 0), (3, 0)]],
    ),
    (
        "the oldest that is open comes first",
        [
            a_post(1, a_sale(created=1), a_sale(created=2), **LOST),
            a_post(2, a_sale(created=3)),
            a_post(3, a_sale(created=4)),
        ],
        [[(1, 0), (2, 0)], [(1, 1), (3, 0)]],
    ),
    (
        "what waited in vain was sent first, though it is recorded later",
        [a_post(1, a_sale("A"), started=AT + timedelta(seconds=5)), a_post(2, a_sale("A"), started=AT, **LOST)],
        [[(2, 0), (1, 0)]],
    ),
    ("a sale without a license is a sale", [a_post(1, {"external_id": "A"}, {"license": 1}, status=400)], [[(1, 0)], [(1, 1)]]),
    ("what is no sale among sales is left out", [a_post(1, 5, a_sale("A"), None, status=400)], [[(1, 1)]]),
    ("other requests want no sale", [an_entry(1, operation=VOID, body=b'{"sales":[{}]}')], []),
    *((f"{body!r} holds no sale", [a_post(1, body=body, status=400)], []) for body in NOT_A_SALE),
]  # fmt: skip


@pytest.mark.parametrize(
    ("entries", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_it_is_so_that(entries: list[Entry], expected: list[list[tuple[int, int]]]) -> None:
    assert tries(*entries) == expected


@pytest.mark.parametrize("body", NOT_A_SALE)
def test_a_request_without_a_sale_is_counted(body: bytes) -> None:
    report = judge([a_post(3, body=body, status=400), a_post(4, a_sale(), 5, status=400)], Ledger())
    assert report.not_understood == (3,)


def test_the_window_can_be_chosen() -> None:
    entries = [a_post(1, a_sale(), **LOST), a_post(2, a_sale(), **at(12))]
    assert len(judge(entries, Ledger(), window=11).intents) == 1
    assert len(judge(entries, Ledger(), window=10.5).intents) == 2


def test_events_go_to_the_sales_in_their_order() -> None:
    whole = a_post(1, a_sale("A"), a_sale("B"), recorded=(7, 8))
    assert [[each.number for each in intent.recorded] for intent in intents(whole)] == [
        ["000000007"],
        ["000000008"],
    ]


def test_of_a_batch_kept_in_part_the_first_are_recorded() -> None:
    part = a_post(1, a_sale("A"), a_sale("B"), a_sale("C"), recorded=(7,), status=504)
    again = a_post(2, a_sale("A"), a_sale("B"), a_sale("C"), recorded=(8, 9, 10))
    report = judge([part, again], a_ledger(dict.fromkeys((7, 8, 9, 10), ReceiptState.ACTIVE)))
    assert [intent.verdict.value for intent in report.intents] == ["duplicated", "once", "once"]


def test_an_attempt_says_what_it_met_and_made() -> None:
    (intent,) = intents(a_post(3, a_sale("A"), recorded=(7,), status=504, faults=(COMMIT_THEN_504,)))
    (attempt,) = intent.attempts
    assert (attempt.entry, attempt.at, attempt.status, attempt.told) == (
        3,
        AT + timedelta(seconds=3),
        504,
        Told.ANSWER,
    )
    assert (attempt.faults, attempt.heard, attempt.answer) == ((COMMIT_THEN_504,), False, "504")
    assert attempt.event == an_event(7, external_id="A")
    assert (intent.license_number, intent.external_id, intent.retries) == (SHOP, "A", 0)


@pytest.mark.parametrize("license_", [{"license_number": 5}, {}, None, "LIC"], ids=str)
def test_a_license_that_is_none_is_none(license_: Any) -> None:
    (intent,) = intents(a_post(1, a_sale("A", license=license_), status=400))
    assert intent.license_number is None


def test_a_retry_is_a_request_more_not_a_place_more() -> None:
    once, twice = a_post(1, a_sale("A"), a_sale("A"), status=504), a_post(2, a_sale("A"))
    report = judge([once, twice], Ledger())
    assert (report.retries, len(report.intents[0].attempts)) == (1, 3)


def test_a_receipt_that_no_sale_accounts_for_is_not_hidden() -> None:
    report = judge(
        [a_post(1, body=b"", events=(an_event(7), an_event(8)), status=504), a_post(2, a_sale(), events=(an_event(9), an_event(10)))],
        a_ledger({7: ReceiptState.ACTIVE, 8: ReceiptState.VOIDED, 9: ReceiptState.ACTIVE, 10: ReceiptState.ACTIVE}),
    )  # fmt: skip
    assert [each.number for each in report.unattributed] == ["000000007", "000000008", "000000010"]
    assert not report.exactly_once
    assert report.problems()[0] == (
        "Receipt 000000007 (#1, told 504) was recorded, but by no sale that can be read in its request."
    )


def test_many_sales_of_one_content_are_matched_in_no_time() -> None:
    """A load test sends the same sale thousands of times, each dated anew, and is told of all."""
    entries = [a_post(n, a_sale(created=n % 3000, terminal=str(n // 3000))) for n in range(6000)]
    assert len(intents(*entries)) == 6000
