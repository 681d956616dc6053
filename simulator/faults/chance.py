"""Chance that comes out the same on every run: it follows from the world's seed, the fault's name and a count."""

from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from random import Random

BITS = 53
"""As many as a float between 0 and 1 holds exactly."""


@dataclass(frozen=True)
class Chance:
    """What chance has to say about one matching request. Nothing is drawn before it is asked for."""

    seed: int
    name: str
    number: int

    def favours(self, probability: float) -> bool:
        """Whether something that probable happens; what is sure needs no draw."""
        return probability >= 1 or self._drawn("toxicity") / 2**BITS < probability

    @cached_property
    def random(self) -> Random:
        """For what an effect draws; `favours` takes nothing from it, so a toxicity does not change a latency."""
        return Random(self._drawn("effect"))  # noqa: S311 - repeatable, not secret

    def _drawn(self, purpose: str) -> int:
        text = f"{self.seed}/{self.name}/{self.number}/{purpose}"
        return int.from_bytes(blake2b(text.encode(), digest_size=8).digest()) >> (64 - BITS)
