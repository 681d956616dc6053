"""Writing a world to a snapshot file that is there when it is whole."""

from pathlib import Path

from simulator.importing.problems import ImportRefused
from simulator.snapshots.file import SUFFIX, write
from simulator.world import World
from simulator.writing import whole_file


def save(world: World, path: str | Path, *, force: bool = False) -> None:
    """Write the world as a snapshot. An existing file is replaced only by `force`. Raises ImportRefused."""
    target = Path(path)
    check(target, force=force)
    try:
        with whole_file(target) as file:
            file.writelines(write(world))
            check(target, force=force)
    except OSError as error:
        raise ImportRefused(f"{target} cannot be written: {error.strerror or error}") from None


def check(target: Path, *, force: bool) -> None:
    """Whether a snapshot may be written there. Raises ImportRefused."""
    if not target.name.endswith(SUFFIX):
        raise ImportRefused(f"{target} must end in {SUFFIX}, by which `simulator serve` knows a snapshot")
    try:
        if target.is_dir():
            raise ImportRefused(f"{target} is a folder; name a file in it")
        if target.exists() and not force:
            raise ImportRefused(f"{target} is there already; --force replaces it, --out names another file")
        if not target.parent.is_dir():
            raise ImportRefused(f"{target} cannot be written: there is no folder {target.parent}")
    except OSError as error:
        raise ImportRefused(f"{target} cannot be written: {error.strerror or error}") from None
