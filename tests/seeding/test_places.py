"""Lines of places in TOML: wherever a key was put, that is where it is found."""

import tomllib
from collections.abc import Iterator
from datetime import datetime
from itertools import count
from random import Random
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from simulator.seeding.find import find as file_of
from simulator.seeding.find import shipped
from simulator.seeding.recipe.places import Place, line_of, lines

TEXT = """\
# [[lots]] in a comment
name = "a # string [[lots]]" # and a comment
"quoted key" = 1
'lit.eral' . dotted.key = [
  1, # one ]
  "]", { a = 1, b = [2,
  3] },
]
story = \"\"\"
[[lots]]
\\"\"\"
'''\"\"\"
raw = '''
key = 5 \\''' # a backslash means nothing here
[[lots]]
item = "x"

[[ lots ]] # the second
item.name = "y"
[lots.detail]
colour = "green"
[[lots.parts]]
size = 1
[[lots.parts]]
size = 2
[ a . "b.c" ]
d = 1979-05-27 07:32:00
[a]
e = {}
f = []
"""


@pytest.mark.parametrize(
    ("place", "line"),
    [
        ((), 1),
        (("name",), 2),
        (("quoted key",), 3),
        (("lit.eral", "dotted", "key"), 4),
        (("lit.eral", "dotted", "key", 0), 5),
        (("lit.eral", "dotted", "key", 1), 6),
        (("lit.eral", "dotted", "key", 2, "b"), 6),
        (("lit.eral", "dotted", "key", 2, "b", 1), 7),
        (("story",), 9),
        (("raw",), 13),
        (("lots",), 15),
        (("lots", 0, "item"), 16),
        (("lots", 1), 18),
        (("lots", 1, "item", "name"), 19),
        (("lots", 1, "detail", "colour"), 21),
        (("lots", 1, "parts", 1), 24),
        (("lots", 1, "parts", 1, "size"), 25),
        (("a", "b.c", "d"), 27),
        (("a", "e"), 29),
        (("a", "f"), 30),
    ],
)
def test_a_place_is_found_where_it_stands(place: Place, line: int) -> None:
    assert lines(TEXT)[place] == line


@pytest.mark.parametrize(
    ("place", "line"),
    [
        (("lots", 1, "missing"), 18),
        (("lots", 7, "item"), 15),
        (("lit.eral", "dotted", "key", 2, "c"), 6),
        (("a", "missing"), 28),
        (("missing",), 1),
    ],
)
def test_of_what_is_missing_the_table_is_told(place: Place, line: int) -> None:
    assert line_of(lines(TEXT), place) == line


# --- any TOML -------------------------------------------------------------------------------------------------------

BLANKS = ("", " ", "\t", "  ")
BREAKS = ("\n", "\n\n", "\r\n", " # not ] a } value = [[x]] \"'\n", "\n  # '''\n\t")


