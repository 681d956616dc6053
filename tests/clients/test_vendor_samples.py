"""Trace's documented samples byte for byte over a socket, seen from both APIs."""

import base64
import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import t3api
from support.live import Live
from support.samples import EMPLOYEE, GUMMIES, POST_SALE, PREROLL, PUT_PRICE, PUT_SALE_ID
from t3api.exceptions import BadRequestException
from t3api.models.metrc_sales_receipt import MetrcSalesReceipt
from t3api.models.metrc_transaction import MetrcTransaction

LICENSE = "XXXRETAIL01"
SALES = "/ca/v1/sales"
AS_JSON = {"Content-Type": "application/json"}
EIGHTH = "b29cc14d394941d9a2cd48abf64c9d1c"


@pytest.fixture
def trace(own: Live) -> Iterator[httpx.Client]:
    """Trace on the server `own_client` is logged in to."""
    with own.http(own.trace_headers) as client:
        yield client


def results(answer: httpx.Response) -> Any:
    assert answer.status_code == 200, answer.text
    return answer.json()["results"]["data"]


def post_sample(trace: httpx.Client) -> dict[str, Any]:
    sale: dict[str, Any] = results(trace.post(SALES, content=POST_SALE, headers=AS_JSON))
    return sale


def sale_in_trace(trace: httpx.Client, sale_id: str) -> dict[str, Any]:
    sale: dict[str, Any] = results(trace.get(f"{SALES}/{sale_id}", params={"license_number": LICENSE}))
    return sale


def lots_in_trace(trace: httpx.Client) -> dict[str, float]:
    """Package tag -> quantity."""
    lots = results(trace.get("/ca/v1/lots", params={"license_number": LICENSE}))
    return {lot["barcode"]: lot["quantity"] for lot in lots}


def tag_of(trace: httpx.Client, lot_id: str) -> str:
    tag: str = results(trace.get(f"/ca/v1/lots/{lot_id}", params={"license_number": LICENSE}))["barcode"]
    return tag


def packages_in_t3(client: t3api.ApiClient) -> dict[str | None, float | None]:
    """Package tag -> quantity."""
    packages = t3api.PackagesApi(client).v2_packages_active_get(LICENSE).data
    return {package.label: package.quantity for package in packages or []}


def receipts_in_t3(client: t3api.ApiClient, which: str, number: str) -> list[MetrcSalesReceipt]:
    call = getattr(t3api.SalesReceiptsApi(client), f"v2_sales_{which}_get")
    return list(call(LICENSE, filter=[f"receiptNumber__eq:{number}"]).data)


def the_receipt(client: t3api.ApiClient, number: str) -> MetrcSalesReceipt:
    (receipt,) = receipts_in_t3(client, "active", number)
    return receipt


def lines_in_t3(client: t3api.ApiClient, receipt: MetrcSalesReceipt) -> list[MetrcTransaction]:
    assert receipt.id is not None
    answer = t3api.SalesReceiptsApi(client).v2_sales_transactions_get(
        receipt.id, LICENSE, include_history=True
    )
    return answer.data or []


def void(client: t3api.ApiClient, receipt: MetrcSalesReceipt) -> str | None:
    request = t3api.V2SalesUnfinalizePostRequestInner.model_validate({"id": receipt.id})
    return t3api.SalesReceiptsApi(client).v2_sales_void_post(LICENSE, request, submit="true").message


def void_in_trace(trace: httpx.Client, sale: dict[str, Any]) -> httpx.Response:
    """By the action the helper list names, dated when the sale was made."""
    actions = results(trace.get(f"{SALES}/actions"))
    (void_sale,) = (action["id"] for action in actions if action["name"] == "void_sale")
    body = {
        "license": {"license_number": LICENSE},
        "actions": {"id": void_sale},
        "void_date": sale["created_at"]["date"],
    }
    return trace.put(f"{SALES}/{sale['id']}", json=body)


# --- the POST sample ------------------------------------------------------------------------------------------------


