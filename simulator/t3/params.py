"""Query parameters of T3's operations, under their documented names."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from simulator.wire.query import Boolean, Pairs, Whole, WholeNumber
from simulator.wire.query import gather as gather_pairs

LARGEST_PAGE = 500
LISTS = frozenset({"filter"})
DEFAULT_FIELDNAMES = "receiptNumber,salesDateTime,totalPackages,totalPrice"


def gather(pairs: Pairs) -> dict[str, Any]:
    """Both forms of a filter become one list: `filter=name__op:value` and `filter:name__op=value`, in order.

    GAP(mixed-filter-forms): both forms in one request are combined.
    """
    told = [
        ("filter", f"{name.removeprefix('filter:')}:{value}") if name.startswith("filter:") else (name, value)
        for name, value in pairs
    ]
    return gather_pairs(told, LISTS)


class Query(BaseModel):
    """GAP(t3-unknown-parameters): they are ignored, as the vendor's own clients send some along."""

    model_config = ConfigDict(alias_generator=to_camel, frozen=True, defer_build=True)


class LicenseQuery(Query):
    license_number: str = Field(
        min_length=1, description="The license number this request is about.", examples=["LIC-00001"]
    )


class FilterQuery(LicenseQuery):
    sort: str | None = Field(
        None, description="Sort order, `field:asc` or `field:desc`.", examples=["receiptNumber:asc"]
    )
    filter_logic: Literal["and", "or"] = Field("and", description="How several filters combine.")
    # A tuple, as the default of a list is copied for each request.
    filter: tuple[str, ...] = Field(
        default=(),
        description="Filters, `field__operator:value`; may be repeated.",
        examples=[["receiptNumber__endswith:0003"]],
    )

    @property
    def asks_for_all(self) -> bool:
        """Whether neither a filter nor a sort is asked for."""
        return not (self.sort or (self.filter and any(self.filter)))


class CollectionQuery(FilterQuery):
    page: Whole = Field(1, ge=1, description="Page to return, from 1.")
    # GAP(page-size-cap): "limited to 500 in most cases"; a larger one is served as 500 and echoed as 500.
    page_size: Whole = Field(100, ge=1, description="Objects a page; above 500 it is served as 500.")
    strict_pagination: Boolean = Field(
        False, description="If true, a page beyond the end is a 400; if false, an empty page."
    )

    @property
    def effective_page_size(self) -> int:
        return min(self.page_size, LARGEST_PAGE)


class TransactionsQuery(CollectionQuery):
    sales_receipt_id: WholeNumber = Field(
        ge=0, description="`id` (not `receiptNumber`) of the sales receipt.", examples=[123]
    )
    include_history: Boolean = Field(False, description="Include archived transactions.")


class ReportQuery(FilterQuery):
    secret_key: str | None = Field(None, description="Your secret key, instead of a Bearer token.")
    content_type: str | None = Field(
        None, description="`json` or `csv`; may be given by the Content-Type header instead. Default `json`."
    )
    # GAP(csv-metadata-values): only `false` turns the preamble off; any other value leaves it on.
    prepend_csv_metadata: str = Field("true", description="`false` leaves out the CSV preamble.")
    fieldnames: str = Field(
        DEFAULT_FIELDNAMES, description="Comma-separated fields of the report.", examples=[DEFAULT_FIELDNAMES]
    )


class WriteQuery(LicenseQuery):
    submit: str | None = Field(
        None, description="Exactly `true` writes; absent or anything else validates only.", examples=["true"]
    )


class PermissionsQuery(LicenseQuery):
    view: str = Field(min_length=1, description="The view to list permissions of.", examples=["sales"])
