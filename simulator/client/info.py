"""What a server tells of itself and of its worlds."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from simulator.client.reading import Json, moment, read


@dataclass(frozen=True, slots=True)
class Health:
    """Of the server: its version, what its main world was grown from, how many `worlds` it has."""

    status: str
    version: str
    world: str
    recipe: str
    seed: int
    now: datetime
    clock: str
    worlds: int


@dataclass(frozen=True, slots=True)
class License:
    """`state` is a code such as ca; sales need one that is `retail` and `active`."""

    number: str
    name: str
    state: str
    retail: bool
    active: bool


@dataclass(frozen=True, slots=True)
class Account:
    """One person, with all that lets them in. What is None is a door that stays shut to them.

    `hostname`, `username` and `password` are a Metrc login; `tier` is the T3+ subscription.
    """

    username: str
    name: str
    licenses: tuple[str, ...]
    hostname: str | None
    password: str | None
    tier: str | None
    t3_api_key: str | None
    secret_key: str | None
    trace_api_key: str | None
    trace_authorization: str | None

    @property
    def t3_headers(self) -> dict[str, str]:
        """What lets them into T3; nothing when they have no secret key."""
        return {"X-T3-API-Key": self.secret_key} if self.secret_key else {}

    @property
    def trace_headers(self) -> dict[str, str]:
        """What lets them into Trace; nothing when they have no key."""
        if self.trace_api_key is None or self.trace_authorization is None:
            return {}
        return {"x-api-key": self.trace_api_key, "Authorization": self.trace_authorization}


@dataclass(frozen=True, slots=True)
class Plan:
    """What a world's past was grown from. `began` is the moment that its days were counted back from, at which its clock may
    have been `frozen`; what is None was as the recipe has it.
    """

    recipe: str
    seed: int
    began: datetime
    frozen: bool
    receipts: int | None
    days: int | None
    shops: int | None


@dataclass(frozen=True, slots=True)
class WorldInfo:
    """One world as it stood when it was asked.

    `plan` is None where the world was restored or imported, and not grown.

    `path` is what its URLs begin with; `clock` is frozen or running; `events` counts what the ledger has applied;
    `snapshots` are names; `journal` has total, kept, dropped, and bytes of limit. `environment` are the variables
    that point clients at it, as the server tells them.
    """

    name: str
    path: str
    url: str
    recipe: str
    seed: int
    plan: Plan | None
    now: datetime
    clock: str
    licenses: tuple[License, ...]
    accounts: tuple[Account, ...]
    own_credentials: bool
    environment: Mapping[str, str]
    receipts: int
    events: int
    faults: int
    snapshots: tuple[str, ...]
    journal: Mapping[str, int]
    idle_seconds: float


@dataclass(frozen=True, slots=True)
class Saved:
    """Where on the server's machine the main world was saved, and how many receipts it has."""

    path: str
    receipts: int


def health(told: Json) -> Health:
    return read(Health, told, now=moment(told["now"]))


def account(told: Json) -> Account:
    return read(Account, told, licenses=tuple(told["licenses"]))


def _plan(told: Json | None) -> Plan | None:
    return None if told is None else read(Plan, told, began=moment(told["began"]))


def world_info(told: Json) -> WorldInfo:
    return read(
        WorldInfo,
        told,
        plan=_plan(told.get("plan")),
        now=moment(told["now"]),
        licenses=tuple(read(License, each) for each in told["licenses"]),
        accounts=tuple(account(each) for each in told["accounts"]),
        snapshots=tuple(told["snapshots"]),
    )
