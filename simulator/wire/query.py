"""Query strings, read strictly: UTF-8, no NUL, a single value given once."""

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Annotated, Any, TypeVar, cast
from urllib.parse import unquote_plus

from pydantic import BaseModel, BeforeValidator, ValidationError
from starlette.datastructures import URL
from starlette.requests import Request

from simulator.wire.errors import Misshapen, bad_request

MOST_FIELDS = 1000
MOST_REMEMBERED, LONGEST_REMEMBERED = 8192, 512
"""How many queries are remembered, and how many bytes each may have."""

Pairs = Sequence[tuple[str, str]]
Gather = Callable[[Pairs], dict[str, Any]]
Model = TypeVar("Model", bound=BaseModel)


def read_pairs(query_string: bytes) -> Pairs:
    """Names and values in the order sent; raises a WireError for what is not text."""
    read = _remembered_pairs if len(query_string) <= LONGEST_REMEMBERED else _read_pairs
    return read(query_string)


def _read_pairs(query_string: bytes) -> Pairs:
    """Those of the standard library's `parse_qsl`, which takes thrice as long where nothing is encoded."""
    try:
        text = query_string.decode("utf-8")
        if text.count("&") >= MOST_FIELDS:
            raise bad_request(f"The query string has more than {MOST_FIELDS} parameters")
        split = [each.partition("=") for each in text.split("&") if each]
        pairs = tuple([(name, value) for name, _, value in split])
        if "%" in text or "+" in text:
            pairs = tuple([(_decoded(name), _decoded(value)) for name, value in pairs])
    except UnicodeDecodeError:
        raise bad_request("The query string is not UTF-8") from None
    if "\0" in text or ("%00" in text and any("\0" in name or "\0" in value for name, value in pairs)):
        raise bad_request("The query string has a NUL character")
    return pairs


def _decoded(text: str) -> str:
    return unquote_plus(text, errors="strict")


def read_query(model: type[Model], gather: Gather, query_string: bytes) -> Model:
    """A query as an operation takes it: its pairs after `gather`, validated. Raises Misshapen."""
    read = _remembered_query if len(query_string) <= LONGEST_REMEMBERED else _read_query
    return cast("Model", read(model, gather, query_string))


def _read_query(model: type[BaseModel], gather: Gather, query_string: bytes) -> BaseModel:
    try:
        return model.__pydantic_validator__.validate_python(gather(read_pairs(query_string)))  # type: ignore[no-any-return] # of the model
    except ValidationError as error:
        raise Misshapen("query", error) from None


# Clients ask the same again and again, and what a query says follows from its bytes alone; models are frozen.
_remembered_pairs = lru_cache(MOST_REMEMBERED)(_read_pairs)
_remembered_query = lru_cache(MOST_REMEMBERED)(_read_query)


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
    gathered: dict[str, Any] = {}
    several: set[str] = set()
    for name, value in pairs:
        if name in several:
            gathered[name].append(value)
        elif name in gathered or name in lists:
            several.add(name)
            gathered[name] = [gathered[name], value] if name in gathered else [value]
        else:
            gathered[name] = value
    return gathered


def _whole(value: object) -> object:
    """Digits only: `1.0`, `1_000` and ` 1` are not whole numbers in a query string."""
    if isinstance(value, str):
        digits = value.removeprefix("-")
        if not (digits.isascii() and digits.isdigit()):
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
