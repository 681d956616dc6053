"""What may happen to a receipt in which state: one table, read by `decide` and printed in the docs."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from msgspec.structs import replace

from simulator.ledger.model import Receipt, ReceiptState, StateChange


class Action(StrEnum):
    RECORD = "record"
    CHANGE_PRICE = "change_price"
    CHANGE_QUANTITY = "change_quantity"
    FINALIZE = "finalize"
    UNFINALIZE = "unfinalize"
    VOID = "void"
    REFUND_PART = "refund_part"
    REFUND_WHOLE = "refund_whole"


# GAP(refused-transitions): what is not in the table is refused, a repeated void and a void of a final receipt too.
TRANSITIONS: Mapping[tuple[ReceiptState, Action], ReceiptState] = MappingProxyType(
    {
        (ReceiptState.ACTIVE, Action.CHANGE_PRICE): ReceiptState.ACTIVE,
        (ReceiptState.ACTIVE, Action.CHANGE_QUANTITY): ReceiptState.ACTIVE,
        (ReceiptState.ACTIVE, Action.FINALIZE): ReceiptState.FINAL,
        (ReceiptState.FINAL, Action.UNFINALIZE): ReceiptState.ACTIVE,
        (ReceiptState.ACTIVE, Action.VOID): ReceiptState.VOIDED,
        (ReceiptState.ACTIVE, Action.REFUND_PART): ReceiptState.ACTIVE,
        (ReceiptState.ACTIVE, Action.REFUND_WHOLE): ReceiptState.REFUNDED,
    }
)

# GAP(history-words): the four documented states are the only ones used; what was done is told in `reason`.
# GAP(final-is-inactive): Trace documents a state `inactive` and nothing that leads to it; a finalized receipt is it.
HISTORY_STATES: Mapping[ReceiptState, str] = MappingProxyType(
    {
        ReceiptState.ACTIVE: "active",
        ReceiptState.FINAL: "inactive",
        ReceiptState.VOIDED: "voided",
        ReceiptState.REFUNDED: "refunded",
    }
)

_VERBS = {
    Action.CHANGE_PRICE: "repriced",
    Action.CHANGE_QUANTITY: "changed in quantity",
    Action.FINALIZE: "finalized",
    Action.UNFINALIZE: "unfinalized",
    Action.VOID: "voided",
    Action.REFUND_PART: "refunded",
    Action.REFUND_WHOLE: "refunded",
}
_ADVICE = {
    ReceiptState.ACTIVE: "only a final receipt can be unfinalized",
    ReceiptState.FINAL: "unfinalize it first",
    ReceiptState.VOIDED: "a voided receipt is closed for good; record the sale anew",
    ReceiptState.REFUNDED: "a refunded receipt is closed for good; record the sale anew",
}


def after(state: ReceiptState, action: Action) -> ReceiptState | None:
    """The state `action` leads to from `state`, None where it is refused."""
    return TRANSITIONS.get((state, action))


def moved(receipt: Receipt, state: ReceiptState, reason: str, at: datetime, username: str) -> Receipt:
    """The receipt in its next state, with the entry that tells so.

    GAP(refunded-is-archived): Metrc knows no refund; to T3 a sale refunded in whole looks like a voided one.
    GAP(finalize-modifies): closing and opening count as a modification.
    """
    entry = StateChange(HISTORY_STATES[state], at, reason, username)
    archived_at = at if state in (ReceiptState.VOIDED, ReceiptState.REFUNDED) else None
    return replace(
        receipt, state=state, modified_at=at, archived_at=archived_at, history=(*receipt.history, entry)
    )


def refusal(number: str, state: ReceiptState, action: Action) -> str:
    """Why not, and what to do instead."""
    if (state, action) == (ReceiptState.FINAL, Action.FINALIZE):
        return f"Receipt {number} is final already."
    return f"Receipt {number} is {state} and cannot be {_VERBS[action]}: {_ADVICE[state]}."
