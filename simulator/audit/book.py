"""The audit of one license's book."""

from collections.abc import Iterator
from decimal import Decimal

from simulator.audit import wording
from simulator.audit.amounts import reckoning
from simulator.audit.report import MOST_TOLD, Problems, Repeated, Sums
from simulator.audit.slices import sliced
from simulator.ledger.figures import Figures, figures_of
from simulator.ledger.model import ReceiptState
from simulator.ledger.money import CENT, ZERO, same_money
from simulator.ledger.packing import PackedReceipt, Summary, summary_of
from simulator.ledger.state import Book, recording_order

ACTIVE, VOIDED = ReceiptState.ACTIVE, ReceiptState.VOIDED


class Repeats:
    """The receipts after the first of one external id, and how many of them stand."""

    __slots__ = ("rows", "standing")

    def __init__(self) -> None:
        self.rows: list[PackedReceipt] = []
        self.standing = 0


class BookAudit:
    """Looks through a book that nobody writes to. `restocks` is whether refunded units went back to their lots; only
    receipts whose external id begins with `prefix` are counted, where there is one, but all are checked.
    """

    def __init__(self, book: Book, problems: Problems, *, restocks: bool, prefix: str | None) -> None:
        self.sums = Sums(book.license.number)
        self.repeated: list[Repeated] = []
        self.more_repeated = 0
        self._book = book
        self._rows = book.rows
        self._number = book.license.number
        self._problems = problems
        self._restocks = restocks
        self._prefix = prefix
        self._reckon = reckoning(book.packing.taxes)
        self._sold: dict[int, Decimal] = dict.fromkeys(book.lots, ZERO)
        self._refunded: dict[int, Decimal] = dict.fromkeys(book.lots, ZERO)
        self._repeats: dict[str, Repeats] = {}

    @property
    def has_receipts(self) -> bool:
        return bool(len(self._rows))

    def turns(self) -> Iterator[None]:
        """All of it, a slice a turn."""
        yield from self._receipts(active=True)
        yield from self._receipts(active=False)
        yield from self._counts()
        yield from self._lots()
        yield from self._external_ids()

    def _receipts(self, *, active: bool) -> Iterator[None]:
        """A list, in whose order no two receipts have the same place."""
        book = self._book
        before = (float("-inf"), 0)
        for rows in sliced(book.active_rows if active else book.inactive_rows):
            for row in rows:
                whole, figures = figures_of(row)
                if (whole.state is ACTIVE) is not active:
                    self._problems.note(wording.wrong_list(self._number, whole, active=active))
                if self._rows.get(row.id) is not row:
                    self._problems.note(wording.listed_only(self._number, whole, active=active))
                place = recording_order(row)
                if place <= before:
                    self._problems.note(wording.out_of_order(self._number, whole, active=active))
                before = place
                self._figures(whole, figures)
                if figures.external_id:
                    self._external_id(row, whole, figures.external_id)
                if self._prefix is None or (figures.external_id or "").startswith(self._prefix):
                    self.sums.receipts[whole.state] += 1
            yield

    def _figures(self, whole: Summary, figures: Figures) -> None:
        """A void takes back all that is still sold, but leaves the receipt's amounts; so these are checked of all."""
        stands = whole.state is not VOIDED
        net = total = quantity = ZERO
        for line in figures.lines:
            amounts = self._reckon(
                line.quantity, line.unit_price, line.discount, line.taxes, line.total, line.refunded
            )
            if not amounts.adds_up:
                self._problems.note(wording.line_off(self._number, whole, line, amounts.due))
            net += amounts.net
            total += amounts.total
            quantity += amounts.quantity
            if line.lot_id not in self._sold:
                self._problems.note(wording.no_lot(self._number, whole, line))
                continue
            if stands:
                self._sold[line.lot_id] += amounts.quantity
            # A void after a refund of a part takes back the rest; what was refunded stays where it is.
            if amounts.refunded and not self._restocks:
                self._refunded[line.lot_id] += amounts.refunded
        said = Decimal(figures.total)
        if stands:
            self.sums.net += net
            self.sums.total += said
        # A client may be off by less than a cent in each amount when it records a sale, and an import in the quantity
        # too; a change of a line sums the receipt anew. So of the sums no more is certain than this. Payments are not
        # checked: they stay as they were, whatever changes.
        if said != total and abs(said - total) >= CENT * (len(figures.lines) + 1):
            self._problems.note(wording.sum_off(self._number, whole, "total", said, total))
        for what, text, due in (
            ("subtotal", figures.subtotal, net),
            ("quantity", figures.quantity, quantity),
        ):
            amount = Decimal(text)
            if not same_money(amount, due):
                self._problems.note(wording.sum_off(self._number, whole, what, amount, due))

    def _external_id(self, row: PackedReceipt, whole: Summary, external_id: str) -> None:
        first = self._book.first_with(external_id)
        if first is None:
            self._problems.note(wording.not_found(self._number, whole, external_id))
        elif first != row.id:
            repeats = self._repeats.setdefault(external_id, Repeats())
            repeats.rows.append(row)
            repeats.standing += whole.state is not VOIDED

    def _counts(self) -> Iterator[None]:
        """With each list in order and each receipt in the list of its state, this leaves nothing out."""
        active, inactive = self._book.active_rows, self._book.inactive_rows
        if len(active) + len(inactive) == len(self._rows):
            return
        self._problems.note(wording.counts_off(self._number, len(active), len(inactive), len(self._rows)))
        listed = set[int]()
        for rows in (active, inactive):
            for some in sliced(rows):
                listed.update(row.id for row in some)
                yield
        for ids in sliced(self._rows):
            for each in ids:
                if each not in listed:
                    self._problems.note(wording.unlisted(self._number, summary_of(self._rows[each])))
            yield

    def _lots(self) -> Iterator[None]:
        """What a lot received is on hand, less than nothing where it is oversold, or on receipts that stand, or refunded."""
        sums, lots = self.sums, self._book.lots
        for ids in sliced(lots):
            for each in ids:
                lot, sold, refunded = lots[each], self._sold[each], self._refunded[each]
                if lot.received != lot.quantity + sold + refunded:
                    self._problems.note(wording.lot_off(lot, sold, refunded))
                sums.lots += 1
                sums.received += lot.received
                sums.on_hand += lot.quantity
                sums.sold += sold
                sums.refunded += refunded
            yield

    def _external_ids(self) -> Iterator[None]:
        """Those that were sent again: none of this is an imbalance, but that their first receipt is another's."""
        for external_ids in sliced(self._repeats):
            for external_id in external_ids:
                self._repeat(external_id, self._repeats[external_id])
            yield

    def _repeat(self, external_id: str, repeats: Repeats) -> None:
        first = self._book.first_with(external_id)
        row = None if first is None else self._rows.get(first)
        if row is None or figures_of(row)[1].external_id != external_id:
            self._problems.note(wording.found_wrongly(self._number, external_id))
            return
        standing = repeats.standing + (summary_of(row).state is not VOIDED)
        if standing < 2 or not external_id.startswith(self._prefix or ""):  # noqa: PLR2004 - repeated
            return
        if len(self.repeated) == MOST_TOLD:
            self.more_repeated += 1
            return
        rows = sorted([row, *repeats.rows], key=recording_order)[:MOST_TOLD]
        numbers = tuple(summary_of(each).number for each in rows)
        self.repeated.append(Repeated(self._number, external_id, numbers, standing))