def test_the_sample_sale_is_recorded_as_sent(trace: httpx.Client) -> None:
    sent = json.loads(POST_SALE)["sales"][0]

    sale = post_sample(trace)

    assert sale_in_trace(trace, sale["id"]) == sale
    for name in ("external_id", "terminal", "created_at", "out_of_state_sale"):
        assert sale[name] == sent[name]
    assert sale["license"]["license_number"] == LICENSE
    assert sale["employees"]["id"] == EMPLOYEE
    assert {name: sale["totals"][name] for name in sent["totals"]} == sent["totals"]
    assert [(line["lot"]["id"], line["quantity"], line["total"]) for line in sale["line_items"]] == [
        (PREROLL, "1", "11.50"),
        (GUMMIES, "1", "11.50"),
    ]
    assert [line["taxes"] for line in sale["line_items"]] == [line["taxes"] for line in sent["line_items"]]
    assert [change["state"] for change in sale["entity_state"]] == ["active"]


def test_the_sample_sale_is_last_in_traces_list(trace: httpx.Client) -> None:
    before = trace.get(SALES, params={"license_number": LICENSE}).json()["results"]["records"]["total"]

    sale = post_sample(trace)

    listed = trace.get(SALES, params={"license_number": LICENSE, "offset": before}).json()["results"]
    assert listed["records"]["total"] == before + 1
    assert listed["data"] == [sale]


def test_the_sample_sale_is_at_once_an_active_receipt_whose_transactions_add_up(
    trace: httpx.Client, own_client: t3api.ApiClient
) -> None:
    before = t3api.SalesReceiptsApi(own_client).v2_sales_active_get(LICENSE).total
    stock = packages_in_t3(own_client)

    sale = post_sample(trace)

    assert before is not None
    assert t3api.SalesReceiptsApi(own_client).v2_sales_active_get(LICENSE).total == before + 1
    receipt = the_receipt(own_client, sale["receipt_number"])
    assert (receipt.index, receipt.is_final, receipt.is_archived) == ("ACTIVE_SALES_RECEIPT", False, False)
    assert (receipt.sales_customer_type, receipt.total_packages, receipt.total_price) == ("Consumer", 2, 18.0)
    assert receipt.sales_date_time is not None
    assert receipt.sales_date_time.isoformat() == sale["created_at"]["local_time"]
    lines = lines_in_t3(own_client, receipt)
    assert {line.package_label for line in lines} == {tag_of(trace, PREROLL), tag_of(trace, GUMMIES)}
    for line in lines:
        assert (line.quantity_sold, line.price, line.discount_amount) == (1.0, 10.0, 1.0)
        assert line.sub_total == line.total_price == 9.0
        assert (line.sales_tax, line.excise_tax) == (1.0, 1.5)
    assert sum(line.total_price or 0 for line in lines) == receipt.total_price
    for label, quantity in packages_in_t3(own_client).items():
        sold = sum(line.quantity_sold or 0 for line in lines if line.package_label == label)
        assert quantity == (stock[label] or 0) - sold


def test_both_apis_tell_the_same_stock_before_and_after(
    trace: httpx.Client, own_client: t3api.ApiClient
) -> None:
    assert lots_in_trace(trace) == packages_in_t3(own_client)

    post_sample(trace)

    assert lots_in_trace(trace) == packages_in_t3(own_client)


def test_a_sale_voided_through_t3_is_voided_in_trace_and_its_lots_are_back(
    trace: httpx.Client, own_client: t3api.ApiClient
) -> None:
    lots, packages = lots_in_trace(trace), packages_in_t3(own_client)
    sale = post_sample(trace)
    assert lots_in_trace(trace) != lots
    receipt = the_receipt(own_client, sale["receipt_number"])

    assert void(own_client, receipt) == "Success"

    voided = sale_in_trace(trace, sale["id"])
    assert [change["state"] for change in voided["entity_state"]] == ["active", "voided"]
    assert lots_in_trace(trace) == lots
    assert packages_in_t3(own_client) == packages
    listed = results(trace.get(SALES, params={"license_number": LICENSE}))
    assert sale["id"] not in {each["id"] for each in listed}
    (inactive,) = receipts_in_t3(own_client, "inactive", sale["receipt_number"])
    assert (inactive.is_archived, inactive.index) == (True, "INACTIVE_SALES_RECEIPT")


