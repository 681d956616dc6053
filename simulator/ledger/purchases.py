"""What each customer has bought, day by day: how limits over a day, some days or a month know of earlier sales."""

from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from datetime import date
from decimal import Decimal
from functools import partial
from itertools import chain

from msgspec import Struct

from simulator.ledger.customers import CustomerType
from simulator.ledger.limits import Basket, Limit, Limits, held_to
from simulator.ledger.model import Identification, Lot, Receipt, ReceiptState
from simulator.ledger.money import ZERO, total
from simulator.ledger.packing import Bought, PackedReceipt, bought_of
from simulator.ledger.products import Item
from simulator.ledger.states.state import State
from simulator.ledger.tally import NOTHING_TOLD, Days, Gone, Tally, Told
from simulator.ledger.vocabulary import KNOWN_BY, identification_types
from simulator.paged.map import PagedMap
from simulator.times import whole_years

CustomerId = tuple[str, str]
"""The identification a customer is known again by: its type's id and its value, as sent."""


class Customer(Struct, frozen=True, gc=False):
    """Who buys, as far as limits tell. Without `id` nobody knows them again; without `age` no limit by age holds."""

    type: CustomerType
    out_of_state: bool
    id: CustomerId | None = None
    age: int | None = None


def customer_of(
    state: State,
    type_: CustomerType,
    identifications: Iterable[Identification],
    out_of_state: bool,
    day: date,
) -> Customer:
    """The customer of a sale on a day of the state. A caregiver buys on the account of the patient.

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
    age = None if birthday is None else whole_years(birthday, day)
    return Customer(type_, out_of_state, id_, age)


class Purchases:
    """The purchases at one license. GAP(limit-scope): shops do not see what a customer bought at another.

    A receipt is only noted when it is recorded or changes, and added up when its customer comes again.
    """

    def __init__(self, state: State, lots: Mapping[int, Lot]) -> None:
        self._state = state
        self._lots = lots
        self._held_to = partial(held_to, state.limits)
        spanning = tuple(limit for limit in state.limits if limit.period.spans_sales)
        self._spanning = Limits(spanning)
        held = {customer for limit in spanning for customer in limit.customers}
        type_ids = {kind: type_id for type_id, kind in identification_types(state.code).items()}
        self._known_by = {customer: type_ids[KNOWN_BY[customer]] for customer in held}
        self._tallies: PagedMap[CustomerId, Tally] = PagedMap()

    def fork(self, lots: Mapping[int, Lot]) -> "Purchases":
        """Purchases of their own that begin as these stand. `lots` are those of the book they are of."""
        other = copy(self)
        other._lots = lots  # noqa: SLF001 - it is one of us
        other._tallies = self._tallies.fork()  # noqa: SLF001 - it is one of us
        return other

    def note(self, receipt: Receipt, packed: PackedReceipt) -> None:
        """A receipt was recorded."""
        customer_id = self.customer_id(receipt)
        if customer_id is not None:
            self._tell(customer_id, (packed,))

    def note_change(
        self, before: Receipt, packed_before: PackedReceipt, receipt: Receipt, packed: PackedReceipt
    ) -> None:
        """A receipt changed from what it was."""
        if before.lines == receipt.lines and receipt.state is not ReceiptState.VOIDED:
            return
        customer_id = self.customer_id(receipt)
        if customer_id is not None:
            self._tell(customer_id, (Gone(packed_before), packed))

    def note_all(self, told: Mapping[CustomerId, Iterable[PackedReceipt]]) -> None:
        """Many receipts were recorded; here they are by customer."""
        for customer_id, theirs in told.items():
            self._tell(customer_id, tuple(theirs))

    def _tell(self, customer_id: CustomerId, told: tuple[Told, ...]) -> None:
        self._tallies.put(customer_id, self._tallies.get(customer_id, NOTHING_TOLD).told(told))

    def customer_id(self, receipt: Receipt) -> CustomerId | None:
        """Whose account it is on, where there is a limit that asks for earlier purchases."""
        type_id = self._known_by.get(receipt.customer_type)
        if type_id is not None:
            for each in receipt.identifications:
                if each.type_id == type_id and each.value:
                    return (type_id, each.value)
        return None

    def uses(
        self,
        customer: Customer,
        day: date,
        basket: Basket,
        *,
        others: Sequence[tuple[date, Basket]] = (),
        instead_of: Receipt | None = None,
    ) -> dict[Limit, tuple[Decimal, Decimal]]:
        """For each limit the customer is held to: what `basket` draws on it on that `day`, and what was drawn earlier in
        its period.

        `others` are sales not recorded yet that count too; `instead_of` is the receipt whose lines `basket` replaces.
        """
        limits = self._held_to(customer.type, customer.out_of_state, customer.age)
        drawn = {limit: (used, ZERO) for limit, used in limits.used(basket).items()}
        days = {} if customer.id is None else self._days(customer.id)
        if customer.id is None or not (days or others or instead_of):
            return drawn
        for limit, (now, _) in drawn.items():
            if not limit.period.spans_sales or not (now or limit.exclusive):
                continue
            first = limit.period.first_day(day)
            earlier = total(used[limit] for on, used in days.items() if first <= on <= day)
            earlier += total(limit.used(each) for on, each in others if first <= on <= day)
            if instead_of is not None:
                earlier -= limit.used(self._basket(instead_of))
            drawn[limit] = (now, earlier)
        return drawn

    def _days(self, customer_id: CustomerId) -> Days:
        """What the customer drew, with what is new added up."""
        tally = self._tallies.get(customer_id)
        if tally is None:
            return {}
        held = tally.held
        if not (held.older or held.newest):
            return held.days
        days = dict(held.days)
        for told in chain(*held.older, held.newest):
            packed, sign = (told.packed, -1) if isinstance(told, Gone) else (told, 1)
            bought = bought_of(packed)
            basket, day = self._basket(bought), self._state.day_of(bought.sold_at)
            used = days.get(day)
            days[day] = {
                limit: (used[limit] if used else ZERO) + sign * drawn
                for limit, drawn in self._spanning.used(basket).items()
            }
        tally.keep(days)
        return days

    def _basket(self, receipt: Receipt | Bought) -> list[tuple[Item, Decimal]]:
        """What the customer still has of it: nothing of a voided sale, and no refunded units."""
        if receipt.state is ReceiptState.VOIDED:
            return []
        return [(self._lots[line.lot_id].item, line.quantity) for line in receipt.lines]
