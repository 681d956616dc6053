"""The sale operations: record, list, read, update."""

from collections.abc import Sequence

from simulator.ledger.commands import RecordSales, SaleDraft
from simulator.ledger.errors import Code, Rejected, Violation
from simulator.ledger.warnings import SaleWarning, WarningType
from simulator.trace import envelope
from simulator.trace.actions import Asked, update_command
from simulator.trace.auth import licensed, state_of
from simulator.trace.params import LicenseQuery, OverrideQuery, PageQuery
from simulator.trace.present import sale, updated_sale
from simulator.trace.reading import Read
from simulator.wire.answer import Answer
from simulator.wire.operation import Call
from simulator.wording import echo, listed, readable


def record(call: Call[OverrideQuery, Read[tuple[SaleDraft, ...]]]) -> Answer:
    """All the sales of the body or none. GAP(batch): one sale answers an object, several a list in the order sent."""
    override = call.query.purchase_limit_override
    command = RecordSales(call.account.actor, state_of(call), call.body.sent, override)
    decision = call.execute(command)
    books = call.ledger.books
    shown = [sale(receipt, books[receipt.license_number]) for receipt in decision.receipts]
    warnings = [*decision.warnings, *_ignored(call.body.ignored)]
    return envelope.several(shown, warnings) if len(shown) > 1 else envelope.one(shown[0], warnings)


def list_active(call: Call[PageQuery, None]) -> Answer:
    """GAP(list-order): in the order of recording, newest last."""
    book = licensed(call)
    return envelope.page(call.request, call.query, book.active, lambda receipt: sale(receipt, book))


def read(call: Call[LicenseQuery, None]) -> Answer:
    """One sale in whatever state it is."""
    book = licensed(call)
    sale_id: str = call.request.path_params["id"]
    receipt = book.receipt(sale_id)
    if receipt is None:
        message = f"Sale {echo(sale_id)} does not exist on license {book.license.number}."
        raise Rejected([Violation(Code.SALE_UNKNOWN, message, "id")])
    return envelope.one(sale(receipt, book))


def update(call: Call[OverrideQuery, Read[Asked]]) -> Answer:
    actor, state, sale_id = call.account.actor, state_of(call), call.request.path_params["id"]
    override = call.query.purchase_limit_override
    decision = call.execute(update_command(call.body.sent, actor, state, sale_id, override=override))
    (receipt,) = decision.receipts
    shown = updated_sale(receipt, call.ledger.books[receipt.license_number])
    return envelope.one(shown, [*decision.warnings, *_ignored(call.body.ignored)])


def _ignored(paths: Sequence[str]) -> list[SaleWarning]:
    """GAP(extra-keys): whether unknown keys are refused is not documented; they are ignored, and said to be."""
    if not paths:
        return []
    keys, more = readable(paths)
    more = more and f" {more}"
    return [SaleWarning(WarningType.FIELD_IGNORED, f"Not documented and ignored: {listed(keys)}{more}.")]
