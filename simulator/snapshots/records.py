"""The lines of a snapshot: one JSON object each, in the ledger's own terms, with one key that says what it is."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from msgspec import Struct

from simulator import __version__
from simulator.accounts import Account
from simulator.ledger.model import Employee, License, Lot, Receipt
from simulator.ledger.state import Policies, recording_order
from simulator.world import World

VERSION = 1
"""Of the format; a file of another is refused."""


class Header(Struct, frozen=True):
    """The first line: what the world was made from, who may ask, and `now` where its clock stands still."""

    recipe: str
    seed: int
    policies: Policies
    accounts: tuple[Account, ...]
    now: datetime | None = None
    version: int = VERSION
    simulator: str = __version__


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


def header_of(world: World) -> Header:
    now = world.clock.now() if world.clock.frozen else None
    return Header(world.recipe, world.seed, world.ledger.policies, world.accounts.everyone, now)


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


def world_records(world: World) -> Iterator[Record]:
    """Everything in a world's books, license by license, receipts in the order of recording."""
    for book in world.ledger.books.values():
        receipts = sorted(book.receipts.values(), key=recording_order)
        yield from license_records(book.license, book.employees.values(), receipts, book.lots.values())
