"""Back offices copy the receipts of their shops out of T3 while the tills go on selling.

    simulator loadtest t3_sync --users 8 --cashiers 4 --receipts 20000

Each user but the cashiers is the sync job of a shop: first the full collection by pages of 500, then only what has
changed since (`lastModified`), now and then all of it again, and the report as CSV. At the end each copy is laid beside
the ledger.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

from _cashier import OPERATIONS as TILL_OPERATIONS
from _cashier import Cashier
from _clerk import OPERATIONS, Clerk
from _client import at_work
from _generator import Generator
from _run import play
from _scenario import Scenario
from locust import task

USERS, CASHIERS = 6, 2


class T3Sync(Scenario):
    operations = (*OPERATIONS, *TILL_OPERATIONS)
    defaults: ClassVar[Mapping[str, Any]] = {
        "users": USERS,
        "spawn_rate": 20,
        "run_time": "60s",
        "stop_timeout": 60,
        "cashiers": CASHIERS,
        "receipts": 10_000,
        "shops": 1,
        "pace": 0.5,
    }

    def __init__(self) -> None:
        self.clerks: list[Sync] = []

    def begun(self, generator: Generator) -> None:
        self.clerks.clear()

    def telling(self, generator: Generator) -> None:
        for clerk in self.clerks:
            clerk.read_changes()
            clerk.compare()


SCENARIO = T3Sync()


class Sync(Clerk):
    """The nightly sync job of one shop, though it runs by day here."""

    def on_start(self) -> None:
        super().on_start()
        SCENARIO.clerks.append(self)
        self.copy_again()

    @task(20)
    @at_work
    def bring_up_to_date(self) -> None:
        self.read_changes()

    @task(1)
    @at_work
    def copy_again(self) -> None:
        self.read_all()

    @task(2)
    @at_work
    def read_the_report(self) -> None:
        self.read_report()


class Till(Cashier):
    """So that there is something new to read."""

    fixed_count = CASHIERS

    @task(9)
    @at_work
    def sell(self) -> None:
        self.serve_customer()

    @task(1)
    @at_work
    def take_back(self) -> None:
        self.void()


play(SCENARIO, __file__, __doc__, cashiers=Till)
