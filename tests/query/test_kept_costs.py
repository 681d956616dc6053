"""What a kept result costs: rows opened at all and between two pauses, changes made up for, rows held."""

from collections.abc import Callable, Iterator
from random import Random
from weakref import ref

import pytest
from support.rows import Asked, Packed, Row, Shelf

from simulator.paged.changes import MOST
from simulator.query.kept import AT_ONCE, DEAR, Kept
from simulator.query.sorting import LONGEST, SLICE

MANY = 12_000
SPREADS: dict[str, Callable[[int, Random], int | None]] = {
    "all equal": lambda _, __: 7,
    "all null": lambda _, __: None,
    "ascending": lambda number, _: number,
    "descending": lambda number, _: -number,
    "nearly in order": lambda number, rng: number + rng.randrange(900),
    "at random": lambda _, rng: rng.randrange(MANY),
    "half of them null": lambda number, rng: rng.randrange(MANY) if number % 2 else None,
    "two values": lambda _, rng: rng.randrange(2),
    "mostly one value": lambda _, rng: rng.randrange(MANY) if rng.random() < 0.1 else 7,
    "one value every 64": lambda number, _: 0 if number % 64 == 0 else number,
    "in steps": lambda number, _: number % 1000,
    "one far off": lambda number, _: 10**9 if number == 0 else number // 100,
}


def shelf_of(number: int, size: Callable[[int, Random], int | None] = SPREADS["at random"]) -> Shelf:
    rng, shelf = Random(1), Shelf()
    shelf.put_many(
        [Row(each, size=size(each, rng), final=each % 2 == 0) for each in range(1, number + 1)], "active"
    )
    return shelf


def by(sort: str | None, *conditions: tuple[str, str]) -> Asked:
    return conditions, "and", sort


def kept(shelf: Shelf, asked: Asked) -> Kept[Packed]:
    found = shelf.find("active", asked)
    assert isinstance(found, Kept)
    return found


def opened(steps: Iterator[None]) -> list[int]:
    """The rows opened in each step."""
    each = []
    Packed.opened = 0
    for _ in steps:
        each.append(Packed.opened)
        Packed.opened = 0
    return [*each, Packed.opened]


@pytest.mark.parametrize("sort", ["size:asc", "size:desc"])
@pytest.mark.parametrize("spread", SPREADS)
def test_however_values_are_spread_a_sort_pauses_often_and_opens_each_row_few_times(
    spread: str, sort: str
) -> None:
    shelf = shelf_of(MANY, SPREADS[spread])

    number = opened((found := kept(shelf, by(sort))).turns())

    assert [row._row for row in found.rows] == list(shelf.naive("active", by(sort)))
    assert max(number) <= LONGEST
    assert sum(number) <= 2.2 * MANY
    assert max(map(len, found._found._pages)) <= LONGEST


def test_a_filter_opens_each_row_once_and_the_next_page_none() -> None:
    shelf, asked = shelf_of(MANY), by(None, ("final__eq", "true"), ("size__gte", "5"), ("id__neq", "4"))

    number = opened((found := kept(shelf, asked)).turns())

    assert max(number) == SLICE
    assert sum(number) == MANY
    assert [row._row for row in found.rows] == list(shelf.naive("active", asked))
    assert opened((again := kept(shelf, asked)).turns()) == [0]
    assert again is found


