"""The operators of a predicate: which targets each takes, and which values pass it."""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from simulator.query.lookups import ORDER_LOOKUPS, PASSED_BY_NULL, TEXT_LOOKUPS, Test

Scalar = str | int | float | bool | None
"""What a predicate may compare with."""
Passes = Callable[[Any], bool]
"""Whether one value of a request passes."""

_NUMBER = re.compile(r"-?[0-9]{1,30}(\.[0-9]{1,30})?")


@dataclass(frozen=True, slots=True)
class Operator:
    """`takes` says in words which targets `accepts` lets in; `passes` makes the test against one."""

    takes: str
    accepts: Callable[[Scalar], bool]
    passes: Callable[[Any], Passes]


def number(value: Any) -> Decimal | None:
    """A JSON number, or a text that is one such as `11.50`; None for everything else."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        return Decimal(value) if _NUMBER.fullmatch(value) else None
    if isinstance(value, float):
        return Decimal(repr(value)) if math.isfinite(value) else None
    return Decimal(value) if isinstance(value, int) else None


def _equals(target: Any) -> Passes:
    """A number equals itself in any form, 5 and "5.00"; two texts are compared as texts, whatever the case."""
    if target is None or isinstance(target, bool):
        return lambda value: value is target
    amount = number(target)
    if not isinstance(target, str):
        return lambda value: amount is not None and number(value) == amount
    folded = target.casefold()

    def passes(value: Any) -> bool:
        if isinstance(value, str):
            return value.casefold() == folded
        return amount is not None and number(value) == amount

    return passes


def _ordered(test: Test) -> Callable[[Any], Passes]:
    """As numbers where both are, so "9.00" is below "11.50"; else as texts, which is right for ISO 8601."""

    def against(target: Any) -> Passes:
        amount, folded = number(target), str(target).casefold()

        def passes(value: Any) -> bool:
            if amount is not None and (given := number(value)) is not None:
                return test(given, amount)
            return isinstance(target, str) and isinstance(value, str) and test(value.casefold(), folded)

        return passes

    return against


def _texts(test: Test) -> Callable[[Any], Passes]:
    def against(target: Any) -> Passes:
        folded = target.casefold()
        return lambda value: isinstance(value, str) and test(value.casefold(), folded)

    return against


def _anything(_target: Scalar) -> bool:
    return True


def _is_amount_or_text(target: Scalar) -> bool:
    return isinstance(target, str | int | float) and not isinstance(target, bool)


def _is_text(target: Scalar) -> bool:
    return isinstance(target, str)


def _is_truth(target: Scalar) -> bool:
    return isinstance(target, bool)


_EQUAL = Operator("a text, a number, true, false or null", _anything, _equals)
_CONTAINS = Operator("a text", _is_text, _texts(TEXT_LOOKUPS["contains"]))
# The words are those of T3's filters, and so are their meanings; `exists` is ours.
OPERATORS: Mapping[str, Operator] = MappingProxyType(
    {
        "eq": _EQUAL,
        "neq": _EQUAL,
        "contains": _CONTAINS,
        "doesnotcontain": _CONTAINS,
        "startswith": Operator("a text", _is_text, _texts(TEXT_LOOKUPS["startswith"])),
        "endswith": Operator("a text", _is_text, _texts(TEXT_LOOKUPS["endswith"])),
        **{
            name: Operator("a number or a text", _is_amount_or_text, _ordered(ORDER_LOOKUPS[name]))
            for name in ("lt", "lte", "gt", "gte")
        },
        "exists": Operator("true or false", _is_truth, lambda _target: lambda _value: True),
    }
)


def negated(name: str, target: Scalar) -> bool:
    """Whether it holds when *no* value passes, so where there is none too, as null does in a filter of T3."""
    return name in PASSED_BY_NULL or (name == "exists" and target is False)
