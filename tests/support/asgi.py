"""A synchronous HTTP client over an ASGI application in this process: no socket, no thread."""

import asyncio
from types import TracebackType
from typing import Any, Self

import httpx
from starlette.types import ASGIApp

BASE_URL = "http://simulator.test"


class InProcess:
    """`get`, `post`, `put` and `request` as httpx has them; `headers` go with every request."""

    def __init__(
        self, app: ASGIApp, headers: dict[str, str] | None = None, *, raise_app_exceptions: bool = True
    ) -> None:
        self._runner = asyncio.Runner()
        self._client = httpx.AsyncClient(
            transport=httpx.ASGITransport(app, raise_app_exceptions=raise_app_exceptions),
            base_url=BASE_URL,
            headers=headers,
        )

    def request(self, method: str, url: str, **options: Any) -> httpx.Response:
        return self._runner.run(self._client.request(method, url, **options))

    def get(self, url: str, **options: Any) -> httpx.Response:
        return self.request("GET", url, **options)

    def post(self, url: str, **options: Any) -> httpx.Response:
        return self.request("POST", url, **options)

    def put(self, url: str, **options: Any) -> httpx.Response:
        return self.request("PUT", url, **options)

    def close(self) -> None:
        self._runner.run(self._client.aclose())
        self._runner.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
