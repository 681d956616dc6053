"""The control plane: worlds, clock, faults, journal, oracle, snapshots. Never faulted, never journalled."""

import inspect
from hmac import compare_digest
from http import HTTPStatus
from typing import Any

from pydantic import BaseModel, TypeAdapter, ValidationError
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from simulator.clock import ClockRefused
from simulator.control.errors import refusal
from simulator.control.openapi import ALL_OPERATIONS
from simulator.control.operation import GUARDED, Control, ControlCall, ControlOperation
from simulator.faults.refusals import FaultRefused, FaultUnknown
from simulator.ledger.errors import Rejected
from simulator.seeding.find import RecipeError
from simulator.snapshots.file import SnapshotError
from simulator.wire.body import check_json, read_bytes
from simulator.wire.errors import Misshapen, WireError, bad_request
from simulator.wire.query import Pairs, gather, read_pairs
from simulator.wire.request import Request
from simulator.wire.routes import Routes
from simulator.wording import echo, readable
from simulator.world import World
from simulator.worlds import NoSuchWorld, WorldRefused

PATHS = tuple(dict.fromkeys(operation.path for operation in ALL_OPERATIONS))
ROUTES: Routes[ControlOperation] = Routes(ALL_OPERATIONS, PATHS)
TOKEN_HEADER = "X-Simulator-Token"  # noqa: S105 - a header's name
REFUSALS = (WorldRefused, FaultRefused, ClockRefused, RecipeError, SnapshotError)
"""What says no with a line fit for the client."""

refuse = refusal


async def serve(control: Control, world: World, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer one request about `world`, or about the server."""
    request = Request(scope, receive)
    defect = None
    try:
        response = await _answer(control, world, request)
    except ClientDisconnect:
        return
    except Exception as error:  # noqa: BLE001 - answered here, raised again once the answer is sent
        defect = error
        response = refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "The simulator has a defect; please report it")
    await response(scope, receive, send)
    if defect is not None:
        raise defect


async def _answer(control: Control, world: World, request: Request) -> Response:
    path = request.scope["path"].removeprefix(request.scope["root_path"])
    try:
        found = ROUTES.find(request.method, path)
        operation = found.operation
        if operation.access == GUARDED:
            _check_token(control.token, request)
        request.scope["path_params"] = found.parameters
        pairs = read_pairs(request.scope["query_string"])
        query = _query(operation.query, pairs)
        body = None if operation.upload else await _body(operation.body, request)
        answer = operation.handle(ControlCall(control, world, request, query, body))
        return await answer if inspect.isawaitable(answer) else answer
    except WireError as error:
        return refusal(error.status, str(error), error.headers)
    except Misshapen as error:
        return refusal(HTTPStatus.BAD_REQUEST, str(error))
    except Rejected as error:
        violations, more = readable(error.violations)
        told = [violation.message for violation in violations]
        return refusal(HTTPStatus.BAD_REQUEST, " ".join([*told, more] if more else told))
    except (NoSuchWorld, FaultUnknown) as error:
        return refusal(HTTPStatus.NOT_FOUND, str(error))
    except REFUSALS as error:
        return refusal(HTTPStatus.BAD_REQUEST, str(error))


def _check_token(token: str | None, request: Request) -> None:
    sent = request.headers.get(TOKEN_HEADER, "")
    # The bytes as they came, which a shell has in UTF-8.
    if token is not None and not compare_digest(sent.encode("latin-1"), token.encode()):
        raise WireError(
            HTTPStatus.UNAUTHORIZED, f"Send {TOKEN_HEADER} with the control token the server showed"
        )


def _query(model: type[BaseModel] | None, pairs: Pairs) -> BaseModel | None:
    """What nobody reads is refused: a client that says more means something else."""
    if model is None:
        if pairs:
            raise bad_request(f"{echo(pairs[0][0])} is unknown: nothing can be asked for in this query")
        return None
    try:
        return model.model_validate(gather(pairs, frozenset()))
    except ValidationError as error:
        raise Misshapen("query", error, model.model_fields) from None


async def _body(adapter: TypeAdapter[Any] | None, request: Request) -> Any:
    """No body at all is an empty object: most commands have nothing that must be said."""
    sent = await read_bytes(request) or b"{}"
    if adapter is None:
        if sent.strip() != b"{}":
            raise bad_request("There is nothing to say in this body; leave it out")
        return None
    check_json(request, sent)
    try:
        return adapter.validate_json(sent)
    except ValidationError as error:
        raise Misshapen("body", error, adapter.json_schema().get("properties", ())) from None
