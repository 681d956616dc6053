"""Watching a run: Locust's numbers and the simulator's own, once a second, and what they come to in the end."""

import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import gevent
from locust.env import Environment
from locust.stats import StatsEntry

from simulator.client import Simulator, SimulatorError
from simulator.loadtest.certificate import Certificate, Second, busy_share
from simulator.loadtest.thresholds import ALL, Operation

EVERY = 1.0
"""Seconds from one look at the simulator to the next."""
LOST_AFTER = 10.0
"""Seconds without an answer to a look after which the simulator is lost."""


class Watch:
    """From the start of the load to its end. Raises SimulatorError where the simulator does not tell how busy it is."""

    def __init__(self, simulator: Simulator, environment: Environment) -> None:
        self.is_lost = False
        """Whether the simulator has not answered for long, or is not the one with which the run began."""
        self.series: list[Second] = []
        self.started = datetime.now(UTC)
        self.seconds = 0.0
        """How long the load lasted, once it is over."""
        self._simulator = simulator
        self._environment = environment
        self._first = self._latest = simulator.headroom()
        # Locust counts from before the tills were grown.
        environment.stats.reset_all()
        self._began = time.monotonic()
        self._looking = gevent.spawn(self._look)

    @property
    def elapsed(self) -> float:
        """Real seconds since the start."""
        return time.monotonic() - self._began

    @property
    def memory_grown(self) -> int | None:
        """By how many bytes the simulator has grown since the start; None where its system does not tell."""
        begin, now = self._first.memory_bytes, self._latest.memory_bytes
        return None if begin is None or now is None else now - begin

    def end(self) -> None:
        """The load is over: what the simulator does from now on is no part of what was measured."""
        self._looking.kill()
        self._latest = self._simulator.headroom()
        self.seconds = self.elapsed

    def stop(self) -> None:
        """Look no more."""
        self._looking.kill()

    def _look(self) -> None:
        heard = time.monotonic()
        while True:
            gevent.sleep(EVERY)
            try:
                now = self._simulator.headroom()
                used = now.since(self._latest)
            except SimulatorError:
                self.is_lost = time.monotonic() - heard > LOST_AFTER
                continue
            except ValueError:
                self.is_lost = True
                return
            heard, self._latest = time.monotonic(), now
            runner, total = self._environment.runner, self._environment.stats.total
            self.series.append(
                Second(
                    at=round(self.elapsed, 1),
                    users=0 if runner is None else runner.user_count,
                    rate=round(total.current_rps, 1),
                    failures=round(total.current_fail_per_sec, 1),
                    p95=total.get_current_response_time_percentile(0.95) or 0.0,
                    cpu=used.cpu,
                    waiting=used.waiting,
                    lag_p99=used.lag_p99_ms,
                )
            )

    def certificate(self, generators: Sequence[float]) -> Certificate:
        """Over the whole run; `generators` is the processor time of each load generator, in cores."""
        last, used = self._latest, self._latest.since(self._first)
        return Certificate(
            seconds=used.seconds,
            cores=last.cores,
            requests=used.requests,
            cpu=used.cpu,
            busiest=max([each.cpu for each in self.series if each.cpu is not None], default=used.cpu),
            busy_share=busy_share(self.series),
            waiting=used.waiting,
            own_time_us=used.own_time_us,
            cpu_us=used.cpu_us,
            lag_p99_ms=used.lag_p99_ms,
            lag_max_ms=used.lag_max_ms,
            memory_begin=self._first.memory_bytes,
            memory_end=last.memory_bytes,
            generators=tuple(generators),
        )

    def operations(self) -> Iterator[Operation]:
        """All requests together, and then each operation."""
        stats = self._environment.stats
        yield _operation(ALL, stats.total, self.seconds)
        for (name, _), entry in sorted(stats.entries.items()):
            yield _operation(name, entry, self.seconds)

    def failures(self) -> Iterator[tuple[str, int]]:
        """What failed and how often, the most frequent first."""
        errors = sorted(self._environment.stats.errors.values(), key=lambda each: -each.occurrences)
        for each in errors:
            yield f"{each.name}: {each.error}", each.occurrences


def _operation(name: str, entry: StatsEntry, seconds: float) -> Operation:
    p50, p95, p99 = (float(entry.get_response_time_percentile(part)) for part in (0.5, 0.95, 0.99))
    return Operation(
        name,
        entry.num_requests,
        entry.num_failures,
        p50,
        p95,
        p99,
        float(entry.max_response_time),
        float(entry.avg_response_time),
        entry.num_requests / seconds if seconds else 0.0,
    )
