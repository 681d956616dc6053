"""The file a server keeps its world in: read at the start, written on demand and at the end."""

import os
from collections.abc import Iterable
from pathlib import Path
from threading import Lock

from simulator.clock import Clock
from simulator.snapshots.file import SnapshotError, keep, restore, write
from simulator.world import World
from simulator.writing import clear_leftovers


class StateFile:
    """One snapshot file that one server writes again and again. All of it raises SnapshotError."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._turn = Lock()

    def load(self, clock: Clock | None = None) -> World | None:
        """The world that was kept, None where there is no file yet. A place that cannot be written is told now."""
        self._check()
        clear_leftovers(self.path)
        return restore(self.path, clock) if self.path.exists() else None

    def save(self, world: World) -> None:
        """Keep the world as it stands."""
        self.keep(write(world))

    def keep(self, pieces: Iterable[bytes]) -> None:
        """Keep what `write` gave, in any thread. One at a time; the last to come is the one that stays."""
        with self._turn:
            keep(pieces, self.path)

    def _check(self) -> None:
        folder = self.path.resolve().parent
        try:
            if not folder.is_dir():
                raise SnapshotError(
                    f"state file {str(self.path)!r} cannot be kept: there is no folder {folder}"
                )
            if not os.access(folder, os.W_OK | os.X_OK):
                raise SnapshotError(
                    f"state file {str(self.path)!r} cannot be kept: folder {folder} is read-only"
                )
        except OSError as error:
            raise SnapshotError(f"state file {str(self.path)!r} cannot be kept: {error.strerror}") from None
