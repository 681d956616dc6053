"""Trace's OpenAPI document, made from the operations. The vendor publishes none; this one is ours."""

from functools import cache
from typing import Any

from simulator.ledger.states import TRACE_STATES
from simulator.trace.answers import DESCRIBED, Error
from simulator.trace.operations import KEYS, OPERATIONS
from simulator.wire.openapi import Document, schemas_of

JSON = dict[str, Any]


@cache
def document() -> JSON:
    return Document(
        info={
            "title": "Green Check Trace API, simulated",
            "version": "v1",
            "description": "The part of Trace this simulator serves. What is faithful and what is chosen: "
            "docs/fidelity.md.",
        },
        operations=OPERATIONS,
        schemas=schemas_of(*DESCRIBED),
        error=Error.__name__,
        statuses={KEYS: (400, 401, 429, 500)},
        security={KEYS: [{"ApiKeyAuth": [], "CustomAuth": []}]},
        security_schemes={
            "ApiKeyAuth": {"type": "apiKey", "in": "header", "name": "x-api-key"},
            "CustomAuth": {
                "type": "apiKey",
                "in": "header",
                "name": "Authorization",
                "description": "`KMP-JSON token=<base64>`",
            },
        },
        path_parameters={
            "state": {
                "name": "state",
                "in": "path",
                "required": True,
                "description": "Lower case two-letter code of the state.",
                "schema": {"type": "string", "enum": list(TRACE_STATES)},
            },
            "id": {
                "name": "id",
                "in": "path",
                "required": True,
                "schema": {"type": "string", "minLength": 1},
            },
        },
    ).build()
