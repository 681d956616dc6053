"""Invented shopping: who comes in, what they take, what it costs. Draws from a seeded generator only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from random import Random
from typing import TypeVar

from simulator.ledger.commands import LineDraft, SaleDraft
from simulator.ledger.model import Identification, Lot, Payment, Tax
from simulator.ledger.money import ZERO, as_quantity, cents, total
from simulator.ledger.vocabulary import (
    CURRENCIES,
    CustomerType,
    IdentificationType,
    customer_types,
    identification_types,
    payment_types,
)
from simulator.seeding.recipe import TaxPart

T = TypeVar("T")

CUSTOMERS = ((CustomerType.ADULT, 0.86), (CustomerType.PATIENT, 0.11), (CustomerType.CAREGIVER, 0.03))
PAYMENTS = (("cash", 0.62), ("debit", 0.33), ("ach", 0.05))
BASKET_SIZES = ((1, 0.42), (2, 0.36), (3, 0.22))
MOST_OF_ONE = 2
"""No customer takes more units of one lot."""
DISCOUNTED = 0.2
DISCOUNT = Decimal("0.10")
OUT_OF_STATE = 0.1
TERMINALS = ("23678-AM", "23678-PM")
IDENTIFIED_BY: Mapping[CustomerType, tuple[IdentificationType, ...]] = {
    CustomerType.ADULT: (IdentificationType.DRIVERS_LICENSE,),
    CustomerType.PATIENT: (IdentificationType.DRIVERS_LICENSE, IdentificationType.PATIENT_ID),
    CustomerType.CAREGIVER: (
        IdentificationType.DRIVERS_LICENSE,
        IdentificationType.CAREGIVER_ID,
        IdentificationType.PATIENT_ID,
    ),
}
PREFIX = {
    IdentificationType.DRIVERS_LICENSE: "DL",
    IdentificationType.PATIENT_ID: "P",
    IdentificationType.CAREGIVER_ID: "CG",
}


@dataclass(frozen=True, slots=True)
class Priced:
    """A lot with its unit price."""

    lot: Lot
    price: Decimal


Basket = Sequence[tuple[Priced, Decimal]]


class Shopping:
    """Makes drafts of sales at one license."""

    def __init__(self, rng: Random, license_number: str, state_code: str, taxes: Sequence[TaxPart]) -> None:
        self._rng = rng
        self._license_number = license_number
        self._state = state_code
        self._taxes = [tax for tax in taxes if tax.state == state_code]

    def basket(self, shelf: Sequence[Priced]) -> Basket:
        """One to three different lots, each in a quantity one customer may buy."""
        left = list(shelf)
        size = min(weighted(self._rng, BASKET_SIZES), len(left))
        picked = [left.pop(int(self._rng.random() * len(left))) for _ in range(size)]
        return [(priced, self._quantity(priced.lot)) for priced in picked]

    def draft(self, basket: Basket, employee_id: str, sold_at: datetime, local_time: datetime) -> SaleDraft:
        """A sale of `basket` that adds up."""
        lines = tuple(self._line(priced, quantity) for priced, quantity in basket)
        due = total(line.total for line in lines)
        taxed = total(tax.total for line in lines for tax in line.taxes)
        customer = weighted(self._rng, CUSTOMERS)
        payment_type = weighted(self._rng, PAYMENTS)
        return SaleDraft(
            license_number=self._license_number,
            customer_type_id=_id_of(customer_types(self._state), customer),
            terminal=pick(self._rng, TERMINALS),
            sold_at=sold_at,
            local_time=local_time,
            out_of_state=self._rng.random() < OUT_OF_STATE,
            identifications=tuple(
                self._identification(kind, local_time.date()) for kind in IDENTIFIED_BY[customer]
            ),
            employee_id=employee_id,
            lines=lines,
            currency_id=next(iter(CURRENCIES)),
            subtotal=cents(due - taxed),
            quantity=as_quantity(total(line.quantity for line in lines)),
            total=cents(due),
            payments=(Payment(_id_of(payment_types(self._state), payment_type), cents(due)),),
        )

    def _quantity(self, lot: Lot) -> Decimal:
        if lot.item.counted:
            return Decimal(1 + int(self._rng.random() * MOST_OF_ONE))
        return Decimal(2 + int(self._rng.random() * 5)) / 4  # 0.5 to 1.5 of a weighed unit

    def _line(self, priced: Priced, quantity: Decimal) -> LineDraft:
        price = cents(priced.price * quantity)
        discount = cents(price * DISCOUNT) if self._rng.random() < DISCOUNTED else ZERO
        taxes = tuple(
            Tax(tax.type, tax.name, tax.rate, cents((price - discount) * tax.rate / 100))
            for tax in self._taxes
        )
        due = cents(priced.price * quantity - discount + total(tax.total for tax in taxes))
        return LineDraft(
            lot_id=priced.lot.trace_id,
            quantity=quantity,
            unit_price=priced.price,
            total=due,
            discount=cents(discount),
            taxes=taxes,
        )

    def _identification(self, kind: IdentificationType, on: date) -> Identification:
        type_id = _id_of(identification_types(self._state), kind)
        number = int(self._rng.random() * 1_000_000)
        value = f"{self._state.upper()}{PREFIX[kind]}{number:06}"
        if kind is not IdentificationType.DRIVERS_LICENSE:
            return Identification(type_id, value)
        born = date(on.year - 22 - int(self._rng.random() * 50), 1 + int(self._rng.random() * 12), 15)
        return Identification(type_id, value, datetime.combine(born, time(0, 0, 1), tzinfo=UTC))


def pick(rng: Random, choices: Sequence[T]) -> T:
    return choices[int(rng.random() * len(choices))]


def weighted(rng: Random, choices: Sequence[tuple[T, float]]) -> T:
    """One of the choices, by weight; the weights add up to one."""
    drawn = rng.random()
    for choice, weight in choices:
        drawn -= weight
        if drawn < 0:
            return choice
    return choices[-1][0]


def _id_of(vocabulary: Mapping[str, object], meaning: object) -> str:
    return next(id_ for id_, each in vocabulary.items() if each == meaning)
