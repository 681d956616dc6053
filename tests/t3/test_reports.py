"""The report of active receipts, as JSON and as CSV."""

import csv
import io

import pytest
from support.asgi import InProcess

REPORT = "/v2/sales/active/report?licenseNumber=LIC-00001"
DEFAULT = ["receiptNumber", "salesDateTime", "totalPackages", "totalPrice"]


def table(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))


def test_json_is_the_default_with_the_documented_envelope(t3: InProcess) -> None:
    report = t3.get(REPORT).json()

    assert {key: value for key, value in report.items() if key != "data"} == {
        "generatedAt": "2026-05-20T20:00:00Z",
        "filters": [],
        "filterLogic": "and",
        "sort": None,
        "licenseNumber": "LIC-00001",
    }
    assert len(report["data"]) == 235
    assert list(report["data"][0]) == DEFAULT


def test_filters_sort_and_fieldnames_shape_the_report(t3: InProcess) -> None:
    query = "&filter=totalPrice__gt:50&filter:isFinal__eq=false&filterLogic=and&sort=totalPrice:desc"
    report = t3.get(f"{REPORT}{query}&fieldnames=id, totalPrice,index,retrievedAt").json()

    assert report["filters"] == ["totalPrice__gt:50", "isFinal__eq:false"]
    assert (report["filterLogic"], report["sort"]) == ("and", "totalPrice:desc")
    prices = [row["totalPrice"] for row in report["data"]]
    assert prices == sorted(prices, reverse=True)
    assert all(price > 50 for price in prices)
    assert list(report["data"][0]) == ["id", "totalPrice", "index", "retrievedAt"]


def test_csv_is_rfc_4180_with_a_metadata_preamble(t3: InProcess) -> None:
    answer = t3.get(f"{REPORT}&contentType=csv&sort=receiptNumber:asc&filter=receiptNumber__contains:123")

    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.text.endswith("\r\n")
    assert "\n" not in answer.text.replace("\r\n", "")
    preamble, (header, *data) = table(answer.text)[:6], table(answer.text)[6:]
    assert preamble == [
        ["dataModel", "MetrcSalesReceipt"],
        ["generatedAt", "2026-05-20T20:00:00Z"],
        ["filters", "receiptNumber__contains:123"],
        ["filterLogic", "and"],
        ["sort", "receiptNumber:asc"],
        ["licenseNumber", "LIC-00001"],
    ]
    assert header == DEFAULT
    rows = t3.get(f"{REPORT}&sort=receiptNumber:asc&filter=receiptNumber__contains:123").json()["data"]
    assert [[row[0], row[1], int(row[2]), float(row[3])] for row in data] == [
        list(row.values()) for row in rows
    ]


@pytest.mark.parametrize(
    ("value", "has_preamble"), [("false", False), ("true", True), ("FALSE", True), ("", True)]
)
def test_only_false_leaves_the_preamble_out(t3: InProcess, value: str, has_preamble: bool) -> None:
    first = table(t3.get(f"{REPORT}&contentType=csv&prependCsvMetadata={value}").text)[0]

    assert (first[0] == "dataModel") is has_preamble
    assert (first == DEFAULT) is not has_preamble


def test_csv_writes_nulls_empty_booleans_as_json_and_quotes_what_needs_it(t3: InProcess) -> None:
    names = "id,isFinal,archivedDate,recordedByUserName,transactions,hostname"
    rows = table(t3.get(f"{REPORT}&contentType=csv&prependCsvMetadata=false&fieldnames={names}").text)

    assert rows[0] == names.split(",")
    assert rows[1][1:] == ["false", "", "Dana Whitfield", "[]", "ca.metrc.com"]


@pytest.mark.parametrize(
    ("query", "header", "kind"),
    [
        ("", "text/csv", "text/csv; charset=utf-8"),
        ("", "application/json", "application/json"),
        ("", "text/plain", "application/json"),
        ("&contentType=json", "text/csv", "application/json"),
        ("&contentType=CSV", "application/json", "text/csv; charset=utf-8"),
    ],
)
def test_the_format_is_asked_for_by_query_or_else_by_content_type(
    t3: InProcess, query: str, header: str, kind: str
) -> None:
    answer = t3.get(REPORT + query, headers={"Content-Type": header, "Accept": "application/json"})

    assert answer.status_code == 200
    assert answer.headers["content-type"] == kind


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("contentType=cvs", "'contentType' 'cvs' is not one of json, csv. Did you mean 'csv'?"),
        ("contentType=", "'contentType' '' is not one of json, csv"),
        ("fieldnames=recieptNumber", "Did you mean 'receiptNumber'?"),
        ("fieldnames=id,nope", "'fieldnames' names 'nope'"),
        ("sort=nope:asc", "sort field 'nope'"),
        ("filter=nope__eq:1", "filter field 'nope'"),
    ],
)
def test_a_report_asked_for_wrongly_is_400(t3: InProcess, query: str, reason: str) -> None:
    answer = t3.get(f"{REPORT}&{query}")

    assert answer.status_code == 400
    assert reason in answer.json()["error"]["message"]


def test_blank_fieldnames_are_the_default_ones(t3: InProcess) -> None:
    assert t3.get(f"{REPORT}&fieldnames=").json() == t3.get(REPORT).json()


def test_a_plain_url_with_a_secret_key_is_enough(http: InProcess) -> None:
    url = f"{REPORT}&secretKey=2616ec56-fa2a-4c5b-86c0-acacf23c9ef7&contentType=csv"

    assert http.get(url, headers={"Accept": "*/*"}).status_code == 200
    assert http.get(f"{REPORT}&contentType=csv").status_code == 401
