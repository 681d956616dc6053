"""The ledger's memory: one book a license, folded from events, with the orders and indexes reads need."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from operator import attrgetter

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
from simulator.ledger.packing import PackedReceipt, Packing
from simulator.ledger.past import Past
from simulator.ledger.purchases import Purchases
from simulator.ledger.trace_ids import TraceIds
from simulator.ledger.unpacked import UnpackedList, UnpackedMap
from simulator.paged.changes import Changes
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
    return hashed("/".join([str(part) for part in parts]))


def hashed(name: str) -> str:
    """The 32-hex id of what has this name."""
    return blake2b(name.encode(), digest_size=16).hexdigest()


recording_order = attrgetter("recorded", "id")
"""What puts packed receipts in the order of recording."""


class Book:
    """Everything that belongs to one license.

    Once it was forked, writing to it puts other maps and lists in the place of those it had: ask it for them anew.
    """

    def __init__(self, license_: License) -> None:
        self.license = license_
        self.employees: PagedMap[str, Employee] = PagedMap()
        self.lots: PagedMap[int, Lot] = PagedMap()
        self.packing = Packing(license_.number)
        self._rows: PagedMap[int, PackedReceipt] = PagedMap()
        self.next_receipt_id = license_.first_receipt_id
        self.next_line_id = license_.first_receipt_id
        self._lot_ids: PagedMap[str, int] = PagedMap()
        self._trace_ids = TraceIds()
        self._external_ids: PagedMap[str, int] = PagedMap()
        self.purchases = Purchases(license_.state, self.lots)
        self._active: Ordered[PackedReceipt] = Ordered(recording_order)
        self._inactive: Ordered[PackedReceipt] = Ordered(recording_order)
        self.active_changes: Changes[PackedReceipt] = Changes()
        self.inactive_changes: Changes[PackedReceipt] = Changes()
        self._is_shared = False

    def fork(self) -> "Book":
        """A book that begins as this one stands. Until one of the two is written to they are the same inside."""
        self._is_shared = True
        other = Book.__new__(Book)
        other.__dict__.update(self.__dict__)
        other.active_changes, other.inactive_changes = Changes(), Changes()
        return other

    def _make_own(self) -> None:
        """Comes before every write: what other books have too is only read from now on."""
        if not self._is_shared:
            return
        self.employees = self.employees.fork()
        self.lots, self._rows = self.lots.fork(), self._rows.fork()
        self._lot_ids, self._trace_ids = self._lot_ids.fork(), self._trace_ids.fork()
        self._external_ids = self._external_ids.fork()
        self.purchases = self.purchases.fork(self.lots)
        self._active, self._inactive = self._active.fork(), self._inactive.fork()
        self._is_shared = False

    @property
    def receipts(self) -> Mapping[int, Receipt]:
        """All receipts by id."""
        return UnpackedMap(self._rows, self.packing.unpack)

    @property
    def active(self) -> Sequence[Receipt]:
        """Receipts neither final nor voided nor refunded, in recording order."""
        return UnpackedList(self._active, self.packing.unpack)

    @property
    def inactive(self) -> Sequence[Receipt]:
        """All other receipts, in recording order."""
        return UnpackedList(self._inactive, self.packing.unpack)

    @property
    def rows(self) -> PagedMap[int, PackedReceipt]:
        """Those of `receipts`, packed. Only read it."""
        return self._rows

    @property
    def active_rows(self) -> Ordered[PackedReceipt]:
        """Those of `active`, packed. Only read it."""
        return self._active

    @property
    def inactive_rows(self) -> Ordered[PackedReceipt]:
        """Those of `inactive`, packed. Only read it."""
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
        if isinstance(ref, str):
            receipts = (self.packing.unpack(self._rows[id_]) for id_ in self._trace_ids.may_be(ref))
            return next((receipt for receipt in receipts if receipt.trace_id == ref), None)
        row = self._rows.get(ref)
        return None if row is None else self.packing.unpack(row)

    def knows_external_id(self, external_id: str) -> bool:
        return external_id in self._external_ids

    def first_with(self, external_id: str) -> int | None:
        """The id of the first receipt that was recorded with it."""
        return self._external_ids.get(external_id)

    def hire(self, employee: Employee) -> None:
        self._make_own()
        self.employees.put(employee.id, employee)

    def put_lot(self, lot: Lot) -> None:
        self._make_own()
        self.lots.put(lot.id, lot)
        self._lot_ids.put(lot.trace_id, lot.id)

    def past(self, receipts: Iterable[Receipt]) -> Past:
        """Receipts that are not here, to be adopted."""
        past = Past(self.packing, self.purchases)
        for receipt in receipts:
            past.add(receipt)
        return past

    def adopt(self, past: Past, lots: Iterable[Lot]) -> None:
        """Take over a past: receipts that were not here, and lots as they stand after them."""
        self._make_own()
        if past.packing is not self.packing:
            past = self.past(past.receipts())
        for lot in lots:
            self.put_lot(lot)
        self._rows.update((row.id, row) for row in past.rows)
        if not self._trace_ids.adopt(past.trace_marks, [row.id for row in past.rows]):
            for receipt in past.receipts():
                self._trace_ids.put(receipt.trace_id, receipt.id)
        self._external_ids.update(
            (external_id, receipt_id)
            for external_id, receipt_id in past.external_ids.items()
            if external_id not in self._external_ids
        )
        self.next_receipt_id = max(self.next_receipt_id, past.last_id + 1)
        self.next_line_id = max(self.next_line_id, past.last_line_id + 1)
        self.purchases.note_all(past.told)
        self._active.add_all(past.active)
        self._inactive.add_all(past.inactive)
        self.active_changes.note_many()
        self.inactive_changes.note_many()

    def put_receipt(self, receipt: Receipt) -> None:
        self._make_own()
        row = self.packing.pack(receipt)
        # No receipt has the id that comes next, or one after it.
        before = None if receipt.id >= self.next_receipt_id else self._rows.get(receipt.id)
        if before is None:
            self._index(receipt)
            self.purchases.note(receipt, row)
        else:
            was = self.packing.unpack(before)
            self.purchases.note_change(was, before, receipt, row)
            rows, changes = self._list_of(was)
            rows.remove(before)
            changes.note(before, None)
        self._rows.put(receipt.id, row)
        rows, changes = self._list_of(receipt)
        rows.add(row)
        changes.note(None, row)

    def _index(self, receipt: Receipt) -> None:
        """Make a new receipt known by its other ids, and count on from its numbers."""
        id_, external_id = receipt.id, receipt.external_id
        self._trace_ids.put(receipt.trace_id, id_)
        # The first receipt keeps an external id that is sent again.
        if external_id is not None and external_id not in self._external_ids:
            self._external_ids.put(external_id, id_)
        if id_ >= self.next_receipt_id:
            self.next_receipt_id = id_ + 1
        for line in receipt.lines:
            if line.id >= self.next_line_id:
                self.next_line_id = line.id + 1

    def _list_of(self, receipt: Receipt) -> tuple[Ordered[PackedReceipt], Changes[PackedReceipt]]:
        """The list that a receipt is in, and what keeps count of its changes."""
        if receipt.state is ReceiptState.ACTIVE:
            return self._active, self.active_changes
        return self._inactive, self.inactive_changes

    def move(self, moves: Iterable[Move], at: datetime, actor: str, *, finishes: bool) -> None:
        """Change the stock of lots; at nothing left one is finished, and stock coming back unfinishes it."""
        self._make_own()
        lots = self.lots
        for move in moves:
            lot = lots[move.lot_id]
            quantity = as_quantity(lot.quantity + move.quantity)
            finished_at, history = lot.finished_at, lot.history
            if finishes and quantity == 0 and finished_at is None:
                finished_at = at
                history = (*history, StateChange("finished", at, SOLD_OUT, actor))
            elif quantity > 0 and finished_at is not None:
                finished_at = None
                history = (*history, StateChange("unfinished", at, STOCK_RETURNED, actor))
            moved = replace(lot, quantity=quantity, finished_at=finished_at, history=history, modified_at=at)
            lots.put(lot.id, moved)


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
                if event.moves:
                    book.move(event.moves, event.at, event.actor, finishes=not self.policies.oversell)
            case HistoryAdopted(license_number, past, lots):
                self.books[license_number].adopt(past, lots)
            case LotReceived(lot):
                self.books[lot.license_number].put_lot(lot)
            case EmployeeHired(employee):
                self.books[employee.license_number].hire(employee)
            case LicenseOpened(license_):
                self.books[license_.number] = Book(license_)
