"""Predicates: where they look, how they compare, and what they say when they make no sense."""

import re
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.facts import SALES, some_facts

from simulator.faults.operators import OPERATORS, number
from simulator.faults.predicates import on_body, on_query

QUERY = some_facts().query


@pytest.mark.parametrize(
    ("key", "target", "holds"),
    [
        # Where it looks.
        ("note", "Late", True),
        ("sales[0].external_id", "A-1", True),
        ("sales[1].external_id", "A-1", False),
        ("sales[2].external_id", "A-1", False),
        ("sales[*].external_id", "A-1", True),
        ("sales.*.external_id", "A-1", True),
        ("sales[*].line_items[*].quantity", "2.5", True),
        ("sales[*].line_items[0].quantity", "2.5", False),
        ("*", "Late", True),
        ("*[*].total", "11.50", True),
        ("note[0]", "L", False),
        ("note.length", 4, False),
        ("note.*", "L", False),
        ("[0]", "Late", False),
        ("no_such", "Late", False),
        # Equality.
        ("note", "lATE", True),
        ("note", "Lat", False),
        ("sales[1].external_id", None, True),
        ("sales[0].external_id", None, False),
        ("no_such", None, False),
        ("count", 2, True),
        ("count", 2.0, True),
        ("count", "2", True),
        ("count", "2.00", True),
        ("count", "two", False),
        ("count", True, False),
        ("sales[0].total", 9, True),
        ("sales[0].total", "9.00", True),
        ("sales[0].total", "9.0", False),
        ("paid", True, True),
        ("paid", False, False),
        ("paid", "true", False),
        ("paid", 1, False),
        ("sales", "A-1", False),
        ("note__eq", "late", True),
        ("a__b__eq", "two underscores", True),
        # No value may be equal.
        ("note__neq", "late", False),
        ("note__neq", "early", True),
        ("sales[*].external_id__neq", "A-1", False),
        ("sales[*].external_id__neq", "A-2", True),
        ("no_such__neq", "late", True),
        # Parts of texts.
        ("note__contains", "AT", True),
        ("note__contains", "x", False),
        ("count__contains", "2", False),
        ("note__startswith", "la", True),
        ("note__startswith", "te", False),
        ("note__endswith", "TE", True),
        ("note__endswith", "la", False),
        ("note__doesnotcontain", "at", False),
        ("note__doesnotcontain", "x", True),
        ("no_such__doesnotcontain", "x", True),
        # Order.
        ("count__gt", 1, True),
        ("count__gt", 2, False),
        ("count__gte", 2, True),
        ("count__lt", 2, False),
        ("count__lt", "2.01", True),
        ("count__lte", 2, True),
        ("sales[0].total__lt", "11.50", True),
        ("sales[0].total__gt", "11.50", False),
        ("sales[*].total__gt", 11, True),
        ("sales[*].total__gt", 11.5, False),
        ("note__gt", "kate", True),
        ("note__lt", "KATE", False),
        ("note__gt", 1, False),
        ("note__lt", 1, False),
        ("paid__gt", 0, False),
        ("sales[1].external_id__lt", "z", False),
        # Presence.
        ("sales[1]__exists", True, True),
        ("sales[2]__exists", True, False),
        ("sales[2]__exists", False, True),
        ("sales[1].external_id__exists", True, True),
        ("sales[1].line_items[*]__exists", False, True),
        ("sales[*].line_items[*]__exists", False, False),
    ],
)
def test_a_body_has_what_is_asked_for(key: str, target: Any, holds: bool) -> None:
    assert on_body(key, target)(SALES) is holds


def test_a_list_may_be_the_whole_body() -> None:
    assert on_body("[*].id", 7)([{"id": 6}, {"id": 7}])
    assert on_body("[1].id", 7)([{"id": 6}, {"id": 7}])
    assert not on_body("[0].id", 7)([{"id": 6}, {"id": 7}])


@pytest.mark.parametrize("body", [None, 5, "text", [], {}])
def test_a_body_without_the_place_has_nothing_there(body: Any) -> None:
    assert not on_body("sales[0].external_id", "A-1")(body)
    assert on_body("sales[0].external_id__exists", target=False)(body)


@pytest.mark.parametrize(
    ("key", "target", "holds"),
    [
        ("page", 2, True),
        ("page", "2", True),
        ("page", 3, False),
        ("pages", 2, False),
        ("pag", 2, False),
        ("page__gte", 2, True),
        ("page__lt", 2, False),
        ("submit", True, True),
        ("submit", False, False),
        ("submit", "TRUE", True),
        ("submit__neq", True, False),
        ("submit__neq", False, True),
        ("page", True, False),
        ("filter__startswith", "note", True),
        ("filter__startswith", "page", False),
        ("filter__neq", "note__eq:Late", False),
        ("filter__exists", True, True),
        ("sort__exists", True, False),
        ("sort__exists", False, True),
        ("sort", "id:asc", False),
        ("sort__neq", "id:asc", True),
        ("sales[0]", "a name, not a path", False),
    ],
)
def test_a_query_has_what_is_asked_for(key: str, target: Any, holds: bool) -> None:
    assert on_query(key, target)(QUERY) is holds


def test_true_in_a_query_is_the_word_as_it_stands() -> None:
    assert not on_query("submit", target=True)([("submit", "True")])


