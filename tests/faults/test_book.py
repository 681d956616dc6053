"""The book of a world's faults: names, order, counts, and chance that repeats itself."""

import json
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.facts import NOON, some_facts

from simulator.faults import FaultBook, FaultRefused, FaultTaken, FaultUnknown, read
from simulator.faults.book import MOST_FAULTS, NONE
from simulator.faults.chance import Chance

STATUS: dict[str, Any] = {"type": "status", "status": 504}
LATENCY: dict[str, Any] = {"type": "latency", "latency": 100}
LAG: dict[str, Any] = {"type": "read_lag", "seconds": 30}
RESET: dict[str, Any] = {"type": "reset_peer"}
SALE = some_facts()
READ = some_facts(method="GET", operation="state_v1_sales_get")


def a_book(*faults: dict[str, Any], seed: int = 0) -> FaultBook:
    book = FaultBook(seed)
    for fault in faults:
        book.add(read(fault))
    return book


def struck(book: FaultBook, count: int, **bent: Any) -> list[list[str]]:
    """The names of what strikes each of so many requests."""
    facts = some_facts(**bent)
    return [[strike.fault.name for strike in book.strikes(facts, NOON)] for _ in range(count)]


def counts(book: FaultBook) -> dict[str, tuple[int, int]]:
    described = [book.describe(name) for name in book.faults]
    return {each["name"]: (each["matched"], each["struck"]) for each in described}


def test_an_empty_book_strikes_nothing() -> None:
    assert FaultBook(0).strikes(SALE, NOON) is NONE


def test_faults_are_named_after_their_effects() -> None:
    book = a_book({"effect": STATUS}, {"effect": RESET}, {"effect": STATUS})
    assert list(book.faults) == ["status-1", "reset_peer-1", "status-2"]
    book.remove("status-1")
    assert book.add(read({"effect": STATUS})).name == "status-3"


def test_a_given_name_is_passed_over() -> None:
    book = a_book({"name": "status-1", "effect": STATUS}, {"effect": STATUS})
    assert list(book.faults) == ["status-1", "status-2"]


def test_a_name_is_given_once() -> None:
    book = a_book({"name": "down", "effect": STATUS})
    with pytest.raises(FaultTaken) as refused:
        book.add(read({"name": "down", "effect": RESET}))
    assert str(refused.value) == "name 'down' is taken: replace that fault, or give another name or none"
    assert book.faults["down"].effect.type == "status"


def test_a_fault_that_is_put_takes_the_place_of_its_namesake_and_counts_anew() -> None:
    book = a_book({"name": "one", "effect": STATUS}, {"name": "two", "effect": RESET})
    struck(book, 3)
    assert book.put(read({"name": "one", "effect": STATUS, "match": {"first": 1}})).name == "one"
    assert list(book.faults) == ["one", "two"]
    assert struck(book, 3) == [["one"], ["two"], ["two"]]
    assert book.put(read({"name": "three", "effect": RESET})).name == "three"
    assert book.put(read({"effect": RESET})).name == "reset_peer-1"
    assert list(book.faults) == ["one", "two", "three", "reset_peer-1"]


@pytest.mark.parametrize("asked", [FaultBook.remove, FaultBook.describe])
def test_an_unknown_name_is_refused_with_the_nearest(asked: Any) -> None:
    with pytest.raises(FaultUnknown) as refused:
        asked(FaultBook(0), "down")
    assert str(refused.value) == "there is no fault 'down'. There are no faults"
    with pytest.raises(FaultUnknown) as refused:
        asked(a_book({"name": "metrc_down", "effect": STATUS}), "metrcdown")
    assert (
        str(refused.value) == "there is no fault 'metrcdown'. Did you mean 'metrc_down'? Faults: metrc_down"
    )


def test_a_removed_fault_strikes_no_more() -> None:
    book = a_book({"effect": STATUS}, {"effect": RESET})
    book.remove("status-1")
    assert struck(book, 1) == [["reset_peer-1"]]


def test_a_cleared_book_is_as_in_the_beginning() -> None:
    book = a_book({"effect": STATUS}, {"effect": LAG})
    book.clear()
    assert book.faults == {}
    assert book.longest_lag is None
    assert book.strikes(SALE, NOON) is NONE
    assert book.add(read({"effect": STATUS})).name == "status-1"


def test_a_book_is_full_some_day() -> None:
    book = a_book(*({"effect": STATUS} for _ in range(MOST_FAULTS)))
    with pytest.raises(FaultRefused, match="there are 1000 faults already; remove some first"):
        book.add(read({"effect": STATUS}))
    book.put(read({"name": "status-7", "effect": RESET}))


def test_a_described_fault_says_what_it_was_told_and_its_counts() -> None:
    fault = {
        "match": {"method": "POST", "nth": [2], "body": {"note": "Late"}},
        "phase": "delayed",
        "effect": STATUS,
    }
    book = a_book(fault)
    struck(book, 3)
    assert book.describe("status-1") == {**fault, "name": "status-1", "delay": 60, "matched": 3, "struck": 1}


