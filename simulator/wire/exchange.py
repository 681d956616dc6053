"""One request on its way through a façade: read, routed, authenticated, struck by faults, handled, delivered, recorded."""

from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from time import perf_counter
from typing import TYPE_CHECKING, Any

import msgspec
from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope, Send

from simulator.faults.facts import Facts
from simulator.journal.entry import Applied, Told
from simulator.ledger.errors import Rejected
from simulator.wire.answer import Answer
from simulator.wire.answered import Answered, Slices
from simulator.wire.at_once import Outcome
from simulator.wire.body import MAX_BODY, check_json, parse, read_bytes
from simulator.wire.delivery import deliver
from simulator.wire.errors import Misshapen, WireError
from simulator.wire.facade import Facade, Refusal
from simulator.wire.operation import Call, Operation, Preparing
from simulator.wire.query import Pairs, read_pairs, read_query
from simulator.wire.record import record
from simulator.wire.request import Request
from simulator.wire.striking import strike
from simulator.world import World

if TYPE_CHECKING:
    from simulator.accounts import Account

# GAP(request-and-reset): nothing that began before a reset or a restore may be found after it.
GONE = "The world was reset or restored while this request was on its way; nothing was done"
READS = ("GET", "HEAD")
NO_LAG = timedelta(0)
REFUSALS = (WireError, Misshapen, Rejected)
_NOT_PARSED: Any = object()


async def serve(
    facade: Facade, world: World, answered: Answered, scope: Scope, receive: Receive, send: Send
) -> None:
    """Answer one request to `world`, whose paths begin after the scope's root_path."""
    exchange = Exchange(facade, world, Request(scope, receive))
    exchange.route()
    try:
        await exchange.read()
    except ClientDisconnect:
        record(exchange, None, Told.NOTHING, perf_counter())
        return
    exchange.authenticate()
    preparing = exchange.prepare()
    if preparing is not None:
        await exchange.prepared(preparing)
    strikes = world.faults.strikes(exchange.facts, exchange.now) if world.faults else ()
    if strikes:
        await strike(exchange, strikes, answered, receive, send)
    else:
        answer = exchange.handle()
        answered.add(exchange.own_seconds)
        told = await deliver(answer, None, scope, receive, send)
        record(exchange, answer, told, perf_counter())
    if exchange.defect is not None:
        raise exchange.defect


def serve_at_once(
    facade: Facade, world: World, answered: Answered, scope: Scope, body: bytes
) -> Outcome | None:
    """The same for a request that came whole and waits for nothing. None when it might: then nothing was done."""
    if world.faults or len(body) > MAX_BODY:
        return None
    exchange = Exchange(facade, world, Request(scope))
    exchange.route()
    exchange.body = body
    exchange.authenticate()
    preparing = exchange.prepare()
    if preparing is not None:
        preparing.close()
        # The answer that is made later has this time as well.
        answered.seconds += exchange.own_seconds
        return None
    answer = exchange.handle()
    # One look at the clock for both, and one call less: most requests come by here.
    ended = perf_counter()
    answered.requests += 1
    answered.seconds += ended - exchange.began
    record(exchange, answer, Told.ANSWER, ended)
    return Outcome(answer, exchange.defect)


