"""What readers see of a ledger: everything, or not yet the latest of it, by the simulated time alone."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)
from support.builders import ACTOR, EIGHTH, NOW, SHOP, a_line, a_sale, a_world

from simulator.faults.effects import ReadLag
from simulator.faults.fault import Fault
from simulator.ledger.commands import (
    Command,
    FinalizeReceipts,
    RecordSales,
    UnfinalizeReceipts,
    VoidReceipt,
)
from simulator.ledger.events import Event
from simulator.ledger.state import Ledger
from simulator.visibility import GRAINS

LAG = 20
"""Seconds. A sixty-fourth of it is less than the whole seconds at which things happen here."""


def seconds(count: float) -> timedelta:
    return timedelta(seconds=count)


def a_fault(lag: float) -> Fault:
    return Fault(name="lag", effect=ReadLag(type="read_lag", seconds=lag))


def sell(*counts: int) -> Command:
    """A sale of so many pieces, or several sales; purchase limits are others' business."""
    sales = tuple(a_sale(a_line(EIGHTH, str(count))) for count in counts or (1,))
    return RecordSales(ACTOR, "ca", sales, purchase_limit_override=True)


def states(ledger: Ledger) -> dict[int, str]:
    return {receipt.id: str(receipt.state) for receipt in ledger.books[SHOP].receipts.values()}


def told(ledger: Ledger) -> dict[str, Any]:
    """All that a reader is told of receipts and stock."""
    book = ledger.books[SHOP]
    return {
        "receipts": dict(book.receipts.items()),
        "active": list(book.active),
        "inactive": list(book.inactive),
        "stock": {lot.id: lot.quantity for lot in book.lots.values()},
        "by trace id": {each.trace_id: book.receipt(each.trace_id) for each in book.receipts.values()},
    }


class Shop:
    """A world of which things are asked at seconds after NOW."""

    def __init__(self, lag: float = 0) -> None:
        self.world = a_world()
        self.lag(lag)

    def lag(self, longest: float) -> None:
        self.world.faults.clear()
        if longest:
            self.world.faults.add(a_fault(longest))
        self.world.look_back()

    def do(self, at: float, command: Command, shown: float | None = None) -> int:
        """The id of the receipt it is about."""
        shown_at = None if shown is None else NOW + seconds(shown)
        decision, _ = self.world.perform(command, NOW + seconds(at), shown_at)
        return decision.receipts[0].id

    def void(self, at: float, receipt: int, shown: float | None = None) -> None:
        self.do(at, VoidReceipt(ACTOR, SHOP, receipt), shown)

    def seen(self, at: float, lag: float = 0) -> dict[int, str]:
        return states(self.world.seen(NOW + seconds(at), seconds(lag)))


# --- by example -----------------------------------------------------------------------------------------------------


def test_without_faults_readers_and_decisions_have_one_ledger() -> None:
    shop = Shop()
    shop.do(1, sell())

    assert shop.world.seen(NOW) is shop.world.ledger


def test_what_is_late_shows_when_it_is_due_and_not_before() -> None:
    shop = Shop()
    late = shop.do(1, sell(), shown=11)
    soon = shop.do(2, sell())

    assert shop.seen(10.999) == {soon: "active"}
    assert states(shop.world.ledger) == {late: "active", soon: "active"}
    assert shop.seen(11) == {late: "active", soon: "active"}
    assert shop.world.seen(NOW + seconds(11)) is shop.world.ledger


def test_what_is_late_takes_its_stock_with_it() -> None:
    shop = Shop()
    shop.do(1, sell(3), shown=11)

    def stock(at: float) -> str:
        lot = shop.world.seen(NOW + seconds(at)).books[SHOP].lot(EIGHTH)
        assert lot is not None
        return str(lot.quantity)

    assert (stock(10), stock(11)) == ("100", "97")


def test_what_happens_to_a_receipt_that_does_not_show_yet_waits_for_it() -> None:
    shop = Shop()
    receipt = shop.do(1, sell(), shown=11)
    shop.void(2, receipt)

    assert shop.seen(10) == {}
    assert shop.seen(11) == {receipt: "voided"}


def test_what_waits_may_be_later_still() -> None:
    shop = Shop()
    receipt = shop.do(1, sell(), shown=11)
    shop.void(2, receipt, shown=22)

    assert [shop.seen(at) for at in (10, 11, 21, 22)] == [
        {},
        {receipt: "active"},
        {receipt: "active"},
        {receipt: "voided"},
    ]


def test_what_waits_is_never_shown_before_what_it_waits_for() -> None:
    shop = Shop()
    receipt = shop.do(1, sell(), shown=22)
    shop.void(2, receipt, shown=5)

    assert [shop.seen(at) for at in (5, 21, 22)] == [{}, {}, {receipt: "voided"}]


def test_late_receipts_show_each_in_its_time_whatever_the_order_they_were_made_in() -> None:
    shop = Shop()
    first = shop.do(1, sell(), shown=31)
    second = shop.do(2, sell(), shown=21)

    assert [shop.seen(at) for at in (20, 21, 31)] == [
        {},
        {second: "active"},
        {first: "active", second: "active"},
    ]


