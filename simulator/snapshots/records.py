"""The lines of a snapshot: one JSON object each, in the ledger's own terms, with one key that says what it is."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from heapq import merge

from msgspec import Struct

from simulator import __version__
from simulator.accounts import Account
from simulator.ledger.model import Employee, License, Lot, Receipt
from simulator.ledger.state import Ledger, Policies, recording_order
from simulator.world import Moment, World

VERSION = 1
"""Of the format; a file of another is refused."""


class Header(Struct, frozen=True):
    """The first line: what the world was made from, who may ask, and how its clock goes on.

    `mark` is what all its keys begin with, where it has keys of its own.

    The clock goes on from `now` by `rate` simulated seconds a real second, 0 standing still; without `now` it follows real time.
    """

    recipe: str
    seed: int
    policies: Policies
    accounts: tuple[Account, ...]
    now: datetime | None = None
    rate: float = 0
    version: int = VERSION
    simulator: str = __version__
    mark: str | None = None


class Edition(Struct, frozen=True):
    """What headers of every format say."""

    version: int = VERSION
    simulator: str = "an unknown version"


class Opening(Struct, frozen=True):
    """The first line of a file of any format."""

    snapshot: Edition | None = None


class End(Struct, frozen=True):
    """The last line: how many of each there were, so that half a file is known for what it is."""

    licenses: int = 0
    employees: int = 0
    lots: int = 0
    receipts: int = 0


class Record(Struct, omit_defaults=True, forbid_unknown_fields=True):
    """One line; one of its fields is there."""

    snapshot: Header | None = None
    license: License | None = None
    employee: Employee | None = None
    receipt: Receipt | None = None
    lot: Lot | None = None
    end: End | None = None


def header_of(world: World, moment: Moment | None = None) -> Header:
    """What goes before the records of a world, as it stands or as it stood at `moment`."""
    stood = moment or world.moment()
    now, rate = (None, 0.0) if stood.clock.real else (stood.clock.now, stood.clock.rate)
    return Header(
        world.recipe,
        world.seed,
        stood.ledger.policies,
        stood.accounts.everyone,
        now,
        rate,
        mark=stood.accounts.mark,
    )


def license_records(
    license_: License, employees: Iterable[Employee], receipts: Iterable[Receipt], lots: Iterable[Lot]
) -> Iterator[Record]:
    """A license with all that belongs to it; lots come last, as they stand after the receipts."""
    yield Record(license=license_)
    for employee in employees:
        yield Record(employee=employee)
    for receipt in receipts:
        yield Record(receipt=receipt)
    for lot in lots:
        yield Record(lot=lot)


def ledger_records(ledger: Ledger) -> Iterator[Record]:
    """Everything in a ledger's books, license by license, receipts in the order of recording."""
    for book in ledger.books.values():
        # Merged on the way, as sorting a million of them would keep others waiting for the first.
        rows = merge(book.active_rows, book.inactive_rows, key=recording_order)
        receipts = map(book.packing.unpack, rows)
        yield from license_records(book.license, book.employees.values(), receipts, book.lots.values())
