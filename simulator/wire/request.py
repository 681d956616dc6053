"""A request as an application asks it: Starlette's, and its headers by name in one step."""

from starlette.requests import Request as StarletteRequest
from starlette.requests import empty_receive
from starlette.types import Receive, Scope

from simulator.wire.fields import Fields


class Request(StarletteRequest):
    """Starlette's `headers` goes through all of them each time; what every request is asked for is asked of `header`."""

    def __init__(self, scope: Scope, receive: Receive = empty_receive) -> None:
        super().__init__(scope, receive)
        headers = scope["headers"]
        self.fields = headers if isinstance(headers, Fields) else Fields(headers)

    def header(self, name: bytes) -> str | None:
        """By its name in lower case, as ASGI has it."""
        value = self.fields.first.get(name)
        return None if value is None else value.decode("latin-1")
