"""The sales that a recipe spells out: when they were, what they sell, and what is set aside for them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from simulator.ledger.customers import CustomerType
from simulator.ledger.model import License
from simulator.ledger.rules.goods import stock_violation
from simulator.ledger.states.state import StateTax
from simulator.seeding.calendar import at_local, last_clock_change, local_time
from simulator.seeding.customers import Crowd
from simulator.seeding.find import RecipeError
from simulator.seeding.lines import PARTS, Kind, kind_of, taxes_for
from simulator.seeding.products import Priced
from simulator.seeding.recipe import SalePart
from simulator.seeding.register import REPORTING_DELAY, Basket, Moment, Sale
from simulator.seeding.shelf import Shelved

Crowds = Mapping[tuple[CustomerType, bool], Crowd]
"""By customer type and whether from out of state."""


class SpelledOut:
    """One license's `[[sales]]`. Nothing of them is later than `midnight`, with which `today` begins."""

    def __init__(self, license_: License, parts: Sequence[SalePart], today: date, midnight: datetime) -> None:
        self.parts = parts
        self._license = license_
        self._today = today
        self._midnight = midnight
        for name in ("receipt_id", "trace_id"):
            asked = [getattr(part, name) for part in parts if getattr(part, name) is not None]
            for value in asked:
                if asked.count(value) > 1:
                    raise RecipeError(f"sales of {license_.number}: {name} {value!r} is there twice")

    def days(self) -> Iterator[date]:
        """The days they were on."""
        return map(self._day_of, self.parts)

    def sales(
        self,
        crowds: Crowds,
        taxes: Iterable[StateTax],
        priced: Mapping[str, Priced],
        lots: Mapping[str, Sequence[Shelved]],
        *,
        oversell: bool,
    ) -> list[Sale]:
        """In the order of time, each with what the ones before have left, and that set aside; `priced` and `lots` are by
        the recipe's keys of items. Raises RecipeError where there is not enough.
        """
        sales = []
        for part in sorted(self.parts, key=self._sold_at):
            crowd = crowds.get((part.customer, False)) or crowds.get((part.customer, True))
            if crowd is None:
                name = self._license.state.name
                raise self._wrong(f"customers of type {part.customer} may not buy in {name}")
            basket: Basket = []
            reserved: dict[Shelved, int] = {}
            for line in part.lines:
                item = priced[line.item].item
                price = priced[line.item].price if line.price is None else line.price
                due = taxes_for(taxes, part.customer, item.product_class)
                kind = kind_of(item, price, line.quantity, due, crowd.limits)
                shelved = self._lot_for(lots[line.item], kind, reserved, oversell=oversell)
                reserved[shelved] = reserved.get(shelved, 0) + kind.parts
                basket.append((shelved, kind))
            sale = self._sale(part, crowd, basket)
            sale.set_aside()
            sales.append(sale)
        return sales

    def _sale(self, part: SalePart, crowd: Crowd, basket: Basket) -> Sale:
        sold_at = self._sold_at(part)
        moment = Moment(
            sold_at.toordinal(),
            sold_at,
            local_time(sold_at, self._license.state.zone),
            min(sold_at + REPORTING_DELAY, self._midnight),
        )
        return Sale(
            crowd,
            crowd.somebody_new(),
            basket,
            moment,
            part.state,
            "cash",
            external_id=part.external_id,
            receipt_id=part.receipt_id,
            trace_id=part.trace_id,
            table="sales",
        )

    def _lot_for(
        self, lots: Sequence[Shelved], kind: Kind, reserved: Mapping[Shelved, int], *, oversell: bool
    ) -> Shelved:
        """The first lot that has so much beyond what is reserved."""
        left = {each: each.left - reserved.get(each, 0) for each in lots}
        found = next((each for each in lots if left[each] >= kind.parts), None)
        if found is None and not oversell:
            most = max(lots, key=lambda each: left[each])
            available = Decimal(left[most]) / PARTS
            raise self._wrong(stock_violation(most.lot, kind.quantity, available, "").message)
        return found or lots[0]

    def _sold_at(self, part: SalePart) -> datetime:
        return at_local(self._day_of(part), part.time, self._license.state.zone, part.fold)

    def _day_of(self, part: SalePart) -> date:
        if part.days_ago is not None:
            return self._today - timedelta(days=part.days_ago)
        return last_clock_change(self._license.state.zone, self._today, forward=part.on == "spring-forward")

    def _wrong(self, what: str) -> RecipeError:
        return RecipeError(f"sales of {self._license.number}: {what}")
