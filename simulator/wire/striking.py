"""What faults do to a request: whether it is handled, how much of it, and which answer its client gets."""

from collections.abc import Sequence
from datetime import timedelta
from http import HTTPStatus
from time import perf_counter
from typing import TYPE_CHECKING

import msgspec
from starlette.types import Receive, Send

from simulator.faults.effects import ExpiredToken, Latency, RateLimit, ReadLag, Status
from simulator.faults.phases import Phase
from simulator.faults.strike import Strike
from simulator.journal.entry import Told
from simulator.wire.answer import Answer
from simulator.wire.answered import Answered
from simulator.wire.connection import ConnectionLost
from simulator.wire.delivery import deliver, pause
from simulator.wire.errors import WireError
from simulator.wire.operation import WHOLE_BODY
from simulator.wire.record import record

if TYPE_CHECKING:
    from simulator.wire.exchange import Exchange

FAULT_HEADER = "X-Simulator-Fault"


async def strike(
    exchange: "Exchange", strikes: Sequence[Strike], answered: Answered, receive: Receive, send: Send
) -> None:
    """Answer a request as the faults that strike it have it, and write it down."""
    striking = _Striking(exchange, strikes)
    here = await striking.wait(receive, before=True)
    response = striking.response()
    response.headers[FAULT_HEADER] = ", ".join(each.fault.name for each in strikes)
    answered.add(exchange.own_seconds)
    here = await striking.wait(receive, before=False) and here
    lost = None
    try:
        told = Told.NOTHING
        if here:
            told = await deliver(response, striking.main, exchange.request.scope, receive, send)
    except ConnectionLost as error:
        lost, told = error, error.told
    record(exchange, response, told, perf_counter(), strikes)
    if lost is not None:
        raise lost


class _Striking:
    """Latencies add up; of the other strikes there is at most one, `main`."""

    def __init__(self, exchange: "Exchange", strikes: Sequence[Strike]) -> None:
        self._exchange = exchange
        self._strikes = strikes
        self.main = next((each for each in strikes if not isinstance(each.fault.effect, Latency)), None)

    async def wait(self, receive: Receive, *, before: bool) -> bool:
        """Whether the client still waits too. One that has gone does not stop what it asked for."""
        here, asked = True, perf_counter()
        for each in self._strikes:
            effect = each.fault.effect
            if isinstance(effect, Latency) and (each.fault.phase is Phase.BEFORE) is before:
                here = await pause(effect.draw(each.random), receive) and here
        self._exchange.waited += perf_counter() - asked
        return here

    def response(self) -> Answer:
        """The answer that is meant for the client, before it is cut or spoilt on its way."""
        main = self.main
        if main is None:
            return self._handled()
        effect, exchange = main.fault.effect, self._exchange
        if isinstance(effect, ReadLag):
            return exchange.handle(lag=timedelta(seconds=effect.seconds))
        if isinstance(effect, ExpiredToken):
            return exchange.refuse(exchange.facade.unauthorized("The credentials have expired; log in again"))
        if isinstance(effect, RateLimit):
            return exchange.refuse(_too_many(main, effect))
        stops = main.fault.phase is Phase.BEFORE and effect.loses_answer
        handled = None if stops else self._handled()
        if isinstance(effect, Status):
            return exchange.refuse(_status(effect))
        return exchange.refuse(_unavailable()) if handled is None else handled

    def _handled(self) -> Answer:
        """The handler's answer, to all of the request or to what a partial fault leaves of it."""
        exchange, shown_at = self._exchange, None
        for each in self._strikes:
            if each.fault.phase is Phase.DELAYED:
                shown_at = exchange.now + timedelta(seconds=each.fault.shows_after)
            elif each.fault.phase is Phase.PARTIAL and exchange.refusal is None:
                part = self._part(each.fault.keep)
                return exchange.refuse(_unavailable()) if part is None else exchange.handle(part)
        return exchange.handle(shown_at=shown_at)

    def _part(self, keep: int | None) -> bytes | None:
        """The body with the first `keep` things to do, half of them where that is not said; None when nothing is left.

        GAP(half-a-batch): that real services ever do a part of a batch is not documented, nor which.
        """
        exchange = self._exchange
        if exchange.operation is None or exchange.operation.body is None:
            return exchange.body
        key, body = exchange.operation.batch, exchange.json
        batch = body if key == WHOLE_BODY else body.get(key) if isinstance(body, dict) and key else [body]
        if not isinstance(batch, list):
            return exchange.body
        part = batch[: len(batch) // 2 if keep is None else keep]
        if not part or len(part) == len(batch):
            return exchange.body if part else None
        return msgspec.json.encode(part if key == WHOLE_BODY else {**body, str(key): part})


def _status(effect: Status) -> WireError:
    """GAP(fault-answers): no vendor shows most of these; the status and the words are the fault's."""
    headers = None if effect.retry_after is None else {"Retry-After": str(effect.retry_after)}
    return WireError(effect.status, effect.message or _words(effect.status), headers)


def _too_many(strike: Strike, effect: RateLimit) -> WireError:
    """GAP(rate-limit-answer): 600 a minute is documented, the 429's body and headers are not."""
    retry_after = strike.retry_after if effect.retry_after else None
    headers = None if retry_after is None else {"Retry-After": str(retry_after)}
    per = "1 minute" if effect.seconds == 60 else f"{effect.seconds:g} seconds"  # noqa: PLR2004 - a minute
    return WireError(HTTPStatus.TOO_MANY_REQUESTS, f"{effect.requests} per {per}", headers)


def _unavailable() -> WireError:
    return WireError(HTTPStatus.SERVICE_UNAVAILABLE, "")


def _words(status: int) -> str:
    try:
        return HTTPStatus(status).description
    except ValueError:
        return ""
