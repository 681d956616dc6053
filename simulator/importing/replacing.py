"""Replacements: for each name and number another of the same look, by a seed, no two alike and none an original."""

import re
import string
from collections.abc import Callable, Iterable, Iterator
from hashlib import blake2b

from simulator.importing.names import FIRST_NAMES, LAST_NAMES

TRIES = 20
"""Draws of one look before the replacement is made longer; as often again, and look and length no longer matter."""
TELLING = 4
"""Originals of this length or more stand nowhere inside a replacement either."""

_HEX_ID = re.compile(r"[0-9a-f]{16,}")
_HEX_LETTERS = "abcdef"


class Replacing:
    """`originals` are all names and numbers that are replaced, so that none of them comes back as a replacement.

    The same original gets the same replacement under the same seed, whatever stands around it; only where two would
    be alike is one of them drawn again.
    """

    def __init__(self, seed: int, originals: Iterable[str]) -> None:
        self._key = f"{seed}".encode()[:64]
        self._originals = frozenset(originals)
        self._lengths = sorted({len(each) for each in self._originals if len(each) >= TELLING})
        self._used: set[str] = set()

    def draw(self, kind: str, original: str, most: int) -> list[int]:
        """`most` bytes that follow from the original and the seed."""
        drawn = b""
        for block in range(most // 64 + 1):
            text = f"{kind}/{block}/{original}".encode()
            drawn += blake2b(text, key=self._key, digest_size=64).digest()
        return list(drawn[:most])

    def number(self, original: str, kept: Callable[[str], bool] | None = None) -> str:
        """Letters for letters and digits for digits, the rest as it is; such that it is `kept`, where that is asked."""
        alphabets = _alphabets(original) if kept is None else _fitting(original, kept)
        for attempt in range(3 * TRIES):
            longer = max(attempt - TRIES, 0) // (TRIES // 4)
            drawn = self.draw(f"number {attempt}", original, len(original) + longer)
            made = "".join(
                alphabet[byte % len(alphabet)] for alphabet, byte in zip(alphabets, drawn, strict=False)
            ) + "".join(string.digits[byte % 10] for byte in drawn[len(original) :])
            if self._is_new(made) and (kept is None or kept(made) or attempt >= TRIES):
                return self._take(made)
        return self._any(original)

    def person(self, original: str) -> tuple[str, str]:
        """A first and a last name."""
        for attempt in range(3 * TRIES):
            first, last, other, *_ = self.draw(f"person {attempt}", original, 3)
            first_name, last_name = FIRST_NAMES[first % len(FIRST_NAMES)], LAST_NAMES[last % len(LAST_NAMES)]
            if attempt >= TRIES:
                last_name += f"-{LAST_NAMES[other % len(LAST_NAMES)]}"
            if self._is_new(f"{first_name} {last_name}") and self._originals.isdisjoint(
                (first_name, last_name)
            ):
                self._take(f"{first_name} {last_name}")
                return first_name, last_name
        return self._any(original), LAST_NAMES[0]

    def _any(self, original: str) -> str:
        """Something that is nobody's: where originals leave no room for anything of their look."""
        for attempt in range(256):
            made = "x" + "".join(f"{byte:02x}" for byte in self.draw(f"any {attempt}", original, 12))
            if made not in self._used and made not in self._originals:
                break
        return self._take(made)

    def _take(self, made: str) -> str:
        self._used.add(made)
        return made

    def _is_new(self, made: str) -> bool:
        return made not in self._used and made not in self._originals and not self.tells(made)

    def tells(self, made: str) -> bool:
        """Whether an original stands inside, in the same or in small letters, as they are in addresses."""
        return any(
            text[start : start + length] in self._originals
            for text in {made, made.lower()}
            for length in self._lengths
            if length <= len(text)
            for start in range(len(text) - length + 1)
        )


def _alphabets(original: str) -> list[str]:
    """What may stand at each place."""
    hex_id = _HEX_ID.fullmatch(original) is not None
    return [_alphabet(character, hex_id=hex_id) for character in original]


def _alphabet(character: str, *, hex_id: bool = False) -> str:
    if character.isalpha():
        if hex_id:
            return _HEX_LETTERS
        return string.ascii_uppercase if character.isupper() else string.ascii_lowercase
    return string.digits if character.isalnum() else character


def _fitting(original: str, kept: Callable[[str], bool]) -> list[str]:
    """The same, but at each place only what may stand there by itself."""

    def fitting(place: int, alphabet: str) -> Iterator[str]:
        for character in alphabet:
            if kept(original[:place] + character + original[place + 1 :]):
                yield character

    return [
        "".join(fitting(place, alphabet)) or original[place]
        for place, alphabet in enumerate(_alphabets(original))
    ]
