"""What only a real server and raw bytes can show: broken HTTP, lying lengths, bodies in chunks."""

import json
import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

import pytest
import uvicorn
from support.builders import NOW
from support.credentials import T3, TRACE
from wire.refusals import everything

from simulator.app import create_app
from simulator.clock import Clock
from simulator.seeding.grow import grow
from simulator.seeding.recipe import load
from simulator.server import bind
from simulator.world import World

MIB = 1024 * 1024
VOID = "POST /v2/sales/void?licenseNumber=LIC-00001&submit=true HTTP/1.1"
RECORD = "POST /ca/v1/sales HTTP/1.1"
RIGHT = b'{"id": 123}'


@dataclass
class Server:
    """A served world. `exchange` sends bytes and gives the status and the body that came back, or None."""

    world: World
    port: int

    def exchange(self, request: bytes, *, hang_up: bool = False) -> tuple[int, bytes] | None:
        with socket.create_connection(("127.0.0.1", self.port), timeout=5) as connection:
            # The server may have answered and hung up in the middle of a body it does not want.
            with suppress(OSError):
                connection.sendall(request)
                if hang_up:
                    connection.shutdown(socket.SHUT_WR)
            return _read_answer(connection)

    def ask(
        self, line: str | bytes, body: bytes = b"", *headers: str, **options: bool
    ) -> tuple[int, bytes] | None:
        first = line.encode() if isinstance(line, str) else line
        lines = [f"{name}: {value}" for name, value in (T3 if b"/v2" in first else TRACE).items()]
        head = "\r\n".join(["Host: simulator.test", *lines, *headers]).encode("latin-1")
        return self.exchange(first + b"\r\n" + head + b"\r\n\r\n" + body, **options)

    def is_well(self) -> bool:
        answer = self.ask("GET /_simulator/health HTTP/1.1")
        return answer is not None and answer[0] == 200 and json.loads(answer[1])["status"] == "ok"


def _read_answer(connection: socket.socket) -> tuple[int, bytes] | None:
    received = b""
    while True:
        try:
            chunk = connection.recv(65536)
        except ConnectionError:
            chunk = b""
        received += chunk
        head, ended, body = received.partition(b"\r\n\r\n")
        length = re.search(rb"(?im)^content-length: (\d+)", head)
        if ended and length and len(body) >= int(length[1]):
            return int(head.split()[1]), body[: int(length[1])]
        if not chunk:
            return None


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    world = grow(load("corner_shop"), clock=Clock(NOW))
    config = uvicorn.Config(create_app(world), lifespan="off", log_level="critical", access_log=False)
    running = uvicorn.Server(config)
    bound = bind("127.0.0.1", 0)
    thread = threading.Thread(target=running.run, args=([bound],), daemon=True)
    thread.start()
    for _ in range(1000):
        if running.started:
            break
        time.sleep(0.01)
    served = Server(world, bound.getsockname()[1])
    assert served.is_well()
    yield served
    running.should_exit = True
    thread.join(timeout=10)
    bound.close()
    assert not thread.is_alive()


def chunked(body: bytes, size: int = 65536) -> bytes:
    pieces = (body[start : start + size] for start in range(0, len(body), size))
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


@pytest.mark.parametrize("line", [VOID, RECORD])
def test_a_chunked_body_over_one_mebibyte_is_413(server: Server, line: str) -> None:
    before = everything(server.world)

    answer = server.ask(
        line, chunked(b" " * (MIB + 1)), "Content-Type: application/json", "Transfer-Encoding: chunked"
    )

    assert answer is not None
    assert answer[0] == 413
    assert str(MIB) in json.dumps(json.loads(answer[1]))
    assert everything(server.world) == before
    assert server.is_well()


