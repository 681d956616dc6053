"""A server over a socket, its client, and a world of its own for each test."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from support.live import Live, serving
from support.samples import POST_SALE

from simulator.client import Simulator, World

Sell = Callable[..., httpx.Response]


@pytest.fixture(scope="session")
def server() -> Iterator[Live]:
    """With its clock frozen at 13:00 in California."""
    with serving("--now", "2026-05-20T20:00:00Z") as live:
        yield live


@pytest.fixture(scope="session")
def remote(server: Live) -> Iterator[Simulator]:
    with Simulator(server.url) as simulator:
        yield simulator


@pytest.fixture
def world(remote: Simulator) -> Iterator[World]:
    with remote.create_world() as world:
        yield world


@pytest.fixture
def sell() -> Sell:
    """Record the documented sale through Trace, under an external id."""

    def sold(world: World, external_id: str | None = "order-1") -> httpx.Response:
        body: dict[str, Any] = json.loads(POST_SALE)
        body["sales"][0]["external_id"] = external_id
        return world.trace.post("/ca/v1/sales", json=body)

    return sold
