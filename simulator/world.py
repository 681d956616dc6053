"""The shell around the ledger: takes a command, reads the clock once, decides, applies."""

from datetime import datetime

from simulator.accounts import Accounts
from simulator.clock import Clock
from simulator.ledger.commands import Command
from simulator.ledger.decide import decide
from simulator.ledger.decision import Decision
from simulator.ledger.state import Ledger, Policies


class World:
    """One isolated world: a ledger, a clock, and the accounts that may ask."""

    def __init__(self, recipe: str, seed: int, clock: Clock, accounts: Accounts, policies: Policies) -> None:
        self.recipe = recipe
        self.seed = seed
        self.clock = clock
        self.accounts = accounts
        self.ledger = Ledger(policies)

    def execute(self, command: Command, at: datetime | None = None) -> Decision:
        """Do it, or raise Rejected and change nothing. `at` is the instant of the request; now when not given.

        GAP(read-after-write): the next read sees it, through either façade.
        """
        decision = self.rehearse(command, at)
        for event in decision.events:
            self.ledger.apply(event)
        return decision

    def rehearse(self, command: Command, at: datetime | None = None) -> Decision:
        """What `execute` would answer, without doing it: a dry run."""
        return decide(self.ledger, command, at or self.clock.now())
