"""A state machine over both façades: record, change, refund, finalize, unfinalize and void in any order.

After every step: units received are units on hand, sold, or refunded without restocking; no lot is below nothing; T3
and Trace agree on every receipt; list totals equal the rows; what was refused changed nothing.
"""

import json
from collections import Counter
from decimal import Decimal
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)
from support.asgi import InProcess
from support.builders import ANN, BULK, CART, EIGHTH, GUMMY, SCARCE, SHOP, UNTESTED, a_world

from simulator.app import create_app
from simulator.ledger.model import Receipt

T3 = {"X-T3-API-Key": "00000000-0000-4000-8000-000000000001"}
TRACE = {
    "x-api-key": "till-key",
    # {"vendor-key":"","api-key":"till-user"}
    "Authorization": "KMP-JSON token=eyJ2ZW5kb3Ita2V5IjoiIiwiYXBpLWtleSI6InRpbGwtdXNlciJ9",
}
LOTS = (EIGHTH, BULK, CART, GUMMY, SCARCE, UNTESTED)
DATE = "2026-05-20T19:59:00Z"
PAGE = 500

lots = st.sampled_from(LOTS)
quantities = st.sampled_from(["1", "2", "3", "1", "0.5", "0", "12"])
prices = st.sampled_from(["10.00", "0.00", "7.35", "0.0001"])
picks = st.integers(0, 6)
discounts = st.sampled_from([None, "0.00", "1.00"])
lines = st.lists(st.tuples(lots, quantities, prices, discounts, st.booleans()), min_size=1, max_size=3)


def sale_body(drawn: list[tuple[str, str, str, str | None, bool]]) -> dict[str, Any]:
    """A sale that adds up, whatever else is wrong with it."""
    shown, subtotal, due, units = [], Decimal(0), Decimal(0), Decimal(0)
    for lot, quantity, price, discount, taxed in drawn:
        net = Decimal(quantity) * Decimal(price) - Decimal(discount or 0)
        tax = Decimal("0.50") if taxed else Decimal(0)
        line: dict[str, Any] = {
            "lot": {"id": lot},
            "quantity": quantity,
            "unit_price": price,
            "total": f"{net + tax:.4f}",
        }
        if discount is not None:
            line["discount"] = discount
        if taxed:
            line["taxes"] = [{"type": {"id": "KOMTAX0001"}, "name": "Tax", "rate": "5.00", "total": "0.50"}]
        shown.append(line)
        subtotal, due, units = subtotal + net, due + net + tax, units + Decimal(quantity)
    return {
        "license": {"license_number": SHOP},
        "customer_types": {"id": "CAKOMCT0001"},
        "terminal": "till-1",
        "created_at": {"date": DATE, "local_time": "2026-05-20T12:59:00"},
        "out_of_state_sale": False,
        "identifications": [],
        "employees": {"id": ANN},
        "line_items": shown,
        "currency": {"id": "KOMCURT0001"},
        "totals": {"subtotal": f"{subtotal:.4f}", "quantity": f"{units:f}", "total": f"{due:.4f}"},
        "payments": [{"amount": f"{due:.4f}", "type": {"id": "CAKOMPT0002"}}],
    }


