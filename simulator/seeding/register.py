"""Ringing up: puts an invented receipt together and takes what it sells from the lots.

A receipt is made here from lines worked out beforehand, not asked of the ledger one by one; that is what makes a million
of them quick. Every one could have been recorded by a client all the same: the tests take the sales of every shipped
recipe to the ledger's rules, and get the same receipts.
"""

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta
from decimal import Decimal

from msgspec import Struct

from simulator.ledger.closing import FINALIZED
from simulator.ledger.lifecycle import HISTORY_STATES, moved
from simulator.ledger.model import Actor, License, Line, Payment, Receipt, ReceiptState, StateChange
from simulator.ledger.money import as_quantity
from simulator.ledger.recording import CREATED
from simulator.ledger.state import Policies, hashed
from simulator.ledger.updating import VOIDED, refunded_in_whole
from simulator.ledger.vocabulary import CURRENCIES, payment_types
from simulator.seeding.customers import Crowd, Shopper
from simulator.seeding.lines import PARTS, Kind
from simulator.seeding.shelf import Shelved

REPORTING_DELAY = timedelta(seconds=40)
"""From a sale to its recording."""
VOIDED_AFTER, REFUNDED_AFTER, FINALIZED_AFTER = timedelta(minutes=7), timedelta(days=2), timedelta(hours=12)
CURRENCY = next(iter(CURRENCIES))
ACTIVE, FINAL = ReceiptState.ACTIVE, ReceiptState.FINAL

Basket = list[tuple[Shelved, Kind]]
"""Lines with the lots they sell from."""


class Moment(Struct, frozen=True, gc=False):
    """When a sale was made, by both clocks, and when it was recorded; `day` is the ordinal of the day of recording."""

    day: int
    sold_at: datetime
    local_time: datetime
    recorded_at: datetime


class Sale(Struct, gc=False):
    """A sale about to be rung up. `closes_after` is when it is finalized, if that is its fate; `table` is what the recipe
    calls it where the ledger shall judge it, None where it is like one that was judged.
    """

    crowd: Crowd
    shopper: Shopper
    basket: Basket
    moment: Moment
    fate: ReceiptState
    paid_by: str
    closes_after: timedelta = FINALIZED_AFTER
    counts_external_ids: bool = False
    external_id: str | None = None
    receipt_id: int | None = None
    trace_id: str | None = None
    table: str | None = None

    def set_aside(self) -> None:
        """Keep what it sells from being sold to others until it is rung up."""
        for shelved, kind in self.basket:
            shelved.left -= kind.parts
            shelved.kept += kind.parts

    def bring_out(self) -> None:
        """The opposite."""
        for shelved, kind in self.basket:
            shelved.left += kind.parts
            shelved.kept -= kind.parts


class _Amounts(dict[int, Decimal]):
    """Cents as amounts, each made once."""

    def __missing__(self, cents: int) -> Decimal:
        amount = self[cents] = Decimal(cents).scaleb(-2)
        return amount


class _Quantities(dict[int, Decimal]):
    """Stock's parts as quantities, each made once."""

    def __missing__(self, parts: int) -> Decimal:
        quantity = self[parts] = as_quantity(Decimal(parts) / PARTS)
        return quantity


