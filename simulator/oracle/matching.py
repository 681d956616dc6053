"""Telling which sales of which requests are the same: by external id, else by content."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Any

import msgspec

from simulator.journal.bodies import NOT_JSON, read_json
from simulator.journal.entry import Applied, Entry
from simulator.ledger.lifecycle import Action
from simulator.oracle.intents import Attempt, attempt, shown_id

RECORD_SALES = "state_v1_sales_post"
CREATED_AT = "created_at"


@dataclass(slots=True, eq=False)
class Wanted:
    """An intent while its attempts are gathered. No two are equal, however alike."""

    license_number: str | None
    external_id: str | None
    attempts: list[Attempt] = field(default_factory=list)

    @property
    def last(self) -> Attempt:
        return self.attempts[-1]

    def name(self, *, with_license: bool) -> str:
        """With the license where there are several: another may use the same ids and numbers."""
        first = self.attempts[0]
        name = (
            f"sales[{first.place}] of #{first.entry}"
            if self.external_id is None
            else f"external_id {shown_id(self.external_id)}"
        )
        return f"{name} at {self.license_number or 'no license'}" if with_license else name


class Gathering:
    """Takes requests in the order they were sent.

    GAP(same-sale): neither API says what makes two requests one sale. Here: license and external id, at any distance.
    Without one, within the window of the attempt before: the same to the last field; or the same but for `created_at`,
    if the client was not told of success before. Who was and sends the like again has another customer of the same taste.
    """

    def __init__(self, window: timedelta) -> None:
        self._window = window
        self.wanted: list[Wanted] = []
        self.not_understood: list[int] = []
        self.unattributed: list[tuple[Entry, Applied]] = []
        self._by_external_id: dict[tuple[str | None, str], Wanted] = {}
        self._by_whole: dict[bytes, Wanted] = {}
        # Those that may still be sent again with another created_at, the oldest first.
        self._open: dict[bytes, list[Wanted]] = {}

    def take(self, entry: Entry) -> None:
        events = [event for event in entry.events if event.action == Action.RECORD]
        sales = sales_of(entry.body)
        if not any(isinstance(sale, dict) for sale in sales):
            self.not_understood.append(entry.number)
        for place, sale in enumerate(sales):
            if isinstance(sale, dict):
                # Recorded in the order of the body; a partial fault keeps the first of them.
                event = events[place] if place < len(events) else None
                self._attempted(sale, attempt(entry, place, event))
        self.unattributed += [(entry, event) for event in events[len(sales) :]]

    def _attempted(self, sale: dict[str, Any], made: Attempt) -> None:
        license_number, external_id = _license_number(sale), sale.get("external_id")
        if isinstance(external_id, str) and external_id:
            key = (license_number, external_id)
            wanted = self._by_external_id.get(key) or self._new(license_number, external_id)
            self._by_external_id[key] = wanted
            wanted.attempts.append(made)
            return
        whole = _digest(sale)
        content = _digest({key: value for key, value in sale.items() if key != CREATED_AT})
        open_ = self._open.setdefault(content, [])
        found = self._by_whole.get(whole)
        if found is None or not self._within(found, made.at):
            found = self._reopened(open_, made) or self._new(license_number, None)
        self._by_whole[whole] = found
        found.attempts.append(made)
        if made.heard and found in open_:
            open_.remove(found)
        elif not made.heard and found not in open_:
            open_.append(found)

    def _reopened(self, open_: list[Wanted], made: Attempt) -> Wanted | None:
        """The oldest sale of this content that the client has reason to send again."""
        open_[:] = [wanted for wanted in open_ if self._within(wanted, made.at)]
        # Two of one request are two sales.
        return next((wanted for wanted in open_ if wanted.last.entry != made.entry), None)

    def _within(self, wanted: Wanted, at: datetime) -> bool:
        return abs(at - wanted.last.at) <= self._window

    def _new(self, license_number: str | None, external_id: str | None) -> Wanted:
        wanted = Wanted(license_number, external_id)
        self.wanted.append(wanted)
        return wanted


def sales_of(body: bytes) -> Sequence[Any]:
    """The sales of a POST's body; none when it was never understood."""
    value = read_json(body)
    sales = value.get("sales") if isinstance(value, dict) else None
    return sales if isinstance(sales, list) else ()


def content_but_for(body: bytes, left_out: Callable[[str], bool]) -> bytes | None:
    """A digest of a JSON body without some of its keys; of another body, of its bytes."""
    value = read_json(body)
    if value is NOT_JSON:
        return _digest(body.hex())
    if isinstance(value, dict):
        value = {key: each for key, each in value.items() if not left_out(key)}
    return _digest(value)


def in_the_order_sent(entries: Iterable[Entry]) -> list[Entry]:
    """A request whose client waits in vain is recorded when the client gives up, maybe after its next try."""
    return sorted(entries, key=lambda entry: (entry.started, entry.number))


def _license_number(sale: dict[str, Any]) -> str | None:
    license_ = sale.get("license")
    number = license_.get("license_number") if isinstance(license_, dict) else None
    return number if isinstance(number, str) else None


def _digest(value: Any) -> bytes:
    return blake2b(msgspec.json.encode(value, order="deterministic"), digest_size=16).digest()