@given(
    st.sampled_from([STATUS, LATENCY, LAG, RESET]), st.sampled_from([{}, {"nth": 2}, {"query": {"a": None}}])
)
def test_a_described_fault_can_be_posted_again(effect: dict[str, Any], match: dict[str, Any]) -> None:
    match = {} if match.get("query") else match
    book = a_book({"effect": effect, "match": match})
    (fault,) = book.faults.values()
    described = json.loads(json.dumps(book.describe(fault.name)))
    assert read({key: each for key, each in described.items() if key not in ("matched", "struck")}) == fault


def test_latencies_add_up_and_of_the_others_the_first_wins() -> None:
    book = a_book(
        {"name": "slow", "effect": LATENCY},
        {"name": "refused", "effect": STATUS, "match": {"every": 2}},
        {"name": "reset", "effect": RESET},
        {"name": "slower", "effect": LATENCY, "phase": "after"},
    )
    assert struck(book, 2) == [["slow", "reset", "slower"], ["slow", "refused", "slower"]]
    assert counts(book) == {"slow": (2, 2), "refused": (2, 1), "reset": (2, 1), "slower": (2, 2)}


def test_a_fault_that_came_too_late_has_matched_all_the_same() -> None:
    book = a_book(
        {"name": "one", "effect": STATUS, "match": {"first": 2}},
        {"name": "two", "effect": RESET, "match": {"first": 3}},
    )
    assert struck(book, 4) == [["one"], ["one"], ["two"], []]
    assert counts(book) == {"one": (4, 2), "two": (4, 1)}


def test_read_lag_gives_way_to_every_other_fault() -> None:
    book = a_book(
        {"name": "lag", "effect": LAG},
        {"name": "slow", "effect": LATENCY},
        {"name": "error", "effect": STATUS, "match": {"nth": 2}},
    )
    assert struck(book, 3, method="GET") == [["slow", "lag"], ["slow", "error"], ["slow", "lag"]]


def test_read_lag_is_for_reads() -> None:
    book = a_book({"effect": LAG})
    assert struck(book, 1, method="POST") == [[]]
    assert struck(book, 1, method="HEAD") == [["read_lag-1"]]
    assert counts(book) == {"read_lag-1": (1, 1)}


def test_the_longest_lag_is_that_of_the_faults_there_are() -> None:
    book = a_book({"effect": LAG}, {"effect": {"type": "read_lag", "seconds": 90.5}}, {"effect": STATUS})
    assert book.longest_lag == timedelta(seconds=90.5)
    book.remove("read_lag-2")
    assert book.longest_lag == timedelta(seconds=30)
    book.put(read({"name": "read_lag-1", "effect": STATUS}))
    assert book.longest_lag is None


def test_strikes_are_numbered() -> None:
    book = a_book({"effect": STATUS, "match": {"every": 2}})
    numbers = [strike.number for _ in range(6) for strike in book.strikes(SALE, NOON)]
    assert numbers == [1, 2, 3]


def test_a_rate_limit_strikes_what_is_beyond_it_for_each_user() -> None:
    book = a_book({"effect": {"type": "rate_limit", "requests": 2, "seconds": 10}})
    assert struck(book, 4) == [[], [], ["rate_limit-1"], ["rate_limit-1"]]
    assert struck(book, 1, username="lee") == [[]]
    assert struck(book, 3, username=None) == [[], [], ["rate_limit-1"]]
    assert struck(book, 1, username="") == [["rate_limit-1"]]
    assert counts(book) == {"rate_limit-1": (9, 4)}
    assert book.strikes(SALE, NOON + timedelta(seconds=10)) == ()


def test_a_rate_limit_counts_what_another_fault_struck() -> None:
    book = a_book(
        {"effect": STATUS, "match": {"first": 2}},
        {"effect": {"type": "rate_limit", "requests": 2}},
    )
    assert struck(book, 3) == [["status-1"], ["status-1"], ["rate_limit-1"]]


@pytest.mark.parametrize(
    ("effect", "seconds", "retry_after"),
    [
        ({"type": "rate_limit", "requests": 0, "seconds": 10, "retry_after": True}, 0, 10),
        ({"type": "rate_limit", "requests": 0, "seconds": 10, "retry_after": True}, 7.5, 3),
        ({"type": "rate_limit", "requests": 0, "seconds": 10, "retry_after": True}, 9.999, 1),
        ({"type": "rate_limit", "requests": 0, "seconds": 10}, 0, None),
        ({**STATUS, "retry_after": 0}, 0, 0),
        ({**STATUS, "retry_after": 7}, 5, 7),
        (STATUS, 0, None),
        (LATENCY, 0, None),
    ],
)
def test_a_strike_says_what_retry_after_says(
    effect: dict[str, Any], seconds: float, retry_after: int | None
) -> None:
    book = a_book({"effect": effect})
    book.strikes(SALE, NOON)
    (strike,) = book.strikes(SALE, NOON + timedelta(seconds=seconds))
    assert strike.retry_after == retry_after


