"""Request bodies of Trace's operations, as documented: amounts are strings, times are ISO 8601."""

import re
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    FailFast,
    Field,
    StringConstraints,
    Tag,
    TypeAdapter,
    WithJsonSchema,
)

from simulator.ledger.money import DECIMAL_PATTERN
from simulator.ledger.vocabulary import UPDATE_ACTIONS
from simulator.times import parse_iso, to_utc
from simulator.trace.errors import UNKNOWN_ACTION
from simulator.wire.count import Count
from simulator.wire.errors import NO_NUL

# GAP(largest-batch): no largest batch is documented; these keep one request from holding up all others.
MOST_SALES, MOST_LINES, MOST_ENTRIES = 100, 100, 20
_DECIMAL = re.compile(DECIMAL_PATTERN)


def _decimal(value: object) -> Decimal:
    """GAP(amounts-are-strings): documented as strings, so a JSON number is refused."""
    if not isinstance(value, str):
        raise ValueError('must be a string such as "10.00"')  # noqa: TRY004 - pydantic wants a ValueError
    if not _DECIMAL.fullmatch(value):
        raise ValueError(
            'must be a plain decimal such as "10.00", with at most 9 digits before the point and 4 after'
        )
    return Decimal(value)


def _utc(value: object) -> datetime:
    """GAP(utc-required): an offset is converted to UTC; a time without any zone is refused."""
    moment = _iso(value)
    if moment.tzinfo is None:
        raise ValueError("must say its zone, as in 2022-05-26T15:44:00Z")
    return to_utc(moment)


def _local(value: object) -> datetime:
    moment = _iso(value)
    if moment.tzinfo is not None:
        raise ValueError("must be a local time without a zone, as in 2022-05-26T15:44:00")
    return moment


def _birthday(value: object) -> datetime | None:
    return None if value is None else to_utc(_iso(value))


def _iso(value: object) -> datetime:
    if not isinstance(value, str):
        raise ValueError("must be an ISO 8601 string")  # noqa: TRY004 - pydantic wants a ValueError
    return parse_iso(value)


# GAP(text-lengths): the longest text kept; U+0000 is refused, as no store behind the real API could keep it.
Text = Annotated[str, StringConstraints(max_length=500, pattern=NO_NUL)]
Id = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=NO_NUL)]
Amount = Annotated[
    Decimal,
    BeforeValidator(_decimal),
    WithJsonSchema({"type": "string", "pattern": DECIMAL_PATTERN, "examples": ["10.00"]}),
]
Utc = Annotated[
    datetime,
    BeforeValidator(_utc),
    WithJsonSchema({"type": "string", "format": "date-time", "examples": ["2022-05-26T15:44:00Z"]}),
]
Local = Annotated[
    datetime,
    BeforeValidator(_local),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}$",
            "examples": ["2022-05-26T15:44:00"],
        }
    ),
]
Birthday = Annotated[
    datetime | None,
    BeforeValidator(_birthday),
    WithJsonSchema({"type": "string", "format": "date-time", "nullable": True}),
]


class Part(BaseModel):
    """An object of a request. Keys we do not know are kept aside, to be named in a warning."""

    model_config = ConfigDict(frozen=True, extra="allow")


class Ref(Part):
    id: Id


class LicenseRef(Part):
    license_number: Id


class CreatedAtIn(Part):
    date: Utc
    local_time: Local


class IdentificationIn(Part):
    types: Ref
    id: Text
    birthday: Birthday = None


class TaxIn(Part):
    """GAP(tax-entries): which keys of a tax are required is not documented; `type` and `total` are."""

    type: Ref
    total: Amount
    name: Text = ""
    rate: Amount = Decimal("0.00")


class LineItemIn(Part):
    lot: Ref
    quantity: Amount
    unit_price: Amount
    total: Amount
    discount: Amount | None = None
    taxes: Annotated[tuple[TaxIn, ...], FailFast(), Count(0, MOST_ENTRIES)] = ()


class TotalsIn(Part):
    subtotal: Amount
    quantity: Amount
    total: Amount


class PaymentIn(Part):
    amount: Amount
    type: Ref
    id: Text | None = None
    provider_name: Text | None = None


