"""How late the event loop comes to what it has to do."""

import asyncio
from collections.abc import Callable
from math import ceil
from time import monotonic

LATER_THAN_MS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
PERIOD = 0.02
"""Seconds between two moments at which it is looked how late the loop comes to them."""
INTEREST = 30.0
"""Seconds that it is looked at after somebody asked."""


class LoopLag:
    """Counted up while somebody is interested: it begins when it is watched, and ends when nobody has asked for a while.

    A loop that was held up is late for every moment that was due meanwhile, as it is for requests that come meanwhile.
    So each of them is a sample, and what takes long counts by how long it takes. `later_than` has a count for each of
    LATER_THAN_MS. Timers are no finer than a millisecond.
    """

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self.samples = 0
        self.seconds = 0.0
        self.later_than = [0] * len(LATER_THAN_MS)
        self._clock = clock
        self._loop: asyncio.AbstractEventLoop | None = None
        """The one that is looked at; None when nobody is interested."""
        self._asked = self._due = 0.0

    def watch(self) -> None:
        """Somebody has asked. To be called in the loop."""
        loop, self._asked = asyncio.get_running_loop(), self._clock()
        if loop is not self._loop:
            # The one before has been closed, as when an application is called in process, in one loop after another.
            self._loop, self._due = loop, self._asked + PERIOD
            loop.call_later(PERIOD, self._look, loop)

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        if loop is not self._loop:
            return
        now = self._clock()
        # A timer may be early by the half of a millisecond that it is rounded by.
        self._due += PERIOD * self.note(max(0.0, now - self._due))
        if now - self._asked > INTEREST:
            self._loop = None
        else:
            loop.call_later(self._due - now, self._look, loop)

    def note(self, late: float) -> int:
        """What was due `late` seconds ago, and all that has been due since; how many that is."""
        samples = int(late / PERIOD) + 1
        self.samples += samples
        self.seconds += samples * late - PERIOD * samples * (samples - 1) / 2
        for index, edge in enumerate(LATER_THAN_MS):
            over = late - edge / 1000
            if over <= 0:
                break
            self.later_than[index] += ceil(over / PERIOD)
        return samples
