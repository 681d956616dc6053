"""Connections that an application breaks off, and the server that lets it: over real sockets."""

import asyncio
import gc
import logging
import queue
import signal
import socket
import threading
import time
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send
from wire.raw import FIN, OPEN, RST, SECONDS, ask, connected, exchange, hear, is_let_go_of, request

from simulator import server as server_module
from simulator.server import ThreadServer
from simulator.wire.connection import Connection, connection_of

LARGE = b"x" * 4 * 1024 * 1024


class Application:
    """Does what the path says, and notes what it sees."""

    def __init__(self) -> None:
        self.saw: queue.Queue[Any] = queue.Queue()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        connection = connection_of(scope)
        assert connection is not None
        try:
            await Request(scope, receive).body()
        except ClientDisconnect:
            self.saw.put("half a request")
            return
        await getattr(self, scope["path"].strip("/").replace("-", "_"))(connection, receive, send)

    async def greet(self, connection: Connection, _receive: Receive, send: Send) -> None:
        self.saw.put(connection.gone)
        await PlainTextResponse("hello")({"type": "http"}, _receive, send)

    async def close(self, connection: Connection, _receive: Receive, _send: Send) -> None:
        connection.close()

    async def reset(self, connection: Connection, _receive: Receive, _send: Send) -> None:
        connection.reset()

    async def close_after_much(self, connection: Connection, _receive: Receive, send: Send) -> None:
        await self._begin(send, 2 * len(LARGE))
        await send({"type": "http.response.body", "body": LARGE, "more_body": True})
        connection.close()

    async def reset_after_some(self, connection: Connection, _receive: Receive, send: Send) -> None:
        await self._begin(send, 100)
        await send({"type": "http.response.body", "body": b"some", "more_body": True})
        connection.reset()

    async def close_and_go_on(self, connection: Connection, receive: Receive, send: Send) -> None:
        """Nothing of this reaches anyone, and nothing of it fails."""
        connection.close()
        connection.close()
        connection.reset()
        await self._begin(send, 100)
        await send({"type": "http.response.body", "body": b"some", "more_body": True})
        self.saw.put((connection.gone, (await receive())["type"]))

    async def listen(self, connection: Connection, receive: Receive, _send: Send) -> None:
        self.saw.put("listening")
        self.saw.put((await receive())["type"])
        self.saw.put(connection.gone)

    async def refer(self, connection: Connection, receive: Receive, send: Send) -> None:
        self.saw.put(weakref.ref(connection))
        await PlainTextResponse("seen")({"type": "http"}, receive, send)

    async def stay(self, _connection: Connection, _receive: Receive, _send: Send) -> None:
        """Takes no notice of anything."""
        self.saw.put("staying")
        await asyncio.sleep(600)

    async def _begin(self, send: Send, length: int) -> None:
        headers = [(b"content-length", str(length).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[Application, str]]:
    app = Application()
    with ThreadServer(app) as server:
        yield app, server.url


@pytest.fixture
def app(served: tuple[Application, str]) -> Application:
    served[0].saw = queue.Queue()
    return served[0]


@pytest.fixture
def url(served: tuple[Application, str]) -> str:
    return served[1]


@pytest.fixture(autouse=True)
def nothing_is_logged() -> Iterator[None]:
    """What is broken on purpose is no error."""
    with LoggedByUvicorn() as records:
        yield
    assert [record.getMessage() for record in records] == []


class LoggedByUvicorn(logging.Handler):
    """By itself, as a logger's configuration may keep its records from pytest's own."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)

    def __enter__(self) -> list[logging.LogRecord]:
        logging.getLogger("uvicorn.error").addHandler(self)
        return self.records

    def __exit__(self, *_: object) -> None:
        logging.getLogger("uvicorn.error").removeHandler(self)


def seen(app: Application) -> Any:
    return app.saw.get(timeout=SECONDS)


# --- closing --------------------------------------------------------------------------------------------------------


def test_a_closed_connection_ends_in_order_without_an_answer(url: str) -> None:
    heard = exchange(url, "/close")

    assert (heard.all, heard.end) == (b"", FIN)


def test_all_that_was_written_before_closing_arrives(url: str) -> None:
    heard = exchange(url, "/close-after-much")

    assert (heard.body == LARGE, heard.end) == (True, FIN)


def test_it_ends_in_order_even_where_more_was_sent_than_is_read(url: str) -> None:
    """A request behind it, and a large one, so that bytes are left that nobody reads."""
    with connected(url) as connection:
        connection.sendall(request("/close-after-much") + request("/greet", "POST", b"y" * 100_000))
        heard = hear(connection)

    assert (heard.body == LARGE, heard.end) == (True, FIN)


def test_the_requests_behind_it_are_not_answered(app: Application, url: str) -> None:
    with connected(url) as connection:
        connection.sendall(request("/close") + request("/greet"))
        heard = hear(connection)

    assert (heard.all, heard.end) == (b"", FIN)
    assert app.saw.empty()


def test_a_client_that_stays_is_not_waited_for(url: str) -> None:
    """It does not close its side; after a while the server lets go of the connection all the same."""
    with connected(url) as connection:
        ask(connection, "/close")
        assert hear(connection).end == FIN
        assert is_let_go_of(connection)


# --- resetting ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/reset", "/reset-after-some"])
def test_a_reset_connection_ends_as_one_of_a_process_that_died(url: str, path: str) -> None:
    assert exchange(url, path).end == RST


def test_after_a_reset_other_connections_are_as_they_were(url: str) -> None:
    with connected(url) as other:
        ask(other, "/greet")
        assert hear(other).status == 200

        assert exchange(url, "/reset").end == RST

        ask(other, "/greet")
        assert hear(other).status == 200
    assert exchange(url, "/greet").body == b"hello"


# --- after the end --------------------------------------------------------------------------------------------------


def test_what_is_sent_after_the_end_goes_nowhere_and_fails_nowhere(app: Application, url: str) -> None:
    heard = exchange(url, "/close-and-go-on")

    assert (heard.all, heard.end) == (b"", FIN)
    assert seen(app) == (True, "http.disconnect")


@pytest.mark.parametrize("behind", [0, 1, 3])
def test_a_client_that_hangs_up_is_noticed_with_any_number_of_requests_behind(
    app: Application, url: str, behind: int
) -> None:
    with connected(url) as connection:
        connection.sendall(request("/listen") + request("/greet") * behind)
        assert seen(app) == "listening"

    assert seen(app) == "http.disconnect"
    assert seen(app) is True
    assert app.saw.empty()


def test_a_connection_that_is_not_ended_serves_request_after_request(app: Application, url: str) -> None:
    with connected(url) as connection:
        for _ in range(3):
            ask(connection, "/greet", "POST", b"y" * 100_000)
            heard = hear(connection)
            assert (heard.body, heard.end, seen(app)) == (b"hello", OPEN, False)
        connection.sendall(request("/greet") * 3)
        for _ in range(3):
            assert seen(app) is False
        answers = b""
        while answers.count(b"hello") < 3:
            answers += connection.recv(65536)


def test_a_connection_that_has_ended_leaves_no_work_to_the_garbage_collector(
    app: Application, url: str
) -> None:
    gc.disable()
    try:
        with connected(url) as connection:
            for _ in range(2):
                ask(connection, "/refer")
                hear(connection)
                reference = seen(app)
        deadline = time.monotonic() + SECONDS
        while reference() is not None and time.monotonic() < deadline:
            time.sleep(0.01)
    finally:
        gc.enable()

    assert reference() is None


def test_in_process_there_is_no_connection() -> None:
    assert connection_of({"type": "http"}) is None
    assert connection_of({"type": "http", "extensions": {}}) is None


# --- a server in a thread -------------------------------------------------------------------------------------------


def test_a_server_answers_between_start_and_stop() -> None:
    server = ThreadServer(Application())
    server.stop()
    for _ in range(2):
        server.start()
        assert exchange(server.url, "/greet").status == 200
        server.stop()
        with pytest.raises(OSError), connected(server.url):  # noqa: PT011 - which of them is the system's choice
            pass
    server.stop()


def test_a_server_that_runs_is_not_started_again() -> None:
    with ThreadServer(Application()) as server:
        with pytest.raises(RuntimeError, match=server.url):
            server.start()
        assert exchange(server.url, "/greet").status == 200


def test_servers_run_side_by_side() -> None:
    with ThreadServer(Application()) as one, ThreadServer(Application()) as other:
        assert one.url != other.url
        for each in (one, other):
            assert exchange(each.url, "/greet").status == 200


def test_an_address_that_cannot_be_had_is_told_to_the_caller(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> socket.socket:
        raise OSError("no port is free")

    monkeypatch.setattr(server_module, "bind", refuse)
    server = ThreadServer(Application())

    with pytest.raises(OSError, match="no port is free"):
        server.start()
    server.stop()


@pytest.mark.parametrize("error", [RuntimeError("no loop"), SystemExit(3)], ids=repr)
def test_a_start_that_fails_is_told_to_the_caller(
    monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    before = footprint()

    async def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(uvicorn.Server, "startup", fail)
    server = ThreadServer(Application())

    with pytest.raises(type(error)):
        server.start()

    assert footprint() == before
    monkeypatch.undo()
    server.start()
    assert exchange(server.url, "/greet").status == 200
    server.stop()


@pytest.mark.parametrize("path", ["/listen", "/stay", "/close"])
def test_requests_that_hang_do_not_delay_the_stop(path: str) -> None:
    """They get no answer, and nobody is shown a traceback."""
    app = Application()
    server = ThreadServer(app)
    server.start()
    with connected(server.url) as connection, connected(server.url) as idle, connected(server.url) as half:
        ask(connection, path)
        ask(idle, "/greet")
        assert hear(idle).status == 200
        half.sendall(b"POST /greet HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf")
        if path == "/close":
            assert hear(connection).end == FIN
        else:
            assert {seen(app), seen(app)} == {False, "listening" if path == "/listen" else "staying"}
        asked = time.monotonic()

        server.stop()

        assert time.monotonic() - asked < 3
        assert [hear(each).all for each in (connection, idle, half)] == [b""] * 3


def test_a_request_that_is_nearly_done_is_let_end() -> None:
    app = Application()

    async def soon(_connection: Connection, receive: Receive, send: Send) -> None:
        app.saw.put("soon")
        await asyncio.sleep(0.05)
        await PlainTextResponse("done")({"type": "http"}, receive, send)

    app.__dict__["soon"] = soon
    server = ThreadServer(app)
    server.start()
    with connected(server.url) as connection:
        ask(connection, "/soon")
        assert seen(app) == "soon"
        stopping = threading.Thread(target=server.stop)
        stopping.start()
        heard = hear(connection)
        stopping.join()

    assert heard.body == b"done"


def test_neither_signals_nor_logging_are_touched() -> None:
    def settings() -> tuple[Any, ...]:
        names = ("", "uvicorn", "uvicorn.error", "uvicorn.access", "uvicorn.asgi")
        loggers = [logging.getLogger(name) for name in names]
        return (
            [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)],
            [(each.level, list(each.handlers), list(each.filters), each.propagate) for each in loggers],
        )

    before = settings()
    with ThreadServer(Application()) as server:
        exchange(server.url, "/greet")
        assert settings() == before

    assert settings() == before


OPEN_FILES = Path("/proc/self/fd")
NEEDS_PROC = pytest.mark.skipif(not OPEN_FILES.is_dir(), reason="open files are counted in /proc")


def footprint() -> tuple[int, int]:
    """Threads and open files."""
    gc.collect()
    return threading.active_count(), len(list(OPEN_FILES.iterdir())) if OPEN_FILES.is_dir() else 0


@NEEDS_PROC
def test_twenty_starts_and_stops_leave_nothing_behind() -> None:
    def use(path: str) -> None:
        app = Application()
        with ThreadServer(app) as server, connected(server.url) as connection:
            ask(connection, path)
            if path == "/listen":
                seen(app)
            else:
                hear(connection)

    paths = ["/greet", "/listen", "/reset", "/close"]
    use("/greet")
    before = footprint()

    for number in range(20):
        use(paths[number % len(paths)])

    assert footprint() == before
