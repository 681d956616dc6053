"""T3's CSV report as it was saved: the preamble, the header, and the rows with their lines."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BufferedReader

from simulator.importing.files import UNDERSTOOD, decoded
from simulator.importing.problems import ImportRefused
from simulator.importing.receipts import KNOWN, MODEL
from simulator.wording import echo, listed, nearest

LONGEST_LINE = 1 << 20
LONGEST_LIST = 1000
SEPARATORS = {";": "semicolons", "\t": "tabs"}
LONGEST_PREAMBLE = 50
"""Rows within which the header must come."""
NEEDED = (("id", "receiptNumber"), ("salesDateTime",), ("totalPrice",))

_REASONS = {
    "unexpected end of data": "a quote is opened and never closed",
    "',' expected after '\"'": "a cell goes on after its closing quote; a quote inside a cell is written twice",
}

Row = tuple[int, list[str]]
"""The line a row starts on, and its cells."""


@dataclass(frozen=True, slots=True)
class Table:
    """`license_number` is the preamble's. `rows` are those after the header, blank ones left out."""

    columns: Sequence[str]
    license_number: str | None
    rows: Iterator[Row]


def table(name: str, stream: BufferedReader) -> Table:
    """Find the header. GAP(import-preamble): T3's preamble is not documented; whatever stands before a row that names
    the needed columns is one, and only a row `licenseNumber,<number>` and a row `dataModel,<model>` are read in it.
    """
    rows = _rows(name, stream)
    preamble: list[Row] = []
    for line, cells in rows:
        names = [cell.strip() for cell in cells]
        if not _missing(names):
            return Table(_checked(name, line, names), _license(name, preamble), rows)
        preamble.append((line, names))
        if len(preamble) == LONGEST_PREAMBLE:
            break
    raise _no_header(name, preamble)


def _rows(name: str, stream: BufferedReader) -> Iterator[Row]:
    """Rows that hold something, each with the line it starts on."""
    reader = csv.reader(_lines(name, stream), strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            reason = _REASONS.get(str(error), str(error))
            if "field limit" in reason:
                reason = (
                    f"a cell is longer than {csv.field_size_limit()} characters; is a quote never closed?"
                )
            raise ImportRefused(f"{name}, line {line}: {reason}") from None
        if cells is None:
            return
        if any(map(str.strip, cells)):
            yield line, cells


def _lines(name: str, stream: BufferedReader) -> Iterator[str]:
    number = 0
    while data := stream.readline(LONGEST_LINE):
        number += 1
        if len(data) == LONGEST_LINE:
            raise ImportRefused(
                f"{name}, line {number} is longer than a row can be; what can be imported is {UNDERSTOOD}"
            )
        yield decoded(name, data, number)


def _missing(names: Sequence[str]) -> list[str]:
    """The needed columns that are not among `names`."""
    return [" or ".join(either) for either in NEEDED if not any(each in names for each in either)]


def _checked(name: str, line: int, columns: list[str]) -> list[str]:
    twice = next((each for each in columns if each and columns.count(each) > 1), None)
    if twice is not None:
        raise ImportRefused(f"{name}, line {line}: the column {echo(twice)} is there twice")
    return columns


def _license(name: str, preamble: Sequence[Row]) -> str | None:
    """The license that the preamble names, once it is clear that this is a report of receipts."""
    said = {cells[0]: (line, cells[1]) for line, cells in preamble if len(cells) > 1}
    line, model = said.get("dataModel", (0, MODEL))
    if model != MODEL:
        raise ImportRefused(f"{name}, line {line}: a report of {echo(model)}; only {MODEL} can be imported")
    return said.get("licenseNumber", (0, ""))[1] or None


def _columns(cells: Sequence[str]) -> str:
    said = listed(each if each.isprintable() else ascii(each) for each in cells)
    return said if len(said) <= LONGEST_LIST else said[: LONGEST_LIST - 3] + "..."


def _no_header(name: str, rows: Sequence[Row]) -> ImportRefused:
    """Say what is missing in the row that looks most like a header, or that none does."""
    if not rows:
        return ImportRefused(f"{name} is empty")
    for line, cells in rows:
        for separator, called in SEPARATORS.items():
            if _known(",".join(cells).split(separator)) > 1:
                return ImportRefused(
                    f"{name}, line {line}: the columns are separated by {called}; save it with commas"
                )
    line, cells = max(rows, key=lambda row: _known(row[1]))
    if _known(cells) > 1:
        missing = _missing(cells)
        close = nearest(missing[0], [cell for cell in cells if cell not in KNOWN])
        hint = f" (is it {close!r}?)" if close else ""
        return ImportRefused(
            f"{name}, line {line}: there is no column {listed(missing)}{hint}; there are {_columns(cells)}"
        )
    line, cells = rows[0]
    return ImportRefused(
        f"{name}, line {line}: {echo(','.join(cells))} is no header of a T3 sales report; what can be imported is {UNDERSTOOD}"
    )


def _known(cells: Sequence[str]) -> int:
    """How many of the cells are names of columns."""
    return sum(cell in KNOWN for cell in cells)