@pytest.mark.parametrize("asked", [by("size:desc"), by("size:asc", ("final__eq", "true")), by("id:asc")])
def test_a_change_opens_few_rows_however_many_there_are(asked: Asked) -> None:
    shelf = shelf_of(MANY)
    found = kept(shelf, asked)
    found.finish()

    shelf.put(Row(MANY // 3 * 2, size=5, final=True), "active")

    assert sum(opened(found.turns())) <= 60
    assert [row._row for row in found.rows] == list(shelf.naive("active", asked))


def test_many_changes_are_made_up_for_bit_by_bit() -> None:
    shelf, rng = shelf_of(MANY), Random(3)
    found = kept(shelf, by("size:desc"))
    found.finish()
    for id_ in rng.sample(range(1, MANY + 1), MANY // DEAR):
        shelf.put(Row(id_, size=rng.randrange(MANY)), "active")

    number = opened(found.turns())

    assert len(number) >= MANY // DEAR // AT_ONCE
    assert max(number) <= 2 * AT_ONCE * 60
    assert [row._row for row in found.rows] == list(shelf.naive("active", by("size:desc")))


def test_of_all_who_wait_for_one_result_one_works() -> None:
    shelf = shelf_of(MANY)
    alone = len(opened(kept(shelf, by("size:asc")).turns()))
    waiting = [kept(shelf, by("size:desc")).turns() for _ in range(20)]

    rounds = 0
    while waiting:
        Packed.opened = 0
        waiting = [turns for turns in waiting if next(turns, "done") is None]
        rounds += 1
        assert Packed.opened <= LONGEST

    assert rounds <= alone + 3


def test_nobody_waits_for_one_who_has_gone() -> None:
    shelf = shelf_of(MANY)
    worker, other = (kept(shelf, by("size:asc")).turns() for _ in range(2))
    for _ in range(5):
        next(worker)
        next(other)

    for _ in other:
        pass  # the worker is never heard of again

    assert kept(shelf, by("size:asc")).stands


@pytest.mark.parametrize("busy", [1, 100])
def test_it_gets_there_however_much_is_written_meanwhile(busy: int) -> None:
    shelf, rng = shelf_of(MANY), Random(2)
    found = kept(shelf, by("size:desc"))

    for turn, _ in enumerate(found.turns()):
        for _ in range(busy):
            shelf.put(Row(rng.randrange(1, 2 * MANY), size=rng.randrange(9)), rng.choice(Shelf.LISTS))
        assert turn < 1000

    assert [row._row for row in found.rows] == list(shelf.naive("active", by("size:desc")))


def test_when_much_was_changed_it_is_found_anew() -> None:
    shelf, asked = shelf_of(3000), by("size:desc")
    found = kept(shelf, asked)
    found.finish()

    for id_ in range(1, 1000):
        shelf.put(Row(id_, size=id_), "active")

    assert sum(opened(found.turns())) <= 3 * 3000
    assert [row._row for row in found.rows] == list(shelf.naive("active", asked))


@pytest.mark.parametrize("steps", [1, 20, 10_000])
def test_what_nobody_reads_any_more_holds_no_rows(steps: int) -> None:
    """Neither when it stands nor half-way: else rows that were changed long ago would stay for its sake."""
    shelf = shelf_of(MANY // 3)
    found = kept(shelf, by("size:desc"))
    for _, _ in zip(range(steps), found.turns(), strict=False):
        pass
    assert found.weight == MANY // 3

    for _ in range(MOST + 1):
        shelf.put(Row(1), "active")

    assert found.weight == 0
    assert not found.stands
    assert [row._row for row in found.finish()] == list(shelf.naive("active", by("size:desc")))


def test_when_it_is_left_behind_half_way_it_forgets_what_it_had_heard() -> None:
    shelf = shelf_of(MANY)
    found = kept(shelf, by("size:desc"))
    turns = found.turns()
    next(turns)
    shelf.put(Row(MANY + 1, size=5), "active")
    next(turns)
    for number in range(MOST + 1):
        shelf.put(Row(1, size=number), "active")

    assert sum(1 for _ in turns) > 0
    assert [row._row for row in found.rows] == list(shelf.naive("active", by("size:desc")))


def test_a_result_that_is_read_now_and_then_is_kept_up_to_date_for_ever() -> None:
    shelf, asked = shelf_of(MANY), by("size:asc")
    found = kept(shelf, asked)
    found.finish()

    for number in range(3 * MOST):
        shelf.put(Row(1 + number % 50, size=number), "active")
        if number % 300 == 0:
            Packed.opened = 0
            found.finish()
            assert Packed.opened < MANY
    assert [row._row for row in found.finish()] == list(shelf.naive("active", asked))


def test_a_result_that_was_let_go_is_gone() -> None:
    shelf = shelf_of(100)
    found = kept(shelf, by("size:asc"))
    found.finish()
    gone = ref(found)
    del found

    shelf.results._kept.clear()

    assert gone() is None
