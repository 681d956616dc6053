"""Snapshot files, and the same bytes on their way through HTTP: JSON lines, streamed."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import msgspec

from simulator.clock import Clock
from simulator.snapshots.records import End, Header, Record, header_of, ledger_records
from simulator.snapshots.restoring import Restoring, SnapshotError
from simulator.world import Moment, World
from simulator.writing import whole_file

__all__ = [
    "SUFFIX",
    "SnapshotError",
    "header",
    "keep",
    "lines",
    "read",
    "restore",
    "save",
    "snapshot",
    "write",
]

SUFFIX = ".snapshot"
BATCH = 512
"""Lines written at once."""


def lines(records: Iterable[Record]) -> Iterator[bytes]:
    """Records as JSON lines, many to a piece."""
    encoder = msgspec.json.Encoder(order="deterministic")
    batch = bytearray()
    for count, record in enumerate(records, 1):
        encoder.encode_into(record, batch, -1)
        batch += b"\n"
        if count % BATCH == 0:
            yield bytes(batch)
            batch.clear()
    if batch:
        yield bytes(batch)


def snapshot(header: Header, records: Iterable[Record]) -> Iterator[Record]:
    """The records of a whole file: header, world, and the count of what was in it."""
    yield Record(snapshot=header)
    counts = dict.fromkeys(End.__struct_fields__, 0)
    for record in records:
        for kind in ("receipt", "lot", "employee", "license"):
            if getattr(record, kind) is not None:
                counts[f"{kind}s"] += 1
                break
        yield record
    yield Record(end=End(**counts))


def write(world: World, moment: Moment | None = None) -> Iterator[bytes]:
    """The bytes of a snapshot, piece by piece: of the world as it stands at this call, or as it stood at `moment`.

    What the world does afterwards is not in it, however long the pieces take.
    """
    stood = moment or world.moment()
    return lines(snapshot(header_of(world, stood), ledger_records(stood.ledger)))


def save(world: World, path: Path | str) -> None:
    """Write the world as it stands to a file that is there when it is whole. Raises SnapshotError."""
    keep(write(world), Path(path))


def keep(pieces: Iterable[bytes], path: Path) -> None:
    """Write the pieces of a snapshot to a file that is there when it is whole. Raises SnapshotError."""
    try:
        with whole_file(path) as file:
            file.writelines(pieces)
    except OSError as error:
        raise SnapshotError(
            f"snapshot file {str(path)!r} cannot be written: {error.strerror or error}"
        ) from None


def read(pieces: Iterable[bytes], name: str, clock: Clock | None = None) -> World:
    """The world of a snapshot that comes in pieces, lines or not, such as an open file or the body of a request.

    Messages call it by `name`. Raises SnapshotError when it is not whole.
    """
    return Restoring(name, _lines_of(pieces), clock).world()


def restore(path: Path | str, clock: Clock | None = None) -> World:
    """The world of a snapshot file, under `clock` where one is given. Raises SnapshotError when it is not whole."""
    with _opened(path := Path(path)) as file:
        return Restoring(path.name, file, clock).world()


def header(path: Path) -> Header:
    """The first line of a snapshot file. Raises SnapshotError when it is not one."""
    with _opened(path) as file:
        return Restoring(path.name, file).header()


def _lines_of(pieces: Iterable[bytes]) -> Iterator[bytes]:
    begun: list[bytes] = []
    for piece in pieces:
        first, *others = piece.split(b"\n")
        begun.append(first)
        for other in others:
            yield b"".join(begun)
            begun = [other]
    if rest := b"".join(begun):
        yield rest


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    try:
        with path.open("rb") as file:
            yield file
    except FileNotFoundError:
        raise SnapshotError(f"there is no snapshot file {str(path)!r}") from None
    except OSError as error:
        raise SnapshotError(f"snapshot file {str(path)!r} cannot be read: {error.strerror}") from None
