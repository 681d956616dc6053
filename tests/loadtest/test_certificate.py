"""The headroom certificate: what it says at and around each of its bounds."""

from math import inf, nextafter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.loadtest.certificate import (
    BUSY,
    GENERATOR_BUSY,
    OFTEN,
    SHORT_OF_CORES,
    Certificate,
    Second,
    busy_share,
)

MINE = "The simulator used "
MACHINE = "The simulator was ready and had to wait for a core "
ROOM = "The simulator had room: "
GENERATOR = "A load generator used "
NOT_TOLD = (
    "waiting",
    "own_time_us",
    "cpu_us",
    "lag_p99_ms",
    "lag_max_ms",
    "memory_begin",
    "memory_end",
)


def a_certificate(**bent: Any) -> Certificate:
    """Of a simulator that had room."""
    told = {
        "seconds": 60.0,
        "cores": 2,
        "requests": 12_345,
        "cpu": 0.25,
        "busiest": 0.5,
        "busy_share": 0.0,
        "waiting": 0.012,
        "own_time_us": 61.7,
        "cpu_us": 120.4,
        "lag_p99_ms": 2.0,
        "lag_max_ms": 50.0,
        "memory_begin": 100 * 2**20,
        "memory_end": 120 * 2**20,
        "generators": (0.4, 0.61),
    }
    return Certificate(**{**told, **bent})


def above(bound: float) -> float:
    return nextafter(bound, inf)


@pytest.mark.parametrize(
    ("bent", "beginnings"),
    [
        ({}, [ROOM]),
        ({"cpu": BUSY}, [ROOM]),
        ({"cpu": above(BUSY)}, [MINE]),
        ({"busy_share": OFTEN}, [ROOM]),
        ({"busy_share": above(OFTEN)}, [MINE]),
        ({"busiest": 1.0}, [ROOM]),
        ({"waiting": SHORT_OF_CORES}, [ROOM]),
        ({"waiting": above(SHORT_OF_CORES)}, [MACHINE]),
        ({"waiting": None}, [ROOM]),
        ({"generators": (0.1, GENERATOR_BUSY)}, [ROOM]),
        ({"generators": (above(GENERATOR_BUSY), 0.1)}, [ROOM, GENERATOR]),
        ({"generators": ()}, [ROOM]),
        ({"cpu": 0.9, "waiting": 0.5}, [MINE, MACHINE]),
        ({"cpu": 0.9, "generators": (1.0,)}, [MINE, GENERATOR]),
        ({"cpu": 0.9, "waiting": 0.5, "generators": (1.0,)}, [MINE, MACHINE, GENERATOR]),
    ],
)
def test_whose_doing_it_was(bent: dict[str, Any], beginnings: list[str]) -> None:
    certificate = a_certificate(**bent)
    told = list(certificate.findings())
    assert len(told) == len(beginnings)
    assert all(finding.startswith(words) for finding, words in zip(told, beginnings, strict=True))
    assert certificate.had_room is (beginnings[0] == ROOM)
    assert certificate.is_the_limit is (MINE in beginnings)
    assert certificate.short_of_cores is (MACHINE in beginnings)
    assert certificate.generators_busy is (GENERATOR in beginnings)


@pytest.mark.parametrize(
    ("bent", "beginning"),
    [
        (
            {},
            "The simulator had room: 25% of its core, 50% in the busiest second. What was slow was not its doing",
        ),
        (
            {"cpu": 0.9, "busy_share": 0.5},
            "The simulator used 90% of its core, and was above 70% of it in 50% of the seconds: it may be the limit",
        ),
        (
            {"waiting": 0.25},
            "The simulator was ready and had to wait for a core 25% of the time: 2 cores are too few for it and what",
        ),
    ],
)
def test_a_finding_has_the_figures(bent: dict[str, Any], beginning: str) -> None:
    assert next(a_certificate(**bent).findings()).startswith(beginning)


def test_the_busiest_load_generator_is_told() -> None:
    *_, told = a_certificate(generators=(0.9, 0.99, 0.1)).findings()
    assert told.startswith("A load generator used 99% of its core: more of them (--processes")


