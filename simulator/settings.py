"""What can be set, in one frozen model: flag over `SIMULATOR_*` variable over default."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from simulator.times import parse_iso, to_utc
from simulator.wording import did_you_mean, listed

PREFIX = "SIMULATOR_"
YEARS = range(2000, 3000)
MOST_DAYS, MOST_RECEIPTS, MOST_SHOPS = 3660, 100_000_000, 10_000
# Read by clients of the simulator, so it may stand in the environment of the server too.
CLIENT_VARIABLES = frozenset({"SIMULATOR_URL", "SIMULATOR_WORLD"})


def as_moment(value: object) -> object:
    """An ISO 8601 text as a moment in UTC, for a validator. Raises ValueError in words."""
    moment = to_utc(parse_iso(value)) if isinstance(value, str) else value
    if isinstance(moment, datetime) and moment.year not in YEARS:
        raise ValueError(f"must be between the years {YEARS.start} and {YEARS.stop - 1}")
    return moment


class Settings(BaseModel):
    """How to serve. Each field is a flag of `simulator serve` and a `SIMULATOR_*` variable."""

    model_config = ConfigDict(frozen=True)

    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8420, ge=0, le=65535, description="Port to listen on; 0 takes a free one.")
    recipe: str = Field(
        "corner_shop", description="Name of a shipped recipe, or path of a TOML file or a snapshot."
    )
    seed: int = Field(0, ge=0, description="Seed of everything invented; same recipe and seed, same world.")
    receipts: int | None = Field(
        None,
        ge=0,
        le=MOST_RECEIPTS,
        description="How many receipts are invented in all; as many as the recipe says when not set.",
    )
    days: int | None = Field(
        None,
        ge=1,
        le=MOST_DAYS,
        description="How many days back they go; as far as the recipe says when not set.",
    )
    shops: int | None = Field(
        None,
        ge=1,
        le=MOST_SHOPS,
        description="How many licenses sell, those of the recipe in turn; as many as the recipe says when not set.",
    )
    now: Annotated[datetime | None, BeforeValidator(as_moment)] = Field(
        None,
        description="Freeze the simulated clock at this ISO 8601 moment; otherwise it runs with real time.",
    )
    state_file: str | None = Field(
        None,
        min_length=1,
        description="Snapshot file to begin from when it is there, and to save the main world to, at exit and on demand.",
    )
    max_worlds: int = Field(1000, ge=1, le=100_000, description="How many worlds there may be at once.")
    world_idle: float = Field(
        3600,
        ge=0,
        allow_inf_nan=False,
        description="After how many seconds without a request a world other than the main one is dropped; 0 keeps them.",
    )
    journal_bytes: int = Field(
        64 * 2**20,
        ge=0,
        le=2**40,
        description="How much the main world's journal of requests may keep; 0 keeps counters only.",
    )
    control_token: str | None = Field(
        None,
        min_length=1,
        description="What X-Simulator-Token must say under /_simulator. On loopback none is needed; "
        "on any other address one is made and shown when none is set.",
    )
    json_line: bool = Field(
        False, alias="json", description="Announce readiness as one JSON line instead of the banner."
    )


def variables() -> Mapping[str, str]:
    """Environment variable -> name of the option."""
    return {
        PREFIX + (field.alias or name).upper(): field.alias or name
        for name, field in Settings.model_fields.items()
    }


def unknown_variables(environment: Mapping[str, str]) -> list[str]:
    """A sentence for each `SIMULATOR_*` variable that sets nothing."""
    known = variables()
    return [
        f"{name} is not a setting.{did_you_mean(name, [*known, *sorted(CLIENT_VARIABLES)])} Settings: {listed(known)}."
        for name in sorted(environment)
        if name.startswith(PREFIX) and name not in known and name not in CLIENT_VARIABLES
    ]
