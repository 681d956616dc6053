"""The regulator is down for a while: tills go on selling into a queue, back off, and drain it when it is up again.

    simulator loadtest outage_and_drain --users 20 --sales 10000

At first all goes well. Then the first sales are recorded and their answers lost, and everything after is answered 503.
Cashiers sell on: a sale that is not answered goes into the queue, and nobody asks again before a pause that doubles. Once
--sales are queued the regulator comes back. What may have been recorded is looked up, all else is sent, and the run ends
when the queue is empty. Nothing may be lost, and nothing may be recorded twice.
"""

import time
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from _cashier import OPERATIONS as TILL_OPERATIONS
from _cashier import Cashier
from _client import at_work
from _conductor import Conductor
from _generator import Generator
from _run import play, run
from _scenario import Scenario
from locust import task

from simulator.loadtest.briefing import Door
from simulator.loadtest.intents import State
from simulator.loadtest.options import BLIND
from simulator.loadtest.verdict import Proof

if TYPE_CHECKING:
    from simulator.client import Fault

UP, DOWN, AGAIN = "all is well", "the regulator is down", "it is up again"
WELL_FOR = 3.0
"""Seconds before it goes down."""
LOST_ANSWERS = 10
"""Sales that are recorded while it goes down, and whose answers are lost."""
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 8.0
"""Of the circuit breaker, in seconds; they double."""
NAP = 0.05
PROBE = "try_again"
"""The operation of a sale that is sent to see whether the regulator is there."""


@dataclass(slots=True)
class Queued:
    """A sale that waits, and when it was rung up at which shop."""

    number: int
    sale: dict[str, Any]
    door: Door


class Queue:
    """Of one load generator: what waits, and when it may be tried again. A breaker that is open lets one through now and
    then, to see.
    """

    def __init__(self) -> None:
        self.waiting: deque[Queued] = deque()
        self.is_open = False
        self.pause = FIRST_PAUSE
        self.again_at = 0.0

    def add(self, queued: Queued) -> None:
        self.waiting.append(queued)

    def failed(self) -> None:
        """Nobody asks again before a pause."""
        self.is_open = True
        self.again_at = time.monotonic() + self.pause
        self.pause = min(2 * self.pause, LONGEST_PAUSE)

    def answered(self) -> None:
        self.is_open, self.pause = False, FIRST_PAUSE

    @property
    def may_try(self) -> bool:
        """Whether somebody may; who is told so does, and the others wait on."""
        if not self.is_open:
            return True
        if time.monotonic() < self.again_at:
            return False
        self.again_at = time.monotonic() + self.pause
        return True


class OutageAndDrain(Scenario):
    operations = (*TILL_OPERATIONS, PROBE)
    takes = ("cashiers",)
    expected = ()  # errors are what it is about; the proofs decide
    defaults: ClassVar[Mapping[str, Any]] = {
        "users": 20,
        "spawn_rate": 50,
        "run_time": "300s",
        "stop_timeout": 60,
        "receipts": 2000,
        "shops": 1,
        "pace": 0.02,
        "sales": 1000,
    }

    def __init__(self) -> None:
        self.queue = Queue()
        self.outage: list[Fault] = []

    # --- in the process that conducts ---------------------------------------------------------------------------------

    def second(self, conductor: Conductor) -> None:
        phase = conductor.phase
        queued = conductor.all_of("queued")
        if not phase:
            run.begin_phase(UP)
        elif phase == UP and conductor.elapsed > WELL_FOR:
            # The fault that was put in first strikes first: the outage begins when some have lost their answers.
            strike = conductor.strikes.strike
            self.outage = [
                strike("commit_then_504", "going-down", first=LOST_ANSWERS),
                strike("metrc_down", "down"),
            ]
            self.down_at = conductor.elapsed
            run.begin_phase(DOWN)
        elif phase == DOWN and queued >= self.option("sales"):
            lost = self.outage[0].struck
            for fault in self.outage:
                fault.remove()
            self.up_at = conductor.elapsed
            conductor.facts["sales queued when the regulator came back"] = f"{queued:,}"
            conductor.facts["sales recorded whose answer was lost"] = f"{lost:,}"
            conductor.facts["regulator down for"] = f"{self.up_at - self.down_at:.1f} s"
            run.begin_phase(AGAIN)
        elif phase == AGAIN and not queued and not conductor.all_of("working"):
            drained = conductor.elapsed - self.up_at
            conductor.facts["queue drained in"] = f"{drained:.1f} s"
            run.end()

    def proofs(self, conductor: Conductor, problems: Sequence[str]) -> Iterable[Proof]:
        yield from super().proofs(conductor, problems)
        happened = "queue drained in" in conductor.facts
        said = (
            f"{conductor.facts['sales queued when the regulator came back']} sales waited and were drained"
            if happened
            else "the run was over before the regulator had been down and the queue was drained; give it more --run-time"
        )
        yield Proof("there was an outage, and it is over", holds=happened, said=said)

    # --- in every process that makes load -----------------------------------------------------------------------------

    def begun(self, generator: Generator) -> None:
        self.queue = Queue()

    def progress(self, generator: Generator) -> dict[str, int]:
        return {
            **super().progress(generator),
            "queued": len(self.queue.waiting),
            "working": generator.working,
        }


SCENARIO = OutageAndDrain()


class Till(Cashier):
    """Sells in any case; has sales recorded when it can."""

    def wait_time(self) -> float:
        return 0.0 if self.generator.phase == AGAIN and SCENARIO.queue.waiting else super().wait_time()

    @task
    @at_work
    def work(self) -> None:
        queue = SCENARIO.queue
        if self.generator.phase == AGAIN:
            self.drain()
        else:
            self.sell(queue)

    def sell(self, queue: Queue) -> None:
        """To the next customer, whatever the regulator does."""
        number, sale = self.generator.sale(self.door)
        queued = Queued(number, sale, self.door)
        if not queue.may_try:
            queue.add(queued)
            self.generator.tally["sales queued without being sent"] += 1
            return
        self.try_to_record(queued, PROBE if queue.is_open else "record_sale")

    def try_to_record(self, queued: Queued, operation: str) -> None:
        """Send it once; without an answer that tells, it waits in the queue."""
        queue = SCENARIO.queue
        self.door = queued.door
        self.send(queued.number, queued.sale, operation)
        if self.generator.intents.state(queued.number) in (State.WAITING, State.UNKNOWN):
            queue.add(queued)
            queue.failed()
        else:
            queue.answered()

    def drain(self) -> None:
        """One sale of the queue: looked up first where it may be recorded already."""
        queue, intents = SCENARIO.queue, self.generator.intents
        if not queue.waiting or not queue.may_try:
            self.nap(NAP)
            return
        queued = queue.waiting.popleft()
        self.door = queued.door
        if intents.state(queued.number) is State.UNKNOWN and run.option("resend") != BLIND:
            if self.look_up(queued.number, queued.sale):
                queue.answered()
                return
            if intents.state(queued.number) is State.UNKNOWN:
                queue.add(queued)
                queue.failed()
                return
        self.try_to_record(queued, "record_sale")


play(SCENARIO, __file__, __doc__)
