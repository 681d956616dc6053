"""What a collection's rows can be asked about: named fields of a few kinds."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any


class Kind(Enum):
    """The kinds of value a field holds, and how a row's reader must deliver them.

    TEXT str; INTEGER int; NUMBER Decimal; BOOLEAN bool; INSTANT aware datetime; LOCAL_TIME naive datetime in the
    facility's zone; DATE date in the facility's zone; JSON anything that can only be shown. Any may be None.
    """

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    INSTANT = "instant"
    LOCAL_TIME = "local time"
    DATE = "date"
    JSON = "json"


Reader = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Field:
    """A field to filter and sort by: what it is called, what kind it is, how a row gives it."""

    name: str
    kind: Kind
    read: Reader


Fields = Mapping[str, Field]


class QueryError(ValueError):
    """The text of a filter, a sort or a page does not stand up. The message is fit for the client."""
