"""Forks of a ledger: whatever is applied to one, none of the others sees it, and to fork costs the same at any size."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace as changed
from datetime import timedelta
from decimal import Decimal
from threading import Thread
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from msgspec.structs import replace
from support.builders import (
    ACTOR,
    BULK,
    CART,
    EIGHTH,
    GUMMY,
    NOW,
    SHOP,
    a_line,
    a_sale,
    a_world,
    amounts,
    recorded,
)

from simulator.ledger.commands import (
    ChangeQuantity,
    Command,
    FinalizeReceipts,
    RecordSales,
    RefundSale,
    UnfinalizeReceipts,
    VoidReceipt,
)
from simulator.ledger.customers import CustomerType
from simulator.ledger.decide import decide
from simulator.ledger.errors import Rejected
from simulator.ledger.events import EmployeeHired, Event, HistoryAdopted, LicenseOpened, LotReceived
from simulator.ledger.model import Employee, Identification, Receipt
from simulator.ledger.purchases import Customer
from simulator.ledger.state import Book, Ledger, derived_id
from simulator.ledger.tally import BUNCH
from simulator.paged import list as paged_list
from simulator.paged import map as paged_map
from simulator.paged import ordered

PEOPLE = ("CADL1", "CADL2")
LOTS = {"EIGHTH": EIGHTH, "BULK": BULK, "CART": CART, "GUMMY": GUMMY}
MOST = 5
"""Ledgers at a time."""


def beginning() -> list[Event]:
    """The till's world, told anew."""
    events: list[Event] = []
    for number, book in a_world().ledger.books.items():
        events.append(LicenseOpened(book.license))
        events += map(EmployeeHired, book.employees.values())
        events.append(HistoryAdopted(number, book.past(book.receipts.values()), tuple(book.lots.values())))
    return events


def replayed(events: list[Event]) -> Ledger:
    """A ledger that nobody ever forked."""
    ledger = Ledger()
    for event in events:
        ledger.apply(event)
    return ledger


def all_of(ledger: Ledger) -> dict[str, Any]:
    """Everything a ledger can be asked, in order; what customers drew apart, as asking adds up."""
    return {
        number: {
            "license": book.license,
            "employees": list(book.employees.items()),
            "lots": list(book.lots.items()),
            "receipts": list(book.receipts.items()),
            "active": list(book.active),
            "inactive": list(book.inactive),
            "page": (book.active[1:3], book.inactive[1:3]),
            "numbers": (book.next_receipt_id, book.next_line_id),
            "lot ids": [(trace_id, book.lot_id(trace_id)) for trace_id in book.lot_trace_ids()],
            "by trace id": [book.receipt(each.trace_id) for each in book.receipts.values()],
            "external ids": [name for name in map(str, range(4)) if book.knows_external_id(name)],
        }
        for number, book in ledger.books.items()
    }


def drawn(book: Book) -> list[object]:
    """What each of the people drew, in the view of the next sale."""
    basket = [(book.lots[book.lot_id(lot)].item, Decimal(1)) for lot in LOTS.values()]
    return [
        book.purchases.uses(
            Customer(CustomerType.ADULT, out_of_state=False, id=("CAKOMIT0001", person), age=46),
            book.license.state.day_of(NOW - timedelta(days=days_ago)),
            basket,
        )
        for person in PEOPLE
        for days_ago in range(2)
    ]


def command(book: Book, what: str, index: int) -> Command | None:
    """Something to ask about one of the receipts there are."""
    if not book.receipts:
        return None
    receipt = list(book.receipts.values())[index % len(book.receipts)]
    (line, *_) = receipt.lines
    name = next(key for key, lot in LOTS.items() if lot == book.lots[line.lot_id].trace_id)
    return {
        "void": VoidReceipt(ACTOR, SHOP, receipt.id),
        "refund": RefundSale(ACTOR, "ca", SHOP, receipt.id, NOW),
        "refund one": RefundSale(ACTOR, "ca", SHOP, receipt.id, NOW, amounts(**{name: "1"})),
        "change": ChangeQuantity(
            ACTOR, "ca", SHOP, receipt.id, NOW, amounts(**{name: str(line.quantity + 1)})
        ),
        "finalize": FinalizeReceipts(ACTOR, SHOP, (receipt.id,)),
        "unfinalize": UnfinalizeReceipts(ACTOR, SHOP, (receipt.id,)),
    }[what]


