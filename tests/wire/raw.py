"""A client that speaks bytes over a socket, and says how the connection ended."""

import re
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

SECONDS = 10
FIN, RST, OPEN = "FIN", "RST", "open"


@dataclass(frozen=True)
class Heard:
    """What came, and how it ended; `pieces` as they arrived."""

    pieces: tuple[bytes, ...]
    end: str

    @property
    def all(self) -> bytes:
        return b"".join(self.pieces)

    @property
    def status(self) -> int:
        return int(self.all.split(maxsplit=2)[1])

    @property
    def head(self) -> bytes:
        return self.all.partition(b"\r\n\r\n")[0]

    @property
    def body(self) -> bytes:
        return self.all.partition(b"\r\n\r\n")[2]

    @property
    def announced(self) -> int:
        """The content-length."""
        length = re.search(rb"(?im)^content-length: (\d+)\r?$", self.head)
        assert length is not None, self.head
        return int(length[1])


@contextmanager
def connected(url: str) -> Iterator[socket.socket]:
    host, _, port = url.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=SECONDS) as connection:
        yield connection


def request(path: str = "/", method: str = "GET", body: bytes = b"") -> bytes:
    length = f"Content-Length: {len(body)}\r\n" if body else ""
    return f"{method} {path} HTTP/1.1\r\nHost: simulator.test\r\n{length}\r\n".encode() + body


def ask(connection: socket.socket, path: str = "/", method: str = "GET", body: bytes = b"") -> None:
    connection.sendall(request(path, method, body))


def hear(connection: socket.socket, *, head_only: bool = False, at_a_time: int = 65536) -> Heard:
    """One whole answer, or what came of it before the end of the connection."""
    pieces: list[bytes] = []
    missing: int | None = None
    while True:
        try:
            piece = connection.recv(at_a_time)
        except ConnectionResetError:
            return Heard(tuple(pieces), RST)
        if not piece:
            return Heard(tuple(pieces), FIN)
        pieces.append(piece)
        if missing is not None:
            missing -= len(piece)
        elif b"\r\n\r\n" in (heard := Heard(tuple(pieces), OPEN)).all:
            missing = 0 if head_only else heard.announced - len(heard.body)
        if missing is not None and missing <= 0:
            return Heard(tuple(pieces), OPEN)


def exchange(url: str, path: str = "/", method: str = "GET", body: bytes = b"") -> Heard:
    """One request on a connection of its own."""
    with connected(url) as connection:
        ask(connection, path, method, body)
        return hear(connection, head_only=method == "HEAD")


def is_let_go_of(connection: socket.socket) -> bool:
    """Whether the server ends it for good in a while, though this side stays and sends."""
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        time.sleep(0.1)
        try:
            connection.sendall(b"is anybody there?")
        except OSError:
            return True
    return False


def in_one_piece(url: str, sent: bytes) -> Heard:
    with connected(url) as connection:
        connection.sendall(sent)
        return hear(connection)


def in_two_pieces(url: str, sent: bytes) -> Heard:
    """The first byte alone, so that nothing of it is answered at once."""
    with connected(url) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.sendall(sent[:1])
        time.sleep(0.005)
        connection.sendall(sent[1:])
        return hear(connection)


def undated(heard: Heard) -> list[bytes]:
    return [line for line in heard.all.split(b"\r\n") if not line.startswith(b"date:")]