def test_one_core_is_one_core() -> None:
    assert ": 1 core is too few for it" in next(a_certificate(cores=1, waiting=0.5).findings())


def test_what_was_measured_is_told() -> None:
    assert list(a_certificate().facts()) == [
        ("Requests it answered", "12,345 in 60 s"),
        ("Processor", "0.25 cores; 0.50 in the busiest second; 2 there"),
        ("Ready without a core", "1.2% of the time"),
        ("Its own time a request", "62 microseconds"),
        ("Processor time a request", "120 microseconds"),
        ("Event loop late by", "p99 up to 2 ms, maximum up to 50 ms"),
        ("Memory", "100 MiB, 120 at the end"),
        ("Load generators, in cores", "0.40, 0.61"),
    ]


@pytest.mark.parametrize(
    ("p99", "most", "said"),
    [
        (1.0, 1.0, "p99 up to 1 ms, maximum up to 1 ms"),
        (500.0, inf, "p99 up to 500 ms, maximum over 1,000 ms"),
        (1000.0, inf, "p99 up to 1,000 ms, maximum over 1,000 ms"),
        (inf, inf, "p99 over 1,000 ms, maximum over 1,000 ms"),
    ],
)
def test_how_late_the_loop_was(p99: float, most: float, said: str) -> None:
    assert dict(a_certificate(lag_p99_ms=p99, lag_max_ms=most).facts())["Event loop late by"] == said


@pytest.mark.parametrize(
    ("missing", "left_out"),
    [
        ("waiting", "Ready without a core"),
        ("own_time_us", "Its own time a request"),
        ("cpu_us", "Processor time a request"),
        ("lag_p99_ms", "Event loop late by"),
        ("lag_max_ms", "Event loop late by"),
        ("memory_begin", "Memory"),
        ("memory_end", "Memory"),
    ],
)
def test_what_is_not_known_is_left_out(missing: str, left_out: str) -> None:
    everything = dict(a_certificate().facts())
    told = dict(a_certificate(**{missing: None}).facts())
    assert told.keys() == everything.keys() - {left_out}


def test_nothing_known_is_no_none() -> None:
    certificate = a_certificate(**dict.fromkeys(NOT_TOLD), requests=0, generators=())
    told = [*certificate.findings(), *(part for fact in certificate.facts() for part in fact)]
    assert len(told) == 1 + 2 * 2
    assert not [text for text in told if "None" in text]


cores = st.floats(0, 64)
shares = st.none() | st.floats(0, 8)
lags = st.none() | st.sampled_from([1.0, 2.0, 1000.0, inf])


@given(
    st.builds(
        a_certificate,
        cpu=cores,
        busiest=cores,
        busy_share=st.floats(0, 1),
        waiting=shares,
        lag_p99_ms=lags,
        lag_max_ms=lags,
        generators=st.lists(cores, max_size=3).map(tuple),
    )
)
def test_there_is_always_a_first_finding_and_it_is_the_verdict(certificate: Certificate) -> None:
    first, *more = certificate.findings()
    assert first.startswith(ROOM) is certificate.had_room
    assert not [finding for finding in more if finding.startswith(ROOM)]
    said = [first, *more, *map(" ".join, certificate.facts())]
    assert not [text for text in said if "inf" in text or "nan" in text or text.endswith(".")]


def seconds(*used: float | None) -> list[Second]:
    return [Second(at, 1, 1.0, 0.0, 1.0, cpu) for at, cpu in enumerate(used)]


@pytest.mark.parametrize(
    ("used", "share"),
    [
        ([], 0.0),
        ([None, None], 0.0),
        ([BUSY, 0.1], 0.0),
        ([above(BUSY), 0.1], 0.5),
        ([1.0, None, None, 0.0, 0.0, 0.0], 0.25),
        ([1.0], 1.0),
    ],
)
def test_in_how_many_seconds_it_was_busy(used: list[float | None], share: float) -> None:
    assert busy_share(seconds(*used)) == share
