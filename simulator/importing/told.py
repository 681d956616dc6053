"""What a file tells of a receipt, before what it does not tell is filled in."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from msgspec import Struct

from simulator.importing.places import Place
from simulator.ledger.customers import CustomerType
from simulator.ledger.model import Identification, Payment, ReceiptState, StateChange, Tax


class Vendor(StrEnum):
    T3 = "T3"
    TRACE = "Trace"


class ToldLot(Struct, frozen=True, gc=False):
    """A lot as a line tells of it: by its Trace id, or by its tag where T3 tells. `unit` is an abbreviation."""

    trace_id: str | None = None
    tag: str | None = None
    id: int | None = None
    name: str | None = None
    unit: str | None = None
    category: str | None = None
    strain: str | None = None
    brand: str | None = None
    unit_weight: Decimal | None = None
    unit_thc: Decimal | None = None
    thc_percent: Decimal | None = None

    @property
    def key(self) -> str:
        """What tells it from the other lots of its license."""
        return self.trace_id or f"tag {self.tag}"


class ToldLine(Struct, frozen=True, gc=False):
    lot: ToldLot
    quantity: Decimal
    unit_price: Decimal
    discount: Decimal | None
    taxes: tuple[Tax, ...]
    total: Decimal
    id: int | None = None

    @property
    def net(self) -> Decimal:
        """After discount, before taxes."""
        return self.unit_price * self.quantity - (self.discount or Decimal(0))


class ToldEmployee(Struct, frozen=True, gc=False):
    id: str
    first_name: str | None = None
    last_name: str | None = None


class Told(Struct, frozen=True, gc=False):
    """One receipt. What is None was not told. `price` and `packages` are T3's words, `lines` and totals Trace's."""

    place: Place
    vendor: Vendor
    license_number: str
    state_code: str | None = None
    license_type: str | None = None
    id: int | None = None
    trace_id: str | None = None
    number: str | None = None
    state: ReceiptState = ReceiptState.ACTIVE
    customer_type: CustomerType | None = None
    local_time: datetime | None = None
    sold_at: datetime | None = None
    recorded_at: datetime | None = None
    modified_at: datetime | None = None
    archived_on: date | datetime | None = None
    recorded_by: str | None = None
    patient: str | None = None
    caregiver: str | None = None
    price: Decimal | None = None
    packages: int | None = None
    lines: tuple[ToldLine, ...] = ()
    identifications: tuple[Identification, ...] = ()
    employee: ToldEmployee | None = None
    terminal: str | None = None
    external_id: str | None = None
    out_of_state: bool | None = None
    currency_id: str | None = None
    subtotal: Decimal | None = None
    quantity: Decimal | None = None
    total: Decimal | None = None
    payments: tuple[Payment, ...] = ()
    history: tuple[StateChange, ...] = ()
