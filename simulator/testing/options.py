"""What can be asked of a test's world: in the marker, in the settings of a suite, and of a server."""

import os
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypedDict

from simulator.wording import did_you_mean, listed

# What a test sees must not depend on the day it runs on, so unless it says otherwise time stands still.
NOW = "2026-05-20T20:00:00Z"
"""When a test's world is, unless it says otherwise."""
SNAPSHOT = ".snapshot"

FaultOption = str | Mapping[str, Any]
"""A profile's name; a fault as the control API takes it; or `{"profile": name}` and what is to differ."""


class WorldOptions(TypedDict, total=False):
    """A world. What is left out: corner_shop, seed 0, frozen at NOW, as many receipts as the recipe says, no faults.

    `recipe` may be the path of a TOML file or of a snapshot, which brings its own moment. `now` None follows real time.
    With `own_credentials` its users and keys are those of no other world. `journal_bytes` is how much its journal keeps.
    """

    recipe: str | os.PathLike[str]
    seed: int
    now: datetime | str | None
    receipts: int | None
    days: int | None
    shops: int | None
    faults: Sequence[FaultOption]
    own_credentials: bool
    journal_bytes: int | None


KEYS = tuple(WorldOptions.__annotations__)
GROWTH = ("recipe", "seed", "now", "receipts", "days", "shops")
"""Those that say what the world is grown from."""


class UnknownOptionError(TypeError):
    """No world has such an option, which then names the nearest; or not of this kind."""


def check(options: Mapping[str, Any], whose: str) -> None:
    """Raises UnknownOptionError for the first that there is not, and for one fault where a list of them belongs."""
    for name in options:
        if name not in KEYS:
            raise UnknownOptionError(
                f"{whose} has no {name!r}.{did_you_mean(name, KEYS)} There are: {listed(KEYS)}"
            )
    faults = options.get("faults", ())
    if isinstance(faults, str | Mapping) or not isinstance(faults, Iterable):
        alone = [faults] if isinstance(faults, str | Mapping) else ["slow"]
        raise UnknownOptionError(f"{whose}: faults is a list, as in faults={alone!r}, not {faults!r}")


def growth(options: WorldOptions) -> dict[str, Any]:
    """All of GROWTH, as the server takes them."""
    recipe = os.fspath(options.get("recipe", "corner_shop"))
    usual = None if recipe.endswith(SNAPSHOT) else NOW
    return {
        "recipe": recipe,
        "seed": options.get("seed", 0),
        "now": options.get("now", usual),
        "receipts": options.get("receipts"),
        "days": options.get("days"),
        "shops": options.get("shops"),
    }
