"""T3's OpenAPI document, made from the operations and the field tables."""

from functools import cache
from typing import Any

from simulator.ledger.model import License
from simulator.t3.auth import SECRET_KEY_PARAMETER, Access
from simulator.t3.collection import Collection
from simulator.t3.errors import TYPES
from simulator.t3.operations import OPERATIONS
from simulator.t3.packages import packages_of
from simulator.t3.receipts import receipts_of
from simulator.t3.transactions import transactions_of
from simulator.wire.answer import Answer, json_answer
from simulator.wire.openapi import Document, ref, served_at
from simulator.wire.operation import Call, Operation

JSON = dict[str, Any]
ANY_LICENSE = License("LIC-00001", "Stinky Farms", "ca", "Retailer")
TIERS = ["manual", "basic", "team", "enterprise", "unlimited"]


def _object(required: JSON, **optional: JSON) -> JSON:
    return {"type": "object", "properties": {**required, **optional}, "required": list(required)}


TEXT: JSON = {"type": "string"}
FLAG: JSON = {"type": "boolean"}
COUNT: JSON = {"type": "integer", "minimum": 0}
MOMENT: JSON = {"type": "string", "format": "date-time"}


def _page_of(model: str) -> JSON:
    return _object(
        {
            "page": {"type": "integer", "minimum": 1},
            "totalPages": COUNT,
            "pageSize": {"type": "integer", "minimum": 1, "maximum": 500},
            "total": COUNT,
            "data": {"type": "array", "items": ref(model)},
        }
    )


def _indexed(collection: Collection, *names: str) -> JSON:
    """The collection's schema with the closed list its `index` comes from."""
    schema = collection.schema()
    schema["properties"]["index"] = {"type": "string", "enum": list(names)}
    return schema


def _report_row(collection: Collection) -> JSON:
    """Any of the fields, none of them certain: a report shows what `fieldnames` asks for."""
    return {key: value for key, value in collection.schema().items() if key != "required"}


def _schemas() -> JSON:
    receipts, transactions, packages = (of(ANY_LICENSE) for of in (receipts_of, transactions_of, packages_of))
    return {
        "AccessToken": _object({"accessToken": TEXT}),
        "SecretKey": _object({"secretKey": {"type": "string", "format": "uuid"}}),
        "JWTData": _object(
            {
                "authMode": TEXT,
                "credentialKey": TEXT,
                "hasT3plus": FLAG,
                "t3plusSubscriptionTier": {"type": "string", "enum": [*TIERS, None], "nullable": True},
                "username": TEXT,
                "hostname": TEXT,
            }
        ),
        "State": _object({"abbreviation": TEXT, "name": TEXT, "hostname": TEXT}),
        "License": _object({"licenseName": TEXT, "licenseNumber": TEXT}),
        "MetrcSalesReceipt": _indexed(receipts, "ACTIVE_SALES_RECEIPT", "INACTIVE_SALES_RECEIPT"),
        "MetrcTransaction": transactions.schema(),
        "MetrcPackage": _indexed(packages, "ACTIVE_PACKAGE", "ONHOLD_PACKAGE", "INACTIVE_PACKAGE"),
        "SalesReceiptPage": _page_of("MetrcSalesReceipt"),
        "TransactionPage": _page_of("MetrcTransaction"),
        "PackagePage": _page_of("MetrcPackage"),
        "SalesReceiptReport": _object(
            {
                "generatedAt": MOMENT,
                "filters": {"type": "array", "items": TEXT},
                "filterLogic": {"type": "string", "enum": ["and", "or"]},
                "sort": {**TEXT, "nullable": True},
                "licenseNumber": TEXT,
                "data": {"type": "array", "items": _report_row(receipts)},
            }
        ),
        "WriteAnswer": _object({"message": {"type": "string", "enum": ["Success", "Dry run"]}}),
        "Error": _object(
            {
                "error": _object(
                    {
                        "type": {"type": "string", "enum": list(TYPES.values())},
                        "message": TEXT,
                        "timestamp": MOMENT,
                        "url": TEXT,
                        "status_code": {"type": "integer"},
                    }
                )
            }
        ),
    }


def _security() -> JSON:
    logins: list[JSON] = [{"BearerAuth": []}, {"SecretKeyHeader": []}, {"SecretKeyQuery": []}]
    return {Access.OPEN: [], Access.FREE: logins, Access.PLUS: logins}


def _serve(call: Call[None, None]) -> Answer:
    return json_answer(served_at(document(), call.request.scope["root_path"]))


SPEC = Operation(
    "GET", "/v2/spec/openapi.json", _serve, "The OpenAPI document", ("Free",), {"type": "object"}, Access.OPEN
)
ALL_OPERATIONS = (*OPERATIONS, SPEC)


@cache
def document() -> JSON:
    return Document(
        info={
            "title": "T3 API, simulated",
            "version": "v2",
            "description": "The part of T3 this simulator serves. What is faithful and what is chosen: docs/fidelity.md.",
        },
        operations=ALL_OPERATIONS,
        schemas=_schemas(),
        error="Error",
        # 429 and 503 are documented by T3 and answered when faults ask for them.
        statuses={
            Access.OPEN: (400, 429, 500, 503),
            Access.FREE: (400, 401, 429, 500, 503),
            Access.PLUS: (400, 401, 403, 429, 500, 503),
        },
        security=_security(),
        security_schemes={
            "BearerAuth": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
            "SecretKeyHeader": {"type": "apiKey", "in": "header", "name": "X-T3-API-Key"},
            "SecretKeyQuery": {"type": "apiKey", "in": "query", "name": SECRET_KEY_PARAMETER},
        },
    ).build()
