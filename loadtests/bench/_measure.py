"""Rounds: every subject is asked in every round, in an order that turns, and what is told are medians and their spread."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import cycle
from statistics import median
from typing import Any

from _load import Load, Wrong, load
from _process import Served

CONNECTIONS = 16
SAMPLED = 199
MOST_PASSES = 50
MICRO = 1e6


def nothing() -> None:
    pass


@dataclass
class Subject:
    """Something that is asked: `requests` in turn, or each once and again `after` it was put back, where it changes."""

    name: str
    server: Served
    requests: Sequence[bytes]
    changes: bool = False
    warm_up: float = 2.0
    warms_up_whole: bool = False
    """Whether each request is asked once before, as the first answer of its kind may cost more."""
    before: Callable[[], None] = nothing
    after: Callable[[], None] = nothing
    is_right: Callable[[bytes], bool] = lambda body: json.loads(body) is not None
    rounds: list["Round"] = field(default_factory=list)


@dataclass(frozen=True)
class Round:
    """One subject's part of a round: seconds, and counts."""

    load: Load
    server_cpu: float


@dataclass(frozen=True)
class Figures:
    """Of all rounds: medians; in microseconds where it is time. `client` is how busy the one who asked was, 0 to 1."""

    rate: float
    slowest: float
    fastest: float
    p50: float
    p99: float
    p999: float
    longest: float
    cpu: float
    client: float
    bytes: float
    requests: int
    memory: float


def one_round(subject: Subject, seconds: float) -> Round:
    """At least so many seconds; where things change, as many passes as it takes."""
    whole, cpu, samples = Load(), 0.0, list[bytes]()
    for _ in range(MOST_PASSES):
        subject.before()
        requests = iter(subject.requests) if subject.changes else cycle(subject.requests)
        before = subject.server.cpu
        part = load(
            subject.server.port,
            requests,
            seconds=seconds - whole.seconds,
            connections=CONNECTIONS,
            keep=SAMPLED,
            samples=samples,
        )
        cpu += subject.server.cpu - before
        whole.seconds += part.seconds
        whole.busy += part.busy
        whole.size += part.size
        whole.latencies += part.latencies
        subject.after()
        if whole.seconds >= seconds:
            break
    for body in samples:
        if not subject.is_right(body):
            raise Wrong(f"{subject.name} answered {body[:1000]!r}")
    return Round(whole, cpu)


def rounds(subjects: Sequence[Subject], count: int, seconds: float) -> dict[str, Figures]:
    """A warm-up of each, which is not counted, then the rounds."""
    for subject in subjects:
        if subject.warms_up_whole:
            load(subject.server.port, iter(subject.requests), connections=CONNECTIONS)
        one_round(subject, subject.warm_up)
    for number in range(count):
        turn = number % len(subjects)
        for subject in (*subjects[turn:], *subjects[:turn]):
            subject.rounds.append(one_round(subject, seconds))
    return {subject.name: figures(subject) for subject in subjects}


def figures(subject: Subject) -> Figures:
    told = subject.rounds
    rates = [each.load.answers / each.load.seconds for each in told]
    in_order = [sorted(each.load.latencies) for each in told]
    everything = sorted(latency for each in told for latency in each.load.latencies)
    answers = sum(each.load.answers for each in told)
    return Figures(
        rate=median(rates),
        slowest=min(rates),
        fastest=max(rates),
        p50=median(at(latencies, 0.5) for latencies in in_order) * MICRO,
        p99=median(at(latencies, 0.99) for latencies in in_order) * MICRO,
        p999=at(everything, 0.999) * MICRO,
        longest=everything[-1] * MICRO,
        cpu=median(each.server_cpu / each.load.answers for each in told) * MICRO,
        client=median(each.load.busy / each.load.seconds for each in told),
        bytes=sum(each.load.size for each in told) / answers,
        requests=answers,
        memory=subject.server.memory,
    )


def at(in_order: Sequence[float], share: float) -> float:
    """The value that so large a share is not above."""
    return in_order[min(int(len(in_order) * share), len(in_order) - 1)]


def rounded(figures_: dict[str, Any]) -> dict[str, Any]:
    """For the file of results: no more digits than mean something."""
    return {name: round(value, 4) if isinstance(value, float) else value for name, value in figures_.items()}
