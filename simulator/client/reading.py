"""Between the server's JSON and values of Python."""

from collections.abc import Mapping
from dataclasses import Field, fields
from datetime import datetime, timedelta
from typing import Any, ClassVar, Protocol, TypeVar

Json = Mapping[str, Any]


class _Dataclass(Protocol):
    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]


Kind = TypeVar("Kind", bound=_Dataclass)


def read(kind: type[Kind], told: Json, **converted: Any) -> Kind:
    """A dataclass from the keys it knows; what a newer server tells besides is left out."""
    known = {field.name: told[field.name] for field in fields(kind) if field.name in told}
    return kind(**{**known, **converted})


def moment(text: str) -> datetime:
    """`2026-05-20T20:00:00Z`, aware."""
    return datetime.fromisoformat(text)


def in_seconds(lasting: timedelta | float) -> float:
    """A number is seconds already. Raises TypeError for what is neither."""
    if isinstance(lasting, timedelta):
        return lasting.total_seconds()
    if isinstance(lasting, bool) or not isinstance(lasting, int | float):
        raise TypeError(f"a time is a timedelta or a number of seconds, not {lasting!r}")
    return lasting


def iso(at: datetime | str | None) -> str | None:
    """A moment as the server reads it; without a zone it is UTC."""
    return at.isoformat() if isinstance(at, datetime) else at


def said(**values: Any) -> dict[str, Any]:
    """Those that are not None."""
    return {name: value for name, value in values.items() if value is not None}
