"""An answer of either façade: whole, and in bytes."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import msgspec
from starlette.datastructures import MutableHeaders

JSON_TYPE = b"application/json"
CSV_TYPE = b"text/csv; charset=utf-8"
PLAIN = 2
"""Headers of an answer that has only those of its body, which need not be looked at for what could be wrong with them."""
RawHeaders = list[tuple[bytes, bytes]]
encoded = msgspec.json.Encoder().encode


class Answer:
    """A status, headers as ASGI has them, and the body."""

    __slots__ = ("body", "raw_headers", "status_code")

    def __init__(
        self,
        body: bytes,
        status: int = HTTPStatus.OK,
        headers: Mapping[str, str] | None = None,
        media_type: bytes = JSON_TYPE,
    ) -> None:
        self.body = body
        self.status_code = int(status)
        self.raw_headers: RawHeaders = [
            (b"content-length", b"%d" % len(body)),
            (b"content-type", media_type),
        ]
        if headers:
            self.headers.update(headers)

    @property
    def headers(self) -> MutableHeaders:
        """To read by name, and to add to."""
        return MutableHeaders(raw=self.raw_headers)


def json_answer(value: Any, status: int = HTTPStatus.OK, headers: Mapping[str, str] | None = None) -> Answer:
    """`value` as JSON."""
    return Answer(encoded(value), status, headers)
