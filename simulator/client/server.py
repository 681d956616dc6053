"""A running simulator, by its address."""

from datetime import datetime
from functools import cached_property
from types import TracebackType
from typing import Self
from urllib.parse import unquote

import httpx

from simulator.client.connection import Connection
from simulator.client.control import Control, part
from simulator.client.errors import SimulatorError, says_it_all
from simulator.client.headroom import Headroom, headroom
from simulator.client.info import Health, Saved, WorldInfo, health, world_info
from simulator.client.reading import iso, said
from simulator.client.world import MAIN, World

__tracebackhide__ = says_it_all
DEFAULT_URL = "http://127.0.0.1:8420"
GROWING_SECONDS = 600
"""How long a server may grow a world: a million receipts take half a minute."""


class Simulator:
    """A server under control; close it, or use it as a context manager.

    `url` may have the path of a world, as `SIMULATOR_URL` may; `world()` is then that one. `token` is the control
    token, where the server has one. `timeout` is in seconds. `transport` is for a server in this process.
    """

    def __init__(
        self,
        url: str = DEFAULT_URL,
        *,
        token: str | None = None,
        timeout: float = 30.0,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self.url, self._named = located(url)
        self.control = Control(Connection(self.url, token, timeout, transport))

    def __repr__(self) -> str:
        return f"<Simulator {self.url}>"

    def health(self) -> Health:
        """Whether it answers; this never asks for a token."""
        return health(self.control.get("/health"))

    def headroom(self) -> Headroom:
        """How busy the server has been since it started; from the first call on it looks how late its event loop is."""
        return headroom(self.control.get("/headroom"))

    def worlds(self) -> list[WorldInfo]:
        """All worlds, the main one first."""
        return [world_info(told) for told in self.control.get("/worlds")["worlds"]]

    @cached_property
    def main(self) -> World:
        """The world the server began with. Nothing is asked for it."""
        return World(self, MAIN)

    def world(self, name: str | None = None) -> World:
        """A world there is: of this name, or the one that the URL is of. Raises SimulatorError when it is not there."""
        wanted = name or self._named
        return self._world(self.control.get(f"/worlds/{part(wanted)}"))

    def create_world(
        self,
        name: str | None = None,
        *,
        recipe: str | None = None,
        fork_of: str | None = None,
        seed: int | None = None,
        now: datetime | str | None = None,
        receipts: int | None = None,
        days: int | None = None,
        shops: int | None = None,
        own_credentials: bool = False,
        journal_bytes: int | None = None,
    ) -> World:
        """A new world: as the server began, of a recipe, or as another world stands. The server names it if you do not.

        `seed`, `now`, `receipts`, `days` and `shops` are as with `simulator serve`. With `own_credentials` it has users and
        keys that no other world knows, so that clients need no path in their address. `journal_bytes` is how much its
        journal may keep. What is None is as the server has it.
        """
        body = said(
            name=name,
            recipe=recipe,
            fork_of=fork_of,
            seed=seed,
            now=iso(now),
            receipts=receipts,
            days=days,
            shops=shops,
            journal_bytes=journal_bytes,
        )
        if own_credentials:
            body["own_credentials"] = True
        return self._world(self.control.post("/worlds", body, patience=GROWING_SECONDS))

    def save(self) -> Saved:
        """Save the main world to the server's state file. Raises SimulatorError when it has none."""
        told = self.control.post("/save", patience=GROWING_SECONDS)
        return Saved(told["saved"], told["receipts"])

    def close(self) -> None:
        """End all connections, those of the worlds' clients too. The server and its worlds go on."""
        self.control.connection.close()

    def _world(self, told: dict[str, object]) -> World:
        info = world_info(told)
        return World(self, info.name, info)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def located(url: str) -> tuple[str, str]:
    """The address of the server, and the name of the world: `http://host:8420/worlds/mine` has both.

    Raises SimulatorError for what is no address.
    """
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL:
        parsed = httpx.URL()
    if parsed.scheme not in ("http", "https") or not parsed.host:
        raise SimulatorError(f"{url!r} is no address of a simulator; one is like {DEFAULT_URL}")
    server, _, world = url.partition("/worlds/")
    name = unquote(world.strip("/"))
    if "/" in name:
        raise SimulatorError(
            f"{url!r} leads into a world; its address is {server}/worlds/{name.split('/')[0]}"
        )
    return server.rstrip("/"), name or MAIN
