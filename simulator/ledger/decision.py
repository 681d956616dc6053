"""What `decide` answers when it does not refuse."""

from msgspec import Struct

from simulator.ledger.events import Event, ReceiptEvent
from simulator.ledger.model import Receipt
from simulator.ledger.warnings import SaleWarning


class Decision(Struct, frozen=True):
    """The events that follow from a command, not yet applied, and what is worth saying about them."""

    events: tuple[Event, ...]
    warnings: tuple[SaleWarning, ...] = ()

    @property
    def receipts(self) -> tuple[Receipt, ...]:
        """The receipts concerned, as they stand afterwards, in the order asked."""
        return tuple([event.receipt for event in self.events if isinstance(event, ReceiptEvent)])
