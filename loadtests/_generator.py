"""What makes the load in this process: the shops' tills, the world's clock, and the book of every sale it wants recorded."""

import time
from collections import Counter, deque
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from itertools import cycle
from random import Random
from typing import Any

import gevent
import psutil
from gevent.event import Event

from simulator.client import Simulator
from simulator.loadtest.briefing import Briefing, Door
from simulator.loadtest.course import Course
from simulator.loadtest.intents import Intents, State
from simulator.loadtest.reconciling import Reconciled, reconcile
from simulator.seeding.tills import SoldOut, Tills

JUST_NOW = timedelta(seconds=1)
MOST_REMEMBERED = 2000
POLL_SECONDS = 0.02
MOST_PROBLEMS = 20


@dataclass(frozen=True, slots=True)
class Sold:
    """A sale that is recorded, to be taken back or changed later. `lines` are those without a
    discount, as (lot, quantity, unit price).
    """

    number: int
    door: Door
    id: str
    receipt_number: str
    lines: tuple[tuple[str, str, str], ...]


@dataclass
class Told:
    """What a load generator has to tell at the end. `failure` is why it could not take part; `cpu` in cores."""

    sales: Reconciled
    tally: dict[str, int]
    most: dict[str, float]
    problems: list[str]
    cpu: float
    failure: str = ""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def of_json(cls, told: dict[str, Any]) -> "Told":
        return cls(**{**told, "sales": Reconciled.of_json(told["sales"])})


class Generator:
    """`ready` is set when there is something to sell, or `failure` says why not. Once it is `closing`, no customer is
    served any more, and what is under way is brought to its end.
    """

    def __init__(self) -> None:
        self.ready = Event()
        self.failure = ""
        self.closing = False
        self.under_way: set[gevent.Greenlet] = set()
        self.working = 0
        self.phase = ""
        self.tally = Counter[str]()
        self.most: dict[str, float] = {}
        self.problems: list[str] = []
        self.sold: deque[Sold] = deque(maxlen=MOST_REMEMBERED)
        self.intents = Intents("")
        self._process = psutil.Process()

    def begin(self, briefing: Briefing, index: int, of: int, options: Any) -> None:
        """Be number `index` of so many."""
        self.briefing, self.index, self.of, self.options = briefing, index, of, options
        self.random = Random(f"{options.seed}/{index}")  # noqa: S311 - repeatable, not secret
        self.intents = Intents(f"{briefing.run}-{index}-")
        self.world = Simulator(briefing.control, token=briefing.token, timeout=options.patience).world()
        plan = replace(briefing.growth_plan(), progress=lambda _count: gevent.sleep(0))
        self.tills = Tills(plan, share=(index, of))
        sells = self.tills.licenses
        self.doors = {each.license_number: each for each in briefing.doors if each.license_number in sells}
        if not self.doors:
            raise LookupError(f"of the shops that can be entered none sells: {', '.join(sells)} do")
        # Each load generator begins at another shop, so that few users still come to many shops.
        numbers = list(self.doors)
        start = index * len(numbers) // of
        self._turns = cycle(numbers[start:] + numbers[:start])

    def go(self) -> None:
        """All are ready, and the world's clock goes."""
        state = self.world.clock.state
        self.course = Course(state.now, state.rate)
        self._began = time.monotonic(), self._cpu()
        self.ready.set()

    def refuse(self, why: str) -> None:
        """Take no part in the run."""
        self.failure = self.failure or why
        self.ready.set()

    def next_door(self) -> Door:
        """Where the next user works."""
        return self.doors[next(self._turns)]

    def sale(self, door: Door, sold_at: datetime | None = None) -> tuple[int, dict[str, Any]]:
        """The next customer's sale at a shop, and the number of the intent that it is. Raises SoldOut."""
        moment = sold_at or self.course.now() - JUST_NOW
        try:
            sale = self.tills.sale(door.license_number, moment)
        except SoldOut as error:
            self.problem(str(error))
            raise
        return self.intend(sale), sale

    def intend(self, sale: dict[str, Any]) -> int:
        """Want it recorded: it gets an external id of its own."""
        number = self.intents.open(sale["totals"]["total"])
        sale["external_id"] = self.intents.external_id(number)
        return number

    def remember(self, sold: Sold) -> None:
        self.sold.append(sold)

    def any_sold(self) -> Sold | None:
        """A sale that may be taken back or changed; nobody else gets it."""
        if not self.sold:
            return None
        self.sold.rotate(self.random.randrange(len(self.sold)))
        return self.sold.pop()

    def note_most(self, name: str, value: float) -> None:
        self.most[name] = max(self.most.get(name, value), value)

    def problem(self, text: str) -> None:
        """Something that should not be, in words; the first of them are told."""
        if len(self.problems) < MOST_PROBLEMS and text not in self.problems:
            self.problems.append(text)

    def settle(self, deadline: float) -> None:
        """Wait until nothing is under way, but no longer than the deadline, of `time.monotonic`."""
        while self.working and time.monotonic() < deadline:
            gevent.sleep(POLL_SECONDS)
        self.give_up()

    def give_up(self) -> None:
        """What is under way still comes to no end any more: nobody may write while others look."""
        gevent.killall(list(self.under_way))

    def tell(self) -> Told:
        """Reconcile its sales with the ledger."""
        if self.failure:
            return Told(Reconciled(), {}, {}, self.problems, 0.0, self.failure)
        began, cpu = self._began
        used = (self._cpu() - cpu) / max(time.monotonic() - began, POLL_SECONDS)
        rows = self.world.receipts(external_id_prefix=self.intents.prefix) if len(self.intents) else ()
        sales = reconcile(self.intents, rows, breathe=lambda: gevent.sleep(0))
        return Told(sales, dict(self.tally), self.most, self.problems, used)

    def open_sales(self) -> int:
        return self.intents.count(State.WAITING, State.UNKNOWN, State.CHANGING)

    def _cpu(self) -> float:
        times = self._process.cpu_times()
        return float(times.user + times.system)
