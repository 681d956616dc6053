"""The sale a client would have sent for a receipt: a receipt's way back to the ledger's rules."""

from collections.abc import Mapping

from simulator.ledger.commands import LineDraft, SaleDraft
from simulator.ledger.model import Lot, Receipt


def draft_of(receipt: Receipt, lots: Mapping[int, Lot]) -> SaleDraft:
    """What records this receipt, as it was when it was new. `lots` are the license's, by id."""
    return SaleDraft(
        license_number=receipt.license_number,
        customer_type_id=receipt.customer_type_id,
        terminal=receipt.terminal,
        sold_at=receipt.sold_at,
        local_time=receipt.local_time,
        out_of_state=receipt.out_of_state,
        identifications=receipt.identifications,
        employee_id=receipt.employee_id,
        lines=tuple(
            LineDraft(
                lot_id=lots[line.lot_id].trace_id,
                quantity=line.quantity,
                unit_price=line.unit_price,
                total=line.total,
                discount=line.discount,
                taxes=line.taxes,
            )
            for line in receipt.lines
        ),
        currency_id=receipt.currency_id,
        subtotal=receipt.subtotal,
        quantity=receipt.quantity,
        total=receipt.total,
        payments=receipt.payments,
        external_id=receipt.external_id,
        receipt_id=receipt.id,
        trace_id=receipt.trace_id,
    )
