"""A running server: a bound socket, an application behind it, a word when it is ready, a quick end."""

import asyncio
import ipaddress
import logging
import signal
import socket
import threading
from collections.abc import Callable, Generator
from concurrent.futures import Future
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self

import uvicorn
from starlette.types import ASGIApp

from simulator.collector import serve_undisturbed
from simulator.wire.protocol import BreakableProtocol

LOOPBACK = "127.0.0.1"
GRACE_SECONDS = 0.5
THREAD_GRACE_SECONDS = 0.1
POLL_SECONDS = 0.01
STOP_SECONDS = 10
# Longer than clients keep an idle connection: where both sides may end it, a request now and then meets the end.
KEEP_ALIVE_SECONDS = 75


def bind(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes a free one. Raises OSError when the address cannot be had."""
    family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    bound = socket.socket(family, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind(address)
        bound.listen()  # now, not when the server starts: two may bind an address, one may listen on it
    except OSError:
        bound.close()
        raise
    return bound


def is_loopback(bound: socket.socket) -> bool:
    """Whether only this machine can reach it."""
    return ipaddress.ip_address(bound.getsockname()[0]).is_loopback


def serve(app: ASGIApp, bound: socket.socket, on_ready: Callable[[], None]) -> None:
    """Answer on `bound` until SIGINT or SIGTERM. The process is for nothing else."""
    server = _Server(_config(app, access_log=False, log_level="warning"), on_ready, GRACE_SECONDS)

    def stop(*_: object) -> None:
        server.should_exit = True

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    serve_undisturbed()
    _run(server, bound)


class ThreadServer:
    """An application served on a free loopback port by a thread of this process; also as a context manager."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None
        self.url = ""

    def start(self) -> None:
        """Return when it answers at `url`. Raises what keeps it from doing so."""
        if self._thread is not None:
            raise RuntimeError(f"this server runs already, at {self.url}")
        started: Future[None] = Future()
        bound = bind(LOOPBACK, 0)
        try:
            # Logging is left as whoever runs this process has set it up.
            config = _config(self._app, log_config=None)
            server = _Server(config, lambda: started.set_result(None), THREAD_GRACE_SECONDS)
            thread = threading.Thread(
                target=_run_until_stopped, args=(server, bound, started), name="simulator", daemon=True
            )
            url = f"http://{LOOPBACK}:{bound.getsockname()[1]}"
            thread.start()
        except BaseException:
            bound.close()
            raise
        try:
            started.result()
        except BaseException:
            server.should_exit = True
            thread.join(STOP_SECONDS)
            raise
        self._server, self._thread, self.url = server, thread, url

    def stop(self) -> None:
        """End it, with all that it has open. To stop what does not run is no error."""
        server, thread = self._server, self._thread
        if server is None or thread is None:
            return
        self._server = self._thread = None
        server.should_exit = True
        thread.join(STOP_SECONDS)
        if thread.is_alive():
            raise TimeoutError(f"the server at {self.url} did not stop in {STOP_SECONDS} seconds")

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def _run_until_stopped(server: "_Server", bound: socket.socket, started: "Future[None]") -> None:
    """What the thread does. What goes wrong before it has started is raised by whoever waits for that."""
    try:
        _run(server, bound)
    except BaseException as error:
        if started.done():
            raise
        started.set_exception(error)
    finally:
        bound.close()


class _Server(uvicorn.Server):
    """Uvicorn, which tells when it is ready, leaves signals to us, and cuts off what does not end in time.

    Uvicorn would raise signals again after its end, and would answer 500 to what it cuts off.
    """

    def __init__(self, config: uvicorn.Config, on_ready: Callable[[], None], grace: float) -> None:
        super().__init__(config)
        self._on_ready = on_ready
        self._grace = grace

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._on_ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        state = self.server_state
        with _quiet():
            for listener in self.servers:
                listener.close()
            for bound in sockets or ():
                bound.close()
            for connection in list(state.connections):
                connection.shutdown()
            await self._settle()
            for connection in list(state.connections):
                connection.transport.abort()
            await self._settle()
            for task in list(state.tasks):
                task.cancel()
            await self._settle()

    async def _settle(self) -> None:
        """Wait until nothing is under way, but not for ever."""
        clock, state = asyncio.get_running_loop().time, self.server_state
        deadline = clock() + self._grace
        while (state.connections or state.tasks) and clock() < deadline:  # noqa: ASYNC110 - uvicorn has no event for it
            await asyncio.sleep(POLL_SECONDS)

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        yield


def _config(app: ASGIApp, **logging_options: Any) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http=BreakableProtocol,
        ws="none",
        interface="asgi3",
        lifespan="off",
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        **logging_options,
    )


def _run(server: _Server, bound: socket.socket) -> None:
    with asyncio.Runner(loop_factory=server.config.get_loop_factory()) as runner:
        runner.run(server.serve([bound]))


@contextmanager
def _quiet() -> Generator[None]:
    """What is cut off by stopping is no defect, so its traceback is nobody's to read."""
    stopping = threading.get_ident()

    def is_of_another_server(record: logging.LogRecord) -> bool:
        return record.thread != stopping

    logger = logging.getLogger("uvicorn.error")
    logger.addFilter(is_of_another_server)
    try:
        yield
    finally:
        logger.removeFilter(is_of_another_server)
