"""What a client sees on the wire of an answer that a fault strikes, and what the simulator says of it."""

import asyncio
import json
import logging
import queue
import time
from collections.abc import Awaitable, Iterator
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Message, Receive, Scope, Send
from wire.raw import FIN, OPEN, RST, SECONDS, ask, connected, exchange, hear, request

from simulator.faults.book import Strike
from simulator.faults.chance import Chance
from simulator.faults.effects import (
    Bandwidth,
    ExpiredToken,
    Garbage,
    Latency,
    LimitData,
    RateLimit,
    ReadLag,
    ResetPeer,
    Slicer,
    Status,
    Timeout,
)
from simulator.faults.fault import Fault
from simulator.journal.entry import Told
from simulator.server import ThreadServer
from simulator.wire.connection import ConnectionLost
from simulator.wire.delivery import deliver, pause

CONTENT = {"data": ["abcdefghij"] * 10}
WHOLE = bytes(JSONResponse(CONTENT).body)
SIZE = len(WHOLE)
SEED = 7


def strike(effect: Any, seed: int = SEED) -> Strike:
    return Strike(fault=Fault(name="fault", effect=effect), number=1, chance=Chance(seed, "fault", 1))


class Application:
    """Answers with `response` as `effect` has it, after a pause, and notes what was told."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        self.effects: dict[str, Any] = {}
        self.response: Response = JSONResponse(CONTENT)
        self.pause_ms = 0.0
        self.told: queue.Queue[Told | None] = queue.Queue()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await Request(scope, receive).body()
        if not await pause(self.pause_ms, receive):
            self.told.put(None)
            return
        effect = self.effects.get(scope["path"])
        struck = None if effect is None else strike(effect)
        self.told.put(await deliver(self.response, struck, scope, receive, send))

    def heard_of(self) -> Told | None:
        return self.told.get(timeout=SECONDS)


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[Application, str]]:
    app = Application()
    with ThreadServer(app) as server:
        yield app, server.url


@pytest.fixture
def app(served: tuple[Application, str]) -> Application:
    served[0].reset()
    return served[0]


@pytest.fixture
def url(served: tuple[Application, str]) -> str:
    return served[1]


class LoggedByUvicorn(logging.Handler):
    """By itself, as a logger's configuration may keep its records from pytest's own."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())


@pytest.fixture(autouse=True)
def nothing_is_logged() -> Iterator[None]:
    """What is broken on purpose is no error."""
    logger, handler = logging.getLogger("uvicorn.error"), LoggedByUvicorn()
    logger.addHandler(handler)
    yield
    logger.removeHandler(handler)
    assert handler.messages == []


# --- over sockets ---------------------------------------------------------------------------------------------------

# The effect, the bytes of the body (None: no answer at all), how the connection ends, and what is said of it.
WAYS: dict[str, tuple[Any, bytes | None, str, Told]] = {
    "no effect": (None, WHOLE, OPEN, Told.ANSWER),
    "a status": (Status(status=500), WHOLE, OPEN, Told.ANSWER),
    "a rate limit": (RateLimit(), WHOLE, OPEN, Told.ANSWER),
    "an expired token": (ExpiredToken(), WHOLE, OPEN, Told.ANSWER),
    "a latency": (Latency(latency=1), WHOLE, OPEN, Told.ANSWER),
    "a lag": (ReadLag(seconds=1), WHOLE, OPEN, Told.ANSWER),
    "a timeout": (Timeout(timeout=50), None, FIN, Told.NOTHING),
    "a reset": (ResetPeer(), None, RST, Told.NOTHING),
    "a late reset": (ResetPeer(timeout=50), None, RST, Told.NOTHING),
    "no byte of the body": (LimitData(bytes=0), b"", FIN, Told.BROKEN),
    "some bytes": (LimitData(bytes=10), WHOLE[:10], FIN, Told.BROKEN),
    "all bytes but one": (LimitData(bytes=SIZE - 1), WHOLE[:-1], FIN, Told.BROKEN),
    "a limit as large as the body": (LimitData(bytes=SIZE), WHOLE, OPEN, Told.ANSWER),
    "a limit larger than the body": (LimitData(bytes=SIZE + 1), WHOLE, OPEN, Told.ANSWER),
    "a slow line": (Bandwidth(rate=1), WHOLE, OPEN, Told.ANSWER),
    "a fast line": (Bandwidth(rate=1000), WHOLE, OPEN, Told.ANSWER),
    "slices": (Slicer(average_size=20, size_variation=19, delay=500), WHOLE, OPEN, Told.ANSWER),
    "slices without a delay": (Slicer(average_size=1), WHOLE, OPEN, Told.ANSWER),
}
PARAMETERS = pytest.mark.parametrize(("effect", "body", "end", "told"), WAYS.values(), ids=WAYS)


