"""The effects: what a fault does to an answer. In Toxiproxy's words and units where it has them."""

import math
from collections.abc import Mapping
from random import Random
from types import MappingProxyType
from typing import Annotated, ClassVar, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, field_validator
from pydantic_core.core_schema import ValidationInfo

from simulator.faults.phases import Phase

MOST_MS = 600_000
"""Ten minutes: no client waits longer, and no test should."""
MOST_BYTES = 2**20
A_DAY = 86_400

Milliseconds = Annotated[int, Field(ge=0, le=MOST_MS)]
Seconds = Annotated[float, Field(gt=0, le=A_DAY)]


class _Effect(BaseModel):
    """`phases` are those it goes with; before the handler, one that `loses_answer` keeps it from running.

    What `joins` strikes beside all others. Of the rest one strikes a request, and what `gives_way` only when no other does.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    phases: ClassVar[tuple[Phase, ...]] = tuple(Phase)
    loses_answer: ClassVar[bool] = True
    joins: ClassVar[bool] = False
    gives_way: ClassVar[bool] = False


class Status(_Effect):
    """The answer is an error with this status, in the API's own form."""

    type: Literal["status"] = "status"
    status: int = Field(ge=400, le=599, description="The status code.")
    message: str | None = Field(
        None,
        min_length=1,
        max_length=500,
        description="What the body says; the API's usual words when not given.",
    )
    retry_after: int | None = Field(
        None, ge=0, le=A_DAY, description="The Retry-After header in seconds; no header when not given."
    )


class RateLimit(_Effect):
    """Requests of one user beyond so many in a window of simulated time are answered 429."""

    type: Literal["rate_limit"] = "rate_limit"
    requests: int = Field(
        600, ge=0, le=1_000_000, description="How many requests of a user a window lets pass."
    )
    seconds: Seconds = Field(60, description="The length of a window in simulated seconds.")
    retry_after: bool = Field(
        False, description="Whether the 429 has a Retry-After header with the seconds left of the window."
    )

    phases = (Phase.BEFORE,)


class ExpiredToken(_Effect):
    """The answer is the API's own for a token that has expired."""

    type: Literal["expired_token"] = "expired_token"

    phases = (Phase.BEFORE,)


class Latency(_Effect):
    """The answer comes, but later."""

    type: Literal["latency"] = "latency"
    latency: Milliseconds = Field(
        description="How much later in real milliseconds: the middle of the distribution."
    )
    jitter: Milliseconds = Field(
        0,
        description="By how many milliseconds it varies. uniform: at most so many up or down. normal: the standard "
        "deviation. lognormal: one standard deviation above the middle is so many milliseconds above it.",
    )
    distribution: Literal["uniform", "normal", "lognormal"] = Field(
        "uniform", validate_default=True, description="How the latencies spread around the middle."
    )

    loses_answer = False
    joins = True

    @field_validator("distribution")
    @classmethod
    def _has_a_middle(cls, distribution: str, info: ValidationInfo) -> str:
        if distribution == "lognormal" and info.data.get("latency") == 0:
            raise ValueError("must not be 'lognormal' where latency is 0; give a latency of at least 1")
        return distribution

    def draw(self, random: Random) -> float:
        """One latency in milliseconds, never below 0 nor above ten minutes."""
        if self.distribution == "uniform":
            drawn = random.uniform(self.latency - self.jitter, self.latency + self.jitter)
        elif self.distribution == "normal":
            drawn = random.gauss(self.latency, self.jitter)
        else:
            drawn = self.latency * math.exp(random.gauss(0, math.log1p(self.jitter / self.latency)))
        return min(max(drawn, 0.0), MOST_MS)


class Timeout(_Effect):
    """No answer comes, and the connection is closed in the end."""

    type: Literal["timeout"] = "timeout"
    timeout: Milliseconds = Field(
        0,
        description="After how many real milliseconds the connection is closed; 0 waits until the client gives up.",
    )


class ResetPeer(_Effect):
    """No answer comes: the connection is reset (TCP RST)."""

    type: Literal["reset_peer"] = "reset_peer"
    timeout: Milliseconds = Field(
        0, description="After how many real milliseconds it is reset; 0 is at once."
    )


class LimitData(_Effect):
    """The answer's body breaks off, and the connection is closed. A body that is no longer than that is whole."""

    type: Literal["limit_data"] = "limit_data"
    bytes: int = Field(ge=0, le=MOST_BYTES, description="After how many bytes of the body it breaks off.")


class Garbage(_Effect):
    """The answer has its status, but random bytes for a body."""

    type: Literal["garbage"] = "garbage"
    bytes: int = Field(64, ge=1, le=MOST_BYTES, description="How many bytes of garbage.")


class Bandwidth(_Effect):
    """The answer's body comes slowly, at an even rate."""

    type: Literal["bandwidth"] = "bandwidth"
    rate: int = Field(
        ge=1, le=MOST_BYTES, description="How many kilobytes (1,000 bytes) come in a real second."
    )

    loses_answer = False


class Slicer(_Effect):
    """The answer's body comes in small pieces."""

    type: Literal["slicer"] = "slicer"
    average_size: int = Field(ge=1, le=MOST_BYTES, description="The average size of a piece in bytes.")
    size_variation: int = Field(
        0,
        ge=0,
        le=MOST_BYTES,
        description="By how many bytes a piece may be smaller or larger; below average_size.",
    )
    delay: int = Field(
        0, ge=0, le=MOST_MS * 1000, description="The wait between two pieces in real microseconds."
    )

    loses_answer = False

    @field_validator("size_variation")
    @classmethod
    def _leaves_something(cls, variation: int, info: ValidationInfo) -> int:
        average = info.data.get("average_size")
        if average is not None and variation >= average:
            raise ValueError(f"must be below average_size, which is {average}, not {variation}")
        return variation


class ReadLag(_Effect):
    """Reads see the ledger as it was some time ago."""

    type: Literal["read_lag"] = "read_lag"
    seconds: Seconds = Field(description="How many simulated seconds reads lag behind.")

    phases = (Phase.BEFORE,)
    loses_answer = False
    gives_way = True  # where an answer is lost, nobody sees that it lags


Effect = Annotated[
    Status
    | RateLimit
    | ExpiredToken
    | Latency
    | Timeout
    | ResetPeer
    | LimitData
    | Garbage
    | Bandwidth
    | Slicer
    | ReadLag,
    Field(discriminator="type"),
]
EFFECTS: Mapping[str, type[_Effect]] = MappingProxyType(
    {effect.model_fields["type"].default: effect for effect in get_args(get_args(Effect)[0])}
)
"""Every effect under its `type`, in the order of the documents."""
