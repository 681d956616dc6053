"""A world as tests want it: the client's, with ways into it that need no socket, and with its forks."""

from datetime import datetime
from http import HTTPStatus
from types import TracebackType
from typing import TYPE_CHECKING

import httpx

from simulator import client
from simulator.client import SimulatorError
from simulator.client.errors import says_it_all

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from simulator.client import WorldInfo
    from simulator.testing.known import Known
    from simulator.testing.ways import Way

__tracebackhide__ = says_it_all


class World(client.World):
    """Its clients, `t3` and `trace`, use the socket; `transport` and `async_transport` are for clients that do without.

    It may be used from several threads and event loops at once: all that happens to it happens in the server's thread.
    """

    def __init__(
        self, simulator: client.Simulator, name: str, info: "WorldInfo | None", way: "Way", known: "Known"
    ) -> None:
        super().__init__(simulator, name, info)
        self._known_to = known
        self.forks: list[World] = []
        self._way = way

    def transport(self) -> httpx.BaseTransport:
        """For `httpx.Client(transport=world.transport(), base_url=world.url)`.

        Every request leads to this world, whatever host it is for. There is no socket where the server is in this process.
        """
        return self._way.transport(self._path)

    def async_transport(self) -> httpx.AsyncBaseTransport:
        """The same for httpx.AsyncClient under asyncio."""
        return self._way.async_transport(self._path)

    @property
    def app(self) -> "ASGIApp":
        """An ASGI application that is this world, for asyncio. Raises RuntimeError where the server is elsewhere."""
        return self._way.app(self._path)

    def fork(
        self,
        name: str | None = None,
        *,
        now: datetime | str | None = None,
        own_credentials: bool = False,
        journal_bytes: int | None = None,
    ) -> "World":
        """A new world that begins as this one stands, without faults and with an empty journal. It costs little."""
        fork = super().fork(name, now=now, own_credentials=own_credentials, journal_bytes=journal_bytes)
        if not isinstance(fork, World):
            raise TypeError(f"a fork of {self!r} is a {type(fork)}")
        self.forks.append(fork)
        return fork

    def drop(self) -> None:
        """End it, and the clients of it. The main world cannot be dropped."""
        super().drop()
        self._known_to.forget(self)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None:
            self._known_to.leave(self)
        super().__exit__(kind, error, trace)

    def drop_all(self) -> None:
        """Drop it and its forks, as far as they are still there."""
        for fork in self.forks:
            fork.drop_all()
        self.forks.clear()
        try:
            self.drop()
        except SimulatorError as error:
            if error.status != HTTPStatus.NOT_FOUND:
                raise

    @property
    def _path(self) -> str:
        return self.url.removeprefix(self.simulator.url)
