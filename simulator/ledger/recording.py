"""Deciding to record sales: judge every draft, then make receipts of them, all or none."""

from datetime import datetime
from itertools import count

from simulator.ledger.commands import RecordSales
from simulator.ledger.decision import Decision
from simulator.ledger.errors import Code, Rejected, Violation
from simulator.ledger.events import Move, ReceiptEvent
from simulator.ledger.lifecycle import Action
from simulator.ledger.model import Line, Receipt, ReceiptState, StateChange
from simulator.ledger.packing import usual_number
from simulator.ledger.rules import violations
from simulator.ledger.rules.context import Bought, SaleContext, Taken
from simulator.ledger.state import Book, Ledger, hashed
from simulator.ledger.vocabulary import customer_types
from simulator.ledger.warnings import SaleWarning, recording_warnings

CREATED = "sale created"


def record_sales(ledger: Ledger, command: RecordSales, now: datetime) -> Decision:
    found: list[Violation] = []
    warnings: list[SaleWarning] = []
    taken: Taken = {}
    bought: Bought = {}
    external_ids: set[tuple[str, str]] = set()
    actor, state_code = command.actor, command.state_code
    sales = [
        SaleContext(ledger, actor, state_code, now, draft, f"sales[{index}]", taken, bought)
        for index, draft in enumerate(command.sales)
    ]
    for sale in sales:
        found += violations(sale, override=command.purchase_limit_override)
        if sale.draft.receipt_id is not None or sale.draft.trace_id is not None:
            found += _id_violations(sale)
        warnings += recording_warnings(sale, external_ids)
    if found:
        raise Rejected(found)

    numbering: dict[str, _Numbering] = {}
    events = []
    for sale in sales:
        number = sale.draft.license_number
        numbers = numbering.get(number)
        if numbers is None:
            numbers = numbering[number] = _Numbering(ledger.books[number])
        receipt = _receipt(sale, numbers)
        # GAP(stock-moves): that a sale takes from its lots is not said; it does, at once.
        moves = tuple([Move(line.lot_id, -line.quantity) for line in receipt.lines])
        events.append(ReceiptEvent(Action.RECORD, receipt, now, actor.username, moves))
    return Decision(tuple(events), tuple(warnings))


class _Numbering:
    """Gives out the next ids of a book, within one command."""

    __slots__ = ("_receipt_id", "line_ids")

    def __init__(self, book: Book) -> None:
        self._receipt_id = book.next_receipt_id
        self.line_ids = count(book.next_line_id)

    def receipt_id(self, wanted: int | None) -> int:
        if wanted is None:
            wanted = self._receipt_id
        self._receipt_id = max(self._receipt_id, wanted + 1)
        return wanted


def _id_violations(sale: SaleContext) -> list[Violation]:
    """Only a recipe names ids; it may not name one that is taken."""
    draft, book = sale.draft, sale.book
    refs = [ref for ref in (draft.receipt_id, draft.trace_id) if ref is not None]
    return [
        Violation(Code.RECEIPT_ID_TAKEN, f"The receipt id {ref} is already taken.", sale.at("id"))
        for ref in refs
        if book and book.receipt(ref)
    ]


def _receipt(sale: SaleContext, numbers: _Numbering) -> Receipt:
    """Of a sale that keeps every rule."""
    draft, actor, now = sale.draft, sale.actor, sale.now
    receipt_id = numbers.receipt_id(draft.receipt_id)
    # By place, as it is quicker.
    return Receipt(
        receipt_id,
        draft.trace_id or hashed(f"sale/{draft.license_number}/{receipt_id}"),
        draft.license_number,
        usual_number(receipt_id),
        ReceiptState.ACTIVE,
        customer_types(sale.state_code)[draft.customer_type_id],
        draft.customer_type_id,
        draft.external_id,
        draft.terminal,
        draft.sold_at,
        draft.local_time,
        draft.out_of_state,
        draft.identifications,
        draft.employee_id,
        tuple(
            [
                Line(
                    next(numbers.line_ids),
                    lot.id,
                    line.quantity,
                    line.unit_price,
                    line.discount,
                    line.taxes,
                    line.total,
                )
                for _, line, lot in sale.lines
                if lot is not None
            ]
        ),
        draft.currency_id,
        draft.subtotal,
        draft.quantity,
        draft.total,
        draft.payments,
        now,
        actor.name,
        now,
        (StateChange("active", now, CREATED, actor.username),),
    )
