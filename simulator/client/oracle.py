"""The oracle of a world: what really happened, beside what the client was told."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from simulator.client.control import Control
from simulator.client.errors import NotExactlyOnce, says_it_all
from simulator.client.journal import Suffered
from simulator.client.reading import Json, in_seconds, moment, read

__tracebackhide__ = says_it_all


@dataclass(frozen=True, slots=True)
class Attempt:
    """One time a sale was sent: in which journal entry, at which `place` of its `sales`, and what was told."""

    entry: int
    place: int
    at: datetime
    status: int | None
    told: str
    faults: tuple[Suffered, ...]
    events: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Recorded:
    """A receipt that was recorded, as it stands now, and whether its client has ever learned of it."""

    event: int
    license_number: str
    receipt_id: int
    receipt_number: str
    trace_id: str
    external_id: str | None
    entry: int
    state: str
    stands: bool
    learned: bool


@dataclass(frozen=True, slots=True)
class Intent:
    """One sale that a client wanted recorded; `verdict` is once, duplicated, missing and so on.

    `standing` are the numbers of its receipts that count.
    """

    name: str
    license_number: str | None
    external_id: str | None
    verdict: str
    attempts: tuple[Attempt, ...]
    receipts: tuple[Recorded, ...]
    standing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """What became of every sale. `failures` is empty where all is `exactly_once`; `problems` has doubts besides.

    `verdicts` counts the intents. `lost_answers` are requests that recorded sales and whose client was not told,
    `lost_writes` those that changed receipts; both, and `not_understood`, are as in the control API. `unlearned` are
    receipts whose client never heard of them, `unattributed` those that no sale of their request accounts for.
    """

    exactly_once: bool
    failures: tuple[str, ...]
    problems: tuple[str, ...]
    complete: bool
    window: float
    entries: int
    dropped: int
    verdicts: Mapping[str, int]
    retries: int
    intents: tuple[Intent, ...]
    lost_answers: tuple[Json, ...]
    lost_writes: tuple[Json, ...]
    unlearned: tuple[Recorded, ...]
    unattributed: tuple[Recorded, ...]
    not_understood: tuple[int, ...]


class Oracle:
    """It reads the journal: what that has dropped or forgotten, it does not know."""

    def __init__(self, control: Control) -> None:
        self._control = control

    def report(self, window: float | timedelta | None = None, external_id: str | None = None) -> Report:
        """What really happened: to all sales, or to those of one external id.

        Sales without an external id are the same when their content is and they are no more than `window` simulated
        seconds apart.
        """
        seconds = None if window is None else in_seconds(window)
        return _report(self._control.get("/oracle", window=seconds, external_id=external_id))

    def assert_exactly_once(
        self, external_id: str | None = None, window: float | timedelta | None = None
    ) -> None:
        """Raises NotExactlyOnce unless every sale that was not refused stands recorded once.

        With an external id, of that sale alone; then it has to have been sent, and a refusal is a failure too.
        """
        report = self.report(window, external_id)
        if not report.exactly_once:
            told = dict.fromkeys((*report.failures, *report.problems))
            raise NotExactlyOnce("\n".join(told))


def _report(told: Json) -> Report:
    several: dict[str, Any] = {
        name: tuple(told[name])
        for name in ("failures", "problems", "lost_answers", "lost_writes", "not_understood")
    }
    recorded = {name: _recorded(told[name]) for name in ("unlearned", "unattributed")}
    intents = tuple(
        read(
            Intent,
            intent,
            attempts=tuple(_attempt(attempt) for attempt in intent["attempts"]),
            receipts=_recorded(intent["receipts"]),
            standing=tuple(intent["standing"]),
        )
        for intent in told["intents"]
    )
    return read(Report, told, intents=intents, **several, **recorded)


def _recorded(told: list[Json]) -> tuple[Recorded, ...]:
    return tuple(read(Recorded, each) for each in told)


def _attempt(told: Json) -> Attempt:
    return read(
        Attempt,
        told,
        at=moment(told["at"]),
        faults=tuple(read(Suffered, each) for each in told["faults"]),
        events=tuple(told["events"]),
    )
