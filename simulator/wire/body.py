"""Request bodies, read strictly: JSON by its content type, at most 1 MiB."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from pydantic import ValidationError
from starlette.requests import ClientDisconnect

from simulator.wire.errors import Misshapen, WireError, bad_request
from simulator.wire.request import Request
from simulator.wording import echo

# GAP(body-size): no vendor states a limit, of bytes or of entries.
MAX_BODY = 1024 * 1024
MOST_DIGITS = 18


async def read_bytes(request: Request, most: int = MAX_BODY) -> bytes:
    """The body, whatever it is. Raises WireError when it is larger than `most` bytes."""
    length = request.header(b"content-length")
    if length is None and request.header(b"transfer-encoding") is None:
        # Nothing can follow but the end, which need not be waited for.
        return b""
    told = length if length is not None and length.isascii() and length.isdigit() else "0"
    if len(told) > MOST_DIGITS or int(told) > most:
        raise _too_large(most)
    chunks: list[bytes] = []
    size, more = 0, True
    while more:
        message = await request.receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        chunk = message.get("body", b"")
        chunks.append(chunk)
        size += len(chunk)
        if size > most:
            raise _too_large(most)
        more = message.get("more_body", False)
    # Most bodies come in one piece, and that is not copied.
    return b"".join(chunks)


def check_json(request: Request, body: bytes) -> None:
    """Raises WireError for a body that says it is no JSON, and for none at all.

    GAP(content-types): a missing Content-Type is taken to be JSON; any other type is refused.
    """
    content_type = request.header(b"content-type") or ""
    media_type = content_type.partition(";")[0].strip().casefold()
    if media_type and media_type != "application/json" and not media_type.endswith("+json"):
        raise WireError(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"Content-Type {echo(content_type)} is not application/json"
        )
    if not body:
        raise bad_request("The request has no body; send JSON")


def parse(read: Callable[[bytes], Any], body: bytes) -> Any:
    """What `read` makes of it. Raises Misshapen."""
    try:
        return read(body)
    except ValidationError as error:
        raise Misshapen("body", error) from None


def _too_large(most: int) -> WireError:
    return WireError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"The request body is over {most} bytes")
