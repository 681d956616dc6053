"""20 April, 4:20 in the afternoon: many times the usual customers at once, and then as before.

    simulator loadtest four_twenty --cashiers 20 --peak-factor 8

A third of the run is as usual, a third is the spike with --peak-factor times the cashiers, a third is as usual again. A
clerk reads T3 all the while. The report's charts show whether answers come as before when it is over.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

from _cashier import OPERATIONS as TILL_OPERATIONS
from _cashier import Cashier
from _clerk import OPERATIONS, Clerk
from _client import at_work
from _conductor import Conductor
from _run import play, run
from _scenario import Scenario
from locust import LoadTestShape, task

SPAWN_RATE = 100.0
USUAL, SPIKE, AFTER = "as usual", "the spike", "as usual again"


class FourTwenty(Scenario):
    recipe = "black_friday_420"
    operations = (*TILL_OPERATIONS, *OPERATIONS)
    defaults: ClassVar[Mapping[str, Any]] = {
        "run_time": "60s",
        "stop_timeout": 60,
        "cashiers": 10,
        "receipts": 4000,
        "shops": 1,
        "pace": 1.0,
        "peak_factor": 8.0,
    }

    def begins(self, conductor: Conductor) -> str:
        return str(conductor.options.now or "2026-04-20T23:19:00Z")  # 16:19 in California

    def phase_at(self, elapsed: float) -> str:
        """Of the run's three parts, the one that it is in."""
        third = (self.run_time or 0.0) / 3
        return (USUAL, SPIKE, AFTER)[min(2, int(elapsed / third))]


SCENARIO = FourTwenty()


class Till(Cashier):
    weight = 20

    @task(30)
    @at_work
    def sell(self) -> None:
        self.serve_customer()

    @task(1)
    @at_work
    def take_back(self) -> None:
        self.void()


class BackOffice(Clerk):
    fixed_count = 1

    @task
    @at_work
    def look(self) -> None:
        self.read_changes()


class Spike(LoadTestShape):
    """Cashiers as usual, many times as many, and as usual again."""

    use_common_options = True

    def tick(self) -> tuple[int, float] | None:
        conductor = run.conductor
        if conductor is None:  # it comes when users are asked for, if Locust's web page has begun the run
            return (1, SPAWN_RATE)
        elapsed = conductor.elapsed
        if elapsed >= (SCENARIO.run_time or 0.0):
            return None
        phase = SCENARIO.phase_at(elapsed)
        if conductor.is_on and conductor.phase != phase:
            run.begin_phase(phase)
        usual = SCENARIO.option("cashiers")
        factor = SCENARIO.option("peak_factor") if phase == SPIKE else 1
        return (BackOffice.fixed_count + round(usual * factor), SPAWN_RATE)


play(SCENARIO, __file__, __doc__)
