"""The load generator reads answers however they come in, and ends at the first that is not right."""

import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import count
from socketserver import StreamRequestHandler, ThreadingTCPServer

import pytest

pytestmark = pytest.mark.usefixtures("on_path")
REQUEST = b"GET / HTTP/1.1\r\n\r\n"


def answer(body: bytes, status: str = "200 OK", head: bytes = b"") -> bytes:
    return b"HTTP/1.1 %b\r\nContent-Length: %d\r\n%b\r\n%b" % (status.encode(), len(body), head, body)


@contextmanager
def answering(pieces: Callable[[int], Sequence[bytes]], *, closes: bool = False) -> Iterator[int]:
    """A server that answers its nth request in these pieces; its port."""
    numbers = count()

    class Handler(StreamRequestHandler):
        def handle(self) -> None:
            self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with suppress(ConnectionError):
                while self.rfile.readline():
                    self.rfile.readline()
                    for piece in pieces(next(numbers)):
                        self.wfile.write(piece)
                        time.sleep(0.002)
                    if closes:
                        return

    with ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()


def loaded(port: int, requests: Sequence[bytes], **options: int) -> tuple[int, list[bytes]]:
    """How many were answered, and their bodies."""
    from _load import load  # noqa: PLC0415 - the fixture makes it importable

    bodies: list[bytes] = []
    told = load(port, iter(requests), connections=1, keep=1, samples=bodies, **options)
    return told.answers, bodies


def test_an_answer_in_pieces_is_one_answer() -> None:
    whole = answer(b"0123456789")
    with answering(lambda _: [whole[:5], whole[5:-4], whole[-4:]]) as port:
        assert loaded(port, [REQUEST] * 3) == (3, [b"0123456789"] * 3)


def test_a_body_larger_than_the_buffer_is_whole() -> None:
    body = bytes(range(256)) * 4096
    with answering(lambda _: [answer(body)]) as port:
        assert loaded(port, [REQUEST]) == (1, [body])


def test_several_answers_at_once_are_several() -> None:
    three = [answer(b"a"), answer(b""), answer(b"ccc")]
    whole = b"".join(three)
    cut = len(three[0]) + 34  # the second head has its length, not its end
    with answering(lambda number: [[], [], [whole[:cut], whole[cut:]]][number % 3]) as port:
        answers, _ = loaded(port, [REQUEST * 3] * 2, batch=3)
    assert answers == 6


def test_a_server_that_takes_one_request_a_connection_is_connected_to_again() -> None:
    with answering(lambda _: [answer(b"x", head=b"Connection: close\r\n")], closes=True) as port:
        assert loaded(port, [REQUEST] * 3) == (3, [b"x"] * 3)


@pytest.mark.parametrize(
    "told",
    [answer(b"no", "404 Not Found"), b"HTTP/1.1 200 OK\r\n\r\n", answer(b"short")],
    ids=["status", "no length", "too short"],
)
def test_an_answer_that_is_not_right_ends_the_load(told: bytes) -> None:
    from _load import Wrong  # noqa: PLC0415 - the fixture makes it importable

    pieces = [[answer(b"long enough")], [answer(b"long enough")], [told]]
    with answering(pieces.__getitem__) as port, pytest.raises(Wrong, match=r"HTTP/1\.1"):
        loaded(port, [REQUEST] * 5, least=6)


def test_a_connection_that_ends_early_ends_the_load() -> None:
    from _load import Wrong  # noqa: PLC0415 - the fixture makes it importable

    with (
        answering(lambda _: [answer(b"whole")[:-2]], closes=True) as port,
        pytest.raises(Wrong, match="closed"),
    ):
        loaded(port, [REQUEST])
