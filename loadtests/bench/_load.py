"""The load generator: bare HTTP/1.1 over keep-alive connections, at as little cost as Python can have.

Each connection runs a script, a generator that yields requests and is sent the body of each answer. Of an answer the
status and the length are read; the body is kept only as often as the load asks for it. Every status but 2xx ends the run.
"""

import asyncio
import gc
import re
import time
from collections.abc import Coroutine, Generator, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, cast

import uvloop

Script = Generator[bytes, bytes, None]
BUFFER = 1 << 18
HEAD_END = b"\r\n\r\n"
LOOPBACK = "127.0.0.1"
STALLED_SECONDS = 120
CLOSES = re.compile(rb"\r\nconnection: *close", re.IGNORECASE)
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


class Wrong(Exception):  # noqa: N818 - what the answer is
    """An answer that is not right."""


@dataclass
class Load:
    """What came of it. `busy` is the processor time of this process, in seconds as all times here."""

    seconds: float = 0.0
    busy: float = 0.0
    size: int = 0
    latencies: list[float] = field(default_factory=list)

    @property
    def answers(self) -> int:
        return len(self.latencies)


class Connection(asyncio.BufferedProtocol):
    """One connection and its script. `batch` requests are in each piece that the script yields."""

    def __init__(self, script: Script, load: Load, *, least: int, keep: int, batch: int) -> None:
        self._script, self._load, self._least, self._keep, self._batch = script, load, least, keep, batch
        self._buffer = bytearray(BUFFER)
        self._view = memoryview(self._buffer)
        self._end = 0
        self._missing: int | None = None
        self._pieces: list[bytes] | None = None
        self._awaited = 0
        self._sent = 0.0
        self._pending: bytes | None = None
        self._transport: asyncio.Transport | None = None
        self._leaving = False
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def begin(self, port: int) -> None:
        """Opens it and runs its script to the end."""
        self._port = port
        self._pending = next(self._script, None)
        if self._pending is not None:
            await self._connect()
            await self.done

    async def _connect(self) -> None:
        try:
            await asyncio.get_running_loop().create_connection(lambda: self, LOOPBACK, self._port)
        except OSError as error:
            self._end_with(error)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._end, self._missing, self._leaving = 0, None, False
        self._transport.write(cast("bytes", self._pending))
        self._awaited = self._batch
        if not self._sent:
            self._sent = time.perf_counter()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._leaving:
            self._end_with(exc or Wrong("the server closed the connection"))

    def get_buffer(self, sizehint: int) -> memoryview:
        return self._view[self._end :]

    def buffer_updated(self, nbytes: int) -> None:
        try:
            self._read(self._end + nbytes)
        except Exception as error:  # noqa: BLE001 - a script may raise what it likes
            self._end_with(error)

    def _read(self, end: int) -> None:
        """Takes what has come: heads, bodies, or parts of them."""
        at = 0
        while at < end:
            if self._missing is None:
                cut = self._buffer.find(HEAD_END, at, end)
                if cut < 0:
                    self._buffer[: end - at] = self._buffer[at:end]
                    self._end = end - at
                    return
                self._missing = self._read_head(at, cut, end)
                at = cut + len(HEAD_END)
            there = min(self._missing, end - at)
            if self._pieces is not None:
                self._pieces.append(bytes(self._view[at : at + there]))
            at += there
            self._missing -= there
            if not self._missing:
                self._missing = None
                self._answered()
        self._end = 0

    def _read_head(self, at: int, cut: int, end: int) -> int:
        """The length of the body."""
        length = LENGTH.search(self._buffer, at, cut)
        if self._buffer[at + 9] != ord("2") or length is None or int(length[1]) < self._least:
            raise Wrong(
                f"at least {self._least} bytes were expected: {bytes(self._view[at : min(end, cut + 1000)])!r}"
            )
        if CLOSES.search(self._buffer, at, cut):
            self._leaving = True
        size = int(length[1])
        self._load.size += size
        if self._keep and len(self._load.latencies) % self._keep == 0:
            self._pieces = []
        return size

    def _answered(self) -> None:
        self._load.latencies.append(time.perf_counter() - self._sent)
        self._awaited -= 1
        body = b""
        if self._pieces is not None:
            body, self._pieces = b"".join(self._pieces), None
        if not self._awaited:
            try:
                self._ask(self._script.send(body))
            except StopIteration:
                self._end_with(None)

    def _ask(self, requests: bytes) -> None:
        self._sent = time.perf_counter()
        if self._leaving:  # some servers take one request a connection
            self._abort()
            self._pending = requests
            self._again = asyncio.ensure_future(self._connect())
        else:
            self._awaited = self._batch
            cast("asyncio.Transport", self._transport).write(requests)

    def _abort(self) -> None:
        if self._transport is not None:
            self._transport.abort()

    def _end_with(self, error: Exception | None) -> None:
        self._leaving = True
        if not self.done.done():
            if error is None:
                self.done.set_result(None)
            else:
                self.done.set_exception(error)
        self._abort()


async def run_scripts(
    port: int, scripts: Iterable[Script], *, least: int = 0, keep: int = 0, batch: int = 1
) -> Load:
    """All scripts at once, each over a connection of its own. Every `keep`-th body is kept, 0 for none."""
    load = Load()
    connections = [Connection(script, load, least=least, keep=keep, batch=batch) for script in scripts]
    started, busy = time.perf_counter(), time.process_time()
    ends: asyncio.Future[Any] = asyncio.gather(*(each.begin(port) for each in connections))
    watch: asyncio.Future[Any] = asyncio.ensure_future(_goes_on(load))
    try:
        first, _ = await asyncio.wait({ends, watch}, return_when=asyncio.FIRST_COMPLETED)
        first.pop().result()
    finally:
        watch.cancel()
        ends.cancel()
    load.seconds, load.busy = time.perf_counter() - started, time.process_time() - busy
    return load


async def _goes_on(load: Load) -> None:
    """Raises when nothing has been answered for too long."""
    answers = -1
    while answers != load.answers:
        answers = load.answers
        await asyncio.sleep(STALLED_SECONDS)
    raise Wrong(f"no answer in {STALLED_SECONDS} seconds, after {answers}")


def running(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """Runs it without pauses of this process's own garbage collector."""
    gc.collect()
    gc.freeze()  # what is there now is there to stay: the requests
    gc.disable()
    try:
        return uvloop.run(coroutine)
    finally:
        gc.enable()


def drawing(requests: Iterator[bytes], ends: float, samples: list[bytes]) -> Script:
    """Draws from what all connections share, until it is used up or, after one at least, the time is; bodies that are
    kept become samples.
    """
    for request in requests:
        body = yield request
        if body:
            samples.append(body)
        if time.perf_counter() >= ends:
            return


def load(
    port: int,
    requests: Iterator[bytes],
    *,
    seconds: float = float("inf"),
    connections: int = 16,
    least: int = 0,
    keep: int = 0,
    batch: int = 1,
    samples: list[bytes] | None = None,
) -> Load:
    """Closed loop: each connection asks again as soon as it is answered."""
    kept = [] if samples is None else samples
    ends = time.perf_counter() + seconds
    scripts = [drawing(requests, ends, kept) for _ in range(connections)]
    told: Load = running(run_scripts(port, scripts, least=least, keep=keep, batch=batch))
    return told
