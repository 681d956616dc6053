"""What a sale rule may look at: the draft, the books, the moment, and what the batch has already taken."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import cached_property

from simulator.ledger.commands import LineDraft, SaleDraft
from simulator.ledger.customers import CustomerType
from simulator.ledger.errors import Code, Violation
from simulator.ledger.limits import Basket
from simulator.ledger.model import Actor, Lot
from simulator.ledger.purchases import CustomerId
from simulator.ledger.state import Book, Ledger
from simulator.ledger.vocabulary import customer_types
from simulator.wording import did_you_mean, echo

Taken = dict[tuple[str, int], Decimal]
"""What earlier lines and sales of the same batch take from a lot, by license and lot id."""
Bought = dict[tuple[str, CustomerId | None], list[tuple[datetime, Basket]]]
"""When and what earlier sales of the same batch sell to a customer of a license."""


def license_violations(
    ledger: Ledger, actor: Actor, number: str, state_code: str | None, path: str = "license.license_number"
) -> Iterator[Violation]:
    """Known, visible, active, and of the state the path names (None: the request names no state)."""
    book = ledger.books.get(number)
    if book is None:
        hint = did_you_mean(number, sorted(actor.licenses))
        yield Violation(Code.LICENSE_UNKNOWN, f"License {echo(number)} does not exist.{hint}", path)
        return
    license_ = book.license
    if number not in actor.licenses:
        message = f"License {echo(number)} is not visible to {actor.username}; their licenses: "
        yield Violation(Code.LICENSE_NOT_VISIBLE, message + ", ".join(sorted(actor.licenses)) + ".", path)
        return
    if state_code is not None and license_.state_code != state_code:
        message = f"License {number} is of state {license_.state_code!r}, the request of {state_code!r}."
        yield Violation(Code.LICENSE_IN_OTHER_STATE, message, path)
    if not license_.active:
        yield Violation(Code.LICENSE_INACTIVE, f"License {number} is not active.", path)


@dataclass
class SaleContext:
    """One draft under judgement. `prefix` is its place in the request, such as `sales[0]`."""

    ledger: Ledger
    actor: Actor
    state_code: str
    now: datetime
    draft: SaleDraft
    prefix: str = "sales[0]"
    taken: Taken = field(default_factory=dict)
    bought: Bought = field(default_factory=dict)

    @cached_property
    def book(self) -> Book | None:
        """The license's book, None when it is unknown or not the actor's to see."""
        number = self.draft.license_number
        return self.ledger.books.get(number) if number in self.actor.licenses else None

    @cached_property
    def customer(self) -> CustomerType | None:
        return customer_types(self.state_code).get(self.draft.customer_type_id)

    @cached_property
    def lots(self) -> tuple[Lot | None, ...]:
        """The lot of each line, None where unknown."""
        book = self.book
        return tuple(book.lot(line.lot_id) if book else None for line in self.draft.lines)

    def lines(self) -> Iterator[tuple[str, LineDraft, Lot | None]]:
        """Each line with its path and its lot."""
        for index, (line, lot) in enumerate(zip(self.draft.lines, self.lots, strict=True)):
            yield f"{self.prefix}.line_items[{index}]", line, lot

    def at(self, where: str) -> str:
        return f"{self.prefix}.{where}"
