"""Packed receipts seen as receipts: each is opened when it is asked for, and kept by nobody."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import overload

from simulator.ledger.model import Receipt
from simulator.ledger.packing import PackedReceipt

Unpack = Callable[[PackedReceipt], Receipt]


class UnpackedList(Sequence[Receipt]):
    """A list of them, as it is now."""

    __slots__ = ("_rows", "_unpack")

    def __init__(self, rows: Sequence[PackedReceipt], unpack: Unpack) -> None:
        self._rows = rows
        self._unpack = unpack

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[Receipt]:
        return map(self._unpack, self._rows)

    @overload
    def __getitem__(self, index: int) -> Receipt: ...

    @overload
    def __getitem__(self, index: slice) -> list[Receipt]: ...

    def __getitem__(self, index: int | slice) -> Receipt | list[Receipt]:
        if isinstance(index, slice):
            return [self._unpack(row) for row in self._rows[index]]
        return self._unpack(self._rows[index])

    def __repr__(self) -> str:
        return repr(list(self))


class UnpackedMap(Mapping[int, Receipt]):
    """Receipts by id, as they are now."""

    __slots__ = ("_rows", "_unpack")

    def __init__(self, rows: Mapping[int, PackedReceipt], unpack: Unpack) -> None:
        self._rows = rows
        self._unpack = unpack

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[int]:
        return iter(self._rows)

    def __contains__(self, receipt_id: object) -> bool:
        return receipt_id in self._rows

    def __getitem__(self, receipt_id: int) -> Receipt:
        return self._unpack(self._rows[receipt_id])

    def __repr__(self) -> str:
        return repr(dict(self))
