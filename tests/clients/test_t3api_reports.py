"""t3api 0.6.0 and the report of active sales: as a typed model, and as CSV, which it hands over unparsed."""

import csv
import io
import json
from datetime import datetime
from typing import Any

import pytest
import t3api
from support.live import Live
from support.t3_client import t3_client
from t3api.exceptions import BadRequestException, UnauthorizedException
from t3api.models.v2_sales_active_report_get200_response import V2SalesActiveReportGet200Response

LICENSE = "LIC-00001"
DEFAULT_FIELDS = ["receiptNumber", "salesDateTime", "totalPackages", "totalPrice"]
METADATA = ["dataModel", "generatedAt", "filters", "filterLogic", "sort", "licenseNumber"]

Sales = t3api.SalesReceiptsApi


def raw_json(sales: Sales, **options: Any) -> dict[str, Any]:
    """The report as it is on the wire: the typed model cannot tell null from absent."""
    answer = sales.v2_sales_active_report_get_without_preload_content(LICENSE, **options)
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/json"
    report: dict[str, Any] = json.loads(answer.data)
    return report


def rows_of_csv(sales: Sales, **options: Any) -> list[list[str]]:
    answer = sales.v2_sales_active_report_get_without_preload_content(LICENSE, **options)
    assert answer.status == 200
    assert answer.headers["content-type"].partition(";")[0] == "text/csv"
    text = answer.data.decode("utf-8")
    assert text.endswith("\r\n")
    return list(csv.reader(io.StringIO(text, newline=""), strict=True))


# --- JSON -----------------------------------------------------------------------------------------------------------


def test_the_report_is_the_whole_active_list(sales: Sales) -> None:
    report = sales.v2_sales_active_report_get(LICENSE)

    assert isinstance(report, V2SalesActiveReportGet200Response)
    assert isinstance(report.generated_at, datetime)
    assert (report.license_number, report.filters, report.filter_logic, report.sort) == (
        LICENSE,
        [],
        "and",
        None,
    )
    listed = sales.v2_sales_active_get(LICENSE, page_size=500).data
    assert listed
    assert report.data
    assert [row.receipt_number for row in report.data] == [row.receipt_number for row in listed]


def test_the_report_shows_four_fields_unless_asked_for_others(sales: Sales) -> None:
    assert {tuple(row) for row in raw_json(sales)["data"]} == {tuple(DEFAULT_FIELDS)}
    assert raw_json(sales)["data"] == raw_json(sales, fieldnames=",".join(DEFAULT_FIELDS))["data"]


def test_the_report_shows_the_fields_asked_for_in_the_order_asked(sales: Sales) -> None:
    names = ["totalPrice", "id", "isFinal", "archivedDate", "licenseNumber", "lastModified"]

    report = raw_json(sales, fieldnames=",".join(names), filter=["id__eq:123"])

    (row,) = report["data"]
    assert list(row) == names
    assert (row["id"], row["isFinal"], row["archivedDate"], row["licenseNumber"]) == (
        123,
        False,
        None,
        LICENSE,
    )


def test_the_report_parses_typed_whatever_field_it_shows(sales: Sales) -> None:
    listed = sales.v2_sales_active_get(LICENSE, page_size=1).data
    assert listed
    every_field = ",".join(listed[0].to_dict())

    report = sales.v2_sales_active_report_get(LICENSE, fieldnames=every_field, filter=["id__eq:123"])

    assert report.data is not None
    (row,) = report.data
    (same,) = sales.v2_sales_active_get(LICENSE, filter=["id__eq:123"]).data or []
    assert row.to_dict() | {"retrievedAt": None} == same.to_dict() | {"retrievedAt": None}


def test_a_field_that_does_not_exist_is_refused(sales: Sales) -> None:
    with pytest.raises(BadRequestException, match=r"recieptNumber.*Did you mean 'receiptNumber'"):
        sales.v2_sales_active_report_get(LICENSE, fieldnames="recieptNumber")


def test_the_report_tells_the_filters_the_logic_and_the_sort_it_was_made_with(sales: Sales) -> None:
    filters = ["receiptNumber__endswith:3", "totalPrice__gt:40"]

    report = sales.v2_sales_active_report_get(
        LICENSE, filter=filters, filter_logic="or", sort="totalPrice:desc"
    )

    assert (report.filters, report.filter_logic, report.sort) == (filters, "or", "totalPrice:desc")
    listed = sales.v2_sales_active_get(
        LICENSE, page_size=500, filter=filters, filter_logic="or", sort="totalPrice:desc"
    ).data
    assert listed
    assert report.data is not None
    assert [row.receipt_number for row in report.data] == [row.receipt_number for row in listed]


