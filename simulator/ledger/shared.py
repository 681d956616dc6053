"""What many receipts of a license have in common, kept once and told by number."""

from collections.abc import Hashable
from threading import Lock
from typing import TypeVar

import msgspec

from simulator.ledger.identity import ByIdentity
from simulator.ledger.model import Tax

T = TypeVar("T", bound=Hashable)

MOST_WORDS = 4096
"""What a license says over and over is kept once, up to so many different; more is written out each time."""

_encode = msgspec.msgpack.Encoder().encode
_decode_taxes = msgspec.msgpack.Decoder(tuple[Tax, ...]).decode


class Shared(dict[T, int | T]):
    """The numbers of different values, in the order in which they were first met; of each beyond so many, itself."""

    def __init__(self) -> None:
        self.values_met: list[T] = []
        """By number."""
        self._lock = Lock()

    def __missing__(self, value: T) -> int | T:
        with self._lock:
            if value in self:
                return self[value]
            number = len(self.values_met)
            if number == MOST_WORDS:
                return value
            self.values_met.append(value)
            self[value] = number
            return number


class SharedTaxes:
    """The taxes of a line by number. They are told apart by their bytes, as 1.5 equals 1.50 and is not the same text."""

    def __init__(self) -> None:
        shared: Shared[bytes] = Shared()
        by_number: dict[int, tuple[Tax, ...]] = {}

        def number_of(taxes: tuple[Tax, ...]) -> int | bytes:
            number = shared[_encode(taxes)]
            if isinstance(number, int):
                by_number.setdefault(number, taxes)
            return number

        self.number = ByIdentity(number_of)
        self._taxes = by_number

    def __getitem__(self, number: int | bytes) -> tuple[Tax, ...]:
        if isinstance(number, bytes):
            return _decode_taxes(number)
        return self._taxes[number]
