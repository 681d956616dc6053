"""Request bodies of Trace's operations, as documented: amounts are strings, times are ISO 8601."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
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
from simulator.trace.errors import UNKNOWN_ACTION
from simulator.trace.texts import amount, birthday, local, utc
from simulator.wire.count import Count
from simulator.wire.errors import NO_NUL

# GAP(largest-batch): no largest batch is documented; these keep one request from holding up all others.
MOST_SALES, MOST_LINES, MOST_ENTRIES = 100, 100, 20
_ISO = "must be an ISO 8601 string"


def _text(reading: Callable[[str], object], wanted: str) -> BeforeValidator:
    """Accepts the texts that `reading` can read, and leaves them as they are: a body says what was sent."""

    def check(value: object) -> str:
        if not isinstance(value, str):
            raise ValueError(wanted)  # noqa: TRY004 - pydantic wants a ValueError
        reading(value)
        return value

    return BeforeValidator(check)


# GAP(text-lengths): the longest text kept; U+0000 is refused, as no store behind the real API could keep it.
Text = Annotated[str, StringConstraints(max_length=500, pattern=NO_NUL)]
Id = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=NO_NUL)]
# GAP(amounts-are-strings): documented as strings, so a JSON number is refused.
Amount = Annotated[
    str,
    _text(amount, 'must be a string such as "10.00"'),
    WithJsonSchema({"type": "string", "pattern": DECIMAL_PATTERN, "examples": ["10.00"]}),
]
Utc = Annotated[
    str,
    _text(utc, _ISO),
    WithJsonSchema({"type": "string", "format": "date-time", "examples": ["2022-05-26T15:44:00Z"]}),
]
Local = Annotated[
    str,
    _text(local, _ISO),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}$",
            "examples": ["2022-05-26T15:44:00"],
        }
    ),
]
Birthday = Annotated[
    Annotated[str, _text(birthday, _ISO)] | None,
    WithJsonSchema({"type": "string", "format": "date-time", "nullable": True}),
]


class Part(BaseModel):
    """An object of a request. Keys we do not know are kept aside, to be named in a warning."""

    model_config = ConfigDict(frozen=True, extra="allow", defer_build=True)


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
    rate: Amount = "0.00"


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

UPDATES: Mapping[str, type[Part]] = MappingProxyType(
    {
        "KMSAN0001": ChangeQuantityIn,
        "KMSAN0002": ChangePriceIn,
        "KMSAN0003": VoidSaleIn,
        "KMSAN0004": RefundSaleIn,
    }
)
"""The model of each action's body."""
SALES: TypeAdapter[SalesIn] = TypeAdapter(SalesIn)
UPDATE: TypeAdapter[UpdateIn] = TypeAdapter(_AnyUpdate, config=ConfigDict(defer_build=True))
