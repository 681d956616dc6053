"""What a scenario says of itself, and where it has a say: the scenarios' base."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from simulator.loadtest.reconciling import Reconciled
from simulator.loadtest.report import Day
from simulator.loadtest.thresholds import NO_ERRORS, Threshold
from simulator.loadtest.verdict import Proof

if TYPE_CHECKING:
    from _conductor import Conductor
    from _generator import Generator

BEGINS = "2026-05-20T20:00:00Z"
"""The same moment each time, so that a run begins with the same world."""


class Scenario:
    """`operations` are the names that thresholds may be about. `defaults` are what options are when nobody says, Locust's
    own (`users`, `run_time`, ...) among them. `expected` are thresholds that hold unless others are given.
    """

    name: str
    recipe = "busy_dispensary"
    operations: Sequence[str] = ()
    takes: Sequence[str] = ()
    """Options that mean something to it and have no default."""
    defaults: ClassVar[Mapping[str, Any]] = {}
    expected: Sequence[Threshold] = (NO_ERRORS,)
    about = ""
    options: Any = None
    run_time: float | None = None
    """In real seconds; None goes on until the scenario is done or somebody ends it."""

    def option(self, name: str) -> Any:
        """What was said, or else the scenario's default."""
        said = getattr(self.options, {"users": "num_users"}.get(name, name), None)
        return self.defaults.get(name) if said is None else said

    def settings(self) -> dict[str, Any]:
        """For the report."""
        names = [name for name in self.defaults if name not in ("stop_timeout", "run_time")]
        return {**{name: self.option(name) for name in names}, "run_time": self.run_time}

    # --- in the process that conducts the run -------------------------------------------------------------------------

    def check(self, conductor: "Conductor") -> None:
        """Before anything is done. Raises RunRefused for options that cannot be."""

    def begins(self, conductor: "Conductor") -> str:
        """The moment at which a new world begins, ISO 8601."""
        return str(conductor.options.now or BEGINS)

    def starts(self, conductor: "Conductor") -> None:
        """Everybody is ready. A world's clock runs with real time from now on, unless the scenario has it otherwise."""
        if conductor.world.clock.state.frozen:
            conductor.world.clock.resume()

    def second(self, conductor: "Conductor") -> None:
        """Comes about twice a second while the run is on."""

    def settled(self, conductor: "Conductor") -> None:
        """Nothing is under way any more at any load generator; nothing was reconciled yet."""

    def proofs(self, conductor: "Conductor", problems: Sequence[str]) -> Iterable[Proof]:
        """Of its own, beside those of all scenarios. `problems` are what load generators found wrong."""
        if problems:
            yield Proof("nothing else wrong", holds=False, said="; ".join(problems[:3]))

    def days(self, conductor: "Conductor", sales: Reconciled) -> Iterable[Day]:
        """Days whose hours are to be shown beside what the recipe expects."""
        return ()

    # --- in every process that makes load -----------------------------------------------------------------------------

    def begun(self, generator: "Generator") -> None:
        """A load generator has its shops and tills."""

    def progress(self, generator: "Generator") -> dict[str, int]:
        """What the conductor is told about twice a second."""
        return {"recorded": len(generator.intents) - generator.open_sales()}

    def closing(self, generator: "Generator", deadline: float) -> None:
        """No customer is served any more: bring what is left to its end, by the deadline, of `time.monotonic`."""

    def telling(self, generator: "Generator") -> None:
        """All load generators have settled: look whether all is right."""
