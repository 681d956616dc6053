"""Deciding to finalize receipts and to open them again. GAP(unfinalize-batch): all or none, however many."""

from datetime import datetime

from simulator.ledger.commands import FinalizeReceipts, UnfinalizeReceipts
from simulator.ledger.decision import Decision
from simulator.ledger.errors import Code, Rejected, Violation
from simulator.ledger.events import ReceiptEvent
from simulator.ledger.lifecycle import Action, after, moved, refusal
from simulator.ledger.rules.context import license_violations
from simulator.ledger.state import Ledger

FINALIZED = "finalized"


def finalize_receipts(ledger: Ledger, command: FinalizeReceipts, now: datetime) -> Decision:
    return _close(ledger, command, Action.FINALIZE, FINALIZED, now)


def unfinalize_receipts(ledger: Ledger, command: UnfinalizeReceipts, now: datetime) -> Decision:
    return _close(ledger, command, Action.UNFINALIZE, "unfinalized", now)


def _close(
    ledger: Ledger, command: FinalizeReceipts | UnfinalizeReceipts, action: Action, reason: str, now: datetime
) -> Decision:
    refused = list(license_violations(ledger, command.actor, command.license_number, None))
    if refused:
        raise Rejected(refused)
    book = ledger.books[command.license_number]
    found, events = [], []
    # GAP(unfinalize-repeats): an id named twice in one request counts once.
    first_places = {receipt_id: place for place, receipt_id in reversed(list(enumerate(command.receipts)))}
    for receipt_id in dict.fromkeys(command.receipts):
        receipt = book.receipt(receipt_id)
        path = f"[{first_places[receipt_id]}].id"
        if receipt is None:
            message = f"Receipt {receipt_id} does not exist on license {command.license_number}."
            found.append(Violation(Code.SALE_UNKNOWN, message, path))
        elif (state := after(receipt.state, action)) is None:
            message = refusal(receipt.number, receipt.state, action)
            found.append(Violation(Code.TRANSITION_REFUSED, message, path))
        else:
            changed = moved(receipt, state, reason, now, command.actor.username)
            events.append(ReceiptEvent(action, changed, now, command.actor.username))
    if found:
        raise Rejected(found)
    return Decision(tuple(events))
