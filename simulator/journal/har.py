"""Entries as an HTTP archive, HAR 1.2, which browsers and proxies can open. Fields of our own begin with `_`."""

from base64 import b64encode
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, quote

import msgspec

from simulator import __version__
from simulator.journal.entry import Entry, Told
from simulator.times import iso_utc

HTTP_VERSION = "HTTP/1.1"
NOT_KNOWN = -1
IN_A_PATH = "/:@!$&'()*+,;=~"
IN_A_QUERY = IN_A_PATH + "?%"
PHRASES = {status.value: status.phrase for status in HTTPStatus}
COMMENTS = {
    Told.NOTHING: "No byte of an answer reached the client.",
    Told.BROKEN: "The answer was broken off or spoilt on its way.",
}


def har(entries: Iterable[Entry], base: str, dropped: int = 0) -> dict[str, Any]:
    """`base` is the address of the world, such as http://127.0.0.1:8420/worlds/mine."""
    log: dict[str, Any] = {
        "version": "1.2",
        "creator": {"name": "track-trace-simulator", "version": __version__},
        "pages": [],
        "entries": [_entry(entry, base.rstrip("/")) for entry in entries],
    }
    if dropped:
        log["comment"] = f"The journal has dropped {dropped} older entries."
    return {"log": log}


def _entry(entry: Entry, base: str) -> dict[str, Any]:
    archived: dict[str, Any] = {
        "startedDateTime": iso_utc(entry.started),
        "time": entry.duration_ms,
        "request": _request(entry, base),
        "response": _response(entry),
        "cache": {},
        "timings": {"send": 0, "wait": entry.duration_ms, "receive": 0},
        "_number": entry.number,
        "_at": iso_utc(entry.at),
        "_api": entry.api,
        "_operation": entry.operation,
        "_username": entry.username,
        "_license_numbers": list(entry.license_numbers),
        "_status": entry.status,
        "_told": entry.told.value,
        "_faults": [msgspec.structs.asdict(fault) for fault in entry.faults],
        "_events": [msgspec.structs.asdict(event) for event in entry.events],
        "_learned": list(entry.learned),
        "_hint": entry.hint,
    }
    if entry.told in COMMENTS:
        archived["comment"] = COMMENTS[entry.told]
    return archived


def _request(entry: Entry, base: str) -> dict[str, Any]:
    query = f"?{quote(entry.query, safe=IN_A_QUERY)}" if entry.query else ""
    request: dict[str, Any] = {
        "method": entry.method,
        "url": f"{base}{quote(entry.path, safe=IN_A_PATH)}{query}",
        "httpVersion": HTTP_VERSION,
        "cookies": [],
        "headers": _pairs(entry.headers),
        "queryString": _pairs(parse_qsl(entry.query, keep_blank_values=True)),
        "headersSize": NOT_KNOWN,
        "bodySize": len(entry.body),
    }
    if entry.body:
        text = _text(entry.body, "_encoding")  # HAR has no encoding for what is sent
        request["postData"] = {"mimeType": _header(entry.headers, "content-type"), **text}
    return request


def _response(entry: Entry) -> dict[str, Any]:
    """A lost answer has the status 0, as browsers write it, and nothing in it; `_status` is what was lost."""
    lost = entry.told is Told.NOTHING
    status = 0 if lost else entry.status or 0
    content: dict[str, Any] = {"size": 0, "mimeType": "x-unknown"}
    if not lost:
        content = {"size": entry.answer_size, "mimeType": _header(entry.answer_headers, "content-type")}
        if entry.answer:
            content |= _text(entry.answer, "encoding")
        if len(entry.answer) < entry.answer_size:
            content["comment"] = f"Cut: the first {len(entry.answer)} of {entry.answer_size} bytes."
    return {
        "status": status,
        "statusText": PHRASES.get(status, ""),
        "httpVersion": HTTP_VERSION,
        "cookies": [],
        "headers": [] if lost else _pairs(entry.answer_headers),
        "content": content,
        "redirectURL": "",
        "headersSize": NOT_KNOWN,
        "bodySize": entry.answer_size if entry.told is Told.ANSWER else NOT_KNOWN,
    }


def _pairs(pairs: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in pairs]


def _header(headers: Iterable[tuple[str, str]], name: str) -> str:
    return next((value for key, value in headers if key.lower() == name), "x-unknown")


def _text(body: bytes, encoding: str) -> dict[str, str]:
    try:
        return {"text": body.decode()}
    except UnicodeDecodeError:
        return {"text": b64encode(body).decode(), encoding: "base64"}
