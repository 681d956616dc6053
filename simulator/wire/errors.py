"""Requests that are wrong before the ledger is asked."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, Literal

from pydantic import ValidationError

from simulator.times import NOT_ISO
from simulator.wording import did_you_mean, echo, join_path, listed, nearest, readable

# Pydantic's kinds of error in plain words; any other kind speaks for itself.
WORDS: Mapping[str, str] = MappingProxyType(
    {
        "bool_parsing": "must be true or false",
        "bool_type": "must be true or false",
        "date_from_datetime_parsing": NOT_ISO,
        "datetime_from_date_parsing": NOT_ISO,
        "datetime_parsing": NOT_ISO,
        "datetime_type": NOT_ISO,
        "enum": "must be one of {expected}",
        "finite_number": "must be a finite number",
        "float_parsing": "must be a number",
        "float_type": "must be a number",
        "int_from_float": "must be a whole number",
        "int_parsing": "must be a whole number",
        "int_parsing_size": "must not be that large",
        "int_type": "must be a whole number",
        "greater_than": "must be above {gt}",
        "greater_than_equal": "must be at least {ge}",
        "less_than_equal": "must be at most {le}",
        "list_type": "must be a list",
        "literal_error": "must be one of {expected}",
        "model_attributes_type": "must be an object",
        "model_type": "must be an object",
        "string_pattern_mismatch": "must match {pattern}",
        "string_too_long": "must have at most {max_length} characters",
        "string_type": "must be a string",
        "timezone_aware": "must say its zone, as in 2024-07-17T20:26:07Z",
        "tuple_type": "must be a list",
    }
)
NO_NUL = r"^[^\x00]*$"
"""The pattern of texts without U+0000, which no store behind the real APIs could keep."""
PRINTABLE = r"^[^\x00-\x1f\x7f]*$"
VISIBLE = r"^[\x21-\x7e]+$"
# Patterns that are said more easily than read; any other is shown as it is.
PATTERNS: Mapping[str, str] = MappingProxyType(
    {
        NO_NUL: "must not contain U+0000",
        PRINTABLE: "must not contain control characters",
        VISIBLE: "must be of visible ASCII characters, without spaces",
    }
)
AS_JSON = MappingProxyType({None: "null", True: "true", False: "false"})
_SUBJECT = re.compile(r"^(Input|List) should")
_QUOTED = re.compile(r"'([^']*)'")


class WireError(Exception):
    """`status` and a message fit for the client; the façade puts it in its own body."""

    def __init__(self, status: int, message: str, headers: Mapping[str, str] | None = None) -> None:
        self.status = int(status)
        self.headers = headers
        super().__init__(message)


def phrase_of(status: int) -> str:
    """The status' own phrase; a plain word where it has none, as 529 has not."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Error"


def bad_request(message: str) -> WireError:
    return WireError(HTTPStatus.BAD_REQUEST, message)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with the shape of a request. `kind` is pydantic's name for it, `given` what was sent."""

    kind: str
    path: str
    message: str
    given: Any


class Misshapen(Exception):  # noqa: N818 - what the request is
    """The query or the body is not of the documented shape; every fault is listed.

    `known` are the keys there are, to name the nearest of for one that is not among them.
    """

    def __init__(
        self, part: Literal["query", "body"], error: ValidationError, known: Iterable[str] = ()
    ) -> None:
        self.part = part
        problems, self.more = readable(error.errors(include_url=False))
        self.faults = [_fault(part, problem, known) for problem in problems]
        super().__init__(
            "; ".join(f"{_subject(part, fault)} {fault.message}".lstrip() for fault in self.faults)
        )


def _subject(part: str, fault: Fault) -> str:
    """What the sentence is about; one about JSON that is none speaks for itself."""
    return fault.path or (f"the {part}" if fault.message.startswith("must ") else "")


def _fault(part: str, problem: Mapping[str, Any], known: Iterable[str]) -> Fault:
    kind, given = problem["type"], problem["input"]
    if kind == "missing":
        close = nearest(str(problem["loc"][-1]), given) if isinstance(given, dict) else None
        message = "is required" if close is None else f"is required, {echo(close)} was sent"
    elif kind == "extra_forbidden":
        message = f"is unknown.{did_you_mean(str(problem['loc'][-1]), known)} Known are {listed(known)}"
    elif kind == "string_too_short":
        message = "must not be empty"
    elif kind == "too_short" and (least := problem.get("ctx", {}).get("min_length")):
        # Pydantic's own; what Count says is fit to be shown.
        message = f"must have at least {least} item{'s' if least > 1 else ''}"
    elif kind == "json_invalid":
        message = problem["msg"]
    elif part == "query" and isinstance(given, list):
        message = "is given more than once"
    else:
        context = {key: _plain(each) for key, each in problem.get("ctx", {}).items()}
        plain = _SUBJECT.sub("must", problem["msg"].removeprefix("Value error, "))
        words = PATTERNS.get(str(context.get("pattern"))) or (
            WORDS[kind].format(**context) if kind in WORDS else plain
        )
        message = f"{words}, not {_as_sent(part, given)}" + _hint(given, context)
    return Fault(kind, join_path(problem["loc"]), message, given)


def _plain(bound: object) -> object:
    """A bound as people write it: 0, not 0.0."""
    return int(bound) if isinstance(bound, float) and bound.is_integer() else bound


def _as_sent(part: str, given: object) -> str:
    """In a body null, true and false are called so."""
    return AS_JSON[given] if part == "body" and (given is None or isinstance(given, bool)) else echo(given)


def _hint(given: object, context: Mapping[str, Any]) -> str:
    """The nearest choice, where there is a closed list of them."""
    close = (
        did_you_mean(given, _QUOTED.findall(str(context.get("expected", ""))))
        if isinstance(given, str)
        else ""
    )
    return f".{close}" if close else ""
