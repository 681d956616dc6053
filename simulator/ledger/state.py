"""The ledger's memory: one book a license, folded from events, with the orders and indexes reads need."""

from bisect import bisect_left, insort
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
    """Everything that belongs to one license."""

    def __init__(self, license_: License) -> None:
        self.license = license_
        self.employees: dict[str, Employee] = {}
        self.lots: dict[int, Lot] = {}
        self.receipts: dict[int, Receipt] = {}
        self.next_receipt_id = license_.first_receipt_id
        self.next_line_id = license_.first_receipt_id
        self._lot_ids: dict[str, int] = {}
        self._receipt_ids: dict[str, int] = {}
        self._external_ids: dict[str, int] = {}
        self.purchases = Purchases(license_.state, self.lots)
        self._active: list[Receipt] = []
        self._inactive: list[Receipt] = []

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
        self.employees[employee.id] = employee

    def put_lot(self, lot: Lot) -> None:
        self.lots[lot.id] = lot
        self._lot_ids[lot.trace_id] = lot.id

    def adopt(self, receipts: Iterable[Receipt], lots: Iterable[Lot]) -> None:
        """Take over a past: many receipts that were not here, and lots as they stand after them."""
        for lot in lots:
            self.put_lot(lot)
        for receipt in receipts:
            self._index(receipt)
            self.purchases.note(receipt)
            self.receipts[receipt.id] = receipt
            self._list_of(receipt).append(receipt)
        self._active.sort(key=recording_order)
        self._inactive.sort(key=recording_order)

    def _index(self, receipt: Receipt) -> None:
        """Make a new receipt known by its other ids, and count on from its numbers."""
        self._receipt_ids[receipt.trace_id] = receipt.id
        self.next_receipt_id = max(self.next_receipt_id, receipt.id + 1)
        self.next_line_id = max(self.next_line_id, *(line.id + 1 for line in receipt.lines))
        if receipt.external_id is not None:
            self._external_ids.setdefault(receipt.external_id, receipt.id)

    def put_receipt(self, receipt: Receipt) -> None:
        before = self.receipts.get(receipt.id)
        if before is None:
            self._index(receipt)
        else:
            listed = self._list_of(before)
            del listed[bisect_left(listed, recording_order(before), key=recording_order)]
        self.receipts[receipt.id] = receipt
        self.purchases.note(receipt, before)
        insort(self._list_of(receipt), receipt, key=recording_order)

    def _list_of(self, receipt: Receipt) -> list[Receipt]:
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
    """All books. Only `apply` changes it."""

    policies: Policies = field(default_factory=Policies)
    books: dict[str, Book] = field(default_factory=dict)

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
