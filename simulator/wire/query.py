"""Query strings, read strictly: UTF-8, no NUL, a single value given once."""

from collections.abc import Callable, Iterable, Sequence
from typing import Annotated, Any, TypeVar
from urllib.parse import unquote_plus

from pydantic import BaseModel, BeforeValidator, ValidationError
from starlette.datastructures import URL
from starlette.requests import Request

from simulator.wire.errors import Misshapen, bad_request

MOST_FIELDS = 1000
MOST_REMEMBERED, LONGEST_REMEMBERED = 1024, 512
"""How many queries are remembered, and how many bytes each may have."""

Pairs = Sequence[tuple[str, str]]
Gather = Callable[[Pairs], dict[str, Any]]
Model = TypeVar("Model", bound=BaseModel)


def read_pairs(query_string: bytes) -> Pairs:
    """Names and values in the order sent; raises a WireError for what is not text.

    They are those of the standard library's `parse_qsl`, which takes thrice as long where nothing is encoded.
    """
    try:
        text = query_string.decode("utf-8")
        if text.count("&") >= MOST_FIELDS:
            raise bad_request(f"The query string has more than {MOST_FIELDS} parameters")
        pairs = [
            (name, value) for name, _, value in [each.partition("=") for each in text.split("&") if each]
        ]
        if "%" in text or "+" in text:
            pairs = [(_decoded(name), _decoded(value)) for name, value in pairs]
    except UnicodeDecodeError:
        raise bad_request("The query string is not UTF-8") from None
    if "\0" in text or ("%00" in text and any("\0" in name or "\0" in value for name, value in pairs)):
        raise bad_request("The query string has a NUL character")
    return pairs


def _decoded(text: str) -> str:
    return unquote_plus(text, errors="strict")


def read_query(model: type[Model], gather: Gather, query_string: bytes, pairs: Pairs) -> Model:
    """A query as an operation takes it: its pairs after `gather`, validated. Raises Misshapen.

    Clients ask the same again and again, so the latest are remembered: a model is frozen, and follows from these alone.
    """
    asked = (model, gather, query_string)
    query: Model | None = _remembered.get(asked)
    if query is None:
        try:
            query = model.__pydantic_validator__.validate_python(gather(pairs))
        except ValidationError as error:
            raise Misshapen("query", error) from None
        if len(query_string) <= LONGEST_REMEMBERED:
            if len(_remembered) >= MOST_REMEMBERED:
                _remembered.clear()
            _remembered[asked] = query
    return query


_remembered: dict[tuple[type[BaseModel], Gather, bytes], Any] = {}


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
