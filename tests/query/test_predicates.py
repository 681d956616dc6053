"""Predicates made for one operator and value say what the table of operators says, and few of them are ever nested."""

import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.rows import CALIFORNIA, CONDITIONS, FIELDS, Row, rows

from simulator.query.compile import compile_condition
from simulator.query.fields import Field, Kind
from simulator.query.lookups import LOOKUPS, PASSED_BY_NULL, sought, stored
from simulator.query.predicates import combine, made_for


def passes(row: Row, condition: str, value: str) -> bool:
    """By the table alone."""
    name, _, operator = condition.partition("__")
    field = FIELDS[name]
    held = stored(field.kind, field.read(row))
    if held is None:
        return operator in PASSED_BY_NULL
    return LOOKUPS[field.kind][operator](held, sought(field.kind, value, CALIFORNIA))


@given(rows(st.integers(0, 4)), CONDITIONS)
def test_a_predicate_says_what_the_table_says(row: Row, condition: tuple[str, str]) -> None:
    assert compile_condition(*condition, FIELDS, CALIFORNIA)(row) is passes(row, *condition)


@given(
    st.text(st.sampled_from("aA1-\u00df\u1e9e\u0130\u0149\ufb03\u212a\u017f ")),
    st.text(st.sampled_from("aA1- sfik\u02bc"), max_size=2),
    st.sampled_from(sorted(LOOKUPS[Kind.TEXT])),
)
def test_texts_are_compared_whatever_their_case(held: str, value: str, operator: str) -> None:
    field = Field("text", Kind.TEXT, lambda text: text)

    predicate = made_for(field, operator, value.casefold())

    assert predicate(held) is LOOKUPS[Kind.TEXT][operator](held.casefold(), value.casefold())


def test_no_letter_folds_to_a_digit_or_a_sign() -> None:
    """So that what has neither is found in a text as it stands."""
    folded = {
        part
        for number in range(sys.maxunicode + 1)
        if (letter := chr(number)).casefold() != letter
        for part in letter.casefold()
    }
    assert not any(part.isascii() and not part.isalpha() for part in folded)
    assert all(chr(number).casefold() for number in range(sys.maxunicode + 1))


@pytest.mark.parametrize(("logic", "which"), [("and", all), ("or", any)])
@given(row=rows(st.integers(0, 4)), conditions=st.lists(CONDITIONS, min_size=1, max_size=9))
def test_several_combine_by_the_logic_asked(
    logic: str, which: Any, row: Row, conditions: list[tuple[str, str]]
) -> None:
    tests = [compile_condition(*condition, FIELDS, CALIFORNIA) for condition in conditions]
    predicate = combine(tests, logic)

    assert predicate is not None
    assert predicate(row) is which(passes(row, *condition) for condition in conditions)


def test_there_is_no_predicate_where_nothing_is_asked() -> None:
    assert combine([], "and") is None
    assert combine([], "or") is None


@pytest.mark.parametrize("logic", ["and", "or"])
def test_however_many_are_combined_they_never_call_one_another_deeply(logic: str) -> None:
    predicate = combine([lambda row: row] * 20_000, logic)

    assert predicate is not None
    assert predicate(True) is True
    assert predicate(False) is False
