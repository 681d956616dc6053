"""What is kept by identity: made once for an object, and never taken for another's."""

from decimal import Decimal

import pytest

from simulator.ledger import identity
from simulator.ledger.identity import ByIdentity

Amounts = tuple[Decimal, ...]


def amounts(*texts: str) -> Amounts:
    return tuple(map(Decimal, texts))


def as_texts(values: Amounts) -> list[str]:
    return [str(value) for value in values]


def test_it_is_made_once_for_the_same_object() -> None:
    made: list[Amounts] = []
    keep = ByIdentity(made.append)
    same = amounts("1.50")

    keep(same)
    keep(same)

    assert made == [same]


def test_equal_values_that_read_differently_are_told_apart() -> None:
    keep = ByIdentity(as_texts)

    assert [keep(amounts(text)) for text in ("1.5", "1.50", "1.500")] == [["1.5"], ["1.50"], ["1.500"]]


def test_no_later_object_is_taken_for_one_that_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(identity, "MOST", 3)
    keep = ByIdentity(as_texts)
    lasting = amounts("7")

    # Each is let go at once, so that without a hold on it the next would take its place, and its identity.
    for text in map(str, range(50)):
        assert keep((Decimal(text),)) == [text]
        assert keep(lasting) == ["7"]
