"""What a sale rule may look at: the draft, the books, the moment, and what the batch has already taken."""

from datetime import date, datetime
from decimal import Decimal

from simulator.ledger.commands import LineDraft, SaleDraft
from simulator.ledger.errors import Code, Violation
from simulator.ledger.identity import ByIdentity
from simulator.ledger.limits import Basket
from simulator.ledger.model import Actor, Identification, Lot, Tax
from simulator.ledger.money import total
from simulator.ledger.purchases import CustomerId
from simulator.ledger.rules.lines import is_sound
from simulator.ledger.state import Book, Ledger
from simulator.ledger.states import STATES
from simulator.ledger.vocabulary import IdentificationType, customer_types, identification_types
from simulator.times import without_zone
from simulator.wording import did_you_mean, echo, some_of

Taken = dict[tuple[str, int], Decimal]
"""What earlier lines and sales of the same batch take from a lot, by license and lot id."""
Bought = dict[tuple[str, CustomerId | None], list[tuple[date, Basket]]]
"""On which day and what earlier sales of the same batch sell to a customer of a license."""


def license_violations(
    ledger: Ledger, actor: Actor, number: str, state_code: str | None, path: str = "license.license_number"
) -> list[Violation]:
    """Known, visible, active, and of the state the path names (None: the request names no state)."""
    found: list[Violation] = []
    book = ledger.books.get(number)
    if book is None:
        hint = did_you_mean(number, sorted(actor.licenses))
        found.append(Violation(Code.LICENSE_UNKNOWN, f"License {echo(number)} does not exist.{hint}", path))
        return found
    license_ = book.license
    if number not in actor.licenses:
        message = f"License {echo(number)} is not visible to {actor.username}; their licenses: "
        found.append(
            Violation(Code.LICENSE_NOT_VISIBLE, message + some_of(sorted(actor.licenses)) + ".", path)
        )
        return found
    if state_code is not None and license_.state_code != state_code:
        message = f"License {number} is of state {license_.state_code!r}, the request of {state_code!r}."
        found.append(Violation(Code.LICENSE_IN_OTHER_STATE, message, path))
    if not license_.active:
        found.append(Violation(Code.LICENSE_INACTIVE, f"License {number} is not active.", path))
    return found


class SaleContext:
    """One draft under judgement. `prefix` is its place in the request, such as `sales[0]`.

    What several rules look at is found once, here. Places in the request are spelled out only for violations.
    """

    __slots__ = (
        "actor",
        "book",
        "bought",
        "customer",
        "doubtful",
        "draft",
        "ledger",
        "lines",
        "nets",
        "now",
        "prefix",
        "shown",
        "sold_at_local",
        "state",
        "state_code",
        "taken",
        "taxes",
    )

    def __init__(
        self,
        ledger: Ledger,
        actor: Actor,
        state_code: str,
        now: datetime,
        draft: SaleDraft,
        prefix: str = "sales[0]",
        taken: Taken | None = None,
        bought: Bought | None = None,
    ) -> None:
        self.ledger = ledger
        self.actor = actor
        self.state_code = state_code
        self.now = now
        self.draft = draft
        self.prefix = prefix
        self.taken: Taken = {} if taken is None else taken
        self.bought: Bought = {} if bought is None else bought
        number = draft.license_number
        self.book: Book | None = ledger.books.get(number) if number in actor.licenses else None
        """The license's book, None when it is unknown or not the actor's to see."""
        self.state = STATES[state_code]
        """The state that the request is for; the license's own where every rule is kept."""
        self.customer = customer_types(state_code).get(draft.customer_type_id)
        known = identification_types(state_code)
        self.shown: list[tuple[Identification, IdentificationType | None]] = [
            (each, known.get(each.type_id)) for each in draft.identifications
        ]
        """Each identification with its type, None where that is unknown."""
        find = self.book.lot if self.book else _nowhere
        self.lines: list[tuple[int, LineDraft, Lot | None]] = [
            (index, line, find(line.lot_id)) for index, line in enumerate(draft.lines)
        ]
        """Each line with its number and its lot, None where that is unknown."""
        self.sold_at_local = without_zone(draft.sold_at.astimezone(self.state.zone))
        """What the clocks of the state showed, without a zone."""
        self.nets = [line.net for line in draft.lines]
        """What each line comes to after discount and before taxes."""
        self.taxes = [_total_of(line.taxes) for line in draft.lines]
        """What the taxes of each line come to."""
        self.doubtful = [
            each
            for each, net, tax in zip(self.lines, self.nets, self.taxes, strict=True)
            if not is_sound(each[1], each[2], net, tax)
        ]
        """Those of the lines that may break a rule about single lines."""

    def at(self, where: str) -> str:
        return f"{self.prefix}.{where}"

    def at_line(self, index: int, where: str) -> str:
        return f"{self.prefix}.line_items[{index}].{where}"


@ByIdentity
def _total_of(taxes: tuple[Tax, ...]) -> Decimal:
    return total(tax.total for tax in taxes)


def _nowhere(_lot_id: str) -> None:
    return None
