"""A T3 collection: the fields its objects show, which of them can be asked about, and how each is written as JSON."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from functools import cached_property
from operator import attrgetter, itemgetter
from types import MappingProxyType
from typing import Any, NamedTuple

import msgspec
from msgspec import Struct

from simulator.query.fields import Field, Fields, Kind, Reader
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
# Times and dates are left to the encoder where it writes them as these do. It always writes a fraction's zeros.
ENCODABLE: Mapping[Kind, Callable[[Any], Any]] = MappingProxyType(
    {
        Kind.NUMBER: float,
        Kind.INSTANT: lambda at: iso_utc(at) if at.microsecond or at.tzinfo is not UTC else at,
        Kind.LOCAL_TIME: lambda at: iso_local(at) if at.microsecond else at,
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


MOST_COMMON = 1024
"""What many objects have in common is kept once, up to so many different; then they are gathered anew."""


class Pieces(NamedTuple):
    """The objects of some rows, without their braces and without when they were retrieved."""

    own: Sequence[bytes]
    common: Sequence[bytes]
    """Of each row, what many have in common: the same bytes for all of those."""


@dataclass(frozen=True)
class Collection:
    """Objects of one model: what Metrc holds (`fields`) and what T3 frames it with (`frame`).

    GAP(field-order): an object's own fields come first, then those that many objects of a license have in common, then
    `retrievedAt`, each part alphabetically; the vendor's samples are alphabetical as a whole. So what is common is
    written and kept once for many rows, and the rest once for a row.

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
        return self._written(self._own_fields)

    @cached_property
    def _common(self) -> Sequence[tuple[str, Write]]:
        return self._written(field for field in self._all if isinstance(field, Common))

    @cached_property
    def _own_fields(self) -> Sequence[Field]:
        return sorted((field for field in self._all if not isinstance(field, Common)), key=attrgetter("name"))

    @property
    def _all(self) -> Sequence[Field]:
        return (*self.frame, *self.fields)

    @staticmethod
    def _written(fields: Iterable[Field]) -> Sequence[tuple[str, Write]]:
        return sorted(((field.name, writer(field)) for field in fields), key=itemgetter(0))

    def show(self, row: Any, retrieved_at: str) -> JSON:
        """A row as its JSON object."""
        return {name: write(row, retrieved_at) for name, write in self._whole}

    def pieces(self, rows: Sequence[Any], retrieved_at: str = "") -> Pieces:
        """Field by field rather than row by row, which takes half the time.

        `retrieved_at` is told within nested objects only.
        """
        objects = map(self._own_struct, *self._own_columns(rows, retrieved_at))
        own = [written[1:-1] for written in map(_encode, objects)]
        said = zip(*[map(read, rows) for read in self._common_readers], strict=True)
        known = self._commons
        return Pieces(
            own,
            [known.get(each) or self._write_common(each, row) for each, row in zip(said, rows, strict=True)],
        )

    def _own_columns(self, rows: Sequence[Any], retrieved_at: str) -> Iterator[Iterable[Any]]:
        for field, read in zip(self._own_fields, self._own_readers, strict=True):
            if isinstance(field, Nested):
                yield [field.collection.show(row, retrieved_at) for row in rows]
            else:
                yield map(read, rows)

    def _write_common(self, said: tuple[Any, ...], row: Any) -> bytes:
        """What comes between a row's own fields and when it was retrieved."""
        values = {name: write(row, "") for name, write in self._common}
        if len(self._commons) >= MOST_COMMON:
            self._commons.clear()
        written = self._commons[said] = b',%b,"retrievedAt":"' % _encode(values)[1:-1]
        return written

    @cached_property
    def _own_readers(self) -> Sequence[Reader]:
        return [_encodable(field) for field in self._own_fields]

    @cached_property
    def _own_struct(self) -> type[Struct]:
        """Encoded in half the time of a dict."""
        return msgspec.defstruct("Own", [(field.name, Any) for field in self._own_fields], gc=False)

    @cached_property
    def _common_readers(self) -> Sequence[Reader]:
        varying = [
            field for field in self._all if isinstance(field, Common) and not isinstance(field, Constant)
        ]
        return [field.read for field in varying] or [lambda _row: None]

    @cached_property
    def _commons(self) -> dict[tuple[Any, ...], bytes]:
        """By what the fields say that are not the same of all rows."""
        return {}

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
class Common(Field):
    """A field that says the same of many rows, in texts, dates or truth values: nothing that tells of one person."""


@dataclass(frozen=True, slots=True)
class Constant(Common):
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


def _encodable(field: Field) -> Reader:
    """What turns a row into what the encoder writes as this field's JSON value."""
    read, ready = field.read, ENCODABLE.get(field.kind)
    if ready is None:
        return read

    def held(row: Any) -> Any:
        value = read(row)
        return None if value is None else ready(value)

    return held


def empty(kind: Kind, names: str) -> list[Field]:
    """Fields that are always null here, named in one string."""
    return [constant(name, kind, None) for name in names.split()]