@pytest.mark.parametrize("line", [VOID, RECORD])
def test_an_endless_chunked_body_is_cut_off(server: Server, line: str) -> None:
    """The last chunk never comes; the answer does."""
    body = chunked(b" " * 4 * MIB).removesuffix(b"0\r\n\r\n")

    answer = server.ask(line, body, "Content-Type: application/json", "Transfer-Encoding: chunked")

    assert answer is not None
    assert answer[0] == 413
    assert server.is_well()


@pytest.mark.parametrize("line", [VOID, RECORD])
def test_a_length_over_one_mebibyte_is_413_before_a_byte_of_it_is_sent(server: Server, line: str) -> None:
    answer = server.ask(line, b"", "Content-Type: application/json", "Content-Length: 99999999999")

    assert answer is not None
    assert answer[0] == 413
    json.loads(answer[1])
    assert server.is_well()


@pytest.mark.parametrize(
    "headers",
    [
        ["Content-Length: -5"],
        ["Content-Length: x"],
        ["Content-Length: " + "9" * 5000],
        ["Content-Length: 11", "Content-Length: 12"],
        ["Content-Length: 11", "Transfer-Encoding: chunked"],
        ["Transfer-Encoding: chunked, gzip"],
    ],
    ids=["negative", "a word", "5000 digits", "two lengths", "a length and chunks", "an unknown coding"],
)
def test_a_length_that_is_none_is_refused_without_effect(server: Server, headers: list[str]) -> None:
    before = everything(server.world)

    answer = server.ask(VOID, RIGHT, "Content-Type: application/json", *headers, hang_up=True)

    assert answer is None or 400 <= answer[0] < 500
    assert everything(server.world) == before
    assert server.is_well()


def test_a_length_longer_than_the_body_writes_nothing(server: Server) -> None:
    """The caller hangs up before the body is whole."""
    before = everything(server.world)

    answer = server.ask(VOID, RIGHT, "Content-Type: application/json", "Content-Length: 50", hang_up=True)

    assert answer is None or 400 <= answer[0] < 500
    assert everything(server.world) == before
    assert server.is_well()


def test_a_length_shorter_than_the_body_cuts_the_body(server: Server) -> None:
    before = everything(server.world)

    answer = server.ask(VOID, RIGHT, "Content-Type: application/json", "Content-Length: 5")

    assert answer is not None
    assert 400 <= answer[0] < 500
    assert everything(server.world) == before
    assert server.is_well()


@pytest.mark.parametrize(
    "body",
    [b"zz\r\n", b"5\r\n{", b"-5\r\nabc\r\n", b"ffffffffffffffffffff\r\nx"],
    ids=["word", "short", "negative", "huge"],
)
def test_a_broken_chunk_writes_nothing(server: Server, body: bytes) -> None:
    before = everything(server.world)

    answer = server.ask(
        VOID, body, "Content-Type: application/json", "Transfer-Encoding: chunked", hang_up=True
    )

    assert answer is None or 400 <= answer[0] < 500
    assert everything(server.world) == before
    assert server.is_well()


@pytest.mark.parametrize(
    "line",
    [
        b"GET /v2/sales/\xff HTTP/1.1",
        b"GET /v2/sales/active?licenseNumber=\xff HTTP/1.1",
        b"GET /ca/v1/sales/\x00 HTTP/1.1",
        b"GET /ca/v1/sales?license_number=\xc3\x28 HTTP/1.1",
        b"GET /v2/ sales HTTP/1.1",
        b"GET v2/licenses HTTP/1.1",
        b"GET /v2/licenses HTTP/9.9",
        b"F\xc3\x98\xc3\x98 /v2/licenses HTTP/1.1",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET /" + b"x" * 100_000 + b" HTTP/1.1",
    ],
    ids=lambda line: repr(line[:40]),
)
def test_a_request_line_that_is_no_http_is_refused(server: Server, line: bytes) -> None:
    answer = server.ask(line, hang_up=True)

    assert answer is None or 400 <= answer[0] < 500
    if answer:
        answer[1].decode("utf-8")
    assert server.is_well()


