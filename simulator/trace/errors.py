"""Trace's refusals: the documented envelope with `results` null and one entry for everything wrong.

GAP(trace-error-body): only the status 400 is documented, without a body.
"""

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from http import HTTPStatus
from typing import TypeVar

from starlette.requests import Request

from simulator.ledger.errors import Code, Rejected, Violation
from simulator.wire.answer import Answer, json_answer
from simulator.wire.errors import Fault, Misshapen, WireError, phrase_of
from simulator.wire.facade import Refusal
from simulator.wording import readable

PATH_ID = "id"
"""Where a violation lies when it is the URL's own id that names nothing."""

WIRE_TYPES: dict[int, str] = {
    400: "bad_request",
    401: "unauthorized",
    404: "not_found",
    405: "method_not_allowed",
    413: "body_too_large",
    415: "unsupported_media_type",
    429: "too_many_requests",
    500: "internal_error",
}
MORE = "more"
SHAPE_TYPES = {"missing": "field_missing", "json_invalid": "json_invalid"}
FIELD_INVALID = "field_invalid"
# The kind of fault of a PUT body that names no known action.
UNKNOWN_ACTION = "unknown_action"
_UNION_TAG = re.compile(r"^KMSAN\d{4}\.?")

Entry = dict[str, str]
Reason = TypeVar("Reason")


def unauthorized(message: str) -> WireError:
    return WireError(HTTPStatus.UNAUTHORIZED, message)


def entry(type_: str, detail: str, path: str = "") -> Entry:
    return {"type": type_, "detail": detail, "path": path}


def error_response(status: int, entries: list[Entry], headers: dict[str, str] | None = None) -> Answer:
    return json_answer({"results": None, "warnings": [], "errors": entries}, status, headers)


def refuse(refusal: Refusal, _request: Request, _now: datetime) -> Answer:
    match refusal:
        case WireError():
            headers = dict(refusal.headers) if refusal.headers else None
            return error_response(refusal.status, [_of_status(refusal.status, str(refusal))], headers)
        case Misshapen():
            return error_response(HTTPStatus.BAD_REQUEST, _entries(refusal.faults, refusal.more, _of_fault))
        case Rejected():
            violations, more = readable(refusal.violations)
            return error_response(_status(refusal), _entries(violations, more, _of_violation))


def _entries(reasons: Sequence[Reason], more: str, show: Callable[[Reason], Entry]) -> list[Entry]:
    return [*map(show, reasons), *([entry(MORE, more)] if more else [])]


def _of_status(status: int, message: str) -> Entry:
    phrase = phrase_of(status)
    return entry(WIRE_TYPES.get(status) or re.sub(r"\W+", "_", phrase.casefold()), message or phrase)


def crash(_request: Request, _now: datetime) -> Answer:
    return error_response(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        [entry(WIRE_TYPES[500], "The simulator has a defect; please report it")],
    )


def _status(refusal: Rejected) -> HTTPStatus:
    """GAP(trace-error-statuses): 400, but 403 for somebody else's license and 404 when the URL's id names nothing."""
    if any(violation.code is Code.LICENSE_NOT_VISIBLE for violation in refusal.violations):
        return HTTPStatus.FORBIDDEN
    if any(violation.path == PATH_ID for violation in refusal.violations):
        return HTTPStatus.NOT_FOUND
    return HTTPStatus.BAD_REQUEST


def _of_violation(violation: Violation) -> Entry:
    return entry(violation.code, violation.message, violation.path)


def _of_fault(fault: Fault) -> Entry:
    path = "actions.id" if fault.kind == UNKNOWN_ACTION else _UNION_TAG.sub("", fault.path)
    detail = f"{path} {fault.message}" if path else fault.message
    return entry(SHAPE_TYPES.get(fault.kind, FIELD_INVALID), detail, path)
