"""What the ledger can be asked to do. Ids and amounts are as the client sent them, parsed but not yet believed."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from msgspec import Struct

from simulator.ledger.model import Actor, Employee, Identification, License, Lot, Payment, Tax
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
        price = self.unit_price * self.quantity
        return price if self.discount is None else price - self.discount


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


class RecordSales(Struct, frozen=True, gc=False):
    """Record one sale or several, all or none."""

    actor: Actor
    state_code: str
    sales: tuple[SaleDraft, ...]
    purchase_limit_override: bool = False


class LotAmount(Struct, frozen=True, gc=False):
    """A lot on a sale with its new unit price, its new quantity, or the quantity to refund."""

    lot_id: str
    amount: Decimal


class ChangePrice(Struct, frozen=True, gc=False):
    actor: Actor
    state_code: str
    license_number: str
    receipt: ReceiptRef
    at: datetime
    amounts: tuple[LotAmount, ...]
    currency_id: str | None = None


class ChangeQuantity(Struct, frozen=True, gc=False):
    actor: Actor
    state_code: str
    license_number: str
    receipt: ReceiptRef
    at: datetime
    amounts: tuple[LotAmount, ...]
    currency_id: str | None = None
    purchase_limit_override: bool = False


class RefundSale(Struct, frozen=True, gc=False):
    """`amounts` None refunds all that is left."""

    actor: Actor
    state_code: str
    license_number: str
    receipt: ReceiptRef
    at: datetime
    amounts: tuple[LotAmount, ...] | None = None
    currency_id: str | None = None


class VoidReceipt(Struct, frozen=True, gc=False):
    """`state_code` is None when asked through T3, whose paths name no state."""

    actor: Actor
    license_number: str
    receipt: ReceiptRef
    state_code: str | None = None
    at: datetime | None = None
    reason: str | None = None
    currency_id: str | None = None


class FinalizeReceipts(Struct, frozen=True, gc=False):
    actor: Actor
    license_number: str
    receipts: tuple[int, ...]


class UnfinalizeReceipts(Struct, frozen=True, gc=False):
    actor: Actor
    license_number: str
    receipts: tuple[int, ...]


class OpenLicense(Struct, frozen=True, gc=False):
    license: License


class HireEmployee(Struct, frozen=True, gc=False):
    employee: Employee


class ReceiveLot(Struct, frozen=True, gc=False):
    lot: Lot


class AdoptHistory(Struct, frozen=True, gc=False):
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
