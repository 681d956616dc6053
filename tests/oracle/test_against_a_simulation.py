"""Tills send, suffer, send again and void; the oracle sees only the journal and must find what the tills know."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from hypothesis import event, given
from hypothesis import strategies as st
from support.entries import AT, NOT_HEARD, VOID, a_ledger, a_post, a_sale, an_entry, an_event

from simulator.ledger.lifecycle import Action
from simulator.ledger.model import ReceiptState
from simulator.oracle.judge import judge
from simulator.oracle.verdicts import Verdict

if TYPE_CHECKING:
    from simulator.journal.entry import Entry

Draw = Callable[[st.SearchStrategy[Any]], Any]
MOST_TILLS, MOST_BASKETS, MOST_SALES, MOST_TRIES, LONGEST_PAUSE = 3, 3, 3, 3, 5
# However the tills take turns, a till's next try is within the window.
WINDOW = MOST_TILLS * MOST_BASKETS * (MOST_TRIES + 1) * LONGEST_PAUSE


@dataclass
class Wanted:
    """A sale as its till knows it, and as the ledger does."""

    external_id: str | None
    receipts: list[int] = field(default_factory=list)
    lost: list[int] = field(default_factory=list)
    voided: set[int] = field(default_factory=set)
    sent: int = 0
    refused: bool = False

    @property
    def verdict(self) -> Verdict:
        if not self.receipts:
            return Verdict.REFUSED if self.refused else Verdict.MISSING
        if len(self.receipts) == 1:
            return Verdict.ONCE
        left = len(self.receipts) - len(self.voided)
        return Verdict.DUPLICATED if left > 1 else Verdict.CORRECTED if left == 1 else Verdict.WITHDRAWN


class Town:
    """All tills, one after the other as fate has it."""

    def __init__(self, draw: Draw) -> None:
        self.draw = draw
        self.entries: list[Entry] = []
        self.wanted: list[Wanted] = []
        self.lost_answers: list[int] = []
        self.lost_writes: list[int] = []
        self.seconds = 0
        self.receipts = 0

    def run(self) -> None:
        turns = [self.till(f"till-{n}") for n in range(self.draw(st.integers(1, MOST_TILLS)))]
        while turns:
            turn = self.draw(st.sampled_from(turns))
            if next(turn, None) is None:
                turns.remove(turn)

    def till(self, terminal: str) -> Any:
        """Rings up one basket after the other; yields after each request."""
        given_up = 0
        for basket in range(self.draw(st.integers(1, MOST_BASKETS))):
            count = self.draw(st.integers(1, MOST_SALES))
            # The same goods again, unless the till has given up on the like: nobody could tell those from a retry.
            bodies = [
                self.sale(f"{terminal}-{basket}-{n}", total=f"{n}.{given_up:02}", terminal=terminal)
                for n in range(count)
            ]
            sales = [Wanted(body.get("external_id")) for body in bodies]
            for attempt in range(self.draw(st.integers(1, MOST_TRIES))):
                if attempt and self.draw(st.booleans()):
                    bodies = [body | self.stamp(f"{terminal}-{basket}-{n}-{attempt}") for n, body in enumerate(bodies)]  # fmt: skip
                if not attempt:
                    self.wanted += sales
                heard = self.send(bodies, sales)
                yield True
                if heard or sales[0].refused:
                    break
            given_up += not heard
            for sale in sales:
                if len(sale.receipts) > 1 and self.draw(st.booleans()):
                    for receipt in self.draw(st.sets(st.sampled_from(sale.receipts))):
                        self.void(receipt, sale)
            yield True

    def sale(self, unique: str, **bent: Any) -> dict[str, Any]:
        external_id = unique if self.draw(st.booleans()) else None
        made: dict[str, Any] = a_sale(external_id, **bent)
        return made | self.stamp(unique)

    def stamp(self, unique: str) -> dict[str, Any]:
        return {"created_at": {"date": unique}}

    def send(self, bodies: list[dict[str, Any]], sales: list[Wanted]) -> bool:
        fate = self.draw(st.sampled_from(["told", "told", "before", "after", "after", "partial", "refused"]))
        kept = {"told": len(sales), "after": len(sales), "partial": len(sales) // 2}.get(fate, 0)
        ids = [self.receipts + n + 1 for n in range(kept)]
        self.receipts += kept
        bent: Any = {"told": {}, "refused": {"status": 400}}.get(fate)
        if bent is None:
            bent = NOT_HEARD[self.draw(st.sampled_from(sorted(NOT_HEARD)))]
        number = self.tick()
        self.entries.append(a_post(number, *bodies, recorded=ids, **bent, **self.times(number)))
        for sale in sales:
            sale.sent += 1
            sale.refused = fate == "refused"
        for sale, receipt in zip(sales, ids, strict=False):
            sale.receipts.append(receipt)
            if fate != "told":
                sale.lost.append(receipt)
        if ids and fate != "told":
            self.lost_answers.append(number)
        return fate == "told"

    def void(self, receipt: int, sale: Wanted) -> None:
        heard = self.draw(st.booleans())
        number = self.tick()
        events = (an_event(receipt, Action.VOID, external_id=sale.external_id),)
        bent = {} if heard else NOT_HEARD["nothing"]
        self.entries.append(an_entry(number, operation=VOID, events=events, **bent, **self.times(number)))
        sale.voided.add(receipt)
        if not heard:
            self.lost_writes.append(number)
        elif receipt in sale.lost:
            sale.lost.remove(receipt)

    def tick(self) -> int:
        self.seconds += self.draw(st.integers(0, LONGEST_PAUSE))
        return len(self.entries) + 1

    def times(self, number: int) -> dict[str, Any]:
        return {"at": AT + timedelta(seconds=self.seconds), "started": AT + timedelta(seconds=number)}

    @property
    def states(self) -> dict[int, ReceiptState]:
        voided = {receipt for sale in self.wanted for receipt in sale.voided}
        return {
            receipt: ReceiptState.VOIDED if receipt in voided else ReceiptState.ACTIVE
            for receipt in range(1, self.receipts + 1)
        }


@given(st.data())
def test_the_oracle_knows_what_the_tills_know(data: st.DataObject) -> None:
    town = Town(data.draw)
    town.run()
    entries = data.draw(st.permutations(town.entries))
    report = judge(entries, a_ledger(town.states), window=WINDOW)

    assert [
        (intent.external_id, intent.verdict, [each.event.receipt_id for each in intent.recorded])
        for intent in report.intents
    ] == [(sale.external_id, sale.verdict, sale.receipts) for sale in town.wanted]
    assert [intent.retries for intent in report.intents] == [sale.sent - 1 for sale in town.wanted]
    assert [lost.entry for lost in report.lost_answers] == town.lost_answers
    assert [lost.entry for lost in report.lost_writes] == town.lost_writes
    assert [each.event.receipt_id for each in report.unlearned] == [
        receipt for sale in town.wanted for receipt in sale.lost
    ]
    failed = {Verdict.DUPLICATED, Verdict.WITHDRAWN, Verdict.MISSING}
    assert report.exactly_once is not any(sale.verdict in failed for sale in town.wanted)
    for sale in town.wanted:
        event(sale.verdict)
