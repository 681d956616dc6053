"""One day of a shop in compressed time: it opens, fills and empties as its recipe has it, closes, finalizes, reconciles.

    simulator loadtest day_at_the_shop --date 2026-07-03 --compression 900 --cashiers 20

Customers come when the recipe's calendar has them come on that day: by its weekday, its peaks and its hourly curve. The
number of cashiers follows the same curve. The world's clock runs --compression times as fast as real time, so that a day
of 14 hours is over in a minute; --peak-factor multiplies the customers. When the doors are closed the day is finalized,
and what T3 lists of it is laid beside the tills.
"""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from heapq import merge
from math import ceil
from operator import itemgetter
from typing import Any, ClassVar

from _cashier import OPERATIONS, Cashier
from _client import at_work
from _conductor import Conductor
from _generator import Generator
from _run import play, run
from _scenario import Scenario
from locust import LoadTestShape, task

from simulator.loadtest.answers import read_page
from simulator.loadtest.briefing import Door
from simulator.loadtest.recipe_day import RecipeDay
from simulator.loadtest.reconciling import Reconciled
from simulator.loadtest.refusals import RunRefused
from simulator.loadtest.report import Day
from simulator.loadtest.verdict import Proof
from simulator.seeding.find import RecipeError
from simulator.seeding.recipe import load, scaled
from simulator.times import iso_utc

DATE = "2026-05-22"
TAKEN_BACK = 0.012
"""The share of sales that is voided, as in the recipe's own past."""
BEFORE_OPENING = timedelta(minutes=10)
LONGEST_NAP = 0.2
"""Real seconds that a cashier sleeps when nobody is there."""
SPAWN_RATE = 100.0
ENOUGH = 200
"""Sales; of fewer, chance says more than the curve."""
PAGE_SIZE = 500
MOST_SHOPS_READ = 20
"""So many shops' books are laid beside T3's list."""


