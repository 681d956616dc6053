"""What clients believe of their sales beside what the ledger has: every way in which the two can differ is found."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.client import Row
from simulator.loadtest.intents import Intents, State, in_cents
from simulator.loadtest.reconciling import MOST_TOLD, Reconciled, reconcile
from simulator.loadtest.verdict import exactly_once, nothing_stuck, t3_agrees_with_trace

MOMENT = datetime(2026, 5, 20, 20, 15, tzinfo=UTC)


def a_row(external_id: str, state: str = "active", total: str = "11.50", *, hour: int = 13) -> Row:
    local = datetime(2026, 5, 20, hour, 15)  # noqa: DTZ001 - what the shop's clock shows
    return Row(
        "XXXRETAIL01", 1, "000000001", "a" * 32, external_id, state, MOMENT, local, MOMENT, MOMENT,
        Decimal("10.00"), Decimal(total), Decimal(1), 1,
    )  # fmt: skip


def believed(*states: State) -> Intents:
    intents = Intents("run-0-")
    for state in states:
        intents.tell(intents.open("11.50"), state)
    return intents


@pytest.mark.parametrize(
    ("state", "rows", "count", "words"),
    [
        (State.RECORDED, ["active", "active"], "duplicated", "run-0-0 was recorded 2 times"),
        (State.VOIDED, ["active", "active"], "duplicated", "run-0-0 was recorded 2 times"),
        (State.RECORDED, [], "missing", "run-0-0 was told to be recorded and is not there"),
        (State.VOIDED, [], "missing", "run-0-0 was told to be recorded and is not there"),
        (State.REFUNDED, [], "missing", "run-0-0 was told to be recorded and is not there"),
        (State.RECORDED, ["voided"], "differing", "run-0-0 is voided; its client believes it recorded"),
        (State.REFUNDED, ["voided"], "differing", "run-0-0 is voided; its client believes it refunded"),
        (State.RECORDED, ["refunded"], "differing", "run-0-0 is refunded; its client believes it recorded"),
        (State.VOIDED, ["active"], "differing", "run-0-0 is active; its client believes it voided"),
        (State.REFUNDED, ["final"], "differing", "run-0-0 is final; its client believes it refunded"),
        (State.REFUSED, ["active"], "differing", "run-0-0 is active; its client believes it refused"),
        (State.WAITING, ["active"], "differing", "run-0-0 is active; its client believes it waiting"),
    ],
)
def test_a_difference_is_found_and_told(state: State, rows: list[str], count: str, words: str) -> None:
    found = reconcile(believed(state), [a_row("run-0-0", each) for each in rows])
    assert getattr(found, count) >= 1
    assert words in found.problems
    assert not found.exactly_once
    assert not exactly_once(found).holds


@pytest.mark.parametrize(
    ("state", "rows"),
    [
        (State.RECORDED, ["active"]),
        (State.RECORDED, ["final"]),
        (State.RECORDED, ["voided", "active"]),  # recorded twice and put right
        (State.VOIDED, ["voided"]),
        (State.REFUNDED, ["refunded"]),
        (State.REFUSED, []),
        (State.WAITING, []),
        (State.UNKNOWN, ["active"]),
        (State.UNKNOWN, []),
        (State.CHANGING, ["refunded"]),
    ],
)
def test_what_agrees_is_exactly_once(state: State, rows: list[str]) -> None:
    found = reconcile(believed(state), [a_row("run-0-0", each) for each in rows])
    assert found.exactly_once, found.problems
    assert exactly_once(found).holds


def test_another_total_is_a_difference() -> None:
    found = reconcile(believed(State.RECORDED), [a_row("run-0-0", total="11.51")])
    assert found.problems == ["run-0-0 comes to 11.51; its client believes 11.50"]
    assert (found.ledger_total, found.believed_total) == (1151, 1150)


def test_a_changed_total_is_believed() -> None:
    intents = believed(State.RECORDED)
    intents.tell(0, State.RECORDED, "9.00")
    assert reconcile(intents, [a_row("run-0-0", total="9.00")]).exactly_once


@pytest.mark.parametrize("id_", ["run-0-1", "run-0-01", "run-0--1", "run-0-", "run-0-x", "run-0-²", "other"])
def test_a_receipt_that_nobody_sent_is_found(id_: str) -> None:
    found = reconcile(believed(State.RECORDED), [a_row("run-0-0"), a_row(id_)])
    assert found.foreign == 1
    assert not found.exactly_once


@pytest.mark.parametrize("state", [State.WAITING, State.UNKNOWN, State.CHANGING])
def test_what_is_still_with_its_client_is_stuck(state: State) -> None:
    found = reconcile(believed(state, State.RECORDED), [a_row("run-0-1")])
    assert found.stuck == 1
    assert not nothing_stuck(found, 0).holds


def test_nothing_is_stuck() -> None:
    found = reconcile(believed(State.RECORDED), [a_row("run-0-0")])
    assert nothing_stuck(found, 0).holds
    assert not nothing_stuck(found, 1).holds
    assert "worker 1 (it did not answer)" in nothing_stuck(found, 0, ["worker 1 (it did not answer)"]).said


@pytest.mark.parametrize(("before", "after", "holds"), [(10, 11, True), (10, 12, False), (10, 10, False)])
def test_t3_grows_by_what_trace_accepted(before: int, after: int, holds: bool) -> None:
    found = reconcile(believed(State.RECORDED, State.REFUSED), [a_row("run-0-0")])
    assert t3_agrees_with_trace(before, after, found).holds is holds


def test_t3_and_trace_have_the_same_money() -> None:
    found = reconcile(believed(State.RECORDED), [a_row("run-0-0", total="11.49")])
    assert not t3_agrees_with_trace(10, 11, found).holds


def test_what_stands_is_counted_by_local_day_and_hour() -> None:
    rows = [
        a_row("run-0-0", hour=9),
        a_row("run-0-1", hour=9),
        a_row("run-0-2", hour=21),
        a_row("run-0-3", "voided"),
    ]
    found = reconcile(believed(*[State.RECORDED] * 3, State.VOIDED), rows)
    assert found.days == {"2026-05-20": {9: 2, 21: 1}}


def test_several_load_generators_are_added_up_and_can_be_sent() -> None:
    one = reconcile(believed(State.RECORDED), [a_row("run-0-0", hour=9)])
    two = reconcile(believed(State.VOIDED), [])
    both = Reconciled()
    for each in (one, two):
        both.add(Reconciled.of_json(each.as_json()))
    assert (both.wanted, both.recorded, both.voided, both.missing, both.rows) == (2, 2, 1, 1, 1)
    assert both.days == {"2026-05-20": {9: 1}}
    assert both.problems == two.problems


def test_many_problems_are_counted_and_few_are_told() -> None:
    found = reconcile(believed(*[State.RECORDED] * 50), [])
    assert found.missing == 50
    assert len(found.problems) == MOST_TOLD


@given(st.lists(st.sampled_from(State), max_size=30), st.data())
def test_only_what_agrees_is_exactly_once(states: list[State], data: st.DataObject) -> None:
    """One row more, or one less, is always noticed."""
    shown = {
        State.RECORDED: "active",
        State.CHANGING: "active",
        State.VOIDED: "voided",
        State.REFUNDED: "refunded",
    }
    intents = believed(*states)
    rows = [a_row(f"run-0-{n}", shown[state]) for n, state in enumerate(states) if state in shown]
    assert reconcile(intents, rows).exactly_once
    if rows:
        gone = data.draw(st.integers(0, len(rows) - 1))
        assert not reconcile(intents, rows[:gone] + rows[gone + 1 :]).exactly_once
        again = [row for row in rows if row.state != "voided"]
        if again:
            assert not reconcile(intents, [*rows, data.draw(st.sampled_from(again))]).exactly_once


@pytest.mark.parametrize(
    ("amount", "cents"), [("11.50", 1150), ("0.00", 0), ("3", 300), (Decimal("1.005"), 100)]
)
def test_money_is_counted_in_cents(amount: str | Decimal, cents: int) -> None:
    assert in_cents(amount) == cents
