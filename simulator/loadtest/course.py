"""The world's clock as a load generator keeps it: asked once, and carried on by the generator's own."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta


class Course:
    """`now` is what the world's clock showed when it was just told; `rate` are simulated seconds a real one.

    As the answer took a moment on its way, this clock is never ahead of the world's.
    """

    def __init__(
        self, now: datetime, rate: float, *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._now, self.rate = now, rate
        self._monotonic = monotonic
        self._at = monotonic()

    def now(self) -> datetime:
        """In whole seconds, as both APIs have them."""
        passed = (self._monotonic() - self._at) * self.rate
        return (self._now + timedelta(seconds=passed)).replace(microsecond=0)

    def until(self, moment: datetime) -> float:
        """Real seconds until the clock shows that moment; 0 when it is past, or never comes."""
        left = (moment - self._now).total_seconds()
        if left <= 0 or not self.rate:
            return 0.0
        return max(0.0, left / self.rate - (self._monotonic() - self._at))