class DayAtTheShop(Scenario):
    """`customers` are those still to come to this process's tills, the next one first."""

    operations = OPERATIONS
    defaults: ClassVar[Mapping[str, Any]] = {
        "stop_timeout": 60,
        "cashiers": 12,
        "days": 14,
        "shops": 1,
        "date": DATE,
        "compression": 720.0,
        "peak_factor": 1.0,
    }

    def __init__(self) -> None:
        self.customers: deque[tuple[datetime, Door]] = deque()

    # --- in the process that conducts ---------------------------------------------------------------------------------

    def check(self, conductor: Conductor) -> None:
        if conductor.options.world:
            raise RunRefused("a day is played in a new world, whose clock it turns: leave --world out")
        try:
            recipe = load(conductor.options.recipe or self.recipe)
            self.plan = RecipeDay(scaled(recipe, shops=self.option("shops")), self._date())
            self.plan.opens_at, self.plan.curve  # noqa: B018 - worked out now, as it may find the shop closed
        except RecipeError as error:
            raise RunRefused(str(error)) from None
        except OverflowError:
            raise RunRefused(
                f"--date {self._date()} is at the end of time; choose a day such as {DATE}"
            ) from None

    def _date(self) -> date:
        try:
            return date.fromisoformat(self.option("date"))
        except ValueError:
            raise RunRefused(f"--date must be a day such as {DATE}, not {self.option('date')!r}") from None

    def begins(self, conductor: Conductor) -> str:
        """Before the first shop opens: the past of the world ends the day before."""
        return iso_utc(self.plan.opens_at - BEFORE_OPENING)

    def starts(self, conductor: Conductor) -> None:
        conductor.world.clock.run(self.option("compression"))

    def cashiers_now(self, conductor: Conductor) -> int | None:
        """How many are on shift; None when the doors are closed and everybody is served."""
        at_least = max(1, conductor.generators)
        if not conductor.is_on:
            return at_least
        now = conductor.course.now()
        if now > self.plan.closes_at and not conductor.all_of("customers"):
            return None
        if self.run_time and conductor.elapsed > self.run_time:
            return None
        return max(at_least, ceil(float(self.option("cashiers")) * self.plan.busy(now)))

    def settled(self, conductor: Conductor) -> None:
        """The doors are closed: close the books of the day."""
        closed = conductor.world.clock.close_day()
        count = sum(len(each.finalized) for each in closed)
        conductor.facts["receipts finalized at closing"] = f"{count:,}"

    def proofs(self, conductor: Conductor, problems: Sequence[str]) -> Iterable[Proof]:
        yield from super().proofs(conductor, problems)
        yield self._books_agree(conductor)

    def _books_agree(self, conductor: Conductor) -> Proof:
        """What T3 lists of the day is what the shops have sold, and nothing of it is open."""
        name, found, differing = "the day is closed", 0, list[str]()
        doors = conductor.briefing.doors[:MOST_SHOPS_READ]
        for door in doors:
            books = {
                row.id: float(row.net)
                for row in conductor.world.receipts(door.license_number)
                if row.local_time.date() == self.plan.day
            }
            listed = dict(self._listed(conductor, door, "inactive"))
            still_open = dict(self._listed(conductor, door, "active"))
            found += len(listed)
            if listed != books or still_open:
                differing.append(
                    f"{door.license_number} has {len(books):,} receipts, T3 lists {len(listed):,} as closed and "
                    f"{len(still_open):,} as open"
                )
        said = (
            "; ".join(differing[:3])
            or f"T3 lists {found:,} receipts of {self.plan.day}, all closed, as the shops have them"
        )
        return Proof(name, holds=not differing, said=said)

    def _listed(self, conductor: Conductor, door: Door, name: str) -> Iterable[tuple[int, float]]:
        client = conductor.world.client_of(dict(door.t3))
        day, page, pages = self.plan.day, 1, 1
        while page <= pages:
            query: dict[str, Any] = {
                "licenseNumber": door.license_number,
                "pageSize": PAGE_SIZE,
                "page": page,
                "sort": "id:asc",
                "filter": [f"salesDateTime__gte:{day}", f"salesDateTime__lt:{day + timedelta(days=1)}"],
            }
            told = read_page(client.get(f"/v2/sales/{name}", params=query).content)
            yield from ((row.id, row.totalPrice) for row in told.data)
            page, pages = page + 1, told.totalPages

    def days(self, conductor: Conductor, sales: Reconciled) -> Iterable[Day]:
        """The one that was played."""
        plan = self.plan
        hours = sales.days.get(plan.day.isoformat(), {})
        opening = range(plan.opens, plan.closes)
        sold = tuple(hours.get(hour, 0) for hour in opening)
        expected = tuple(round(sum(sold) * plan.curve[hour], 1) for hour in opening)
        day = Day(plan.day.isoformat(), plan.opens, sold, expected)
        if sum(sold) >= ENOUGH:
            conductor.facts["the hour furthest from the recipe's curve is off by"] = (
                f"{day.furthest:.1%} of the busiest hour"
            )
        if late := sum(sum(hours.values()) for hours in sales.days.values()) - sum(sold):
            conductor.facts["sales rung up after closing, as the tills were behind"] = f"{late:,}"
        yield day

    # --- in every process that makes load -----------------------------------------------------------------------------

    def begun(self, generator: Generator) -> None:
        factor = self.option("peak_factor")
        days = (
            [(moment, door) for moment in generator.tills.day(number, self._date(), factor=factor)]
            for number, door in generator.doors.items()
        )
        self.customers = deque(merge(*days, key=itemgetter(0)))

    def progress(self, generator: Generator) -> dict[str, int]:
        return {**super().progress(generator), "customers": len(self.customers) + generator.working}


SCENARIO = DayAtTheShop()


class OnShift(Cashier):
    """Serves whoever is next, at whichever shop."""

    @task
    @at_work
    def serve_whoever_is_next(self) -> None:
        customers, course = SCENARIO.customers, self.generator.course
        wait = course.until(customers[0][0]) if customers else LONGEST_NAP
        if wait > 0:
            self.nap(min(wait, LONGEST_NAP))
            return
        came_at, self.door = customers.popleft()
        now = course.now()
        self.generator.note_most(
            "longest wait in front of a till, simulated seconds", (now - came_at).total_seconds()
        )
        self.serve_customer(now)
        if self.generator.random.random() < TAKEN_BACK:
            self.void()


class Shift(LoadTestShape):
    """As many cashiers as the hour asks for."""

    def tick(self) -> tuple[int, float] | None:
        if run.conductor is None:  # it comes when users are asked for, if Locust's web page has begun the run
            return (1, SPAWN_RATE)
        wanted = SCENARIO.cashiers_now(run.conductor)
        return None if wanted is None else (wanted, SPAWN_RATE)


play(SCENARIO, __file__, __doc__)
