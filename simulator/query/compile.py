"""From text to answers: filters become one predicate, a sort one order, page numbers one slice.

Everything wrong with the text is found before any row is read. GAP(bad-filters): an unknown field, operator or
value is refused, and the message lists the valid ones; nothing is documented.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from types import MappingProxyType
from typing import Any

from msgspec import Struct

from simulator.query.fields import Field, Fields, Kind, QueryError, Reader
from simulator.query.lookups import LOOKUPS, sought
from simulator.query.predicates import Predicate, made_for
from simulator.wording import did_you_mean, echo, listed

Condition = tuple[str, str]
"""`("receiptNumber__endswith", "0003")`: field and operator, and the value."""

_CONDITION = re.compile(r"([A-Za-z][A-Za-z0-9.]*)__([A-Za-z]+)")


def split_filter(text: str) -> Condition:
    """`field__operator:value`; the value is all that follows the first colon."""
    condition, colon, value = text.partition(":")
    if not colon:
        raise QueryError(
            f"filter {echo(text)} has no value; write field__operator:value, as in isFinal__eq:true"
        )
    return condition, value


def compile_condition(condition: str, value: str, fields: Fields, zone: tzinfo) -> Predicate:
    """Whether a row passes one filter. Raises QueryError for what does not stand up, before any row is read."""
    parsed = _CONDITION.fullmatch(condition)
    if parsed is None:
        raise QueryError(
            f"filter {echo(condition)} does not name a field and an operator; "
            "write field__operator:value, as in isFinal__eq:true"
        )
    name, operator = parsed.groups()
    field = _field("filter", name, fields)
    lookups = LOOKUPS[field.kind]
    if operator not in lookups:
        hint = did_you_mean(operator, lookups)
        raise QueryError(
            f"filter operator {operator!r} does not go with the {field.kind.value} field {name!r}, "
            f"which takes {listed(lookups)}.{hint}"
        )
    try:
        target = sought(field.kind, value, zone)
    except QueryError as error:
        raise QueryError(f"filter on {name!r}: {error}") from None
    return made_for(field, operator, target)


def _field(purpose: str, name: str, fields: Fields) -> Field:
    if name not in fields:
        raise QueryError(
            f"{purpose} field {echo(name)} cannot be used here.{did_you_mean(name, fields)} "
            f"Fields to {purpose} by: {listed(fields)}."
        )
    return fields[name]


COMPACT: Mapping[Kind, str] = MappingProxyType({Kind.INTEGER: "q", Kind.NUMBER: "d"})


@dataclass(frozen=True, slots=True)
class Order:
    field: Field
    descending: bool

    @property
    def value(self) -> Reader:
        """What a row is sorted by, in a form that compares: None, a text folded, a number as the JSON number it is shown
        as, or else what the field holds.
        """
        read, kind = self.field.read, self.field.kind
        return _folded(read) if kind is Kind.TEXT else _as_float(read) if kind is Kind.NUMBER else read

    @property
    def compact(self) -> str | None:
        """How `array` calls the type that such values fit in, where they do."""
        return COMPACT.get(self.field.kind)

    def sort(self, rows: Iterable[Any]) -> list[Any]:
        """GAP(null-in-sort): nulls first when ascending; equal rows by ascending id, so that the order is total."""
        value = self.value

        def key(row: Any) -> tuple[bool, Any]:
            held = value(row)
            return (False, 0) if held is None else (True, held)

        by_id = sorted(rows, key=lambda row: row.id)
        by_id.sort(key=key, reverse=self.descending)
        return by_id


def _folded(read: Reader) -> Reader:
    def folded(row: Any) -> str | None:
        held = read(row)
        return None if held is None else held.casefold()

    return folded


def _as_float(read: Reader) -> Reader:
    def number(row: Any) -> float | None:
        held = read(row)
        return None if held is None else float(held)

    return number


def compile_sort(text: str | None, fields: Fields) -> Order | None:
    """`field:asc` or `field:desc`, one field; None keeps the order of recording.

    GAP(multi-sort): only one field is ever shown, so a list of them is refused.
    GAP(default-order): without a sort nothing is promised; here it is the order of recording, then of ids.
    """
    if not text:
        return None
    name, _, direction = text.partition(":")
    if "," in text:
        raise QueryError(f"sort {echo(text)}: only one field can be sorted by, as in salesDateTime:desc")
    if direction not in ("asc", "desc"):
        raise QueryError(f"sort {echo(text)} must end in :asc or :desc, as in {name or 'salesDateTime'}:asc")
    return Order(_field("sort", name, fields), descending=direction == "desc")


def select(rows: Sequence[Any], predicate: Predicate | None, order: Order | None) -> Sequence[Any]:
    """The rows that pass, in order."""
    if predicate is not None:
        rows = [row for row in rows if predicate(row)]
    return rows if order is None else order.sort(rows)


class Page(Struct, frozen=True, gc=False):
    """One page of a selection. `total` counts the selection, `pages` how many such pages it makes."""

    rows: Sequence[Any]
    number: int
    size: int
    total: int

    @property
    def pages(self) -> int:
        return -(-self.total // self.size)


def paginate(rows: Sequence[Any], number: int, size: int, *, strict: bool) -> Page:
    """Page `number` (from 1). Beyond the end it is empty, or a QueryError when `strict`.

    GAP(empty-collection): an empty collection has 0 pages, and its first page is never out of bounds.
    """
    page = Page(rows[(number - 1) * size : number * size], number, size, len(rows))
    if strict and number > max(page.pages, 1):
        raise QueryError(f"page {number} is out of bounds; pages there are: {page.pages}, of {size} rows")
    return page
