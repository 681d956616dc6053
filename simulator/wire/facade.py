"""One façade of a world as an application: its operations, its way to authenticate, its way to refuse."""

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any

from pydantic import BaseModel, TypeAdapter, ValidationError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from simulator.accounts import Account
from simulator.ledger.errors import Rejected
from simulator.wire.body import read_json_bytes
from simulator.wire.errors import Misshapen, WireError
from simulator.wire.operation import Call, Operation
from simulator.wire.paths import nearest_path
from simulator.wire.query import Pairs, read_pairs
from simulator.wording import listed
from simulator.world import World

Refusal = WireError | Misshapen | Rejected
Endpoint = Callable[[Request], Awaitable[Response]]


class ExactRoute(Route):
    """A route whose pattern ends where the path ends; a plain `$` would let a line break follow."""

    def __init__(self, path: str, endpoint: Endpoint, methods: list[str]) -> None:
        super().__init__(path, endpoint, methods=methods)
        self.path_regex = re.compile(self.path_regex.pattern.removesuffix("$") + r"\Z")


@dataclass(frozen=True, slots=True)
class Facade:
    """`prefix` is where it is mounted; `gather` turns query pairs into what an operation's query model takes.

    `paths` are those to name the nearest of when a path is not served.
    """

    prefix: str
    operations: Sequence[Operation]
    authenticate: Callable[[World, Operation, Request, Pairs, datetime], Account | None]
    gather: Callable[[Pairs], dict[str, Any]]
    refuse: Callable[[Refusal, Request, datetime], Response]
    crash: Callable[[Request, datetime], Response]
    paths: Sequence[str]


def build(facade: Facade, world: World) -> Starlette:
    """The application that answers this façade's operations over `world`.

    GAP(http-manners): HEAD as GET, 405 with `Allow` for other methods, 404 that names the nearest path; no CORS.
    """
    by_path: dict[str, dict[str, Endpoint]] = {}
    for operation in facade.operations:
        by_path.setdefault(operation.path, {})[operation.method] = _endpoint(facade, operation, world)
    routes = [
        ExactRoute(path.removeprefix(facade.prefix), _by_method(methods), methods=list(methods))
        for path, methods in by_path.items()
    ]

    def unrouted(request: Request, error: Exception) -> Response:
        refusal = _unrouted(facade, request, error)
        return facade.refuse(refusal, request, world.clock.now())

    def crashed(request: Request, _error: Exception) -> Response:
        return facade.crash(request, world.clock.now())

    app = Starlette(routes=routes, exception_handlers={HTTPException: unrouted, Exception: crashed})
    # A path with a slash too many is another path, and not served.
    app.router.redirect_slashes = False
    return app


def _by_method(methods: dict[str, Endpoint]) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        method = "GET" if request.method == "HEAD" else request.method
        return await methods[method](request)

    return endpoint


def _endpoint(facade: Facade, operation: Operation, world: World) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        now = world.clock.now()
        try:
            pairs = read_pairs(request.scope["query_string"])
            # None for an open operation, whose handler does not look at it.
            account: Any = facade.authenticate(world, operation, request, pairs, now)
            body = None if operation.body is None else _parse(operation.body, await read_json_bytes(request))
            query = None if operation.query is None else _query(operation.query, facade.gather(pairs))
            return operation.handle(Call(world, request, now, account, query, body))
        except (WireError, Misshapen, Rejected) as refusal:
            return facade.refuse(refusal, request, now)
        except ClientDisconnect:
            return Response(status_code=HTTPStatus.BAD_REQUEST)

    return endpoint


def _query(model: type[BaseModel], gathered: dict[str, Any]) -> BaseModel:
    try:
        return model.model_validate(gathered)
    except ValidationError as error:
        raise Misshapen("query", error) from None


def _parse(adapter: TypeAdapter[Any], body: bytes) -> Any:
    try:
        return adapter.validate_json(body)
    except ValidationError as error:
        raise Misshapen("body", error) from None


def _unrouted(facade: Facade, request: Request, error: Exception) -> WireError:
    """No such path, or no such method on it: say which is the nearest."""
    if not isinstance(error, HTTPException):
        raise error
    path = request.scope["path"]
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        allowed = (error.headers or {}).get("Allow", "")
        message = f"{request.method} is not served on {path}; it takes {allowed}"
        return WireError(HTTPStatus.METHOD_NOT_ALLOWED, message, error.headers)
    close = nearest_path(path, facade.paths)
    hint = (
        f"The closest path served is {close}"
        if close
        else f"Served are paths such as {listed(facade.paths[:3])}"
    )
    return WireError(HTTPStatus(error.status_code), f"The simulator does not serve {path}. {hint}")
