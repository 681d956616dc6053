"""Restoring a world from the lines of a snapshot: checked one by one, nothing handed out before the last."""

from collections.abc import Iterable, Iterator
from typing import TypeVar

import msgspec

from simulator.accounts import Accounts
from simulator.clock import Clock, ClockRefused, ClockState
from simulator.collector import without_collector
from simulator.ledger.commands import AdoptHistory, HireEmployee, OpenLicense
from simulator.ledger.model import License, Lot, Receipt
from simulator.ledger.past import Past
from simulator.ledger.states import STATES
from simulator.snapshots.checks import license_faults, lot_faults, receipt_faults
from simulator.snapshots.records import VERSION, End, Header, Opening, Record
from simulator.world import World

T = TypeVar("T")


class SnapshotError(ValueError):
    """A snapshot cannot be restored, or not be written. The message is one line, fit for a terminal."""


class Restoring:
    """One reading of a snapshot called `name`. The world gets `clock`, or without one that of the snapshot."""

    def __init__(self, name: str, lines: Iterable[bytes], clock: Clock | None = None) -> None:
        self._name = name
        self._clock = clock
        self._line = 0
        self._records = self._decoded(lines)
        self._licenses = dict[str, License]()
        self._pasts = dict[str, Past]()
        self._receipt_ids = dict[str, set[int]]()
        self._sold = dict[str, dict[int, int]]()
        """Lots that receipts sell from, each with the first that does."""
        self._lots = dict[str, dict[int, Lot]]()
        self._employees = 0

    def header(self) -> Header:
        """The first line, checked. Raises SnapshotError."""
        first = next(self._records, None)
        if first is None or first.snapshot is None:
            raise SnapshotError(f"{self._name} is not a snapshot: its first line is no snapshot header")
        if not first.snapshot.accounts:
            raise self._wrong("there is no account")
        if first.snapshot.seed < 0:
            raise self._wrong(f"the seed must not be below 0, not {first.snapshot.seed}")
        self._time(first.snapshot)
        return first.snapshot

    def world(self) -> World:
        """The whole world. Raises SnapshotError."""
        world = self._empty(self.header())
        with without_collector():
            for record in self._records:
                if record.end is not None:
                    self._check(record.end)
                    if next(self._records, None) is not None:
                        raise self._wrong("there is more after the last line")
                    self._adopt(world)
                    return world
                self._take(world, record)
        raise SnapshotError(
            f"{self._name} ends after line {self._line}, without its last line; it is not whole"
        )

    def _decoded(self, lines: Iterable[bytes]) -> Iterator[Record]:
        decoder = msgspec.json.Decoder(Record)
        for line in lines:
            self._line += 1
            if self._line == 1:
                self._check_format(line)
            try:
                yield decoder.decode(line)
            except (msgspec.DecodeError, UnicodeDecodeError) as error:
                if self._line == 1:
                    raise SnapshotError(f"{self._name} is not a snapshot: {error}") from None
                raise self._wrong(str(error)) from None

    def _check_format(self, line: bytes) -> None:
        """Before anything else is looked at: in another format all may be different."""
        try:
            found = msgspec.json.decode(line, type=Opening).snapshot
        except (msgspec.DecodeError, UnicodeDecodeError):
            return  # no header at all, which is told when it is read as one
        if found is not None and found.version != VERSION:
            raise SnapshotError(
                f"{self._name} is a snapshot of format {found.version}, made by {found.simulator}; "
                f"this is format {VERSION}"
            )

    def _time(self, header: Header) -> Clock:
        """A clock that goes on as the header says."""
        now, rate = header.now, header.rate
        if now is None:
            if rate:
                raise self._wrong("there is a rate, but no now to run from")
            return Clock()
        if now.tzinfo is None:
            raise self._wrong("now has no zone")
        try:
            return Clock.of(ClockState(now, rate))
        except ClockRefused as error:
            raise self._wrong(str(error)) from None

    def _empty(self, header: Header) -> World:
        clock = self._clock or self._time(header)
        accounts = Accounts(header.accounts, f"{header.recipe}/{header.seed}", header.mark)
        return World(header.recipe, header.seed, clock, accounts, header.policies)

    def _take(self, world: World, record: Record) -> None:
        if record.receipt is not None:
            self._take_receipt(world, record.receipt)
        elif record.lot is not None:
            lot = record.lot
            lots = self._of(self._lots, lot.license_number)
            if lot.id in lots:
                raise self._wrong(f"lot {lot.id} is there twice")
            for fault in lot_faults(lot):
                raise self._wrong(f"lot {lot.id} {fault}")
            lots[lot.id] = lot
        elif record.employee is not None:
            employee = record.employee
            self._of(self._lots, employee.license_number)
            if employee.id in world.ledger.books[employee.license_number].employees:
                raise self._wrong(f"employee {employee.id} is there twice")
            self._employees += 1
            world.execute(HireEmployee(employee))
        elif record.license is not None:
            self._open(world, record.license)
        else:
            raise self._wrong("the line says nothing")

    def _take_receipt(self, world: World, receipt: Receipt) -> None:
        number = receipt.license_number
        ids = self._of(self._receipt_ids, number)
        if receipt.id in ids:
            raise self._wrong(f"receipt {receipt.id} is there twice")
        for fault in receipt_faults(receipt, world.ledger.books[number]):
            raise self._wrong(f"receipt {receipt.id} {fault}")
        ids.add(receipt.id)
        self._pasts[number].add(receipt)
        for line in receipt.lines:
            self._sold[number].setdefault(line.lot_id, receipt.id)

    def _open(self, world: World, license_: License) -> None:
        if license_.state_code not in STATES:
            raise self._wrong(f"{license_.state_code!r} is no state")
        if license_.number in self._licenses:
            raise self._wrong(f"license {license_.number!r} is there twice")
        for fault in license_faults(license_):
            raise self._wrong(f"license {license_.number!r} {fault}")
        self._licenses[license_.number] = license_
        self._receipt_ids[license_.number], self._sold[license_.number] = set(), {}
        self._lots[license_.number] = {}
        world.execute(OpenLicense(license_))
        self._pasts[license_.number] = world.ledger.books[license_.number].past(())

    def _of(self, kept: dict[str, T], license_number: str) -> T:
        if license_number not in kept:
            raise self._wrong(f"license {license_number!r} is not there yet")
        return kept[license_number]

    def _check(self, end: End) -> None:
        """The counts of the last line are those of the file, and every line of a receipt has its lot."""
        found = End(
            licenses=len(self._licenses),
            employees=self._employees,
            lots=sum(map(len, self._lots.values())),
            receipts=sum(map(len, self._receipt_ids.values())),
        )
        if found != end:
            raise self._wrong(f"there should be {_told(end)}, there are {_told(found)}")
        for number, sold in self._sold.items():
            for lot_id, receipt_id in sold.items():
                if lot_id not in self._lots[number]:
                    raise self._wrong(
                        f"receipt {receipt_id} of {number!r} sells lot {lot_id}, which is not there"
                    )

    def _adopt(self, world: World) -> None:
        for number, past in self._pasts.items():
            world.execute(AdoptHistory(number, past, tuple(self._lots[number].values())))

    def _wrong(self, what: str) -> SnapshotError:
        return SnapshotError(f"{self._name}, line {self._line}: {what}")


def _told(end: End) -> str:
    return ", ".join(f"{getattr(end, name)} {name}" for name in End.__struct_fields__)
