"""What has happened. The ledger is the fold of these, in order; applying one cannot fail."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from msgspec import Struct

from simulator.ledger.lifecycle import Action
from simulator.ledger.model import Employee, License, Lot, Receipt
from simulator.ledger.past import Past


class Move(Struct, frozen=True, gc=False):
    """A lot's stock goes up (positive) or down (negative)."""

    lot_id: int
    quantity: Decimal


class ReceiptEvent(Struct, frozen=True, gc=False):
    """One step in a receipt's life: what was done, the receipt as it stands after, and what it does to stock."""

    action: Action
    receipt: Receipt
    at: datetime
    actor: str
    moves: tuple[Move, ...] = ()


@dataclass(frozen=True, slots=True)
class LicenseOpened:
    license: License


@dataclass(frozen=True, slots=True)
class EmployeeHired:
    employee: Employee


@dataclass(frozen=True, slots=True)
class LotReceived:
    lot: Lot


@dataclass(frozen=True, slots=True)
class HistoryAdopted:
    """A license's past, told at once: its receipts and its lots, both as they stand now."""

    license_number: str
    past: Past
    lots: Sequence[Lot]


Event = ReceiptEvent | LicenseOpened | EmployeeHired | LotReceived | HistoryAdopted
