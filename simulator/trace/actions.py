"""From a PUT body to the ledger's command: one row an action."""

from simulator.ledger.commands import (
    ChangePrice,
    ChangeQuantity,
    LotAmount,
    RefundSale,
    UpdateSale,
    VoidReceipt,
)
from simulator.trace.auth import state_of
from simulator.trace.params import OverrideQuery
from simulator.trace.schemas import (
    ChangePriceIn,
    ChangeQuantityIn,
    QuantityIn,
    Ref,
    RefundSaleIn,
    UpdateIn,
    VoidSaleIn,
)
from simulator.wire.operation import Call


def update_command(call: Call[OverrideQuery, UpdateIn]) -> UpdateSale:
    """The command a PUT body stands for."""
    actor, state, body = call.account.actor, state_of(call), call.body
    number, sale_id = body.license.license_number, call.request.path_params["id"]
    currency_id = _id(body.currency)
    match body:
        case ChangePriceIn():
            prices = tuple(LotAmount(line.lot.id, line.amount) for line in body.line_items)
            return ChangePrice(actor, state, number, sale_id, body.price_change_date, prices, currency_id)
        case ChangeQuantityIn():
            override = call.query.purchase_limit_override
            quantities = _quantities(body.line_items)
            at = body.quantity_change_date
            return ChangeQuantity(actor, state, number, sale_id, at, quantities, currency_id, override)
        case RefundSaleIn():
            part = None if body.line_items is None else _quantities(body.line_items)
            return RefundSale(actor, state, number, sale_id, body.refund_date, part, currency_id)
        case VoidSaleIn():
            return VoidReceipt(actor, number, sale_id, state, body.void_date, body.reason, currency_id)


def _quantities(line_items: tuple[QuantityIn, ...]) -> tuple[LotAmount, ...]:
    return tuple(LotAmount(line.lot.id, line.quantity) for line in line_items)


def _id(ref: Ref | None) -> str | None:
    return None if ref is None else ref.id
