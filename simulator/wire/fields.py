"""The header fields of a request, as ASGI has them, with what every request is asked of them."""

from functools import cached_property

from simulator.journal.redaction import kept_headers


class Fields(list[tuple[bytes, bytes]]):
    """Names in lower case, and values. Requests may have one in common, so it is only read."""

    @cached_property
    def first(self) -> dict[bytes, bytes]:
        """Values by name: of a field that was sent twice the first, as with Starlette."""
        return dict(reversed(self))

    @cached_property
    def kept(self) -> bytes:
        """As the journal keeps them."""
        return kept_headers(self)
