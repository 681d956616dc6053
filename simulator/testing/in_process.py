"""Ways to a world in this process: no socket, and the exceptions of httpx that a socket would give."""

from collections.abc import AsyncIterator, Generator, Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType

import httpx
from starlette.types import Message, Scope

from simulator.journal.entry import Told
from simulator.testing.application import WorldApp
from simulator.testing.hosted import Answer, AsyncAnswer, Hosted, HostedCall
from simulator.testing.ways import inside
from simulator.wire.connection import ConnectionLost, Loss

TIMED_OUT = "timed out"
CUT_SHORT = "peer closed connection without sending complete message body"
LOST: Mapping[Loss, tuple[type[httpx.TransportError], str]] = MappingProxyType(
    {
        "reset": (httpx.ReadError, "[Errno 104] Connection reset by peer"),
        "closed": (httpx.RemoteProtocolError, "Server disconnected without sending a response."),
        "timeout": (httpx.ReadTimeout, TIMED_OUT),
    }
)
"""What httpx raises when a connection ends so over a socket, and the words it has for it."""


class InProcess:
    """A Way to the worlds of a hosted application."""

    def __init__(self, hosted: Hosted) -> None:
        self._hosted = hosted

    def transport(self, path: str) -> httpx.BaseTransport:
        return InProcessTransport(self._hosted, path)

    def async_transport(self, path: str) -> httpx.AsyncBaseTransport:
        return AsyncInProcessTransport(self._hosted, path)

    def app(self, path: str) -> WorldApp:
        return WorldApp(self._hosted, path)


class InProcessTransport(httpx.BaseTransport):
    """For httpx.Client. `path` is what the world's URLs begin with: every request goes there, whatever its host is."""

    def __init__(self, hosted: Hosted, path: str) -> None:
        self._hosted = hosted
        self._path = path

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        answer = Answer()
        call = HostedCall(self._hosted, _scope(request, self._path), request.read(), answer.deliver)
        body = _Body(call, answer, _patience(request))
        start = body.next()
        return httpx.Response(start["status"], headers=start["headers"], stream=body)


class AsyncInProcessTransport(httpx.AsyncBaseTransport):
    """The same for httpx.AsyncClient, under asyncio."""

    def __init__(self, hosted: Hosted, path: str) -> None:
        self._hosted = hosted
        self._path = path

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        answer = AsyncAnswer()
        scope, sent = _scope(request, self._path), await request.aread()
        call = HostedCall(self._hosted, scope, sent, answer.deliver)
        body = _AsyncBody(call, answer, _patience(request))
        start = await body.next()
        return httpx.Response(start["status"], headers=start["headers"], stream=body)


class _Body(httpx.SyncByteStream):
    """The rest of an answer. `patience` is how long to wait for each part, as httpx's read timeout has it."""

    def __init__(self, call: HostedCall, answer: Answer, patience: float | None) -> None:
        self._call = call
        self._answer = answer
        self._patience = patience

    def next(self) -> Message:
        with _as_over_a_socket(self._call):
            return self._answer.next(self._patience)

    def __iter__(self) -> Iterator[bytes]:
        more = True
        while more:
            message = self.next()
            yield message.get("body", b"")
            more = message.get("more_body", False)

    def close(self) -> None:
        self._call.hang_up()


class _AsyncBody(httpx.AsyncByteStream):
    """The same, awaited."""

    def __init__(self, call: HostedCall, answer: AsyncAnswer, patience: float | None) -> None:
        self._call = call
        self._answer = answer
        self._patience = patience

    async def next(self) -> Message:
        with _as_over_a_socket(self._call):
            return await self._answer.next(self._patience)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        more = True
        while more:
            message = await self.next()
            yield message.get("body", b"")
            more = message.get("more_body", False)

    async def aclose(self) -> None:
        self._call.hang_up()


def _scope(request: httpx.Request, world: str) -> Scope:
    """As a server makes it of a request that came over a socket to the world's URL."""
    raw_path, _, query = request.url.raw_path.partition(b"?")
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": request.url.scheme,
        "path": inside(world, request.url.path),
        "raw_path": inside(world, raw_path.decode("ascii")).encode("ascii"),
        "query_string": query,
        "root_path": "",
        "headers": [(name.lower(), value) for name, value in request.headers.raw],
        "server": (request.url.host, request.url.port),
        "client": ("127.0.0.1", 0),
    }


def _patience(request: httpx.Request) -> float | None:
    patience: float | None = request.extensions.get("timeout", {}).get("read")
    return patience


@contextmanager
def _as_over_a_socket(call: HostedCall) -> Generator[None]:
    """What keeps an answer from being heard, as httpx says it of a socket; then nobody waits for the answer any more."""
    try:
        yield
    except ConnectionLost as lost:
        kind, words = LOST[lost.kind]
        raise kind(CUT_SHORT if lost.told is Told.BROKEN else words) from None
    except TimeoutError:
        call.hang_up()
        raise httpx.ReadTimeout(TIMED_OUT) from None
    except BaseException:
        call.hang_up()
        raise
