"""What a fault may look at: one request, before anything has happened to it."""

from collections.abc import Callable, Container, Sequence
from typing import Any

from msgspec import Struct


class Facts(Struct, frozen=True):
    """`path` is the path within the world. `license_numbers` and `body` are asked for only when a fault looks at them;

    `body` gives the parsed JSON, None when it is no JSON.
    """

    api: str
    operation: str | None
    method: str
    path: str
    license_numbers: Callable[[], Container[str]]
    username: str | None
    query: Sequence[tuple[str, str]]
    body: Callable[[], Any]
