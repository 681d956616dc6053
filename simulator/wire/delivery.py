"""An answer on its way to the client: whole, or as a fault would have it."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from random import Random
from types import MappingProxyType
from typing import Any

from starlette.types import Receive, Scope, Send

from simulator.faults.book import Strike
from simulator.faults.effects import Bandwidth, Garbage, LimitData, ResetPeer, Slicer, Timeout
from simulator.journal.entry import Told
from simulator.wire.answer import PLAIN, Answer, RawHeaders
from simulator.wire.connection import Connection, ConnectionLost, Loss, connection_of

Piece = tuple[float, bytes]
"""A part of a body, after the milliseconds the client waits for it."""

BEAT_MS = 100  # how often a slow body goes on, as with Toxiproxy
NO_JSON = b"\xc0"  # no UTF-8 has this byte, and no JSON in another encoding begins with it


async def pause(milliseconds: float, receive: Receive) -> bool:
    """Let real time pass; whether the client still waits. It ends early when they do not.

    What is left of the request's body is received and dropped, so whoever needs it reads it before.
    """
    if milliseconds <= 0:
        return True
    try:
        async with asyncio.timeout(milliseconds / 1000):
            await _until_gone(receive)
    except TimeoutError:
        return True
    return False


async def deliver(
    response: Answer, strike: Strike | None, scope: Scope, receive: Receive, send: Send
) -> Told:
    """Send the answer as the strike's effect has it, and say what the client was told.

    The request's body has been read. An effect that is not about sending, such as a status, is in the answer already.
    Raises ConnectionLost where a connection has to end and the scope has none.
    """
    way = None if strike is None else WAYS.get(type(strike.fault.effect))
    if strike is None or way is None:
        status, headers = response.status_code, response.raw_headers
        if len(headers) == PLAIN and scope.get("extensions"):
            connection = connection_of(scope)
            if connection is not None and connection.answer(status, headers, response.body):
                return Told.ANSWER
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": response.body})
        return Told.ANSWER
    delivery = _Delivery(response, strike.random, scope["method"], connection_of(scope), receive, send)
    return await way(delivery, strike.fault.effect)


@dataclass(frozen=True, slots=True)
class _Delivery:
    """One answer, and what leads to its client."""

    response: Answer
    random: Random
    method: str
    connection: Connection | None
    receive: Receive
    send: Send

    @property
    def bare(self) -> bool:
        """Whether HTTP has no body here. GAP(faulty-head): then there is nothing to slow down, cut or spoil."""
        status = self.response.status_code
        return self.method == "HEAD" or status in (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED)

    @property
    def body(self) -> bytes:
        return b"" if self.bare else bytes(self.response.body)

    async def begin(self, headers: RawHeaders) -> None:
        status = self.response.status_code
        await self.send({"type": "http.response.start", "status": status, "headers": headers})

    async def go_on(self, body: bytes) -> None:
        await self.send({"type": "http.response.body", "body": body, "more_body": True})

    async def end(self) -> Told:
        await self.send({"type": "http.response.body", "body": b"", "more_body": False})
        return Told.ANSWER

    async def in_pieces(self, pieces: Iterable[Piece]) -> Told:
        """GAP(faulty-body): rates and sizes are those of the body; status and headers are there at once.

        Each piece has its time from the start: single waits, rounded to the loop's milliseconds, would add up wrongly.
        """
        await self.begin(self.response.raw_headers)
        clock = asyncio.get_running_loop().time
        due = clock()
        for wait, piece in pieces:
            due += wait / 1000
            here = await pause((due - clock()) * 1000, self.receive)
            await asyncio.sleep(0)  # what is written in one turn of the loop goes out as one
            if not here or (self.connection is not None and self.connection.gone):
                return Told.BROKEN
            await self.go_on(piece)
        return await self.end()

    def lose(self, kind: Loss, told: Told) -> Told:
        if self.connection is None:
            raise ConnectionLost(kind, told)
        if kind == "reset":
            self.connection.reset()
        else:
            self.connection.close()
        return told


async def _timeout(delivery: _Delivery, effect: Timeout) -> Told:
    """GAP(endless-timeout): in process nobody hangs up, so what never comes is said at once."""
    if effect.timeout:
        await pause(effect.timeout, delivery.receive)
        return delivery.lose("closed", Told.NOTHING)
    if delivery.connection is not None:
        await _until_gone(delivery.receive)
    return delivery.lose("timeout", Told.NOTHING)


async def _reset_peer(delivery: _Delivery, effect: ResetPeer) -> Told:
    await pause(effect.timeout, delivery.receive)
    return delivery.lose("reset", Told.NOTHING)


async def _limit_data(delivery: _Delivery, effect: LimitData) -> Told:
    """GAP(limit-data-fits): an answer within the limit is whole, and the connection stays."""
    await delivery.begin(delivery.response.raw_headers)
    body = delivery.body
    await delivery.go_on(body[: effect.bytes])
    if len(body) <= effect.bytes:
        return await delivery.end()
    return delivery.lose("closed", Told.BROKEN)


async def _garbage(delivery: _Delivery, effect: Garbage) -> Told:
    headers = delivery.response.raw_headers
    if delivery.bare:
        await delivery.begin(headers)
        return await delivery.end()
    length = (b"content-length", str(effect.bytes).encode())
    await delivery.begin([*(each for each in headers if each[0] != length[0]), length])
    await delivery.go_on((NO_JSON + delivery.random.randbytes(effect.bytes - 1))[: effect.bytes])
    await delivery.end()
    return Told.BROKEN


async def _bandwidth(delivery: _Delivery, effect: Bandwidth) -> Told:
    """A kilobyte a second is a byte a millisecond."""
    body, size = delivery.body, effect.rate * BEAT_MS
    pieces = (body[start : start + size] for start in range(0, len(body), size))
    return await delivery.in_pieces((len(piece) / effect.rate, piece) for piece in pieces)


async def _slicer(delivery: _Delivery, effect: Slicer) -> Told:
    return await delivery.in_pieces(_slices(delivery.body, effect, delivery.random))


def _slices(body: bytes, effect: Slicer, random: Random) -> Iterator[Piece]:
    """There is a delay between two pieces, but none before the first or after the last."""
    start, wait = 0, 0.0
    while start < len(body):
        end = start + random.randint(
            effect.average_size - effect.size_variation, effect.average_size + effect.size_variation
        )
        yield wait, body[start:end]
        start, wait = end, effect.delay / 1000


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


WAYS: Mapping[type[Any], Callable[[_Delivery, Any], Awaitable[Told]]] = MappingProxyType(
    {
        Timeout: _timeout,
        ResetPeer: _reset_peer,
        LimitData: _limit_data,
        Garbage: _garbage,
        Bandwidth: _bandwidth,
        Slicer: _slicer,
    }
)
