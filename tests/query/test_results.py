"""The registry of kept results: shared by who asks the same, and bounded."""

import pytest
from support.rows import Asked, Packed, Row, Shelf

from simulator.query.kept import Kept
from simulator.query.results import Results


def shelf_of(number: int, results: Results) -> Shelf:
    shelf = Shelf()
    shelf.results = results
    shelf.put_many([Row(each, size=each) for each in range(1, number + 1)], "active")
    shelf.put_many([Row(number + 1), Row(number + 2)], "inactive")
    return shelf


def at_least(size: int, sort: str | None = "size:desc") -> Asked:
    return ((("size__gte", str(size)),), "and", sort)


def ids(shelf: Shelf, asked: Asked, name: str = "active") -> list[int]:
    return [row.id for row in shelf.find(name, asked).finish()]


def test_who_asks_the_same_shares_a_result() -> None:
    shelf = shelf_of(10, Results())

    first, second = shelf.find("active", at_least(3)), shelf.find("active", at_least(3))

    assert first is second
    assert shelf.find("inactive", at_least(3)) is not first
    assert shelf.find("active", at_least(3, "size:asc")) is not first
    assert shelf.fork().find("active", at_least(3)) is not first
    assert len(shelf.results) == 3


def test_what_was_asked_longest_ago_is_let_go() -> None:
    shelf = shelf_of(10, Results(most=3))
    for size in (1, 2, 3, 1, 4):
        ids(shelf, at_least(size))

    assert [asked for _, asked in shelf.results._kept] == [at_least(each) for each in (3, 1, 4)]


def test_so_many_rows_are_kept_at_most() -> None:
    shelf = shelf_of(100, Results(most_rows=230))
    for size in (60, 1, 2):
        ids(shelf, at_least(size))
    assert [kept.weight for kept in shelf.results._kept.values()] == [100, 99]

    ids(shelf, at_least(99))
    assert [kept.weight for kept in shelf.results._kept.values()] == [99, 2]


def test_while_its_rows_are_found_a_result_counts_as_all_there_are() -> None:
    shelf = shelf_of(100, Results(most_rows=150))
    ids(shelf, at_least(1))

    shelf.find("active", at_least(99))

    assert [kept.weight for kept in shelf.results._kept.values()] == [100]


def test_a_result_larger_than_may_be_kept_is_served_and_kept_alone() -> None:
    shelf = shelf_of(100, Results(most_rows=50))
    assert ids(shelf, at_least(90)) == list(range(100, 89, -1))

    assert ids(shelf, at_least(1)) == list(range(100, 0, -1))
    assert len(shelf.results) == 1
    assert ids(shelf, at_least(90)) == list(range(100, 89, -1))
    assert len(shelf.results) == 1


def test_a_result_that_was_let_go_while_someone_waits_for_it_is_still_found() -> None:
    shelf = shelf_of(100, Results(most=1))
    first = shelf.find("active", at_least(90))
    turns = first.turns()
    next(turns)

    ids(shelf, at_least(1))
    shelf.put(Row(7, size=1000), "active")

    assert [row.id for _ in [*turns] or [0] for row in first.rows][:12] == [7, *range(100, 89, -1)]


def test_rows_that_are_not_found_yet_cannot_be_read() -> None:
    found = shelf_of(100, Results()).find("active", at_least(90))

    assert isinstance(found, Kept)
    assert not found.stands
    with pytest.raises(LookupError, match="not found yet"):
        found.rows  # noqa: B018 - a property


def test_rows_in_descending_order_are_a_sequence() -> None:
    shelf = shelf_of(10, Results())
    found = shelf.find("active", at_least(3)).finish()
    plain: list[Packed] = list(found)

    assert [row.id for row in plain] == list(range(10, 2, -1))
    assert [found[place] for place in range(-8, 8)] == plain + plain
    for slice_ in (slice(0, 3), slice(2, 5), slice(6, 99), slice(3, 3), slice(5, 2), slice(None, None, 3)):
        assert list(found[slice_]) == plain[slice_]
    assert list(reversed(found)) == plain[::-1]
    for place in (8, -9):
        with pytest.raises(IndexError):
            found[place]
