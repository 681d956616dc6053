"""The verdict on a run: whether its proofs hold and its thresholds are kept. A broken proof fails it, however quick it was."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from simulator.client import Audit
from simulator.loadtest.reconciling import Reconciled
from simulator.loadtest.thresholds import Held

PASSED, FAILED = "passed", "failed"
MOST_SAID = 3
"""So many problems are in a proof's own words."""


@dataclass(frozen=True, slots=True)
class Proof:
    """Something that has to be true whatever the latencies: in a few words, whether it is, and what was found."""

    name: str
    holds: bool
    said: str


@dataclass(frozen=True, slots=True)
class Verdict:
    proofs: tuple[Proof, ...]
    thresholds: tuple[Held, ...]

    @property
    def passed(self) -> bool:
        return all(proof.holds for proof in self.proofs) and all(held.holds for held in self.thresholds)

    @property
    def word(self) -> str:
        return PASSED if self.passed else FAILED

    @property
    def exit_code(self) -> int:
        return 0 if self.passed else 1

    def lines(self) -> Iterator[str]:
        """For a terminal, one a proof or threshold."""
        for proof in self.proofs:
            yield f"  {_mark(proof.holds)} {proof.name}: {proof.said}"
        for held in self.thresholds:
            yield f"  {_mark(held.holds)} {held}"


def _mark(holds: bool) -> str:
    return "ok  " if holds else "FAIL"


def units_conserved(audit: Audit) -> Proof:
    """From the ledger's audit: what came in is on the shelf or on a receipt."""
    if audit.balanced:
        lots = sum(each.lots for each in audit.licenses)
        sold = f"{lots:,} lots, each with all it received on hand or on receipts"
        return Proof("units conserved", holds=True, said=sold)
    untold = len(audit.problems[MOST_SAID:]) + audit.more_problems
    more = f" (and {untold:,} more)" if untold else ""
    return Proof("units conserved", holds=False, said="; ".join(audit.problems[:MOST_SAID]) + more)


def t3_agrees_with_trace(before: int, after: int, sales: Reconciled) -> Proof:
    """T3's own totals of active and inactive receipts grew by just what Trace accepted, and both have the same money."""
    grown = after - before
    money = f"{sales.ledger_total / 100:,.2f}"
    holds = grown == sales.recorded and sales.ledger_total == sales.believed_total
    if holds:
        said = f"T3 lists {grown:,} more receipts, as many as Trace accepted; what stands comes to {money}"
    else:
        said = (
            f"T3 lists {grown:,} more receipts, Trace accepted {sales.recorded:,}; what stands comes to {money} in the "
            f"ledger and to {sales.believed_total / 100:,.2f} by what the clients were told"
        )
    return Proof("T3 agrees with Trace", holds, said)


def exactly_once(sales: Reconciled) -> Proof:
    """Every sale that a client wanted recorded and was not refused stands once, as its client believes."""
    name = "exactly once"
    if sales.exactly_once:
        taken_back = ""
        if sales.voided or sales.refunded:
            taken_back = f", {sales.voided:,} voided and {sales.refunded:,} refunded since"
        refused = f"; {sales.refused:,} refused" if sales.refused else ""
        return Proof(
            name, holds=True, said=f"{sales.recorded:,} sales recorded, each once{taken_back}{refused}"
        )
    counts = {
        "recorded twice or more": sales.duplicated,
        "missing": sales.missing,
        "not as the client believes": sales.differing,
        "of nobody": sales.foreign,
    }
    counted = ", ".join(f"{number:,} {words}" for words, number in counts.items() if number)
    return Proof(name, holds=False, said=f"{counted}: {'; '.join(sales.problems[:MOST_SAID])}")


def nothing_stuck(sales: Reconciled, hidden: int, silent: Iterable[str] = ()) -> Proof:
    """No sale is still with a client, no receipt is still unseen, and every load generator has told of its sales."""
    waiting = [
        *([f"{sales.stuck:,} of {sales.wanted:,} sales are still with their clients"] if sales.stuck else []),
        *([f"{hidden:,} receipts are recorded and not shown yet"] if hidden else []),
        *(f"the load generator {name} has not told of its sales" for name in silent),
    ]
    said = "; ".join(waiting) or f"none of {sales.wanted:,} sales is still with its client"
    return Proof("nothing stuck", holds=not waiting, said=said)
