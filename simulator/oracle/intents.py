"""What a client wanted, each of its attempts, and the receipts that came of them."""

import re
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct

from simulator.journal.entry import Applied, Entry, Suffered, Told
from simulator.journal.present import answered
from simulator.ledger.model import ReceiptState
from simulator.oracle.verdicts import FAILURES, Verdict, judged, refuses, stands
from simulator.times import iso_utc

ORDINARY = re.compile(r"(\w|[#+./:-](?!$))+")
"""Ids that need no quotes in a sentence."""
GONE = "gone"
"""Shown for a receipt that the ledger does not have any more, as after a restore."""


def shown_id(external_id: str) -> str:
    """An external id in a sentence: quoted where it is empty or might be taken for part of the sentence."""
    return external_id if ORDINARY.fullmatch(external_id) else repr(external_id)


class Attempt(Struct, frozen=True):
    """One time the sale was sent: `place` is its index in the request's `sales`, `event` what recorded it, if any did."""

    entry: int
    place: int
    at: datetime
    status: int | None
    told: Told
    heard: bool
    faults: tuple[Suffered, ...]
    event: Applied | None = None

    @property
    def answer(self) -> str:
        """What the client was told, in a word or two."""
        return answered(self.status, self.told)

    def as_json(self) -> dict[str, Any]:
        return {
            "entry": self.entry,
            "place": self.place,
            "at": iso_utc(self.at),
            "status": self.status,
            "told": self.told.value,
            "faults": [msgspec.structs.asdict(fault) for fault in self.faults],
            "events": [self.event.id] if self.event else [],
        }


def attempt(entry: Entry, place: int, event: Applied | None) -> Attempt:
    return Attempt(entry.number, place, entry.at, entry.status, entry.told, entry.heard, entry.faults, event)


class Recorded(Struct, frozen=True):
    """A receipt as it stands now: what recorded it, in which entry, and whether the client has ever learned of it."""

    event: Applied
    entry: int
    answer: str
    state: ReceiptState | None
    learned: bool

    @property
    def number(self) -> str:
        return self.event.receipt_number

    @property
    def stands(self) -> bool:
        return stands(self.state)

    @property
    def shown_state(self) -> str:
        return self.state.value if self.state else GONE

    def as_json(self) -> dict[str, Any]:
        return {
            "event": self.event.id,
            "license_number": self.event.license_number,
            "receipt_id": self.event.receipt_id,
            "receipt_number": self.event.receipt_number,
            "trace_id": self.event.trace_id,
            "external_id": self.event.external_id,
            "entry": self.entry,
            "state": self.shown_state,
            "stands": self.stands,
            "learned": self.learned,
        }


class Intent(Struct, frozen=True):
    """One sale that a client wanted recorded, known again by its external id or by its content."""

    name: str
    license_number: str | None
    external_id: str | None
    attempts: tuple[Attempt, ...]
    recorded: tuple[Recorded, ...]

    @property
    def verdict(self) -> Verdict:
        last = self.attempts[-1]
        return judged([each.state for each in self.recorded], refused=refuses(last.status, last.told))

    @property
    def failed(self) -> bool:
        return self.verdict in FAILURES

    @property
    def standing(self) -> tuple[Recorded, ...]:
        return tuple(each for each in self.recorded if each.stands)

    @property
    def retries(self) -> int:
        """How many requests carried it after the first."""
        return len({each.entry for each in self.attempts}) - 1

    def as_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "license_number": self.license_number,
            "external_id": self.external_id,
            "verdict": self.verdict.value,
            "attempts": [each.as_json() for each in self.attempts],
            "receipts": [each.as_json() for each in self.recorded],
            "standing": [each.number for each in self.standing],
        }
