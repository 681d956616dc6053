"""The ledger's memory: one book a license, folded from events, with the orders and indexes reads need."""

from bisect import bisect_left, insort
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import blake2b

from simulator.ledger.events import EmployeeHired, Event, LicenseOpened, LotReceived, Move, ReceiptEvent
from simulator.ledger.model import Employee, License, Lot, Receipt, ReceiptState, StateChange
from simulator.ledger.money import as_quantity


@dataclass(frozen=True, slots=True)
class Policies:
    """What a recipe may decide where the vendors differ or are silent.

    GAP(refund-stock): a void is documented to return items to inventory, a refund is not; so it does not by default.
    """

    oversell: bool = False
    refund_restocks: bool = False


def derived_id(*parts: object) -> str:
    """A 32-hex id that follows from what it names: same log, same ids."""
    return blake2b("/".join(map(str, parts)).encode(), digest_size=16).hexdigest()


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

    def put_receipt(self, receipt: Receipt) -> None:
        before = self.receipts.get(receipt.id)
        if before is None:
            self._receipt_ids[receipt.trace_id] = receipt.id
            self.next_receipt_id = max(self.next_receipt_id, receipt.id + 1)
            self.next_line_id = max(self.next_line_id, *(line.id + 1 for line in receipt.lines))
            if receipt.external_id is not None:
                self._external_ids.setdefault(receipt.external_id, receipt.id)
        else:
            listed = self._list_of(before)
            del listed[bisect_left(listed, recording_order(before), key=recording_order)]
        self.receipts[receipt.id] = receipt
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
            history = (*history, StateChange("finished", at, "sold out", actor))
        elif quantity > 0 and finished_at is not None:
            finished_at = None
            history = (*history, StateChange("unfinished", at, "stock returned", actor))
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
            case LotReceived(lot):
                self.books[lot.license_number].put_lot(lot)
            case EmployeeHired(employee):
                self.books[employee.license_number].hire(employee)
            case LicenseOpened(license_):
                self.books[license_.number] = Book(license_)
