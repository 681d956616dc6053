"""Why a recipe does not stand up, in one line: the place, what is wrong, and what would be right."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_args

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from simulator.seeding.recipe.fields import Faults
from simulator.seeding.recipe.parts import Part
from simulator.seeding.recipe.places import Place, line_of
from simulator.wording import did_you_mean, echo, join_path, listed

WORDS: Mapping[str, str] = {
    "missing": "this key is missing",
    "string_type": "must be a text in quotes",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "bool_type": "must be true or false",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "decimal_type": "must be a number",
    "decimal_parsing": 'must be a number such as "12.50"',
    "finite_number": "must be a finite number",
    "decimal_max_digits": "must have at most {max_digits} digits",
    "decimal_max_places": "must have at most {decimal_places} digits after the point",
    "decimal_whole_digits": "must have at most {whole_digits} digits before the point",
    "greater_than": "must be above {gt}",
    "greater_than_equal": "must be at least {ge}",
    "less_than": "must be below {lt}",
    "less_than_equal": "must be at most {le}",
    "literal_error": "must be {expected}",
    "tuple_type": "must be a list",
    "model_type": "must be a table",
    "too_short": "must not be empty",
}
"""pydantic's kinds of errors in a recipe's words. What was given follows."""
SAYS_ALL = frozenset({"missing", "too_short"})
"""After which nothing is to be added of what was given."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that is wrong, and where. `against` is where something stands that it cannot go with."""

    place: Place
    words: str
    against: Place | None = None
    missing: bool = False


def in_one_line(error: ValidationError, recipe: type[Part], lines: Mapping[Place, int]) -> str:
    """`line 41, lots[3].lab_state: ...` of the first thing that is wrong, and how many more there are.

    What is missing comes last: often it is there, under a name that is unknown.
    """
    found = error.errors(include_url=False)
    groups = [list(_reasons(details, recipe)) for details in found if not _follows(details, found)]
    groups.sort(key=lambda group: (group[0].missing, line_of(lines, group[0].place)))
    first, *others = [reason for group in groups for reason in group]
    path = join_path([key if isinstance(key, int) else _quoted(key) for key in first.place])
    words = f"line {line_of(lines, first.place)}{path and f', {path}'}: {first.words}"
    if first.against is not None:
        words += f"; see line {line_of(lines, first.against)}"
    return words + (f" (and {len(others)} more)" if others else "")


def _follows(details: ErrorDetails, found: Sequence[ErrorDetails]) -> bool:
    """Whether a list is only too short because what stands in it is wrong."""
    place = details["loc"]
    return details["type"] == "too_short" and any(
        len(each["loc"]) > len(place) and each["loc"][: len(place)] == place for each in found
    )


def _reasons(details: ErrorDetails, recipe: type[Part]) -> Iterator[Reason]:
    place, kind = details["loc"], details["type"]
    raised = details.get("ctx", {}).get("error")
    if isinstance(raised, Faults):
        for within, words, *against in raised.faults:
            yield Reason((*place, *within), words, (*place, *against[0]) if against else None)
    elif raised is not None:
        yield Reason(place, str(raised))
    elif kind == "extra_forbidden":
        *outer, key = place
        keys = _keys(_table_at(recipe, outer))
        hint = did_you_mean(str(key), keys)
        yield Reason(place, f"this key is unknown.{hint} Keys: {listed(keys)}")
    else:
        yield Reason(place, _words(details), missing=kind == "missing")


def _words(details: ErrorDetails) -> str:
    place, kind, given = details["loc"], details["type"], details["input"]
    if kind == "missing" and isinstance(given, dict) and len(place) == 1 and place[0] != "name":
        return f"there is no [[{place[0]}]]; at least one is needed"
    if kind == "tuple_type" and isinstance(given, dict):
        return f"must be a list of tables: write [[{join_path(place)}]]"
    words = details["msg"].replace("Input should", "must")
    if kind in WORDS:
        words = WORDS[kind].format_map({name: _plain(each) for name, each in details.get("ctx", {}).items()})
    return words if kind in SAYS_ALL else f"{words}, not {echo(given)}"


def _quoted(key: str) -> str:
    """A key as TOML writes it."""
    return key if re.fullmatch(r"[\w-]+", key) else json.dumps(key)


def _plain(value: Any) -> str:
    """A limit as people write it."""
    return f"{value:,}".removesuffix(".0") if isinstance(value, int | float) else str(value)


def _table_at(recipe: type[Part], place: list[Any]) -> type[Part]:
    """The kind of table that stands at a place of a recipe."""
    table = recipe
    for key in place:
        if isinstance(key, str):
            table = next(
                each
                for name, field in table.model_fields.items()
                if key in (name, field.alias)
                for each in _tables_in(field.annotation)
            )
    return table


def _tables_in(annotation: Any) -> Iterator[type[Part]]:
    if isinstance(annotation, type) and issubclass(annotation, Part):
        yield annotation
    for each in get_args(annotation):
        yield from _tables_in(each)


def _keys(table: type[Part]) -> list[str]:
    return [field.alias or name for name, field in table.model_fields.items()]
