"""The control plane's OpenAPI document, made from its operations."""

from functools import cache
from typing import Any

from starlette.responses import JSONResponse, Response

from simulator.control.operation import GUARDED, OPEN, ControlCall, ControlOperation
from simulator.control.operations import OPERATIONS, PREFIX, SERVER
from simulator.wire.openapi import Document, served_at

TEXT = {"type": "string"}
ERROR = {
    "type": "object",
    "properties": {
        "error": {"type": "object", "properties": {"message": TEXT}, "required": ["message"]},
    },
    "required": ["error"],
}


def _serve(call: ControlCall[None, None]) -> Response:
    return JSONResponse(served_at(document(), call.request.scope["root_path"]))


SPEC = ControlOperation(
    "GET",
    f"{PREFIX}/openapi/control.json",
    _serve,
    "This document",
    SERVER,
    {"type": "object"},
    OPEN,
)
ALL_OPERATIONS = (*OPERATIONS, SPEC)


@cache
def document() -> dict[str, Any]:
    return Document(
        info={
            "title": "track-trace-simulator, control plane",
            "version": "v1",
            "description": "Of the main world as it stands here; of another world under /worlds/{name}.",
        },
        operations=ALL_OPERATIONS,
        schemas={"Error": ERROR},
        error="Error",
        statuses={OPEN: (500,), GUARDED: (400, 401, 500)},
        security={OPEN: [], GUARDED: [{}, {"ControlToken": []}]},
        security_schemes={"ControlToken": {"type": "apiKey", "in": "header", "name": "X-Simulator-Token"}},
        path_parameters={
            "name": {"name": "name", "in": "path", "required": True, "schema": {**TEXT, "minLength": 1}}
        },
    ).build()
