"""The faults of a run: those its options ask for, and those its scenario strikes with on the way."""

import json
from collections.abc import Sequence
from typing import Any

from simulator.client import Fault, World
from simulator.loadtest.refusals import RunRefused


class Strikes:
    """In a world that may have faults of its own, which are left alone."""

    def __init__(self, world: World, said: Sequence[str]) -> None:
        """`said` are names of profiles and JSON objects; each is tried, and taken out again until the run begins.

        Raises RunRefused, and SimulatorError for what the simulator does not take.
        """
        self._faults = world.faults
        self._asked = [self._tried(each) for each in said]
        self._struck: list[Fault] = []

    def _tried(self, said: str) -> Fault:
        if said.lstrip().startswith("{"):
            try:
                told = json.loads(said)
            except ValueError as error:
                raise RunRefused(f"--fault {said!r} is neither a profile nor JSON: {error}") from None
            fault = self._faults.add_json(told)
        else:
            fault = self._faults.apply(said)
        fault.remove()
        return fault

    def put_in(self) -> None:
        """Those that were asked for, for the time of the run."""
        for fault in self._asked:
            told = {"name": fault.name, "match": fault.match, "phase": fault.phase, "effect": fault.effect}
            further = {"delay": fault.delay, "keep": fault.keep}
            self._struck.append(
                self._faults.add_json({**told, **{key: n for key, n in further.items() if n is not None}})
            )

    def strike(self, profile: str, name: str, **match: Any) -> Fault:
        """Apply a ready-made one, until it is removed or the run ends."""
        fault = self._faults.apply(profile, name=name, **match)
        self._struck.append(fault)
        return fault

    def take_out(self) -> None:
        """A fault ends with the load: what waits for that still can come to its end, and proofs are asked for by those who
        are not to be struck.
        """
        there = {fault.name for fault in self._faults.list()}
        for fault in self._struck:
            if fault.name in there:
                self._faults.remove(fault.name)
        self._struck.clear()
