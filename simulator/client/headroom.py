"""How busy a server is: what it counts since it started, and the difference of two answers."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from simulator.client.reading import Json, read

P99 = 0.99


@dataclass(frozen=True, slots=True)
class LoopLag:
    """How late the event loop came to `samples` moments, one every 20 ms: `seconds` in sum.

    `later_than_ms` is how many it was later for than so many milliseconds.
    """

    samples: int
    seconds: float
    later_than_ms: Mapping[float, int]

    def since(self, earlier: "LoopLag") -> "LoopLag":
        before = earlier.later_than_ms
        return LoopLag(
            self.samples - earlier.samples,
            self.seconds - earlier.seconds,
            {edge: number - before.get(edge, 0) for edge, number in self.later_than_ms.items()},
        )

    @property
    def mean_ms(self) -> float | None:
        return self.seconds * 1000 / self.samples if self.samples else None

    def within_ms(self, share: float) -> float | None:
        """How late it was at most for this share of the samples, as far as that is known: the upper edge of a bucket.

        `inf` beyond the last; None without samples.
        """
        if not self.samples:
            return None
        allowed = self.samples * (1 - share)
        kept = [edge for edge, number in self.later_than_ms.items() if number <= allowed]
        return min(kept, default=math.inf)


@dataclass(frozen=True, slots=True)
class Used:
    """What a server used of its time between two answers.

    `seconds` lay between them. `cpu` is how many cores it used, 0.43 for example; it answers on one. `waiting` is how
    much of the time its threads were ready to run and had no core: not its doing, but that of others on the machine.
    `own_time_us` is what it took to make an answer, `cpu_us` all of its processor time by the number of requests. The lag
    is how late its event loop came to what it had to do; p99 and maximum are rounded up to 1, 2, 5, 10 and so on, `inf`
    beyond 1000. What cannot be told is None.
    """

    seconds: float
    cpu: float
    waiting: float | None
    requests: int
    requests_a_second: float
    own_time_us: float | None
    cpu_us: float | None
    lag_mean_ms: float | None
    lag_p99_ms: float | None
    lag_max_ms: float | None


@dataclass(frozen=True, slots=True)
class Headroom:
    """All since the server started; ask twice and take the difference with `since`.

    `at` is of a clock that is never set. `cpu_seconds` is the processor time of its process, `waited_seconds` how long its
    threads were ready to run and waited for a core, `memory_bytes` what is resident now; None where its system does not
    tell. `requests` of both APIs were answered in all worlds; `answering_seconds` of its own time went into the answers.
    """

    at: float
    cpu_seconds: float
    waited_seconds: float | None
    cores: int
    memory_bytes: int | None
    requests: int
    answering_seconds: float
    loop_lag: LoopLag

    def since(self, earlier: "Headroom") -> Used:
        """What was used from `earlier` to here. Raises ValueError when that is not an earlier answer of the same server."""
        seconds, cpu = self.at - earlier.at, self.cpu_seconds - earlier.cpu_seconds
        requests = self.requests - earlier.requests
        answering = self.answering_seconds - earlier.answering_seconds
        lag = self.loop_lag.since(earlier.loop_lag)
        if seconds <= 0 or min(cpu, requests, answering, lag.samples) < 0:
            raise ValueError("this is no earlier answer of the same server; has it been started anew?")
        waited = None
        if self.waited_seconds is not None and earlier.waited_seconds is not None:
            waited = self.waited_seconds - earlier.waited_seconds
        return Used(
            seconds=seconds,
            cpu=cpu / seconds,
            waiting=None if waited is None else waited / seconds,
            requests=requests,
            requests_a_second=requests / seconds,
            own_time_us=answering * 1e6 / requests if requests else None,
            cpu_us=cpu * 1e6 / requests if requests else None,
            lag_mean_ms=lag.mean_ms,
            lag_p99_ms=lag.within_ms(P99),
            lag_max_ms=lag.within_ms(1),
        )


def headroom(told: Json) -> Headroom:
    lag = told["loop_lag"]
    later = {float(edge): number for edge, number in lag["later_than_ms"].items()}
    return read(Headroom, told, loop_lag=read(LoopLag, lag, later_than_ms=later))
