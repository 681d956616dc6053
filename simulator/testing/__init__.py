"""The simulator in a test suite: a server, a fresh world for each test, clients over sockets and in process."""

from simulator.testing.options import NOW, WorldOptions
from simulator.testing.server import SimulatorServer
from simulator.testing.world import World

__all__ = ["NOW", "SimulatorServer", "World", "WorldOptions"]
