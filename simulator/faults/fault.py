"""A fault: for which requests, when, and to what effect."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, field_validator
from pydantic_core.core_schema import ValidationInfo

from simulator.faults.effects import A_DAY, Effect, RateLimit, ReadLag
from simulator.faults.match import COUNTS, Match
from simulator.faults.phases import Phase
from simulator.wording import listed

__all__ = ["Fault", "Phase"]

READS = ("GET", "HEAD")
# GAP(late-commit): how long a system that is behind takes to show a write is documented nowhere; a minute.
USUAL_DELAY = 60.0
# Not validated, as that would build the model, and most servers never see a fault.
EVERY_REQUEST = Match.model_construct()


class Fault(BaseModel):
    """What is to go wrong, as it is posted, shown and put into a book."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    name: str = Field(
        "",
        pattern=r"^([A-Za-z0-9_][A-Za-z0-9_.-]{0,63})?$",
        description="Letters, digits, _ . and -, at most 64; chance depends on it. Without one it is named after its "
        "effect, such as status-1.",
    )
    match: Match = Field(EVERY_REQUEST, description="For which requests.")
    phase: Phase = Field(
        Phase.BEFORE, description="What has happened to the ledger when the client is let down."
    )
    effect: Effect = Field(description="What the client is told.")
    delay: Annotated[float, Field(gt=0, le=A_DAY)] | None = Field(
        None,
        validate_default=True,
        description="With phase delayed only: after how many simulated seconds the write shows; 60 when not given.",
    )
    keep: Annotated[int, Field(ge=0)] | None = Field(
        None,
        description="With phase partial only: how many of the batch, from its beginning, are done; half of them, "
        "rounded down, when not given.",
    )

    @property
    def shows_after(self) -> float:
        """How many simulated seconds later what it lets happen is shown to readers."""
        return self.delay or 0.0

    @field_validator("effect")
    @classmethod
    def _goes_with_phase_and_match(cls, effect: Effect, info: ValidationInfo) -> Effect:
        phase, match = info.data.get("phase"), info.data.get("match")
        if phase is not None and phase not in effect.phases:
            raise ValueError(
                f"{effect.type!r} goes with phase {listed(effect.phases)} only, not {phase.value!r}"
            )
        if match is None:
            return effect
        if isinstance(effect, RateLimit) and (said := [key for key in COUNTS if getattr(match, key)]):
            raise ValueError(f"'rate_limit' counts requests itself, so it does not go with match.{said[0]}")
        if isinstance(effect, ReadLag) and match.method is not None and match.method not in READS:
            raise ValueError(
                f"'read_lag' is for reads, so match.method may be GET or HEAD, not {match.method!r}"
            )
        return effect

    @field_validator("delay")
    @classmethod
    def _goes_with_delayed(cls, delay: float | None, info: ValidationInfo) -> float | None:
        phase = info.data.get("phase")
        if phase is Phase.DELAYED:
            return USUAL_DELAY if delay is None else delay
        if phase is not None and delay is not None:
            raise ValueError(f"goes with phase 'delayed' only, not {phase.value!r}")
        return delay

    @field_validator("keep")
    @classmethod
    def _goes_with_partial(cls, keep: int | None, info: ValidationInfo) -> int | None:
        phase = info.data.get("phase")
        if phase not in (None, Phase.PARTIAL) and keep is not None:
            raise ValueError(f"goes with phase 'partial' only, not {phase.value!r}")
        return keep
