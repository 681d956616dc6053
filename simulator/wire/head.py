"""The head of a request that came in one piece. A client repeats most of it with every request, so that is read once."""

import re
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote

import httptools

from simulator.wire.fields import Fields

END = b"\r\n\r\n"
MOST_REMEMBERED, LONGEST_REMEMBERED = 1024, 2048
"""How many blocks of header fields are remembered, and how many bytes each may have."""

# What a server may find at the beginning of a head is far more; whatever does not look like this is left to uvicorn.
PLAIN_LINE = re.compile(
    rb'(GET|POST|PUT|PATCH|DELETE) (/(?!/)[!"$->@-~]*)(?:\?([!"$-~]*))? HTTP/1\.1'  # neither a blank nor a #
)
NOT_PLAIN = frozenset({b"expect", b"transfer-encoding", b"upgrade"})
METHODS = {name.encode(): name for name in ("GET", "POST", "PUT", "PATCH", "DELETE")}


class Head(NamedTuple):
    """As ASGI's scope has it; `length` is the body's."""

    method: str
    path: str
    raw_path: bytes
    query_string: bytes
    headers: Fields
    length: int


class _Block(NamedTuple):
    fields: Fields
    length: int


def read_head(head: bytes) -> Head | None:
    """What is said before the END. None for a request that is more than a plain one, or wrong.

    Plain is HTTP/1.1 on a connection that is kept, with a body of known length or none.
    """
    line, _, block = head.partition(b"\r\n")
    plain = PLAIN_LINE.fullmatch(line)
    if plain is None or not block or len(block) > LONGEST_REMEMBERED:
        return None
    read = _read_block(block)
    if read is None:
        return None
    method, raw_path, query = plain.groups(b"")
    path = raw_path.decode("ascii")
    return Head(
        METHODS[method], unquote(path) if "%" in path else path, raw_path, query, read.fields, read.length
    )


@lru_cache(MOST_REMEMBERED)
def _read_block(block: bytes) -> _Block | None:
    """The fields as uvicorn's own parser reads them, so that they say the same here and there."""
    reader = _Reader()
    try:
        reader.parser.feed_data(b"GET / HTTP/1.1\r\n" + block + END)
    except (httptools.HttpParserError, httptools.HttpParserUpgrade):
        return None
    if not reader.is_kept or reader.fields.first.keys() & NOT_PLAIN:
        return None
    return _Block(reader.fields, int(reader.fields.first.get(b"content-length", b"0")))


class _Reader:
    """What the parser calls. `is_kept` is whether the connection is, which the parser forgets with the message."""

    def __init__(self) -> None:
        self.parser = httptools.HttpRequestParser(self)
        self.fields = Fields()
        self.is_kept = False

    def on_header(self, name: bytes, value: bytes) -> None:
        self.fields.append((name.lower(), value))

    def on_headers_complete(self) -> None:
        self.is_kept = self.parser.should_keep_alive()
