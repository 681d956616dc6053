"""An operation as data: what it is called, what it takes, who answers it. Routes and documents are made from it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, TypeAdapter
from starlette.requests import Request
from starlette.responses import Response

from simulator.accounts import Account
from simulator.world import World

Query_co = TypeVar("Query_co", covariant=True)
Body_co = TypeVar("Body_co", covariant=True)
Schema = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Call(Generic[Query_co, Body_co]):
    """One request, read and authenticated. `now` is the simulated instant of the whole call."""

    world: World
    request: Request
    now: datetime
    account: Account
    query: Query_co
    body: Body_co


@dataclass(frozen=True, slots=True)
class Operation:
    """`answer` describes a 200. `statuses` are those it may answer besides 200 and what `access` brings with it;

    `access` is the façade's own word for who may call.
    """

    method: str
    path: str
    handle: Callable[[Call[Any, Any]], Response]
    summary: str
    tags: tuple[str, ...]
    answer: Schema | TypeAdapter[Any]
    access: str
    query: type[BaseModel] | None = None
    body: TypeAdapter[Any] | None = None
    statuses: tuple[int, ...] = ()
    media_types: tuple[str, ...] = ("application/json",)
    body_example: Any = None
