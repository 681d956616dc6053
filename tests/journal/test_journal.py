"""The journal keeps the latest requests within its bytes, and counts all of them."""

from collections import Counter
from collections.abc import Sequence
from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.entries import an_entry, an_event

from simulator.journal.entry import Entry, Suffered, Told
from simulator.journal.journal import Journal, size_of
from simulator.journal.questions import Question


def recorded(journal: Journal, *bends: dict[str, object]) -> Journal:
    for bent in bends or ({},):
        journal.record(lambda number, bent=bent: an_entry(number, **bent))
    return journal


def numbers(entries: Sequence[Entry]) -> list[int]:
    return [entry.number for entry in entries]


def test_entries_are_numbered_from_one_and_kept_oldest_first() -> None:
    journal = recorded(Journal(), {}, {}, {})
    assert numbers(journal.entries) == [1, 2, 3]
    assert (journal.total, journal.last, journal.dropped) == (3, 3, 0)


def test_the_default_limit_is_64_mib() -> None:
    assert Journal().limit == 64 * 1024 * 1024


def test_the_oldest_make_room() -> None:
    three = 3 * size_of(an_entry())
    journal = recorded(Journal(three), *[{}] * 5)
    assert numbers(journal.entries) == [3, 4, 5]
    assert (journal.dropped, journal.total, journal.bytes) == (2, 5, three)


def test_an_entry_larger_than_the_journal_is_counted_and_pushes_nobody_out() -> None:
    journal = recorded(Journal(2 * size_of(an_entry())), {}, {"body": b"x" * 10_000}, {})
    assert numbers(journal.entries) == [1, 3]
    assert (journal.dropped, journal.total) == (1, 3)


def test_an_entry_that_just_fits_is_kept() -> None:
    assert numbers(recorded(Journal(size_of(an_entry()))).entries) == [1]


def test_a_limit_of_nothing_keeps_counters_and_no_entries() -> None:
    journal = recorded(Journal(0), {}, {"status": 504})
    assert journal.entries == ()
    assert (journal.total, journal.dropped, journal.bytes) == (2, 2, 0)
    assert journal.counters.answers == {("v2_sales_active_get", 200): 1, ("v2_sales_active_get", 504): 1}


def test_clear_forgets_entries_and_counters_and_numbers_go_on() -> None:
    journal = recorded(
        Journal(2 * size_of(an_entry())), *[{"faults": (Suffered("slow", "before", "latency"),)}] * 3
    )
    journal.clear()
    assert (journal.entries, journal.total, journal.dropped, journal.bytes) == ((), 0, 0, 0)
    assert journal.counters.as_json() == {"total": 0, "operations": {}, "faults": {}}
    assert numbers(recorded(journal).entries) == [4]


def test_a_cleared_journal_fills_anew() -> None:
    large = {"body": b"x" * 5000}
    journal = recorded(Journal(3 * size_of(an_entry(**large))), large, large, large)
    journal.clear()
    recorded(journal, *[{}] * 50)
    assert journal.bytes == sum(map(size_of, journal.entries)) > journal.limit - size_of(an_entry())


def test_requests_are_counted_by_operation_status_and_fault() -> None:
    slow, lost = Suffered("slow", "before", "latency"), Suffered("lost", "after", "reset_peer")
    journal = recorded(
        Journal(0),
        {"faults": (slow,)},
        {"faults": (slow, lost), "status": None, "told": Told.NOTHING},
        {"operation": None, "status": 404},
        {},
    )
    assert journal.counters.answers == {
        ("v2_sales_active_get", 200): 2,
        ("v2_sales_active_get", "none"): 1,
        ("unmatched", 404): 1,
    }
    assert journal.counters.faults == {"slow": 2, "lost": 1}
    assert journal.counters.as_json() == {
        "total": 4,
        "operations": {"v2_sales_active_get": {"200": 2, "none": 1}, "unmatched": {"404": 1}},
        "faults": {"slow": 2, "lost": 1},
    }


