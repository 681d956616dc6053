"""A fault in a book, with how often it matched and struck."""

import math
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from simulator.faults.chance import Chance
from simulator.faults.effects import RateLimit, ReadLag, Status
from simulator.faults.facts import Facts
from simulator.faults.fault import READS, Fault
from simulator.faults.match import matcher
from simulator.faults.rates import Windows
from simulator.faults.strike import Strike


class Counted:
    """`matched` counts the requests that the fault is for, `struck` those it changed the answer of."""

    def __init__(self, fault: Fault, seed: int) -> None:
        self.fault = fault
        self.matched = 0
        self.struck = 0
        self._seed = seed
        self._matches = _matcher(fault)
        effect = fault.effect
        self._windows = (
            Windows(effect.requests, timedelta(seconds=effect.seconds))
            if isinstance(effect, RateLimit)
            else None
        )

    def strike(self, facts: Facts, now: datetime, *, free: bool) -> Strike | None:
        """Count a request, and strike it if its turn has come and it is `free`: not another fault's already."""
        if not self._matches(facts):
            return None
        self.matched += 1
        ends = None
        if self._windows is not None:
            ends = self._windows.count(facts.username or "", now)
            if ends is None:
                return None
        match = self.fault.match
        chance = Chance(self._seed, self.fault.name, self.matched)
        if not (free and match.counts(self.matched) and chance.favours(match.toxicity)):
            return None
        self.struck += 1
        return Strike(self.fault, self.struck, chance, self._retry_after(now, ends))

    def described(self) -> dict[str, Any]:
        """The fault as JSON, without what it does not say, and its counts."""
        described = self.fault.model_dump(mode="json", exclude_none=True)
        described["match"] = self.fault.match.model_dump(mode="json", exclude_defaults=True)
        return described | {"matched": self.matched, "struck": self.struck}

    def _retry_after(self, now: datetime, ends: datetime | None) -> int | None:
        effect = self.fault.effect
        if isinstance(effect, Status):
            return effect.retry_after
        if isinstance(effect, RateLimit) and effect.retry_after and ends is not None:
            return math.ceil((ends - now).total_seconds())
        return None


def _matcher(fault: Fault) -> Callable[[Facts], bool]:
    matches = matcher(fault.match)
    if isinstance(fault.effect, ReadLag):
        # A write is decided on what is, not on what was.
        return lambda facts: facts.method in READS and matches(facts)
    return matches