class Exchange:
    """What is known of a request so far. `refusal` is the first thing found wrong with it.

    `waited` are the seconds since it `began` in which it stood: for its client, for a fault, for other requests.
    """

    def __init__(self, facade: Facade, world: World, request: Request) -> None:
        self.started, self.began, self.waited = datetime.now(UTC), perf_counter(), 0.0
        self.now = world.clock.now()
        self.facade = facade
        self.world = world
        self.request = request
        scope = request.scope
        self.method: str = scope["method"]
        self.path: str = scope["path"].removeprefix(scope.get("root_path", ""))
        self.query_string: bytes = scope["query_string"]
        self.operation: Operation | None = None
        self.pairs: Pairs = ()
        self.body = b""
        self.account: Account | None = None
        self.refusal: Refusal | None = None
        self.applied: list[Applied] = []
        self.defect: Exception | None = None
        self._too_large: Refusal | None = None
        self.generation, self.resets = world.generation, world.resets
        self._prepared: Any = None
        self._ready: Call[Any, Any] | None = None
        self._json = _NOT_PARSED
        self._license_numbers: tuple[str, ...] | None = None

    def route(self) -> None:
        """Find out which operation is asked for, and with what."""
        try:
            found = self.facade.routes.find(self.method, self.path)
            self.operation, self.request.scope["path_params"] = found.operation, found.parameters
        except WireError as error:
            self._settle(error)
        try:
            self.pairs = read_pairs(self.query_string)
        except WireError as error:
            self._settle(error)

    async def read(self) -> None:
        """Have the whole body. Raises ClientDisconnect."""
        asked = perf_counter()
        try:
            self.body = await read_bytes(self.request)
        except WireError as error:
            self._too_large = _bare(error)
        self.waited += perf_counter() - asked

    def authenticate(self) -> None:
        """Find out who asks."""
        operation = self.operation
        if operation is None:
            return
        if self.refusal is None:
            try:
                self.account = self.facade.authenticate(
                    self.world, operation, self.request, self.pairs, self.now
                )
            except (WireError, Rejected) as error:
                self._settle(error)
        if self._too_large is not None and operation.body is not None:
            self._settle(self._too_large)

    def prepare(self) -> Preparing | None:
        """What the operation has to do in advance, as it would take too long at once; None is nothing."""
        operation = self.operation
        if operation is None or operation.prepare is None or self.refusal is not None:
            return None
        try:
            call = self._call(operation)
            preparing = operation.prepare(call)
        except REFUSALS as refusal:
            self._settle(refusal)
        except Exception as defect:  # noqa: BLE001 - as in `handle`
            self.defect = defect
        else:
            if preparing is not None:
                return preparing
            self._ready = call
        return None

    async def prepared(self, preparing: Preparing) -> None:
        """Have it done."""
        asked, slices = perf_counter(), Slices(preparing)
        try:
            self._prepared = await slices
        except REFUSALS as refusal:
            self._settle(refusal)
        except Exception as defect:  # noqa: BLE001 - as in `handle`
            self.defect = defect
        self.waited += perf_counter() - asked - slices.seconds

    def handle(
        self, body: bytes | None = None, lag: timedelta = NO_LAG, shown_at: datetime | None = None
    ) -> Answer:
        """The façade's answer. `body` stands in for the one that was sent."""
        operation = self.operation
        try:
            if self.defect is not None:
                return self.facade.crash(self.request, self.now)
            if self.refusal is not None or operation is None:
                return self.refuse(self.refusal)
            if self.generation != self.world.generation:
                return self.refuse(WireError(HTTPStatus.SERVICE_UNAVAILABLE, GONE))
            parsed = None
            if operation.body is not None:
                sent = self.body if body is None else body
                check_json(self.request, sent)
                parsed = parse(operation.read or operation.body.validate_json, sent)
            call = self._ready
            if call is None or parsed is not None or lag or shown_at is not None:
                call = self._call(operation, parsed, lag, shown_at)
            return operation.handle(call)
        except REFUSALS as refusal:
            return self.refuse(refusal)
        except Exception as defect:  # noqa: BLE001 - answered here, raised again once the answer is sent
            self.defect = defect
            return self.facade.crash(self.request, self.now)

    def refuse(self, refusal: Refusal | None) -> Answer:
        """The refusal in the façade's own body."""
        if refusal is None:
            raise RuntimeError("there is nothing to refuse for")
        self.refusal = _bare(refusal)
        return self.facade.refuse(refusal, self.request, self.now)

    @property
    def own_seconds(self) -> float:
        """What it has taken of the server's own time until now."""
        return perf_counter() - self.began - self.waited

    @property
    def facts(self) -> Facts:
        """What a fault may look at."""
        return Facts(
            api=self.facade.api,
            operation=None if self.operation is None else self.operation.id,
            method=self.method,
            path=self.path,
            license_numbers=lambda: self.license_numbers,
            username=None if self.account is None else self.account.username,
            query=self.pairs,
            body=lambda: self.json,
        )

    @property
    def json(self) -> Any:
        """The body, parsed; None when it is no JSON."""
        if self._json is _NOT_PARSED:
            try:
                self._json = msgspec.json.decode(self.body) if self.body else None
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
                self._json = None
        return self._json

    @property
    def license_numbers(self) -> tuple[str, ...]:
        """The licenses the request names, or what it did belongs to."""
        if self._license_numbers is None:
            parameter = self.facade.license_parameter
            named = [value for name, value in self.pairs if name == parameter]
            if not named:
                named = [event.license_number for event in self.applied] or list(
                    self.facade.licenses(self.json)
                )
            self._license_numbers = tuple(dict.fromkeys(named) if len(named) > 1 else named)
        return self._license_numbers

    def _call(
        self,
        operation: Operation,
        body: Any = None,
        lag: timedelta = NO_LAG,
        shown_at: datetime | None = None,
    ) -> Call[Any, Any]:
        """What the operation is told. Raises Misshapen for its query."""
        world = self.world
        # A decision knows everything; what is only read may lag behind.
        ledger = world.seen(self.now, lag) if self.method in READS else world.ledger
        model = operation.query
        query = None if model is None else read_query(model, self.facade.gather, self.query_string)
        # None for an open operation, whose handler does not look at it.
        account: Any = self.account
        return Call(
            world,
            ledger,
            self.request,
            self.now,
            account,
            query,
            body,
            shown_at,
            self.applied,
            self._prepared,
        )

    def _settle(self, refusal: Refusal) -> None:
        """Refuse for this, unless something else was wrong before."""
        self.refusal = self.refusal or _bare(refusal)


def _bare(refusal: Refusal) -> Refusal:
    """A refusal that does not lead back to where it was raised: that knows the exchange, and the exchange it."""
    refusal.__traceback__ = refusal.__context__ = None
    return refusal
