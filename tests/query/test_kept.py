"""Kept results answer what looking at every row and sorting them all answers, whatever is written in between."""

from collections import deque
from collections.abc import Iterator, Sequence
from itertools import islice

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule
from support.rows import ASKED, Asked, Packed, Row, Shelf, rows

from simulator.paged import changes, ordered
from simulator.paged import list as paged_list
from simulator.query import kept, question, sorting
from simulator.query.kept import Kept

IDS = st.integers(1, 40)
LISTS = st.sampled_from(Shelf.LISTS)
WHICH = st.integers(0, 3)


def agree(found: Sequence[Packed], naive: Sequence[Row], start: int = 0, size: int = 3) -> None:
    """They are the same rows in the same order, however they are read."""
    assert len(found) == len(naive)
    assert [row._row for row in found[start : start + size]] == list(naive[start : start + size])
    assert [row._row for row in found] == list(naive)


class Shelves(RuleBasedStateMachine):
    """Some shelves, forks of one another, that are written to and asked; and readers who are half-way to an answer."""

    def __init__(self) -> None:
        super().__init__()
        self.patch = pytest.MonkeyPatch()
        self.shelves = [Shelf()]
        self.readers: list[tuple[Shelf, str, Asked, Kept[Packed], Iterator[None]]] = []

    @initialize(
        dear=st.sampled_from([0, kept.DEAR]), at_once=st.integers(1, 3), most=st.sampled_from([4, 1000])
    )
    def small(self, dear: int, at_once: int, most: int) -> None:
        """So few rows a page, a slice and a bucket that a handful of rows fills several."""
        for module, values in (
            (paged_list, {"FULL": 4}),
            (ordered, {"FULL": 4, "MOST": 6, "LEAST": 2}),
            (sorting, {"SLICE": 3, "RUN": 4, "LONGEST": 5, "SAMPLED": 2}),
            (question, {"SLICE": 3}),
            (kept, {"DEAR": dear, "AT_ONCE": at_once}),
            (changes, {"MOST": most}),
        ):
            for name, value in values.items():
                self.patch.setattr(module, name, value)

    def teardown(self) -> None:
        for reader in self.readers:
            self.read_on(*reader, 10_000)
        self.patch.undo()

    def shelf(self, which: int) -> Shelf:
        return self.shelves[which % len(self.shelves)]

    @rule(which=WHICH, new=st.lists(rows(IDS), max_size=30), name=LISTS)
    def write(self, which: int, new: list[Row], name: str) -> None:
        for row in new:
            self.shelf(which).put(row, name)

    @rule(which=WHICH, new=st.lists(rows(st.integers(41, 400)), max_size=60, unique_by=lambda row: row.id))
    def adopt(self, which: int, new: list[Row]) -> None:
        shelf = self.shelf(which)
        shelf.put_many([row for row in new if row.id not in shelf.rows], "active")

    @rule(which=WHICH, id_=IDS)
    def remove(self, which: int, id_: int) -> None:
        self.shelf(which).remove(id_)

    @rule(which=WHICH)
    def fork(self, which: int) -> None:
        if len(self.shelves) < 3:
            self.shelves.append(self.shelf(which).fork())

    @rule(which=WHICH, name=LISTS, asked=ASKED, start=st.integers(0, 20), size=st.integers(1, 9))
    def ask(self, which: int, name: str, asked: Asked, start: int, size: int) -> None:
        shelf = self.shelf(which)
        agree(shelf.find(name, asked).finish(), shelf.naive(name, asked), start, size)

    @rule(which=WHICH, name=LISTS, asked=ASKED)
    def begin_to_ask(self, which: int, name: str, asked: Asked) -> None:
        found = self.shelf(which).find(name, asked)
        self.readers.append((self.shelf(which), name, asked, found, found.turns()))

    @rule(which=WHICH)
    def ask_for_the_same(self, which: int) -> None:
        if self.readers:
            shelf, name, asked, _, _ = self.readers[which % len(self.readers)]
            found = shelf.find(name, asked)
            self.readers.append((shelf, name, asked, found, found.turns()))

    @rule(which=WHICH, steps=st.integers(1, 40))
    def take_turns(self, which: int, steps: int) -> None:
        if self.readers:
            reader = self.readers.pop(which % len(self.readers))
            if not self.read_on(*reader, steps):
                self.readers.append(reader)

    @rule(which=WHICH)
    def leave(self, which: int) -> None:
        if self.readers:
            self.readers.pop(which % len(self.readers))

    @rule(which=WHICH)
    def ask_again_for_all_that_is_kept(self, which: int) -> None:
        shelf = self.shelf(which)
        for name, asked in list(shelf.results._kept):
            agree(shelf.find(name, asked).finish(), shelf.naive(name, asked))

    @staticmethod
    def read_on(
        shelf: Shelf,
        name: str,
        asked: Asked,
        found: Kept[Packed],
        turns: Iterator[None],
        steps: int,
    ) -> bool:
        """Whether the answer is there, after so many turns at most."""
        deque(islice(turns, steps), maxlen=0)
        if not found.stands:
            return False
        agree(found.rows, shelf.naive(name, asked))
        return True


TestShelves = Shelves.TestCase
TestShelves.settings = settings(max_examples=120, stateful_step_count=40, deadline=None)