@PARAMETERS
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_what_arrives_and_how_the_connection_ends(
    app: Application, url: str, method: str, effect: Any, body: bytes | None, end: str, told: Told
) -> None:
    app.effects["/"] = effect

    heard = exchange(url, method=method, body=b"{}" if method == "POST" else b"")

    assert (heard.end, app.heard_of()) == (end, told)
    if body is None:
        assert heard.all == b""
    else:
        assert (heard.status, heard.announced, heard.body) == (200, SIZE, body)


@PARAMETERS
def test_an_answer_to_head_has_no_body_to_mangle(
    app: Application, url: str, effect: Any, body: bytes | None, end: str, told: Told
) -> None:
    """Headers are whole or not there at all; the connection is good for the next request."""
    app.effects["/"] = effect
    with connected(url) as connection:
        ask(connection, method="HEAD")
        heard = hear(connection, head_only=True)

        if body is None:
            assert (heard.all, heard.end, app.heard_of()) == (b"", end, told)
            return
        assert (heard.status, heard.announced, heard.body) == (200, SIZE, b"")
        assert (heard.end, app.heard_of()) == (OPEN, Told.ANSWER)
        ask(connection, "/next")
        assert hear(connection).body == WHOLE


@PARAMETERS
@pytest.mark.parametrize("response", [Response(), Response(status_code=204)], ids=["empty", "no content"])
def test_an_answer_without_a_body_is_whole_or_not_there_at_all(
    app: Application, url: str, response: Response, effect: Any, body: bytes | None, end: str, told: Told
) -> None:
    app.effects["/"], app.response = effect, response
    with connected(url) as connection:
        ask(connection)
        heard = hear(connection, head_only=True)

        if body is None:
            assert (heard.all, heard.end, app.heard_of()) == (b"", end, told)
            return
        assert (heard.status, heard.body, heard.end) == (response.status_code, b"", OPEN)
        assert app.heard_of() is Told.ANSWER
        ask(connection, "/next")
        assert hear(connection, head_only=True).status == response.status_code


@PARAMETERS
def test_the_next_request_is_fine_on_another_connection(
    app: Application, url: str, effect: Any, body: bytes | None, end: str, told: Told
) -> None:
    app.effects["/"] = effect
    exchange(url)

    assert exchange(url, "/next").body == WHOLE
    assert (app.heard_of(), app.heard_of()) == (told, Told.ANSWER)
    assert (body is None or end == FIN) is (told is not Told.ANSWER)


@pytest.mark.parametrize("name", [name for name, way in WAYS.items() if way[2] == OPEN])
def test_a_connection_that_stays_open_serves_the_next_request(app: Application, url: str, name: str) -> None:
    app.effects["/"] = WAYS[name][0]
    with connected(url) as connection:
        for path in ("/", "/next", "/"):
            ask(connection, path)
            assert hear(connection).body == WHOLE


def test_garbage_is_an_answer_in_all_but_its_body(app: Application, url: str) -> None:
    app.effects["/"] = Garbage(bytes=500)
    app.response = JSONResponse(CONTENT, 201, {"X-Kept": "yes"})
    with connected(url) as connection:
        ask(connection)
        heard = hear(connection)

        assert (heard.status, heard.announced, len(heard.body)) == (201, 500, 500)
        assert b"\r\nx-kept: yes\r\n" in heard.head + b"\r\n"
        assert heard.head.count(b"content-length") == 1
        with pytest.raises(ValueError):  # noqa: PT011 - of JSON or of UTF-8
            json.loads(heard.body)
        assert app.heard_of() is Told.BROKEN
        ask(connection, "/next")
        assert hear(connection).body == WHOLE
    assert exchange(url).body == heard.body, "the same seed, the same garbage"


@pytest.mark.parametrize("response", [Response(status_code=204), Response(status_code=304)])
def test_there_is_no_garbage_where_http_has_no_body(app: Application, url: str, response: Response) -> None:
    app.effects["/"], app.response = Garbage(), response

    heard = exchange(url, method="HEAD")

    assert (heard.status, heard.body, app.heard_of()) == (response.status_code, b"", Told.ANSWER)


def test_an_empty_answer_can_be_garbage(app: Application, url: str) -> None:
    app.effects["/"], app.response = Garbage(bytes=9), Response()

    heard = exchange(url)

    assert (heard.announced, len(heard.body), app.heard_of()) == (9, 9, Told.BROKEN)


