"""ndjson: the ledger's own records, one a line. snapshot: the same with what else a world needs, to be served again."""

from collections.abc import Iterator

from msgspec.structs import replace

from simulator.seeding.growth import Growth
from simulator.seeding.plan import Plan
from simulator.snapshots.file import lines, snapshot
from simulator.snapshots.records import Record, header_of, license_records


def ndjson(plan: Plan) -> Iterator[bytes]:
    return lines(_records(plan.growth()))


def snapshot_file(plan: Plan) -> Iterator[bytes]:
    growth = plan.growth()
    header = header_of(growth.world)
    if not plan.frozen:
        header = replace(header, now=None)
    return lines(snapshot(header, _records(growth)))


def _records(growth: Growth) -> Iterator[Record]:
    for number, premises in growth.premises.items():
        book = growth.world.ledger.books[number]
        yield from license_records(
            book.license, book.employees.values(), premises.receipts(), premises.lots()
        )
