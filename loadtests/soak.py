"""Everything at once at an even pace, for as long as you like: tills, corrections, back offices.

    simulator loadtest soak --users 30 --shops 10 --run-time 4h

For what shows only after hours: memory that grows, connections that go stale, drift. The report has the simulator's memory
at the beginning and at the end, and what a recorded sale has taken of it.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from _cashier import OPERATIONS as TILL_OPERATIONS
from _clerk import OPERATIONS, Clerk
from _client import at_work
from _conductor import Conductor
from _everyday import Everyday
from _run import play
from _scenario import Scenario
from locust import task

from simulator.loadtest.verdict import Proof

ENOUGH = 10_000
"""Sales; of fewer, what a server sets aside at its start says more than they do."""


class Soak(Scenario):
    operations = (*TILL_OPERATIONS, *OPERATIONS)
    defaults: ClassVar[Mapping[str, Any]] = {
        "users": 24,
        "spawn_rate": 20,
        "run_time": "10m",
        "stop_timeout": 60,
        "receipts": 5000,
        "shops": 4,
        "pace": 0.5,
    }

    def proofs(self, conductor: Conductor, problems: Sequence[str]) -> Iterable[Proof]:
        recorded = conductor.all_of("recorded")
        if recorded > ENOUGH and conductor.watch and (grown := conductor.watch.memory_grown) is not None:
            conductor.facts["memory taken for each sale"] = f"{grown / recorded:,.0f} bytes"
        return super().proofs(conductor, problems)


class Till(Everyday):
    weight = 7


class BackOffice(Clerk):
    weight = 1

    @task(10)
    @at_work
    def look(self) -> None:
        self.read_changes()

    @task(1)
    @at_work
    def report(self) -> None:
        self.read_report()


play(Soak(), __file__, __doc__)