class Writer:
    """Writes TOML at random. Every value says a word that is nowhere else, every header has its word in a comment."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.number = count(1000)

    def blank(self) -> str:
        return self.rng.choice(BLANKS)

    def key(self) -> str:
        """A key that is nowhere else."""
        number = next(self.number)
        return self.rng.choice(
            [
                f"k{number}",
                f"{number}",
                f"-k_{number}",
                f'"q.{number} # ]"',
                f"'l=\"{number}'",
                f'"\\u0041\\"{number}"',
            ]
        )

    def keys(self) -> str:
        dot = f"{self.blank()}.{self.blank()}"
        return dot.join(self.key() for _ in range(self.rng.choice((1, 1, 1, 2, 3))))

    def pair(self, depth: int = 0) -> str:
        return f"{self.keys()}{self.blank()}={self.blank()}{self.value(depth)}"

    def value(self, depth: int) -> str:
        kinds = [self.scalar, self.scalar, self.string, self.string, self.string]
        if depth < 3:
            kinds += [self.listed, self.inline]
        return self.rng.choice(kinds)(depth + 1)

    def scalar(self, _: int) -> str:
        number = next(self.number)
        return self.rng.choice(
            [f"{number}7777", f"{number}-05-27 07:32:00", f"{number}-05-27T07:32:00", f"{number}.25e3"]
        )

    def string(self, _: int) -> str:
        word = f"w{next(self.number)}"
        rest = self.rng.choice(["", " # no", " [[no]]", " ] } ,", " = "])
        return self.rng.choice(
            [
                f'"{word}{rest} \\" \\\\"',
                f"'{word}{rest} \\'",
                f'"""{word}{rest}\n[[no]] # "" \\"""\n\\\n  end"""""',
                f"'''{word}{rest}\nno = '' \\'''''",
                f'"""\nafter-{word}\n"""',
                f"'''\r\nafter-{word}'''",
            ]
        )  # fmt: skip

    def listed(self, depth: int) -> str:
        def gap() -> str:
            return self.rng.choice((self.blank(), self.rng.choice(BREAKS)))

        entries = [gap() + self.value(depth) + gap() for _ in range(self.rng.randrange(4))]
        end = "," + gap() if entries and self.rng.random() < 0.5 else ""
        return f"[{','.join(entries)}{end}]"

    def inline(self, depth: int) -> str:
        pairs = [f"{self.blank()}{self.pair(depth)}{self.blank()}" for _ in range(self.rng.randrange(4))]
        return "{" + ",".join(pairs) + "}"

    def document(self) -> str:
        pieces = self.pairs()
        headers: list[str] = []
        for _ in range(self.rng.randrange(6)):
            # A list's name may come again; below any name new ones may follow.
            before = self.rng.choice(["", *(f"{each}{self.blank()}." for each in headers)])
            name = before + self.blank() + self.keys()
            if headers and self.rng.random() < 0.4:
                name = self.rng.choice(headers)
            else:
                headers.append(name)
            word = f"h{next(self.number)}."
            pieces.append(
                f"{self.blank()}[[{self.blank()}{name}{self.blank()}]]{self.blank()}#{word}\nhere = '{word}'\n"
            )
            pieces += self.pairs()
            if self.rng.random() < 0.5:
                word = f"h{next(self.number)}."
                pieces.append(f'[{name}.{self.keys()}] #{word}\nhere = "{word}"\n')
                pieces += self.pairs()
        return "".join(pieces)

    def pairs(self) -> list[str]:
        return [
            self.rng.choice(BREAKS[:4]) * (self.rng.random() < 0.3)
            + self.blank()
            + self.pair()
            + self.blank()
            + self.rng.choice(BREAKS)
            for _ in range(self.rng.randrange(4))
        ]


def words(value: Any, place: Place = ()) -> Iterator[tuple[Place, str, int]]:
    """Every place of a document with the word that stands there, and by how many lines the word stands below it."""
    if isinstance(value, dict):
        if "here" in value:
            yield place, f"#{value['here']}", 0
        for key, each in value.items():
            yield from words(each, (*place, key))
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from words(each, (*place, index))
    elif isinstance(value, str):
        yield place, (value.split() or [value])[0], int(value.startswith("after-"))
    elif isinstance(value, datetime):
        yield place, f"{value:%Y-%m-%d}", 0
    elif isinstance(value, float):
        yield place, f"{value / 1000:.2f}e3", 0
    else:
        yield place, str(value), 0


@given(rng=st.randoms(use_true_random=False))
@example(rng=Random(0))
def test_whatever_is_written_is_found_on_its_line(rng: Random) -> None:
    text = Writer(rng).document()
    found = lines(text)
    for place, word, below in words(tomllib.loads(text)):
        if place[-1:] != ("here",):
            assert found[place] == text[: text.index(word)].count("\n") + 1 - below, (place, text)


@pytest.mark.parametrize("recipe", shipped())
def test_every_place_of_a_shipped_recipe_has_a_line(recipe: str) -> None:
    text = file_of(recipe).read_text(encoding="utf-8")
    found = lines(text)
    rows = text.splitlines()
    for place, _, _ in words(tomllib.loads(text)):
        named = next(key for key in reversed(place) if isinstance(key, str))
        if not isinstance(place[-1], int):
            assert named in rows[found[place] - 1], place
