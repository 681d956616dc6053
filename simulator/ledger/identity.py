"""What follows from a value, kept by the identity of the value: equal ones may differ, as 1.5 and 1.50 do."""

from collections.abc import Callable
from typing import Generic, TypeVar

Value = TypeVar("Value")
Made = TypeVar("Made")

MOST = 4096


class ByIdentity(Generic[Value, Made]):
    """Makes it once for the same object, as long as no more than `MOST` others came since.

    What is kept holds its value too, so that no other object has the same identity meanwhile. In any thread.
    """

    __slots__ = ("_kept", "_make")

    def __init__(self, make: Callable[[Value], Made]) -> None:
        self._make = make
        self._kept: dict[int, tuple[Made, Value]] = {}

    def __call__(self, value: Value) -> Made:
        kept = self._kept.get(id(value))
        if kept is not None:
            return kept[0]
        made = self._make(value)
        if len(self._kept) >= MOST:
            self._kept.clear()
        self._kept[id(value)] = (made, value)
        return made
