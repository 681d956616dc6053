"""Every T3 operation served, in the order of the vendor's document, under its tags."""

from typing import Any

from simulator.t3 import identity, login, reports, sales, stock
from simulator.t3.auth import Access
from simulator.t3.params import (
    CollectionQuery,
    LicenseQuery,
    PermissionsQuery,
    ReportQuery,
    TransactionsQuery,
    WriteQuery,
)
from simulator.t3.schemas import API_KEY, CREDENTIALS, ONE_RECEIPT, RECEIPTS, SECRET_KEY_REQUEST
from simulator.wire.openapi import ref
from simulator.wire.operation import WHOLE_BODY, Operation

TEXTS = {"type": "array", "items": {"type": "string"}}
AUTHENTICATION, FREE, COLLECTION = "Authentication", "Free", "Collection"
RECEIPTS_TAG, SINGLE, MODIFY, REPORTS = (
    "Sales Receipts",
    "Single Sales Receipt",
    "Modify Sales Receipts",
    "Reports",
)
WRITE_STATUSES = (415, 413, 503)


def _list_of(model: str) -> dict[str, Any]:
    return {"type": "array", "items": ref(model)}


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "POST",
        "/v2/auth/credentials",
        login.with_credentials,
        "Authenticate with Metrc credentials",
        (AUTHENTICATION, FREE),
        ref("AccessToken"),
        Access.OPEN,
        body=CREDENTIALS,
        statuses=(401, 413, 415),
    ),
    Operation(
        "POST",
        "/v2/auth/apikey",
        login.with_api_key,
        "Authenticate with a T3 API key",
        (AUTHENTICATION,),
        ref("AccessToken"),
        Access.OPEN,
        body=API_KEY,
        statuses=(401, 413, 415),
    ),
    Operation(
        "POST",
        "/v2/auth/secretkey",
        login.new_secret_key,
        "Generate a secret key; it ends the earlier ones",
        (AUTHENTICATION, REPORTS),
        ref("SecretKey"),
        Access.OPEN,
        body=SECRET_KEY_REQUEST,
        statuses=(401, 413, 415),
    ),
    Operation(
        "GET",
        "/v2/auth/whoami",
        identity.whoami,
        "Returns information about the authenticated user",
        (AUTHENTICATION, FREE),
        ref("JWTData"),
        Access.FREE,
    ),
    Operation(
        "GET",
        "/v2/states",
        identity.list_states,
        "List of accessible states",
        ("States", FREE),
        _list_of("State"),
        Access.FREE,
    ),
    Operation(
        "GET",
        "/v2/licenses",
        identity.list_licenses,
        "List of accessible licenses",
        ("Licenses", FREE),
        _list_of("License"),
        Access.FREE,
    ),
    Operation(
        "GET",
        "/v2/permissions",
        identity.list_permissions,
        "List of all permissions within a single view",
        ("Permissions", FREE),
        TEXTS,
        Access.FREE,
        query=PermissionsQuery,
        statuses=(403,),
    ),
    Operation(
        "GET",
        "/v2/permissions/views",
        identity.list_views,
        "List of all available permission views",
        ("Permissions", FREE),
        TEXTS,
        Access.FREE,
        query=LicenseQuery,
        statuses=(403,),
    ),
    Operation(
        "GET",
        "/v2/sales/active",
        sales.list_active,
        "List of active sales",
        (RECEIPTS_TAG, COLLECTION),
        ref("SalesReceiptPage"),
        Access.PLUS,
        query=CollectionQuery,
        prepare=sales.find_active,
    ),
    Operation(
        "GET",
        "/v2/sales/active/report",
        reports.report_active,
        "Generate a report of all active sales",
        (RECEIPTS_TAG, REPORTS),
        ref("SalesReceiptReport"),
        Access.PLUS,
        query=ReportQuery,
        media_types=("application/json", "text/csv"),
        prepare=reports.write_active,
    ),
    Operation(
        "GET",
        "/v2/sales/inactive",
        sales.list_inactive,
        "List of inactive sales",
        (RECEIPTS_TAG, COLLECTION),
        ref("SalesReceiptPage"),
        Access.PLUS,
        query=CollectionQuery,
        prepare=sales.find_inactive,
    ),
    Operation(
        "GET",
        "/v2/sales/transactions",
        sales.list_transactions,
        "List of transactions for a single sales receipt",
        (RECEIPTS_TAG, SINGLE, COLLECTION),
        ref("TransactionPage"),
        Access.PLUS,
        query=TransactionsQuery,
        statuses=(404,),
    ),
    Operation(
        "POST",
        "/v2/sales/unfinalize",
        sales.unfinalize,
        "Unfinalize sales receipts",
        (RECEIPTS_TAG, MODIFY),
        ref("WriteAnswer"),
        Access.PLUS,
        query=WriteQuery,
        body=RECEIPTS,
        batch=WHOLE_BODY,
        statuses=WRITE_STATUSES,
        body_example=[{"id": 12345}],
    ),
    Operation(
        "POST",
        "/v2/sales/void",
        sales.void,
        "Void one sales receipt",
        (RECEIPTS_TAG, MODIFY),
        ref("WriteAnswer"),
        Access.PLUS,
        query=WriteQuery,
        body=ONE_RECEIPT,
        statuses=WRITE_STATUSES,
        body_example={"id": 123},
    ),
    *(
        Operation(
            "GET",
            f"/v2/packages/{name}",
            handle,
            f"List of {words} packages",
            ("Packages", COLLECTION),
            ref("PackagePage"),
            Access.PLUS,
            query=CollectionQuery,
        )
        for name, words, handle in (
            ("active", "active", stock.list_active),
            ("inactive", "inactive", stock.list_inactive),
            ("onhold", "on hold", stock.list_on_hold),
        )
    ),
)
