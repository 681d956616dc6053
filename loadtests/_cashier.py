"""A cashier: rings up sales through Trace, takes some back, and knows what to do when an answer does not come."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import gevent
from _client import ASKS_AGAIN, Client
from _generator import Sold
from _run import run

from simulator.loadtest.answers import Sale, TraceSales, read_sale, read_sales
from simulator.loadtest.intents import State
from simulator.loadtest.options import LOOK_UP, NEVER
from simulator.times import iso_utc

OPERATIONS = (
    "record_sale",
    "void_sale",
    "refund_sale",
    "change_price",
    "change_quantity",
    "read_sale",
    "list_sales",
)
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 5.0
"""Seconds between one try and the next; they double."""
LARGEST_PAGE = 500
SECONDS = len("2026-05-20T20:00:00")
"""Times are compared to the second."""
CHANGE_QUANTITY, CHANGE_PRICE, VOID, REFUND = (f"KMSAN000{number}" for number in (1, 2, 3, 4))


class Cashier(Client):
    """Works at one till of one shop."""

    abstract = True

    # --- recording ----------------------------------------------------------------------------------------------------

    def serve_customer(self, sold_at: datetime | None = None) -> None:
        """Ring up the next customer, now or at a moment, and have the sale recorded, however often it takes."""
        number, sale = self.generator.sale(self.door, sold_at)
        self.record(number, sale)

    def record(self, number: int, sale: dict[str, Any]) -> None:
        """Send a sale until it is known to be recorded or refused; what is done about a lost answer is `--resend`."""
        resend, intents = run.option("resend"), self.generator.intents
        pauses = self.pauses()
        while True:
            self.send(number, sale)
            if intents.state(number) not in (State.WAITING, State.UNKNOWN):
                return
            if intents.state(number) is State.UNKNOWN and resend == NEVER:
                return
            gevent.sleep(next(pauses))
            # Where it cannot be looked up either, nobody knows still, and to send it would be to guess.
            while intents.state(number) is State.UNKNOWN and resend == LOOK_UP:
                if self.look_up(number, sale):
                    return
                gevent.sleep(next(pauses))
            self.generator.tally["sales sent again"] += 1

    def pauses(self) -> Iterator[float]:
        """Seconds from one try to the next: they double, and no two cashiers keep step."""
        pause = FIRST_PAUSE
        while True:
            yield pause * self.generator.random.uniform(0.5, 1.0)
            pause = min(2 * pause, LONGEST_PAUSE)

    def send(self, number: int, sale: dict[str, Any], operation: str = "record_sale") -> None:
        """Send a sale once, and believe what the answer says."""
        door, intents = self.door, self.generator.intents
        answer = self.ask(
            operation, "POST", f"/{door.state}/v1/sales", door.trace, {"sales": [sale]}, read=sale_of
        )
        if answer.told is not None:
            self.recorded(number, sale, answer.told)
        elif answer.refuses:
            intents.tell(number, State.REFUSED)
        elif answer.status in ASKS_AGAIN:
            intents.tell(number, State.WAITING)
        else:
            intents.tell(number, State.UNKNOWN)

    def recorded(self, number: int, sale: dict[str, Any], told: Sale) -> None:
        lines = tuple(
            (line["lot"]["id"], line["quantity"], line["unit_price"])
            for line in sale["line_items"]
            if float(line["discount"]) == 0
        )
        self.generator.intents.tell(number, State.RECORDED)
        self.generator.remember(Sold(number, self.door, told.id, told.receipt_number, lines))

    def look_up(self, number: int, sale: dict[str, Any]) -> bool:
        """Whether a sale is recorded whose answer was lost: it is in the shop's list, after all that was recorded before it
        was rung up. The list is read from its end.

        A sale that shows later than this is found by nobody who looks now; see the fault late_commit.
        """
        self.generator.tally["sales looked up"] += 1
        page = self.sales(offset=0, limit=1)
        offset = 0 if page is None else page.results.records.total
        while page is not None:
            offset = max(0, offset - LARGEST_PAGE)
            page = self.sales(offset=offset, limit=LARGEST_PAGE)
            if page is None:
                break
            listed = page.results.data
            if not listed and offset:
                continue  # so many were taken back meanwhile
            found = next((each for each in listed if each.external_id == sale["external_id"]), None)
            if found is not None:
                self.recorded(number, sale, found)
                return True
            if not offset or listed[0].recorded_at[:SECONDS] < sale["created_at"]["date"][:SECONDS]:
                self.generator.intents.tell(number, State.WAITING)
                return False
        return False

    def sales(self, *, offset: int, limit: int) -> TraceSales | None:
        """A page of the shop's active sales, oldest first; None where it did not come."""
        door = self.door
        query = f"license_number={door.license_number}&limit={limit}&offset={offset}"
        return self.ask(
            "list_sales", "GET", f"/{door.state}/v1/sales?{query}", door.trace, read=read_sales
        ).told

    # --- taking back and changing -------------------------------------------------------------------------------------

    def void(self) -> None:
        """Take a sale of before back, with its goods."""
        if sold := self.generator.any_sold():
            body = {"actions": {"id": VOID}, "void_date": self._now()}
            self._change("void_sale", sold, body, State.VOIDED)

    def refund(self) -> None:
        """Give all the money for a sale of before back."""
        if sold := self.generator.any_sold():
            body = {"actions": {"id": REFUND}, "refund_date": self._now()}
            self._change("refund_sale", sold, body, State.REFUNDED)

    def reprice(self) -> None:
        """Reduce a line of a sale of before by a tenth, to whole dollars, where one was sold at its full price."""
        if sold := self.generator.any_sold():
            if not sold.lines:
                self.generator.remember(sold)
                return
            lot, _, price = sold.lines[0]
            reduced = f"{max(1, int(float(price) * 0.9))}.00"
            body = {
                "actions": {"id": CHANGE_PRICE},
                "price_change_date": self._now(),
                "currency": {"id": "KOMCURT0001"},
                "line_items": [{"lot": {"id": lot}, "amount": reduced}],
            }
            self._change("change_price", sold, body, State.RECORDED)

    def correct_quantity(self) -> None:
        """The customer takes one piece of several only."""
        if (sold := self.generator.any_sold()) is None:
            return
        several = next((line for line in sold.lines if line[1].isdigit() and int(line[1]) > 1), None)
        if several is None:
            self.generator.remember(sold)
            return
        body = {
            "actions": {"id": CHANGE_QUANTITY},
            "quantity_change_date": self._now(),
            "line_items": [{"lot": {"id": several[0]}, "quantity": "1"}],
        }
        self._change("change_quantity", sold, body, State.RECORDED)

    def _change(self, operation: str, sold: Sold, body: dict[str, Any], wanted: State) -> None:
        """Have a change done once. Where no answer tells, look what became of it before it is asked for again."""
        door, intents = sold.door, self.generator.intents
        path = f"/{door.state}/v1/sales/{sold.id}"
        body = {"license": {"license_number": door.license_number}, **body}
        pauses, in_doubt = self.pauses(), False
        while True:
            intents.tell(sold.number, State.CHANGING)
            answer = self.ask(operation, "PUT", path, door.trace, body, read=sale_of)
            if answer.refuses and not in_doubt:
                intents.tell(sold.number, State.RECORDED)
                return
            # Refused after an answer was lost, it may have been done by what was lost.
            told = answer.told
            in_doubt = in_doubt or (told is None and answer.status not in ASKS_AGAIN)
            while told is None and answer.status not in ASKS_AGAIN:
                gevent.sleep(next(pauses))
                told = self._look_at(sold)
            if told is not None:
                state = {"voided": State.VOIDED, "refunded": State.REFUNDED}.get(told.state, State.RECORDED)
                intents.tell(sold.number, state, told.total if state is State.RECORDED else None)
                if state is wanted:
                    return
            gevent.sleep(next(pauses))

    def _look_at(self, sold: Sold) -> Sale | None:
        door = sold.door
        path = f"/{door.state}/v1/sales/{sold.id}?license_number={door.license_number}"
        return self.ask("read_sale", "GET", path, door.trace, read=sale_of).told

    def _now(self) -> str:
        return iso_utc(self.generator.course.now())


def sale_of(content: bytes) -> Sale:
    """The sale that an answer is about. Raises ValueError."""
    return read_sale(content).results.data