LIST = "eq, neq, contains, doesnotcontain, startswith, endswith, lt, lte, gt, gte, exists"
EXAMPLES = "sales[0].external_id or sales[*].line_items[*].quantity"


@pytest.mark.parametrize(
    ("key", "target", "message"),
    [
        (
            "a__startwith",
            "x",
            f"'a__startwith': there is no operator 'startwith'. Did you mean 'startswith'? Operators: {LIST}. A name that has two underscores itself takes one more: a__startwith__eq",
        ),
        (
            "a__",
            "x",
            f"'a__': there is no operator ''. Operators: {LIST}. A name that has two underscores itself takes one more: a____eq",
        ),
        ("__gt", 1, "'__gt': says how to compare, but not what"),
        ("a__gt", None, "'a__gt': gt takes a number or a text, not None"),
        ("a__lte", True, "'a__lte': lte takes a number or a text, not True"),
        ("a__contains", 5, "'a__contains': contains takes a text, not 5"),
        ("a__exists", "yes", "'a__exists': exists takes true or false, not 'yes'"),
        ("a..b", 1, f"'a..b' is not a path; write one such as {EXAMPLES}"),
        (".a", 1, f"'.a' is not a path; write one such as {EXAMPLES}"),
        ("a.", 1, f"'a.' is not a path; write one such as {EXAMPLES}"),
        ("a[]", 1, f"'a[]' is not a path; write one such as {EXAMPLES}"),
        ("a[-1]", 1, f"'a[-1]' is not a path; write one such as {EXAMPLES}"),
        ("a[0", 1, f"'a[0' is not a path; write one such as {EXAMPLES}"),
        ("a[0]b", 1, f"'a[0]b' is not a path; write one such as {EXAMPLES}"),
        ("a*", 1, f"'a*' is not a path; write one such as {EXAMPLES}"),
        ("a.0.b", 1, f"'a.0.b': the place in a list is written [0], as in {EXAMPLES}"),
    ],
)
def test_a_predicate_that_makes_no_sense_is_refused_when_it_is_made(
    key: str, target: Any, message: str
) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        on_body(key, target)


def test_no_parameter_is_null() -> None:
    with pytest.raises(ValueError, match="no parameter is null; ask for page__exists"):
        on_query("page", None)


SCALARS = st.none() | st.booleans() | st.integers(-9, 9) | st.sampled_from(["", "1", "1.0", "a", "Ab", "b"])
TREES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=10,
)
STEPS = st.sampled_from(["a", "b", "[0]", "[1]", "[*]", "*"])


def written(steps: list[str]) -> str:
    return "".join(
        step if step.startswith("[") or not before else f".{step}" for before, step in enumerate(steps)
    )


def values_at(tree: Any, steps: list[str]) -> list[Any]:
    """The naive reading of a path, breadth first."""
    found = [tree]
    for step in steps:
        following: list[Any] = []
        for value in found:
            if step in ("*", "[*]"):
                following += (
                    value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
                )
            elif step.startswith("[") and isinstance(value, list):
                following += value[int(step[1:-1]) :][:1]
            elif not step.startswith("[") and isinstance(value, dict) and step in value:
                following.append(value[step])
        found = following
    return found


@given(TREES, st.lists(STEPS, min_size=1, max_size=4))
def test_a_path_reaches_what_a_naive_walk_reaches(tree: Any, steps: list[str]) -> None:
    assert on_body(f"{written(steps)}__exists", target=True)(tree) is bool(values_at(tree, steps))


@given(TREES, st.lists(STEPS, min_size=1, max_size=3), SCALARS)
def test_neq_is_the_opposite_of_eq(tree: Any, steps: list[str], target: Any) -> None:
    path = written(steps)
    assert on_body(f"{path}__neq", target)(tree) is not on_body(path, target)(tree)


@given(TREES, st.lists(STEPS, min_size=1, max_size=3), SCALARS)
def test_any_value_that_passes_is_enough(tree: Any, steps: list[str], target: Any) -> None:
    alone = on_body("value", target)
    assert on_body(written(steps), target)(tree) is any(
        alone({"value": each}) for each in values_at(tree, steps)
    )


@given(SCALARS, SCALARS)
def test_equality_works_both_ways(one: Any, other: Any) -> None:
    assert on_body("x", one)({"x": other}) is on_body("x", other)({"x": one})


@given(
    st.decimals(-1000, 1000, places=2),
    st.decimals(-1000, 1000, places=2),
    st.sampled_from(["lt", "lte", "gt", "gte"]),
)
def test_amounts_are_compared_as_numbers_in_any_form(one: Decimal, other: Decimal, name: str) -> None:
    answers = {
        on_body(f"x__{name}", target)({"x": value})
        for value in (str(one), float(one))
        for target in (str(other), float(other))
    }
    assert answers == {{"lt": one < other, "lte": one <= other, "gt": one > other, "gte": one >= other}[name]}


@pytest.mark.parametrize(
    "value", ["", "1.", ".5", "+1", "1e3", "٣", " 1", "1\n", "9" * 31, None, [], {}, float("nan")]
)
def test_what_is_no_decimal_is_no_number(value: Any) -> None:
    assert number(value) is None


@given(TREES, st.sampled_from(sorted(OPERATORS)), SCALARS)
def test_no_body_breaks_a_predicate_that_was_taken(tree: Any, name: str, target: Any) -> None:
    if OPERATORS[name].accepts(target):
        assert on_body(f"*__{name}", target)(tree) in (True, False)
