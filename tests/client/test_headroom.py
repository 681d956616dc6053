"""How busy a server is, as its client tells it."""

import math
from dataclasses import asdict, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.client import Headroom, LoopLag, Simulator, World

EDGES = (1.0, 2.0, 5.0, 1000.0)
BEFORE = Headroom(
    at=100.0,
    cpu_seconds=10.0,
    waited_seconds=2.0,
    cores=2,
    memory_bytes=2**26,
    requests=500,
    answering_seconds=0.25,
    loop_lag=LoopLag(400, 0.5, dict.fromkeys(EDGES, 7)),
)


def after(*later: int, samples: int = 200, **bent: Any) -> Headroom:
    """Four seconds on, with so many samples later than each edge."""
    lag = LoopLag(400 + samples, 0.5 + samples * 0.003, dict(zip(EDGES, (7 + n for n in later), strict=True)))
    return replace(
        BEFORE,
        **{
            "at": 104.0,
            "cpu_seconds": 13.0,
            "waited_seconds": 3.0,
            "requests": 20_500,
            "answering_seconds": 2.25,
            "loop_lag": lag,
            **bent,
        },
    )


def test_the_difference_is_told_in_shares_and_rates() -> None:
    assert asdict(after(20, 2, 1, 0).since(BEFORE)) == {
        "seconds": 4.0,
        "cpu": 0.75,
        "waiting": 0.25,
        "requests": 20_000,
        "requests_a_second": 5000.0,
        "own_time_us": pytest.approx(100.0),
        "cpu_us": pytest.approx(150.0),
        "lag_mean_ms": pytest.approx(3.0),
        "lag_p99_ms": 2.0,
        "lag_max_ms": 1000.0,
    }


@pytest.mark.parametrize(
    ("later", "p99", "most"),
    [
        ((0, 0, 0, 0), 1, 1),
        ((2, 0, 0, 0), 1, 2),
        ((3, 2, 0, 0), 2, 5),
        ((3, 3, 3, 0), 1000, 1000),
        ((3, 3, 3, 2), 1000, math.inf),
        ((9, 9, 9, 3), math.inf, math.inf),
    ],
)
def test_a_lag_is_told_by_the_upper_edge_of_its_bucket(
    later: tuple[int, ...], p99: float, most: float
) -> None:
    used = after(*later).since(BEFORE)
    assert (used.lag_p99_ms, used.lag_max_ms) == (p99, most)


@given(st.lists(st.floats(0, 2000), min_size=1, max_size=300))
def test_99_of_100_samples_are_within_the_p99_and_no_lower_edge_would_do(lates: list[float]) -> None:
    later = {edge: sum(late > edge for late in lates) for edge in EDGES}
    told = LoopLag(len(lates), sum(lates) / 1000, later)

    def within(edge: float) -> bool:
        return sum(late <= edge for late in lates) * 100 >= 99 * len(lates)

    assert told.within_ms(0.99) == next(filter(within, EDGES), math.inf)
    assert told.within_ms(1) == next((edge for edge in EDGES if max(lates) <= edge), math.inf)


def test_what_cannot_be_told_is_none() -> None:
    idle = after(0, 0, 0, 0, samples=0, requests=500, answering_seconds=0.25).since(BEFORE)
    assert (idle.own_time_us, idle.cpu_us, idle.requests_a_second) == (None, None, 0)
    assert (idle.lag_mean_ms, idle.lag_p99_ms, idle.lag_max_ms) == (None, None, None)

    for before, now in ((None, 3.0), (2.0, None), (None, None)):
        used = after(0, 0, 0, 0, waited_seconds=now).since(replace(BEFORE, waited_seconds=before))
        assert used.waiting is None


@pytest.mark.parametrize(
    "bent",
    [
        {"at": 100.0},
        {"at": 99.0},
        {"cpu_seconds": 9.0},
        {"requests": 499},
        {"answering_seconds": 0.2},
        {"loop_lag": LoopLag(0, 0.0, dict.fromkeys(EDGES, 0))},
    ],
    ids=str,
)
def test_what_is_no_earlier_answer_of_the_same_server_is_refused(bent: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="no earlier answer of the same server"):
        after(0, 0, 0, 0, **bent).since(BEFORE)


def test_a_server_tells_it(remote: Simulator, world: World) -> None:
    before = remote.headroom()
    for _ in range(5):
        assert world.t3.get("/v2/states").status_code == 200
    with Simulator(world.url) as elsewhere:
        used = elsewhere.headroom().since(before)

    assert used.requests == 5
    assert used.seconds > 0
    assert used.own_time_us is not None
    assert used.cpu_us is not None
    assert 0 < used.own_time_us < used.seconds * 1e6
    assert remote.headroom().loop_lag.later_than_ms.keys() >= {1.0, 1000.0}
