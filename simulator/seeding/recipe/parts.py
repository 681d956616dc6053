"""The tables of a recipe that say what is there: who may ask, shops, people, products, stock and taxes."""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from simulator.ledger.model import LabState
from simulator.ledger.products import ProductClass
from simulator.ledger.units import UNITS
from simulator.seeding.recipe.fields import (
    Amount,
    Class,
    Faults,
    Flag,
    Hex32,
    Id,
    Lab,
    MetrcHost,
    Name,
    Percent,
    Percents,
    Prices,
    Quantity,
    Secret,
    Share,
    Sizes,
    StateCode,
    Tag,
    TaxTypeId,
    Text,
    UnitName,
    Weight,
    one_of,
)

SOLD_BY_PIECE = frozenset({ProductClass.IMMATURE_PLANT, ProductClass.SEED, ProductClass.MERCHANDISE})
"""Of which no purchase limit asks the weight."""
INFUSED = frozenset(
    {
        ProductClass.EDIBLE,
        ProductClass.BEVERAGE,
        ProductClass.TINCTURE,
        ProductClass.CAPSULE,
        ProductClass.TOPICAL,
    }
)
"""Of which purchase limits ask the THC."""


class Part(BaseModel):
    """A table of a recipe: nothing unknown in it, nothing changes it."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class PoliciesPart(Part):
    oversell: Annotated[Literal["refuse", "allow"], one_of(("refuse", "allow"))] = "refuse"
    refund_restocks: Flag = False


class T3Part(Part):
    hostname: MetrcHost
    password: Text
    tier: (
        Annotated[
            Literal["manual", "basic", "team", "enterprise", "unlimited"],
            one_of(("manual", "basic", "team", "enterprise", "unlimited")),
        ]
        | None
    ) = None
    api_key: Name | None = None
    secret_key: Secret | None = None


class TracePart(Part):
    """`token` is taken literally; a Base64 JSON token is read for `user_key`."""

    api_key: Secret
    token: Secret | None = None
    user_key: Name | None = None

    @model_validator(mode="after")
    def _opens(self) -> Self:
        if self.token is None and self.user_key is None:
            raise Faults(((), "say token or user_key: without either nobody gets in"))
        return self


class AccountPart(Part):
    username: Name
    name: Text
    licenses: tuple[Name, ...]
    t3: T3Part | None = None
    trace: TracePart | None = None


class LicensePart(Part):
    number: Name
    name: Text
    state: StateCode
    type: Text
    retail: Flag = True
    active: Flag = True
    first_receipt_id: Id = 1
    first_lot_id: Id = 1


class EmployeePart(Part):
    id: Hex32
    license: Name
    first_name: Text
    last_name: Text
    active: Flag = True


class StaffPart(Part):
    """So many invented employees."""

    license: Name
    count: Annotated[int, Field(strict=True, ge=1, le=1000)]


class ItemPart(Part):
    """A product. `class` is what purchase limits know it as; weights in grams, THC in milligrams a unit."""

    key: Name
    name: Text
    product_class: Class = Field(alias="class")
    category: Text
    unit: UnitName
    price: Amount
    strain: Text | None = None
    brand: Text | None = None
    unit_weight: Amount | None = None
    unit_thc: Amount | None = None
    thc_percent: Percent | None = None

    @model_validator(mode="after")
    def _weighs_once(self) -> Self:
        if self.unit_weight is not None:
            _check_weight_is_not_known(self.unit)
        return self


class CataloguePart(Part):
    """So many invented products of one class. A shop with `stock` sells them all and is restocked as it sells."""

    product_class: Class = Field(alias="class")
    category: Text
    products: Annotated[int, Field(strict=True, ge=1, le=1000)]
    price: Prices
    unit: UnitName = "ea"
    unit_weight: tuple[Amount, ...] = ()
    unit_thc: tuple[Amount, ...] = ()
    thc_percent: Percents | None = None
    share: Weight = 1.0
    lot_size: Sizes = (100, 400)

    @model_validator(mode="after")
    def _limits_can_see_it(self) -> Self:
        """Who invents products knows what they weigh and hold."""
        kind = self.product_class
        if self.unit_weight:
            _check_weight_is_not_known(self.unit)
        elif UNITS[self.unit].grams is None and kind not in SOLD_BY_PIECE:
            raise Faults(((), f"{kind} sold by {self.unit!r} needs unit_weight: purchase limits look at it"))
        if kind in INFUSED and not self.unit_thc and self.thc_percent is None:
            raise Faults(((), f"{kind} needs unit_thc or thc_percent: purchase limits look at its THC"))
        return self


class StockPart(Part):
    """A shop that keeps the catalogue: `on_hand` units of each product at least, when history is over."""

    license: Name
    on_hand: Annotated[int, Field(strict=True, ge=1, le=10_000_000)] = 500
    on_hold: Share = 0.0
    failed: Share = 0.0


class LotPart(Part):
    """`in_history` false keeps it out of invented sales; `id` is its Trace id, invented when absent."""

    license: Name
    item: Name
    quantity: Quantity
    id: Hex32 | None = None
    tag: Tag | None = None
    lab_state: Lab = LabState.PASSED
    on_hold: Flag = False
    in_history: Flag = True


class TaxPart(Part):
    """A tax of a state's receipts, `rate` in percent of the discounted price."""

    state: StateCode
    type: TaxTypeId
    name: Text
    rate: Percent


def _check_weight_is_not_known(unit: str) -> None:
    if UNITS[unit].grams is not None:
        raise Faults((("unit_weight",), f"what is sold by {unit!r} weighs what it weighs: leave it out"))
