"""How it ended for a sale that a client wanted recorded: one word, and which words are failures."""

from collections.abc import Sequence
from enum import StrEnum
from http import HTTPStatus

from simulator.journal.entry import Told
from simulator.ledger.model import ReceiptState


class Verdict(StrEnum):
    """Documented one by one in docs/oracle.md."""

    ONCE = "once"
    DUPLICATED = "duplicated"
    CORRECTED = "corrected"
    WITHDRAWN = "withdrawn"
    MISSING = "missing"
    REFUSED = "refused"


FAILURES = frozenset({Verdict.DUPLICATED, Verdict.WITHDRAWN, Verdict.MISSING})
"""Verdicts that no client wants. A client that voids what it recorded twice has put it right, unless it voids all."""

# GAP(clear-refusals): no vendor says which answers are final. These ask for another try; with 401 nothing is wrong with
# the sale, and a client that gives up on it has lost one.
TRY_AGAIN = frozenset(
    {
        HTTPStatus.UNAUTHORIZED,
        HTTPStatus.REQUEST_TIMEOUT,
        HTTPStatus.TOO_EARLY,
        HTTPStatus.TOO_MANY_REQUESTS,
    }
)


def refuses(status: int | None, told: Told) -> bool:
    """Whether the client was told clearly that this sale will not be recorded."""
    return told is Told.ANSWER and status is not None and 400 <= status < 500 and status not in TRY_AGAIN  # noqa: PLR2004 - HTTP's own


def stands(state: ReceiptState | None) -> bool:
    """Whether a receipt counts. A refunded one does: it was sold, and stock does not come back of itself."""
    return state is not None and state is not ReceiptState.VOIDED


def judged(states: Sequence[ReceiptState | None], *, refused: bool) -> Verdict:
    """By the present states of all receipts that were recorded, None for one that is gone from the ledger."""
    standing = sum(map(stands, states))
    if not states:
        return Verdict.REFUSED if refused else Verdict.MISSING
    if len(states) == 1:
        # Also when it was voided since: that is what became of it, not how often it was recorded.
        return Verdict.ONCE
    if standing > 1:
        return Verdict.DUPLICATED
    return Verdict.CORRECTED if standing else Verdict.WITHDRAWN
