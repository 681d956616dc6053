"""The headroom certificate: how busy the simulator was during a run, so that a slow result is laid at the right door."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import isinf

BUSY = 0.7
"""Of the one core that the event loop can use. Above it, waiting in front of the simulator is no longer small."""
OFTEN = 0.1
"""Of the seconds of a run: above BUSY in more of them, it was the limit."""
SHORT_OF_CORES = 0.1
"""Of the time: ready and without a core for longer, the machine is too small for it and the load."""
GENERATOR_BUSY = 0.85
MEBIBYTE = 2**20


@dataclass(frozen=True, slots=True)
class Second:
    """How it was in about one second. `cpu` in cores, `waiting` a share of the time or None, times in milliseconds."""

    at: float
    users: int
    rate: float
    failures: float
    p95: float
    cpu: float | None = None
    waiting: float | None = None
    lag_p99: float | None = None


@dataclass(frozen=True, slots=True)
class Certificate:
    """Over a whole run. None is what is not told; `generators` is the processor time of each load generator, in cores."""

    seconds: float
    cores: int
    requests: int
    cpu: float
    busiest: float
    busy_share: float
    waiting: float | None
    own_time_us: float | None
    cpu_us: float | None
    lag_p99_ms: float | None
    lag_max_ms: float | None
    memory_begin: int | None
    memory_end: int | None
    generators: tuple[float, ...]

    @property
    def is_the_limit(self) -> bool:
        """Whether what was slow may have been the simulator's own doing."""
        return self.cpu > BUSY or self.busy_share > OFTEN

    @property
    def short_of_cores(self) -> bool:
        """Whether the machine had too few for the simulator and all that ran beside it."""
        return self.waiting is not None and self.waiting > SHORT_OF_CORES

    @property
    def generators_busy(self) -> bool:
        return any(each > GENERATOR_BUSY for each in self.generators)

    @property
    def had_room(self) -> bool:
        return not (self.is_the_limit or self.short_of_cores)

    def findings(self) -> Iterator[str]:
        """Whose doing a slow result is, in sentences; the first is to be told in bold unless it `had_room`."""
        if self.is_the_limit:
            yield (
                f"The simulator used {self.cpu:.0%} of its core, and was above {BUSY:.0%} of it in "
                f"{self.busy_share:.0%} of the seconds: it may be the limit of what was measured"
            )
        if self.short_of_cores:
            cores = "1 core is" if self.cores == 1 else f"{self.cores} cores are"
            yield (
                f"The simulator was ready and had to wait for a core {self.waiting:.0%} of the time: {cores} "
                "too few for it and what runs beside it, and this machine is the limit of what was measured"
            )
        if self.had_room:
            yield (
                f"The simulator had room: {self.cpu:.0%} of its core, {self.busiest:.0%} in the busiest second. "
                "What was slow was not its doing"
            )
        if self.generators_busy:
            yield (
                f"A load generator used {max(self.generators):.0%} of its core: more of them (--processes, or other "
                "machines) would ask for more"
            )

    def facts(self) -> Iterator[tuple[str, str]]:
        """What was measured, name and value."""
        yield "Requests it answered", f"{self.requests:,} in {self.seconds:.0f} s"
        yield (
            "Processor",
            f"{self.cpu:.2f} cores; {self.busiest:.2f} in the busiest second; {self.cores} there",
        )
        if self.waiting is not None:
            yield "Ready without a core", f"{self.waiting:.1%} of the time"
        if self.own_time_us is not None:
            yield "Its own time a request", f"{self.own_time_us:.0f} microseconds"
        if self.cpu_us is not None:
            yield "Processor time a request", f"{self.cpu_us:.0f} microseconds"
        if self.lag_p99_ms is not None and self.lag_max_ms is not None:
            yield "Event loop late by", f"p99 {_edge(self.lag_p99_ms)}, maximum {_edge(self.lag_max_ms)}"
        if self.memory_begin is not None and self.memory_end is not None:
            yield (
                "Memory",
                f"{self.memory_begin / MEBIBYTE:.0f} MiB, {self.memory_end / MEBIBYTE:.0f} at the end",
            )
        if self.generators:
            shown = ", ".join(f"{each:.2f}" for each in self.generators)
            yield "Load generators, in cores", shown


def _edge(milliseconds: float) -> str:
    """What is beyond the last of the edges that are counted is inf."""
    return "over 1,000 ms" if isinf(milliseconds) else f"up to {milliseconds:,g} ms"


def busy_share(seconds: Sequence[Second]) -> float:
    """The share of seconds in which it was above BUSY."""
    told = [second.cpu for second in seconds if second.cpu is not None]
    return sum(cpu > BUSY for cpu in told) / len(told) if told else 0.0