def test_a_second_void_is_refused_by_both_apis_and_moves_nothing(
    trace: httpx.Client, own_client: t3api.ApiClient
) -> None:
    sale = post_sample(trace)
    receipt = the_receipt(own_client, sale["receipt_number"])
    void(own_client, receipt)
    lots, packages = lots_in_trace(trace), packages_in_t3(own_client)
    voided = sale_in_trace(trace, sale["id"])

    with pytest.raises(BadRequestException, match="is voided and cannot be voided"):
        void(own_client, receipt)
    answer = void_in_trace(trace, sale)

    assert answer.status_code == 400
    assert "is voided" in answer.json()["errors"][0]["detail"]
    assert sale_in_trace(trace, sale["id"]) == voided
    assert (lots_in_trace(trace), packages_in_t3(own_client)) == (lots, packages)


def test_a_sale_voided_through_trace_is_archived_in_t3(
    trace: httpx.Client, own_client: t3api.ApiClient
) -> None:
    packages = packages_in_t3(own_client)
    sale = post_sample(trace)
    receipt = the_receipt(own_client, sale["receipt_number"])

    results(void_in_trace(trace, sale))

    (inactive,) = receipts_in_t3(own_client, "inactive", sale["receipt_number"])
    assert (inactive.id, inactive.is_archived) == (receipt.id, True)
    assert packages_in_t3(own_client) == packages
    with pytest.raises(BadRequestException):
        void(own_client, receipt)


# --- the PUT sample -------------------------------------------------------------------------------------------------


def test_the_price_change_sample_changes_the_price_in_both_apis(
    trace: httpx.Client, own_client: t3api.ApiClient
) -> None:
    before = sale_in_trace(trace, PUT_SALE_ID)
    packages = packages_in_t3(own_client)
    (eighth,) = (line for line in before["line_items"] if line["lot"]["id"] == EIGHTH)
    assert eighth["unit_price"] != "10.00"

    changed = results(trace.put(f"{SALES}/{PUT_SALE_ID}", content=PUT_PRICE, headers=AS_JSON))

    assert changed["id"] == PUT_SALE_ID
    assert {line["lot"]["id"]: line["unit_price"] for line in changed["line_items"]} == {
        **{line["lot"]["id"]: line["unit_price"] for line in before["line_items"]},
        EIGHTH: "10.00",
    }
    receipt = the_receipt(own_client, before["receipt_number"])
    lines = lines_in_t3(own_client, receipt)
    (repriced,) = (line for line in lines if line.package_label == tag_of(trace, EIGHTH))
    assert repriced.price == 10.0
    assert sum(line.total_price or 0 for line in lines) == pytest.approx(receipt.total_price)
    assert str(receipt.total_price) != before["totals"]["subtotal"]
    assert packages_in_t3(own_client) == packages


# --- the documented reads, on the shared server ---------------------------------------------------------------------


@pytest.mark.parametrize("name", ["actions", "customer_types", "payment_types", "currency_types"])
def test_the_documented_helper_lists_are_served(live: Live, name: str) -> None:
    with live.http(live.trace_headers) as trace:
        entries = results(trace.get(f"{SALES}/{name}"))

    assert all(entry["id"] and entry["name"] for entry in entries)


def test_the_documented_sale_id_is_there_to_be_read(live: Live) -> None:
    sale_id = "11il9b62fe1c47e4970c55ec6c7ff8jj"

    with live.http(live.trace_headers) as trace:
        sale = results(trace.get(f"{SALES}/{sale_id}", params={"license_number": "ABC-1234"}))

    assert sale["id"] == sale_id


def test_the_documented_kind_of_token_is_taken(live: Live) -> None:
    keys = json.dumps({"vendor-key": "", "api-key": "demo-user-key"}, indent=4)
    headers = {
        "x-api-key": live.trace_headers["x-api-key"],
        "Authorization": f"KMP-JSON token={base64.b64encode(keys.encode()).decode()}",
    }

    with live.http(headers) as trace:
        assert results(trace.get(SALES, params={"license_number": LICENSE}))


@pytest.mark.parametrize("missing", ["x-api-key", "Authorization"])
def test_trace_asks_for_both_documented_headers(live: Live, missing: str) -> None:
    headers = {name: value for name, value in live.trace_headers.items() if name != missing}

    with live.http(headers) as trace:
        answer = trace.post(SALES, content=POST_SALE, headers=AS_JSON)

    assert answer.status_code == 401
    assert answer.json()["results"] is None
    assert missing in answer.json()["errors"][0]["detail"]
