"""Which worlds were made through a server's object, and how far the journal of each had come."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from simulator.client import MAIN, SimulatorError

if TYPE_CHECKING:
    from simulator.testing.world import World


class Known:
    """The worlds that are there, by their names; those of other clients of the server are none of them."""

    def __init__(self) -> None:
        self.leaving: Callable[[World], None] | None = None
        """Called with a world that goes because a block ended in an exception, while it can still be asked."""
        self._worlds: dict[str, World] = {}
        self._positions: dict[str, int] = {}
        self._quick: dict[str, Callable[[], int]] = {}

    def __iter__(self) -> Iterator["World"]:
        return iter(list(self._worlds.values()))

    def add(self, world: "World", position: int, quick: Callable[[], int] | None = None) -> None:
        """One whose journal had come so far; `quick` tells how far it has, where that takes no call."""
        if quick is not None:
            self._quick[world.name] = quick
        self._worlds[world.name] = world
        self._positions[world.name] = position

    def forget(self, world: "World") -> None:
        self._worlds.pop(world.name, None)
        self._positions.pop(world.name, None)

    def leave(self, world: "World") -> None:
        if self.leaving is not None and world.name != MAIN:
            self.leaving(world)

    def look(self) -> None:
        """What comes to them from now on is `since` now."""
        for world in self:
            quick = self._quick.get(world.name)
            try:
                self._positions[world.name] = quick() if quick else world.journal.position
            except SimulatorError:
                # Gone by another way than its object; or the server is, which the test will notice.
                self.forget(world)

    def since(self, world: "World") -> int:
        """The number of its latest entry at the last look, or when it came."""
        return self._positions.get(world.name, 0)
