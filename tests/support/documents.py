"""Reading the project's documents: sections, tables, and the examples that stand in them."""

import json
import re
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PACKAGE = ROOT / "simulator"

_FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_SEPARATOR = re.compile(r"^\|[ :|-]+\|$")


@dataclass(frozen=True)
class Example:
    """A request that a document shows and the answer it promises."""

    method: str
    path: str
    body: str
    answer: Any


def document(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def section(text: str, heading: str) -> str:
    """What stands under a heading, up to the next of the same or a higher level."""
    level = len(heading) - len(heading.lstrip("#"))
    _, found, rest = text.partition(f"\n{heading}\n")
    assert found, f"there is no heading {heading!r}"
    return re.split(rf"^#{{1,{level}}} ", rest, maxsplit=1, flags=re.MULTILINE)[0]


def rows(text: str) -> list[list[str]]:
    """The cells of every table row, heads and separators left out."""
    lines = text.splitlines()
    heads = {index - 1 for index, line in enumerate(lines) if _SEPARATOR.match(line)}
    return [
        [cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip("|"))]
        for index, line in enumerate(lines)
        if line.startswith("|") and index not in heads and not _SEPARATOR.match(line)
    ]


def first_cells(text: str) -> list[str]:
    """The first cell of every table row, without its backticks."""
    return [cells[0].strip("`") for cells in rows(text)]


def fences(text: str, language: str) -> list[str]:
    return [body for kind, body in _FENCE.findall(text) if kind == language]


def examples(text: str) -> list[Example]:
    """Each `http` block with the `json` block after it."""
    blocks = [(kind, body) for kind, body in _FENCE.findall(text) if kind in ("http", "json")]
    found = []
    for (kind, request), (next_kind, answer) in pairwise(blocks):
        if (kind, next_kind) == ("http", "json"):
            line, _, body = request.strip().partition("\n")
            method, _, path = line.partition(" ")
            found.append(Example(method, path, body.strip(), json.loads(answer)))
    return found
