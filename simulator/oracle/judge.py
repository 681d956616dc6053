"""From the journal and the ledger to the report."""

from collections.abc import Iterable
from datetime import timedelta

from simulator.journal.entry import Applied, Entry
from simulator.journal.present import answered
from simulator.ledger.lifecycle import Action
from simulator.ledger.model import ReceiptState
from simulator.ledger.state import Ledger
from simulator.oracle.intents import Intent, Recorded
from simulator.oracle.lost import lost_answers
from simulator.oracle.matching import RECORD_SALES, Gathering, in_the_order_sent
from simulator.oracle.report import Report

DEFAULT_WINDOW = 300.0
"""Simulated seconds."""


def judge(
    entries: Iterable[Entry], ledger: Ledger, *, window: float = DEFAULT_WINDOW, dropped: int = 0
) -> Report:
    """What really happened. `ledger` is the whole one, with what a fault still hides from readers."""
    sent = in_the_order_sent(entries)
    span = timedelta(seconds=window)
    gathering = Gathering(span)
    learned: set[str] = set()
    recorder: dict[str, int] = {}
    for entry in sent:
        # A world that went back to an earlier moment gives the same ids again; the receipt there is the later one's.
        for event in entry.events:
            if event.action == Action.RECORD:
                recorder[event.trace_id] = max(entry.number, recorder.get(event.trace_id, 0))
        if entry.operation == RECORD_SALES:
            gathering.take(entry)
        if entry.heard:
            learned.update(entry.learned)
            # Who is told that it was changed knows that it is there.
            learned.update(event.trace_id for event in entry.events)

    def recorded(event: Applied, entry: int, answer: str) -> Recorded:
        state = _state(ledger, event) if recorder[event.trace_id] == entry else None
        return Recorded(event, entry, answer, state, event.trace_id in learned)

    lost = lost_answers(sent, span)
    several = len({wanted.license_number for wanted in gathering.wanted}) > 1
    return Report(
        window=window,
        entries=len(sent),
        dropped=dropped,
        intents=tuple(
            Intent(
                wanted.name(with_license=several),
                wanted.license_number,
                wanted.external_id,
                tuple(wanted.attempts),
                tuple(
                    recorded(each.event, each.entry, each.answer) for each in wanted.attempts if each.event
                ),
            )
            for wanted in gathering.wanted
        ),
        lost_answers=tuple(each for each in lost if _records(each.events)),
        lost_writes=tuple(each for each in lost if not _records(each.events)),
        not_understood=tuple(gathering.not_understood),
        unattributed=tuple(
            recorded(event, entry.number, answered(entry.status, entry.told))
            for entry, event in gathering.unattributed
        ),
    )


def _records(events: Iterable[Applied]) -> bool:
    return any(event.action == Action.RECORD for event in events)


def _state(ledger: Ledger, event: Applied) -> ReceiptState | None:
    book = ledger.books.get(event.license_number)
    receipt = book.receipt(event.trace_id) if book else None
    return receipt.state if receipt else None
