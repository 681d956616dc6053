"""The oracle's report: every intent with its verdict, and what clients were not told. As data, JSON and sentences."""

from collections import Counter
from functools import partial
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from simulator.oracle import wording
from simulator.oracle.intents import Intent, Recorded
from simulator.oracle.lost import LostAnswer
from simulator.oracle.verdicts import Verdict
from simulator.wording import listed


class Report(Struct, frozen=True):
    """`window` in simulated seconds; `entries` is how many the journal kept, `dropped` how many it did not.

    `lost_answers` are of requests that recorded sales, `lost_writes` of those that changed receipts. `not_understood`
    are the entries of requests to record sales that held none; `unattributed` are receipts that no sale of their
    request accounts for.
    """

    window: float
    entries: int
    dropped: int
    intents: tuple[Intent, ...]
    lost_answers: tuple[LostAnswer, ...]
    lost_writes: tuple[LostAnswer, ...]
    not_understood: tuple[int, ...]
    unattributed: tuple[Recorded, ...]

    @property
    def complete(self) -> bool:
        """Whether the journal still has all there was."""
        return not self.dropped

    @property
    def exactly_once(self) -> bool:
        """Whether it can be said that every sale that was not refused stands once, and no refund was repeated."""
        return not exactly_once_failures(self)

    @property
    def retries(self) -> int:
        """Requests that carried a sale once more."""
        return sum(intent.retries for intent in self.intents)

    @property
    def unlearned(self) -> tuple[Recorded, ...]:
        """Receipts whose client was never told of them, neither by an answer of success nor later."""
        recorded = (each for intent in self.intents for each in intent.recorded)
        return tuple(each for each in (*recorded, *self.unattributed) if not each.learned)

    @property
    def verdicts(self) -> dict[Verdict, int]:
        """How many intents each verdict has, none left out."""
        found = Counter(intent.verdict for intent in self.intents)
        return {verdict: found[verdict] for verdict in Verdict}

    def only(self, external_id: str) -> "Report":
        """What it says of one external id."""
        of_it = partial(_concerns, external_id)
        return replace(
            self,
            intents=tuple(intent for intent in self.intents if intent.external_id == external_id),
            lost_answers=tuple(filter(of_it, self.lost_answers)),
            lost_writes=tuple(filter(of_it, self.lost_writes)),
            not_understood=(),
            unattributed=(),
        )

    def problems(self) -> list[str]:
        """What is wrong, one sentence or two each; failures first. Empty when all is well and all is known."""
        return [*exactly_once_failures(self), *wording.unlearned(self.intents)]

    def as_json(self, external_id: str | None = None) -> dict[str, Any]:
        """All of it, or what concerns one external id. `exactly_once` is true when there are no `failures`."""
        failures = exactly_once_failures(self, external_id)
        about = self if external_id is None else self.only(external_id)
        return {
            "exactly_once": not failures,
            "failures": failures,
            "problems": [*failures, *wording.unlearned(about.intents)],
            **_parts(about),
        }

    def lines(self) -> list[str]:
        """For people: a summary, then the problems."""
        verdicts = [f"{number} {verdict}" for verdict, number in self.verdicts.items() if number]
        sales = wording.counted(len(self.intents), "sale")
        unheard = (
            f"{wording.counted(self.retries, 'retry', 'retries')}; "
            f"{wording.counted(len(self.lost_answers), 'answer')} lost after recording and "
            f"{len(self.lost_writes)} after other changes; "
            f"{wording.counted(len(self.unlearned), 'receipt')} the client never learned of."
        )
        lines = [
            f"{sales} asked for: {listed(verdicts)}." if verdicts else "No sale was asked for.",
            unheard,
        ]
        if self.not_understood:
            requests = wording.counted(len(self.not_understood), "request")
            lines.append(
                f"{requests} held no sale that could be read: {wording.entries(self.not_understood)}."
            )
        return [*lines, *self.problems()]


def exactly_once_failures(report: Report, external_id: str | None = None) -> list[str]:
    """Why it cannot be said that each sale was recorded exactly once; empty when it can.

    With an external id, of that sale alone; then it has to be there, and a refusal is a failure too. A journal that has
    dropped entries proves nothing, so that is always one.
    """
    about = report if external_id is None else report.only(external_id)
    found = [
        *wording.incomplete(report.entries, report.dropped),
        *wording.failures(about.intents, about.lost_writes),
        *wording.unattributed(about.unattributed),
    ]
    if external_id is not None:
        found += wording.refusals(about.intents)
        if not about.intents:
            found.append(wording.never_sent(report.intents, external_id, report.dropped))
    return found


def _concerns(external_id: str, lost: LostAnswer) -> bool:
    return any(event.external_id == external_id for event in lost.events)


def _parts(report: Report) -> dict[str, Any]:
    return {
        "complete": report.complete,
        "window": report.window,
        "entries": report.entries,
        "dropped": report.dropped,
        "verdicts": {verdict.value: number for verdict, number in report.verdicts.items()},
        "retries": report.retries,
        "intents": [intent.as_json() for intent in report.intents],
        "lost_answers": [lost.as_json() for lost in report.lost_answers],
        "lost_writes": [lost.as_json() for lost in report.lost_writes],
        "unlearned": [each.as_json() for each in report.unlearned],
        "unattributed": [each.as_json() for each in report.unattributed],
        "not_understood": list(report.not_understood),
    }
