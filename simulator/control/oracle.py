"""GET oracle: what really happened, beside what the client was told."""

from typing import Any

from pydantic import ConfigDict, Field
from starlette.responses import JSONResponse, Response

from simulator.control.operation import ControlCall
from simulator.control.shapes import Shape
from simulator.oracle.judge import DEFAULT_WINDOW, judge

LONGEST_WINDOW = 10.0**9
"""Seconds: thirty years."""


class OracleQuery(Shape):
    model_config = ConfigDict(extra="forbid")

    window: float = Field(
        DEFAULT_WINDOW,
        ge=0,
        le=LONGEST_WINDOW,
        allow_inf_nan=False,
        description="How many simulated seconds two sales of the same content may be apart.",
    )
    external_id: str | None = Field(None, description="Only the intents with this external_id.")


class OracleAnswer(Shape):
    """`problems` says in sentences what is not exactly once; `intents` has every attempt and every receipt."""

    exactly_once: bool
    failures: list[str]
    problems: list[str]
    complete: bool
    window: float
    entries: int
    dropped: int
    verdicts: dict[str, int]
    retries: int
    intents: list[dict[str, Any]]
    lost_answers: list[dict[str, Any]]
    lost_writes: list[dict[str, Any]]
    unlearned: list[dict[str, Any]]
    unattributed: list[dict[str, Any]]
    not_understood: list[int]


def ask(call: ControlCall[OracleQuery, None]) -> Response:
    world = call.world
    report = judge(
        world.journal.entries, world.ledger, window=call.query.window, dropped=world.journal.dropped
    )
    return JSONResponse(report.as_json(call.query.external_id))
