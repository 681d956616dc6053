"""Query strings, read strictly: UTF-8, no NUL, a single value given once."""

from collections.abc import Iterable, Sequence
from typing import Annotated, Any
from urllib.parse import parse_qsl

from pydantic import BeforeValidator
from starlette.datastructures import URL
from starlette.requests import Request

from simulator.wire.errors import bad_request

MOST_FIELDS = 1000

Pairs = Sequence[tuple[str, str]]


def read_pairs(query_string: bytes) -> Pairs:
    """Names and values in the order sent; raises a WireError for what is not text."""
    try:
        pairs = parse_qsl(
            query_string.decode("utf-8"), keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS
        )
    except UnicodeDecodeError:
        raise bad_request("The query string is not UTF-8") from None
    except ValueError:
        raise bad_request(f"The query string has more than {MOST_FIELDS} parameters") from None
    if any("\0" in name or "\0" in value for name, value in pairs):
        raise bad_request("The query string has a NUL character")
    return pairs


def safe_url(request: Request) -> str:
    """The request's URL; bytes of its query that are not UTF-8 are shown as replacement characters."""
    try:
        return str(request.url)
    except UnicodeDecodeError:
        query = request.scope["query_string"].decode("utf-8", errors="replace")
        return f"{URL(scope={**request.scope, 'query_string': b''})}?{query}"


def first(pairs: Pairs, name: str) -> str | None:
    return next((value for key, value in pairs if key == name), None)


def gather(pairs: Iterable[tuple[str, str]], lists: frozenset[str]) -> dict[str, Any]:
    """Parameters by name: a list for those named in `lists`, and for any that is repeated, which no model takes.

    GAP(repeated-parameters): which of two values wins is not documented, so neither does.
    """
    gathered: dict[str, list[str]] = {}
    for name, value in pairs:
        gathered.setdefault(name, []).append(value)
    return {
        name: values if name in lists or len(values) > 1 else values[0] for name, values in gathered.items()
    }


def _whole(value: object) -> object:
    """Digits only: `1.0`, `1_000` and ` 1` are not whole numbers in a query string."""
    if isinstance(value, str) and not (
        value.removeprefix("-").isascii() and value.removeprefix("-").isdigit()
    ):
        raise ValueError("must be a whole number")
    return value


def _boolean(value: object) -> object:
    if isinstance(value, str):
        if value.casefold() not in ("true", "false"):
            raise ValueError("must be true or false")
        return value.casefold() == "true"
    return value


def _number(value: object) -> object:
    """A whole number that may be written as a number is, `100` or `100.0`."""
    if isinstance(value, str):
        whole, point, fraction = value.partition(".")
        if point and (not fraction or fraction.strip("0")):
            raise ValueError("must be a whole number")
        return _whole(whole)
    return value


Whole = Annotated[int, BeforeValidator(_whole)]
WholeNumber = Annotated[int, BeforeValidator(_number)]
Boolean = Annotated[bool, BeforeValidator(_boolean)]