class SaleIn(Part):
    license: LicenseRef
    customer_types: Ref
    terminal: Text
    created_at: CreatedAtIn
    out_of_state_sale: Annotated[bool, Field(strict=True)]
    identifications: Annotated[tuple[IdentificationIn, ...], Count(0, MOST_ENTRIES)]
    employees: Ref
    # GAP(empty-arrays): a sale of nothing, or paid with nothing, is refused.
    line_items: Annotated[tuple[LineItemIn, ...], Count(1, MOST_LINES)]
    currency: Ref
    totals: TotalsIn
    payments: Annotated[tuple[PaymentIn, ...], Count(1, MOST_ENTRIES)]
    external_id: Text | None = None


class SalesIn(Part):
    """GAP(empty-batch): an empty list of sales is refused."""

    sales: Annotated[tuple[SaleIn, ...], Count(1, MOST_SALES)]


class PriceIn(Part):
    """GAP(amount-is-unit-price): `amount` is documented as the price value for the lot; it is the new unit price."""

    lot: Ref
    amount: Amount


class QuantityIn(Part):
    lot: Ref
    quantity: Amount


class ChangeQuantityAction(Part):
    id: Literal["KMSAN0001"]


class ChangePriceAction(Part):
    id: Literal["KMSAN0002"]


class VoidSaleAction(Part):
    id: Literal["KMSAN0003"]


class RefundSaleAction(Part):
    id: Literal["KMSAN0004"]


class ChangePriceIn(Part):
    """As documented."""

    license: LicenseRef
    actions: ChangePriceAction
    price_change_date: Utc
    currency: Ref
    line_items: Annotated[tuple[PriceIn, ...], Count(1, MOST_LINES)]


class ChangeQuantityIn(Part):
    """GAP(update-bodies): only a price change's body is documented; the others follow its pattern."""

    license: LicenseRef
    actions: ChangeQuantityAction
    quantity_change_date: Utc
    line_items: Annotated[tuple[QuantityIn, ...], Count(1, MOST_LINES)]
    currency: Ref | None = None


class VoidSaleIn(Part):
    license: LicenseRef
    actions: VoidSaleAction
    void_date: Utc
    reason: Text | None = None
    currency: Ref | None = None


class RefundSaleIn(Part):
    """Without `line_items` everything that is left is refunded."""

    license: LicenseRef
    actions: RefundSaleAction
    refund_date: Utc
    line_items: Annotated[tuple[QuantityIn, ...], Count(1, MOST_LINES)] | None = None
    currency: Ref | None = None


def _action_id(body: Any) -> str | None:
    """Which action a PUT body asks for; None (and so a clear refusal) when it does not say."""
    actions = body.get("actions") if isinstance(body, dict) else None
    action_id = actions.get("id") if isinstance(actions, dict) else None
    return action_id if isinstance(action_id, str) else None


UpdateIn = ChangeQuantityIn | ChangePriceIn | VoidSaleIn | RefundSaleIn
_AnyUpdate = Annotated[
    Annotated[ChangeQuantityIn, Tag("KMSAN0001")]
    | Annotated[ChangePriceIn, Tag("KMSAN0002")]
    | Annotated[VoidSaleIn, Tag("KMSAN0003")]
    | Annotated[RefundSaleIn, Tag("KMSAN0004")],
    Discriminator(
        _action_id,
        custom_error_type=UNKNOWN_ACTION,
        custom_error_message=f"must be one of {', '.join(f'{id_} ({name})' for id_, name in UPDATE_ACTIONS.items())}",
    ),
]

SALES: TypeAdapter[SalesIn] = TypeAdapter(SalesIn)
UPDATE: TypeAdapter[UpdateIn] = TypeAdapter(_AnyUpdate)


def ignored_keys(part: BaseModel, path: str = "") -> list[str]:
    """Paths of the keys in a body that the documented shape does not have."""
    prefix = f"{path}." if path else ""
    found = [prefix + key for key in part.model_extra or {}]
    for name, value in part:
        if isinstance(value, BaseModel):
            found += ignored_keys(value, prefix + name)
        elif isinstance(value, tuple):
            for index, each in enumerate(value):
                if isinstance(each, BaseModel):
                    found += ignored_keys(each, f"{prefix}{name}[{index}]")
    return found
