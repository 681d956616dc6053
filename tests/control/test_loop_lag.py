"""How late an event loop is, with a loop and a clock of the test's."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from simulator.control import loop_lag
from simulator.control.loop_lag import INTEREST, LATER_THAN_MS, PERIOD, LoopLag


class Loop:
    """An event loop in which nothing happens but what was put off, when the test says so."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.put_off: list[tuple[float, Callable[..., None], tuple[Any, ...]]] = []

    def clock(self) -> float:
        return self.now

    def call_later(self, delay: float, call: Callable[..., None], *arguments: Any) -> None:
        assert delay > 0
        self.put_off.append((self.now + delay, call, arguments))

    def go_on(self, late: float = 0.0) -> None:
        """To what is due next, or to some time after."""
        due, call, arguments = self.put_off.pop(0)
        self.now = max(self.now, due) + late
        call(*arguments)


@pytest.fixture
def loop(monkeypatch: pytest.MonkeyPatch) -> Loop:
    loop = Loop()
    monkeypatch.setattr(loop_lag.asyncio, "get_running_loop", lambda: loop)
    return loop


def test_nobody_is_interested_before_the_first_asks(loop: Loop) -> None:
    lag = LoopLag(loop.clock)
    assert loop.put_off == []

    for _ in range(3):
        lag.watch()
    assert len(loop.put_off) == 1
    assert lag.samples == 0


def test_a_loop_that_is_in_time_is_not_late(loop: Loop) -> None:
    lag = LoopLag(loop.clock)
    lag.watch()
    for _ in range(100):
        loop.go_on()

    assert lag.samples == 100
    assert lag.seconds == pytest.approx(0, abs=1e-9)
    assert not any(lag.later_than)
    assert loop.now == pytest.approx(1000 + 100 * PERIOD)


def test_a_loop_that_is_held_up_is_late_for_all_that_is_due_meanwhile(loop: Loop) -> None:
    lag = LoopLag(loop.clock)
    lag.watch()
    loop.go_on()
    loop.go_on(late=0.0505)
    loop.go_on()

    # 50.5, 30.5, 10.5 ms, and in time again.
    assert lag.samples == 5
    assert lag.seconds == pytest.approx(0.0915)
    assert dict(zip(LATER_THAN_MS, lag.later_than, strict=True)) == {
        1: 3, 2: 3, 5: 3, 10: 3, 20: 2, 50: 1, 100: 0, 200: 0, 500: 0, 1000: 0,
    }  # fmt: skip
    assert loop.now == pytest.approx(1000 + 5 * PERIOD)


def test_a_timer_that_is_early_is_not_late(loop: Loop) -> None:
    lag = LoopLag(loop.clock)
    lag.watch()
    loop.go_on(late=-0.0004)

    assert (lag.samples, lag.seconds) == (1, 0)
    loop.go_on()
    assert loop.now == pytest.approx(1000 + 2 * PERIOD)


def test_it_stops_when_nobody_asks_and_begins_again_when_somebody_does(loop: Loop) -> None:
    lag = LoopLag(loop.clock)
    lag.watch()
    while loop.now < 1000 + INTEREST / 2:
        loop.go_on()
    lag.watch()
    asked = loop.now
    while loop.put_off:
        loop.go_on()
    assert INTEREST < loop.now - asked < INTEREST + 2 * PERIOD

    before = lag.samples
    loop.now += 500
    lag.watch()
    loop.go_on()
    assert (lag.samples, lag.later_than[0]) == (before + 1, 0)


def test_a_server_in_another_loop_is_looked_at_there(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = Loop(), Loop()
    lag = LoopLag(first.clock)
    for each in (first, second):
        monkeypatch.setattr(loop_lag.asyncio, "get_running_loop", lambda each=each: each)
        lag.watch()
    assert len(second.put_off) == 1
    first.go_on()
    assert (lag.samples, first.put_off) == (0, [])


@given(st.integers(0, 3_000_000))
@example(0)
@example(20_000)
@example(1_000_001)
def test_all_that_was_due_is_noted_as_if_one_by_one(microseconds: int) -> None:
    lag = LoopLag()
    period = round(PERIOD * 1e6)
    # Between two microseconds, as an edge may fall on either side of a float.
    lates = [late + 0.5 for late in range(microseconds, -1, -period)]

    assert lag.note((microseconds + 0.5) / 1e6) == lag.samples == len(lates)
    assert lag.seconds == pytest.approx(sum(lates) / 1e6)
    assert lag.later_than == [sum(late > edge * 1000 for late in lates) for edge in LATER_THAN_MS]
