"""How a client comes to a world: within this process, or over a socket to wherever its server is."""

from typing import TYPE_CHECKING, Protocol

import httpx

if TYPE_CHECKING:
    from starlette.types import ASGIApp


class Way(Protocol):
    """To the worlds of one server. `path` is what the URLs of the world begin with."""

    def transport(self, path: str) -> httpx.BaseTransport: ...

    def async_transport(self, path: str) -> httpx.AsyncBaseTransport: ...

    def app(self, path: str) -> "ASGIApp":
        """Raises RuntimeError where there is none."""
        ...


def inside(world: str, path: str) -> str:
    """The path put under the world's own, unless it is there already."""
    return path if path == world or path.startswith(f"{world}/") else world + path
