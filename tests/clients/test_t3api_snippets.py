"""The six snippets of the vendor's sales receipts document, run as they stand but for what a reader must fill in.

Filled in: the host, the access token, and the generic `label` of the sort and filter samples, which is a package's
field. The document's `and` and `true` are quoted or capitalised, since they are no Python, and the empty
`V2SalesUnfinalizePostRequestInner()`, which the client itself refuses, gets the id of the document's samples.
"""

import pytest
import t3api
from support.live import Live
from support.t3_client import access_token
from t3api.models.v2_items_discontinue_post200_response import V2ItemsDiscontinuePost200Response
from t3api.models.v2_sales_active_get200_response import V2SalesActiveGet200Response
from t3api.models.v2_sales_active_report_get200_response import V2SalesActiveReportGet200Response
from t3api.models.v2_sales_transactions_get200_response import V2SalesTransactionsGet200Response
from t3api.models.v2_sales_unfinalize_post_request_inner import V2SalesUnfinalizePostRequestInner


@pytest.fixture
def configuration(own: Live) -> t3api.Configuration:
    return t3api.Configuration(host=own.url, access_token=access_token(own))


def test_the_snippet_of_the_active_list_runs(configuration: t3api.Configuration) -> None:
    with t3api.ApiClient(configuration) as api_client:
        api_instance = t3api.SalesReceiptsApi(api_client)
        license_number = "LIC-00001"
        page = 1
        page_size = 100
        strict_pagination = False
        sort = "receiptNumber:asc"
        filter_logic = "and"
        filter = ["receiptNumber__endswith:0003"]  # noqa: A001 - the document's name

        api_response = api_instance.v2_sales_active_get(
            license_number,
            page=page,
            page_size=page_size,
            strict_pagination=strict_pagination,
            sort=sort,
            filter_logic=filter_logic,
            filter=filter,
        )
        api_client.rest_client.pool_manager.clear()

    assert isinstance(api_response, V2SalesActiveGet200Response)
    assert (api_response.page, api_response.page_size) == (1, 100)
    assert api_response.data is not None
    assert api_response.total == len(api_response.data)


def test_the_snippet_of_the_active_report_runs(own: Live, configuration: t3api.Configuration) -> None:
    with t3api.ApiClient(configuration) as api_client:
        api_instance = t3api.SalesReceiptsApi(api_client)
        license_number = "LIC-00001"
        secret_key = "2616ec56-fa2a-4c5b-86c0-acacf23c9ef7"
        filter_logic = "and"
        content_type = "json"
        prepend_csv_metadata = "true"
        sort = "receiptNumber:asc"
        filter = ["receiptNumber__endswith:3"]  # noqa: A001 - the document's name
        fieldnames = "receiptNumber,salesDateTime,totalPackages,totalPrice"

        api_response = api_instance.v2_sales_active_report_get(
            license_number,
            secret_key=secret_key,
            filter_logic=filter_logic,
            content_type=content_type,
            prepend_csv_metadata=prepend_csv_metadata,
            sort=sort,
            filter=filter,
            fieldnames=fieldnames,
        )
        api_client.rest_client.pool_manager.clear()

    assert secret_key == own.secret_key, "the document's key is the demo account's"
    assert isinstance(api_response, V2SalesActiveReportGet200Response)
    assert api_response.data
    numbers = [receipt.receipt_number for receipt in api_response.data]
    assert numbers == sorted(number for number in numbers if number is not None and number.endswith("3"))


def test_the_snippet_of_the_inactive_list_runs(configuration: t3api.Configuration) -> None:
    with t3api.ApiClient(configuration) as api_client:
        api_instance = t3api.SalesReceiptsApi(api_client)
        license_number = "LIC-00001"
        page = 1
        page_size = 100
        strict_pagination = False
        sort = "receiptNumber:asc"
        filter_logic = "and"
        filter = ["receiptNumber__endswith:0003"]  # noqa: A001 - the document's name

        api_response = api_instance.v2_sales_inactive_get(
            license_number,
            page=page,
            page_size=page_size,
            strict_pagination=strict_pagination,
            sort=sort,
            filter_logic=filter_logic,
            filter=filter,
        )
        api_client.rest_client.pool_manager.clear()

    assert isinstance(api_response, V2SalesActiveGet200Response)
    assert api_response.data
    assert {receipt.index for receipt in api_response.data} == {"INACTIVE_SALES_RECEIPT"}
    assert all(str(receipt.receipt_number).endswith("0003") for receipt in api_response.data)


def test_the_snippet_of_the_transactions_runs(configuration: t3api.Configuration) -> None:
    with t3api.ApiClient(configuration) as api_client:
        api_instance = t3api.SalesReceiptsApi(api_client)
        sales_receipt_id = 123
        license_number = "LIC-00001"
        include_history = True
        page = 1
        page_size = 100
        strict_pagination = False
        sort = "packageLabel:asc"
        filter_logic = "and"
        filter = ["packageLabel__startswith:1A4"]  # noqa: A001 - the document's name

        api_response = api_instance.v2_sales_transactions_get(
            sales_receipt_id,
            license_number,
            include_history=include_history,
            page=page,
            page_size=page_size,
            strict_pagination=strict_pagination,
            sort=sort,
            filter_logic=filter_logic,
            filter=filter,
        )
        api_client.rest_client.pool_manager.clear()

    assert isinstance(api_response, V2SalesTransactionsGet200Response)
    assert api_response.data is not None
    assert [line.quantity_sold for line in api_response.data] == [2.0, 1.0]


def test_the_snippet_of_unfinalize_runs(configuration: t3api.Configuration) -> None:
    with t3api.ApiClient(configuration) as api_client:
        api_instance = t3api.SalesReceiptsApi(api_client)
        license_number = "LIC-00001"
        v2_sales_unfinalize_post_request_inner = [V2SalesUnfinalizePostRequestInner(id=12345)]
        submit = "true"

        api_response = api_instance.v2_sales_unfinalize_post(
            license_number, v2_sales_unfinalize_post_request_inner, submit=submit
        )
        api_client.rest_client.pool_manager.clear()

    assert isinstance(api_response, V2ItemsDiscontinuePost200Response)
    assert api_response.message == "Success"


def test_the_snippet_of_void_runs(configuration: t3api.Configuration) -> None:
    with t3api.ApiClient(configuration) as api_client:
        api_instance = t3api.SalesReceiptsApi(api_client)
        license_number = "LIC-00001"
        v2_sales_unfinalize_post_request_inner = V2SalesUnfinalizePostRequestInner(id=123)
        submit = "true"

        api_response = api_instance.v2_sales_void_post(
            license_number, v2_sales_unfinalize_post_request_inner, submit=submit
        )
        api_client.rest_client.pool_manager.clear()

    assert isinstance(api_response, V2ItemsDiscontinuePost200Response)
    assert api_response.message == "Success"
