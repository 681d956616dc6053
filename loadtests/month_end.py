"""The end of a month: bookkeepers go through a backlog of wrong receipts, reopen, void and record them anew.

    simulator loadtest month_end --users 10 --sales 500

The till has sold at a dollar too much, say. For each receipt of the backlog a bookkeeper looks at its lines in T3, reads
the sale in Trace, unfinalizes the receipt where it is final (a dry run first), voids it and records it anew through Trace.
--sales is how many are wrong. The run ends when the backlog is empty.
"""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import quote

import gevent
import msgspec
from _cashier import OPERATIONS, Cashier
from _client import at_work
from _conductor import Conductor
from _generator import Generator
from _run import play, run
from _scenario import Scenario
from locust import task

from simulator.client import Row
from simulator.loadtest.verdict import Proof

if TYPE_CHECKING:
    from simulator.loadtest.briefing import Door

NAP = 0.1
DOLLAR = Decimal(1)
OPEN_OR_FINAL = ("active", "final")


class MonthEnd(Scenario):
    """`backlog` are the receipts that this process still has to correct; `wrong` are all it was given."""

    recipe = "month_end"
    operations = ("read_lines", "dry_run", "unfinalize", "void", *OPERATIONS)
    defaults: ClassVar[Mapping[str, Any]] = {
        "users": 10,
        "spawn_rate": 50,
        "run_time": "300s",
        "stop_timeout": 60,
        "receipts": 1500,
        "shops": 2,
        "sales": 200,
        "pace": 0.0,
    }

    def __init__(self) -> None:
        self.backlog: deque[tuple[Row, Door]] = deque()
        self.wrong: list[Row] = []

    def second(self, conductor: Conductor) -> None:
        if conductor.has_told and not conductor.all_of("left"):
            conductor.facts["backlog corrected in"] = f"{conductor.elapsed:.1f} s"
            run.end()

    def proofs(self, conductor: Conductor, problems: Sequence[str]) -> Iterable[Proof]:
        yield from super().proofs(conductor, problems)
        done = "backlog corrected in" in conductor.facts
        said = (
            "every wrong receipt is voided, and recorded anew"
            if done
            else f"{conductor.all_of('left'):,} receipts were left when the run was over; give it more --run-time"
        )
        yield Proof("backlog empty", holds=done and not problems, said=said)

    def begun(self, generator: Generator) -> None:
        """Its part of the backlog: receipts spread over the month and the shops, every so-manieth of each."""
        rows = [
            (row, door)
            for number, door in generator.doors.items()
            for row in generator.world.receipts(number)
            if row.state in OPEN_OR_FINAL
        ]
        step = max(1, len(rows) // int(self.option("sales")))
        mine = rows[::step][: int(self.option("sales"))][generator.index :: generator.of]
        self.backlog = deque(mine)
        self.wrong = [row for row, _ in mine]

    def progress(self, generator: Generator) -> dict[str, int]:
        return {**super().progress(generator), "left": len(self.backlog) + generator.working}

    def telling(self, generator: Generator) -> None:
        """Whether what was wrong is voided."""
        wrong = {row.trace_id for row in self.wrong} - {row.trace_id for row, _ in self.backlog}
        for number in generator.doors:
            for row in generator.world.receipts(number):
                if row.trace_id in wrong and row.state != "voided":
                    generator.problem(f"receipt {row.number} of {number} was wrong, and is {row.state} still")


SCENARIO = MonthEnd()


class Bookkeeper(Cashier):
    """Corrects one receipt after the other."""

    @task
    @at_work
    def correct_the_next(self) -> None:
        if not SCENARIO.backlog:
            self.nap(NAP)
            return
        row, self.door = SCENARIO.backlog.popleft()
        self.look_at_its_lines(row)
        sale = self.read(row)
        if sale is None:
            self.generator.problem(f"the sale of receipt {row.number} could not be read")
            return
        if row.state == "final":
            self.reopen(row)
        if self.void_receipt(row):
            corrected = as_it_should_be(sale)
            self.record(self.generator.intend(corrected), corrected)
            self.generator.tally["receipts corrected"] += 1
        else:
            self.generator.problem(f"receipt {row.number} could not be voided")

    def look_at_its_lines(self, row: Row) -> None:
        shop = quote(self.door.license_number)
        self.ask(
            "read_lines",
            "GET",
            f"/v2/sales/transactions?licenseNumber={shop}&salesReceiptId={row.id}",
            self.door.t3,
            read=msgspec.json.decode,
        )

    def read(self, row: Row) -> dict[str, Any] | None:
        """The sale as Trace has it; None where it cannot be had."""
        door = self.door
        path = f"/{door.state}/v1/sales/{row.trace_id}?license_number={door.license_number}"
        for pause in self.pauses():
            told = self.ask("read_sale", "GET", path, door.trace, read=msgspec.json.decode).told
            if told is not None:
                sale: dict[str, Any] = told["results"]["data"]
                return sale
            if self.generator.closing:
                break
            gevent.sleep(pause)
        return None

    def reopen(self, row: Row) -> None:
        """Unfinalize it: a dry run first, as one would before a batch of them."""
        self._write("dry_run", "unfinalize", [{"id": row.id}], submit=False)
        self._until_done("unfinalize", [{"id": row.id}], row, "active")

    def void_receipt(self, row: Row) -> bool:
        return self._until_done("void", {"id": row.id}, row, "voided")

    def _until_done(self, operation: str, body: Any, row: Row, wanted: str) -> bool:
        """Ask until it is done. Where no answer tells, look before asking again; a repeated void is refused anyway."""
        for pause in self.pauses():
            if self._write(operation, operation, body, submit=True):
                return True
            sale = self.read(row)
            if sale is not None and sale["entity_state"][-1]["state"] == wanted:
                return True
            if self.generator.closing:
                break
            gevent.sleep(pause)
        return False

    def _write(self, operation: str, action: str, body: Any, *, submit: bool) -> bool:
        """Whether T3 said that it is done."""
        shop = quote(self.door.license_number)
        path = f"/v2/sales/{action}?licenseNumber={shop}{'&submit=true' if submit else ''}"
        answer = self.ask(operation, "POST", path, self.door.t3, body, read=msgspec.json.decode)
        return answer.told is not None


def as_it_should_be(sale: dict[str, Any]) -> dict[str, Any]:
    """The body that records a sale anew which Trace has told, at a dollar less where its first line costs more than one."""
    line = sale["line_items"][0]
    net = Decimal(line["unit_price"]) * Decimal(line["quantity"]) - Decimal(line["discount"])
    off = DOLLAR if net > DOLLAR and len(sale["payments"]) == 1 else Decimal(0)
    lines = [
        {
            "lot": each["lot"],
            "discount": str(Decimal(each["discount"]) + (off if each is line else 0)),
            "quantity": each["quantity"],
            "unit_price": each["unit_price"],
            "taxes": each["taxes"],
            "total": str(Decimal(each["total"]) - (off if each is line else 0)),
        }
        for each in sale["line_items"]
    ]
    totals, payments = sale["totals"], sale["payments"]
    return {
        "license": {"license_number": sale["license"]["license_number"]},
        "customer_types": {"id": sale["customer_types"]["id"]},
        "terminal": "back-office",
        "created_at": sale["created_at"],
        "out_of_state_sale": sale["out_of_state_sale"],
        "identifications": [
            {**each, "types": {"id": each["types"]["id"]}} for each in sale["identifications"]
        ],
        "employees": {"id": sale["employees"]["id"]},
        "line_items": lines,
        "currency": {"id": sale["currency"]["id"]},
        "totals": {
            "subtotal": str(Decimal(totals["subtotal"]) - off),
            "quantity": totals["quantity"],
            "total": str(Decimal(totals["total"]) - off),
        },
        "payments": [
            {"amount": str(Decimal(each["amount"]) - off), "type": {"id": each["type"]["id"]}}
            for each in payments
        ],
    }


play(SCENARIO, __file__, __doc__)
