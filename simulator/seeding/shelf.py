"""What a shop has to sell: products, the lots they are sold from, and new lots as those run out."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from msgspec.structs import replace

from simulator.ledger.model import Lot, StateChange
from simulator.ledger.money import as_quantity
from simulator.ledger.products import Item
from simulator.ledger.state import SOLD_OUT, STOCK_RETURNED
from simulator.seeding.lines import PARTS


@dataclass(slots=True, eq=False)
class Shelved:
    """A lot on the shelf, in parts of its unit: what may still be sold, and what is there but kept back."""

    lot: Lot
    left: int
    kept: int = 0
    moved_at: datetime | None = None
    sold_out: StateChange | None = None
    turns: tuple[StateChange, ...] = ()

    def take(self, parts: int, at: datetime, username: str) -> None:
        """Sell so much of it, for good."""
        self.left -= parts
        if self.moved_at is None or at > self.moved_at:
            self.moved_at = at
        if not self.left and not self.kept:
            self.sold_out = StateChange("finished", at, SOLD_OUT, username)

    def lend(self, parts: int, at: datetime, back_at: datetime, username: str) -> None:
        """Sell so much and take it back at `back_at`. It is not sold again, and one unit more stays with it, or what is
        left of one, so that the lot can only finish in between when there is nothing else of it.
        """
        rest = min(PARTS, self.left - parts)
        self.left -= parts + rest
        self.kept += parts + rest
        if self.left + self.kept == parts:
            self.turns = (
                StateChange("finished", at, SOLD_OUT, username),
                StateChange("unfinished", back_at, STOCK_RETURNED, username),
            )
        if self.moved_at is None or back_at > self.moved_at:
            self.moved_at = back_at

    def deal_out(self, index: int, of: int) -> None:
        """Keep one share of what may still be sold: all shares together are all of it, in whole pieces where it is counted."""
        step = PARTS if self.lot.item.counted else 1
        each, rest = divmod(self.left // step, of)
        # Which shares have one more goes by the lot, so that none has more of everything.
        self.left = step * (each + ((index + self.lot.id) % of < rest))

    def as_it_stands(self, *, finishes: bool) -> Lot:
        """The lot after all its sales; `finishes` where an empty lot is a finished one."""
        if self.moved_at is None:
            return self.lot
        end = self.sold_out if finishes else None
        turns = (*self.turns, *([end] if end else ())) if finishes else ()
        return replace(
            self.lot,
            quantity=as_quantity(Decimal(self.left + self.kept) / PARTS),
            modified_at=self.moved_at,
            finished_at=end and end.at,
            history=(*self.lot.history, *turns) if turns else self.lot.history,
        )


@dataclass(slots=True, eq=False)
class Product:
    """An item at a price. `lots` are those still to be sold from, the first in front; `lot_size` is the range of a new
    one, None where there will be no more.
    """

    item: Item
    price: Decimal
    share: float
    lots: list[Shelved] = field(default_factory=list)
    lot_size: tuple[int, int] | None = None

    def lot_with(self, parts: int) -> Shelved | None:
        """The first lot that has so much; lots in front of it that have nothing left are put away."""
        while self.lots and not self.lots[0].left:
            del self.lots[0]
        for shelved in self.lots:
            if shelved.left >= parts:
                return shelved
        return None
