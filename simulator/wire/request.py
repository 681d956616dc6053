"""A request as an application asks it: Starlette's, but its headers are found in one step."""

from typing import Any

from starlette.datastructures import Headers
from starlette.requests import Request as StarletteRequest
from starlette.types import Receive, Scope


class Request(StarletteRequest):
    """Starlette goes through all headers each time one is asked for, and a request is asked for several."""

    def __init__(self, scope: Scope, receive: Receive) -> None:
        super().__init__(scope, receive)
        self._found: _FoundHeaders | None = None

    @property
    def headers(self) -> Headers:
        found = self._found
        if found is None:
            found = self._found = _FoundHeaders(self.scope)
        return found


class _FoundHeaders(Headers):
    """Of a header that was sent twice the first counts, as with Starlette."""

    def __init__(self, scope: Scope) -> None:
        super().__init__(scope=scope)
        self._first: dict[bytes, bytes] = dict(reversed(scope["headers"]))

    def __getitem__(self, key: str) -> str:
        return self._first[key.lower().encode("latin-1")].decode("latin-1")

    def get(self, key: str, default: Any = None) -> Any:
        value = self._first.get(key.lower().encode("latin-1"))
        return default if value is None else value.decode("latin-1")

    def __contains__(self, key: Any) -> bool:
        return key.lower().encode("latin-1") in self._first
