"""Reading all the files: what each row tells, which rows are bad, and which say what another has said."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from io import BufferedReader
from itertools import count
from pathlib import Path

from simulator.importing.documents import Document, Found, Kind, documents, rows
from simulator.importing.files import is_json, opened
from simulator.importing.places import Origin, Place
from simulator.importing.problems import BadRow, BadValue, ImportRefused, shown
from simulator.importing.receipts import receipt
from simulator.importing.report import FileRead, Report
from simulator.importing.sales import sale
from simulator.importing.tables import table
from simulator.importing.told import Told, Vendor

TABLE = "T3 report as CSV"
NUMBER_COLUMNS = {Vendor.T3: "receiptNumber", Vendor.TRACE: "receipt_number"}


@dataclass(slots=True)
class Reading:
    """What was read so far, and noted in `report`. `license_number` is whose rows are that do not say it."""

    report: Report
    license_number: str | None
    told: list[Told] = field(default_factory=list)
    bad: list[BadRow] = field(default_factory=list)
    _seen: dict[tuple[str, str, object], Place] = field(default_factory=dict)

    def read(self, files: Iterable[str | Path]) -> None:
        """Raises ImportRefused for a file that cannot be read as a whole."""
        for order, file in enumerate(files):
            before = len(self.told)
            kinds: dict[str, None] = {}
            with opened(file) as (name, stream):
                origin = Origin(name, order)
                read = self._json if is_json(name, stream) else self._table
                for kind in read(origin, stream):
                    kinds[kind] = None
            self.report.files.append(FileRead(name, tuple(kinds), len(self.told) - before))

    def _table(self, origin: Origin, stream: BufferedReader) -> Iterator[str]:
        origin.table = True
        found = table(origin.name, stream)
        columns = found.columns
        license_number = found.license_number or self.license_number
        if license_number is None and "licenseNumber" not in columns:
            raise ImportRefused(
                f"{origin.name} does not say whose receipts these are: there is no column licenseNumber and no preamble "
                "that names a license; give --license"
            )
        yield TABLE
        for number, (line, cells) in enumerate(found.rows):
            place = Place(origin, line, number)
            if len(cells) != len(columns):
                bad = BadValue(f"there are {len(cells)} cells, and the header has {len(columns)}")
                self._note(place, bad)
                continue
            row = zip(columns, (cell or None for cell in cells), strict=True)
            self._take(place, partial(receipt, row, place, license_number, self.report))

    def _json(self, origin: Origin, stream: BufferedReader) -> Iterator[str]:
        numbers = count()
        for document in documents(origin, stream):
            line = document.line
            if document.error is not None:
                self._note(Place(origin, line, next(numbers)), BadValue(document.error))
                continue
            for found in self._rows(origin, document, numbers):
                place = Place(origin, line, next(numbers), found.path)
                self._take_found(place, found)
                yield found.kind

    def _rows(self, origin: Origin, document: Document, numbers: Iterator[int]) -> Iterator[Found]:
        """What is in a document. What is strange is a bad row, but for a whole file, which cannot be imported then."""
        try:
            for found in rows(document.value):
                if isinstance(found, Found):
                    yield found
                else:
                    self._note(Place(origin, document.line, next(numbers)), found.bad)
        except ImportRefused as refused:
            raise ImportRefused(f"{origin.name}: {refused}") from None
        except BadValue as strange:
            place = Place(origin, document.line, next(numbers))
            if document.line <= 1:
                raise ImportRefused(str(BadRow(place, strange.path, strange.message))) from None
            self._note(place, strange)

    def _take_found(self, place: Place, found: Found) -> None:
        value, license_number = found.value, found.license_number or self.license_number
        if found.kind is Kind.SALE:
            self._take(place, partial(sale, value, place))
        elif not isinstance(value, dict):
            self._note(place, BadValue("this is no receipt"))
        elif license_number is None and "licenseNumber" not in value:
            raise ImportRefused(
                f"{place.told()} does not say whose receipt it is: there is no licenseNumber in it or around it; give "
                "--license"
            )
        else:
            self._take(place, partial(receipt, value.items(), place, license_number, self.report))

    def _take(self, place: Place, read: Callable[[], Told]) -> None:
        try:
            told = read()
            self._check_new(told)
        except BadValue as bad:
            self._note(place, bad)
        else:
            self.told.append(told)

    def _note(self, place: Place, bad: BadValue) -> None:
        self.bad.append(BadRow(place, bad.path, bad.message))

    def _check_new(self, told: Told) -> None:
        """A receipt comes once: by its id, and by its number where one vendor tells it and then the other."""
        of, vendor, number = told.license_number, told.vendor, told.number
        id_ = told.trace_id if told.id is None else told.id
        other = Vendor.TRACE if vendor is Vendor.T3 else Vendor.T3
        for key, value, column in (
            ((of, "id", id_), id_, "id"),
            ((of, other, number), number, NUMBER_COLUMNS[vendor]),
        ):
            first = None if value is None else self._seen.get(key)
            if first is not None:
                raise BadValue(f"{shown(value)} is already there, at {first.told()}", (column,))
        self._seen[of, "id", id_] = self._seen[of, vendor, number] = told.place
