"""Request bodies, read strictly: JSON by its content type, at most 1 MiB."""

from http import HTTPStatus

from starlette.requests import Request

from simulator.wire.errors import WireError, bad_request
from simulator.wording import echo

# GAP(body-size): no vendor states a limit, of bytes or of entries.
MAX_BODY = 1024 * 1024
MOST_DIGITS = 18


async def read_json_bytes(request: Request) -> bytes:
    """The body, not yet parsed.

    GAP(content-types): a missing Content-Type is taken to be JSON; any other type is refused.
    """
    content_type = request.headers.get("content-type", "")
    media_type = content_type.partition(";")[0].strip().casefold()
    if media_type and media_type != "application/json" and not media_type.endswith("+json"):
        raise WireError(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"Content-Type {echo(content_type)} is not application/json"
        )
    length = request.headers.get("content-length", "0")
    if length.isascii() and length.isdigit() and (len(length) > MOST_DIGITS or int(length) > MAX_BODY):
        raise _too_large()
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY:
            raise _too_large()
    if not body:
        raise bad_request("The request has no body; send JSON")
    return bytes(body)


def _too_large() -> WireError:
    return WireError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"The request body is over {MAX_BODY} bytes")
