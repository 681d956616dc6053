"""JSON and NDJSON: one document or one a line, and the receipts and sales that are in it."""

import json
from collections.abc import Iterator
from decimal import Decimal
from enum import StrEnum
from io import BufferedReader
from typing import Any, NamedTuple, NoReturn

from simulator.importing.files import UNDERSTOOD, decoded
from simulator.importing.places import Origin, Path
from simulator.importing.problems import BadValue, ImportRefused, shown
from simulator.importing.receipts import MODEL
from simulator.importing.transactions import MODEL as TRANSACTION
from simulator.wording import echo, listed

LARGEST = 1 << 30
"""Bytes of one document, or of one line where there are several."""
MOST_KEYS = 8
TOO_LONG = "holds a number of too many digits"
GENERATED = {"license", "employee", "receipt", "lot"}
DEEPEST = 4
"""Lists in lists that are looked into."""


class Kind(StrEnum):
    """What a row is, as reports call it."""

    REPORT = "T3 report"
    PAGE = "T3 page"
    RECEIPT = "T3 receipt"
    SALE = "Trace sale"


class Found(NamedTuple):
    """A row in a document: what it is, how it is reached, and the license that its report is of."""

    kind: Kind
    value: Any
    path: Path
    license_number: str | None = None


class Strange(NamedTuple):
    """Something in a list that neither is a receipt or a sale nor holds any."""

    bad: BadValue


class Document(NamedTuple):
    """One JSON value and the line it is on, 0 when it is the whole file. `error` says why it is none."""

    line: int
    value: Any = None
    error: str | None = None


def documents(origin: Origin, stream: BufferedReader) -> Iterator[Document]:
    """The file's one document, or one a line, read line by line."""
    first = stream.readline(LARGEST + 1)
    second = b""
    try:
        value = _parsed(decoded(origin.name, first, 1))
    except ValueError:
        value = None
    else:
        second = _next_line(stream)
    if value is not None and not second:
        origin.text = first.decode()
        yield Document(0, value)
    elif value is not None:
        yield Document(1, value)
        yield from _others(origin, second, stream)
    else:
        yield _whole(origin, first + stream.read(LARGEST + 1))


def _next_line(stream: BufferedReader) -> bytes:
    """What follows the first line, up to a line that holds something; empty at the end."""
    skipped = b""
    while line := stream.readline(LARGEST + 1):
        skipped += line
        if line.strip():
            return skipped
    return b""


def _others(origin: Origin, second: bytes, stream: BufferedReader) -> Iterator[Document]:
    number = second.count(b"\n", 0, len(second) - 1) + 1
    data = second.strip()
    while data:
        number += 1
        if data.strip():
            try:
                yield Document(number, _parsed(decoded(origin.name, data, number)))
            except ValueError as error:
                if isinstance(error, ImportRefused):
                    raise
                yield Document(number, error=_reason(error))
        data = stream.readline(LARGEST + 1)


def _whole(origin: Origin, data: bytes) -> Document:
    if len(data) > LARGEST:
        raise ImportRefused(
            f"{origin.name} is larger than 1 GiB; one page a line (NDJSON) may be of any size"
        )
    text = decoded(origin.name, data, 1)
    try:
        value = _parsed(text)
    except json.JSONDecodeError as error:
        reason = _reason(error)
        raise ImportRefused(
            f"{origin.name}, line {error.lineno}, character {error.colno}: {reason}"
        ) from None
    except ValueError as error:
        raise ImportRefused(f"{origin.name}: {_reason(error)}") from None
    origin.text = text
    return Document(0, value)


def _parsed(text: str) -> Any:
    try:
        return json.loads(text, parse_float=Decimal, parse_constant=_no_number)
    except RecursionError:
        raise ValueError("is nested too deeply") from None
    except ArithmeticError:
        raise ValueError(TOO_LONG) from None


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"holds {name}, which is no number in JSON")


