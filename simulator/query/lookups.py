"""The filter operators: for each kind of field, which there are, and what each asks of a value."""

import operator
import re
from collections.abc import Callable, Mapping
from datetime import datetime, time, tzinfo
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from simulator.query.fields import Kind, QueryError
from simulator.times import parse_iso
from simulator.wording import echo

_NUMBER = re.compile(r"-?[0-9]{1,30}(\.[0-9]{1,30})?")

Test = Callable[[Any, Any], bool]
"""(value of the row, value of the filter) -> whether the row passes. The row's value is never None."""

TEXT_LOOKUPS: Mapping[str, Test] = MappingProxyType(
    {
        "eq": operator.eq,
        "neq": operator.ne,
        "contains": operator.contains,
        "doesnotcontain": lambda value, part: part not in value,
        "startswith": str.startswith,
        "endswith": str.endswith,
    }
)
ORDER_LOOKUPS: Mapping[str, Test] = MappingProxyType(
    {
        "lt": operator.lt,
        "lte": operator.le,
        "eq": operator.eq,
        "neq": operator.ne,
        "gt": operator.gt,
        "gte": operator.ge,
    }
)
# GAP(number-operators): operators for numbers are not documented; they take those of date-times.
LOOKUPS: Mapping[Kind, Mapping[str, Test]] = MappingProxyType(
    {
        Kind.TEXT: TEXT_LOOKUPS,
        Kind.INTEGER: ORDER_LOOKUPS,
        Kind.NUMBER: ORDER_LOOKUPS,
        Kind.BOOLEAN: MappingProxyType({"eq": operator.eq}),
        Kind.INSTANT: ORDER_LOOKUPS,
        Kind.LOCAL_TIME: ORDER_LOOKUPS,
        Kind.DATE: ORDER_LOOKUPS,
    }
)
# GAP(null-in-filters): nothing is said of null; it is unequal to everything and contains nothing, as in a Kendo grid.
PASSED_BY_NULL = frozenset({"neq", "doesnotcontain"})


def stored(kind: Kind, value: Any) -> Any:
    """A row's value in the form it is compared in: text folded, a date as its midnight."""
    if value is None:
        return None
    if kind is Kind.TEXT:
        return value.casefold()
    if kind is Kind.DATE:
        return datetime.combine(value, time.min)
    return value


def sought(kind: Kind, text: str, zone: tzinfo) -> Any:
    """A filter's value in the form it is compared in. Raises QueryError naming what is wanted instead."""
    match kind:
        case Kind.TEXT:
            return text.casefold()
        case Kind.BOOLEAN:
            return _boolean(text)
        case Kind.INTEGER | Kind.NUMBER:
            return _number(text)
        case _:
            return _moment(kind, text, zone)


def _boolean(text: str) -> bool:
    try:
        return {"true": True, "false": False}[text.casefold()]
    except KeyError:
        raise QueryError(f"{echo(text)} is not true or false") from None


def _number(text: str) -> Decimal:
    if not _NUMBER.fullmatch(text):
        raise QueryError(f"{echo(text)} is not a number")
    return Decimal(text)


def _moment(kind: Kind, text: str, zone: tzinfo) -> datetime:
    """GAP(filter-time-zones): a value without a zone is facility-local, a date alone is its midnight there."""
    try:
        moment = parse_iso(text)
    except ValueError:
        raise QueryError(
            f"{echo(text)} is not an ISO 8601 date-time such as 2024-07-17T20:26:07.117Z"
        ) from None
    if kind is Kind.INSTANT:
        return moment if moment.tzinfo else moment.replace(tzinfo=zone)
    return moment.astimezone(zone).replace(tzinfo=None) if moment.tzinfo else moment
