"""One request on its way through a façade: read, struck by faults, handled, answered, written into the journal."""

from datetime import UTC, datetime, timedelta
from functools import cached_property
from http import HTTPStatus
from time import perf_counter
from typing import TYPE_CHECKING, Any

import msgspec
from pydantic import BaseModel, TypeAdapter, ValidationError
from starlette.requests import ClientDisconnect, Request
from starlette.types import Receive, Scope, Send

from simulator.faults.facts import Facts
from simulator.journal.entry import Applied, Told
from simulator.ledger.errors import Rejected
from simulator.ledger.state import Ledger
from simulator.wire.answer import Answer
from simulator.wire.body import check_json, read_bytes
from simulator.wire.delivery import deliver
from simulator.wire.errors import Misshapen, WireError
from simulator.wire.facade import Facade, Refusal
from simulator.wire.operation import Call, Operation
from simulator.wire.query import Pairs, read_pairs
from simulator.wire.record import record
from simulator.wire.striking import strike
from simulator.world import World

if TYPE_CHECKING:
    from simulator.accounts import Account

# GAP(request-and-reset): nothing that began before a reset or a restore may be found after it.
GONE = "The world was reset or restored while this request was on its way; nothing was done"
READS = ("GET", "HEAD")


async def serve(facade: Facade, world: World, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer one request to `world`, whose paths begin after the scope's root_path."""
    exchange = Exchange(facade, world, Request(scope, receive))
    try:
        await exchange.read()
    except ClientDisconnect:
        record(exchange, None, Told.NOTHING)
        return
    strikes = world.faults.strikes(exchange.facts, exchange.now)
    if strikes:
        await strike(exchange, strikes, receive, send)
    else:
        response = exchange.handle()
        record(exchange, response, await deliver(response, None, scope, receive, send))
    if exchange.defect is not None:
        raise exchange.defect


class Exchange:
    """What is known of a request so far. `refusal` is the first thing found wrong with it."""

    def __init__(self, facade: Facade, world: World, request: Request) -> None:
        self.started, self.began = datetime.now(UTC), perf_counter()
        self.now = world.clock.now()
        self.facade = facade
        self.world = world
        self.request = request
        self.path: str = request.scope["path"].removeprefix(request.scope.get("root_path", ""))
        self.operation: Operation | None = None
        self.pairs: Pairs = ()
        self.body = b""
        self.account: Account | None = None
        self.refusal: Refusal | None = None
        self.applied: list[Applied] = []
        self.defect: Exception | None = None
        self.generation, self.resets = world.generation, world.resets

    async def read(self) -> None:
        """All that a fault may look at. Raises ClientDisconnect."""
        request, too_large = self.request, None
        try:
            found = self.facade.routes.find(request.method, self.path)
            self.operation, request.scope["path_params"] = found.operation, found.parameters
        except WireError as error:
            self.refusal = error
        try:
            self.pairs = read_pairs(request.scope["query_string"])
        except WireError as error:
            self.refusal = self.refusal or error
        try:
            self.body = await read_bytes(request)
        except WireError as error:
            too_large = error
        if self.operation is not None and self.refusal is None:
            try:
                self.account = self.facade.authenticate(
                    self.world, self.operation, request, self.pairs, self.now
                )
            except (WireError, Rejected) as error:
                self.refusal = error
        if self.operation is not None and self.operation.body is not None:
            self.refusal = self.refusal or too_large

    @property
    def facts(self) -> Facts:
        return Facts(
            api=self.facade.api,
            operation=None if self.operation is None else self.operation.id,
            method=self.request.method,
            path=self.path,
            license_numbers=lambda: self.license_numbers,
            username=None if self.account is None else self.account.username,
            query=self.pairs,
            body=lambda: self.json,
        )

    @cached_property
    def json(self) -> Any:
        """The body, parsed; None when it is no JSON."""
        try:
            return msgspec.json.decode(self.body) if self.body else None
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return None

    @cached_property
    def license_numbers(self) -> tuple[str, ...]:
        """The licenses the request names, or what it did belongs to."""
        named = [value for name, value in self.pairs if name == self.facade.license_parameter]
        if not named:
            named = [event.license_number for event in self.applied] or list(self.facade.licenses(self.json))
        return tuple(dict.fromkeys(named))

    def handle(
        self, body: bytes | None = None, lag: timedelta = timedelta(0), shown_at: datetime | None = None
    ) -> Answer:
        """The façade's answer. `body` stands in for the one that was sent."""
        request, operation = self.request, self.operation
        try:
            if self.refusal is not None or operation is None:
                return self.refuse(self.refusal)
            if self.generation != self.world.generation:
                return self.refuse(WireError(HTTPStatus.SERVICE_UNAVAILABLE, GONE))
            ledger = self._ledger(lag)
            parsed = None
            if operation.body is not None:
                sent = self.body if body is None else body
                check_json(request, sent)
                parsed = _parse(operation.body, sent)
            query = (
                None if operation.query is None else _query(operation.query, self.facade.gather(self.pairs))
            )
            # None for an open operation, whose handler does not look at it.
            account: Any = self.account
            call = Call(self.world, ledger, request, self.now, account, query, parsed, shown_at, self.applied)
            return operation.handle(call)
        except (WireError, Misshapen, Rejected) as refusal:
            return self.refuse(refusal)
        except Exception as defect:  # noqa: BLE001 - answered here, raised again once the answer is sent
            self.defect = defect
            return self.facade.crash(request, self.now)

    def refuse(self, refusal: Refusal | None) -> Answer:
        """The refusal in the façade's own body."""
        if refusal is None:
            raise RuntimeError("there is nothing to refuse for")
        self.refusal = refusal
        return self.facade.refuse(refusal, self.request, self.now)

    def _ledger(self, lag: timedelta) -> Ledger:
        """A decision knows everything; what is only read may lag behind."""
        return self.world.seen(self.now, lag) if self.request.method in READS else self.world.ledger


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
