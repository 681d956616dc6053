"""One request as the journal keeps it: what was asked, what was told, and what it did to the ledger."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from msgspec import Struct, msgpack

ANSWER_KEPT, BEGINNING_KEPT = 16 * 1024, 2 * 1024
"""How many bytes an answer may have to be kept whole, and how many are kept of a longer one."""


Headers = tuple[tuple[str, str], ...]
"""Names and values."""


class Applied(Struct, frozen=True, gc=False):
    """One event a request made. `id` is its number in the world, from 1; `action` a value of the ledger's `Action`."""

    id: int
    action: str
    license_number: str
    receipt_id: int
    receipt_number: str
    trace_id: str
    external_id: str | None


class Suffered(Struct, frozen=True, gc=False):
    """A fault that struck: its name, its phase and the type of its effect."""

    name: str
    phase: str
    effect: str


class Told(StrEnum):
    """What reached the client: a whole answer; one that began and never ended or is none; not one byte."""

    ANSWER = "answer"
    BROKEN = "broken"
    NOTHING = "nothing"


class Entry(Struct, frozen=True, gc=False):
    """A request, redacted. `at` is simulated, `started` real, both UTC; `path` is the one within the world.

    `operation` is an operationId, None when no route took the request. `status` is that of the answer as sent, None
    when nothing was sent. Of an `answer` over ANSWER_KEPT the beginning is kept. `hint` is the nearest route, or why the request was refused.
    `learned` are the Trace ids of receipts whose own answer was lost and that this answer showed.
    """

    number: int
    at: datetime
    started: datetime
    duration_ms: float
    api: str
    method: str
    path: str
    query: str
    packed_headers: bytes
    body: bytes
    operation: str | None
    username: str | None
    license_numbers: tuple[str, ...]
    status: int | None
    told: Told
    packed_answer_headers: bytes
    answer: bytes
    answer_size: int
    faults: tuple[Suffered, ...] = ()
    events: tuple[Applied, ...] = ()
    hint: str | None = None
    learned: tuple[str, ...] = ()

    @property
    def headers(self) -> Headers:
        return unpacked(self.packed_headers)

    @property
    def answer_headers(self) -> Headers:
        return unpacked(self.packed_answer_headers)

    @property
    def heard(self) -> bool:
        """Whether the client was told of success: a whole answer with a status of 200 to 299."""
        return self.told is Told.ANSWER and self.status is not None and 200 <= self.status < 300  # noqa: PLR2004 - HTTP's own


def packed(headers: Iterable[tuple[bytes, bytes]]) -> bytes:
    """Headers as ASGI has them, in one piece: a fraction of the memory, and nothing for the collector to look at."""
    return _pack(headers)


def unpacked(headers: bytes) -> Headers:
    """Decoded only when they are read: far more entries are written."""
    return tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in _unpack(headers))


_pack = msgpack.Encoder().encode
_unpack = msgpack.Decoder(list[tuple[bytes, bytes]]).decode

FIELDS = tuple(name.removeprefix("packed_") for name in Entry.__struct_fields__)
"""What an entry tells, in the order it is shown in."""
