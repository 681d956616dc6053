"""What was done and not told: requests that changed the ledger and whose client got no whole answer of success."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import msgspec
from msgspec import Struct

from simulator.journal.entry import Applied, Entry, Suffered
from simulator.journal.present import answered
from simulator.ledger.lifecycle import Action
from simulator.oracle.matching import content_but_for

REFUNDS = frozenset({Action.REFUND_PART.value, Action.REFUND_WHOLE.value})

Target = tuple[str, str]
"""A receipt, by its Trace id, and what was done to it."""


class LostAnswer(Struct, frozen=True):
    """`again` are the entries that later did the same to the same receipts, asked for in the same words."""

    entry: int
    operation: str | None
    answer: str
    faults: tuple[Suffered, ...]
    events: tuple[Applied, ...]
    again: tuple[int, ...] = ()

    @property
    def refunded_again(self) -> bool:
        """The one repeat that does harm: a price or a quantity is set to what it is, a receipt is voided once."""
        return bool(self.again) and any(event.action in REFUNDS for event in self.events)

    def as_json(self) -> dict[str, Any]:
        return {
            "entry": self.entry,
            "operation": self.operation,
            "told": self.answer,
            "faults": [msgspec.structs.asdict(fault) for fault in self.faults],
            "events": [msgspec.structs.asdict(event) for event in self.events],
            "again": list(self.again),
        }


def lost_answers(entries: Iterable[Entry], window: timedelta) -> list[LostAnswer]:
    """In the order sent, as the entries are."""
    changing = [entry for entry in entries if entry.events]
    by_target: dict[Target, list[tuple[int, Entry]]] = {}
    for place, entry in enumerate(changing):
        for target in _targets(entry):
            by_target.setdefault(target, []).append((place, entry))

    def again(place: int, entry: Entry) -> tuple[int, ...]:
        later = dict(each for target in _targets(entry) for each in by_target[target] if each[0] > place)
        return tuple(
            later[at].number
            for at in sorted(later)
            if abs(later[at].at - entry.at) <= window and _content(later[at]) == _content(entry)
        )

    return [
        LostAnswer(
            entry.number,
            entry.operation,
            answered(entry.status, entry.told),
            entry.faults,
            entry.events,
            again(place, entry),
        )
        for place, entry in enumerate(changing)
        if not entry.heard
    ]


def _targets(entry: Entry) -> set[tuple[str, str]]:
    """A refund of the rest is a refund of a part once more."""
    return {(event.trace_id, "refund" if event.action in REFUNDS else event.action) for event in entry.events}


def _content(entry: Entry) -> object:
    """What was asked, but for when: `void_date`, `refund_date` and their like are made anew for each try."""
    return (entry.operation, content_but_for(entry.body, lambda key: key.endswith("_date")))
