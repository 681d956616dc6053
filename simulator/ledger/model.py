"""The nouns of the ledger: who sells, what is sold, and the receipt. Values only; a change makes a new value.

What a busy shop has by the million is a msgspec Struct, a tenth of a dataclass's price and out of the collector's sight.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

from simulator.ledger.customers import CustomerType
from simulator.ledger.money import ZERO, as_quantity, total
from simulator.ledger.products import Item
from simulator.ledger.states import STATES
from simulator.ledger.states.state import State

Instant = Annotated[datetime, Meta(tz=True)]
"""In UTC."""
LocalTime = Annotated[datetime, Meta(tz=False)]
"""What the shop's clock shows, without a zone."""
Count = Annotated[int, Meta(ge=1)]


class ReceiptState(StrEnum):
    ACTIVE = "active"
    FINAL = "final"
    VOIDED = "voided"
    REFUNDED = "refunded"


class LabState(StrEnum):
    """Metrc's lab testing states, a closed list in T3's package model."""

    NOT_SUBMITTED = "NotSubmitted"
    SUBMITTED = "SubmittedForTesting"
    FAILED = "TestFailed"
    PASSED = "TestPassed"
    IN_PROGRESS = "TestingInProgress"
    AWAITING_CONFIRMATION = "AwaitingConfirmation"
    RETEST_FAILED = "RetestFailed"
    RETEST_PASSED = "RetestPassed"
    REMEDIATED = "Remediated"
    RANDOM_TESTING = "SelectedForRandomTesting"
    NOT_REQUIRED = "NotRequired"
    PROCESS_VALIDATED = "ProcessValidated"


# GAP(sellable-lab-states): "lab-passed or not required" read against Metrc's list.
SELLABLE_LAB_STATES = frozenset(
    {LabState.PASSED, LabState.RETEST_PASSED, LabState.NOT_REQUIRED, LabState.PROCESS_VALIDATED}
)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks, and which licenses they may see."""

    username: str
    name: str
    licenses: frozenset[str]


class StateChange(Struct, frozen=True, gc=False):
    """One entry of an `entity_state` history."""

    state: str
    at: Instant
    reason: str
    actioned_by: str


@dataclass(frozen=True, slots=True)
class License:
    """`first_receipt_id` and `first_lot_id` are where its counters start; a receipt's lines count from the former."""

    number: str
    name: str
    state_code: str
    type_name: str
    retail: bool = True
    active: bool = True
    first_receipt_id: int = 1
    first_lot_id: int = 1

    @property
    def state(self) -> State:
        return STATES[self.state_code]


@dataclass(frozen=True, slots=True)
class Employee:
    id: str
    license_number: str
    first_name: str
    last_name: str
    email: str
    hired_on: date
    active: bool = True

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}"


class Lot(Struct, frozen=True, gc=False):
    """A Trace lot, which is a Metrc package. `quantity` is what is on hand, in the item's unit."""

    id: int
    trace_id: str
    tag: str
    license_number: str
    item: Item
    received: Decimal
    quantity: Decimal
    received_at: Instant
    modified_at: Instant
    history: tuple[StateChange, ...]
    lab_state: LabState = LabState.PASSED
    on_hold: bool = False
    finished_at: Instant | None = None
    location: str = "Sales Floor"
    source_license_number: str | None = None
    source_license_name: str | None = None


class Identification(Struct, frozen=True, gc=False):
    type_id: str
    value: str
    birthday: Instant | None = None


class Tax(Struct, frozen=True, gc=False):
    """A tax as the caller stated it: `rate` in percent, `total` in dollars. Never recomputed from the rate."""

    type_id: str
    name: str
    rate: Decimal
    total: Decimal


class Payment(Struct, frozen=True, gc=False):
    type_id: str
    amount: Decimal
    id: str | None = None
    provider_name: str | None = None


class Line(Struct, frozen=True, gc=False):
    """What of one lot is on a receipt. `quantity` is net of refunds; `refunded` is what went back to the customer."""

    id: int
    lot_id: int
    quantity: Decimal
    unit_price: Decimal
    discount: Decimal | None
    taxes: tuple[Tax, ...]
    total: Decimal
    refunded: Decimal = ZERO

    @property
    def net(self) -> Decimal:
        """After discount, before taxes."""
        price = self.unit_price * self.quantity
        return price if self.discount is None else price - self.discount

    @property
    def tax(self) -> Decimal:
        return total(tax.total for tax in self.taxes)


class Receipt(Struct, frozen=True, gc=False):
    """A Trace sale, which is a T3 sales receipt.

    Instants (`sold_at`, `recorded_at`, `modified_at`, `archived_at`) are UTC; `local_time` has no zone, as sent.
    """

    id: int
    trace_id: str
    license_number: str
    number: str
    state: ReceiptState
    customer_type: CustomerType
    customer_type_id: str
    external_id: str | None
    terminal: str
    sold_at: Instant
    local_time: LocalTime
    out_of_state: bool
    identifications: tuple[Identification, ...]
    employee_id: str
    lines: tuple[Line, ...]
    currency_id: str
    subtotal: Decimal
    quantity: Decimal
    total: Decimal
    payments: tuple[Payment, ...]
    recorded_at: Instant
    recorded_by: str
    modified_at: Instant
    history: tuple[StateChange, ...]
    archived_at: Instant | None = None

    @property
    def net(self) -> Decimal:
        """The sum of its lines, after discount and before taxes: Metrc's total price."""
        return sum([line.net for line in self.lines], ZERO)

    @property
    def paid(self) -> Decimal:
        return total(payment.amount for payment in self.payments)

    @property
    def packages(self) -> int:
        """GAP(total-packages): different lots, however many lines they are on."""
        return len({line.lot_id for line in self.lines})


def sold_quantity(lines: tuple[Line, ...]) -> Decimal:
    return as_quantity(total(line.quantity for line in lines))
