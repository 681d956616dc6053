"""What each customer has bought, day by day: how limits over a day, some days or a month know of earlier sales."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from simulator.ledger.customers import CustomerType
from simulator.ledger.limits import Basket, Limit
from simulator.ledger.model import Identification, Lot, Receipt, ReceiptState
from simulator.ledger.money import ZERO, total
from simulator.ledger.products import Item
from simulator.ledger.states.state import State
from simulator.ledger.vocabulary import KNOWN_BY, identification_types
from simulator.times import whole_years

CustomerId = tuple[str, str]
"""The identification a customer is known again by: its type's id and its value, as sent."""


@dataclass(frozen=True, slots=True)
class Customer:
    """Who buys, as far as limits tell. Without `id` nobody knows them again; without `age` no limit by age holds."""

    type: CustomerType
    out_of_state: bool
    id: CustomerId | None = None
    age: int | None = None


def customer_of(
    state: State,
    type_: CustomerType,
    identifications: Iterable[Identification],
    *,
    out_of_state: bool,
    sold_at: datetime,
) -> Customer:
    """The customer of a sale. A caregiver buys on the account of the patient.

    GAP(customer-identity): known again by the number that belongs to the customer type, letter by letter as sent.
    """
    kinds = identification_types(state.code)
    known_by = KNOWN_BY[type_]
    id_, birthday = None, None
    for each in identifications:
        kind = kinds.get(each.type_id)
        if kind is known_by and each.value and id_ is None:
            id_ = (each.type_id, each.value)
        is_theirs = kind is known_by or type_ is not CustomerType.CAREGIVER
        if is_theirs and each.birthday is not None and birthday is None:
            birthday = each.birthday.date()
    age = None if birthday is None else whole_years(birthday, state.day_of(sold_at))
    return Customer(type_, out_of_state, id_, age)


class Purchases:
    """The purchases at one license. GAP(limit-scope): shops do not see what a customer bought at another.

    A receipt is only noted when it is recorded or changes, and added up when its customer comes again.
    """

    def __init__(self, state: State, lots: Mapping[int, Lot]) -> None:
        self._state = state
        self._lots = lots
        self._spanning = [limit for limit in state.limits if limit.period.spans_sales]
        held = {customer for limit in self._spanning for customer in limit.customers}
        type_ids = {kind: type_id for type_id, kind in identification_types(state.code).items()}
        self._known_by = {customer: type_ids[KNOWN_BY[customer]] for customer in held}
        self._accounts: dict[CustomerId, _Account] = {}

    def note(self, receipt: Receipt, before: Receipt | None = None) -> None:
        """A receipt was recorded, or changed from what it was `before`."""
        if before is not None and before.lines is receipt.lines and receipt.state is not ReceiptState.VOIDED:
            return
        type_id = self._known_by.get(receipt.customer_type)
        if type_id is None:
            return
        told = (each.value for each in receipt.identifications if each.type_id == type_id and each.value)
        value = next(told, "")
        if not value:
            return
        account = self._accounts.get((type_id, value))
        if account is None:
            account = self._accounts[type_id, value] = _Account()
        if before is not None:
            account.gone.append(before)
        account.new.append(receipt)

    def uses(
        self,
        customer: Customer,
        sold_at: datetime,
        basket: Basket,
        *,
        others: Iterable[tuple[datetime, Basket]] = (),
        instead_of: Receipt | None = None,
    ) -> dict[Limit, tuple[Decimal, Decimal]]:
        """For each limit the customer is held to: what `basket` draws on it, and what was drawn earlier in its period.

        `others` are sales not recorded yet that count too; `instead_of` is the receipt whose lines `basket` replaces.
        """
        limits = [
            limit
            for limit in self._state.limits
            if limit.applies_to(customer.type, out_of_state=customer.out_of_state, age=customer.age)
        ]
        drawn = {limit: (limit.used(basket), ZERO) for limit in limits}
        if customer.id is None:
            return drawn
        day = self._state.day_of(sold_at)
        account = self._folded(customer.id)
        for limit in limits:
            if not limit.period.spans_sales or not (drawn[limit][0] or limit.exclusive):
                continue
            first = limit.period.first_day(day)
            earlier = total(used[limit] for on, used in account.days.items() if first <= on <= day)
            earlier += total(
                limit.used(each) for at, each in others if first <= self._state.day_of(at) <= day
            )
            if instead_of is not None:
                earlier -= limit.used(self._basket(instead_of))
            drawn[limit] = (drawn[limit][0], earlier)
        return drawn

    def _folded(self, customer_id: CustomerId) -> "_Account":
        """The customer's account, with what is new added up."""
        account = self._accounts.get(customer_id)
        if account is None:
            return _Account()
        for receipts, sign in ((account.new, 1), (account.gone, -1)):
            for receipt in receipts:
                basket = self._basket(receipt)
                day = account.days.setdefault(
                    self._state.day_of(receipt.sold_at), dict.fromkeys(self._spanning, ZERO)
                )
                for limit in self._spanning:
                    day[limit] += sign * limit.used(basket)
            receipts.clear()
        return account

    def _basket(self, receipt: Receipt) -> list[tuple[Item, Decimal]]:
        """What the customer still has of it: nothing of a voided sale, and no refunded units."""
        if receipt.state is ReceiptState.VOIDED:
            return []
        return [(self._lots[line.lot_id].item, line.quantity) for line in receipt.lines]


@dataclass(slots=True)
class _Account:
    """One customer: what they drew on each limit on each day, and the receipts not yet added (`new`, `gone`)."""

    days: dict[date, dict[Limit, Decimal]] = field(default_factory=dict)
    new: list[Receipt] = field(default_factory=list)
    gone: list[Receipt] = field(default_factory=list)