def test_a_large_answer_breaks_off_at_the_very_byte(app: Application, url: str) -> None:
    """For a client that reads slowly, too: all of it is sent before the connection is closed."""
    large = b"x" * 3_000_000
    app.effects["/"], app.response = LimitData(bytes=1_000_001), Response(large)
    with connected(url) as connection:
        ask(connection)
        time.sleep(0.05)
        heard = hear(connection, at_a_time=5000)

    assert (heard.announced, heard.body == large[:1_000_001], heard.end) == (len(large), True, FIN)


def test_a_slow_line_takes_its_time(app: Application, url: str) -> None:
    app.effects["/"], app.response = Bandwidth(rate=10), Response(b"x" * 4000)
    began = time.monotonic()

    heard = exchange(url)

    assert time.monotonic() - began > 0.3
    assert (len(heard.body), heard.end) == (4000, OPEN)
    assert len(heard.pieces) > 3


def test_slices_come_one_by_one(app: Application, url: str) -> None:
    app.effects["/"], app.response = Slicer(average_size=10, delay=30_000), Response(b"0123456789" * 5)
    began = time.monotonic()

    heard = exchange(url)

    assert time.monotonic() - began > 0.1
    assert len(heard.pieces) > 3
    assert heard.body == b"0123456789" * 5


def test_many_short_delays_add_up(app: Application, url: str) -> None:
    """Each is less than a loop can wait, but a thousand are not."""
    app.effects["/"], app.response = Slicer(average_size=1, delay=200), Response(b"x" * 1000)
    began = time.monotonic()

    assert len(exchange(url).body) == 1000

    assert time.monotonic() - began > 0.15


def test_ordinary_clients_raise_what_they_raise_for_real_servers(app: Application, url: str) -> None:
    app.effects = {
        "/reset": ResetPeer(),
        "/timeout": Timeout(),
        "/closed": Timeout(timeout=20),
        "/cut": LimitData(bytes=5),
    }
    expected = {
        "/reset": httpx.ReadError,
        "/timeout": httpx.ReadTimeout,
        "/closed": httpx.RemoteProtocolError,
        "/cut": httpx.RemoteProtocolError,
    }
    with httpx.Client(base_url=url, trust_env=False, timeout=0.3) as client:
        for path, error in expected.items():
            with pytest.raises(error):
                client.get(path)
            assert client.get("/next").json() == CONTENT


# --- clients that go ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("behind", [0, 1])
@pytest.mark.parametrize("effect", [Timeout(), Timeout(timeout=60_000), ResetPeer(timeout=60_000)], ids=repr)
def test_nobody_waits_for_a_client_that_has_given_up(
    app: Application, url: str, effect: Any, behind: int
) -> None:
    app.effects["/"] = effect
    with connected(url) as connection:
        connection.sendall(request() * (behind + 1))
        time.sleep(0.05)
        assert app.told.empty()

    assert app.heard_of() is Told.NOTHING
    assert app.told.empty()


@pytest.mark.parametrize("effect", [Bandwidth(rate=1), Slicer(average_size=1, delay=50_000)], ids=repr)
def test_an_answer_that_is_left_in_the_middle_is_broken(app: Application, url: str, effect: Any) -> None:
    app.effects["/"], app.response = effect, Response(b"x" * 1_000_000)
    with connected(url) as connection:
        ask(connection)
        connection.recv(65536)

    assert app.heard_of() is Told.BROKEN


def test_a_pause_ends_when_the_client_goes(app: Application, url: str) -> None:
    app.pause_ms = 60_000
    with connected(url) as connection:
        ask(connection, method="POST", body=b"{}")
        time.sleep(0.05)
        assert app.told.empty()

    assert app.heard_of() is None


def test_after_a_pause_the_answer_comes_on_a_connection_that_goes_on(app: Application, url: str) -> None:
    app.pause_ms = 60
    with connected(url) as connection:
        for _ in range(2):
            began = time.monotonic()
            ask(connection, method="POST", body=b"{}")
            assert hear(connection).body == WHOLE
            assert time.monotonic() - began > 0.05


@pytest.mark.parametrize(
    ("effect", "body", "end"), [(LimitData(bytes=10), WHOLE[:10], FIN), (ResetPeer(), b"", RST)], ids=repr
)
def test_requests_behind_a_broken_answer_get_none(
    app: Application, url: str, effect: Any, body: bytes, end: str
) -> None:
    app.effects["/"] = effect
    with connected(url) as connection:
        connection.sendall(request() + request("/next"))
        heard = hear(connection)

    assert (heard.body, heard.end) == (body, end)
    app.heard_of()
    assert app.told.empty()


