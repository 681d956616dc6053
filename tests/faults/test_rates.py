"""Rate limits: fixed windows of simulated time, one for each user."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from support.facts import NOON

from simulator.faults.rates import Windows

MINUTE = timedelta(seconds=60)


def after(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def test_a_user_has_so_many_requests_in_a_window() -> None:
    windows = Windows(2, MINUTE)
    assert [windows.count("kim", after(second)) for second in (0, 1)] == [None, None]
    assert windows.count("kim", after(2)) == after(60)
    assert windows.count("lee", after(3)) is None
    assert windows.count("kim", after(59.999)) == after(60)


def test_a_window_begins_with_the_first_request_in_it() -> None:
    windows = Windows(1, MINUTE)
    assert windows.count("kim", after(50)) is None
    assert windows.count("kim", after(100)) == after(110)
    assert windows.count("kim", after(110)) is None
    assert windows.count("kim", after(120)) == after(170)


def test_a_clock_that_is_set_back_begins_a_new_window() -> None:
    windows = Windows(1, MINUTE)
    assert windows.count("kim", after(100)) is None
    assert windows.count("kim", after(50)) is None
    assert windows.count("kim", after(51)) == after(110)
    assert windows.count("kim", after(50)) == after(110)


def test_nothing_gets_through_a_limit_of_nothing() -> None:
    assert Windows(0, MINUTE).count("kim", NOON) == after(60)


def test_windows_that_have_passed_are_forgotten() -> None:
    windows = Windows(1, MINUTE)
    for number in range(10_000):
        windows.count(f"user {number}", after(number))
        assert len(windows) <= 60


@given(
    st.integers(0, 4),
    st.lists(st.tuples(st.sampled_from("abc"), st.integers(-30, 90)), max_size=60),
)
def test_counting_agrees_with_a_naive_model(limit: int, steps: list[tuple[str, int]]) -> None:
    """The clock goes on, and now and then back; the model keeps every request there was."""
    windows, naive, now = Windows(limit, MINUTE), dict[str, list[datetime]](), NOON
    for user, seconds in steps:
        now += timedelta(seconds=seconds)
        naive = {each: window for each, window in naive.items() if window[0] <= now < window[0] + MINUTE}
        window = naive.setdefault(user, [])
        window.append(now)
        expected = window[0] + MINUTE if len(window) > limit else None
        assert windows.count(user, now) == expected