def test_several_events_of_one_request_show_together() -> None:
    shop = Shop()
    shop.do(1, sell(1, 2), shown=11)

    assert [len(shop.seen(at)) for at in (10, 11)] == [0, 2]


def test_a_lagging_reader_sees_what_was_there_then() -> None:
    shop = Shop(LAG)
    first = shop.do(1, sell())
    second = shop.do(5, sell())
    shop.void(9, first)

    assert [shop.seen(at, LAG) for at in (9, 20, 21, 24, 25, 28, 29)] == [
        {},
        {},
        {first: "active"},
        {first: "active"},
        {first: "active", second: "active"},
        {first: "active", second: "active"},
        {first: "voided", second: "active"},
    ]
    assert shop.seen(9) == {first: "voided", second: "active"}


def test_readers_that_lag_less_see_more() -> None:
    shop = Shop(LAG)
    first = shop.do(1, sell())
    second = shop.do(5, sell())

    assert [shop.seen(6, lag) for lag in (LAG, 5.5, 5, 2, 1, 0)] == [
        {},
        {},
        {first: "active"},
        {first: "active"},
        {first: "active", second: "active"},
        {first: "active", second: "active"},
    ]


def test_before_it_was_asked_to_look_back_nothing_of_the_past_is_known() -> None:
    shop = Shop()
    first = shop.do(1, sell())
    shop.lag(LAG)
    shop.do(2, sell())

    assert shop.seen(3, LAG) == {first: "active"}


def test_when_no_fault_lags_any_more_the_past_is_forgotten() -> None:
    shop = Shop(LAG)
    first = shop.do(1, sell())
    shop.lag(0)
    shop.lag(LAG)

    assert shop.seen(2, LAG) == {first: "active"}
    assert shop.world._visibility._past == []


def test_a_longer_lag_keeps_what_was_kept_for_a_shorter() -> None:
    shop = Shop(LAG)
    first = shop.do(1, sell())
    shop.lag(0.5)
    shop.world.faults.clear()
    shop.world.faults.add(a_fault(2 * LAG))
    shop.world.look_back()
    second = shop.do(30, sell())

    assert shop.seen(40, 2 * LAG) == {}
    assert shop.seen(41, 2 * LAG) == {first: "active"}
    assert shop.seen(69, 2 * LAG) == {first: "active"}
    assert shop.seen(70, 2 * LAG) == {first: "active", second: "active"}


def test_what_showed_late_is_seen_later_still_by_a_reader_that_lags() -> None:
    shop = Shop(LAG)
    receipt = shop.do(1, sell(), shown=11)

    assert [shop.seen(at) for at in (10, 11)] == [{}, {receipt: "active"}]
    assert [shop.seen(at, LAG) for at in (11, 30, 31)] == [{}, {}, {receipt: "active"}]


def test_several_late_ones_are_seen_each_in_its_time_though_nobody_looked_meanwhile() -> None:
    shop = Shop(LAG)
    first = shop.do(1, sell(), shown=13)
    second = shop.do(1, sell(), shown=11)
    third = shop.do(1, sell(), shown=50)

    assert shop.seen(31, LAG) == {second: "active"}
    assert shop.seen(32, LAG) == {second: "active"}
    assert shop.seen(33, LAG) == {first: "active", second: "active"}
    assert shop.seen(69, LAG) == {first: "active", second: "active"}
    assert shop.seen(70, LAG) == {first: "active", second: "active", third: "active"}


def test_few_past_ledgers_are_kept_however_much_happens() -> None:
    shop = Shop(LAG)
    receipt = shop.do(0, sell())
    for index in range(1, 600):
        what = UnfinalizeReceipts if index % 2 == 0 else FinalizeReceipts
        shop.do(index / 10, what(ACTOR, SHOP, (receipt,)))

    kept = shop.world._visibility._past
    assert GRAINS // 2 < len(kept) <= GRAINS + 2
    assert kept == sorted(kept, key=lambda each: each[0])


def test_a_lag_is_told_exactly_to_a_sixty_fourth_of_it_and_never_less() -> None:
    shop = Shop(64)
    shop.do(0, sell())
    second = shop.do(0.9, sell())
    third = shop.do(1, sell())

    # What came within a sixty-fourth of another is told with that: here a little early.
    assert len(shop.seen(64, 64)) == 2
    assert second in shop.seen(64, 64)
    assert third not in shop.seen(64.999, 64)
    assert third in shop.seen(65, 64)


def test_a_reset_ends_what_was_pending_and_what_was_kept() -> None:
    shop = Shop(LAG)
    shop.world.settle()
    shop.do(1, sell(), shown=11)
    shop.world.reset()

    assert [shop.seen(at, lag) for at in (2, 40) for lag in (0, LAG)] == [{}, {}, {}, {}]
    assert shop.world.seen(NOW) is shop.world.ledger


def test_a_return_to_a_moment_shows_all_that_had_happened_by_then() -> None:
    shop = Shop(LAG)
    receipt = shop.do(1, sell(), shown=100)
    moment = shop.world.moment()
    shop.do(2, sell())
    shop.world.return_to(moment)

    assert shop.seen(3) == {receipt: "active"}
    later = shop.do(4, sell())
    assert [shop.seen(at, LAG) for at in (23, 24)] == [
        {receipt: "active"},
        {receipt: "active", later: "active"},
    ]


