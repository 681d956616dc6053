"""Trace ids in little space, and receipts by them: a table of numbers for the past a book was given, a map for what came since."""

from array import array
from collections.abc import Iterator
from typing import Self
from zlib import crc32

from simulator.paged.map import PagedMap

EMPTY = -1 << 63
"""No receipt has this id."""


def mark_of(trace_id: str) -> int:
    """A number of 32 bits, for one Trace id always the same, for different ones nearly always another."""
    return crc32(trace_id.encode())


def trace_key(trace_id: str) -> bytes | None:
    """A Trace id of 32 lower-case hexadecimal digits in half the bytes; None for any other text."""
    try:
        key = bytes.fromhex(trace_id)
    except ValueError:
        return None
    return key if key.hex() == trace_id else None


class TraceIds:
    """Finds the few receipts that a Trace id may be of; whoever asks looks at them.

    The table takes 16 to 32 bytes a receipt, where a map from text takes some 120. Nothing is ever taken out.
    """

    __slots__ = ("_later", "_table")

    def __init__(self) -> None:
        self._table: array[int] = array("q")
        """Ids by the mark of their Trace id, or in the next free place after it. Never more than half full."""
        self._later: PagedMap[str, int] = PagedMap()

    def fork(self) -> Self:
        other = type(self)()
        other._table, other._later = self._table, self._later.fork()  # noqa: SLF001 - it is one of us
        return other

    def may_be(self, trace_id: str) -> Iterator[int]:
        """The ids of receipts that may have this Trace id."""
        later = self._later.get(trace_id)
        if later is not None:
            yield later
        table = self._table
        if table:
            last = len(table) - 1
            place = mark_of(trace_id) & last
            while table[place] != EMPTY:
                yield table[place]
                place = (place + 1) & last

    def put(self, trace_id: str, receipt_id: int) -> None:
        self._later.put(trace_id, receipt_id)

    def adopt(self, marks: "array[int]", ids: list[int]) -> bool:
        """Take in the receipts with these ids and marks. False, and nothing is done, where there is a table already."""
        if self._table or not ids:
            return not ids
        size = 1 << (2 * len(ids)).bit_length()
        table = array("q", [EMPTY]) * size
        last = size - 1
        for mark, receipt_id in zip(marks, ids, strict=True):
            place = mark & last
            while table[place] != EMPTY:
                place = (place + 1) & last
            table[place] = receipt_id
        self._table = table
        return True
