"""Patterns for the paths within a world, as who searches for requests or lies in wait for them writes them."""

import re
from collections.abc import Callable
from fnmatch import translate

ELSEWHERE = "/worlds/"
"""What the paths of every world but the main one begin with; what is asked of a world is known without it."""


def glob(pattern: str) -> Callable[[str], bool]:
    """Whether a whole path is like the pattern: * is anything, slashes too; ? one character; [ab] one of these."""
    fits = re.compile(translate(pattern)).match
    return lambda path: fits(path) is not None


def never_fits(pattern: str) -> str | None:
    """Why no path can be like the pattern, in words to go before `, not '...'`; None where one can."""
    if not pattern.startswith(("/", "*", "?", "[")):
        return "must begin with / or a wildcard, as every path does"
    if pattern.startswith(ELSEWHERE):
        return f"must be the path within the world, without {ELSEWHERE}NAME"
    if _is_open(pattern):
        return "must have a ] for every ["
    return None


def _is_open(pattern: str) -> bool:
    """Whether a [ has no ]; one that comes first within the brackets is one of the characters."""
    at = pattern.find("[")
    while at >= 0:
        first = at + 2 if pattern[at + 1 : at + 2] == "!" else at + 1
        closed = pattern.find("]", first + 1)
        if closed < 0:
            return True
        at = pattern.find("[", closed + 1)
    return False
