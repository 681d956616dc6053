"""Predicates on a query or a JSON body: where to look, how to compare, and with what."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from simulator.faults.operators import OPERATORS, Passes, Scalar, negated
from simulator.wording import did_you_mean, echo, listed

Pairs = Sequence[tuple[str, str]]
Step = str | int
"""The key of an object, the index of a list, or ANY."""

ANY = "*"
EXAMPLES = "sales[0].external_id or sales[*].line_items[*].quantity"
_SUFFIX = re.compile(r"(.*)__(\w*)", re.DOTALL)
_INDEX = r"\[(?:[0-9]{1,9}|\*)\]"
_NAME = r"(?:\*|[^.\[\]*]+)"
_PATH = re.compile(rf"(?:{_NAME}|{_INDEX})(?:\.{_NAME}|{_INDEX})*")
_STEPS = re.compile(rf"(?P<index>{_INDEX})|{_NAME}")


def on_body(key: str, target: Scalar) -> Callable[[Any], bool]:
    """Whether a parsed body has what `key`, a path and an operator, asks for. ValueError when the key makes no sense."""
    path, operator, passes = _asked(key, target)
    steps = _steps(path)
    return _holds(lambda body: _reached(body, steps), passes, unless=negated(operator, target))


def on_query(key: str, target: Scalar) -> Callable[[Pairs], bool]:
    """The same for a parameter, of which a query may have several. A query knows only texts, so true is `true`."""
    name, operator, passes = _asked(key, target)
    if target is None:
        raise ValueError(f"{key!r}: no parameter is null; ask for {name}__exists")
    if isinstance(target, bool):
        wanted = str(target).lower()
        passes = passes if operator == "exists" else lambda value: value == wanted

    def values(pairs: Pairs) -> Iterable[str]:
        return (value for each, value in pairs if each == name)

    return _holds(values, passes, unless=negated(operator, target))


def _holds(values: Callable[[Any], Iterable[Any]], passes: Passes, *, unless: bool) -> Callable[[Any], bool]:
    return lambda whole: any(map(passes, values(whole))) != unless


def _asked(key: str, target: Scalar) -> tuple[str, str, Passes]:
    """Where to look, the operator's name, and its test; without an operator it is `eq`."""
    found = _SUFFIX.fullmatch(key)
    path, name = found.groups() if found else (key, "eq")
    if name not in OPERATORS:
        raise ValueError(
            f"{key!r}: there is no operator {name!r}.{did_you_mean(name, OPERATORS)} Operators: {listed(OPERATORS)}. "
            f"A name that has two underscores itself takes one more: {key}__eq"
        )
    operator = OPERATORS[name]
    if not operator.accepts(target):
        raise ValueError(f"{key!r}: {name} takes {operator.takes}, not {echo(target)}")
    if not path:
        raise ValueError(f"{key!r}: says how to compare, but not what")
    return path, name, operator.passes(target)


def _steps(path: str) -> tuple[Step, ...]:
    if not _PATH.fullmatch(path):
        raise ValueError(f"{path!r} is not a path; write one such as {EXAMPLES}")
    steps: list[Step] = []
    for found in _STEPS.finditer(path):
        step = found[0]
        if found["index"]:
            step = step[1:-1]
        elif step.isdecimal():
            raise ValueError(f"{path!r}: the place in a list is written [{step}], as in {EXAMPLES}")
        steps.append(int(step) if step.isdecimal() else step)
    return tuple(steps)


def _reached(value: Any, steps: Sequence[Step]) -> Iterator[Any]:
    """Every value that a path leads to: none, one, or through ANY several."""
    if not steps:
        yield value
        return
    step, rest = steps[0], steps[1:]
    if step == ANY:
        inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        for each in inner:
            yield from _reached(each, rest)
    elif isinstance(value, dict):
        if step in value:
            yield from _reached(value[step], rest)
    elif isinstance(value, list) and isinstance(step, int) and step < len(value):
        yield from _reached(value[step], rest)
