"""Filters, sorts and pages over plain rows: every operator of every kind, and everything that is refused."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.query.compile import compile_condition, compile_sort, paginate, select, split_filter
from simulator.query.fields import Field, Kind, QueryError
from simulator.query.lookups import LOOKUPS
from simulator.query.predicates import combine

CALIFORNIA = ZoneInfo("America/Los_Angeles")


@dataclass(frozen=True)
class Row:
    id: int
    name: str | None = None
    size: int | None = None
    price: Decimal | None = None
    final: bool | None = None
    recorded: datetime | None = None
    sold: datetime | None = None
    archived: date | None = None


FIELDS = {
    name: Field(name, kind, lambda row, name=name: getattr(row, name))
    for name, kind in (
        ("id", Kind.INTEGER),
        ("name", Kind.TEXT),
        ("size", Kind.INTEGER),
        ("price", Kind.NUMBER),
        ("final", Kind.BOOLEAN),
        ("recorded", Kind.INSTANT),
        ("sold", Kind.LOCAL_TIME),
        ("archived", Kind.DATE),
    )
}
ROWS = (
    Row(
        1,
        "Blue Dream",
        4,
        Decimal("113.00"),
        final=True,
        recorded=datetime(2026, 5, 20, 20, 0, tzinfo=UTC),
        sold=datetime(2026, 5, 20, 13, 0),  # noqa: DTZ001 - local
        archived=date(2026, 5, 20),
    ),
    Row(
        2,
        "blue cheese",
        5,
        Decimal("28.50"),
        final=False,
        recorded=datetime(2026, 5, 21, 20, 0, tzinfo=UTC),
        sold=datetime(2026, 5, 21, 13, 0),  # noqa: DTZ001 - local
        archived=date(2026, 5, 21),
    ),
    Row(3),
)


def ids(*filters: str, logic: str = "and") -> list[int]:
    tests = [compile_condition(*split_filter(text), FIELDS, CALIFORNIA) for text in filters]
    return [row.id for row in select(ROWS, combine(tests, logic), None)]


OPERATORS = [
    ("name__eq:BLUE DREAM", [1]),
    ("name__neq:blue dream", [2, 3]),
    ("name__contains:CHEE", [2]),
    ("name__contains:", [1, 2]),
    ("name__doesnotcontain:dream", [2, 3]),
    ("name__startswith:blue", [1, 2]),
    ("name__endswith:DREAM", [1]),
    ("size__eq:4", [1]),
    ("size__eq:4.0", [1]),
    ("size__neq:4", [2, 3]),
    ("size__lt:5", [1]),
    ("size__lte:5", [1, 2]),
    ("size__gt:4", [2]),
    ("size__gte:4", [1, 2]),
    ("price__eq:113", [1]),
    ("price__eq:28.5", [2]),
    ("price__lt:28.51", [2]),
    ("price__gte:28.50", [1, 2]),
    ("final__eq:true", [1]),
    ("final__eq:False", [2]),
    ("recorded__eq:2026-05-20T20:00:00Z", [1]),
    ("recorded__eq:2026-05-20T20:00:00.000Z", [1]),
    ("recorded__eq:2026-05-20T22:00:00+02:00", [1]),
    ("recorded__eq:2026-05-20T13:00:00", [1]),
    ("recorded__neq:2026-05-20T20:00:00Z", [2, 3]),
    ("recorded__gte:2026-05-21", [2]),
    ("recorded__lt:2026-05-21T07:00:00Z", [1]),
    ("sold__eq:2026-05-20T13:00:00", [1]),
    ("sold__eq:2026-05-20T20:00:00Z", [1]),
    ("sold__gt:2026-05-20T13:00", [2]),
    ("sold__lte:2026-05-21", [1]),
    ("archived__eq:2026-05-20", [1]),
    ("archived__eq:2026-05-20T07:00:00Z", [1]),
    ("archived__gt:2026-05-20", [2]),
    ("archived__lte:2026-05-21", [1, 2]),
]


@pytest.mark.parametrize(("text", "expected"), OPERATORS)
def test_an_operator_lets_the_right_rows_through(text: str, expected: list[int]) -> None:
    assert ids(text) == expected


def test_every_operator_of_every_kind_is_in_the_table_above() -> None:
    conditions = [text.partition(":")[0].partition("__") for text, _ in OPERATORS]
    tried = {(FIELDS[name].kind, operator) for name, _, operator in conditions}
    ordered = {kind for kind in LOOKUPS if "lt" in LOOKUPS[kind]}

    assert tried >= {(kind, name) for kind in LOOKUPS if kind not in ordered for name in LOOKUPS[kind]}
    assert {name for kind, name in tried if kind in ordered} == set(LOOKUPS[Kind.NUMBER])


def test_several_filters_combine_by_the_logic_asked() -> None:
    assert ids("name__startswith:blue", "size__gt:4") == [2]
    assert ids("name__eq:blue dream", "size__gt:4", logic="or") == [1, 2]
    assert ids() == [1, 2, 3]


REFUSED = [
    ("name", "has no value"),
    ("name:x", "does not name a field and an operator"),
    ("name_eq:x", "does not name a field and an operator"),
    ("nmae__eq:x", "Did you mean 'name'?"),
    ("index__eq:x", "cannot be used here"),
    ("name__has:x", "takes eq, neq, contains, doesnotcontain, startswith, endswith"),
    ("name__gt:x", "does not go with the text field"),
    ("name__contain:x", "Did you mean 'contains'?"),
    ("size__contains:4", "does not go with the integer field"),
    ("final__neq:true", "does not go with the boolean field"),
    ("final__eq:1", "is not true or false"),
    ("size__eq:four", "is not a number"),
    ("price__eq:nan", "is not a number"),
    ("price__gt:1e3", "is not a number"),
    ("size__eq:1_0", "is not a number"),
    ("size__eq: 1", "is not a number"),
    ("recorded__gt:yesterday", "is not an ISO 8601 date-time"),
    ("recorded__gt:20260520", "is not an ISO 8601 date-time"),
    ("sold__gt:2026-13-01", "is not an ISO 8601 date-time"),
    ("sold__gt:0001-01-01T00:00:00+14:00", "is not an ISO 8601 date-time"),
    ("__eq:1", "does not name a field and an operator"),
    ("", "has no value"),
]


@pytest.mark.parametrize(("text", "message"), REFUSED)
def test_a_filter_that_does_not_stand_up_is_refused_with_a_reason(text: str, message: str) -> None:
    with pytest.raises(QueryError, match="filter") as refusal:
        ids(text)
    assert message in str(refusal.value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (None, [3, 1, 2]),
        ("", [3, 1, 2]),
        ("id:asc", [1, 2, 3]),
        ("id:desc", [3, 2, 1]),
        ("name:asc", [3, 2, 1]),
        ("name:desc", [1, 2, 3]),
        ("price:asc", [3, 2, 1]),
        ("final:desc", [1, 2, 3]),
        ("recorded:desc", [2, 1, 3]),
        ("archived:asc", [3, 1, 2]),
    ],
)
def test_a_sort_orders_rows_nulls_first_when_ascending(text: str | None, expected: list[int]) -> None:
    rows = (ROWS[2], ROWS[0], ROWS[1])
    assert [row.id for row in select(rows, None, compile_sort(text, FIELDS))] == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name", ":asc or :desc"),
        ("name:up", ":asc or :desc"),
        ("nmae:asc", "Did you mean 'name'?"),
        ("name:asc,size:desc", "only one field"),
        ("index:asc", "cannot be used here"),
    ],
)
def test_a_sort_that_does_not_stand_up_is_refused_with_a_reason(text: str, message: str) -> None:
    with pytest.raises(QueryError, match="sort") as refusal:
        compile_sort(text, FIELDS)
    assert message in str(refusal.value)


@given(
    st.lists(st.tuples(st.sampled_from(["a", "B", None]), st.integers(0, 3)), max_size=40),
    st.sampled_from(["name:asc", "name:desc", "size:asc", "size:desc"]),
    st.integers(1, 7),
)
def test_pages_of_a_sorted_collection_hold_every_row_once(
    drawn: list[tuple[str | None, int]], sort: str, size: int
) -> None:
    rows = [Row(number, name, amount) for number, (name, amount) in enumerate(drawn, start=1)]
    chosen = select(rows[::-1], None, compile_sort(sort, FIELDS))
    first = paginate(chosen, 1, size, strict=True)

    pages = [paginate(chosen, number, size, strict=True) for number in range(1, first.pages + 1)]

    assert sorted(row.id for page in pages for row in page.rows) == [row.id for row in rows]
    field = sort.partition(":")[0]
    for before, after in pairwise(chosen):
        if getattr(before, field) == getattr(after, field):
            assert before.id < after.id


def test_a_page_beyond_the_end_is_empty_or_refused() -> None:
    assert paginate(ROWS, 2, 2, strict=True).rows == ROWS[2:]
    assert paginate(ROWS, 3, 2, strict=False).rows == ()
    with pytest.raises(QueryError, match="page 3 is out of bounds; pages there are: 2, of 2 rows"):
        paginate(ROWS, 3, 2, strict=True)


def test_the_first_page_of_an_empty_collection_is_never_out_of_bounds() -> None:
    page: Any = paginate((), 1, 100, strict=True)

    assert (page.pages, page.total, list(page.rows)) == (0, 0, [])
    with pytest.raises(QueryError):
        paginate((), 2, 100, strict=True)
