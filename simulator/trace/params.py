"""Query parameters of Trace's operations, under their documented names."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo, field_validator

from simulator.times import parse_iso, to_utc
from simulator.wire.query import Boolean, Pairs, WholeNumber
from simulator.wire.query import gather as gather_pairs

DEFAULT_LIMIT = 100
# GAP(limit-maximum): no maximum is documented; a larger limit is refused, never cut silently.
LARGEST_LIMIT = 10_000
LOT_STATES = Literal[
    "active",
    "inactive",
    "finished",
    "unfinished",
    "onhold",
    "discontinued",
    "lab_testing_not_submitted",
    "lab_testing_submitted",
    "lab_testing_in_progress",
    "lab_testing_awaiting_confirmation",
    "lab_testing_passed",
    "lab_testing_failed",
    "lab_retesting_in_progress",
    "lab_retest_passed",
    "lab_retest_failed",
    "used",
    "in_transit",
    "scheduled_for_transfer",
    "accepted",
    "rejected",
    "returned",
    "received",
    "partial_rejected",
    "partial_returned",
    "scheduled_for_destruction",
    "lot_not_in_inventory",
]
EMPLOYEE_STATES = Literal["active", "inactive", "deleted"]


def gather(pairs: Pairs) -> dict[str, Any]:
    return gather_pairs(pairs, lists=frozenset())


def _moment(value: object) -> object:
    return to_utc(parse_iso(value)) if isinstance(value, str) else value


Moment = Annotated[datetime, BeforeValidator(_moment)]


class Query(BaseModel):
    """GAP(unknown-parameters): unknown query parameters are ignored."""

    model_config = ConfigDict(frozen=True, defer_build=True)


class OverrideQuery(Query):
    """GAP(override-on-update): documented for POST; a change of quantity honours it too."""

    purchase_limit_override: Boolean = Field(
        False, description="Let a sale through that fails purchase limit validation by clerical error."
    )


class LicenseQuery(Query):
    license_number: str = Field(
        min_length=1, description="State-issued license number.", examples=["XXXRETAIL01"]
    )


class PageQuery(LicenseQuery):
    limit: WholeNumber = Field(DEFAULT_LIMIT, ge=1, le=LARGEST_LIMIT, description="Most records to return.")
    offset: WholeNumber = Field(0, ge=0, description="Records to skip.")


class LotQuery(PageQuery):
    entity_state: LOT_STATES = Field("active", description="State the lots are in.")
    barcode: str | None = Field(None, description="Exact package tag.", examples=["1A4000010000000000070001"])
    start_date: Moment | None = Field(None, description="Lots received at or after this ISO 8601 moment.")
    end_date: Moment | None = Field(None, description="Lots received at or before this ISO 8601 moment.")


class EmployeeQuery(LicenseQuery):
    entity_state: EMPLOYEE_STATES | None = Field(
        None, description="`inactive` returns terminated and deleted employees. Default: active ones."
    )
    start_date: Moment | None = Field(None, description="Hired at or after; only with entity_state.")
    end_date: Moment | None = Field(None, description="Hired at or before; only with entity_state.")

    @field_validator("start_date", "end_date")
    @classmethod
    def _dates_come_with_a_state(cls, value: datetime | None, info: ValidationInfo) -> datetime | None:
        if value is not None and info.data.get("entity_state") is None:
            raise ValueError("needs an entity_state beside it")
        return value
