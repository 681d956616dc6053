"""Cashiers ring up sales through Trace; now and then they void, refund or correct one.

    simulator loadtest till --users 50 --run-time 60s

Each user is a cashier of a shop. Baskets, identifications, payments and taxes are those of the recipe's shops, within
each customer's limits and the stock. With --sales the run ends after so many.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

from _cashier import OPERATIONS
from _conductor import Conductor
from _everyday import Everyday
from _run import play, run
from _scenario import Scenario


class Tills(Scenario):
    operations = OPERATIONS
    takes = ("cashiers", "sales")
    defaults: ClassVar[Mapping[str, Any]] = {
        "users": 20,
        "spawn_rate": 20,
        "run_time": "60s",
        "stop_timeout": 60,
        "receipts": 2000,
        "shops": 1,
        "pace": 1.0,
    }

    def second(self, conductor: Conductor) -> None:
        wanted = self.option("sales")
        if wanted and conductor.all_of("recorded") >= wanted:
            run.end()


class Till(Everyday):
    """One cashier."""


play(Tills(), __file__, __doc__)
