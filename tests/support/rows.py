"""Rows with a field of every kind, what may be asked of them, and lists of them that change as a book's do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from simulator.paged.changes import Changes
from simulator.paged.ordered import Ordered
from simulator.query.compile import Order, compile_condition, compile_sort, select
from simulator.query.fields import Field, Kind
from simulator.query.kept import Base, Kept
from simulator.query.lookups import LOOKUPS
from simulator.query.predicates import Predicate, combine
from simulator.query.question import Question
from simulator.query.results import Results

CALIFORNIA = ZoneInfo("America/Los_Angeles")
DAY = date(2026, 5, 20)
MIDNIGHT = datetime(2026, 5, 20)  # noqa: DTZ001 - local
TEXTS = ["Blue", "blue", "BLUE dream", "Straße", "STRASSE", "0003", "0004", "a0003", "", "\u212a"]


@dataclass(frozen=True)
class Row:
    """What fields are read from. It is recorded at `at`, which never changes for an id."""

    id: int
    name: str | None = None
    size: int | None = None
    price: Decimal | None = None
    final: bool | None = None
    recorded: datetime | None = None
    sold: datetime | None = None
    archived: date | None = None

    @property
    def at(self) -> int:
        return self.id * 7 % 5


class Packed:
    """A row as a list holds it: its fields are read from what it is opened to."""

    __slots__ = ("_row", "at", "id")
    opened = 0

    def __init__(self, row: Row) -> None:
        self.id, self.at, self._row = row.id, row.at, row

    @staticmethod
    def open(some: "Sequence[Packed]") -> list[Row]:
        Packed.opened += len(some)
        return [packed._row for packed in some]


def recording_order(row: Packed) -> tuple[int, int]:
    return (row.at, row.id)


FIELDS: Mapping[str, Field] = {
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
SOUGHT: Mapping[str, Sequence[str]] = {
    "id": ["3", "3.0", "2.5", "-1"],
    "name": ["BLUE", "blue dream", "strasse", "0003", "0", "", "K", "\u00df", "1"],
    "size": ["0", "1", "1.0", "1.5"],
    "price": ["1", "1.00", "2.5", "0.1"],
    "final": ["true", "false"],
    "recorded": ["2026-05-20T00:00:00Z", "2026-05-20", "2026-05-19T17:00:01"],
    "sold": ["2026-05-20", "2026-05-20T07:00:01Z", "2026-05-20T00:00:02"],
    "archived": ["2026-05-20", "2026-05-21", "2026-05-20T12:00:00"],
}


def rows(ids: st.SearchStrategy[int]) -> st.SearchStrategy[Row]:
    """Rows of few different values, and of none."""

    def maybe(values: Sequence[Any]) -> st.SearchStrategy[Any]:
        return st.sampled_from([None, *values])

    return st.builds(
        Row,
        id=ids,
        name=maybe(TEXTS),
        size=maybe(range(3)),
        price=maybe([Decimal(1), Decimal("1.00"), Decimal("2.50"), Decimal("0.1")]),
        final=maybe([True, False]),
        recorded=maybe([datetime(2026, 5, 20, tzinfo=UTC) + timedelta(seconds=each) for each in range(3)]),
        sold=maybe([MIDNIGHT + timedelta(seconds=each) for each in range(3)]),
        archived=maybe([DAY, DAY + timedelta(days=1)]),
    )


CONDITIONS = st.sampled_from(
    [
        (f"{name}__{operator}", value)
        for name, field in FIELDS.items()
        for operator in LOOKUPS[field.kind]
        for value in SOUGHT[name]
    ]
)
SORTS = st.sampled_from([None, *(f"{name}:{way}" for name in FIELDS for way in ("asc", "desc"))])
Asked = tuple[tuple[tuple[str, str], ...], str, str | None]
"""Conditions, their logic, and a sort."""
ASKED: st.SearchStrategy[Asked] = st.tuples(
    st.lists(CONDITIONS, max_size=4).map(tuple), st.sampled_from(["and", "or"]), SORTS
)


def compiled(asked: Asked) -> tuple[Predicate | None, Order | None]:
    conditions, logic, sort = asked
    tests = [compile_condition(*condition, FIELDS, CALIFORNIA) for condition in conditions]
    return combine(tests, logic), compile_sort(sort, FIELDS)


class Shelf:
    """Two lists of rows that are written to and forked as a ledger's book is, and the results kept of them."""

    LISTS = ("active", "inactive")

    def __init__(self) -> None:
        self.lists = {name: Ordered(recording_order) for name in self.LISTS}
        self.changes: dict[str, Changes[Packed]] = {name: Changes() for name in self.LISTS}
        self.results = Results()
        self.rows: dict[int, tuple[str, Packed]] = {}
        self._is_shared = False

    def fork(self) -> "Shelf":
        other = Shelf()
        other.lists, other.rows = self.lists, self.rows
        self._is_shared = other._is_shared = True
        return other

    def _make_own(self) -> None:
        if self._is_shared:
            self.lists = {name: rows.fork() for name, rows in self.lists.items()}
            self.rows = self.rows.copy()
            self._is_shared = False

    def put(self, row: Row, name: str) -> None:
        """Record it, or change it, where it is or to the other list."""
        self._make_own()
        packed = Packed(row)
        was, before = self.rows.get(row.id, (name, None))
        if before is not None:
            self.lists[was].remove(before)
        self.lists[name].add(packed)
        self.rows[row.id] = (name, packed)
        if was == name:
            self.changes[name].note(before, packed)
        else:
            self.changes[was].note(before, None)
            self.changes[name].note(None, packed)

    def put_many(self, rows: Sequence[Row], name: str) -> None:
        """Rows that were not here."""
        self._make_own()
        many = [Packed(row) for row in rows]
        self.lists[name].add_all(many)
        self.rows.update((each.id, (name, each)) for each in many)
        self.changes[name].note_many()

    def remove(self, id_: int) -> None:
        self._make_own()
        if id_ in self.rows:
            name, packed = self.rows.pop(id_)
            self.lists[name].remove(packed)
            self.changes[name].note(packed, None)

    def base(self, name: str) -> Base[Packed]:
        return Base(lambda: self.lists[name], self.changes[name])

    def find(self, name: str, asked: Asked) -> Kept[Packed]:
        """What is kept for it."""

        def make() -> Kept[Packed]:
            return Kept(self.base(name), Question(*compiled(asked), Packed.open))

        return self.results.find((name, asked), make)

    def naive(self, name: str, asked: Asked) -> Sequence[Row]:
        """The same by looking at every row and sorting them all."""
        return select([packed._row for packed in self.lists[name]], *compiled(asked))