@pytest.mark.parametrize(
    ("line", "status"),
    [
        ("GET /v2/sales/%FF HTTP/1.1", 404),
        ("GET /v2/sales/a%0Ab HTTP/1.1", 404),
        ("GET /v2/sales/active?licenseNumber=%FF HTTP/1.1", 400),
        ("GET /ca/v1/sales/%FF?license_number=XXXRETAIL01 HTTP/1.1", 404),
        ("GET /ca/v1/sales/%00?license_number=XXXRETAIL01 HTTP/1.1", 404),
        ("GET /ca/v1/sales/a%0Ab?license_number=XXXRETAIL01 HTTP/1.1", 404),
        ("GET /ca/v1/sales?license_number=%00 HTTP/1.1", 400),
        ("GET /v2/licenses?%ZZ HTTP/1.1", 200),
    ],
)
def test_an_encoded_oddity_gets_the_facades_own_answer(server: Server, line: str, status: int) -> None:
    answer = server.ask(line)

    assert answer is not None
    assert answer[0] == status, answer[1]
    assert json.loads(answer[1].decode("utf-8"))


@pytest.mark.parametrize("host", ["", "[", "a]b", "x y", "\xaa\xff", "simulator.test:99999", "x/y?z#"])
@pytest.mark.parametrize(
    "line",
    [
        "GET /v2/nope HTTP/1.1",
        "GET /v2/sales/active?licenseNumber=LIC-00001&pageSize=1 HTTP/1.1",
        "GET /ca/v1/sales?license_number=XXXRETAIL01&limit=1 HTTP/1.1",
    ],
)
def test_an_odd_host_breaks_nothing(server: Server, host: str, line: str) -> None:
    """Trace's page links and T3's errors show the request's own URL."""
    credentials = "".join(f"{name}: {value}\r\n" for name, value in (T3 if "/v2" in line else TRACE).items())

    answer = server.exchange(f"{line}\r\nHost: {host}\r\n{credentials}\r\n".encode("latin-1"))

    assert answer is not None
    assert answer[0] < 500
    if answer[0] != 400:
        assert json.loads(answer[1].decode("utf-8"))


@pytest.mark.parametrize(
    ("path", "header"),
    [
        ("/v2/licenses", "Authorization: Bearer \xff\xfe"),
        ("/v2/licenses", "Authorization: Bearer " + "a.b." * 2000),
        ("/v2/licenses", "Authorization: Bearer e30.e30.e30"),
        ("/v2/licenses", "Authorization: Basic ZGVtbzpkZW1v"),
        ("/v2/licenses", "Authorization:"),
        ("/v2/licenses", "X-T3-API-Key: \xff"),
        ("/ca/v1/sales", "Authorization: KMP-JSON token=\xff\xfe"),
        ("/ca/v1/sales", "Authorization: KMP-JSON token=" + "W1tb" * 10_000),
        ("/ca/v1/sales", "Authorization: KMP-JSON token=e30="),
        ("/ca/v1/sales", "Authorization: KMP-JSON token=bnVsbA=="),
        ("/ca/v1/sales", "Authorization: KMP-JSON token=eyJhcGkta2V5IjpbXX0="),
        ("/ca/v1/sales", "Authorization: KMP-JSON"),
        ("/ca/v1/sales", "Authorization: Bearer x"),
    ],
    ids=lambda text: text[:40],
)
def test_credentials_that_are_none_are_401(server: Server, path: str, header: str) -> None:
    key = f"x-api-key: {TRACE['x-api-key']}\r\n" if path.startswith("/ca") else ""

    answer = server.exchange(f"GET {path} HTTP/1.1\r\nHost: x\r\n{key}{header}\r\n\r\n".encode("latin-1"))

    assert answer is not None
    assert answer[0] == 401
    assert json.loads(answer[1].decode("utf-8"))
