"""Reconciling: what a load generator believes of its sales, beside what the ledger has of them."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from types import MappingProxyType
from typing import Any

from simulator.client import Row
from simulator.loadtest.intents import CENTS, OPEN, Intents, State, in_cents

BETWEEN_BREATHS = 5000
"""Receipts or intents."""
MOST_TOLD = 20
"""So many differences are told in words; all are counted."""
VOIDED, OPEN_OR_FINAL = "voided", ("active", "final")
ANY = (*OPEN_OR_FINAL, "refunded")
MAY_BE: Mapping[State, tuple[str, ...]] = MappingProxyType(
    {
        State.WAITING: (),
        State.UNKNOWN: ANY,
        State.CHANGING: ANY,
        State.RECORDED: OPEN_OR_FINAL,
        State.VOIDED: (),
        State.REFUNDED: ("refunded",),
        State.REFUSED: (),
    }
)
"""What a receipt that stands may be, by what its client believes."""
TOLD_OF = (State.CHANGING, State.RECORDED, State.VOIDED, State.REFUNDED)


@dataclass
class Reconciled:
    """Of one load generator, or of several together. Money is in cents; `recorded` counts every sale that the client was
    told is recorded, taken back later or not; the totals are of receipts that are active or final; `days` counts what is
    not voided by local day and hour.
    """

    wanted: int = 0
    recorded: int = 0
    voided: int = 0
    refunded: int = 0
    refused: int = 0
    stuck: int = 0
    rows: int = 0
    believed_total: int = 0
    ledger_total: int = 0
    duplicated: int = 0
    missing: int = 0
    differing: int = 0
    foreign: int = 0
    problems: list[str] = field(default_factory=list)
    days: dict[str, dict[int, int]] = field(default_factory=dict)

    @property
    def exactly_once(self) -> bool:
        return not (self.duplicated or self.missing or self.differing or self.foreign)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def of_json(cls, told: Mapping[str, Any]) -> "Reconciled":
        """The same, having been sent: keys of hours may be texts by then."""
        days = {day: {int(hour): n for hour, n in hours.items()} for day, hours in told["days"].items()}
        return cls(**{**told, "days": days})

    def add(self, other: "Reconciled") -> None:
        """Take in those of another load generator."""
        for name in COUNTED:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.problems = [*self.problems, *other.problems][:MOST_TOLD]
        for day, hours in other.days.items():
            mine = Counter(self.days.get(day, {}))
            mine.update(hours)
            self.days[day] = dict(mine)


COUNTED = tuple(name for name, each in Reconciled.__dataclass_fields__.items() if each.type is int)


def reconcile(
    intents: Intents, rows: Iterable[Row], *, breathe: Callable[[], object] = lambda: None
) -> Reconciled:
    """`rows` are the receipts whose external id begins with the prefix of the intents, all of them. `breathe` is called now and
    then, as it takes seconds for millions.
    """
    found = Reconciled(wanted=len(intents), stuck=intents.count(*OPEN))
    found.recorded = intents.count(*TOLD_OF)
    found.voided, found.refunded = intents.count(State.VOIDED), intents.count(State.REFUNDED)
    found.refused = intents.count(State.REFUSED)
    standing = bytearray(len(intents))
    seen = bytearray(len(intents))
    for row in rows:
        found.rows += 1
        number = intents.number(row.external_id or "")
        if number is None:
            found.foreign += 1
            _tell(found, f"receipt {row.number} has the external_id {row.external_id}, which nobody sent")
            continue
        seen[number] = 1
        if row.state != VOIDED:
            standing[number] = min(standing[number] + 1, 255)
            _stands(found, row)
            if standing[number] == 1:
                _compare(intents, number, row, found)
        if found.rows % BETWEEN_BREATHS == 0:
            breathe()
    for number in range(len(intents)):
        _count(intents, number, standing[number], seen=bool(seen[number]), found=found)
        if number % BETWEEN_BREATHS == 0:
            breathe()
    return found


def _stands(found: Reconciled, row: Row) -> None:
    """Count what a standing receipt adds."""
    if row.state in OPEN_OR_FINAL:
        found.ledger_total += in_cents(row.total)
    hour = row.local_time.hour
    hours = found.days.setdefault(row.local_time.date().isoformat(), {})
    hours[hour] = hours.get(hour, 0) + 1


def _compare(intents: Intents, number: int, row: Row, found: Reconciled) -> None:
    """Whether a standing receipt is as its client believes."""
    state = intents.state(number)
    if row.state not in MAY_BE[state]:
        _differ(intents, number, f"is {row.state}; its client believes it {state.name.lower()}", found)
    elif state is State.RECORDED and in_cents(row.total) != intents.total(number):
        believed = f"{intents.total(number) / CENTS:.2f}"
        _differ(intents, number, f"comes to {row.total}; its client believes {believed}", found)


def _count(intents: Intents, number: int, standing: int, *, seen: bool, found: Reconciled) -> None:
    """Whether a sale stands as often as its client believes, and what that one believes it comes to."""
    state = intents.state(number)
    if state is State.RECORDED:
        found.believed_total += intents.total(number)
    if standing > 1:
        found.duplicated += 1
        _tell(found, f"{intents.external_id(number)} was recorded {standing} times")
    elif not seen and state in TOLD_OF:
        found.missing += 1
        _tell(found, f"{intents.external_id(number)} was told to be recorded and is not there")
    elif seen and not standing and state in (State.RECORDED, State.REFUNDED):
        _differ(intents, number, f"is voided; its client believes it {state.name.lower()}", found)


def _differ(intents: Intents, number: int, how: str, found: Reconciled) -> None:
    found.differing += 1
    _tell(found, f"{intents.external_id(number)} {how}")


def _tell(found: Reconciled, problem: str) -> None:
    if len(found.problems) < MOST_TOLD:
        found.problems.append(problem)
