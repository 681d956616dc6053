"""`simulator headroom`."""

import math
import time
from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from simulator.cli.common import fail
from simulator.cli.remote import Remote, remote
from simulator.cli.tables import counted, facts, size

if TYPE_CHECKING:
    from simulator.client import Headroom, Used

BUSY = 0.7
"""Of a core. A server answers on one, and requests begin to queue before it is full."""
CROWDED = 0.1
"""Of the time. Whoever loads a server from the same machine easily takes its core."""
LONGEST = 3600
ASK_EVERY = 10.0
"""Seconds. The server looks at its event loop for half a minute after it was asked."""


@click.command()
@click.option(
    "--seconds",
    type=click.FloatRange(0, LONGEST, min_open=True),
    default=1.0,
    show_default=True,
    help="How long to watch.",
)
@remote
def headroom(at: Remote, seconds: float) -> None:
    """Tell how busy the server is: all of it, not only one world."""
    if math.isnan(seconds):
        raise click.BadParameter("nan is no number of seconds", param_hint="'--seconds'")
    first = at.simulator.headroom()
    last = first
    for pause in _pauses(seconds):
        time.sleep(pause)
        last = at.simulator.headroom()
    try:
        used = last.since(first)
    except ValueError as error:
        fail(str(error))
    at.tell({name: _value(value) for name, value in asdict(used).items()}, lambda: _shown(used, last))


def _pauses(seconds: float) -> Iterator[float]:
    while seconds > ASK_EVERY:
        yield ASK_EVERY
        seconds -= ASK_EVERY
    yield seconds


def _value(value: Any) -> Any:
    """JSON has no infinity; as a text it is greater than any number, or no number at all, but never a small one."""
    return "Infinity" if value == math.inf else value


def _shown(used: "Used", last: "Headroom") -> str:
    asked = f"{used.requests:,} in {used.seconds:.3g} s, {used.requests_a_second:,.4g} a second"
    shown = {
        "processor": f"{used.cpu:.0%} of a core; it may use {counted(last.cores, 'core')}, and answers on one",
        "waiting": None
        if used.waiting is None
        else f"{used.waiting:.0%} of the time ready and without a core",
        "requests": asked,
        "a request": _request(used),
        "event loop": _lag(used),
        "memory": None if last.memory_bytes is None else size(last.memory_bytes),
    }
    return "\n".join([facts(shown), "", *_judged(used)])


def _request(used: "Used") -> str | None:
    if used.own_time_us is None or used.cpu_us is None:
        return None
    return f"{used.own_time_us:,.0f} us to make its answer, {used.cpu_us:,.0f} us of processor in all"


def _lag(used: "Used") -> str | None:
    if used.lag_mean_ms is None or used.lag_p99_ms is None or used.lag_max_ms is None:
        return None
    p99, most = _edge(used.lag_p99_ms), _edge(used.lag_max_ms)
    return f"{used.lag_mean_ms:.1f} ms late on average, p99 {p99}, maximum {most}"


def _edge(edge: float) -> str:
    return "over 1000 ms" if edge == math.inf else f"up to {edge:g} ms"


def _judged(used: "Used") -> Iterator[str]:
    if used.cpu > BUSY:
        yield (
            f"It used more than {BUSY:.0%} of a core. It answers on one, so requests had to wait for each other: what was "
            "slow may be the simulator's doing."
        )
    else:
        yield f"It used no more than {BUSY:.0%} of a core: it had room for more."
    if used.waiting is not None and used.waiting > CROWDED:
        yield (
            f"It was ready and had no core for more than {CROWDED:.0%} of the time: others on its machine were in its way."
        )