class TwoFacades(RuleBasedStateMachine):
    """Drives one shop through HTTP only; looks inside the ledger only to check it."""

    sales = Bundle("sales")
    restocks = False
    seen: ClassVar[Counter[tuple[str, bool]]] = Counter()

    @initialize(target=sales)
    def open_shop(self) -> Any:
        """A shop with three sales, so that updates have something to work on."""
        self.world = a_world(refund_restocks=self.restocks)
        app = create_app(self.world)
        self.t3, self.trace, self.control = InProcess(app, T3), InProcess(app, TRACE), InProcess(app)
        self.book = self.world.ledger.books[SHOP]
        self.received = {lot.trace_id: lot.received for lot in self.book.lots.values()}
        first = [(EIGHTH, "3", "10.00", "1.00", True), (BULK, "2", "7.35", None, False)]
        second = [(SCARCE, "2", "10.00", None, True), (EIGHTH, "1", "10.00", None, False)]
        return multiple(
            *(
                sale
                for each in (first, second, [(GUMMY, "2", "10.00", None, False)])
                for sale in self.recorded([each])
            )
        )

    def teardown(self) -> None:
        if hasattr(self, "t3"):
            for client in (self.t3, self.trace, self.control):
                client.close()

    def do(self, what: str, client: InProcess, method: str, url: str, body: Any) -> Any:
        """The answer's JSON when accepted, None when refused; a refusal is a 4xx that changes nothing."""
        before = self.snapshot()
        answer = client.request(method, url, json=body)
        assert answer.status_code < 500, answer.text
        self.seen[what, answer.status_code == 200] += 1
        if answer.status_code == 200:
            return answer.json()
        assert 400 <= answer.status_code < 500
        assert self.snapshot() == before
        return None

    def snapshot(self) -> str:
        return repr((self.book.receipts, self.book.lots, self.book.next_receipt_id))

    def put(self, what: str, sale_id: str, action: str, **body: Any) -> Any:
        whole = {"license": {"license_number": SHOP}, "actions": {"id": action}, **body}
        return self.do(what, self.trace, "PUT", f"/ca/v1/sales/{sale_id}", whole)

    def lot_of(self, sale: str, which: int) -> str:
        """A lot on the sale, or (0) one that may not be."""
        lines = self.receipt(sale).lines
        return CART if which == 0 else self.book.lots[lines[which % len(lines)].lot_id].trace_id

    def receipt(self, sale: str) -> Receipt:
        receipt = self.book.receipt(sale)
        assert receipt is not None
        return receipt

    # --- what clients do ----------------------------------------------------------------------------------------------

    def recorded(self, batch: list[Any]) -> list[str]:
        body = {"sales": [sale_body(each) for each in batch]}
        answer = self.do("record", self.trace, "POST", "/ca/v1/sales", body)
        if answer is None:
            return []
        data = answer["results"]["data"]
        assert answer["results"]["type"] == ("array" if len(batch) > 1 else "object")
        return [sale["id"] for sale in (data if len(batch) > 1 else [data])]

    @rule(target=sales, batch=st.lists(lines, min_size=1, max_size=2))
    def record(self, batch: list[Any]) -> Any:
        return multiple(*self.recorded(batch))

    @rule(sale=sales, which=picks, price=prices)
    def change_price(self, sale: str, which: int, price: str) -> None:
        self.put(
            "change price",
            sale,
            "KMSAN0002",
            price_change_date=DATE,
            currency={"id": "KOMCURT0001"},
            line_items=[{"lot": {"id": self.lot_of(sale, which)}, "amount": price}],
        )

    @rule(sale=sales, which=picks, quantity=quantities)
    def change_quantity(self, sale: str, which: int, quantity: str) -> None:
        line = {"lot": {"id": self.lot_of(sale, which)}, "quantity": quantity}
        self.put("change quantity", sale, "KMSAN0001", quantity_change_date=DATE, line_items=[line])

    @rule(sale=sales, which=picks, quantity=quantities)
    def refund_part(self, sale: str, which: int, quantity: str) -> None:
        line = {"lot": {"id": self.lot_of(sale, which)}, "quantity": quantity}
        self.put("refund part", sale, "KMSAN0004", refund_date=DATE, line_items=[line])

    @rule(sale=sales)
    def refund_whole(self, sale: str) -> None:
        self.put("refund whole", sale, "KMSAN0004", refund_date=DATE)

    @rule(sale=sales)
    def void_through_trace(self, sale: str) -> None:
        self.put("void in Trace", sale, "KMSAN0003", void_date=DATE)

    @rule(sale=sales, submit=st.booleans())
    def void_through_t3(self, sale: str, submit: bool) -> None:
        before = self.snapshot()
        url = f"/v2/sales/void?licenseNumber={SHOP}" + ("&submit=true" if submit else "")
        answer = self.do("void in T3", self.t3, "POST", url, {"id": self.receipt(sale).id})
        if answer is not None:
            assert answer == {"message": "Success" if submit else "Dry run"}
            assert (self.snapshot() == before) is not submit

    @rule(sale=sales)
    def finalize(self, sale: str) -> None:
        body = {"license_number": SHOP, "ids": [self.receipt(sale).id]}
        self.do("finalize", self.control, "POST", "/_simulator/receipts/finalize", body)

    @rule(first=sales, second=sales, both=st.booleans())
    def unfinalize(self, first: str, second: str, both: bool) -> None:
        ids = [{"id": self.receipt(sale).id} for sale in ((first, second) if both else (first,))]
        self.do("unfinalize", self.t3, "POST", f"/v2/sales/unfinalize?licenseNumber={SHOP}&submit=true", ids)

    # --- what must always hold ------------------------------------------------------------------------------------------

    @invariant()
    def units_are_conserved(self) -> None:
        sold = dict.fromkeys(self.received, Decimal(0))
        for receipt in self.book.receipts.values():
            for line in receipt.lines:
                lot_id = self.book.lots[line.lot_id].trace_id
                assert line.quantity >= 0
                if receipt.state != "voided":
                    sold[lot_id] += line.quantity
                if not self.restocks:
                    sold[lot_id] += line.refunded
        for lot in self.book.lots.values():
            assert lot.quantity >= 0
            assert lot.quantity + sold[lot.trace_id] == self.received[lot.trace_id]
            assert (lot.finished_at is not None) == (lot.quantity == 0)

    @invariant()
    def both_facades_agree(self) -> None:
        active, inactive = self.t3_list("active"), self.t3_list("inactive")
        trace_active = self.trace_list()
        assert [row["receiptNumber"] for row in active] == [sale["receipt_number"] for sale in trace_active]
        assert len(active) + len(inactive) == len(self.book.receipts)
        for row in active + inactive:
            receipt = self.book.receipts[row["id"]]
            url = f"/ca/v1/sales/{receipt.trace_id}?license_number={SHOP}"
            sale = self.trace.get(url).json()["results"]["data"]
            self.receipt_and_sale_are_the_same(row, sale, is_active=row in active)

    def receipt_and_sale_are_the_same(self, row: Any, sale: Any, *, is_active: bool) -> None:
        assert row["receiptNumber"] == sale["receipt_number"]
        assert abs(row["totalPrice"] - float(sale["totals"]["subtotal"])) < 0.01
        now = sale["entity_state"][-1]["state"]
        assert row["index"] == ("ACTIVE_SALES_RECEIPT" if is_active else "INACTIVE_SALES_RECEIPT")
        assert (now == "active") is is_active
        assert row["isFinal"] is (now == "inactive")
        assert row["isArchived"] is (now in ("voided", "refunded"))
        url = f"/v2/sales/transactions?licenseNumber={SHOP}&salesReceiptId={row['id']}"
        lines = self.t3.get(f"{url}&includeHistory=true").json()
        assert lines["total"] == len(lines["data"]) == len(sale["line_items"])
        assert abs(sum(line["totalPrice"] for line in lines["data"]) - row["totalPrice"]) < 1e-9
        assert row["totalPackages"] == len({line["packageId"] for line in lines["data"]})
        assert [line["quantitySold"] for line in lines["data"]] == [
            float(line["quantity"]) for line in sale["line_items"]
        ]
        assert self.t3.get(url).json()["total"] == (0 if row["isArchived"] else lines["total"])

    def t3_list(self, which: str) -> list[Any]:
        page = self.t3.get(f"/v2/sales/{which}?licenseNumber={SHOP}&pageSize={PAGE}").json()
        assert page["total"] == len(page["data"])
        assert page["totalPages"] == (1 if page["data"] else 0)
        return list(page["data"])

    def trace_list(self) -> list[Any]:
        results = self.trace.get(f"/ca/v1/sales?license_number={SHOP}&limit={PAGE}").json()["results"]
        assert results["records"]["total"] == len(results["data"])
        return list(results["data"])

    @invariant()
    def lots_are_the_same_in_both(self) -> None:
        packages = {}
        for which in ("active", "inactive", "onhold"):
            page = self.t3.get(f"/v2/packages/{which}?licenseNumber={SHOP}").json()
            packages |= {package["label"]: package["quantity"] for package in page["data"]}
        shown = {}
        for state in ("active", "finished", "onhold"):
            answer = self.trace.get(f"/ca/v1/lots?license_number={SHOP}&entity_state={state}").json()
            shown |= {lot["barcode"]: lot["quantity"] for lot in answer["results"]["data"]}
        assert packages == shown
        assert len(packages) == len(self.book.lots)
        assert json.dumps(shown)


class TwoFacadesWithRestocking(TwoFacades):
    """The same where refunds return to inventory."""

    restocks = True


BOUNDS = settings(
    max_examples=50,
    stateful_step_count=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.parametrize("machine", [TwoFacades, TwoFacadesWithRestocking])
def test_no_order_of_requests_breaks_the_ledger(machine: type[TwoFacades]) -> None:
    machine.seen = Counter()

    run_state_machine_as_test(machine, settings=BOUNDS)  # type: ignore[no-untyped-call]  # hypothesis has no types here

    actions = {what for what, _ in machine.seen}
    assert len(actions) == 9
    for what in actions:
        assert machine.seen[what, True], f"{what} was never accepted"
        assert machine.seen[what, False], f"{what} was never refused"
