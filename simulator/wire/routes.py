"""Which operation a method and a path ask for, and what to say when there is none."""

import re
from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Generic, Protocol, TypeVar

from msgspec import Struct

from simulator.wire.errors import WireError
from simulator.wire.paths import nearest_path
from simulator.wording import listed

MOST_REMEMBERED, LONGEST_REMEMBERED = 1024, 128
"""How many paths are remembered with what they ask for, and how many letters each may have."""


class Routed(Protocol):
    """What can be routed to: a method on a path, whose parameters stand in braces."""

    @property
    def method(self) -> str: ...
    @property
    def path(self) -> str: ...


Target = TypeVar("Target", bound=Routed)


class Found(Struct, Generic[Target], frozen=True):
    """`parameters` are those of the path, by name."""

    operation: Target
    parameters: Mapping[str, str]


class Routes(Generic[Target]):
    """Operations by method and path. A parameter is one segment; of several paths that fit the first listed wins.

    GAP(http-manners): HEAD as GET, 405 with `Allow` for other methods, 404 that names the nearest path; no CORS.
    """

    def __init__(self, operations: Sequence[Target], known_paths: Sequence[str] = ()) -> None:
        self._known_paths = known_paths or tuple(dict.fromkeys(operation.path for operation in operations))
        by_path: dict[str, dict[str, Target]] = {}
        for operation in operations:
            by_path.setdefault(operation.path, {})[operation.method] = operation
        self._literal = {path: methods for path, methods in by_path.items() if "{" not in path}
        self._remembered: dict[tuple[str, str], Found[Target]] = {}
        # By the number of their segments, as a parameter is one.
        self._patterns: dict[int, list[tuple[re.Pattern[str], dict[str, Target]]]] = {}
        for path, methods in by_path.items():
            if path not in self._literal:
                self._patterns.setdefault(path.count("/"), []).append((_pattern(path), methods))

    def find(self, method: str, path: str) -> Found[Target]:
        """Raises WireError: 404 with the nearest path, or 405 with the methods there are."""
        found = self._remembered.get((method, path))
        if found is not None:
            return found
        asked = "GET" if method == "HEAD" else method
        allowed: dict[str, Target] = {}
        for methods, parameters in self._fitting(path):
            if asked in methods:
                return self._remember(method, path, Found(methods[asked], parameters))
            allowed = allowed or methods
        if allowed:
            takes = ", ".join(sorted({*allowed, *(["HEAD"] if "GET" in allowed else [])}))
            message = f"{method} is not served on {path}; it takes {takes}"
            raise WireError(HTTPStatus.METHOD_NOT_ALLOWED, message, {"Allow": takes})
        raise self._unknown(path)

    def _fitting(self, path: str) -> Iterator[tuple[dict[str, Target], Mapping[str, str]]]:
        if path in self._literal:
            yield self._literal[path], {}
            return
        for pattern, methods in self._patterns.get(path.count("/"), ()):
            match = pattern.fullmatch(path)
            if match is not None:
                yield methods, match.groupdict()

    def _remember(self, method: str, path: str, found: Found[Target]) -> Found[Target]:
        if len(path) <= LONGEST_REMEMBERED:
            if len(self._remembered) >= MOST_REMEMBERED:
                self._remembered.clear()
            self._remembered[method, path] = found
        return found

    def _unknown(self, path: str) -> WireError:
        close = nearest_path(path, self._known_paths)
        hint = (
            f"The closest path served is {close}"
            if close
            else f"Served are paths such as {listed(self._known_paths[:3])}"
        )
        return WireError(HTTPStatus.NOT_FOUND, f"The simulator does not serve {path or '/'}. {hint}")


def _pattern(path: str) -> re.Pattern[str]:
    """Matched whole, so that no line break may follow."""
    parts = re.split(r"{(\w+)}", path)
    return re.compile(
        "".join(f"(?P<{part}>[^/]+)" if index % 2 else re.escape(part) for index, part in enumerate(parts))
    )
