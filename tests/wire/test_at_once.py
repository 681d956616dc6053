"""A request that comes in one piece is answered without a task, and nobody can tell but by the time it takes."""

import asyncio
import json
import logging
import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.types import Receive, Scope, Send
from wire.raw import FIN, OPEN, SECONDS, connected, hear, in_one_piece, in_two_pieces, is_let_go_of, undated

from simulator import server as server_module
from simulator.server import ThreadServer
from simulator.wire.answer import Answer, json_answer
from simulator.wire.at_once import Outcome
from simulator.wire.connection import connection_of

GET = b"GET /greet HTTP/1.1\r\nHost: a.test\r\n\r\n"


class Mirror:
    """Tells how it was asked, and what the scope and the body were."""

    def at_once(self, scope: Scope, body: bytes) -> Outcome | None:
        path = scope["path"]
        if path in {"/ends", "/later", "/slow"}:
            return None
        if path == "/fails":
            raise LookupError("a defect of the application")
        if path == "/splits":
            return Outcome(Answer(b"{}", headers={"X-Odd": "two\r\nSet-Cookie: lines"}), None)
        return Outcome(json_answer(_seen("at once", scope, body)), None)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = b""
        while (message := await receive())["type"] == "http.request":
            body += message["body"]
            if not message["more_body"]:
                break
        if scope["path"] == "/slow":
            await asyncio.sleep(0.1)
        if scope["path"] == "/ends":
            connection = connection_of(scope)
            assert connection is not None
            connection.close()
            return
        answer = json_answer(_seen("in a task", scope, body))
        await send(
            {"type": "http.response.start", "status": answer.status_code, "headers": answer.raw_headers}
        )
        await send({"type": "http.response.body", "body": answer.body})


def _seen(how: str, scope: Scope, body: bytes) -> dict[str, Any]:
    told = {name: scope[name] for name in ("type", "asgi", "http_version", "scheme", "method", "path")}
    told |= {"raw_path": repr(scope["raw_path"]), "query": repr(scope["query_string"]), "body": repr(body)}
    told |= {"headers": repr(list(scope["headers"])), "root_path": scope["root_path"]}
    return {"how": how, "server": scope["server"][0], "client": scope["client"][0], **told}


@pytest.fixture(scope="module")
def mirror() -> Iterator[str]:
    with ThreadServer(Mirror()) as server:
        yield server.url


PLAIN = [
    GET,
    b"GET / HTTP/1.1\r\nHost: a.test\r\n\r\n",
    b"GET /a%20b/%C3%A4?x=%20&y=?z HTTP/1.1\r\nHost: a.test\r\n\r\n",
    b"GET /a?x='\"<>|\\^`{} HTTP/1.1\r\nHost: a.test\r\n\r\n",
    b"DELETE /a HTTP/1.1\r\nHOST: a.test\r\nX-Twice: 1\r\nx-twice: 2\r\n\r\n",
    b"POST /a? HTTP/1.1\r\nHost: a.test\r\nContent-Length: 5\r\n\r\nhello",
    b"PUT /a HTTP/1.1\r\nHost: a.test\r\nContent-Length: 0\r\n\r\n",
    b"PATCH /a HTTP/1.1\r\nHost: a.test\r\nX-Empty:\r\nX-Blank:   b  \r\nX-High: \xe4\r\n\r\n",
]


@pytest.mark.parametrize("sent", PLAIN)
def test_one_piece_is_answered_at_once_as_in_a_task(mirror: str, sent: bytes) -> None:
    at_once, in_a_task = (json.loads(ask(mirror, sent).body) for ask in (in_one_piece, in_two_pieces))

    assert (at_once.pop("how"), in_a_task.pop("how")) == ("at once", "in a task")
    assert at_once == in_a_task


NOT_PLAIN = [
    b"HEAD /a HTTP/1.1\r\nHost: a.test\r\n\r\n",
    b"OPTIONS /a HTTP/1.1\r\nHost: a.test\r\n\r\n",
    b"get /a HTTP/1.1\r\nHost: a.test\r\n\r\n",
    b"GET  /a HTTP/1.1\r\nHost: a.test\r\n\r\n",
    b"GET /a\x80 HTTP/1.1\r\nHost: a.test\r\n\r\n",
    b"GET /a#b HTTP/1.1\r\nHost: a.test\r\n\r\n",
    b"GET //a HTTP/1.1\r\nHost: a.test\r\n\r\n",
    b"GET http://a.test/a HTTP/1.1\r\nHost: a.test\r\n\r\n",
    b"GET /a HTTP/1.0\r\nHost: a.test\r\n\r\n",
    b"GET /a HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n",
    b"GET /a HTTP/1.1\r\nHost: a.test\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\n",
    b"POST /a HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n",
    b"POST /a HTTP/1.1\r\nHost: a.test\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nhi",
    b"POST /a HTTP/1.1\r\nHost: a.test\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\nhi",
    b"POST /a HTTP/1.1\r\nHost: a.test\r\nContent-Length: +2\r\n\r\nhi",
    b"GET /a HTTP/1.1\r\nHost: a.test\r\n X: folded\r\n\r\n",
    b"GET /a HTTP/1.1\r\nHost a.test\r\n\r\n",
    b"GET /a HTTP/1.1\r\n\r\n",
    b"\r\nGET /a HTTP/1.1\r\nHost: a.test\r\n\r\n",
    b"GET /later HTTP/1.1\r\nHost: a.test\r\n\r\n",
    b"GET /a HTTP/1.1\r\nHost: a.test\r\nX-Long: " + b"x" * 3000 + b"\r\n\r\n",
]


