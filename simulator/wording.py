"""How refusals speak: the nearest valid choice, and lists a person can read."""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import TypeVar

LONGEST_ECHO = 80
MOST_CHOICES = 100
MOST_REASONS = 100

Each = TypeVar("Each")


def nearest(value: str, choices: Iterable[str], most: int = MOST_CHOICES) -> str | None:
    """The choice most like `value`, ignoring case; None when nothing is close or there are too many to compare."""
    by_folded = {choice.casefold(): choice for choice in choices}
    if len(by_folded) > most:
        return None
    found = get_close_matches(value[:LONGEST_ECHO].casefold(), by_folded, n=1, cutoff=0.5)
    return by_folded[found[0]] if found else None


def did_you_mean(value: str, choices: Iterable[str]) -> str:
    """` Did you mean 'x'?` when something is close, else nothing."""
    close = nearest(value, choices)
    return f" Did you mean {close!r}?" if close else ""


def listed(choices: Iterable[str]) -> str:
    return ", ".join(choices)


def echo(value: object) -> str:
    """A value as the client sent it, quoted, cut to a readable length."""
    text = repr(value)
    return text if len(text) <= LONGEST_ECHO else text[: LONGEST_ECHO - 3] + "..."


def readable(reasons: Sequence[Each]) -> tuple[Sequence[Each], str]:
    """As many reasons as a person reads, and a word on how many more there are (empty: these are all)."""
    more = len(reasons) - MOST_REASONS
    return reasons[:MOST_REASONS], f"and {more} more" if more > 0 else ""


def some_of(choices: Iterable[str]) -> str:
    """Listed, as many as a person reads."""
    some, more = readable(tuple(choices))
    return listed([*some, more] if more else some)


def join_path(keys: Sequence[str | int]) -> str:
    """`("sales", 0, "totals", "total")` is `sales[0].totals.total`."""
    path = ""
    for key in keys:
        path += f"[{key}]" if isinstance(key, int) else f".{key}" if path else str(key)
    return path