class Forks(RuleBasedStateMachine):
    """Some ledgers, each with the events applied to it: replaying those must always give the same."""

    which = st.integers(0, MOST - 1)
    picks = st.integers(0, 9)
    done: frozenset[str] = frozenset()

    @initialize()
    def begin(self) -> None:
        events = beginning()
        self.ledgers = [(replayed(events), events)]
        self.hired = 0
        for lot in LOTS:
            self.record(0, PEOPLE[0], lot, 2, None)

    def apply(self, which: int, *events: Event) -> None:
        ledger, log = self.ledgers[which % len(self.ledgers)]
        for event in events:
            ledger.apply(event)
        log.extend(events)

    def book(self, which: int) -> Book:
        return self.ledgers[which % len(self.ledgers)][0].books[SHOP]

    def ask(self, which: int, what: str, asked: Command | None) -> None:
        ledger, _ = self.ledgers[which % len(self.ledgers)]
        if asked is not None:
            try:
                self.apply(which, *decide(ledger, asked, NOW).events)
            except Rejected:
                return
            Forks.done |= {what}

    @rule(which=which)
    def fork(self, which: int) -> None:
        if len(self.ledgers) < MOST:
            ledger, log = self.ledgers[which % len(self.ledgers)]
            self.ledgers.append((ledger.fork(), log.copy()))

    @rule(which=which)
    def drop(self, which: int) -> None:
        if len(self.ledgers) > 1:
            del self.ledgers[which % len(self.ledgers)]

    @rule(
        which=which,
        person=st.sampled_from(PEOPLE),
        lot=st.sampled_from(sorted(LOTS)),
        quantity=st.integers(1, 3),
        external_id=st.one_of(st.none(), st.sampled_from(["0", "1", "2"])),
    )
    def record(self, which: int, person: str, lot: str, quantity: int, external_id: str | None) -> None:
        sale = a_sale(
            a_line(LOTS[lot], str(quantity)),
            identifications=(Identification("CAKOMIT0001", person, NOW.replace(year=1980)),),
            external_id=external_id,
        )
        self.ask(which, "record", RecordSales(ACTOR, "ca", (sale,)))

    @rule(which=which, what=st.sampled_from(["void", "refund", "refund one", "change"]), index=picks)
    def update(self, which: int, what: str, index: int) -> None:
        self.ask(which, what, command(self.book(which), what, index))

    @rule(which=which, what=st.sampled_from(["finalize", "unfinalize"]), index=picks)
    def close(self, which: int, what: str, index: int) -> None:
        self.ask(which, what, command(self.book(which), what, index))

    @rule(which=which, number=st.integers(1, 9), days_ago=st.integers(0, 3), with_lots=st.booleans())
    def adopt(self, which: int, number: int, days_ago: int, with_lots: bool) -> None:
        """Receipts like those there are, some days before them; their lots changed, or as they are."""
        book = self.book(which)
        like = list(book.receipts.values())[:number]
        receipts = tuple(
            replace(
                each,
                id=book.next_receipt_id + n,
                trace_id=derived_id("adopted", book.next_receipt_id + n),
                external_id="3",
                recorded_at=each.recorded_at - timedelta(days=days_ago),
            )
            for n, each in enumerate(like)
        )
        named = {line.lot_id for each in like for line in each.lines} if with_lots else ()
        lots = tuple(replace(book.lots[each], location=str(book.next_receipt_id)) for each in sorted(named))
        self.apply(which, HistoryAdopted(SHOP, book.past(receipts), lots))

    @rule(which=which)
    def hire(self, which: int) -> None:
        self.hired += 1
        hired = Employee(f"new{self.hired}", SHOP, "New", "One", "new@example.com", NOW.date())
        self.apply(which, EmployeeHired(hired))

    @rule(which=which)
    def look(self, which: int) -> None:
        """Asking what customers drew adds it up, in what forks may share."""
        ledger, log = self.ledgers[which % len(self.ledgers)]
        assert drawn(ledger.books[SHOP]) == drawn(replayed(log).books[SHOP])

    @invariant()
    def each_is_what_was_applied_to_it(self) -> None:
        for ledger, log in self.ledgers:
            assert all_of(ledger) == all_of(replayed(log))

    def teardown(self) -> None:
        for which in range(len(getattr(self, "ledgers", ()))):
            self.look(which)


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a few receipts fill several."""
    monkeypatch.setattr(paged_list, "FULL", 2)
    monkeypatch.setattr(ordered, "FULL", 2)
    monkeypatch.setattr(ordered, "MOST", 4)
    monkeypatch.setattr(ordered, "LEAST", 2)
    monkeypatch.setattr(paged_map, "PAGES", 3)
    monkeypatch.setattr(paged_map, "SMALL", 2)


@pytest.mark.usefixtures("small_pages")
def test_no_order_of_forks_and_changes_lets_one_ledger_see_another() -> None:
    Forks.done = frozenset()
    bounds = settings(max_examples=150, stateful_step_count=30, deadline=None, derandomize=True)

    run_state_machine_as_test(Forks, settings=bounds)  # type: ignore[no-untyped-call]  # hypothesis has no types here

    assert Forks.done == {"record", "void", "refund", "refund one", "change", "finalize", "unfinalize"}


def test_a_book_of_a_ledger_stays_the_same_object() -> None:
    world = a_world()
    book = world.ledger.books[SHOP]
    fork = world.ledger.fork()
    seen_in_fork = fork.books[SHOP]

    receipt = recorded(world)

    assert world.ledger.books[SHOP] is book
    assert book.receipts[receipt.id] == receipt
    assert fork.books[SHOP] is seen_in_fork
    assert receipt.id not in seen_in_fork.receipts
    assert list(seen_in_fork.active) == []


def test_what_a_fork_sells_of_a_lot_of_its_own_is_added_up_there() -> None:
    ledger = a_world().ledger
    fork = ledger.fork()
    book = fork.books[SHOP]
    cart = book.lot(CART)
    assert cart is not None
    received = replace(
        cart, id=max(book.lots) + 1, trace_id=derived_id("new"), tag="1A4000000000000000000099"
    )

    fork.apply(LotReceived(received))
    for _ in range(2):
        sale = a_sale(a_line(received.trace_id, "4"))
        fork.apply(decide(fork, RecordSales(ACTOR, "ca", (sale,)), NOW).events[0])

    with pytest.raises(Rejected, match="who bought 8 g before"):
        decide(fork, RecordSales(ACTOR, "ca", (a_sale(a_line(CART, "1")),)), NOW)
    assert decide(ledger, RecordSales(ACTOR, "ca", (a_sale(a_line(CART, "8")),)), NOW).events
    assert ledger.books[SHOP].lot(received.trace_id) is None


def test_licenses_opened_later_are_not_seen() -> None:
    ledger = a_world().ledger
    fork = ledger.fork()

    ledger.apply(LicenseOpened(changed(ledger.books[SHOP].license, number="LATER")))

    assert "LATER" in ledger.books
    assert "LATER" not in fork.books


def many(receipt: Receipt, number: int) -> Iterator[Receipt]:
    """Copies of a receipt, recorded one a second."""
    for n in range(1, number + 1):
        yield replace(
            receipt,
            id=receipt.id + n,
            trace_id=derived_id("copy", n),
            recorded_at=receipt.recorded_at + timedelta(seconds=n),
        )


@pytest.mark.parametrize("number", [10, 20_000])
def test_a_fork_shares_everything_until_it_is_written_to(number: int) -> None:
    """What is not copied costs nothing, however much it is."""
    world = a_world()
    ledger, book = world.ledger, world.ledger.books[SHOP]
    receipts = tuple(many(recorded(world), number))
    ledger.apply(HistoryAdopted(SHOP, book.past(receipts), ()))

    fork = ledger.fork()
    forked = fork.books[SHOP]
    apart = {name for name, value in vars(forked).items() if value is not getattr(book, name)}
    assert apart == {"active_changes", "inactive_changes"}

    fork.apply(decide(fork, VoidReceipt(ACTOR, SHOP, receipts[0].id), NOW).events[0])
    assert book.receipts[receipts[0].id] == receipts[0]
    shared = {id(page) for page in book._active._pages}
    assert sum(id(page) not in shared for page in forked._active._pages) == 1
    assert (forked._rows._base is book._rows._base) is (number > paged_map.SMALL)


def test_a_customer_who_bought_ten_thousand_times_is_told_of_in_bunches() -> None:
    """One long list would be copied with every purchase, as forks may share it."""
    world = a_world()
    book = world.ledger.books[SHOP]
    receipt = recorded(world)
    for each in many(receipt, 10_000):
        book.purchases.note(each, book.packing.pack(each))

    (tally,) = book.purchases._tallies.values()
    assert max(map(len, (*tally.held.older, tally.held.newest))) <= BUNCH
    assert sum(map(len, (*tally.held.older, tally.held.newest))) == 10_001


def test_forks_in_threads_add_up_the_same_purchases_and_go_on_apart() -> None:
    """A customer who bought three cartridges may buy five more: in each fork, whoever looks at the same time."""
    world = a_world()
    for _ in range(3):
        recorded(world, a_line(CART, "1"))
    forks = [world.ledger.fork() for _ in range(8)]
    asked = RecordSales(ACTOR, "ca", (a_sale(a_line(CART, "1")),))
    sold = [0] * len(forks)

    def sell(number: int) -> None:
        with suppress(Rejected):
            while True:
                for event in decide(forks[number], asked, NOW).events:
                    forks[number].apply(event)
                sold[number] += 1

    threads = [Thread(target=sell, args=(number,)) for number in range(len(forks))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sold == [5] * len(forks)
    assert len(world.ledger.books[SHOP].receipts) == 3
    assert [len(fork.books[SHOP].active) for fork in forks] == [8] * len(forks)
