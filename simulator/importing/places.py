"""Where in a file a row is: a line of a table, or a path in a JSON document with the line it is on."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from json.decoder import scanstring  # type: ignore[attr-defined]  # there, and not in the stubs

from msgspec import Struct

from simulator.wording import join_path

Path = tuple[str | int, ...]

_DECODER = json.JSONDecoder()
_SPACE = " \t\n\r"


@dataclass(eq=False, slots=True)
class Origin:
    """A file as messages call it. `text` is its JSON document, kept to find lines in; a table needs none."""

    name: str
    order: int
    text: str | None = None
    table: bool = False
    found: dict[int, tuple[int, int]] = field(default_factory=dict)
    """For each list in the text the index last looked for and where it is: the next search goes on from there."""


class Place(Struct, frozen=True, gc=False):
    """A row's place: `line` counts from 1, 0 where it has to be looked for in the document; `path` leads to the row."""

    origin: Origin
    line: int
    number: int
    path: Path = ()

    @property
    def order(self) -> tuple[int, int]:
        """Of reading: by file, then by row."""
        return (self.origin.order, self.number)

    def told(self, path: Path = ()) -> str:
        """As a message starts: file, line, and the column or the path of a value in the row."""
        origin, whole = self.origin, (*self.path, *path)
        line = self.line or line_of(origin.text or "", whole, origin.found)
        if origin.table:
            return f"{origin.name}, line {line}" + (f", column {join_path(path)}" if path else "")
        return f"{origin.name}, line {line}" + (f", {join_path(whole)}" if whole else "")


def line_of(text: str, path: Sequence[str | int], known: dict[int, tuple[int, int]] | None = None) -> int:
    """The line on which the value at `path` starts; of its nearest holder where it is not there. `known` is what earlier
    searches of this text have found.
    """
    known = {} if known is None else known
    found = _past_space(text, 0)
    for key in path:
        inside = _value(text, found, key, known)
        if inside is None:
            break
        found = inside
    return text.count("\n", 0, found) + 1


def _value(text: str, start: int, key: str | int, known: dict[int, tuple[int, int]]) -> int | None:
    """Where the value of `key` starts in the object or array that starts at `start`."""
    index, place = 0, _past_space(text, start + 1)
    if start in known and isinstance(key, int) and known[start][0] <= key:
        index, place = known[start]
    while text[place] not in "]}":
        name: str | int = index
        if text[start] == "{":
            name, place = scanstring(text, place + 1, True)
            place = _past_space(text, _past_space(text, place) + 1)
        if name == key:
            if isinstance(key, int):
                known[start] = (key, place)
            return place
        _, place = _DECODER.raw_decode(text, place)
        place = _past_space(text, place)
        if text[place] == ",":
            place = _past_space(text, place + 1)
        index += 1
    return None


def _past_space(text: str, place: int) -> int:
    while place < len(text) and text[place] in _SPACE:
        place += 1
    return place
