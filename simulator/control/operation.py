"""What the control plane is asked, and what it knows of the server it controls."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from starlette.requests import Request
from starlette.responses import Response

from simulator.control.loop_lag import LoopLag
from simulator.control.making import Making
from simulator.control.process import CoreWaits
from simulator.snapshots.state_file import StateFile
from simulator.wire.answered import Answered
from simulator.wire.operation import Described
from simulator.world import World
from simulator.worlds import Worlds

Query_co = TypeVar("Query_co", covariant=True)
Body_co = TypeVar("Body_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Control:
    """The server under control. `token` is what callers must send; None lets all in.

    What it has answered, how late its loop was and how long its threads waited are counted here, as there may be other
    servers in the process.
    """

    worlds: Worlds
    making: Making
    token: str | None = None
    state_file: StateFile | None = None
    answered: Answered = field(default_factory=Answered)
    loop_lag: LoopLag = field(default_factory=LoopLag)
    core_waits: CoreWaits = field(default_factory=CoreWaits)


@dataclass(frozen=True, slots=True)
class ControlCall(Generic[Query_co, Body_co]):
    """One request, read. `world` is the one in its path, else the one whose own keys it carries, else the main one."""

    control: Control
    world: World
    request: Request
    query: Query_co
    body: Body_co

    def parameter(self, name: str) -> str:
        """A parameter of the path."""
        value: str = self.request.path_params[name]
        return value


ControlHandler = Callable[[ControlCall[Any, Any]], Response | Awaitable[Response]]
ControlOperation = Described[ControlHandler]
OPEN, GUARDED = "open", "guarded"
"""Whether a control token is asked for, where the server has one."""
