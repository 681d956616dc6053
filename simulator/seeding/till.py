"""One license's till: invents its past, receipt by receipt, in the order of recording."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from heapq import heappop, heappush
from itertools import count
from random import Random

from simulator.ledger.model import License, Receipt, ReceiptState
from simulator.ledger.states.state import Deadline
from simulator.seeding.calendar import SECONDS, hours_of
from simulator.seeding.counter import Counter
from simulator.seeding.register import REPORTING_DELAY, Moment, Register, Sale
from simulator.seeding.selling import Selling

DAY = timedelta(days=1)


class Till:
    """Everything sold at one license, up to `until`.

    `spelled_out` are the sales that the recipe asks for by name. `judge` raises RecipeError when the ledger would not record
    a receipt that the given table of the recipe asks for.
    """

    def __init__(
        self,
        license_: License,
        register: Register,
        selling: Selling,
        counters: Sequence[Counter],
        spelled_out: Sequence[Sale],
        judge: Callable[[Receipt, str], None],
        until: datetime,
        rng: Random,
    ) -> None:
        self._license = license_
        self._zone = license_.state.zone
        self._register = register
        self._selling = selling
        self._counters = counters
        self._places = count()
        self._due: list[tuple[datetime, int, Sale]] = []
        for sale in spelled_out:
            self._await(sale)
        self._judge = judge
        self._judged = set[Counter]()
        self._until = until
        self._random = rng.random
        self._days_late = _shortest_delay(license_.state.deadline)

    def receipts(self) -> Iterator[Receipt]:
        """Every receipt as it stands at `until`. Raises RecipeError when the lots sell out first."""
        for day in sorted({day for counter in self._counters for day in counter.history.open_days}):
            for sale in self._day(day):
                if sale.moment.recorded_at > sale.moment.sold_at + REPORTING_DELAY:
                    sale.set_aside()
                    self._await(sale)
                    continue
                if self._due:
                    yield from self._due_before(sale.moment.recorded_at)
                yield self._ring_up(sale)
        yield from self._due_before(self._until)

    def _day(self, day: date) -> Iterator[Sale]:
        until, ordinal = self._until, day.toordinal()
        hours = hours_of(day, self._zone)
        moments = sorted(
            (second, place)
            for place, counter in enumerate(self._counters)
            for second in counter.history.seconds(day, hours, self._random)
        )
        for second, place in moments:
            hour, offset = hours[second // 3600], SECONDS[second % 3600]
            assert hour is not None  # noqa: S101 - no second is drawn of an hour that is not there
            sold_at = hour.utc + offset
            recorded_at = min(sold_at + REPORTING_DELAY, until)
            counter = self._counters[place]
            late = self._late(sold_at) if counter.fates.late() else None
            fate = counter.fates.next(late.astimezone(self._zone).toordinal() if late else ordinal)
            # What is taken back at once was recorded at once.
            if late and not self._register.returns(fate):
                recorded_at = late
            yield self._invent(counter, Moment(ordinal, sold_at, hour.local + offset, recorded_at), fate)

    def next_sales(self, wanted: int, now: datetime) -> Iterator[Receipt]:
        """So many more sales, of the 24 hours before `now` and open; nothing is restocked for them."""
        self._selling.restock = None
        counter = self._counters[0]
        for hour, seconds in counter.history.latest(wanted, now, self._zone):
            for second in sorted(int(self._random() * 3600) for _ in range(seconds)):
                sold_at, local = hour.utc + SECONDS[second], hour.local + SECONDS[second]
                moment = Moment(local.toordinal(), sold_at, local, sold_at)
                yield self._ring_up(self._invent(counter, moment, ReceiptState.ACTIVE))

    def _late(self, sold_at: datetime) -> datetime | None:
        """When a sale that misses its deadline is recorded; None where that is still to come."""
        back = self._days_late + int(self._random() * 3)
        recorded_at = sold_at + back * DAY + REPORTING_DELAY + SECONDS[int(self._random() * 3600)]
        return recorded_at if recorded_at <= self._until else None

    def _await(self, sale: Sale) -> None:
        """Leave a sale, what it sells set aside already, until it is recorded."""
        heappush(self._due, (sale.moment.recorded_at, next(self._places), sale))

    def _due_before(self, moment: datetime) -> Iterator[Receipt]:
        """Sales held back that are recorded by now."""
        while self._due and self._due[0][0] <= moment:
            _, _, sale = heappop(self._due)
            sale.bring_out()
            yield self._ring_up(sale)

    def _ring_up(self, sale: Sale) -> Receipt:
        employee_id, terminal = self._selling.served_by()
        return self._register.ring_up(sale, employee_id, terminal, self._judge)

    def _invent(self, counter: Counter, moment: Moment, fate: ReceiptState) -> Sale:
        """The ledger judges the first of each counter; the others are like it."""
        sale = self._selling.invent(counter, moment, fate)
        if counter not in self._judged:
            self._judged.add(counter)
            sale.table = "history"
        return sale


def _shortest_delay(deadline: Deadline) -> int:
    """Whole days after which a sale is certainly reported late."""
    return 2 if deadline.by else -(-deadline.within // DAY)