def test_who_fails_to_make_an_entry_takes_no_number() -> None:
    journal = Journal()
    with pytest.raises(ZeroDivisionError):
        journal.record(lambda number: an_entry(number // 0))
    assert numbers(recorded(journal).entries) == [1]


def test_who_listens_hears_every_entry_until_they_stop() -> None:
    journal, heard = Journal(0), []
    stop = journal.on_record(heard.append)
    recorded(journal, {}, {})
    journal.clear()
    recorded(journal)
    stop()
    recorded(journal)
    stop()
    assert numbers(heard) == [1, 2, 3]


def test_who_listens_is_told_when_there_will_be_no_more() -> None:
    journal, heard = Journal(), []
    journal.on_record(heard.append)
    assert not journal.closed
    journal.close()
    assert journal.closed
    assert heard == [None]


def test_one_of_two_who_listen_alike_can_stop() -> None:
    journal, heard = Journal(), []
    hear = heard.append
    stop, _ = journal.on_record(hear), journal.on_record(hear)
    stop()
    stop()
    recorded(journal)
    assert numbers(heard) == [1]


def test_who_listens_may_ask_the_journal() -> None:
    journal, kept = Journal(), []
    journal.on_record(lambda _entry: kept.append(len(journal.find(Question()))))
    recorded(journal, {}, {})
    assert kept == [1, 2]


def test_many_threads_lose_no_entry_and_share_no_number() -> None:
    journal = Journal(50 * size_of(an_entry()))
    threads = [Thread(target=recorded, args=(journal, *[{}] * 200)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    kept = numbers(journal.entries)
    assert kept == list(range(kept[0], 1601))
    assert journal.total == len(kept) + journal.dropped == 1600
    assert journal.bytes == sum(map(size_of, journal.entries)) <= journal.limit


SIZES = st.integers(0, 3000)
REQUESTS = st.lists(
    st.tuples(
        SIZES,
        SIZES,
        st.sampled_from([None, "v2_sales_active_get", "v2_sales_void_post"]),
        st.sampled_from([None, 200, 404, 504]),
        st.lists(st.sampled_from(["slow", "lost"]), max_size=2),
        st.integers(0, 3),
    ),
    max_size=40,
)


@given(limit=st.integers(0, 20_000), requests=REQUESTS, clear_at=st.none() | st.integers(0, 40))
def test_its_bytes_are_bounded_and_its_counters_exact(
    limit: int, requests: list[tuple[int, int, str | None, int | None, list[str], int]], clear_at: int | None
) -> None:
    journal = Journal(limit)
    sizes: dict[int, int] = {}
    answers: Counter[tuple[str, int | str]] = Counter()
    faults: Counter[str] = Counter()
    since = 0
    for place, (body, answer, operation, status, names, events) in enumerate(requests):
        if place == clear_at:
            journal.clear()
            answers.clear()
            faults.clear()
            sizes.clear()
            since = place

        def make(number: int) -> Entry:
            return an_entry(
                number,
                body=b"x" * body,  # noqa: B023 - called before the next round
                answer=b"y" * answer,  # noqa: B023 - as above
                operation=operation,  # noqa: B023 - as above
                status=status,  # noqa: B023 - as above
                faults=tuple(Suffered(name, "after", "status") for name in names),  # noqa: B023 - as above
                events=tuple(an_event(n) for n in range(events)),  # noqa: B023 - as above
            )

        journal.record(make)
        sizes[place + 1] = size_of(make(place + 1))
        answers[operation or "unmatched", status or "none"] += 1
        faults.update(names)

        assert journal.bytes == sum(map(size_of, journal.entries)) <= limit
        assert journal.total == place + 1 - since == len(journal.entries) + journal.dropped
        assert journal.last == place + 1
        assert dict(journal.counters.answers) == dict(answers)
        assert dict(journal.counters.faults) == dict(faults)
        # What is kept is the latest that fits, and what is too large for the journal alone is left out.
        fitting = [number for number, size in sizes.items() if size <= limit]
        room, kept = limit, []
        for number in reversed(fitting):
            room -= sizes[number]
            if room < 0:
                break
            kept.insert(0, number)
        assert numbers(journal.entries) == kept


@pytest.mark.parametrize(
    "bent",
    [
        {"body": b"x" * 150},
        {"answer": b"x" * 150},
        {"path": "/" + "x" * 150},
        {"query": "x" * 150},
        {"headers": (("accept", "*/*" + "x" * 150),)},
        {"answer_headers": (("content-type", "application/json" + "x" * 150),)},
        {"hint": "x" * 150},
        {"events": (an_event(),)},
        {"faults": (Suffered("lost", "after", "status"),)},
        {"learned": ("0" * 32,)},
        {"license_numbers": ("LIC-1", "LIC-2")},
    ],
    ids=lambda bent: next(iter(bent)),
)
def test_whatever_grows_an_entry_grows_its_size(bent: dict[str, object]) -> None:
    assert size_of(an_entry(**bent)) >= size_of(an_entry()) + 100