# --- in process -----------------------------------------------------------------------------------------------------


async def stay() -> Message:
    """A client that waits for ever."""
    await asyncio.Event().wait()
    raise AssertionError


def in_process(
    effect: Any, response: Response | None = None, method: str = "GET", seed: int = SEED
) -> tuple[Told | ConnectionLost, list[Message]]:
    """What was told or raised, and what was sent."""
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def run() -> Told | ConnectionLost:
        scope = {"type": "http", "method": method}
        answer = JSONResponse(CONTENT) if response is None else response
        try:
            return await deliver(answer, None if effect is None else strike(effect, seed), scope, stay, send)
        except ConnectionLost as lost:
            return lost

    return asyncio.run(run()), sent


def body_of(sent: list[Message]) -> bytes:
    return b"".join(message.get("body", b"") for message in sent)


@PARAMETERS
def test_in_process_the_same_is_sent_and_the_end_of_the_connection_is_raised(
    effect: Any, body: bytes | None, end: str, told: Told
) -> None:
    outcome, sent = in_process(effect)

    if end == OPEN:
        assert outcome is told
        assert body_of(sent) == body
        assert sent[-1].get("more_body", False) is False
        return
    assert isinstance(outcome, ConnectionLost)
    assert (outcome.kind, outcome.told) == ({FIN: "closed", RST: "reset"}[end], told)
    assert isinstance(outcome, ConnectionError)
    if body is None:
        assert sent == []
    else:
        assert (body_of(sent), sent[-1]["more_body"]) == (body, True)


def test_in_process_an_answer_that_never_comes_is_raised_at_once() -> None:
    outcome, sent = in_process(Timeout())

    assert isinstance(outcome, ConnectionLost)
    assert (outcome.kind, outcome.told, sent) == ("timeout", Told.NOTHING, [])


@given(st.integers(1, 40), st.integers(0, 2**32), st.integers(1, 255))
def test_garbage_is_never_json(size: int, seed: int, second: int) -> None:
    told, sent = in_process(Garbage(bytes=size), seed=seed)
    body = body_of(sent)

    assert (told, len(body)) == (Told.BROKEN, size)
    for each in (body, body[:1] + bytes([0, second, 0]), body[:1] + b"\0\0\0"):
        with pytest.raises(ValueError):  # noqa: PT011 - of JSON or of UTF-8
            json.loads(each)


@given(st.binary(max_size=300), st.integers(1, 50), st.data(), st.integers(0, 2**32))
def test_slices_are_as_large_as_asked_for_and_make_up_the_body(
    body: bytes, average: int, data: st.DataObject, seed: int
) -> None:
    variation = data.draw(st.integers(0, average - 1))

    _, sent = in_process(Slicer(average_size=average, size_variation=variation), Response(body), seed=seed)
    sizes = [len(message["body"]) for message in sent[1:-1]]

    assert body_of(sent) == body
    assert all(average - variation <= size <= average + variation for size in sizes[:-1])
    assert all(0 < size <= average + variation for size in sizes[-1:])


@given(st.binary(max_size=3000), st.integers(1, 2000), st.sampled_from(["GET", "HEAD"]))
def test_a_limit_lets_so_many_bytes_through(body: bytes, limit: int, method: str) -> None:
    outcome, sent = in_process(LimitData(bytes=limit), Response(body), method)

    expected = b"" if method == "HEAD" else body[:limit]
    assert body_of(sent) == expected
    assert isinstance(outcome, ConnectionLost) is (method == "GET" and len(body) > limit)


# --- pauses ----------------------------------------------------------------------------------------------------------


def hanging_up(*before: Message) -> tuple[Receive, list[Message]]:
    """A client that sends `before` and goes; and what is left of that."""
    left = [*before, {"type": "http.disconnect"}]

    async def receive() -> Message:
        return left.pop(0)

    return receive, left


def run(awaitable: Awaitable[Any]) -> Any:
    async def main() -> Any:
        return await awaitable

    return asyncio.run(main())


def test_a_pause_says_whether_the_client_is_still_there() -> None:
    rest = {"type": "http.request", "body": b"rest", "more_body": False}
    receive, left = hanging_up(rest)

    assert run(pause(60_000, receive)) is False
    assert left == []
    assert run(pause(5, stay)) is True


@pytest.mark.parametrize("milliseconds", [0, -1])
def test_a_pause_of_no_length_does_not_look(milliseconds: float) -> None:
    receive, left = hanging_up()

    assert run(pause(milliseconds, receive)) is True
    assert len(left) == 1
