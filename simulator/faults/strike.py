"""A fault that strikes one request."""

from dataclasses import dataclass, field
from random import Random

from simulator.faults.chance import Chance
from simulator.faults.fault import Fault


@dataclass(frozen=True)
class Strike:
    """`number` is how many times the fault has struck, from 1.

    `retry_after` is what a Retry-After header says, in seconds; None when there is to be none.
    """

    fault: Fault
    number: int
    chance: Chance = field(default=Chance(0, "", 0), repr=False)
    retry_after: int | None = None

    @property
    def random(self) -> Random:
        """The same numbers for the same world seed, fault name and count of matches, whatever else happens."""
        return self.chance.random
