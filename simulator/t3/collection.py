"""A T3 collection: the fields its objects show, which of them can be asked about, and how each is written as JSON."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import itemgetter
from types import MappingProxyType
from typing import Any

import msgspec

from simulator.query.fields import Field, Fields, Kind
from simulator.times import iso_local, iso_utc

JSON = dict[str, Any]
Write = Callable[[Any, str], Any]
"""(row, when it was retrieved) -> a JSON value."""

_encode = msgspec.json.Encoder().encode

WRITERS: Mapping[Kind, Callable[[Any], Any]] = MappingProxyType(
    {
        Kind.NUMBER: float,
        Kind.INSTANT: iso_utc,
        Kind.LOCAL_TIME: iso_local,
        Kind.DATE: lambda day: day.isoformat(),
    }
)
SCHEMAS: Mapping[Kind, JSON] = MappingProxyType(
    {
        Kind.TEXT: {"type": "string"},
        Kind.INTEGER: {"type": "integer"},
        Kind.NUMBER: {"type": "number"},
        Kind.BOOLEAN: {"type": "boolean"},
        Kind.INSTANT: {"type": "string", "format": "date-time"},
        # Typed date-time by the vendor too; Metrc's local times have no zone, which RFC 3339 would ask for.
        Kind.LOCAL_TIME: {"type": "string", "description": "Facility-local date-time, without a zone."},
        Kind.DATE: {"type": "string", "format": "date"},
        Kind.JSON: {},
    }
)


@dataclass(frozen=True)
class Collection:
    """Objects of one model: what Metrc holds (`fields`) and what T3 frames it with (`frame`).

    GAP(field-order): an object's fields that differ come first, then those that all objects of a license have in common,
    then `retrievedAt`, each part alphabetically; the vendor's samples are alphabetical as a whole. So what is common is
    written once for a page, and the rest once for a row.

    A frame field is shown, but neither filtered nor sorted by. That is documented for `index`;
    GAP(frame-fields): it is taken to hold for `hostname`, `dataModel`, `retrievedAt` and `licenseNumber` too.
    """

    model: str
    frame: Sequence[Field]
    fields: Sequence[Field]

    @cached_property
    def asked(self) -> Fields:
        """What a filter or a sort may name; a field of a nested object by its dotted name."""
        asked: dict[str, Field] = {}
        for field in self.fields:
            if isinstance(field, Nested):
                asked.update(
                    {f"{field.name}.{name}": inner for name, inner in field.collection.asked.items()}
                )
            elif field.kind is not Kind.JSON:
                asked[field.name] = field
        return asked

    @cached_property
    def shown(self) -> Mapping[str, Write]:
        """Every field a report may name, dotted ones included, with what writes a row's value."""
        shown = dict(sorted(self._whole, key=itemgetter(0)))
        for field in self.fields:
            if isinstance(field, Nested):
                shown.update(
                    {f"{field.name}.{name}": write for name, write in field.collection.shown.items()}
                )
        return shown

    @cached_property
    def _whole(self) -> Sequence[tuple[str, Write]]:
        return [*self._own, *self._common, ("retrievedAt", lambda _row, at: at)]

    @cached_property
    def _own(self) -> Sequence[tuple[str, Write]]:
        return self._written(field for field in self._all if not isinstance(field, Constant))

    @cached_property
    def _common(self) -> Sequence[tuple[str, Write]]:
        return self._written(field for field in self._all if isinstance(field, Constant))

    @property
    def _all(self) -> Sequence[Field]:
        return (*self.frame, *self.fields)

    @staticmethod
    def _written(fields: Iterable[Field]) -> Sequence[tuple[str, Write]]:
        return sorted(((field.name, writer(field)) for field in fields), key=itemgetter(0))

    def show(self, row: Any, retrieved_at: str) -> JSON:
        """A row as its JSON object."""
        return {name: write(row, retrieved_at) for name, write in self._whole}

    def piece(self, row: Any, retrieved_at: str = "") -> bytes:
        """What a row's object does not have in common with others, as JSON without its braces.

        It tells nothing of `retrieved_at` but within a nested object.
        """
        return _encode({name: write(row, retrieved_at) for name, write in self._own})[1:-1]

    def ending(self, retrieved_at: str) -> bytes:
        """What comes after each piece: what all objects have in common, and the closing brace."""
        return b'%b"retrievedAt":"%b"}' % (self._common_json, retrieved_at.encode())

    @cached_property
    def _common_json(self) -> bytes:
        return b"," + _encode({name: write(None, "") for name, write in self._common})[1:-1] + b","

    def schema(self) -> JSON:
        """The object's OpenAPI schema."""
        properties: JSON = {"retrievedAt": SCHEMAS[Kind.INSTANT]}
        for field in self._all:
            if isinstance(field, Nested):
                properties[field.name] = field.collection.schema()
            elif field.kind is Kind.JSON:
                properties[field.name] = {"type": "array", "items": {}}
            else:
                properties[field.name] = {**SCHEMAS[field.kind], "nullable": True}
        return {"type": "object", "properties": properties, "required": list(properties)}


@dataclass(frozen=True, slots=True)
class Nested(Field):
    """A field that holds an object of another collection, read from the same row."""

    collection: Collection


@dataclass(frozen=True, slots=True)
class Constant(Field):
    """A field that says the same of all rows, and reads it of none."""


def constant(name: str, kind: Kind, value: Any) -> Constant:
    return Constant(name, kind, lambda _row: value)


def writer(field: Field) -> Write:
    """What turns a row into this field's JSON value."""
    if isinstance(field, Nested):
        return field.collection.show
    read, write = field.read, WRITERS.get(field.kind)
    if write is None:
        return lambda row, _at: read(row)

    def written(row: Any, _at: str) -> Any:
        value = read(row)
        return None if value is None else write(value)

    return written


def empty(kind: Kind, names: str) -> list[Field]:
    """Fields that are always null here, named in one string."""
    return [constant(name, kind, None) for name in names.split()]
