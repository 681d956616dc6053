"""A running server: a bound socket, a world behind it, a word when it is ready, a quick end."""

import asyncio
import ipaddress
import logging
import signal
import socket
from collections.abc import Callable, Generator
from contextlib import contextmanager

import uvicorn

from simulator.app import create_app
from simulator.world import World

GRACE_SECONDS = 0.5


def bind(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes a free one. Raises OSError when the address cannot be had."""
    family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    bound = socket.socket(family, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind(address)
        bound.listen()  # now, not when the server starts: two may bind an address, one may listen on it
    except OSError:
        bound.close()
        raise
    return bound


def is_loopback(bound: socket.socket) -> bool:
    """Whether only this machine can reach it."""
    return ipaddress.ip_address(bound.getsockname()[0]).is_loopback


class _Server(uvicorn.Server):
    """Uvicorn, which tells when it is ready and leaves signals to us: it would re-raise them after its end."""

    def __init__(self, config: uvicorn.Config, on_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._on_ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        # What is cut off by stopping is no defect, so its traceback is nobody's to read.
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
        await super().shutdown(sockets)

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        yield


def serve(
    world: World, bound: socket.socket, control_token: str | None, on_ready: Callable[[], None]
) -> None:
    """Answer on `bound` until SIGINT or SIGTERM."""
    config = uvicorn.Config(
        create_app(world, control_token),
        lifespan="off",
        access_log=False,
        log_level="warning",
        server_header=False,
    )
    config.timeout_graceful_shutdown = GRACE_SECONDS  # type: ignore[assignment]  # any number of seconds will do
    server = _Server(config, on_ready)

    def stop(*_: object) -> None:
        server.should_exit = True

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    with asyncio.Runner(loop_factory=config.get_loop_factory()) as runner:
        runner.run(server.serve([bound]))
