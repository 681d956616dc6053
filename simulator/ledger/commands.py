"""What the ledger can be asked to do. Ids and amounts are as the client sent them, parsed but not yet believed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from msgspec import Struct

from simulator.ledger.model import Actor, Employee, Identification, License, Lot, Payment, Tax
from simulator.ledger.money import ZERO
from simulator.ledger.past import Past

ReceiptRef = int | str
"""A receipt by its T3 id or by its Trace sale id."""


class LineDraft(Struct, frozen=True, gc=False):
    lot_id: str
    quantity: Decimal
    unit_price: Decimal
    total: Decimal
    discount: Decimal | None = None
    taxes: tuple[Tax, ...] = ()

    @property
    def net(self) -> Decimal:
        """After discount, before taxes."""
        return self.unit_price * self.quantity - (self.discount or ZERO)


class SaleDraft(Struct, frozen=True, gc=False):
    """`receipt_id` and `trace_id` are for recipes, which may ask for the ids of the vendors' samples."""

    license_number: str
    customer_type_id: str
    terminal: str
    sold_at: datetime
    local_time: datetime
    out_of_state: bool
    identifications: tuple[Identification, ...]
    employee_id: str
    lines: tuple[LineDraft, ...]
    currency_id: str
    subtotal: Decimal
    quantity: Decimal
    total: Decimal
    payments: tuple[Payment, ...]
    external_id: str | None = None
    receipt_id: int | None = None
    trace_id: str | None = None


@dataclass(frozen=True, slots=True)
class RecordSales:
    """Record one sale or several, all or none."""

    actor: Actor
    state_code: str
    sales: tuple[SaleDraft, ...]
    purchase_limit_override: bool = False


@dataclass(frozen=True, slots=True)
class LotAmount:
    """A lot on a sale with its new unit price, its new quantity, or the quantity to refund."""

    lot_id: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class ChangePrice:
    actor: Actor
    state_code: str
    license_number: str
    receipt: ReceiptRef
    at: datetime
    amounts: tuple[LotAmount, ...]
    currency_id: str | None = None


@dataclass(frozen=True, slots=True)
class ChangeQuantity:
    actor: Actor
    state_code: str
    license_number: str
    receipt: ReceiptRef
    at: datetime
    amounts: tuple[LotAmount, ...]
    currency_id: str | None = None
    purchase_limit_override: bool = False


@dataclass(frozen=True, slots=True)
class RefundSale:
    """`amounts` None refunds all that is left."""

    actor: Actor
    state_code: str
    license_number: str
    receipt: ReceiptRef
    at: datetime
    amounts: tuple[LotAmount, ...] | None = None
    currency_id: str | None = None


@dataclass(frozen=True, slots=True)
class VoidReceipt:
    """`state_code` is None when asked through T3, whose paths name no state."""

    actor: Actor
    license_number: str
    receipt: ReceiptRef
    state_code: str | None = None
    at: datetime | None = None
    reason: str | None = None
    currency_id: str | None = None


@dataclass(frozen=True, slots=True)
class FinalizeReceipts:
    actor: Actor
    license_number: str
    receipts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class UnfinalizeReceipts:
    actor: Actor
    license_number: str
    receipts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class OpenLicense:
    license: License


@dataclass(frozen=True, slots=True)
class HireEmployee:
    employee: Employee


@dataclass(frozen=True, slots=True)
class ReceiveLot:
    lot: Lot


@dataclass(frozen=True, slots=True)
class AdoptHistory:
    """Take over what happened before the world began: grown from a recipe, restored or imported. Whoever asks vouches
    that ids are unique and that every line's lot is among `lots` or there already.
    """

    license_number: str
    past: Past
    lots: Sequence[Lot]


UpdateSale = ChangePrice | ChangeQuantity | RefundSale | VoidReceipt
Command = (
    RecordSales
    | UpdateSale
    | FinalizeReceipts
    | UnfinalizeReceipts
    | OpenLicense
    | HireEmployee
    | ReceiveLot
    | AdoptHistory
)
