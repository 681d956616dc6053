"""A piece of JSON with the path that led to it, so that what is wrong with it can be told with its place."""

from collections.abc import Callable
from typing import Any, TypeVar

from simulator.importing.problems import BadValue, shown

T = TypeVar("T")


class Part:
    """Read with `get` what may be missing, with `must` what may not; null is missing."""

    __slots__ = ("path", "value")

    def __init__(self, value: Any, path: tuple[str | int, ...] = ()) -> None:
        self.value = value
        self.path = path

    def get(self, key: str, read: Callable[[object], T | None]) -> T | None:
        value = self._object().get(key)
        if value is None:
            return None
        try:
            return read(value)
        except BadValue as bad:
            raise bad.under(*self.path, key) from None

    def must(self, key: str, read: Callable[[object], T | None]) -> T:
        found = self.get(key, read)
        if found is None:
            raise BadValue("there is no value", (*self.path, key))
        return found

    def part(self, key: str) -> "Part":
        """An object inside, which must be there."""
        value = self._object().get(key)
        if value is None:
            raise BadValue("there is no value", (*self.path, key))
        return Part(value, (*self.path, key))

    def optional(self, key: str) -> "Part | None":
        return None if self._object().get(key) is None else self.part(key)

    def items(self, most: int) -> list["Part"]:
        """The entries of a list."""
        if not isinstance(self.value, list):
            raise BadValue(f"{shown(self.value)} is not a list", self.path)
        if len(self.value) > most:
            raise BadValue(
                f"there are {len(self.value)} entries, and at most {most} can be imported", self.path
            )
        return [Part(each, (*self.path, index)) for index, each in enumerate(self.value)]

    def _object(self) -> dict[str, Any]:
        if not isinstance(self.value, dict):
            raise BadValue(f"{shown(self.value)} is not an object", self.path)
        return self.value
