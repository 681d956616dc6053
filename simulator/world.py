"""The shell around the ledger: takes a command, reads the clock once, decides, applies."""

from collections.abc import Container
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from simulator.accounts import Accounts
from simulator.clock import Clock, ClockState
from simulator.faults.book import FaultBook
from simulator.journal.entry import Applied
from simulator.journal.journal import Journal
from simulator.ledger.commands import Command
from simulator.ledger.decide import decide
from simulator.ledger.decision import Decision
from simulator.ledger.events import ReceiptEvent
from simulator.ledger.lifecycle import Action
from simulator.ledger.state import Ledger, Policies
from simulator.query.results import Results
from simulator.visibility import Visibility

MAIN = "main"
"""The world a server begins with."""


class Part(StrEnum):
    """What of a world can be reset apart. The ledger's part includes the accounts."""

    LEDGER = "ledger"
    CLOCK = "clock"
    FAULTS = "faults"
    JOURNAL = "journal"
    SNAPSHOTS = "snapshots"


@dataclass(frozen=True, slots=True)
class Origin:
    """What a world was grown from: the recipe as it was named, and the moment from which its past was counted back, at which
    the clock may have been `frozen`. What is None was as the recipe has it.
    """

    recipe: str
    seed: int
    began: datetime
    frozen: bool
    receipts: int | None = None
    days: int | None = None
    shops: int | None = None


@dataclass(frozen=True, slots=True)
class Moment:
    """A world as it stood: nothing changes it any more. Faults and journal are no part of it."""

    ledger: Ledger
    accounts: Accounts
    clock: ClockState
    events: int
    taken_at: datetime
    origin: Origin | None


class World:
    """One isolated world: a ledger, a clock, the accounts that may ask, the faults they meet, a journal of it all.

    `results` are what queries found, kept for their next page.

    `origin` is what its past was grown from; None where it is another past, restored or imported.

    `events` counts what the ledger has applied. `moments` are those that were named, to return to. `generation` goes up
    whenever another past takes the place of this one, `resets` whenever the journal begins anew: by them a request knows
    that what it was sent to is gone.
    """

    def __init__(
        self,
        recipe: str,
        seed: int,
        clock: Clock,
        accounts: Accounts,
        policies: Policies,
        *,
        name: str = MAIN,
        journal: Journal | None = None,
    ) -> None:
        self.name = name
        self.recipe = recipe
        self.seed = seed
        self.clock = clock
        self.accounts = accounts
        self.faults = FaultBook(seed)
        self.journal = journal or Journal()
        self.origin: Origin | None = None
        self.moments: dict[str, Moment] = {}
        self.events = 0
        self.unlearned: dict[str, Applied] = {}
        self.generation = 0
        self.resets = 0
        self._beginning: Moment | None = None
        self._take(Ledger(policies))

    def _take(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.results = Results()
        self._visibility = Visibility(ledger)
        self._visibility.look_back(self.faults.longest_lag or timedelta(0))

    def execute(self, command: Command, at: datetime | None = None) -> Decision:
        """Do it, or raise Rejected and change nothing. `at` is the instant of the request; now when not given.

        GAP(read-after-write): the next read sees it, through either façade.
        """
        return self.perform(command, at or self.clock.now())[0]

    def perform(
        self, command: Command, now: datetime, shown_at: datetime | None = None
    ) -> tuple[Decision, list[Applied]]:
        """Do it at the instant `now`, and tell which events did it; readers see them from `shown_at` on."""
        decision = decide(self.ledger, command, now)
        self._visibility.before(now)
        if shown_at is not None:
            self._visibility.hide()
        applied = []
        for event in decision.events:
            self.ledger.apply(event)
            self._visibility.note(event, shown_at)
            self.events += 1
            if isinstance(event, ReceiptEvent):
                applied.append(_applied(self.events, event))
        return decision, applied

    def rehearse(self, command: Command, at: datetime | None = None) -> Decision:
        """What `execute` would answer, without doing it: a dry run."""
        return decide(self.ledger, command, at or self.clock.now())

    def seen(self, now: datetime, lag: timedelta = timedelta(0)) -> Ledger:
        """The ledger as readers see it now, or saw it `lag` ago."""
        return self._visibility.ledger(now, lag)

    def look_back(self) -> None:
        """The faults have changed: keep as much of the past as they ask for."""
        self._visibility.look_back(self.faults.longest_lag or timedelta(0))

    def in_common(self) -> "World":
        """The same world, with keys that it does not have for its own: to be the main one, or the model of others."""
        self.accounts = self.accounts.in_common()
        return self

    def turn_back(self) -> None:
        """The clock may have been set back."""
        self._visibility.turn_back(self.clock.now())

    def note_answer(self, applied: list[Applied], *, delivered: bool) -> None:
        """What a request did, and whether its client was told: who was not has still to learn of new receipts."""
        if not delivered:
            self.unlearned.update(
                (event.trace_id, event) for event in applied if event.action == Action.RECORD
            )

    def moment(self) -> Moment:
        """The world as it stands, to return to. Costs the same however much there is."""
        return Moment(
            self.ledger.fork(),
            self.accounts.copy(),
            self.clock.state,
            self.events,
            self.clock.now(),
            self.origin,
        )

    def return_to(self, moment: Moment) -> None:
        """Be as at that moment. What shows late, and the past that was kept for reading, is gone."""
        self.clock.restore(moment.clock)
        self._hold(moment)

    def _hold(self, moment: Moment) -> None:
        """What was in the ledger then, and who might ask."""
        self.accounts = moment.accounts.copy()
        self.origin = moment.origin
        self.unlearned.clear()
        self.generation += 1
        self._take(moment.ledger.fork())

    def settle(self) -> None:
        """A reset leads back to where things stand now."""
        self._beginning = self.moment()

    @property
    def beginning(self) -> Moment:
        """Where a reset leads to."""
        if self._beginning is None:
            raise RuntimeError("a world is settled before it is reset")
        return self._beginning

    def reset(self, parts: Container[Part] = frozenset(Part)) -> None:
        """Be as in the beginning, in all parts or in some: no faults, an empty journal, no named moments."""
        if Part.FAULTS in parts:
            self.faults.clear()
            self.look_back()
        if Part.CLOCK in parts:
            self.clock.restore(self.beginning.clock)
            self.turn_back()
        if Part.LEDGER in parts:
            self._hold(self.beginning)
        if Part.JOURNAL in parts:
            self.journal.clear()
            self.resets += 1
        if Part.LEDGER in parts and Part.JOURNAL in parts:
            # Only where no entry is left that knows the old ones may the events be counted anew.
            self.events = self.beginning.events
        if Part.SNAPSHOTS in parts:
            self.moments.clear()

    def fork(self, name: str, journal: Journal | None = None, *, at: Moment | None = None) -> "World":
        """A world of its own that begins as this one stands, or stood, with no faults and an empty journal."""
        at = at or self.moment()
        other = World(
            self.recipe,
            self.seed,
            self.clock.fork(),
            at.accounts,
            self.ledger.policies,
            name=name,
            journal=journal,
        )
        other.return_to(at)
        other.events = at.events
        # Keys by which a world can be told are told of one world only.
        other.accounts = at.accounts.unmarked()
        other.settle()
        return other


def _applied(number: int, event: ReceiptEvent) -> Applied:
    receipt = event.receipt
    return Applied(
        number,
        event.action,
        receipt.license_number,
        receipt.id,
        receipt.number,
        receipt.trace_id,
        receipt.external_id,
    )
