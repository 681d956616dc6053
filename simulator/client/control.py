"""The control routes of one world, or of the server, for what has no method of its own."""

from collections.abc import Iterator, Mapping
from typing import IO, Any
from urllib.parse import quote

from simulator.client.connection import Connection
from simulator.client.errors import says_it_all

__tracebackhide__ = says_it_all
PREFIX = "/_simulator"


class Control:
    """`path` is what the world's URLs begin with; nothing for the main world and for the server.

    Paths are given as in docs/control.md, without `/_simulator`. Everything raises SimulatorError.
    """

    def __init__(self, connection: Connection, path: str = "") -> None:
        self.connection = connection
        self._prefix = path + PREFIX

    def get(self, path: str, /, *, patience: float | None = 0, **query: Any) -> Any:
        """What a route tells, as JSON. Of `query`, what is None is not asked."""
        return self.connection.call("GET", self._prefix + path, query=query, patience=patience)

    def post(self, path: str, body: Mapping[str, Any] | None = None, *, patience: float | None = 0) -> Any:
        return self.connection.call("POST", self._prefix + path, body=body, patience=patience)

    def put(self, path: str, body: Mapping[str, Any]) -> Any:
        return self.connection.call("PUT", self._prefix + path, body=body)

    def delete(self, path: str) -> Any:
        return self.connection.call("DELETE", self._prefix + path)

    def download(self, path: str, file: IO[bytes], /, **query: Any) -> None:
        """Write what a route answers to a file."""
        for piece in self.connection.pieces(self._prefix + path, query):
            file.write(piece)

    def lines(self, path: str, /, **query: Any) -> Iterator[bytes]:
        """What a route answers line by line, as it comes."""
        begun = b""
        for piece in self.connection.pieces(self._prefix + path, query):
            *whole, begun = (begun + piece).split(b"\n")
            yield from whole
        if begun:
            yield begun

    def upload(self, path: str, file: IO[bytes]) -> Any:
        """Put what a file holds."""
        return self.connection.call("PUT", self._prefix + path, content=file, patience=None)


def part(name: str) -> str:
    """A name as one part of a path."""
    return quote(name, safe="")
