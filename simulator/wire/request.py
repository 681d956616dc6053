"""A request as an application asks it: Starlette's, and its headers by name in one step."""

from starlette.requests import Request as StarletteRequest
from starlette.types import Receive, Scope


class Request(StarletteRequest):
    """Starlette's `headers` goes through all of them each time; what every request is asked for is asked of `header`."""

    def __init__(self, scope: Scope, receive: Receive) -> None:
        super().__init__(scope, receive)
        # Reversed, as of a header that was sent twice the first counts, with Starlette too.
        self._first: dict[bytes, bytes] = dict(reversed(scope["headers"]))

    def header(self, name: bytes) -> str | None:
        """By its name in lower case, as ASGI has it."""
        value = self._first.get(name)
        return None if value is None else value.decode("latin-1")
