"""Requests that are wrong before the ledger is asked."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, Literal

from pydantic import ValidationError

from simulator.wording import did_you_mean, echo, join_path, listed, readable

# Pydantic's kinds of error in plain words; any other kind speaks for itself.
WORDS: Mapping[str, str] = MappingProxyType(
    {
        "bool_parsing": "must be true or false",
        "bool_type": "must be true or false",
        "enum": "must be one of {expected}",
        "int_parsing_size": "must not be that large",
        "greater_than_equal": "must be at least {ge}",
        "less_than_equal": "must be at most {le}",
        "list_type": "must be a list",
        "literal_error": "must be one of {expected}",
        "model_attributes_type": "must be an object",
        "model_type": "must be an object",
        "string_pattern_mismatch": "must match {pattern}",
        "string_too_long": "must have at most {max_length} characters",
        "string_too_short": "must not be empty",
        "string_type": "must be a string",
        "tuple_type": "must be a list",
    }
)
NO_NUL = r"^[^\x00]*$"
"""The pattern of texts without U+0000, which no store behind the real APIs could keep."""
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
        super().__init__("; ".join(f"{fault.path} {fault.message}".lstrip() for fault in self.faults))


def _fault(part: str, problem: Mapping[str, Any], known: Iterable[str]) -> Fault:
    kind, given = problem["type"], problem["input"]
    if kind == "missing":
        hint = did_you_mean(str(problem["loc"][-1]), given) if isinstance(given, dict) else ""
        message = f"is required.{hint}" if hint else "is required"
    elif kind == "extra_forbidden":
        message = f"is unknown.{did_you_mean(str(problem['loc'][-1]), known)} Known are {listed(known)}"
    elif kind == "json_invalid":
        message = problem["msg"]
    elif part == "query" and isinstance(given, list):
        message = "is given more than once"
    else:
        context = problem.get("ctx", {})
        plain = _SUBJECT.sub("must", problem["msg"].removeprefix("Value error, "))
        words = WORDS[kind].format(**context) if kind in WORDS else plain
        message = f"{words}, not {echo(given)}" + _hint(given, context)
    return Fault(kind, join_path(problem["loc"]), message, given)


def _hint(given: object, context: Mapping[str, Any]) -> str:
    """The nearest choice, where there is a closed list of them."""
    close = (
        did_you_mean(given, _QUOTED.findall(str(context.get("expected", ""))))
        if isinstance(given, str)
        else ""
    )
    return f".{close}" if close else ""
