"""A license's past before it is the ledger's: receipts packed one by one, so that a million of them need no more room."""

from array import array
from collections import defaultdict
from collections.abc import Iterator

from simulator.ledger.model import Receipt, ReceiptState
from simulator.ledger.packing import PackedReceipt, Packing
from simulator.ledger.purchases import CustomerId, Purchases
from simulator.ledger.trace_ids import mark_of


class Past:
    """Receipts that were not in the book they are for. Whoever adds them vouches that ids are unique."""

    def __init__(self, packing: Packing, purchases: Purchases) -> None:
        self.packing = packing
        self._purchases = purchases
        self.rows: list[PackedReceipt] = []
        """All of them, in the order in which they were added."""
        self.active: list[PackedReceipt] = []
        self.inactive: list[PackedReceipt] = []
        self.trace_marks = array("L")
        """Those of the rows, in their order."""
        self.external_ids: dict[str, int] = {}
        self.told: defaultdict[CustomerId, list[PackedReceipt]] = defaultdict(list)
        self.last_id = self.last_line_id = -1

    def __len__(self) -> int:
        return len(self.rows)

    def add(self, receipt: Receipt) -> None:
        packed = self.packing.pack(receipt)
        self.rows.append(packed)
        (self.active if receipt.state is ReceiptState.ACTIVE else self.inactive).append(packed)
        self.trace_marks.append(mark_of(receipt.trace_id))
        if receipt.external_id is not None:
            # The first receipt keeps an external id that is sent again.
            self.external_ids.setdefault(receipt.external_id, receipt.id)
        customer_id = self._purchases.customer_id(receipt)
        if customer_id is not None:
            self.told[customer_id].append(packed)
        self.last_id = max(self.last_id, receipt.id)
        for line in receipt.lines:
            self.last_line_id = max(self.last_line_id, line.id)

    def receipts(self) -> Iterator[Receipt]:
        return map(self.packing.unpack, self.rows)
