"""Long work in slices of about a millisecond, between which others are served."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")

SLICE = 200
"""Receipts or lots at a time."""


def sliced(items: Iterable[T]) -> Iterator[list[T]]:
    left = iter(items)
    while some := list(islice(left, SLICE)):
        yield some
