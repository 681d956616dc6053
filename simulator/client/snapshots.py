"""Named moments of a world, and checkpoints in a test."""

import os
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from types import TracebackType
from typing import Self

from simulator.client.control import Control, part
from simulator.client.errors import SimulatorError, Tidying, says_it_all
from simulator.client.reading import Json, moment, read, said

__tracebackhide__ = says_it_all


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A named moment: what the clock showed, how many events the ledger had applied, how many receipts it held."""

    name: str
    now: datetime
    events: int
    receipts: int


class Checkpoint:
    """A moment to come back to. As a context manager the world is at its end as it was at its beginning.

    Checkpoints nest. Ledger, accounts and clock come back; faults and the journal are as they are.
    """

    def __init__(self, snapshots: "Snapshots", snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self._snapshots = snapshots
        self._kept = True

    @property
    def name(self) -> str:
        return self.snapshot.name

    def restore(self) -> None:
        """Be as at the checkpoint, which stays. Raises SimulatorError when it is gone."""
        self._snapshots.restore(self.name)

    def forget(self) -> None:
        """Give it up; the world stays as it is."""
        self._snapshots.forget(self.name)
        self._kept = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with Tidying(error):
            if self._kept:
                self._come_back()

    def _come_back(self) -> None:
        try:
            self.restore()
        except SimulatorError as refused:
            if refused.status != HTTPStatus.NOT_FOUND:
                raise
            self._snapshots.list()  # the world itself may be what is gone
            raise SimulatorError(
                f"the checkpoint {self.name} is gone, so the world stays as it is: a reset() in its block forgot it, as "
                "it forgets all snapshots. Let the reset go; or reset only parts, as with reset('ledger', 'clock')",
                refused.status,
            ) from None
        self.forget()


class Snapshots:
    """The named moments of a world. All raise SimulatorError."""

    def __init__(self, control: Control) -> None:
        self._control = control

    def save(self, name: str | None = None, *, replace: bool = False) -> Snapshot:
        """Name this moment. It costs the same however much there is."""
        return _snapshot(self._control.post("/snapshots", {**said(name=name), "replace": replace}))

    def list(self) -> list[Snapshot]:
        return [_snapshot(told) for told in self._control.get("/snapshots")["snapshots"]]

    def restore(self, name: str) -> Snapshot:
        """Be as at that moment; the snapshot stays."""
        return _snapshot(self._control.post(f"/snapshots/{part(name)}/restore"))

    def forget(self, name: str) -> None:
        self._control.delete(f"/snapshots/{part(name)}")

    def export_file(self, name: str, to: str | os.PathLike[str]) -> Path:
        """Write it as a snapshot file, which is there when it is whole. What is there already is replaced."""
        path = Path(to)
        unfinished = path.with_name(f".{path.name}.{os.getpid()}.part")
        try:
            with unfinished.open("wb") as file:
                self._control.download(f"/snapshots/{part(name)}/file", file)
            unfinished.replace(path)
        finally:
            unfinished.unlink(missing_ok=True)
        return path

    def import_file(self, path: str | os.PathLike[str], name: str | None = None) -> Snapshot:
        """Keep the moment that a file holds, as the file's name unless another is given. Restore it to be there."""
        with Path(path).open("rb") as file:
            return _snapshot(self._control.upload(f"/snapshots/{part(name or Path(path).stem)}/file", file))


def _snapshot(told: Json) -> Snapshot:
    return read(Snapshot, told, now=moment(told["now"]))
