"""How a server may have an answer without a task: of a request that came whole, and whose answer waits for nothing."""

from collections.abc import Callable
from typing import NamedTuple

from starlette.types import Scope

from simulator.wire.answer import Answer


class Outcome(NamedTuple):
    """`defect` is what went wrong here, to be logged; then the answer says no more than that."""

    answer: Answer
    defect: Exception | None


AtOnce = Callable[[Scope, bytes], Outcome | None]
"""(scope, body) -> what came of it; None where it takes a while: nothing was done, and ASGI's call does it.

An ASGI application may have one as its attribute `at_once`.
"""
