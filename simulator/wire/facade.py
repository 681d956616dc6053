"""One of the two APIs as data: its operations, its way to authenticate, its way to refuse."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from simulator.accounts import Account
from simulator.ledger.errors import Rejected
from simulator.wire.answer import Answer
from simulator.wire.errors import Misshapen, WireError
from simulator.wire.operation import Operation
from simulator.wire.query import Pairs
from simulator.wire.request import Request
from simulator.wire.routes import Routes
from simulator.world import World

Refusal = WireError | Misshapen | Rejected


@dataclass(frozen=True)
class Facade:
    """`gather` turns query pairs into what an operation's query model takes; `unauthorized` puts a 401 in its words.

    `license_parameter` names a license in a query, `licenses` finds those in a body. `paths` are those to name the
    nearest of when a path is not served.
    """

    api: str
    operations: Sequence[Operation]
    authenticate: Callable[[World, Operation, Request, Pairs, datetime], Account | None]
    gather: Callable[[Pairs], dict[str, Any]]
    refuse: Callable[[Refusal, Request, datetime], Answer]
    crash: Callable[[Request, datetime], Answer]
    unauthorized: Callable[[str], WireError]
    license_parameter: str
    licenses: Callable[[Any], Iterable[str]]
    paths: Sequence[str] = ()

    @cached_property
    def routes(self) -> Routes[Operation]:
        return Routes(self.operations, self.paths)
