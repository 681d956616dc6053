"""The briefing: what every load generator is told before a run begins, in a form that can be sent."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from simulator import client
from simulator.client import SimulatorError, WorldInfo
from simulator.ledger.states import STATES
from simulator.seeding.plan import Plan
from simulator.seeding.recipe import load


@dataclass(frozen=True, slots=True)
class Door:
    """How to get at one shop: whose state it is in, and the headers that let its people in."""

    license_number: str
    state: str
    trace: Mapping[str, str]
    t3: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Briefing:
    """`run` begins every external id of the run. `control` is the control plane's address with the world, `path` what
    the world's own paths have in front of them. `plan` is what its past was grown from.
    """

    run: str
    control: str
    token: str | None
    path: str
    plan: Mapping[str, Any]
    doors: tuple[Door, ...]

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def of_json(cls, told: Mapping[str, Any]) -> "Briefing":
        return cls(**{**told, "doors": tuple(Door(**each) for each in told["doors"])})

    def growth_plan(self) -> Plan:
        """To grow the same past beside the world, and so to know what its tills may sell next."""
        plan = self.plan
        return Plan(
            load(plan["recipe"]),
            plan["seed"],
            datetime.fromisoformat(plan["began"]),
            plan["frozen"],
            plan["receipts"],
            plan["days"],
            shops=plan["shops"],
        )


def growth_of(plan: client.Plan) -> dict[str, Any]:
    """A world's plan, in a form that can be sent."""
    return {**asdict(plan), "began": plan.began.isoformat()}


def doors(info: WorldInfo) -> tuple[Door, ...]:
    """Every shop of a world that sells and whose doors somebody can open. Raises SimulatorError where there is none.

    T3 shows a login the licenses of its own Metrc host, so shops of states with another system are not among them.
    """
    found = []
    for license_ in info.licenses:
        state = STATES[license_.state]
        if not (license_.retail and license_.active and state.in_trace):
            continue
        staff = [each for each in info.accounts if license_.number in each.licenses]
        at_home = [each for each in staff if each.hostname == state.host and each.tier]
        trace = next((each.trace_headers for each in staff if each.trace_headers), None)
        t3 = next((each.t3_headers for each in at_home if each.t3_headers), None)
        if trace and t3:
            found.append(Door(license_.number, license_.state, trace, t3))
    if not found:
        raise SimulatorError(
            f"nobody in the world {info.name} may both sell and look at T3; use another recipe"
        )
    return tuple(found)