def test_a_refused_command_hides_nothing() -> None:
    shop = Shop()
    with pytest.raises(Exception, match="does not exist"):
        shop.do(1, VoidReceipt(ACTOR, SHOP, 7), shown=11)

    assert shop.world.seen(NOW + seconds(1)) is shop.world.ledger


def test_a_clock_that_is_set_back_leaves_no_reader_behind_for_years() -> None:
    shop = Shop(LAG)
    shop.do(1000, sell())
    shop.world.clock.set(NOW)
    shop.world.turn_back()
    second = shop.do(1, sell())

    assert len(shop.seen(20, LAG)) == 1
    assert second in shop.seen(21, LAG)


def test_a_request_that_came_earlier_and_is_done_later_spoils_no_past() -> None:
    shop = Shop(LAG)
    shop.do(2, sell())
    shop.do(1, sell())

    assert [len(shop.seen(at, LAG)) for at in (21, 21.9, 22)] == [0, 0, 2]


# --- against a model ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Happened:
    """One event, and from which second on it shows."""

    event: Event
    receipt: int
    shows: int


def fold(events: Iterable[Happened]) -> Ledger:
    ledger = a_world().ledger
    for each in events:
        ledger.apply(each.event)
    return ledger


class Readers(RuleBasedStateMachine):
    """A ledger with late events and readers that lag, beside the list of all that happened and when it shows."""

    steps = st.integers(0, 9)
    delays = st.none() | st.integers(1, 30)
    lags = st.sampled_from((0, 1, 7, LAG))

    @initialize()
    def begin(self) -> None:
        self.world = a_world()
        self.world.settle()
        self.now = 0
        self.known: list[Happened] = []
        self.looks_back = False
        self.happened: list[Happened] = []

    def pass_time(self, step: int) -> None:
        self.now += step

    def do(self, command: Command, delay: int | None) -> None:
        at = NOW + seconds(self.now)
        shown_at = None if delay is None else at + seconds(delay)
        decision, _ = self.world.perform(command, at, shown_at)
        for event in decision.events:
            receipt = event.receipt.id  # type: ignore[union-attr] # all commands here are about receipts
            pending = [
                each.shows for each in self.happened if each.receipt == receipt and each.shows > self.now
            ]
            shows = max([self.now + (delay or 0), *pending])
            self.happened.append(Happened(event, receipt, shows))

    def active(self) -> list[int]:
        return [receipt.id for receipt in self.world.ledger.books[SHOP].active]

    @rule(step=steps, delay=delays, count=st.integers(1, 3))
    def sell(self, step: int, delay: int | None, count: int) -> None:
        self.pass_time(step)
        self.do(sell(count), delay)

    @rule(step=steps, delay=delays)
    def sell_several(self, step: int, delay: int | None) -> None:
        self.pass_time(step)
        self.do(sell(1, 2), delay)

    @precondition(lambda self: self.active())
    @rule(step=steps, delay=delays, index=st.integers(0, 99), what=st.sampled_from(("void", "finalize")))
    def change(self, step: int, delay: int | None, index: int, what: str) -> None:
        self.pass_time(step)
        active = self.active()
        receipt = active[index % len(active)]
        voided = VoidReceipt(ACTOR, SHOP, receipt)
        self.do(voided if what == "void" else FinalizeReceipts(ACTOR, SHOP, (receipt,)), delay)

    @rule(on=st.booleans())
    def look_back(self, on: bool) -> None:
        self.world.faults.clear()
        if on:
            self.world.faults.add(a_fault(LAG))
            if not self.looks_back:
                self.known = [each for each in self.happened if each.shows <= self.now]
        self.looks_back = on
        self.world.look_back()

    @rule(step=steps)
    def reset(self, step: int) -> None:
        self.pass_time(step)
        self.world.reset()
        self.happened, self.known = [], []
        self.looks_back = False

    @rule(step=steps)
    def keep_and_return(self, step: int) -> None:
        """All that had happened by then shows, and the past is gone."""
        self.pass_time(step)
        self.world.return_to(self.world.moment())
        self.happened = [replace(each, shows=min(each.shows, self.now)) for each in self.happened]
        self.known = list(self.happened)

    @rule(step=steps, lag=lags)
    def read(self, step: int, lag: int) -> None:
        self.pass_time(step)
        then = self.now - (lag if self.looks_back else 0)
        # What was there when looking back began is never unseen again.
        shown = [each for each in self.happened if each.shows <= then or (lag and each in self.known)]

        seen = self.world.seen(NOW + seconds(self.now), seconds(lag))

        assert told(seen) == told(fold(shown))

    @rule()
    def decide_on_everything(self) -> None:
        assert told(self.world.ledger) == told(fold(self.happened))


def test_readers_see_what_a_list_of_all_that_happened_says() -> None:
    run_state_machine_as_test(
        Readers,
        settings=settings(
            max_examples=60, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