def _reason(error: ValueError) -> str:
    if isinstance(error, json.JSONDecodeError):
        if error.msg == "Extra data":
            return "more follows after the end of the JSON; write several values one a line"
        at_end = error.pos >= len(error.doc.rstrip()) or error.msg.startswith("Unterminated")
        cut = " (is the file whole?)" if at_end else ""
        return f"is not JSON: {error.msg}{cut}"
    return TOO_LONG if "digits" in str(error) else str(error)


def rows(value: Any, path: Path = ()) -> Iterator[Found | Strange]:
    """Every receipt and sale of a document, however it is wrapped. Raises BadValue for a document that is neither, and
    ImportRefused for what is understood and cannot be imported.
    """
    if isinstance(value, list) and len(path) < DEEPEST:
        for index, each in enumerate(value):
            try:
                yield from rows(each, (*path, index))
            except BadValue as bad:
                yield Strange(bad)
    elif not isinstance(value, dict):
        raise BadValue(f"{shown(value)} is none of what can be imported: {UNDERSTOOD}", path)
    elif isinstance(value.get("data"), list):
        yield from _t3(value, path)
    elif isinstance(value.get("sales"), list):
        yield from _list(value["sales"], Kind.SALE, (*path, "sales"))
    elif isinstance(value.get("results"), dict):
        yield from _answer(value["results"].get("data"), (*path, "results", "data"))
    elif "line_items" in value or "customer_types" in value:
        yield Found(Kind.SALE, value, path)
    elif value.get("dataModel") == MODEL or "salesDateTime" in value or "receiptNumber" in value:
        yield Found(Kind.RECEIPT, value, path)
    else:
        _refuse(value, path)


def _t3(envelope: dict[str, Any], path: Path) -> Iterator[Found]:
    kind = Kind.REPORT if "generatedAt" in envelope else Kind.PAGE
    said = envelope.get("licenseNumber")
    license_number = said if isinstance(said, str) and said.strip() else None
    data = envelope["data"]
    for each in data[:1]:
        model = each.get("dataModel", MODEL) if isinstance(each, dict) else MODEL
        if model != MODEL:
            _refuse(each, path)
    yield from _list(data, kind, (*path, "data"), license_number)


def _answer(data: Any, path: Path) -> Iterator[Found]:
    if isinstance(data, list):
        yield from _list(data, Kind.SALE, path)
    elif isinstance(data, dict):
        yield Found(Kind.SALE, data, path)
    else:
        raise BadValue("this answer of Trace holds no sale", path)


def _list(data: list[Any], kind: Kind, path: Path, license_number: str | None = None) -> Iterator[Found]:
    for index, each in enumerate(data):
        yield Found(kind, each, (*path, index), license_number)


def _refuse(value: dict[str, Any], path: Path) -> NoReturn:
    """Say what it is, where that can be told, and why it is of no use here."""
    model = value.get("dataModel")
    if model == TRANSACTION:
        # GAP(import-transactions): the model has no receipt id; only the request that fetched them named the receipt.
        raise ImportRefused(
            f"these are {TRANSACTION} objects, which do not say which receipt they belong to; put those of a receipt "
            "into its own `transactions` list"
        )
    if isinstance(model, str):
        raise ImportRefused(f"these are {echo(model)} objects; only {MODEL} can be imported")
    if value and set(value) <= GENERATED:
        raise ImportRefused(
            "this is what `simulator generate` writes as ndjson; --format snapshot makes a world to serve"
        )
    if "snapshot" in value:
        raise ImportRefused("this is a snapshot already; serve it with --recipe")
    if "error" in value or value.get("errors"):
        raise BadValue("this is an error answer; there is no receipt in it", path)
    if not value:
        raise BadValue(f"an empty object is none of what can be imported: {UNDERSTOOD}", path)
    keys = [echo(key) for key in list(value)[:MOST_KEYS]]
    more = ", ..." if len(value) > MOST_KEYS else ""
    raise BadValue(
        f"an object with the keys {listed(keys)}{more} is none of what can be imported: {UNDERSTOOD}", path
    )
