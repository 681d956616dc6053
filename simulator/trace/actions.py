"""From a PUT body to the ledger's command: one row an action."""

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple

from simulator.ledger.commands import (
    ChangePrice,
    ChangeQuantity,
    LotAmount,
    RefundSale,
    UpdateSale,
    VoidReceipt,
)
from simulator.ledger.model import Actor
from simulator.ledger.vocabulary import UPDATE_ACTIONS, UpdateAction
from simulator.trace.schemas import (
    ChangePriceIn,
    ChangeQuantityIn,
    PriceIn,
    QuantityIn,
    RefundSaleIn,
    UpdateIn,
    VoidSaleIn,
)
from simulator.trace.texts import amount, utc


class Asked(NamedTuple):
    """What a PUT body asks for, in the ledger's terms; `amounts` None is all that is left."""

    action: UpdateAction
    license_number: str
    currency_id: str | None
    at: datetime
    amounts: tuple[LotAmount, ...] | None = None
    reason: str | None = None


def asked(body: UpdateIn) -> Asked:
    """Raises ValueError for an amount or a time that is none."""
    action = UPDATE_ACTIONS[body.actions.id]
    currency_id = None if body.currency is None else body.currency.id
    return Asked(action, body.license.license_number, currency_id, *_ASKED[action](body))


def _change_price(body: ChangePriceIn) -> tuple[datetime, tuple[LotAmount, ...]]:
    return utc(body.price_change_date), _prices(body.line_items)


def _change_quantity(body: ChangeQuantityIn) -> tuple[datetime, tuple[LotAmount, ...]]:
    return utc(body.quantity_change_date), _quantities(body.line_items)


def _refund_sale(body: RefundSaleIn) -> tuple[datetime, tuple[LotAmount, ...] | None]:
    return utc(body.refund_date), None if body.line_items is None else _quantities(body.line_items)


def _void_sale(body: VoidSaleIn) -> tuple[datetime, None, str | None]:
    return utc(body.void_date), None, body.reason


_ASKED: Mapping[UpdateAction, Callable[[Any], tuple[Any, ...]]] = MappingProxyType(
    {
        UpdateAction.CHANGE_PRICE: _change_price,
        UpdateAction.CHANGE_QUANTITY: _change_quantity,
        UpdateAction.REFUND_SALE: _refund_sale,
        UpdateAction.VOID_SALE: _void_sale,
    }
)


def _prices(line_items: tuple[PriceIn, ...]) -> tuple[LotAmount, ...]:
    return tuple([LotAmount(line.lot.id, amount(line.amount)) for line in line_items])


def _quantities(line_items: tuple[QuantityIn, ...]) -> tuple[LotAmount, ...]:
    return tuple([LotAmount(line.lot.id, amount(line.quantity)) for line in line_items])


def update_command(asked: Asked, actor: Actor, state: str, sale_id: str, *, override: bool) -> UpdateSale:
    """The command that asks the ledger for it."""
    action, number, currency_id, at, amounts, reason = asked
    match action:
        case UpdateAction.CHANGE_PRICE:
            return ChangePrice(actor, state, number, sale_id, at, amounts or (), currency_id)
        case UpdateAction.CHANGE_QUANTITY:
            return ChangeQuantity(actor, state, number, sale_id, at, amounts or (), currency_id, override)
        case UpdateAction.REFUND_SALE:
            return RefundSale(actor, state, number, sale_id, at, amounts, currency_id)
        case UpdateAction.VOID_SALE:
            return VoidReceipt(actor, number, sale_id, state, at, reason, currency_id)