# Chance.

TOXICITIES = st.floats(0, 1)


def drawn(book: FaultBook, name: str, count: int) -> list[float | None]:
    """For each of so many sales, what the fault of that name draws when it strikes."""
    found: list[float | None] = []
    for _ in range(count):
        of_name = [strike for strike in book.strikes(SALE, NOON) if strike.fault.name == name]
        found.append(of_name[0].random.random() if of_name else None)
    return found


@given(st.integers(), TOXICITIES, st.integers(0, 5), st.lists(st.booleans(), max_size=30))
def test_the_same_seed_gives_the_same_strikes_whatever_else_happens(
    seed: int, toxicity: float, others: int, meanwhile: list[bool]
) -> None:
    fault = {"name": "x", "effect": LATENCY, "match": {"method": "POST", "toxicity": toxicity}}
    alone = drawn(a_book(fault, seed=seed), "x", 20)
    flaky = {"effect": LATENCY, "match": {"toxicity": 0.5}}
    crowded = a_book(*[flaky] * others, fault, *[flaky] * others, seed=seed)
    for other in meanwhile:
        if other:
            crowded.strikes(READ, NOON)
    assert drawn(crowded, "x", 20) == alone


@given(st.integers(), TOXICITIES, st.sampled_from([{"nth": [1, 3, 7]}, {"every": 3}, {"first": 5}, {}]))
def test_counting_and_chance_agree_with_a_naive_model(
    seed: int, toxicity: float, counted: dict[str, Any]
) -> None:
    book = a_book({"name": "x", "effect": STATUS, "match": {**counted, "toxicity": toxicity}}, seed=seed)
    chosen = {"nth": [1, 3, 7], "every": [3, 6, 9], "first": [1, 2, 3, 4, 5]}
    numbers = chosen[next(iter(counted))] if counted else range(1, 11)
    expected = [number in numbers and Chance(seed, "x", number).favours(toxicity) for number in range(1, 11)]
    assert [bool(names) for names in struck(book, 10)] == expected


@given(st.integers(), st.floats(0, 1), st.floats(0, 1))
def test_what_strikes_at_a_low_toxicity_strikes_at_a_higher_one(seed: int, one: float, other: float) -> None:
    low, high = sorted((one, other))
    chances = [Chance(seed, "x", number) for number in range(20)]
    assert all(chance.favours(high) for chance in chances if chance.favours(low))


def test_a_toxicity_changes_nothing_of_what_an_effect_draws() -> None:
    always = drawn(a_book({"name": "x", "effect": LATENCY}), "x", 50)
    often = drawn(a_book({"name": "x", "effect": LATENCY, "match": {"toxicity": 0.5}}), "x", 50)
    assert {each for each in often if each is not None} < set(always)
    assert len(set(always)) == 50


def test_toxicity_is_a_probability() -> None:
    book = a_book({"effect": STATUS, "match": {"toxicity": 0.05}})
    assert 400 < sum(map(len, struck(book, 10_000))) < 600
    assert not any(struck(a_book({"effect": STATUS, "match": {"toxicity": 0}}), 1000))
    assert all(struck(a_book({"effect": STATUS, "match": {"toxicity": 1}}), 1000))


def test_seed_name_and_count_each_change_what_is_drawn() -> None:
    chances = [
        Chance(seed, name, number) for seed in (0, 1, -1) for name in ("x", "x1") for number in (1, 11)
    ]
    assert len({chance.random.random() for chance in chances}) == len(chances)


def test_what_is_drawn_stays_the_same_from_version_to_version() -> None:
    """A seed in somebody's test suite goes on meaning what it meant."""
    flaky = a_book({"name": "flaky", "effect": STATUS, "match": {"toxicity": 0.2}}, seed=7)
    assert [number for number, names in enumerate(struck(flaky, 30), 1) if names] == [1, 6, 17, 25]
    assert Chance(7, "flaky", 1).random.random() == 0.3437893842258428


def test_what_is_sure_draws_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def drawn_from(_chance: Chance, _purpose: str) -> int:
        raise AssertionError

    book = a_book({"effect": STATUS})
    monkeypatch.setattr(Chance, "_drawn", drawn_from)
    (strike,) = book.strikes(SALE, NOON)
    with pytest.raises(AssertionError):
        _ = strike.random


def test_a_strike_draws_from_one_source() -> None:
    (strike,) = a_book({"effect": LATENCY}).strikes(SALE, NOON)
    assert isinstance(strike.random, Random)
    assert strike.random is strike.random
