"""A clerk of the back office: reads T3 page by page, keeps a copy of it, and brings the copy up to date."""

import csv
from collections.abc import Iterator
from io import StringIO
from urllib.parse import quote

import gevent
from _client import Client, NotRead

from simulator.loadtest.answers import Page, Receipt, read_page

OPERATIONS = ("list_active", "list_inactive", "changed_active", "changed_inactive", "report_csv")
LISTS = ("active", "inactive")
PAGE_SIZE = 500
FIELDS = ("receiptNumber", "salesDateTime", "totalPackages", "totalPrice")
TRIES, PAUSE = 5, 0.2
"""Of a page, and the seconds between them, which double."""

Copied = tuple[str, float]
"""Which list a receipt is in, and its price."""


class Clerk(Client):
    """`copy` is what the clerk knows of the shop: by id, the list a receipt is in and its price. `marks` are, for each list,
    the time of the last change that it had when it was last read.

    That is by T3's own word. What T3 shows may be older than the clerk's clock says, and what it shows later would be missed.
    """

    abstract = True

    def on_start(self) -> None:
        super().on_start()
        self.copy: dict[int, Copied] = {}
        self.marks: dict[str, str] = {}

    def read_all(self) -> None:
        """The full collection, both lists."""
        before, marks, self.copy, self.marks = self.copy, self.marks, {}, {}
        try:
            for name in LISTS:
                self._read(name, f"list_{name}", "")
        except NotRead:
            self.copy, self.marks = before, marks  # half a copy would be taken for a whole one
            raise

    def read_changes(self) -> None:
        """What has changed since the last look. What is voided or finalized meanwhile has moved to the other list."""
        if not self.marks:
            self.read_all()
            return
        # The active list first: what moves between the two looks is seen in the inactive one, where nothing leaves.
        for name in LISTS:
            mark = self.marks.get(name)
            self._read(
                name, f"changed_{name}", f"&filter={quote(f'lastModified__gte:{mark}')}" if mark else ""
            )

    def _read(self, name: str, operation: str, query: str) -> None:
        newest = self.page(name, operation, "&sort=lastModified:desc", 1, size=1).data
        self._take(name, self.pages(name, operation, f"&sort=id:asc{query}"))
        if newest:
            self.marks[name] = newest[0].lastModified

    def pages(self, name: str, operation: str, query: str) -> Iterator[Page]:
        """All pages, the last one first.

        What leaves the list while it is read moves the rows behind it to an earlier page, which is still to come: so no
        row is missed, though one may be seen twice. Read from the first page on, the row that moves across is never seen.
        """
        first = self.page(name, operation, query, 1)
        for number in range(first.totalPages, 1, -1):
            yield self.page(name, operation, query, number)
        yield self.page(name, operation, query, 1) if first.totalPages > 1 else first

    def page(self, name: str, operation: str, query: str, number: int, size: int = PAGE_SIZE) -> Page:
        """Raises NotRead."""
        shop = quote(self.door.license_number)
        path = f"/v2/sales/{name}?licenseNumber={shop}&pageSize={size}&page={number}{query}"
        for turn in range(TRIES):
            if turn:
                gevent.sleep(PAUSE * 2 ** (turn - 1))
            page = self.ask(operation, "GET", path, self.door.t3, read=read_page).told
            if page is not None:
                return page
        raise NotRead(f"page {number} of {name} did not come in {TRIES} tries")

    def _take(self, name: str, pages: Iterator[Page]) -> None:
        for page in pages:
            for row in page.data:
                self.take(name, row)
            self.generator.tally["T3 rows read"] += len(page.data)

    def take(self, name: str, row: Receipt) -> None:
        """Remember a row."""
        self.copy[row.id] = (name, row.totalPrice)

    def read_report(self) -> None:
        """The report of active receipts as CSV, as a spreadsheet asks for it."""
        shop, fields = quote(self.door.license_number), ",".join(FIELDS)
        path = f"/v2/sales/active/report?licenseNumber={shop}&contentType=csv&prependCsvMetadata=false&fieldnames={fields}"
        report = self.ask("report_csv", "GET", path, self.door.t3, read=bytes.decode).told
        if report is None:
            return
        heads, *rows = csv.reader(StringIO(report))
        if tuple(heads) != FIELDS or any(len(row) != len(FIELDS) for row in rows):
            self.generator.problem(
                f"a report of {self.door.license_number} is not as it was asked for: {heads}"
            )
        self.generator.tally["report rows read"] += len(rows)

    def compare(self) -> None:
        """Lay the copy beside the ledger: every receipt in its list, at its price."""
        door, generator = self.door, self.generator
        there = {
            row.id: ("active" if row.state == "active" else "inactive", float(row.net))
            for row in generator.world.receipts(door.license_number)
        }
        differing = [id_ for id_ in there.keys() | self.copy.keys() if there.get(id_) != self.copy.get(id_)]
        if differing:
            example = min(differing)
            generator.problem(
                f"a copy of {door.license_number} differs from the ledger in {len(differing)} of {len(there)} receipts: "
                f"{example} is {there.get(example)}, copied as {self.copy.get(example)}"
            )
        generator.tally["copies compared with the ledger"] += 1
