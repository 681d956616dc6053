"""An operation as data: what it is called, what it takes, who answers it. Routes and documents are made from it."""

import re
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Generic, TypeVar

from msgspec import Struct, field
from pydantic import BaseModel, TypeAdapter

from simulator.accounts import Account
from simulator.journal.entry import Applied
from simulator.ledger.commands import Command
from simulator.ledger.decision import Decision
from simulator.ledger.state import Ledger
from simulator.wire.answer import Answer
from simulator.wire.request import Request
from simulator.world import World

Query_co = TypeVar("Query_co", covariant=True)
Body_co = TypeVar("Body_co", covariant=True)
Schema = Mapping[str, Any]
Preparing = Coroutine[Any, Any, object]
"""Work that an answer waits for. It begins when it is awaited, so nothing has happened where it is closed instead."""
WHOLE_BODY = ""
"""The `batch` of an operation whose body is itself the list."""


class Call(Struct, Generic[Query_co, Body_co], frozen=True):
    """One request, read and authenticated.

    `now` is the simulated instant of the whole call; `ledger` is what this call sees, which may lag behind; what it
    does shows to others from `shown_at` on, at once where that is None; `applied` collects what it did; `prepared` is what
    the operation's `prepare` gave.
    """

    world: World
    ledger: Ledger
    request: Request
    now: datetime
    account: Account
    query: Query_co
    body: Body_co
    shown_at: datetime | None = None
    applied: list[Applied] = field(default_factory=list)
    prepared: Any = None

    def execute(self, command: Command) -> Decision:
        """Do it, or raise Rejected and change nothing."""
        decision, applied = self.world.perform(command, self.now, self.shown_at)
        self.applied.extend(applied)
        return decision


Handler = Callable[[Call[Any, Any]], Answer]
Handle = TypeVar("Handle")


@dataclass(frozen=True)
class Described(Generic[Handle]):
    """An operation of anything served; `handle` answers it.

    `answer` describes a 200. `body` describes a body and reads it, unless `read` does, which raises what it would.
    `statuses` are those it may answer besides 200 and what `access` brings with it.
    `prepare` is asked before faults strike and `handle` is called, with the same call but for the body: what it gives is
    awaited, to do long work in slices in which others are answered; None is nothing to do. It may refuse as `handle` may. The control plane's handlers may await instead.

    `access` is the façade's own word for who may call; `batch` is the key of the body's list of things to do; `upload` is
    the media type of a body that is not JSON.
    """

    method: str
    path: str
    handle: Handle
    summary: str
    tags: tuple[str, ...]
    answer: Schema | TypeAdapter[Any]
    access: str
    query: type[BaseModel] | None = None
    body: TypeAdapter[Any] | None = None
    read: Callable[[bytes], Any] | None = None
    statuses: tuple[int, ...] = ()
    media_types: tuple[str, ...] = ("application/json",)
    body_example: Any = None
    batch: str | None = None
    upload: str | None = None
    prepare: "Callable[[Call[Any, Any]], Preparing | None] | None" = None

    @cached_property
    def id(self) -> str:
        """Its OpenAPI operationId, `v2_sales_active_get`: the path's words and the method."""
        return "_".join([*re.findall(r"\w+", self.path), self.method.lower()])


Operation = Described[Handler]