def test_filters_of_a_report_must_all_hold_when_the_logic_is_and(sales: Sales) -> None:
    filters = ["receiptNumber__endswith:3", "totalPrice__gt:40"]

    rows = sales.v2_sales_active_report_get(LICENSE, filter=filters, filter_logic="and").data

    assert rows
    assert all(str(row.receipt_number).endswith("3") and (row.total_price or 0) > 40 for row in rows)


@pytest.mark.parametrize("content_type", ["json", "JSON"])
def test_a_report_may_be_asked_for_as_json(sales: Sales, content_type: str) -> None:
    assert raw_json(sales, content_type=content_type)["data"] == raw_json(sales)["data"]


def test_a_report_in_another_form_is_refused(sales: Sales) -> None:
    with pytest.raises(BadRequestException, match="'contentType' 'xml' is not one of json, csv"):
        sales.v2_sales_active_report_get(LICENSE, content_type="xml")


# --- secret key -----------------------------------------------------------------------------------------------------


def test_a_secret_key_stands_for_a_token(live: Live) -> None:
    with t3_client(live.url) as stranger:
        report = t3api.SalesReceiptsApi(stranger).v2_sales_active_report_get(
            LICENSE, secret_key=live.secret_key
        )

    assert report.data is not None
    assert len(report.data) == 235


def test_an_unknown_secret_key_is_refused(live: Live) -> None:
    with t3_client(live.url) as stranger, pytest.raises(UnauthorizedException):
        t3api.SalesReceiptsApi(stranger).v2_sales_active_report_get(
            LICENSE, secret_key="00000000-0000-4000-8000-000000000000"
        )


def test_neither_token_nor_key_is_refused(live: Live) -> None:
    with t3_client(live.url) as stranger, pytest.raises(UnauthorizedException):
        t3api.SalesReceiptsApi(stranger).v2_sales_active_report_get(LICENSE)


# --- CSV ------------------------------------------------------------------------------------------------------------


def test_the_csv_says_what_the_json_says(sales: Sales) -> None:
    options: dict[str, Any] = {"filter": ["totalPrice__gt:40"], "sort": "receiptNumber:desc"}

    header, *rows = rows_of_csv(sales, content_type="csv", prepend_csv_metadata="false", **options)
    report = sales.v2_sales_active_report_get(LICENSE, **options)

    assert header == DEFAULT_FIELDS
    assert report.data
    assert [
        (number, datetime.fromisoformat(sold_at), int(packages), float(price))
        for number, sold_at, packages, price in rows
    ] == [
        (row.receipt_number, row.sales_date_time, row.total_packages, row.total_price) for row in report.data
    ]


@pytest.mark.parametrize("options", [{}, {"prepend_csv_metadata": "true"}], ids=["omitted", "true"])
def test_the_csv_starts_with_its_metadata_unless_told_not_to(sales: Sales, options: dict[str, str]) -> None:
    filters = ['recordedByUserName__contains:Whitfield, "D"', "totalPrice__gt:40"]

    rows = rows_of_csv(
        sales, content_type="csv", filter=filters, filter_logic="or", sort="totalPrice:asc", **options
    )

    preamble = {key: values for key, *values in rows[: len(METADATA)]}
    assert list(preamble) == METADATA
    assert preamble["dataModel"] == ["MetrcSalesReceipt"]
    assert preamble["filters"] == filters
    assert (preamble["filterLogic"], preamble["sort"]) == (["or"], ["totalPrice:asc"])
    assert preamble["licenseNumber"] == [LICENSE]
    datetime.fromisoformat(preamble["generatedAt"][0])
    assert rows[len(METADATA)] == DEFAULT_FIELDS


def test_the_csv_has_the_columns_asked_for_with_nulls_empty_and_booleans_in_lower_case(sales: Sales) -> None:
    names = "id,isFinal,patientLicenseNumber,archivedDate,totalPrice"

    header, row = rows_of_csv(
        sales,
        content_type="csv",
        prepend_csv_metadata="false",
        fieldnames=names,
        filter=["id__eq:123"],
    )

    assert header == names.split(",")
    assert row == ["123", "false", "", "", "38.0"]


def test_the_content_type_header_asks_for_csv_too(sales: Sales) -> None:
    by_header = rows_of_csv(sales, prepend_csv_metadata="false", _headers={"Content-Type": "text/csv"})

    assert by_header == rows_of_csv(sales, prepend_csv_metadata="false", content_type="csv")


def test_a_csv_needs_no_token_with_a_secret_key(live: Live) -> None:
    with t3_client(live.url) as stranger:
        rows = rows_of_csv(
            t3api.SalesReceiptsApi(stranger),
            secret_key=live.secret_key,
            content_type="csv",
            prepend_csv_metadata="false",
        )

    assert len(rows) == 1 + 235
