"""The ledger's memory: one book a license, folded from events, with the orders and indexes reads need."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b

from msgspec.structs import replace

from simulator.ledger.events import (
    EmployeeHired,
    Event,
    HistoryAdopted,
    LicenseOpened,
    LotReceived,
    Move,
    ReceiptEvent,
)
from simulator.ledger.model import Employee, License, Lot, Receipt, ReceiptState, StateChange
from simulator.ledger.money import as_quantity
from simulator.ledger.purchases import Purchases
from simulator.paged.map import PagedMap
from simulator.paged.ordered import Ordered

SOLD_OUT, STOCK_RETURNED = "sold out", "stock returned"


@dataclass(frozen=True, slots=True)
class Policies:
    """What a recipe may decide where the vendors differ or are silent.

    GAP(refund-stock): a void is documented to return items to inventory, a refund is not; so it does not by default.
    """

    oversell: bool = False
    refund_restocks: bool = False


def derived_id(*parts: object) -> str:
    """A 32-hex id that follows from what it names: same log, same ids."""
    return hashed("/".join(map(str, parts)))


def hashed(name: str) -> str:
    """The 32-hex id of what has this name."""
    return blake2b(name.encode(), digest_size=16).hexdigest()


def recording_order(receipt: Receipt) -> tuple[datetime, int]:
    return (receipt.recorded_at, receipt.id)


class Book:
    """Everything that belongs to one license.

    Once it was forked, writing to it puts other maps and lists in the place of those it had: ask it for them anew.
    """

    def __init__(self, license_: License) -> None:
        self.license = license_
        self.employees: PagedMap[str, Employee] = PagedMap()
        self.lots: PagedMap[int, Lot] = PagedMap()
        self.receipts: PagedMap[int, Receipt] = PagedMap()
        self.next_receipt_id = license_.first_receipt_id
        self.next_line_id = license_.first_receipt_id
        self._lot_ids: PagedMap[str, int] = PagedMap()
        self._receipt_ids: PagedMap[str, int] = PagedMap()
        self._external_ids: PagedMap[str, int] = PagedMap()
        self.purchases = Purchases(license_.state, self.lots)
        self._active = Ordered(recording_order)
        self._inactive = Ordered(recording_order)
        self._is_shared = False

    def fork(self) -> "Book":
        """A book that begins as this one stands. Until one of the two is written to they are the same inside."""
        self._is_shared = True
        other = Book.__new__(Book)
        other.__dict__.update(self.__dict__)
        return other

    def _make_own(self) -> None:
        """Comes before every write: what other books have too is only read from now on."""
        if not self._is_shared:
            return
        self.employees = self.employees.fork()
        self.lots, self.receipts = self.lots.fork(), self.receipts.fork()
        self._lot_ids, self._receipt_ids = self._lot_ids.fork(), self._receipt_ids.fork()
        self._external_ids = self._external_ids.fork()
        self.purchases = self.purchases.fork(self.lots)
        self._active, self._inactive = self._active.fork(), self._inactive.fork()
        self._is_shared = False

    @property
    def active(self) -> Sequence[Receipt]:
        """Receipts neither final nor voided nor refunded, in recording order."""
        return self._active

    @property
    def inactive(self) -> Sequence[Receipt]:
        """All other receipts, in recording order."""
        return self._inactive

    def lot(self, trace_id: str) -> Lot | None:
        lot_id = self._lot_ids.get(trace_id)
        return None if lot_id is None else self.lots[lot_id]

    def lot_id(self, trace_id: str) -> int:
        """The T3 id of a lot known to be here."""
        return self._lot_ids[trace_id]

    def lot_trace_ids(self) -> Iterable[str]:
        return self._lot_ids

    def receipt(self, ref: int | str) -> Receipt | None:
        """By T3 id or by Trace sale id."""
        receipt_id = self._receipt_ids.get(ref) if isinstance(ref, str) else ref
        return None if receipt_id is None else self.receipts.get(receipt_id)

    def knows_external_id(self, external_id: str) -> bool:
        return external_id in self._external_ids

    def hire(self, employee: Employee) -> None:
        self._make_own()
        self.employees.put(employee.id, employee)

    def put_lot(self, lot: Lot) -> None:
        self._make_own()
        self.lots.put(lot.id, lot)
        self._lot_ids.put(lot.trace_id, lot.id)

    def adopt(self, receipts: Sequence[Receipt], lots: Iterable[Lot]) -> None:
        """Take over a past: many receipts that were not here, and lots as they stand after them."""
        self._make_own()
        for lot in lots:
            self.put_lot(lot)
        self._index(receipts)
        self.purchases.note_all(receipts)
        self.receipts.update((receipt.id, receipt) for receipt in receipts)
        self._active.add_all(each for each in receipts if each.state is ReceiptState.ACTIVE)
        self._inactive.add_all(each for each in receipts if each.state is not ReceiptState.ACTIVE)

    def _index(self, receipts: Sequence[Receipt]) -> None:
        """Make new receipts known by their other ids, and count on from their numbers."""
        self._receipt_ids.update((receipt.trace_id, receipt.id) for receipt in receipts)
        last_id, last_line_id = self.next_receipt_id - 1, self.next_line_id - 1
        for receipt in receipts:
            last_id = max(last_id, receipt.id)
            for line in receipt.lines:
                last_line_id = max(last_line_id, line.id)
            # The first receipt keeps an external id that is sent again.
            if receipt.external_id is not None and receipt.external_id not in self._external_ids:
                self._external_ids.put(receipt.external_id, receipt.id)
        self.next_receipt_id, self.next_line_id = last_id + 1, last_line_id + 1

    def put_receipt(self, receipt: Receipt) -> None:
        self._make_own()
        before = self.receipts.get(receipt.id)
        if before is None:
            self._index((receipt,))
        else:
            self._list_of(before).remove(before)
        self.receipts.put(receipt.id, receipt)
        self.purchases.note(receipt, before)
        self._list_of(receipt).add(receipt)

    def _list_of(self, receipt: Receipt) -> Ordered[Receipt]:
        return self._active if receipt.state is ReceiptState.ACTIVE else self._inactive

    def move(self, move: Move, at: datetime, actor: str, *, finishes: bool) -> None:
        """Change a lot's stock; at nothing left it is finished, and stock coming back unfinishes it."""
        lot = self.lots[move.lot_id]
        quantity = as_quantity(lot.quantity + move.quantity)
        finished_at, history = lot.finished_at, lot.history
        if finishes and quantity == 0 and finished_at is None:
            finished_at = at
            history = (*history, StateChange("finished", at, SOLD_OUT, actor))
        elif quantity > 0 and finished_at is not None:
            finished_at = None
            history = (*history, StateChange("unfinished", at, STOCK_RETURNED, actor))
        self.put_lot(
            replace(lot, quantity=quantity, finished_at=finished_at, history=history, modified_at=at)
        )


@dataclass(slots=True)
class Ledger:
    """All books. Only `apply` changes it. A ledger's book of a license is the same object as long as the ledger lives."""

    policies: Policies = field(default_factory=Policies)
    books: dict[str, Book] = field(default_factory=dict)

    def fork(self) -> "Ledger":
        """A ledger that begins as this one stands: nothing that is applied to one is seen by the other. It costs the same
        however many receipts there are. Each may be used in a thread of its own.
        """
        return Ledger(self.policies, {number: book.fork() for number, book in self.books.items()})

    def apply(self, event: Event) -> None:
        match event:
            case ReceiptEvent(receipt=receipt):
                book = self.books[receipt.license_number]
                book.put_receipt(receipt)
                for move in event.moves:
                    book.move(move, event.at, event.actor, finishes=not self.policies.oversell)
            case HistoryAdopted(license_number, receipts, lots):
                self.books[license_number].adopt(receipts, lots)
            case LotReceived(lot):
                self.books[lot.license_number].put_lot(lot)
            case EmployeeHired(employee):
                self.books[employee.license_number].hire(employee)
            case LicenseOpened(license_):
                self.books[license_.number] = Book(license_)