@pytest.mark.parametrize("sent", NOT_PLAIN, ids=lambda sent: sent[:90].decode("latin-1"))
def test_whatever_is_not_plain_is_left_to_uvicorn(mirror: str, sent: bytes) -> None:
    head_only = sent.startswith(b"HEAD")
    with connected(mirror) as connection:
        connection.sendall(sent)
        heard = hear(connection, head_only=head_only)
    with connected(mirror) as connection:
        connection.sendall(sent[:1])
        time.sleep(0.005)
        connection.sendall(sent[1:])
        in_pieces = hear(connection, head_only=head_only)

    assert undated(heard) == undated(in_pieces)
    assert b"at once" not in heard.all


def test_who_asks_whether_to_go_on_is_told_so(mirror: str) -> None:
    head = b"POST /a HTTP/1.1\r\nHost: a.test\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n"
    with connected(mirror) as connection:
        connection.sendall(head)
        assert connection.recv(65536) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(b"hi")
        assert b"b'hi'" in hear(connection).body
        connection.sendall(head + b"ho")
        told = b"".join(connection.recv(65536) for _ in _until_quiet(connection))

    assert b"b'ho'" in told
    assert b"in a task" in told


TARGET = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7F), max_size=12).map(
    lambda text: "/" + text
)
NAME = st.from_regex(r"[A-Za-z][A-Za-z0-9-]{0,8}", fullmatch=True)
VALUE = st.text(st.characters(min_codepoint=0x20, max_codepoint=0xFF), max_size=12)


@settings(max_examples=60)
@given(TARGET, st.lists(st.tuples(NAME, VALUE), max_size=4), st.binary(max_size=20))
def test_any_head_says_the_same_in_one_piece(
    mirror: str, target: str, fields: list[tuple[str, str]], body: bytes
) -> None:
    lines = [f"POST {target} HTTP/1.1", "Host: a.test", *(f"{name}: {value}" for name, value in fields)]
    head = "\r\n".join([*lines, f"Content-Length: {len(body)}", "", ""]).encode("latin-1")
    heard = [ask(mirror, head + body) for ask in (in_one_piece, in_two_pieces)]

    told = [each.body.replace(b"at once", b"in a task") for each in heard]
    assert told[0] == told[1]
    assert heard[0].status == heard[1].status


def test_what_follows_in_the_same_piece_is_answered_in_its_order(mirror: str) -> None:
    later = b"GET /later HTTP/1.1\r\nHost: a.test\r\n\r\n"
    with connected(mirror) as connection:
        connection.sendall(GET + later + GET)
        told = b"".join(connection.recv(65536) for _ in _until_quiet(connection))

    assert [path in told for path in (b"/greet", b"/later")] == [True, True]
    assert told.count(b"HTTP/1.1 200") == 3


def _until_quiet(connection: socket.socket) -> Iterator[None]:
    connection.settimeout(0.2)
    try:
        while connection.recv(1, socket.MSG_PEEK):
            yield
    except TimeoutError:
        return


@pytest.mark.parametrize(
    "pieces",
    [
        (b"GET /slow HTTP/1.1\r\nHost: a.test\r\n\r\n", GET),
        (b"POST /slow HTTP/1.1\r\nHost: a.test\r\nContent-Length: 3\r\n\r\nab", b"c" + GET),
    ],
)
def test_behind_one_that_takes_a_while_nothing_is_answered_first(
    mirror: str, pieces: tuple[bytes, ...]
) -> None:
    with connected(mirror) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for piece in pieces:
            connection.sendall(piece)
            time.sleep(0.02)
        told = b"".join(connection.recv(65536) for _ in _until_quiet(connection))

    assert told.index(b"/slow") < told.index(b"/greet")


def test_a_defect_is_a_500_that_is_logged(mirror: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR, logger="uvicorn.error"), connected(mirror) as connection:
        for path in ("fails", "splits"):
            connection.sendall(f"GET /{path} HTTP/1.1\r\nHost: a.test\r\n\r\n".encode())
            heard = hear(connection)
            assert (heard.status, heard.body, heard.end) == (500, b"Internal Server Error", OPEN)
            assert b"Set-Cookie" not in heard.all

    assert [type(record.exc_info[1]) for record in caplog.records if record.exc_info] == [
        LookupError,
        RuntimeError,
    ]


def test_a_connection_is_kept_as_long_as_it_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_module, "KEEP_ALIVE_SECONDS", 0.4)
    with ThreadServer(Mirror()) as server, connected(server.url) as connection:
        for _ in range(6):
            time.sleep(0.1)
            connection.sendall(GET)
            assert hear(connection).end == OPEN
        began = time.monotonic()
        connection.settimeout(SECONDS)
        assert connection.recv(1) == b""
        assert time.monotonic() - began > 0.2


def test_what_was_answered_before_does_not_keep_a_connection_that_is_closed(mirror: str) -> None:
    """The client does not close its side; after a while the server lets go of the connection all the same."""
    with connected(mirror) as connection:
        connection.sendall(GET)
        assert hear(connection).end == OPEN
        connection.sendall(GET.replace(b"/greet", b"/ends"))
        assert hear(connection).end == FIN
        assert is_let_go_of(connection)


def test_a_server_that_ends_lets_go_of_who_was_answered_at_once() -> None:
    with ThreadServer(Mirror()) as server, connected(server.url) as connection:
        connection.sendall(GET)
        assert hear(connection).end == OPEN
        server.stop()
        assert hear(connection).end == FIN
