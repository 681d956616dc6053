"""One customer's tally at a license: what they drew on each limit on each day. A value that forks share."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from types import MappingProxyType

from msgspec import Struct

from simulator.ledger.limits import Limit
from simulator.ledger.packing import PackedReceipt

Days = Mapping[date, Mapping[Limit, Decimal]]

BUNCH = 64
"""Told one by one, this many receipts make a bunch, so that the ten thousandth costs about what the first did."""


class Gone(Struct, frozen=True, gc=False):
    """A receipt as it was before it changed, to be taken off."""

    packed: PackedReceipt


Told = PackedReceipt | Gone


class Held(Struct, frozen=True, gc=False):
    """What is added up already, and what is not yet: bunches, and the newest."""

    days: Days = MappingProxyType({})
    older: tuple[tuple[Told, ...], ...] = ()
    newest: tuple[Told, ...] = ()


class Tally(Struct, gc=False):
    """What it says never changes; another receipt makes another tally. But it may say it shorter once that was added
    up: in one step, and whoever adds up gets the same, so any number of forks and threads may do it at once.
    """

    held: Held = Held()

    def told(self, more: tuple[Told, ...]) -> "Tally":
        held, newest = self.held, self.held.newest + more
        if len(newest) < BUNCH:
            return Tally(Held(held.days, held.older, newest))
        return Tally(Held(held.days, (*held.older, newest)))

    def keep(self, days: Days) -> None:
        """All that was told is added up in `days`."""
        self.held = Held(days)


NOTHING_TOLD = Tally()
"""Of whoever comes for the first time."""
