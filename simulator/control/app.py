"""Health, finalizing, and the documents of both façades. Never faulted; open on loopback only."""

from collections.abc import Mapping
from hmac import compare_digest
from http import HTTPStatus

from pydantic import BaseModel, ConfigDict, StrictInt, TypeAdapter, ValidationError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from simulator import __version__
from simulator.ledger.commands import FinalizeReceipts
from simulator.ledger.errors import Rejected
from simulator.ledger.model import Actor
from simulator.t3.openapi import document as t3_document
from simulator.times import iso_utc
from simulator.trace.openapi import document as trace_document
from simulator.wire.body import read_json_bytes
from simulator.wire.errors import Misshapen, WireError
from simulator.wire.paths import nearest_path
from simulator.wording import readable
from simulator.world import World

CONTROL_USER = "simulator"


class Finalize(BaseModel):
    """`ids` absent finalizes every active receipt of the license."""

    model_config = ConfigDict(extra="forbid")

    license_number: str
    ids: tuple[StrictInt, ...] | None = None


PREFIX = "/_simulator"
HEALTH, FINALIZE_RECEIPTS = "/health", "/receipts/finalize"
T3_DOCUMENT, TRACE_DOCUMENT = "/openapi/t3.json", "/openapi/trace.json"
PATHS = tuple(PREFIX + path for path in (HEALTH, FINALIZE_RECEIPTS, T3_DOCUMENT, TRACE_DOCUMENT))
TOKEN_HEADER = "X-Simulator-Token"  # noqa: S105 - a header's name
FINALIZE = TypeAdapter(Finalize)


def create(world: World, token: str | None = None) -> Starlette:
    """`token` is asked for by what changes the world; None asks for nothing."""

    def health(_request: Request) -> Response:
        return JSONResponse(
            {
                "status": "ok",
                "version": __version__,
                "recipe": world.recipe,
                "seed": world.seed,
                "now": iso_utc(world.clock.now()),
                "clock": "frozen" if world.clock.frozen else "running",
            }
        )

    async def finalize(request: Request) -> Response:
        """Neither vendor's API finalizes; in real life people do, in Metrc."""
        if token is not None and not compare_digest(
            request.headers.get(TOKEN_HEADER, "").encode(), token.encode()
        ):
            return _refuse(
                HTTPStatus.UNAUTHORIZED, f"Send {TOKEN_HEADER} with the control token the server showed"
            )
        try:
            wanted = FINALIZE.validate_json(await read_json_bytes(request))
        except ValidationError as error:
            return _refuse(HTTPStatus.BAD_REQUEST, str(Misshapen("body", error)))
        except WireError as error:
            return _refuse(error.status, str(error))
        book = world.ledger.books.get(wanted.license_number)
        ids = wanted.ids
        if ids is None:
            ids = tuple(receipt.id for receipt in book.active) if book else ()
        actor = Actor(CONTROL_USER, CONTROL_USER, frozenset(world.ledger.books))
        try:
            world.execute(FinalizeReceipts(actor, wanted.license_number, ids))
        except Rejected as error:
            violations, more = readable(error.violations)
            told = [violation.message for violation in violations]
            return _refuse(HTTPStatus.BAD_REQUEST, " ".join([*told, more] if more else told))
        return JSONResponse({"finalized": list(dict.fromkeys(ids))})

    app = Starlette(
        routes=[
            Route(HEALTH, health),
            Route(FINALIZE_RECEIPTS, finalize, methods=["POST"]),
            Route(T3_DOCUMENT, lambda _request: JSONResponse(t3_document())),
            Route(TRACE_DOCUMENT, lambda _request: JSONResponse(trace_document())),
        ],
        exception_handlers={HTTPException: _http_error, Exception: _http_error},
    )
    app.router.redirect_slashes = False
    return app


def _http_error(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else HTTPStatus.INTERNAL_SERVER_ERROR
    headers = error.headers if isinstance(error, HTTPException) else None
    path = request.scope["path"]
    close = nearest_path(path, PATHS) if status == HTTPStatus.NOT_FOUND else None
    hint = f". The closest path served is {close}" if close else ""
    return _refuse(status, f"{request.method} {path}: {HTTPStatus(status).phrase}{hint}", headers)


def _refuse(status: int, message: str, headers: Mapping[str, str] | None = None) -> Response:
    return JSONResponse({"error": {"message": message}}, status, headers)
