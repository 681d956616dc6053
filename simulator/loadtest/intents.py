"""Intents: every sale that a load generator wants recorded, and what it has been told of each. A few bytes for each one.

As the oracle has it, an intent is one sale that a client wants recorded, however often it is sent.
"""

from array import array
from decimal import Decimal
from enum import IntEnum

CENTS = 100


class State(IntEnum):
    """What the client believes. In the first three it does not know; at the end of a run nothing may be there."""

    WAITING = 0
    """Rung up, and not recorded yet."""
    UNKNOWN = 1
    """Sent, and no answer told whether it is recorded."""
    CHANGING = 2
    """Recorded; a change of it was sent, and no answer told whether it is done."""
    RECORDED = 3
    VOIDED = 4
    REFUNDED = 5
    """In whole."""
    REFUSED = 6
    """The answer said clearly that it will not be recorded."""


OPEN = (State.WAITING, State.UNKNOWN, State.CHANGING)


def in_cents(amount: str | Decimal) -> int:
    """`"11.50"` is 1150. What is below a cent is rounded."""
    return round(Decimal(amount) * CENTS)


class Intents:
    """Numbered from 0. `prefix` begins the external ids of all of them, and of nobody else's."""

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix
        self._states = bytearray()
        self._totals = array("q")

    def __len__(self) -> int:
        return len(self._states)

    def open(self, total: str) -> int:
        """The number of a new one; `total` is what the customer owes."""
        self._states.append(State.WAITING)
        self._totals.append(in_cents(total))
        return len(self._states) - 1

    def external_id(self, number: int) -> str:
        return f"{self.prefix}{number}"

    def number(self, external_id: str) -> int | None:
        """Of one of these; None for an id that is nobody's."""
        digits = external_id.removeprefix(self.prefix)
        if digits == external_id or not digits.isascii() or not digits.isdigit():
            return None
        number = int(digits)
        return number if number < len(self) and digits == str(number) else None

    def tell(self, number: int, state: State, total: str | None = None) -> None:
        """What is believed of it from now on; `total` where a change has made it another."""
        self._states[number] = state
        if total is not None:
            self._totals[number] = in_cents(total)

    def state(self, number: int) -> State:
        return State(self._states[number])

    def total(self, number: int) -> int:
        """In cents."""
        return self._totals[number]

    def count(self, *states: State) -> int:
        return sum(self._states.count(state) for state in states)
