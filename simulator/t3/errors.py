"""T3's one error object, for every status (documented for 400, 500 and 503)."""

from datetime import datetime
from http import HTTPStatus

from starlette.requests import Request

from simulator.ledger.errors import Code, Rejected
from simulator.times import iso_millis
from simulator.wire.answer import Answer, json_answer
from simulator.wire.errors import Fault, Misshapen, WireError, phrase_of
from simulator.wire.facade import Refusal
from simulator.wire.query import safe_url
from simulator.wording import echo, readable

# GAP(t3-error-statuses): only 400, 500 and 503 are documented; the others take the same form.
TYPES: dict[int, str] = {
    400: "BadRequest",
    401: "Unauthorized",
    403: "Forbidden",
    404: "NotFound",
    405: "MethodNotAllowed",
    413: "RequestEntityTooLarge",
    415: "UnsupportedMediaType",
    429: "TooManyRequests",
    500: "InternalServerError",
    503: "ServiceUnavailable",
}
# Where Python's own phrase has changed between versions.
PHRASES: dict[int, str] = {413: "Request Entity Too Large"}
JSON_TYPES = {
    "integer_type": "integer",
    "list_type": "array",
    "model_attributes_type": "object",
    "model_type": "object",
    "string_type": "string",
}
# What the ledger refuses is 400, as Metrc's refusals are, but for these.
# GAP(refusals-are-400): how T3 passes on what Metrc refuses is not documented; an unknown id in a write is 400 too.
STATUS_OF = {Code.LICENSE_UNKNOWN: HTTPStatus.FORBIDDEN, Code.LICENSE_NOT_VISIBLE: HTTPStatus.FORBIDDEN}


def unauthorized(message: str) -> WireError:
    return WireError(HTTPStatus.UNAUTHORIZED, message, {"WWW-Authenticate": "Bearer"})


def forbidden(message: str) -> WireError:
    return WireError(HTTPStatus.FORBIDDEN, message)


def not_found(message: str) -> WireError:
    return WireError(HTTPStatus.NOT_FOUND, message)


def error_response(
    status: int,
    description: str,
    request: Request,
    now: datetime,
    headers: dict[str, str] | None = None,
) -> Answer:
    """`description` follows the status line in `message`; empty for the two documented without one."""
    phrase = PHRASES.get(status) or phrase_of(status)
    type_ = TYPES.get(status) or "".join(filter(str.isalnum, phrase))
    message = f"{status} {phrase}: {description}" if description else f"{status} {type_}"
    error = {
        "type": type_,
        "message": message,
        "timestamp": iso_millis(now),
        "url": safe_url(request),
        "status_code": status,
    }
    return json_answer({"error": error}, status, headers)


def refuse(refusal: Refusal, request: Request, now: datetime) -> Answer:
    match refusal:
        case WireError():
            headers = dict(refusal.headers) if refusal.headers else None
            return error_response(refusal.status, str(refusal), request, now, headers)
        case Misshapen():
            # GAP(bad-parameters): a missing or malformed parameter or body is 400, with every fault in one message.
            told = [_sentence(refusal.part, fault) for fault in refusal.faults]
            description = "; ".join([*told, refusal.more] if refusal.more else told)
            return error_response(HTTPStatus.BAD_REQUEST, description, request, now)
        case Rejected():
            status = STATUS_OF.get(refusal.violations[0].code, HTTPStatus.BAD_REQUEST)
            violations, more = readable(refusal.violations)
            description = " ".join([*(violation.message for violation in violations), *filter(None, [more])])
            return error_response(status, description, request, now)


def crash(request: Request, now: datetime) -> Answer:
    return error_response(HTTPStatus.INTERNAL_SERVER_ERROR, "", request, now)


def _sentence(part: str, fault: Fault) -> str:
    # GAP(t3-messages): one sample message is documented; beyond its form the words are ours.
    if part == "query":
        return f"Invalid query parameter: {fault.path!r} {fault.message}"
    return f"Invalid request body: {_as_json_schema_says(fault)}"


def _as_json_schema_says(fault: Fault) -> str:
    """In the words of the documented sample, `'note' is a required property`, which are those of jsonschema.

    GAP(body-error-place): jsonschema's words do not say where; we add it.
    """
    parent, _, name = fault.path.rpartition(".")
    if fault.kind == "missing":
        return f"{name!r} is a required property" + (f", at {parent}" if parent else "")
    if fault.kind == "json_invalid":
        return fault.message
    given = echo(fault.given)
    if fault.kind in JSON_TYPES:
        words = f"{given} is not of type {JSON_TYPES[fault.kind]!r}"
    elif fault.kind == "too_short":
        words = f"{given} is too short"
    else:
        words = fault.message
    return words + (f", at {fault.path}" if fault.path else "")
