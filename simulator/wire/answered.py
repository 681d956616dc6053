"""What a server has answered so far, and how much time of its own that took."""

from collections.abc import Generator
from time import perf_counter
from typing import Any

from simulator.wire.operation import Preparing


class Answered:
    """Counted up since the server started: requests of both façades, in all worlds, those that are gone too.

    `seconds` is the server's own time: of each request from when it was taken up until its answer was made, without
    waiting for its client, for a fault's latency, or for other requests. To read it off the socket, to write it down and
    to send its answer is not in it. A request whose client went before it was sent whole has no answer, and is not counted.
    """

    __slots__ = ("requests", "seconds")

    def __init__(self) -> None:
        self.requests = 0
        self.seconds = 0.0

    def add(self, seconds: float) -> None:
        self.requests += 1
        self.seconds += seconds


class Slices:
    """Work that pauses so that others are served, to be awaited once; `seconds` is how long it ran, without its pauses."""

    def __init__(self, work: Preparing) -> None:
        self._work = work
        self.seconds = 0.0

    def __await__(self) -> Generator[Any, Any, Any]:
        work, failure = self._work, None
        while True:
            resumed = perf_counter()
            try:
                pause = work.send(None) if failure is None else work.throw(failure)
            except StopIteration as end:
                return end.value
            finally:
                self.seconds += perf_counter() - resumed
            failure = None
            try:
                yield pause
            except GeneratorExit:
                work.close()
                raise
            except BaseException as error:  # noqa: BLE001 - the work's to catch, as when its task is cancelled
                failure = error
