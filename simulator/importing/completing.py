"""From what was told of a license's receipts to the receipts, with everything that was not told filled in."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from itertools import count
from typing import TypeVar

from simulator.importing.goods import Goods, Items
from simulator.importing.shops import Shop
from simulator.importing.staff import Staff
from simulator.importing.times import Times, times_of
from simulator.importing.told import Told
from simulator.ledger.closing import FINALIZED
from simulator.ledger.customers import CustomerType
from simulator.ledger.lifecycle import HISTORY_STATES
from simulator.ledger.model import (
    Employee,
    Identification,
    License,
    Line,
    Lot,
    Payment,
    Receipt,
    ReceiptState,
    StateChange,
    sold_quantity,
)
from simulator.ledger.money import money, total
from simulator.ledger.recording import CREATED
from simulator.ledger.state import derived_id
from simulator.ledger.updating import REFUNDED, VOIDED
from simulator.ledger.vocabulary import (
    CURRENCIES,
    IdentificationType,
    customer_types,
    identification_types,
    payment_types,
)

T = TypeVar("T")

LICENSE_TYPE, TERMINAL, RECORDED_BY = "Retailer", "IMPORTED", "Imported"
CASH = "cash"
HIRED_BEFORE = timedelta(days=400)
REASONS = {ReceiptState.FINAL: FINALIZED, ReceiptState.VOIDED: VOIDED, ReceiptState.REFUNDED: REFUNDED}


@dataclass(frozen=True, slots=True)
class Made:
    """A license with all that belongs to it; the receipts are in the order of recording."""

    license: License
    employees: Sequence[Employee]
    receipts: Sequence[Receipt]
    lots: Sequence[Lot]


def complete(shop: Shop, block: int, items: Items, filled: Counter[str]) -> Made:
    """`block` tells the license's invented tags from those of the others."""
    told = shop.told
    times = times_of(told, shop.state.zone, filled)
    order = sorted(range(len(told)), key=lambda row: (times[row].recorded_at, told[row].id or 0))
    ids = _ids(told, order, filled)
    first_id = min(ids.values())
    staff = Staff(shop.number, filled)
    goods = Goods(shop.number, block, told, first_id, items, filled)
    making = _Making(shop, goods, staff, filled)
    receipts = [making.receipt(told[row], ids[row], times[row]) for row in order]
    first_sale = min(each.sold_at for each in times)
    lots = goods.lots(first_sale, max(each.modified_at for each in times))
    license_ = License(
        number=shop.number,
        name=f"License {shop.number}",
        state_code=shop.state_code,
        type_name=next((each.license_type for each in told if each.license_type), LICENSE_TYPE),
        first_receipt_id=first_id,
        first_lot_id=lots[0].id,
    )
    return Made(license_, staff.employees((first_sale - HIRED_BEFORE).date()), receipts, lots)


def _ids(told: Sequence[Told], order: Sequence[int], filled: Counter[str]) -> dict[int, int]:
    """The T3 id of each row: as told, else counted on in the order of recording."""
    counted = count(max((each.id for each in told if each.id is not None), default=0) + 1)
    ids = {}
    for row in order:
        id_ = told[row].id
        if id_ is None:
            filled["receipt_ids"] += 1
            id_ = next(counted)
        ids[row] = id_
    return ids


class _Making:
    """One license's receipts in the making."""

    def __init__(self, shop: Shop, goods: Goods, staff: Staff, filled: Counter[str]) -> None:
        code = shop.state_code
        self._number = shop.number
        self._goods = goods
        self._staff = staff
        self._filled = filled
        self._customer_types = {kind: id_ for id_, kind in customer_types(code).items()}
        self._identification_types = {kind: id_ for id_, kind in identification_types(code).items()}
        self._cash = next(id_ for id_, name in payment_types(code).items() if name == CASH)
        self._trace_ids = {each.trace_id for each in shop.told if each.trace_id is not None}

    def receipt(self, told: Told, id_: int, times: Times) -> Receipt:
        lines = self._goods.lines(told, id_)
        customer_type = self._customer_type(told)
        due = money(total(line.total for line in lines)) if told.total is None else told.total
        recorded_by = told.recorded_by
        if recorded_by is None:
            recorded_by = self._fill("recorded_by", RECORDED_BY)
        return Receipt(
            id=id_,
            trace_id=told.trace_id or self._trace_id(id_),
            license_number=self._number,
            number=self._fill("receipt_numbers", f"{id_:09}") if told.number is None else told.number,
            state=told.state,
            customer_type=customer_type,
            customer_type_id=self._customer_types[customer_type],
            external_id=told.external_id,
            terminal=self._fill("terminals", TERMINAL) if told.terminal is None else told.terminal,
            sold_at=times.sold_at,
            local_time=times.local_time,
            out_of_state=customer_type is CustomerType.EXTERNAL_PATIENT
            if told.out_of_state is None
            else told.out_of_state,
            identifications=told.identifications or tuple(self._numbers(told, customer_type)),
            employee_id=self._staff.id_of(told),
            lines=lines,
            currency_id=told.currency_id or next(iter(CURRENCIES)),
            subtotal=self._subtotal(told, lines),
            quantity=sold_quantity(lines) if told.quantity is None else told.quantity,
            total=due,
            payments=told.payments or self._fill("payments", (Payment(self._cash, due),)),
            recorded_at=times.recorded_at,
            recorded_by=recorded_by,
            modified_at=times.modified_at,
            history=told.history or self._fill("histories", self._history(told.state, times, recorded_by)),
            archived_at=times.archived_at,
        )

    def _fill(self, what: str, value: T) -> T:
        self._filled[what] += 1
        return value

    def _trace_id(self, id_: int) -> str:
        """As the ledger derives it, so that the receipt has the id here that it has in the simulator it came from."""
        derived = self._fill("trace_ids", derived_id("sale", self._number, id_))
        return derived if derived not in self._trace_ids else derived_id("imported sale", self._number, id_)

    def _customer_type(self, told: Told) -> CustomerType:
        if told.customer_type is not None:
            return told.customer_type
        adults = CustomerType.ADULT in self._customer_types
        return self._fill("customer_types", CustomerType.ADULT if adults else CustomerType.PATIENT)

    def _numbers(self, told: Told, customer_type: CustomerType) -> Iterator[Identification]:
        """The numbers that T3 tells."""
        visiting = customer_type is CustomerType.EXTERNAL_PATIENT
        kind = IdentificationType.EXTERNAL_PATIENT_ID if visiting else IdentificationType.PATIENT_ID
        if told.patient is not None:
            yield Identification(self._identification_types[kind], told.patient)
        if told.caregiver is not None:
            yield Identification(self._identification_types[IdentificationType.CAREGIVER_ID], told.caregiver)

    def _subtotal(self, told: Told, lines: tuple[Line, ...]) -> Decimal:
        if told.subtotal is not None:
            return told.subtotal
        return money(total(line.net for line in lines) if told.price is None else told.price)

    def _history(self, state: ReceiptState, times: Times, actor: str) -> tuple[StateChange, ...]:
        """GAP(import-histories): T3 tells the state and not how it came to be; here in one step, by who recorded it."""
        created = StateChange(HISTORY_STATES[ReceiptState.ACTIVE], times.recorded_at, CREATED, actor)
        if state is ReceiptState.ACTIVE:
            return (created,)
        at = times.archived_at or times.modified_at
        return (created, StateChange(HISTORY_STATES[state], at, REASONS[state], actor))
