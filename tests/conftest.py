"""Fixtures shared by all tests."""

from collections.abc import Iterator

import pytest
from support.asgi import InProcess
from support.builders import NOW, a_world
from support.credentials import T3, TRACE

from simulator.app import create_app
from simulator.clock import Clock
from simulator.seeding.grow import grow
from simulator.seeding.recipe import load
from simulator.world import World


@pytest.fixture
def world() -> World:
    """The default recipe's world, its clock frozen at NOW."""
    return grow(load("corner_shop"), clock=Clock(NOW))


@pytest.fixture
def till() -> World:
    """A small world in which nothing has been sold yet."""
    return a_world()


@pytest.fixture
def http(world: World) -> Iterator[InProcess]:
    """An HTTP client of `world` without credentials."""
    with InProcess(create_app(world)) as client:
        yield client


@pytest.fixture
def t3(world: World) -> Iterator[InProcess]:
    """An HTTP client of `world` with the demo secret key."""
    with InProcess(create_app(world), T3) as client:
        yield client


@pytest.fixture
def trace(world: World) -> Iterator[InProcess]:
    """An HTTP client of `world` with the documented Trace headers."""
    with InProcess(create_app(world), TRACE) as client:
        yield client
