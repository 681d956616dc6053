"""What is wrong with a file to import, and where."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from simulator.importing.places import Path, Place
from simulator.wording import echo, listed, nearest


class ImportRefused(ValueError):  # noqa: N818 - what the import does, not a fault
    """Nothing was imported. The message is one line, fit for a terminal."""


class BadValue(ValueError):  # noqa: N818 - a finding about a row, not a fault
    """A row holds what it must not. `path` leads to the value inside the row."""

    def __init__(self, message: str, path: Path = ()) -> None:
        super().__init__(message)
        self.message = message
        self.path = path

    def under(self, *keys: str | int) -> "BadValue":
        """The same, seen from further out."""
        return BadValue(self.message, (*keys, *self.path))


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that cannot be imported, and why."""

    place: Place
    path: Path
    message: str

    def __str__(self) -> str:
        return f"{self.place.told(self.path)}: {self.message}"


def refusal(bad: Iterable[BadRow]) -> ImportRefused:
    """The first bad row in the order of reading, and how many more there are."""
    rows = sorted(bad, key=lambda each: each.place.order)
    more = len(rows) - 1
    others = f"{more} more bad row{'s' if more > 1 else ''}; --skip-bad leaves them out"
    rest = f"and {others}" if more else "--skip-bad leaves it out"
    return ImportRefused(f"{rows[0]} ({rest})")


def unlike(value: str, choices: Iterable[str]) -> str:
    """That a value is none of the choices, and the nearest one."""
    known = list(choices)
    close = nearest(value, known)
    return f"{echo(value)} is not one of {listed(known)}" + (f"; did you mean {close!r}?" if close else "")


def shown(value: object) -> str:
    """A value as the file has it, cut to a readable length."""
    if isinstance(value, (dict, list)):
        return "an object" if isinstance(value, dict) else "a list"
    if isinstance(value, Decimal):
        return str(value)
    return json.dumps(value) if value is None or isinstance(value, bool) else echo(value)
