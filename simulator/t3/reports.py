"""GET /v2/sales/active/report: the whole collection at once, as JSON or as CSV."""

import asyncio
import csv
import io
import json
from collections.abc import Generator, Mapping, Sequence
from itertools import islice
from typing import Any

from starlette.requests import Request

from simulator.ledger.packing import summary_of
from simulator.ledger.state import Ledger
from simulator.t3.auth import licensed
from simulator.t3.collection import Write
from simulator.t3.lists import Listed, finding, rows
from simulator.t3.params import DEFAULT_FIELDNAMES, ReportQuery
from simulator.t3.receipts import receipts_of
from simulator.times import iso_utc
from simulator.wire.answer import CSV_TYPE, Answer, encoded
from simulator.wire.errors import bad_request
from simulator.wire.operation import Call
from simulator.wording import did_you_mean, echo, listed

SLICE = 200
"""Receipts that are written between two pauses."""
FORMATS = ("json", "csv")


def report_active(call: Call[ReportQuery, None]) -> Answer:
    """The report; it has been written already unless a fault lets this call see another ledger than most see."""
    if call.prepared is not None:
        ledger, answer = call.prepared
        if ledger is call.ledger:
            return answer  # type: ignore[no-any-return] # what `write_active` gave
    writing = _write(call)
    while True:
        try:
            next(writing)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return] # a generator's value has no type here


async def write_active(call: Call[ReportQuery, None]) -> tuple[Ledger, Answer]:
    """Write the report in slices between which others are served."""
    finds = finding(call, Listed.ACTIVE)
    if finds is not None:
        await finds
    writing = _write(call)
    while True:
        try:
            next(writing)
        except StopIteration as end:
            return call.ledger, end.value
        await asyncio.sleep(0)


def _write(call: Call[ReportQuery, None]) -> Generator[None, None, Answer]:
    """The report of the receipts as they are now. Pauses after each slice of about a millisecond."""
    book, query = licensed(call), call.query
    as_csv = _format(call.request, query) == "csv"
    collection = receipts_of(book.license)
    columns = _columns(query.fieldnames, collection.shown)
    receipts = list(rows(call, book, Listed.ACTIVE))
    generated_at = iso_utc(call.now)
    metadata = {
        "generatedAt": generated_at,
        "filters": list(query.filter),
        "filterLogic": query.filter_logic,
        "sort": query.sort,  # GAP(report-without-sort): null when none was asked for
        "licenseNumber": book.license.number,
    }
    table = ([write(row, generated_at) for write in columns.values()] for row in map(summary_of, receipts))
    if not as_csv:
        # GAP(report-trimmed): whether JSON data is cut to the fieldnames is not stated; the CSV's is.
        written: list[bytes] = []
        while objects := [dict(zip(columns, cells, strict=True)) for cells in islice(table, SLICE)]:
            written.append(encoded(objects)[1:-1])
            yield
        return Answer(b'%b,"data":[%b]}' % (encoded(metadata)[:-1], b",".join(written)))
    preamble = {} if query.prepend_csv_metadata == "false" else {"dataModel": collection.model, **metadata}
    text = io.StringIO()
    writer = csv.writer(text)
    _write_head(writer, preamble, list(columns))
    while some := list(islice(table, SLICE)):
        writer.writerows([cell(value) for value in cells] for cells in some)
        yield
    return Answer(text.getvalue().encode(), media_type=CSV_TYPE)


def _format(request: Request, query: ReportQuery) -> str:
    """The query says, else the Content-Type header, else JSON (GAP(report-format-precedence))."""
    if query.content_type is not None:
        asked = query.content_type.casefold()
        if asked not in FORMATS:
            raise bad_request(
                f"Invalid query parameter: 'contentType' {echo(query.content_type)} is not one of {listed(FORMATS)}."
                f"{did_you_mean(query.content_type, FORMATS)}"
            )
        return asked
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().casefold()
    return "csv" if media_type in ("text/csv", "csv") else "json"


def _columns(fieldnames: str, shown: Mapping[str, Write]) -> dict[str, Write]:
    """The columns asked for, in the order asked.

    GAP(report-fieldnames): an unknown name is refused, a blank list is the default one.
    """
    names = [name.strip() for name in fieldnames.split(",") if name.strip()] or DEFAULT_FIELDNAMES.split(",")
    unknown = [f"{echo(name)}.{did_you_mean(name, shown)}" for name in names if name not in shown]
    if unknown:
        raise bad_request(
            f"Invalid query parameter: 'fieldnames' names {' '.join(unknown)} Fields: {listed(shown)}"
        )
    return {name: shown[name] for name in names}


def _write_head(writer: Any, preamble: Mapping[str, Any], header: Sequence[str]) -> None:
    """RFC 4180 with CRLF, no BOM. GAP(csv-preamble): one `key,value` row for each piece of metadata, then the table."""
    for key, value in preamble.items():
        writer.writerow([key, *((value or [""]) if isinstance(value, list) else [cell(value)])])
    writer.writerow(header)


def cell(value: Any) -> str:
    """A value in a CSV: as JSON writes it, but null is empty and text bare."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value)
