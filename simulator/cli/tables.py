"""Tables and lists for people: aligned, short, and nothing in them that could steer a terminal."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from itertools import chain

GAP = "  "
LONGEST_CELL = 100
KILO = 1024


def table(heads: Sequence[str], rows: Iterable[Sequence[object]], none: str) -> str:
    """One line a row under capitals, columns of numbers to the right; `none` when there are no rows."""
    given = [list(row) for row in rows]
    if not given:
        return none
    columns = list(zip(*given, strict=True))
    right = [all(_is_number(value) for value in column) for column in columns]
    texts = [[head.upper() for head in heads], *([cell(value) for value in row] for row in given)]
    widths = [max(map(len, column)) for column in zip(*texts, strict=True)]
    return "\n".join(
        GAP.join(
            text.rjust(width) if to_right else text.ljust(width)
            for text, width, to_right in zip(row, widths, right, strict=True)
        ).rstrip()
        for row in texts
    )


def facts(pairs: Mapping[str, object]) -> str:
    """One line a fact: its name, and what it is."""
    width = max(map(len, pairs))
    return "\n".join(f"{name.ljust(width)}{GAP}{cell(value)}" for name, value in pairs.items())


def _is_number(value: object) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def cell(value: object) -> str:
    """A value as people read it: `-` for nothing, yes or no, texts cut to a readable length."""
    if value is None or value == "":
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return printable(str(value), LONGEST_CELL)


def printable(text: str, longest: int | None = None) -> str:
    """Without line breaks and control characters, and no longer than that."""
    clean = text if text.isprintable() else "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)
    return clean if longest is None or len(clean) <= longest else clean[: longest - 3] + "..."


def assigned(values: Mapping[str, object], none: str = "-") -> str:
    """`operation=state_v1_sales_post first=1`; what is empty is left out."""
    flat = chain.from_iterable(_flat(name, value) for name, value in values.items())
    return " ".join(flat) or none


def _flat(name: str, value: object) -> Iterable[str]:
    if isinstance(value, Mapping):
        return chain.from_iterable(_flat(f"{name}.{key}", each) for key, each in value.items())
    return [] if value is None else [f"{name}={_short(value)}"]


def _short(value: object) -> str:
    """As JSON says it, but for quotes; a list without brackets."""
    if isinstance(value, list | tuple):
        return ",".join(map(_short, value))
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, float) else str(value)


def counted(number: int, one: str, several: str | None = None) -> str:
    """`1 receipt`, `2 receipts`."""
    return f"{number:,} {one if number == 1 else several or one + 's'}"


def to_the_second(moment: str) -> str:
    """`2026-05-20T20:00:00Z`, whatever fraction it has."""
    whole, dot, _ = moment.partition(".")
    return f"{whole}Z" if dot else moment


def size(number: float) -> str:
    """`4.1 KiB`."""
    for unit in ("bytes", "KiB", "MiB"):
        if number < KILO:
            return f"{number:.4g} {unit}"
        number /= KILO
    return f"{number:.4g} GiB"


def lasting(seconds: float) -> str:
    """`48 s`, `5 min`, `2.5 h`."""
    minute, hour = 60, 3600
    if seconds < 2 * minute:
        return f"{seconds:.0f} s"
    return f"{seconds / minute:.0f} min" if seconds < 2 * hour else f"{seconds / hour:.3g} h"
