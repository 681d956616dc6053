"""What becomes of invented receipts: which stay active, which are final, voided, refunded or reported late."""

from datetime import date, timedelta
from random import Random

from simulator.ledger.model import ReceiptState
from simulator.seeding.recipe import HistoryPart

ACTIVE, FINAL, VOIDED, REFUNDED = ReceiptState


class Fates:
    """The fate of one history's receipts, asked for in their order."""

    def __init__(self, part: HistoryPart, today: date, rng: Random) -> None:
        self._part = part
        self._lifecycle = part.lifecycle
        self._rng = rng
        self._final_before = (today - timedelta(days=part.lifecycle.final_after)).toordinal()
        self._asked = 0
        self._voided = 0

    def next(self, day: int) -> ReceiptState:
        """The state that the next receipt, of a day given as its ordinal, ends in."""
        if self._part.receipts_a_day is None:
            return self._counted()
        drawn = self._rng.random()
        if drawn < self._lifecycle.voided:
            return VOIDED
        if drawn < self._lifecycle.voided + self._lifecycle.refunded:
            return REFUNDED
        return FINAL if day < self._final_before else ACTIVE

    def late(self) -> bool:
        return self._lifecycle.late > 0 and self._rng.random() < self._lifecycle.late

    def _counted(self) -> ReceiptState:
        """By exact counts: the oldest are final, voided and refunded ones lie evenly among the others."""
        part, index = self._part, self._asked
        self._asked += 1
        if index < part.final:
            return FINAL
        index -= part.final
        rest = part.active + part.voided + part.refunded
        if _is_due(index, part.voided, rest):
            self._voided += 1
            return VOIDED
        if _is_due(index - self._voided, part.refunded, rest - part.voided):
            return REFUNDED
        return ACTIVE


def _is_due(index: int, some: int, of: int) -> bool:
    """Whether `index` is one of `some` spread evenly over `of`."""
    return (index + 1) * some // of > index * some // of
