"""Where each key and each table of a TOML text stands, so that a refusal can name the line."""

import re
import tomllib
from bisect import bisect_left
from collections.abc import Mapping

Place = tuple[str | int, ...]
"""Keys and, in lists, positions: `("lots", 3, "lab_state")`."""

_BLANK = re.compile(r"(?:[ \t\r\n]+|#[^\n]*)*")
_STRING = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*"""(?:"{0,2})'
    r"|'''(?:[^']|'(?!''))*'''(?:'{0,2})"
    r'|"(?:[^"\\]|\\.)*"'
    r"|'[^']*'",
    re.DOTALL,
)
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_BARE_VALUE = re.compile(r"[^,\]}#\n]+")


def line_of(places: Mapping[Place, int], place: Place) -> int:
    """The line of a place, as `lines` has them; of one that is not there, the line of the innermost that is."""
    while place not in places:
        place = place[:-1]
    return places[place]


def lines(text: str) -> Mapping[Place, int]:
    """The line, from 1, of every place in a text that is TOML: of a table where its header stands, of a key or an entry
    of a list where its value begins. A table without a header of its own stands where it is first spoken of; the whole
    is at line 1.
    """
    return _Reading(text).run()


class _Reading:
    """One pass over a text that `tomllib` has read before: it may expect, and need not check."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._breaks = [found.start() for found in re.finditer("\n", text)]
        self._lines: dict[Place, int] = {(): 1}
        self._listed: dict[Place, int] = {}
        """How many tables each list of tables has so far."""

    def run(self) -> Mapping[Place, int]:
        table: Place = ()
        while not self._ends():
            if self._take("["):
                table = self._header(listed=self._take("["))
            else:
                self._pair(table)
        return self._lines

    def _header(self, *, listed: bool) -> Place:
        """`[a.b]` or `[[a.b]]`: the table that what follows belongs to. The brackets before it are read."""
        line = self._line()
        *outer, last = self._key()
        self._at = self._text.index("]", self._at) + 1 + listed
        place: Place = ()
        for key in outer:
            place = (*place, key)
            self._lines.setdefault(place, line)
            if place in self._listed:
                place = (*place, self._listed[place] - 1)
        place = (*place, last)
        if listed:
            self._lines.setdefault(place, line)
            self._listed[place] = self._listed.get(place, 0) + 1
            place = (*place, self._listed[place] - 1)
        self._lines[place] = line
        return place

    def _pair(self, table: Place) -> None:
        """`key = value` in a table."""
        *outer, last = self._key()
        self._at = self._text.index("=", self._at) + 1
        self._skip_blank()
        for key in outer:
            table = (*table, key)
            self._lines.setdefault(table, self._line())
        self._value((*table, last))

    def _key(self) -> list[str]:
        """The parts of a key, dots between them."""
        parts = []
        while True:
            self._skip_blank()
            string = _STRING.match(self._text, self._at)
            found = string or _BARE_KEY.match(self._text, self._at)
            assert found is not None  # noqa: S101 - it is TOML
            self._at = found.end()
            parts.append(tomllib.loads(f"key = {found[0]}")["key"] if string else found[0])
            self._skip_blank()
            if not self._take("."):
                return parts

    def _value(self, place: Place) -> None:
        self._lines[place] = self._line()
        if self._take("["):
            index = 0
            while not self._closes("]"):
                self._value((*place, index))
                index += 1
        elif self._take("{"):
            while not self._closes("}"):
                self._pair(place)
        else:
            found = _STRING.match(self._text, self._at) or _BARE_VALUE.match(self._text, self._at)
            assert found is not None  # noqa: S101 - it is TOML
            self._at = found.end()

    def _closes(self, bracket: str) -> bool:
        """Whether a list or an inline table ends here; what stands between its entries is skipped."""
        self._skip_blank()
        if self._take(","):
            self._skip_blank()
        return self._take(bracket)

    def _ends(self) -> bool:
        self._skip_blank()
        return self._at == len(self._text)

    def _skip_blank(self) -> None:
        """White space, line breaks and comments."""
        found = _BLANK.match(self._text, self._at)
        self._at = found.end() if found else self._at

    def _take(self, character: str) -> bool:
        taken = self._text.startswith(character, self._at)
        self._at += taken
        return taken

    def _line(self) -> int:
        return bisect_left(self._breaks, self._at) + 1
