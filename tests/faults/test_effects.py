"""The effects by themselves: how latencies spread, and what each does to the handler."""

from itertools import pairwise
from random import Random
from statistics import median, pstdev

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from simulator.faults import EFFECTS, Phase
from simulator.faults.effects import MOST_MS, Latency

DISTRIBUTIONS = st.sampled_from(["uniform", "normal", "lognormal"])


@given(st.integers(1, MOST_MS), st.integers(0, MOST_MS), DISTRIBUTIONS, st.integers())
@example(MOST_MS, MOST_MS, "uniform", 2).via("draws one that would be longer")
def test_no_latency_is_negative_or_endless(latency: int, jitter: int, distribution: str, seed: int) -> None:
    effect = Latency.model_validate({"latency": latency, "jitter": jitter, "distribution": distribution})
    assert 0 <= effect.draw(Random(seed)) <= MOST_MS


@given(st.integers(1, MOST_MS), DISTRIBUTIONS, st.integers())
def test_without_jitter_every_latency_is_the_same(latency: int, distribution: str, seed: int) -> None:
    effect = Latency.model_validate({"latency": latency, "distribution": distribution})
    assert effect.draw(Random(seed)) == latency


@given(st.integers(0, 1000), st.integers(0, 1000), st.integers())
def test_a_uniform_latency_stays_within_its_jitter(latency: int, jitter: int, seed: int) -> None:
    drawn = Latency(latency=latency, jitter=jitter).draw(Random(seed))
    assert max(0, latency - jitter) <= drawn <= latency + jitter


def drawn(distribution: str, count: int = 4000) -> list[float]:
    effect = Latency.model_validate({"latency": 500, "jitter": 100, "distribution": distribution})
    random = Random(1)
    return sorted(effect.draw(random) for _ in range(count))


@pytest.mark.parametrize(("distribution", "spread"), [("uniform", 100 / 3**0.5), ("normal", 100)])
def test_latencies_spread_evenly_around_the_middle(distribution: str, spread: float) -> None:
    latencies = drawn(distribution)
    assert median(latencies) == pytest.approx(500, rel=0.02)
    assert pstdev(latencies) == pytest.approx(spread, rel=0.05)


def test_lognormal_latencies_have_their_long_side_above_the_middle() -> None:
    latencies = drawn("lognormal")
    assert median(latencies) == pytest.approx(500, rel=0.02)
    assert latencies[round(0.8413 * len(latencies))] == pytest.approx(600, rel=0.02)
    assert latencies[-1] - 500 > 500 - latencies[0]


def test_effects_stand_under_their_own_types() -> None:
    assert list(EFFECTS) == [effect.model_fields["type"].default for effect in EFFECTS.values()]
    assert all(earlier != later for earlier, later in pairwise(EFFECTS))


def test_what_only_slows_an_answer_or_ages_it_does_not_lose_it() -> None:
    kept = {name for name, effect in EFFECTS.items() if not effect.loses_answer}
    assert kept == {"latency", "bandwidth", "slicer", "read_lag"}


def test_only_latencies_strike_beside_others() -> None:
    assert [name for name, effect in EFFECTS.items() if effect.joins] == ["latency"]
    assert [name for name, effect in EFFECTS.items() if effect.gives_way] == ["read_lag"]


def test_what_is_told_before_the_handler_goes_with_no_other_phase() -> None:
    limited = {name for name, effect in EFFECTS.items() if effect.phases != tuple(Phase)}
    assert limited == {"rate_limit", "expired_token", "read_lag"}
    assert all(EFFECTS[name].phases == (Phase.BEFORE,) for name in limited)
