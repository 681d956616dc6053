"""What readers see of a ledger: all that happened, or not yet the latest of it."""

from bisect import bisect_right
from datetime import datetime, timedelta

from simulator.ledger.events import Event, ReceiptEvent
from simulator.ledger.state import Ledger

GRAINS = 64
"""How many past ledgers are kept for a lag; what is older is told to this share of the lag exactly."""


class Visibility:
    """Over one ledger, which already has everything: decisions are made on that, reads may see less.

    An event may show late; later events on the same receipt wait for it. And while somebody wants to look back, past
    states of the ledger are kept, which cost no more than what has changed since.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._shown = ledger
        self._late: list[tuple[datetime, Event]] = []
        self._past: list[tuple[datetime, Ledger]] = []
        self._lag = timedelta(0)

    def ledger(self, now: datetime, lag: timedelta = timedelta(0)) -> Ledger:
        """As readers see it `now`, or saw it `lag` ago as far as is known."""
        self._show(now)
        if not lag:
            return self._shown
        place = bisect_right(self._past, now - lag, key=lambda each: each[0])
        return self._past[place][1] if place < len(self._past) else self._shown

    def look_back(self, lag: timedelta) -> None:
        """From now on, keep what is needed to look as far back; zero keeps nothing."""
        self._lag = lag
        if not lag:
            self._past.clear()

    def before(self, now: datetime) -> None:
        """The ledger is about to change."""
        if self._late:
            self._show(now)
        if self._lag:
            self._remember(now)

    def note(self, event: Event, shown_at: datetime | None) -> None:
        """The ledger has applied this event, which shows from `shown_at` on."""
        if shown_at is None and not self._late and self._shown is self._ledger:
            return
        waits_for = [at for at, late in self._late if _same_receipt(late, event)]
        if shown_at is None and not waits_for:
            if self._shown is not self._ledger:
                self._shown.apply(event)
            return
        due = max([*waits_for, *([shown_at] if shown_at is not None else [])])
        self._late.append((due, event))

    def hide(self) -> None:
        """What the ledger applies next shows late: readers keep to what there is now."""
        if self._shown is self._ledger:
            self._shown = self._ledger.fork()

    def turn_back(self, now: datetime) -> None:
        """The clock has been set back: a past that is still to come is none."""
        self._past = [each for each in self._past if each[0] <= now]

    def _show(self, now: datetime) -> None:
        """Let readers see what is due, each in its time."""
        if not self._late:
            return
        due = sorted((each for each in self._late if each[0] <= now), key=lambda each: each[0])
        if not due:
            return
        self._late = [each for each in self._late if each[0] > now]
        for at, event in due:
            self._remember(at)
            self._shown.apply(event)
        if not self._late:
            self._shown = self._ledger

    def _remember(self, until: datetime) -> None:
        """Keep how readers saw things until then, where somebody wants to look back."""
        if not self._lag or (self._past and until - self._past[-1][0] < self._lag / GRAINS):
            return
        self._past.append((until, self._shown.fork()))
        while len(self._past) > 1 and until - self._past[0][0] > self._lag:
            del self._past[0]


def _same_receipt(one: Event, other: Event) -> bool:
    if not (isinstance(one, ReceiptEvent) and isinstance(other, ReceiptEvent)):
        return False
    a, b = one.receipt, other.receipt
    return (a.license_number, a.id) == (b.license_number, b.id)
