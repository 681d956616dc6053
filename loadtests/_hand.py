"""One load generator's part in a run: it is briefed, goes, settles, and tells what it knows of its sales."""

import time
from typing import Any

from _generator import Generator, Told
from _scenario import Scenario

from simulator.loadtest.briefing import Briefing


class Hand:
    """In whatever process makes load. `generator` is another one in each run."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.generator = Generator()
        self.is_briefed = False

    def hear(self) -> None:
        """Another run is to come."""
        self.generator = Generator()
        self.is_briefed = True

    def begin(self, briefing: Briefing, index: int, of: int) -> None:
        """Be number `index` of so many. What goes wrong is the generator's `failure`, told where the verdict is made."""
        generator = self.generator
        try:
            generator.begin(briefing, index, of, self.scenario.options)
            self.scenario.begun(generator)
        except Exception as error:  # noqa: BLE001 - whatever it is, this one takes no part
            generator.refuse(f"{type(error).__name__}: {error}")

    def settle(self) -> None:
        """Bring what is under way to its end."""
        deadline = time.monotonic() + float(self.scenario.option("patience"))
        self.generator.closing = True
        self.scenario.closing(self.generator, deadline)
        self.generator.settle(deadline)

    def tell(self) -> Told:
        """All have settled: what came of its sales."""
        if not self.generator.failure:
            self.scenario.telling(self.generator)
        return self.generator.tell()

    def over(self) -> None:
        """The run is, whatever is under way still."""
        self.is_briefed = False
        self.generator.closing = True
        self.generator.give_up()

    def progress(self) -> dict[str, Any]:
        return dict(self.scenario.progress(self.generator))
