"""Intents: the book of every sale that a load generator wants recorded."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from simulator.loadtest.intents import OPEN, Intents, State


def test_an_intent_is_waiting_at_first() -> None:
    intents = Intents("run-0-")
    assert [intents.open("11.50"), intents.open("3")] == [0, 1]
    assert (intents.state(1), intents.total(0), intents.total(1)) == (State.WAITING, 1150, 300)
    assert len(intents) == 2


def test_a_change_keeps_the_total_unless_it_is_another() -> None:
    intents = Intents("run-0-")
    intents.open("11.50")
    intents.tell(0, State.CHANGING)
    assert intents.total(0) == 1150
    intents.tell(0, State.RECORDED, "0.00")
    assert (intents.state(0), intents.total(0)) == (State.RECORDED, 0)


def test_the_first_three_are_open() -> None:
    assert [state for state in State if state <= State.CHANGING] == list(OPEN)


@given(st.text(max_size=12), st.integers(0, 30))
def test_an_external_id_is_known_again(prefix: str, number: int) -> None:
    intents = Intents(prefix + "-")
    for _ in range(31):
        intents.open("1")
    assert intents.number(intents.external_id(number)) == number
    assert intents.number(intents.external_id(number + 31)) is None


@pytest.mark.parametrize(
    "external_id",
    ["", "0", "run-0-", "run-1-0", "run-0-00", "run-0-+0", "run-0- 0", "run-0-0 ", "run-0-²", "run-0-\u0660"],
)
def test_another_id_is_nobody_s(external_id: str) -> None:
    intents = Intents("run-0-")
    intents.open("1")
    assert intents.number(external_id) is None


@given(st.text())
def test_no_id_is_two_numbers(external_id: str) -> None:
    intents = Intents("r")
    intents.open("1")
    number = intents.number(external_id)
    assert number is None or intents.external_id(number) == external_id


class Book(RuleBasedStateMachine):
    """Beside a plain list of states and totals."""

    def __init__(self) -> None:
        super().__init__()
        self.intents = Intents("run-")
        self.plain: list[tuple[State, int]] = []

    @rule(cents=st.integers(0, 10**12))
    def open(self, cents: int) -> None:
        assert self.intents.open(f"{cents // 100}.{cents % 100:02}") == len(self.plain)
        self.plain.append((State.WAITING, cents))

    @precondition(lambda self: self.plain)
    @rule(data=st.data(), state=st.sampled_from(State), total=st.none() | st.integers(0, 10**6))
    def tell(self, data: st.DataObject, state: State, total: int | None) -> None:
        number = data.draw(st.integers(0, len(self.plain) - 1))
        before = self.plain[number][1]
        said = None if total is None else f"{total // 100}.{total % 100:02}"
        self.intents.tell(number, state, said)
        self.plain[number] = (state, before if total is None else total)

    @invariant()
    def is_as_it_was_told(self) -> None:
        assert [
            (self.intents.state(n), self.intents.total(n)) for n in range(len(self.intents))
        ] == self.plain
        assert self.intents.count(*OPEN) == sum(state in OPEN for state, _ in self.plain)
        assert self.intents.count(*State) == len(self.plain)


test_the_book_is_as_it_was_told = Book.TestCase
