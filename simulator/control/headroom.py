"""GET headroom: how busy the server is, in numbers that only go up, so that anybody may take differences."""

import time

from pydantic import Field
from starlette.responses import JSONResponse, Response

from simulator.control import process
from simulator.control.loop_lag import LATER_THAN_MS
from simulator.control.operation import ControlCall
from simulator.control.shapes import Shape


class LoopLagAnswer(Shape):
    """How late the event loop came to what it had to do; it is looked at from the first question on."""

    samples: int = Field(description="Moments that were due, one every 20 ms.")
    seconds: float = Field(description="The sum of how late it was.")
    later_than_ms: dict[str, int] = Field(description="How many it was later for than so many milliseconds.")


class HeadroomAnswer(Shape):
    """Of the whole server, since it started."""

    at: float = Field(description="Seconds of a clock that is never set.")
    cpu_seconds: float = Field(description="Processor time of the process, user and system, all threads.")
    waited_seconds: float | None = Field(
        description="How long its threads were ready to run and waited for a core; null where that is not told."
    )
    cores: int = Field(description="How many it may use.")
    memory_bytes: int | None = Field(description="Resident now; null where that is not told.")
    requests: int = Field(description="Requests of both façades that were answered, in all worlds.")
    answering_seconds: float = Field(description="The server's own time for making their answers.")
    loop_lag: LoopLagAnswer


def headroom(call: ControlCall[None, None]) -> Response:
    """Whoever asks is interested for half a minute: the first answer has no samples of the loop yet."""
    server = call.control
    lag = server.loop_lag
    lag.watch()
    return JSONResponse(
        {
            "at": time.monotonic(),
            "cpu_seconds": time.process_time(),
            "waited_seconds": server.core_waits.seconds(),
            "cores": process.cores(),
            "memory_bytes": process.memory_bytes(),
            "requests": server.answered.requests,
            "answering_seconds": server.answered.seconds,
            "loop_lag": {
                "samples": lag.samples,
                "seconds": lag.seconds,
                "later_than_ms": dict(zip(map(str, LATER_THAN_MS), lag.later_than, strict=True)),
            },
        }
    )
