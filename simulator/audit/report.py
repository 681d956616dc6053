"""What an audit finds, as data and as JSON."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from msgspec import Struct, field

from simulator.ledger.model import ReceiptState
from simulator.ledger.money import ZERO, as_quantity, as_text, money

MOST_TOLD = 100
"""Problems, repeated external ids, and receipts of one external id. What is more is counted."""


class Problems:
    """Sentences, as many as are told."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.more = 0

    def note(self, sentence: str) -> None:
        if len(self.told) < MOST_TOLD:
            self.told.append(sentence)
        else:
            self.more += 1


class Repeated(Struct, frozen=True):
    """An external id under which more than one receipt stands; `receipts` are the numbers of all it has."""

    license_number: str
    external_id: str
    receipts: tuple[str, ...]
    standing: int


class Sums(Struct):
    """What is added up of one license. `refunded` is what came back from customers and did not go back to its lots.

    What a lot once received is on hand, sold or refunded: `received` is the sum of the three.
    """

    license_number: str
    lots: int = 0
    received: Decimal = ZERO
    on_hand: Decimal = ZERO
    sold: Decimal = ZERO
    refunded: Decimal = ZERO
    receipts: dict[ReceiptState, int] = field(default_factory=lambda: dict.fromkeys(ReceiptState, 0))
    net: Decimal = ZERO
    total: Decimal = ZERO

    def as_json(self) -> dict[str, Any]:
        quantities = ("received", "on_hand", "sold", "refunded")
        return {
            "license_number": self.license_number,
            "lots": self.lots,
            **{name: as_text(as_quantity(getattr(self, name))) for name in quantities},
            "receipts": {state.value: number for state, number in self.receipts.items()},
            "net": as_text(money(self.net)),
            "total": as_text(money(self.total)),
        }


class Report(Struct, frozen=True):
    """`problems` are what does not balance, as far as told; `more_problems` and `more_repeated` how many are not."""

    problems: tuple[str, ...]
    more_problems: int
    licenses: tuple[Sums, ...]
    repeated: tuple[Repeated, ...]
    more_repeated: int

    @property
    def balanced(self) -> bool:
        return not self.problems

    def as_json(self) -> dict[str, Any]:
        return dict(self._parts())

    def _parts(self) -> Iterator[tuple[str, Any]]:
        yield "balanced", self.balanced
        yield "problems", list(self.problems)
        yield "more_problems", self.more_problems
        yield "licenses", [each.as_json() for each in self.licenses]
        yield (
            "repeated",
            [{name: getattr(each, name) for name in each.__struct_fields__} for each in self.repeated],
        )
        yield "more_repeated", self.more_repeated