class Register:
    """One license's register, which numbers its receipts. `asked_ids` are those that the recipe spells out; nothing is done
    after `until`.
    """

    def __init__(
        self,
        license_: License,
        actor: Actor,
        policies: Policies,
        asked_ids: AbstractSet[int | None],
        until: datetime,
    ) -> None:
        self._number = license_.number
        self._actor = actor
        self._policies = policies
        self._asked_ids = asked_ids
        self._until = until
        self._next_id = self._next_line_id = license_.first_receipt_id
        self._trace_name = f"sale/{license_.number}/"
        self._amounts, self._quantities = _Amounts(), _Quantities()
        self._payments: dict[tuple[str, int], tuple[Payment, ...]] = {}
        self._payment_ids = {name: id_ for id_, name in payment_types(license_.state_code).items()}

    def returns(self, fate: ReceiptState) -> bool:
        """Whether what is sold goes back to its lots."""
        return fate is ReceiptState.VOIDED or (
            fate is ReceiptState.REFUNDED and self._policies.refund_restocks
        )

    def ring_up(
        self,
        sale: Sale,
        employee_id: str,
        terminal: str,
        judge: Callable[[Receipt, str], None],
    ) -> Receipt:
        """The receipt of a sale as it stands in the end. `judge` sees it as it was when it was new."""
        crowd, basket, moment, fate = sale.crowd, sale.basket, sale.moment, sale.fate
        recorded_at, username = moment.recorded_at, self._actor.username
        id_ = self._next(sale.receipt_id)
        line_id = self._next_line_id
        self._next_line_id += len(basket)
        net = due = parts = 0
        lines = []
        for shelved, kind in basket:
            lot_id = shelved.lot.id
            lines.append(
                Line(line_id, lot_id, kind.quantity, kind.unit_price, kind.discount, kind.taxes, kind.total)
            )
            line_id += 1
            net += kind.net
            due += kind.due
            parts += kind.parts
        created = StateChange("active", recorded_at, CREATED, username)
        state, modified_at = ACTIVE, recorded_at
        history: tuple[StateChange, ...] = (created,)
        if fate is FINAL:
            # By hand, where others are moved: most receipts are final.
            state, modified_at = FINAL, min(recorded_at + sale.closes_after, self._until)
            closed = StateChange(HISTORY_STATES[FINAL], modified_at, FINALIZED, username)
            history = (created, closed)
        receipt = Receipt(
            id_,
            sale.trace_id or hashed(f"{self._trace_name}{id_}"),
            self._number,
            f"{id_:09}",
            state,
            crowd.type,
            crowd.type_id,
            f"{self._number}/{id_}" if sale.counts_external_ids else sale.external_id,
            terminal,
            moment.sold_at,
            moment.local_time,
            crowd.out_of_state,
            sale.shopper.identifications,
            employee_id,
            tuple(lines),
            CURRENCY,
            self._amounts[net],
            self._quantities[parts],
            self._amounts[due],
            self._payments.get((sale.paid_by, due)) or self._payment(sale.paid_by, due),
            recorded_at,
            self._actor.name,
            modified_at,
            history,
        )
        if sale.table:
            judge(receipt, sale.table)
        if fate is FINAL or fate is ACTIVE:
            for shelved, kind in basket:
                shelved.take(kind.parts, recorded_at, username)
            return receipt
        return self._taken_back(receipt, basket, fate)

    def _taken_back(self, receipt: Receipt, basket: Basket, fate: ReceiptState) -> Receipt:
        """The receipt voided, or refunded in whole."""
        recorded_at, username = receipt.recorded_at, self._actor.username
        if fate is ReceiptState.VOIDED:
            at = min(recorded_at + VOIDED_AFTER, self._until)
            receipt = moved(receipt, fate, VOIDED, at, username)
        else:
            at = min(recorded_at + REFUNDED_AFTER, self._until)
            receipt = refunded_in_whole(receipt, at, username)
        for shelved, kind in basket:
            if self.returns(fate):
                shelved.lend(kind.parts, recorded_at, at, username)
            else:
                shelved.take(kind.parts, recorded_at, username)
        return receipt

    def _next(self, wanted: int | None) -> int:
        """The id asked for, or the next that nobody asks for."""
        if wanted is None:
            while self._next_id in self._asked_ids:
                self._next_id += 1
            wanted = self._next_id
        if wanted >= self._next_id:
            self._next_id = wanted + 1
        return wanted

    def _payment(self, name: str, cents: int) -> tuple[Payment, ...]:
        payment = self._payments[name, cents] = (Payment(self._payment_ids[name], self._amounts[cents]),)
        return payment
