"""The US states both APIs speak of: name, time zone, and the Metrc host where the state runs Metrc."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class State:
    """`host` is None where the state's system is not Metrc."""

    code: str
    name: str
    zone: ZoneInfo
    host: str | None
    in_trace: bool = True


def _state(code: str, name: str, zone: str, *, metrc: bool = True, in_trace: bool = True) -> State:
    return State(code, name, ZoneInfo(f"America/{zone}"), f"{code}.metrc.com" if metrc else None, in_trace)


# GAP(state-enum): Trace documents two enumerations, of 22 and of 10 states; we accept every state of both, 24.
# GAP(state-zones): where a state has two zones, its most populous one stands for all of it.
STATES: dict[str, State] = {
    state.code: state
    for state in (
        _state("ca", "California", "Los_Angeles"),
        _state("or", "Oregon", "Los_Angeles"),
        _state("nv", "Nevada", "Los_Angeles"),
        _state("mt", "Montana", "Denver"),
        _state("co", "Colorado", "Denver"),
        _state("mi", "Michigan", "Detroit"),
        _state("il", "Illinois", "Chicago"),
        _state("ma", "Massachusetts", "New_York"),
        _state("ri", "Rhode Island", "New_York"),
        _state("nj", "New Jersey", "New_York"),
        _state("md", "Maryland", "New_York"),
        _state("de", "Delaware", "New_York", metrc=False),
        _state("va", "Virginia", "New_York"),
        _state("oh", "Ohio", "New_York"),
        _state("ky", "Kentucky", "New_York"),
        _state("al", "Alabama", "Chicago"),
        _state("ms", "Mississippi", "Chicago"),
        _state("mn", "Minnesota", "Chicago"),
        _state("la", "Louisiana", "Chicago"),
        _state("ok", "Oklahoma", "Chicago"),
        _state("sd", "South Dakota", "Chicago"),
        _state("me", "Maine", "New_York"),
        _state("wa", "Washington", "Los_Angeles", metrc=False),
        _state("wv", "West Virginia", "New_York"),
        _state("mo", "Missouri", "Chicago", in_trace=False),
    )
}
TRACE_STATES: tuple[str, ...] = tuple(code for code, state in STATES.items() if state.in_trace)
