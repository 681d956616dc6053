"""The connection a request came on, as an application may treat it: left alone, closed, reset."""

from typing import Literal, Protocol

from starlette.types import Scope

from simulator.journal.entry import Told
from simulator.wire.answer import RawHeaders

EXTENSION = "simulator.connection"
"""Where a server puts the connection: among the `extensions` of a request's scope."""

Loss = Literal["reset", "closed", "timeout"]


class Connection(Protocol):
    """After `close` or `reset` the application returns at once; what it sends from then on goes nowhere."""

    @property
    def gone(self) -> bool:
        """Whether nobody can be told anything any more: the client has hung up, or we have."""

    def answer(self, status: int, headers: RawHeaders, body: bytes) -> bool:
        """Send a whole answer in one go; the headers are sent as they are. False, and nothing is done, where it has to go
        through ASGI's `send`.
        """

    def close(self) -> None:
        """An orderly end after all that was written (TCP FIN)."""

    def reset(self) -> None:
        """An end at once, as of a process that died (TCP RST); what was written may be lost."""


class ConnectionLost(ConnectionError):  # noqa: N818 - it says what happened
    """Raised instead where there is no connection to end, so that whoever called the application hears of it.

    `timeout` stands for an answer that never comes. `told` is what reached the client before.
    """

    def __init__(self, kind: Loss, told: Told) -> None:
        super().__init__(f"a fault ended the connection ({kind}), and this server has none to end")
        self.kind = kind
        self.told = told


def connection_of(scope: Scope) -> Connection | None:
    """The request's connection; None in this process, or under another server than ours."""
    connection: Connection | None = scope.get("extensions", {}).get(EXTENSION)
    return connection
