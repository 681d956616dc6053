"""An application that another thread's event loop runs, and one request to it from here."""

import asyncio
import logging
import queue
from collections.abc import Callable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from simulator.journal.entry import Told
from simulator.wire.connection import ConnectionLost

_log = logging.getLogger(__name__)

Heard = Message | Exception


class Hosted:
    """An application, and the event loop that runs it, which its first request tells.

    Worlds are touched in that loop's thread only. Whoever calls from another thread has the loop make the call.
    """

    def __init__(self, app: ASGIApp, position: Callable[[], int] = lambda: 0) -> None:
        self.position = position
        """How far the journal of its main world has come: a number, which any thread may read."""
        self._app = app
        self._loop: asyncio.AbstractEventLoop | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._loop is None:
            self._loop = asyncio.get_running_loop()
        await self._app(scope, receive, send)

    @property
    def loop(self) -> asyncio.AbstractEventLoop:
        if self._loop is None or self._loop.is_closed():
            raise RuntimeError("the simulator's server does not run")
        return self._loop


class HostedCall:
    """One request to a hosted application. `deliver` is given its answer message by message, in the loop's thread.

    It is given an exception instead of what comes no more: ConnectionLost where a fault, or the end of the server,
    ends the connection.
    """

    def __init__(self, hosted: Hosted, scope: Scope, body: bytes, deliver: Callable[[Heard], None]) -> None:
        self._hosted = hosted
        self._loop = hosted.loop
        self._scope = scope
        self._request: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]
        self._deliver = deliver
        self._gone = asyncio.Event()
        self._answered = False
        self._task: asyncio.Task[None] | None = None
        self._loop.call_soon_threadsafe(self._start)

    def hang_up(self) -> None:
        """Nobody waits for the answer any more: let the application hear of it."""
        if not (self._answered or self._loop.is_closed()):
            self._loop.call_soon_threadsafe(self._gone.set)

    def _start(self) -> None:
        # Held here too, as a loop does not keep its tasks alive.
        self._task = self._loop.create_task(self._run())

    async def _run(self) -> None:
        try:
            await self._hosted(self._scope, self._receive, self._send)
        except asyncio.CancelledError:
            self._deliver(ConnectionLost("closed", Told.NOTHING))
            raise
        except ConnectionLost as lost:
            self._deliver(lost)
        except Exception as defect:  # noqa: BLE001 - as with a server: the client has its 500, the log the traceback
            _log.exception("A defect of the simulator")
            if not self._answered:
                self._deliver(defect)

    async def _receive(self) -> Message:
        if self._request:
            return self._request.pop()
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Message) -> None:
        if message["type"] == "http.response.body" and not message.get("more_body", False):
            self._answered = True
            self._gone.set()
        self._deliver(message)


class Answer:
    """What a call delivers to a thread that waits for it."""

    def __init__(self) -> None:
        self._heard: queue.SimpleQueue[Heard] = queue.SimpleQueue()
        self.deliver = self._heard.put

    def next(self, patience: float | None) -> Message:
        """Raises TimeoutError after so many seconds, or what was delivered."""
        try:
            return _checked(self._heard.get(timeout=patience))
        except queue.Empty:
            raise TimeoutError from None


class AsyncAnswer:
    """What a call delivers to a task of the running loop that awaits it."""

    def __init__(self) -> None:
        self._heard: asyncio.Queue[Heard] = asyncio.Queue()
        self._here = asyncio.get_running_loop()

    def deliver(self, heard: Heard) -> None:
        if not self._here.is_closed():
            self._here.call_soon_threadsafe(self._heard.put_nowait, heard)

    async def next(self, patience: float | None = None) -> Message:
        async with asyncio.timeout(patience):
            return _checked(await self._heard.get())


def _checked(heard: Heard) -> Message:
    if isinstance(heard, Exception):
        raise heard
    return heard
