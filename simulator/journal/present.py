"""An entry as others see it: JSON for the control API, one line for people."""

from collections.abc import Mapping
from itertools import groupby
from types import MappingProxyType
from typing import Any

import msgspec

from simulator.journal.bodies import shown
from simulator.journal.entry import FIELDS, Applied, Entry, Told
from simulator.ledger.lifecycle import Action
from simulator.times import iso_utc
from simulator.wording import listed

MOST_SHOWN = 5
LONGEST_QUERY, LONGEST_HINT = 80, 200

DONE: Mapping[str, str] = MappingProxyType(
    {
        Action.RECORD: "recorded",
        Action.CHANGE_PRICE: "repriced",
        Action.CHANGE_QUANTITY: "changed the quantity on",
        Action.FINALIZE: "finalized",
        Action.UNFINALIZE: "unfinalized",
        Action.VOID: "voided",
        Action.REFUND_PART: "refunded part of",
        Action.REFUND_WHOLE: "refunded",
    }
)


def as_json(entry: Entry, *, bodies: bool = True) -> dict[str, Any]:
    """The entry's fields; bodies parsed when they are JSON, as text when not. `bodies=False` leaves them out."""
    told: dict[str, Any] = {name: getattr(entry, name) for name in FIELDS}
    told |= {
        "at": iso_utc(entry.at),
        "started": iso_utc(entry.started),
        "headers": [list(pair) for pair in entry.headers],
        "body": shown(entry.body),
        "license_numbers": list(entry.license_numbers),
        "told": entry.told.value,
        "answer_headers": [list(pair) for pair in entry.answer_headers],
        "answer": shown(entry.answer),
        "faults": [msgspec.structs.asdict(fault) for fault in entry.faults],
        "events": [msgspec.structs.asdict(event) for event in entry.events],
        "learned": list(entry.learned),
    }
    if not bodies:
        del told["body"], told["answer"]
    return told


def one_line(entry: Entry) -> str:
    """`#12 POST /ca/v1/sales 504 (after: commit_then_504) recorded 000060071  3.1 ms`, however odd the path."""
    query = f"?{shortened(entry.query, LONGEST_QUERY)}" if entry.query else ""
    faults = "; ".join(f"{fault.phase}: {fault.name}" for fault in entry.faults)
    words = [
        f"#{entry.number} {entry.method} {entry.path}{query}",
        answered(entry.status, entry.told),
        f"({faults})" if faults else "",
        _done(entry.events),
        f"learned of {len(entry.learned)} recorded before" if entry.learned else "",
        f"- {shortened(entry.hint, LONGEST_HINT)}" if entry.hint else "",
        f" {entry.duration_ms:.1f} ms",
    ]
    line = " ".join(word for word in words if word)
    return line if line.isprintable() else "".join(c if c.isprintable() else repr(c)[1:-1] for c in line)


def answered(status: int | None, told: Told) -> str:
    """`504`, `a broken 200`, `nothing`."""
    if told is Told.NOTHING:
        return "nothing" if status is None else f"nothing of a {status}"
    return f"a broken {status or 'answer'}" if told is Told.BROKEN else str(status)


def shortened(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 3] + "..."


def _done(events: tuple[Applied, ...]) -> str:
    parts = []
    for action, group in groupby(events, key=lambda event: event.action):
        numbers = [event.receipt_number for event in group]
        more = f" and {len(numbers) - MOST_SHOWN} more" if len(numbers) > MOST_SHOWN else ""
        parts.append(f"{DONE.get(action, action)} {listed(numbers[:MOST_SHOWN])}{more}")
    return ", ".join(parts)
