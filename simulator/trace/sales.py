"""The sale operations: record, list, read, update."""

from simulator.ledger.commands import LineDraft, RecordSales, SaleDraft
from simulator.ledger.errors import Code, Rejected, Violation
from simulator.ledger.model import Identification, Payment, Tax
from simulator.ledger.warnings import SaleWarning, WarningType
from simulator.trace import envelope
from simulator.trace.actions import update_command
from simulator.trace.auth import licensed, state_of
from simulator.trace.params import LicenseQuery, OverrideQuery, PageQuery
from simulator.trace.present import sale, updated_sale
from simulator.trace.schemas import SaleIn, SalesIn, UpdateIn, ignored_keys
from simulator.wire.answer import Answer
from simulator.wire.operation import Call
from simulator.wording import echo, listed, readable


def record(call: Call[OverrideQuery, SalesIn]) -> Answer:
    """All the sales of the body or none. GAP(batch): one sale answers an object, several a list in the order sent."""
    drafts = tuple(draft(each) for each in call.body.sales)
    command = RecordSales(call.account.actor, state_of(call), drafts, call.query.purchase_limit_override)
    decision = call.execute(command)
    books = call.ledger.books
    shown = [sale(receipt, books[receipt.license_number]) for receipt in decision.receipts]
    warnings = [*decision.warnings, *_ignored(call.body)]
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


def update(call: Call[OverrideQuery, UpdateIn]) -> Answer:
    decision = call.execute(update_command(call))
    (receipt,) = decision.receipts
    shown = updated_sale(receipt, call.ledger.books[receipt.license_number])
    return envelope.one(shown, [*decision.warnings, *_ignored(call.body)])


def _ignored(body: SalesIn | UpdateIn) -> list[SaleWarning]:
    """GAP(extra-keys): whether unknown keys are refused is not documented; they are ignored, and said to be."""
    keys, more = readable(ignored_keys(body))
    more = more and f" {more}"
    return (
        [SaleWarning(WarningType.FIELD_IGNORED, f"Not documented and ignored: {listed(keys)}{more}.")]
        if keys
        else []
    )


def draft(body: SaleIn) -> SaleDraft:
    """A sale of the body in the ledger's terms."""
    return SaleDraft(
        license_number=body.license.license_number,
        customer_type_id=body.customer_types.id,
        terminal=body.terminal,
        sold_at=body.created_at.date,
        local_time=body.created_at.local_time,
        out_of_state=body.out_of_state_sale,
        identifications=tuple(
            Identification(each.types.id, each.id, each.birthday) for each in body.identifications
        ),
        employee_id=body.employees.id,
        lines=tuple(
            LineDraft(
                lot_id=line.lot.id,
                quantity=line.quantity,
                unit_price=line.unit_price,
                total=line.total,
                discount=line.discount,
                taxes=tuple(Tax(tax.type.id, tax.name, tax.rate, tax.total) for tax in line.taxes),
            )
            for line in body.line_items
        ),
        currency_id=body.currency.id,
        subtotal=body.totals.subtotal,
        quantity=body.totals.quantity,
        total=body.totals.total,
        payments=tuple(
            Payment(each.type.id, each.amount, each.id, each.provider_name) for each in body.payments
        ),
        external_id=body.external_id,
    )
