"""The faults of one world: which there are, and which of them strike a request."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from simulator.faults.counted import Counted
from simulator.faults.effects import ReadLag
from simulator.faults.facts import Facts
from simulator.faults.fault import Fault
from simulator.faults.refusals import FaultRefused, FaultTaken, FaultUnknown
from simulator.faults.strike import Strike
from simulator.wording import did_you_mean, listed

__all__ = ["Facts", "FaultBook", "Strike"]

MOST_FAULTS = 1000
NONE: tuple[Strike, ...] = ()


class FaultBook:
    """`seed` is the world's. A fork of a world begins with a book of its own, without faults."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._by_name: dict[str, Counted] = {}
        self._in_turn: tuple[Counted, ...] = ()
        self._named = Counter[str]()
        self.longest_lag: timedelta | None = None
        """How far back the reads that lag most look; None when none do."""

    def __bool__(self) -> bool:
        """Whether there are any. Where there are none, nobody need gather what they may look at."""
        return bool(self._in_turn)

    @property
    def faults(self) -> Mapping[str, Fault]:
        """By name, in the order they were added."""
        return {name: counted.fault for name, counted in self._by_name.items()}

    def describe(self, name: str) -> dict[str, Any]:
        """A fault as JSON, with how many requests it `matched` and how many it `struck`. Raises FaultUnknown."""
        return self._find(name).described()

    def add(self, fault: Fault) -> Fault:
        """Take it in as the last, and give it back with its name. Raises FaultTaken for a name that is in use."""
        if fault.name in self._by_name:
            raise FaultTaken(
                f"name {fault.name!r} is taken: replace that fault, or give another name or none"
            )
        return self.put(fault)

    def put(self, fault: Fault) -> Fault:
        """The same, but in the place of the fault of its name if there is one. It counts from the beginning."""
        if len(self._by_name) >= MOST_FAULTS and fault.name not in self._by_name:
            raise FaultRefused(f"there are {MOST_FAULTS} faults already; remove some first")
        named = fault if fault.name else fault.model_copy(update={"name": self._free_name(fault)})
        self._by_name[named.name] = Counted(named, self._seed)
        self._changed()
        return named

    def remove(self, name: str) -> None:
        """Raises FaultUnknown."""
        del self._by_name[self._find(name).fault.name]
        self._changed()

    def clear(self) -> None:
        """Be as in the beginning: names are given from 1 again, so chance repeats itself too."""
        self._by_name.clear()
        self._named.clear()
        self._changed()

    def strikes(self, facts: Facts, now: datetime) -> tuple[Strike, ...]:
        """Every latency that strikes, and of the other faults the first that does."""
        if not self._in_turn:
            return NONE
        found, free = [], True
        for counted in self._in_turn:
            joins = counted.fault.effect.joins
            strike = counted.strike(facts, now, free=free or joins)
            if strike is not None:
                found.append(strike)
                free = free and joins
        return tuple(found)

    def _find(self, name: str) -> Counted:
        if name not in self._by_name:
            there_are = f"Faults: {listed(self._by_name)}" if self._by_name else "There are no faults"
            raise FaultUnknown(f"there is no fault {name!r}.{did_you_mean(name, self._by_name)} {there_are}")
        return self._by_name[name]

    def _free_name(self, fault: Fault) -> str:
        kind = fault.effect.type
        while True:
            self._named[kind] += 1
            if (name := f"{kind}-{self._named[kind]}") not in self._by_name:
                return name

    def _changed(self) -> None:
        # A stable sort: as added, but for what gives way to all others.
        self._in_turn = tuple(sorted(self._by_name.values(), key=lambda each: each.fault.effect.gives_way))
        effects = [each.fault.effect for each in self._in_turn]
        lags = [effect.seconds for effect in effects if isinstance(effect, ReadLag)]
        self.longest_lag = timedelta(seconds=max(lags)) if lags else None
