"""t3api 0.6.0 refused: each status becomes its typed exception, each body the documented error object."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

import jwt
import pytest
import t3api
from support.live import Live, serving
from support.t3_client import access_token, logged_in, t3_client
from t3api.exceptions import (
    ApiException,
    BadRequestException,
    ForbiddenException,
    NotFoundException,
    UnauthorizedException,
)

LICENSE = "LIC-00001"

Call = Callable[[t3api.ApiClient], Any]

CALLS: dict[str, Call] = {
    "active": lambda client: t3api.SalesReceiptsApi(client).v2_sales_active_get(LICENSE),
    "inactive": lambda client: t3api.SalesReceiptsApi(client).v2_sales_inactive_get(LICENSE),
    "report": lambda client: t3api.SalesReceiptsApi(client).v2_sales_active_report_get(LICENSE),
    "transactions": lambda client: t3api.SalesReceiptsApi(client).v2_sales_transactions_get(123, LICENSE),
    "unfinalize": lambda client: t3api.SalesReceiptsApi(client).v2_sales_unfinalize_post(
        LICENSE, [t3api.V2SalesUnfinalizePostRequestInner(id=12345)]
    ),
    "void": lambda client: t3api.SalesReceiptsApi(client).v2_sales_void_post(
        LICENSE, t3api.V2SalesUnfinalizePostRequestInner(id=123)
    ),
    "packages": lambda client: t3api.PackagesApi(client).v2_packages_active_get(LICENSE),
}
FREE_CALLS: dict[str, Call] = {
    "whoami": lambda client: t3api.AuthenticationApi(client).v2_auth_whoami_get(),
    "licenses": lambda client: t3api.LicensesApi(client).v2_licenses_get(),
    "states": lambda client: t3api.StatesApi(client).v2_states_get(),
    "permissions": lambda client: t3api.PermissionsApi(client).v2_permissions_get(LICENSE, "sales"),
    "views": lambda client: t3api.PermissionsApi(client).v2_permissions_views_get(LICENSE),
}


def error_of(refused: ApiException, type_: str) -> dict[str, Any]:
    """The documented error object, which must be all of the body."""
    body = json.loads(str(refused.body))
    assert body.keys() == {"error"}
    error: dict[str, Any] = body["error"]
    assert error.keys() == {"type", "message", "timestamp", "url", "status_code"}
    assert (error["type"], error["status_code"]) == (type_, refused.status)
    assert error["message"].startswith(f"{refused.status} ")
    assert datetime.fromisoformat(error["timestamp"]).tzinfo is not None
    return error


# --- 401 ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("token", [None, "", "nonsense", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0."])
@pytest.mark.parametrize("name", [*CALLS, *FREE_CALLS])
def test_without_a_valid_token_every_call_is_unauthorized(live: Live, name: str, token: str | None) -> None:
    with t3_client(live.url, token) as stranger, pytest.raises(UnauthorizedException) as refused:
        (CALLS | FREE_CALLS)[name](stranger)

    assert error_of(refused.value, "Unauthorized")["url"].startswith(live.url)


def test_a_token_signed_by_someone_else_is_unauthorized(live: Live) -> None:
    claims = jwt.decode(access_token(live), options={"verify_signature": False})
    forged = jwt.encode(claims, "a key the server does not have, long enough", "HS256")

    with t3_client(live.url, forged) as stranger, pytest.raises(UnauthorizedException):
        CALLS["active"](stranger)


def test_an_expired_token_is_unauthorized_and_says_so(live: Live) -> None:
    with serving("--now", "2024-03-01T12:00:00Z") as long_ago:
        token = access_token(long_ago)

    with t3_client(live.url, token) as stranger, pytest.raises(UnauthorizedException) as refused:
        CALLS["active"](stranger)

    message = error_of(refused.value, "Unauthorized")["message"]
    assert "expired at 2024-03-02T12:00:00Z" in message


# --- 403 ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "number", ["RIVAL-0001", "LIC-99999", "lic-00001", "CLOSED-0001", "IL-SHOP-01", ""], ids=repr
)
def test_a_license_that_is_not_among_ones_own_is_forbidden(
    sales: t3api.SalesReceiptsApi, number: str
) -> None:
    expected = BadRequestException if number == "" else ForbiddenException
    for call in (
        sales.v2_sales_active_get,
        sales.v2_sales_inactive_get,
        sales.v2_sales_active_report_get,
    ):
        with pytest.raises(expected) as refused:
            call(number)
        error_of(refused.value, "BadRequest" if number == "" else "Forbidden")


@pytest.mark.parametrize("name", CALLS)
def test_without_t3_plus_the_paid_calls_are_forbidden(live: Live, name: str) -> None:
    with (
        logged_in(live, username="basic", password="basic") as basic,
        pytest.raises(ForbiddenException, match=r"T3\+") as refused,
    ):
        CALLS[name](basic)

    error_of(refused.value, "Forbidden")


@pytest.mark.parametrize("name", FREE_CALLS)
def test_without_t3_plus_the_free_calls_are_answered(live: Live, name: str) -> None:
    with logged_in(live, username="basic", password="basic") as basic:
        assert FREE_CALLS[name](basic)


# --- 404 ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("receipt_id", "number"), [(999_999_999, LICENSE), (123, "XXXRETAIL01"), (0, LICENSE)]
)
def test_transactions_of_a_receipt_that_is_not_on_the_license_are_not_found(
    sales: t3api.SalesReceiptsApi, receipt_id: int, number: str
) -> None:
    with pytest.raises(NotFoundException, match=f"id={receipt_id} was not found") as refused:
        sales.v2_sales_transactions_get(receipt_id, number, include_history=True)

    error_of(refused.value, "NotFound")


def test_a_call_that_is_not_simulated_is_not_found_and_says_so(client: t3api.ApiClient) -> None:
    with pytest.raises(NotFoundException, match="does not serve /v2/items") as refused:
        t3api.ItemsApi(client).v2_items_get(LICENSE)

    error_of(refused.value, "NotFound")


# --- 400 ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"filter": ["label__endswith:0003"]}, "filter field 'label' cannot be used"),
        ({"filter": ["reciptNumber__eq:1"]}, "Did you mean 'receiptNumber'"),
        ({"filter": ["receiptNumber__like:1"]}, "operator 'like' does not go with"),
        ({"filter": ["receiptNumber__gt:1"]}, "which takes eq, neq, contains, doesnotcontain"),
        ({"filter": ["isFinal__eq:maybe"]}, "'maybe' is not true or false"),
        ({"filter": ["isFinal__neq:true"]}, "which takes eq"),
        ({"filter": ["totalPrice__gt:cheap"]}, "'cheap' is not a number"),
        ({"filter": ["salesDateTime__gte:yesterday"]}, "'yesterday' is not an ISO 8601 date-time"),
        ({"filter": ["receiptNumber"]}, "has no value"),
        ({"filter": ["receiptNumber:1"]}, "does not name a field and an operator"),
        ({"filter": ["index__eq:ACTIVE_SALES_RECEIPT"]}, "filter field 'index' cannot be used"),
        ({"filter": ["isFinal__eq:false", "nothing__eq:1"]}, "'nothing'"),
        ({"sort": "label:asc"}, "sort field 'label' cannot be used"),
        ({"sort": "index:asc"}, "sort field 'index' cannot be used"),
        ({"sort": "receiptNumber"}, "must end in :asc or :desc"),
        ({"sort": "receiptNumber:down"}, "must end in :asc or :desc"),
        ({"filter_logic": "xor"}, "filterLogic"),
    ],
)
def test_a_query_that_does_not_stand_up_is_a_bad_request_that_says_why(
    sales: t3api.SalesReceiptsApi, options: dict[str, Any], says: str
) -> None:
    for call in (
        sales.v2_sales_active_get,
        sales.v2_sales_inactive_get,
        sales.v2_sales_active_report_get,
    ):
        with pytest.raises(BadRequestException) as refused:
            call(LICENSE, **options)
        assert says in error_of(refused.value, "BadRequest")["message"]
