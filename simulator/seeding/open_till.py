"""A till that goes on: the sales that a license makes after its past, for a client to record."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from math import fsum
from random import Random

from simulator.ledger.model import License, ReceiptState
from simulator.seeding.bodies import JSON, Bodies
from simulator.seeding.calendar import local_time
from simulator.seeding.counter import Counter
from simulator.seeding.recipe import HistoryPart
from simulator.seeding.register import Moment
from simulator.seeding.selling import Selling, SoldOut
from simulator.times import to_utc

Share = tuple[int, int]
"""Which of how many, counted from 0."""


@dataclass(frozen=True, slots=True)
class Habits:
    """A shop's usual day: the local hours at which it opens and closes, and how many receipts a day it has on average over
    its past. `parts` are its histories in the recipe, with all the rest: how many are voided, how they pay.
    """

    opens: int
    closes: int
    receipts_a_day: float
    parts: tuple[HistoryPart, ...]


class OpenTill:
    """One share of what a license sells from now on: as its first history says, while its lots last."""

    def __init__(
        self,
        license_: License,
        counters: Sequence[Counter],
        selling: Selling,
        bodies: Bodies,
        seed: str,
        share: Share,
    ) -> None:
        self.license = license_
        self._zone = license_.state.zone
        self._counters = counters
        self._selling = selling
        self._bodies = bodies
        self._seed = seed
        self._share = share
        self._is_sold_out = False

    def sale(self, sold_at: datetime) -> JSON:
        """The next sale, made at that moment. Raises SoldOut, from then on each time."""
        if self._is_sold_out:
            raise self._sold_out()
        sold_at = to_utc(sold_at)
        local = local_time(sold_at, self._zone)
        moment = Moment(local.toordinal(), sold_at, local, sold_at)
        try:
            sale = self._selling.invent(self._counters[0], moment, ReceiptState.ACTIVE)
        except SoldOut:
            self._is_sold_out = True
            raise self._sold_out() from None
        for shelved, kind in sale.basket:
            shelved.left -= kind.parts
        return self._bodies.of(sale, *self._selling.served_by())

    def day(self, day: date, factor: float) -> list[datetime]:
        """Of the moments of the day, which all shares see alike, those of this one."""
        moments: list[datetime] = []
        for place, counter in enumerate(self._counters):
            rng = Random(f"{self._seed}/{day:%Y-%m-%d}/{place}")  # noqa: S311 - repeatable, not secret
            moments += counter.history.moments(day, self._zone, factor, rng.random)
        moments.sort()
        index, of = self._share
        return moments[index::of]

    def curve(self, day: date) -> list[float]:
        histories = [counter.history for counter in self._counters]
        weights = [history.expected(day) for history in histories]
        if not any(weights):
            weights = [history.part.receipts for history in histories]
        curves = [history.curve(day, self._zone) for history in histories]
        whole = fsum(weights)
        return [
            fsum(weight * curve[hour] for weight, curve in zip(weights, curves, strict=True)) / whole
            for hour in range(24)
        ]

    @property
    def habits(self) -> Habits:
        parts = tuple(counter.history.part for counter in self._counters)
        return Habits(
            min(part.opens for part in parts),
            max(part.closes for part in parts),
            fsum(part.receipts / part.days for part in parts),
            parts,
        )

    def _sold_out(self) -> SoldOut:
        index, of = self._share
        whose = "its lots are" if of == 1 else f"share {index} of {of} of its lots is"
        return SoldOut(
            f"license {self.license.number}: {whose} sold out; sell less, or put more in its lots or on_hand"
        )
