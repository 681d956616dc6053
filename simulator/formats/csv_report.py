"""csv: every receipt as a row of T3's sales report, with all the report's fields.

A license whose state does not run Metrc is not in T3, and so not here.
"""

import csv
import io
from collections.abc import Iterator

from simulator.seeding.plan import Plan
from simulator.t3.receipts import receipts_of
from simulator.t3.reports import cell
from simulator.times import iso_utc

BATCH = 512


def csv_report(plan: Plan) -> Iterator[bytes]:
    growth = plan.growth()
    at = iso_utc(growth.now)
    text = io.StringIO()
    writer = csv.writer(text)
    header_is_written = False
    for number, premises in growth.premises.items():
        license_ = growth.world.ledger.books[number].license
        if license_.state.host is None:
            continue
        columns = receipts_of(license_).shown
        if not header_is_written:
            writer.writerow(columns)
            header_is_written = True
        for count, receipt in enumerate(premises.receipts(), 1):
            writer.writerow([cell(write(receipt, at)) for write in columns.values()])
            if count % BATCH == 0:
                yield _taken(text)
    yield _taken(text)


def _taken(text: io.StringIO) -> bytes:
    """What was written so far, which starts anew."""
    taken = text.getvalue().encode()
    text.seek(0)
    text.truncate()
    return taken
