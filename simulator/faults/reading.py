"""A fault from JSON, and one clear line for what is no fault."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from pydantic import BaseModel, ValidationError

from simulator.faults.effects import EFFECTS
from simulator.faults.fault import Fault
from simulator.faults.match import Match
from simulator.faults.refusals import FaultRefused
from simulator.wording import did_you_mean, echo, join_path, listed, readable

# Pydantic's kinds of error in plain words; any other kind speaks for itself.
WORDS: Mapping[str, str] = MappingProxyType(
    {
        "bool_parsing": "must be true or false",
        "bool_type": "must be true or false",
        "dict_type": "must be an object",
        "enum": "must be {expected}",
        "float_parsing": "must be a number",
        "float_type": "must be a number",
        "greater_than": "must be above {gt}",
        "greater_than_equal": "must be at least {ge}",
        "int_from_float": "must be a whole number",
        "int_parsing": "must be a whole number",
        "int_type": "must be a whole number",
        "less_than_equal": "must be at most {le}",
        "literal_error": "must be {expected}",
        "model_attributes_type": "must be an object",
        "model_type": "must be an object",
        "string_pattern_mismatch": "must be of at most 64 letters, digits, _ . and -, and not begin with . or -",
        "string_too_long": "must have at most {max_length} characters",
        "string_too_short": "must not be empty",
        "string_type": "must be a text",
        "too_long": "must have at most {max_length} entries",
    }
)
AS_JSON = MappingProxyType({None: "null", True: "true", False: "false"})
_QUOTED = re.compile(r"'([^']*)'")


def read(data: object) -> Fault:
    """The fault that parsed JSON describes. Raises FaultRefused with everything that is wrong."""
    try:
        return Fault.model_validate(data)
    except ValidationError as error:
        problems, more = readable(error.errors(include_url=False))
        told = [_told(problem) for problem in problems]
        raise FaultRefused("; ".join([*told, more] if more else told)) from None


def _told(problem: Mapping[str, Any]) -> str:
    kind, given, context = problem["type"], problem["input"], problem.get("ctx", {})
    place = [key for index, key in enumerate(problem["loc"]) if not _is_tag(problem["loc"], index)]
    path = join_path(place) or "a fault"
    if kind == "extra_forbidden":
        *outer, key = place
        known = _keys(problem["loc"][:-1])
        owner = join_path(outer) or "a fault"
        return f"{path} is unknown.{did_you_mean(str(key), known)} Keys of {owner}: {listed(known)}"
    if kind == "missing":
        return f"{path} is missing"
    if kind == "union_tag_not_found":
        return f"{path}.type is missing. Effects: {listed(EFFECTS)}"
    if kind == "union_tag_invalid":
        tag = context["tag"]
        return f"{path}.type {echo(tag)} is unknown.{did_you_mean(tag, EFFECTS)} Effects: {listed(EFFECTS)}"
    if kind == "value_error":
        return f"{path} {context['error']}"
    plain = {key: f"{each:g}" if isinstance(each, float) else each for key, each in context.items()}
    words = WORDS[kind].format(**plain) if kind in WORDS else problem["msg"].replace("Input should", "must")
    close = isinstance(given, str) and did_you_mean(given, _QUOTED.findall(str(context.get("expected", ""))))
    sent = "" if kind == "string_too_short" else f", not {_as_sent(given)}"
    return f"{path} {words}{sent}" + (f".{close}" if close else "")


def _as_sent(given: object) -> str:
    """JSON calls these so."""
    return AS_JSON[given] if given is None or isinstance(given, bool) else echo(given)


def _is_tag(place: tuple[str | int, ...], index: int) -> bool:
    """Pydantic puts the type of an effect into the place, between `effect` and its field."""
    return index == 1 and place[0] == "effect"


def _keys(owner: tuple[str | int, ...]) -> list[str]:
    model: type[BaseModel] = Fault
    if owner:
        model = Match if owner[0] == "match" else EFFECTS[str(owner[1])]
    return list(model.model_fields)
