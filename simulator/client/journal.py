"""The journal of a world: what was asked, what was told, what it did."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from simulator.client.control import Control
from simulator.client.errors import NotMet, says_it_all
from simulator.client.reading import Json, moment, read
from simulator.wording import listed

__tracebackhide__ = says_it_all
MOST_NEAREST = 5


@dataclass(frozen=True, slots=True)
class Applied:
    """One event a request made in the ledger. `action` is record, void, refund_part and so on."""

    id: int
    action: str
    license_number: str
    receipt_id: int
    receipt_number: str
    trace_id: str
    external_id: str | None

    def __str__(self) -> str:
        return f"{self.action} {self.receipt_number}"


@dataclass(frozen=True, slots=True)
class Suffered:
    """A fault that struck: its name, its phase, the type of its effect."""

    name: str
    phase: str
    effect: str

    def __str__(self) -> str:
        return f"{self.phase}: {self.name}"


@dataclass(frozen=True, slots=True)
class Entry:
    """One request, redacted, with what it did. As a text it is one line.

    `at` is simulated, `started` real; `path` is the one within the world; bodies are parsed where they are JSON.
    `operation` is an operationId, None when no route took the request; `status` that of the answer as sent, None when
    nothing was; `told` is answer, broken or nothing. `hint` is the nearest route, or why the request was refused.
    `learned` are Trace ids of receipts whose own answer was lost and that this one showed.
    """

    number: int
    at: datetime
    started: datetime
    duration_ms: float
    api: str
    method: str
    path: str
    query: str
    headers: tuple[tuple[str, str], ...]
    body: Any
    operation: str | None
    username: str | None
    license_numbers: tuple[str, ...]
    status: int | None
    told: str
    answer_headers: tuple[tuple[str, str], ...]
    answer: Any
    answer_size: int
    faults: tuple[Suffered, ...]
    events: tuple[Applied, ...]
    hint: str | None
    learned: tuple[str, ...]

    def __str__(self) -> str:
        """`#12 POST /ca/v1/sales: 504, nothing told (after: lost) [record 000060071]`."""
        query = f"?{self.query}" if self.query else ""
        words = [f"#{self.number} {self.method} {self.path}{query}: {answered(self.status, self.told)}"]
        words += [f"({listed(map(str, self.faults))})"] if self.faults else []
        words += [f"[{listed(map(str, self.events))}]"] if self.events else []
        words += [f"- {self.hint}"] if self.hint else []
        return " ".join(words)


@dataclass(frozen=True, slots=True)
class Summary:
    """How many requests there were, and how many are kept. `bytes` of at most `limit` are in use.

    `operations` counts by operationId (or unmatched) and status, `faults` what each fault struck, by its name.
    """

    total: int
    kept: int
    dropped: int
    bytes: int
    limit: int
    operations: Mapping[str, Mapping[str, int]]
    faults: Mapping[str, int]


class Journal:
    """`question` are the keys of docs/journal.md: operation, status, method, path, license_number, since and others.

    An entry is meant that fulfils all of them; an unknown key is refused with SimulatorError.
    """

    def __init__(self, control: Control) -> None:
        self._control = control

    def entries(self, **question: Any) -> list[Entry]:
        """What is kept of what is asked for, oldest first."""
        return _entries(self._control.get("/journal", **question))

    def count(self, **question: Any) -> int:
        number: int = self._control.get("/journal/count", **question)["count"]
        return number

    def wait_for(self, count: int = 1, timeout: float = 5, **question: Any) -> list[Entry]:
        """The entries asked for, as soon as there are `count`. Raises NotMet when they are not there in time.

        `timeout` is in real seconds, at most 60.
        """
        told = self._control.get(
            "/journal/wait", count=count, timeout=timeout, **question, patience=float(timeout)
        )
        if not told["met"]:
            raise NotMet(_not_met(told, count, timeout, question))
        return _entries(told)

    @property
    def last(self) -> Entry | None:
        """The latest request; None when there was none."""
        return next(iter(self.entries(limit=1, newest_first=True)), None)

    @property
    def position(self) -> int:
        """The number of the latest entry, 0 before the first: what comes later is `since` it."""
        number: int = self._control.get("/journal", limit=1)["last"]
        return number

    def unmatched(self) -> list[Entry]:
        """Requests that no route took; `hint` is the nearest."""
        return self.entries(unmatched=True)

    def summary(self) -> Summary:
        """Counters of all requests since the start or the last clear, kept or not."""
        return read(Summary, self._control.get("/journal/summary"))

    def har(self, **question: Any) -> dict[str, Any]:
        """As an HTTP archive, HAR 1.2."""
        archive: dict[str, Any] = self._control.get("/journal/har", **question)
        return archive

    def clear(self) -> None:
        """Forget all entries and counters; numbers go on."""
        self._control.delete("/journal")


def answered(status: int | None, told: str) -> str:
    """`504`, `a broken 200`, `nothing`."""
    if told == "nothing":
        return "nothing" if status is None else f"nothing of a {status}"
    return f"a broken {status or 'answer'}" if told == "broken" else str(status)


def _entries(told: Json) -> list[Entry]:
    return [_entry(entry) for entry in told["entries"]]


def _entry(told: Json) -> Entry:
    return read(
        Entry,
        told,
        at=moment(told["at"]),
        started=moment(told["started"]),
        headers=tuple((name, value) for name, value in told["headers"]),
        answer_headers=tuple((name, value) for name, value in told["answer_headers"]),
        license_numbers=tuple(told["license_numbers"]),
        faults=tuple(read(Suffered, each) for each in told["faults"]),
        events=tuple(read(Applied, each) for each in told["events"]),
        learned=tuple(told["learned"]),
    )


def _not_met(told: Json, count: int, timeout: float, question: Mapping[str, Any]) -> str:
    asked = listed(f"{key} {value}" for key, value in question.items() if value is not None)
    lines = [
        f"{len(told['entries'])} of {count} requests came in {timeout:g} seconds"
        + f" with {asked}" * bool(asked)
    ]
    nearest = [miss for miss in told["nearest"] if miss["differs"]][:MOST_NEAREST]
    if nearest:
        lines.append("The nearest:")
    elif not told["entries"]:
        lines.append(
            "The journal is empty: no request came at all, or it keeps none."
            if not told["total"]
            else f"None of the {told['total']} requests there were is near."
        )
    lines += [
        f"  #{miss['number']} {miss['method']} {miss['path']}: {listed(miss['differs'])}" for miss in nearest
    ]
    return "\n".join(lines)
