"""Predicates made for one operator and one value, so that a million rows are looked at with the least work for each."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, time
from types import MappingProxyType
from typing import Any

from simulator.query.fields import Field, Kind, Reader

Predicate = Callable[[Any], bool]
_Make = Callable[[Reader, Any], Predicate]

# Null equals nothing, so that to be equal or not needs no look at it.
_VALUES: Mapping[str, _Make] = MappingProxyType(
    {
        "eq": lambda read, sought: lambda row: read(row) == sought,
        "neq": lambda read, sought: lambda row: read(row) != sought,
        "lt": lambda read, sought: lambda row: (held := read(row)) is not None and held < sought,
        "lte": lambda read, sought: lambda row: (held := read(row)) is not None and held <= sought,
        "gt": lambda read, sought: lambda row: (held := read(row)) is not None and held > sought,
        "gte": lambda read, sought: lambda row: (held := read(row)) is not None and held >= sought,
    }
)
_FOLDED_TEXTS: Mapping[str, _Make] = MappingProxyType(
    {
        "eq": lambda read, sought: lambda row: (held := read(row)) is not None and held.casefold() == sought,
        "neq": lambda read, sought: lambda row: (held := read(row)) is None or held.casefold() != sought,
        "contains": lambda read, sought: (
            lambda row: (held := read(row)) is not None and sought in held.casefold()
        ),
        "doesnotcontain": lambda read, sought: (
            lambda row: (held := read(row)) is None or sought not in held.casefold()
        ),
        "startswith": lambda read, sought: (
            lambda row: (held := read(row)) is not None and held.casefold().startswith(sought)
        ),
        "endswith": lambda read, sought: (
            lambda row: (held := read(row)) is not None and held.casefold().endswith(sought)
        ),
    }
)
_TEXTS: Mapping[str, _Make] = MappingProxyType(
    {
        "eq": _VALUES["eq"],
        "neq": _VALUES["neq"],
        "contains": lambda read, sought: lambda row: (held := read(row)) is not None and sought in held,
        "doesnotcontain": lambda read, sought: lambda row: (held := read(row)) is None or sought not in held,
        "startswith": lambda read, sought: (
            lambda row: (held := read(row)) is not None and held.startswith(sought)
        ),
        "endswith": lambda read, sought: (
            lambda row: (held := read(row)) is not None and held.endswith(sought)
        ),
    }
)


def made_for(field: Field, operator: str, sought: Any) -> Predicate:
    """Whether what a row holds in the field passes. `sought` is in the form it is compared in."""
    read, kind = field.read, field.kind
    if kind is Kind.TEXT:
        return (_TEXTS if _is_the_same_folded(sought) else _FOLDED_TEXTS)[operator](read, sought)
    if kind is Kind.DATE:
        return _VALUES[operator](_midnight(read), sought)
    if kind is Kind.INTEGER and sought == sought.to_integral_value():
        sought = int(sought)  # an int is quicker compared with its like than with a Decimal
    return _VALUES[operator](read, sought)


def _is_the_same_folded(sought: str) -> bool:
    """Whether it is found in a text just where it is found in the folded text: no letter folds to a digit or a sign."""
    return sought.isascii() and not any(map(str.isalpha, sought))


def _midnight(read: Reader) -> Reader:
    def midnight(row: Any) -> datetime | None:
        held = read(row)
        return None if held is None else datetime.combine(held, time.min)

    return midnight


def combine(tests: Sequence[Predicate], logic: str) -> Predicate | None:
    """One predicate of several, by `and` or `or`; None when there is nothing to ask."""
    if not tests:
        return None
    return _either(tests) if logic == "or" else _every(tests)


def _every(tests: Sequence[Predicate]) -> Predicate:
    """Halves of halves, so that however many there are they never call one another deeply."""
    match tests:
        case [only]:
            return only
        case [one, two]:
            return lambda row: one(row) and two(row)
        case [one, two, three]:
            return lambda row: one(row) and two(row) and three(row)
    half = len(tests) // 2
    return _every([_every(tests[:half]), _every(tests[half:])])


def _either(tests: Sequence[Predicate]) -> Predicate:
    match tests:
        case [only]:
            return only
        case [one, two]:
            return lambda row: one(row) or two(row)
        case [one, two, three]:
            return lambda row: one(row) or two(row) or three(row)
    half = len(tests) // 2
    return _either([_either(tests[:half]), _either(tests[half:])])
