"""What is remembered of changes: as much as someone follows, and no more than a bound."""

from dataclasses import dataclass
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from simulator.paged import changes
from simulator.paged.changes import MOST, Changes


@dataclass(eq=False)
class Reader:
    version: int
    lost: int = 0

    def lose(self) -> None:
        self.lost += 1


def following(log: Changes[Any]) -> Reader:
    reader = Reader(log.version)
    log.follow(reader)
    return reader


def test_while_nobody_follows_changes_are_only_counted() -> None:
    log: Changes[int] = Changes()
    for number in range(10):
        log.note(None, number)

    assert log.version == 10
    assert log._latest == []
    assert log.since(10) == ()
    assert log.since(9) is None
    assert log.since(0) is None


def test_who_follows_hears_what_came_since() -> None:
    log: Changes[int] = Changes()
    log.note(None, 1)
    reader = following(log)
    log.note(1, 2)
    log.note(2, None)

    assert log.since(reader.version) == [(1, 2), (2, None)]
    assert log.since(2) == [(2, None)]
    assert log.since(3) == ()
    assert log.since(0) is None


def test_who_falls_behind_is_told_so_and_then_nothing_is_remembered() -> None:
    log: Changes[int] = Changes()
    behind, keeps_up = following(log), following(log)
    longest = 0
    for number in range(2 * MOST):
        log.note(number, number)
        keeps_up.version = log.version
        longest = max(longest, len(log._latest))

    assert longest == MOST
    assert behind.lost == 1
    assert keeps_up.lost == 0
    for number in range(2 * MOST):
        log.note(number, number)
    assert keeps_up.lost == 1
    assert log._latest == []
    assert log.since(keeps_up.version) is None


def test_who_is_gone_is_not_followed_for() -> None:
    log: Changes[int] = Changes()
    reader = following(log)
    del reader
    for number in range(MOST + 1):
        log.note(number, number)

    assert log._latest == []


def test_after_many_changes_at_once_everyone_begins_anew() -> None:
    log: Changes[int] = Changes()
    reader = following(log)
    log.note(1, 1)

    log.note_many()

    assert reader.lost == 1
    assert log.since(reader.version) is None
    assert log._latest == []


@given(st.lists(st.sampled_from(["note", "many", "follow", "leave", "hear"]), max_size=60), st.integers(2, 6))
def test_a_follower_hears_every_change_once_or_is_told_that_it_cannot(steps: list[str], most: int) -> None:
    kept, changes.MOST = changes.MOST, most
    try:
        log: Changes[int] = Changes()
        written: list[int | None] = []
        readers: list[Reader] = []
        for number, step in enumerate(steps):
            if step == "note":
                log.note(None, number)
                written.append(number)
            elif step == "many":
                log.note_many()
                written.append(None)
            elif step == "follow":
                readers.append(following(log))
            elif step == "leave" and readers:
                del readers[0]
            elif step == "hear" and readers:
                news = log.since(readers[-1].version)
                assert (news is None) is bool(readers[-1].lost)
                if news is not None:
                    assert [after for _, after in news] == written[readers[-1].version :]
                    readers[-1].version = log.version
            assert log.version == len(written)
            assert len(log._latest) <= most
    finally:
        changes.MOST = kept
