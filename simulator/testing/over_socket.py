"""Ways to the worlds of a server that is elsewhere, for tests that would also run in process."""

from typing import TYPE_CHECKING, NoReturn

import httpx

from simulator.testing.ways import inside

if TYPE_CHECKING:
    from starlette.types import ASGIApp


class OverSocket:
    """A Way to the server at an address."""

    def __init__(self, url: str) -> None:
        self._server = httpx.URL(url)
        # Reading the certificates of the system takes longer than a test.
        self._verify = self._server.scheme == "https"

    def transport(self, path: str) -> httpx.BaseTransport:
        return _Led(self._server, path, httpx.HTTPTransport(verify=self._verify, trust_env=False))

    def async_transport(self, path: str) -> httpx.AsyncBaseTransport:
        return _AsyncLed(self._server, path, httpx.AsyncHTTPTransport(verify=self._verify, trust_env=False))

    def app(self, path: str) -> "ASGIApp":
        _no_app(self._server, path)


class _Led(httpx.BaseTransport):
    """Requests to the world, whatever host they are for."""

    def __init__(self, server: httpx.URL, path: str, inner: httpx.HTTPTransport) -> None:
        self._server = server
        self._path = path
        self._inner = inner

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return self._inner.handle_request(_led(request, self._server, self._path))

    def close(self) -> None:
        self._inner.close()


class _AsyncLed(httpx.AsyncBaseTransport):
    """The same, awaited."""

    def __init__(self, server: httpx.URL, path: str, inner: httpx.AsyncHTTPTransport) -> None:
        self._server = server
        self._path = path
        self._inner = inner

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return await self._inner.handle_async_request(_led(request, self._server, self._path))

    async def aclose(self) -> None:
        await self._inner.aclose()


def _led(request: httpx.Request, server: httpx.URL, world: str) -> httpx.Request:
    path, question_mark, query = request.url.raw_path.partition(b"?")
    raw_path = inside(world, path.decode("ascii")).encode("ascii") + question_mark + query
    url = server.copy_with(raw_path=raw_path)
    headers = httpx.Headers(request.headers.raw)
    headers["Host"] = url.netloc.decode("ascii")
    return httpx.Request(
        request.method, url, headers=headers, stream=request.stream, extensions=request.extensions
    )


def _no_app(server: httpx.URL, path: str) -> NoReturn:
    raise RuntimeError(f"the world {path or 'main'} is at {server}, not in this process; use its transport()")
