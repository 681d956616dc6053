"""Lists over HTTP are, byte for byte, those of an engine that looks at every receipt, whatever is written in between."""

import asyncio
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from support import naive
from support.builders import BORN_1982, SHOP, a_line, a_world, recorded
from support.naive import Asked, Condition
from support.worlds import Server, path_of, t3_of, trace_of

from simulator.ledger.model import Identification, Receipt
from simulator.paged import changes, ordered
from simulator.paged import list as paged_list
from simulator.query import kept, question, sorting
from simulator.query.fields import Kind
from simulator.query.lookups import LOOKUPS
from simulator.query.results import Results
from simulator.seeding.builders import a_sale
from simulator.t3 import collection
from simulator.t3.receipts import receipts_of
from simulator.world import World

JSON = dict[str, Any]
FIELDS = receipts_of(a_world().ledger.books[SHOP].license).asked
CONSTANTS = {
    Kind.TEXT: ["", "0", "1003", "consumer", "PAT", "\u212a", "ß"],
    Kind.INTEGER: ["1", "1003", "1004.0", "2.5", "-1"],
    Kind.NUMBER: ["10", "10.00", "30", "7.5"],
    Kind.BOOLEAN: ["true", "False"],
    Kind.INSTANT: ["2026-05-20T20:00:00Z", "2026-05-20", "2026-05-20T13:10:00"],
    Kind.LOCAL_TIME: ["2026-05-20T13:00:00", "2026-05-20", "2026-05-20T20:10:00Z"],
    Kind.DATE: ["2026-05-20", "2026-05-21", "2026-05-20T12:00:00"],
}
PARTS = {
    "startswith": lambda text: text[:3].upper(),
    "endswith": lambda text: text[-2:],
    "contains": lambda text: text[1:4],
    "doesnotcontain": lambda text: text[1:4].lower(),
}
WHICH = st.integers(0, 30)
CONDITIONS = st.sampled_from(
    [(name, operator) for name, field in FIELDS.items() for operator in LOOKUPS[field.kind]]
).flatmap(
    lambda each: st.tuples(
        st.just(each), st.one_of(WHICH, st.sampled_from(CONSTANTS[FIELDS[each[0]].kind])), st.booleans()
    )
)
"""A field and an operator; a value, or the receipt that has it; the form."""
LISTS = st.sampled_from(["active", "inactive"])
LOGICS = st.sampled_from([None, "and", "or"])
SORTS = st.sampled_from([None, *(f"{name}:{way}" for name in FIELDS for way in ("asc", "desc"))])
PAGES, SIZES = st.sampled_from([1, 1, 1, 2, 3]), st.sampled_from([1, 3, 5, 100, 500, 501])
PRICES = st.sampled_from(["7.50", "10.00", "10", "30.00"])
CUSTOMERS = {"CAKOMCT0001": ["1"], "CAKOMCT0002": ["2"], "CAKOMCT0003": ["2", "3"]}
USERS = ["Tilly Tester", 'Zoë "Z" O\\Neil\n', "</script>\u2028\x01"]
MOST_WORLDS = 3
WATCHED = 4
"""Pages that are asked for again after each step."""
SELDOM = st.sampled_from([False] * 5 + [True])


class Lists(RuleBasedStateMachine):
    """A server whose worlds, forks of one another, are written to and asked for lists of their receipts."""

    def __init__(self) -> None:
        super().__init__()
        self.patch = pytest.MonkeyPatch()
        self.bought = 0

    @initialize(
        dear=st.sampled_from([0, kept.DEAR]),
        remembered=st.sampled_from([4, 1000]),
        bounds=st.sampled_from([(32, 1000), (2, 1000), (32, 8)]),
        common=st.sampled_from([1, 3, 1000]),
    )
    def begin(self, dear: int, remembered: int, bounds: tuple[int, int], common: int) -> None:
        """So few rows a page, a slice and a bucket that a handful of receipts fills several."""
        for module, values in (
            (paged_list, {"FULL": 4}),
            (ordered, {"FULL": 4, "MOST": 6, "LEAST": 2}),
            (sorting, {"SLICE": 3, "RUN": 4, "LONGEST": 5, "SAMPLED": 2}),
            (question, {"SLICE": 3}),
            (kept, {"DEAR": dear, "AT_ONCE": 2}),
            (changes, {"MOST": remembered}),
            (collection, {"MOST_COMMON": common}),
        ):
            for name, value in values.items():
                self.patch.setattr(module, name, value)
        self.patch.setattr("simulator.world.Results", lambda: Results(*bounds))
        world = a_world()
        for number in range(16):
            customer = (Identification("CAKOMIT0001", f"CADL{number}", BORN_1982),)
            line = a_line(price=f"{10 + number % 3}.00")
            recorded(world, line, by=USERS[number % 3], identifications=customer)
        self.server = Server(world)
        self.names = ["main"]
        self.asked: list[tuple[str, Asked, int, int]] = []

    def teardown(self) -> None:
        self.patch.undo()
        if hasattr(self, "server"):
            self.server.close()

    # --- what is asked

    def world(self, name: str) -> World:
        return self.server.worlds[name]

    def name(self, which: int) -> str:
        return self.names[which % len(self.names)]

    def get(self, name: str, asked: Asked, page: int, size: int, *, strict: bool = False) -> None:
        """Ask for a page, and look at every byte of it."""
        wanted = naive.page(self.world(name), SHOP, asked, page, size, strict=strict)
        answer = self.server.get(self.url(name, asked, page, size, strict=strict), headers=self.t3(name))
        if wanted is None:
            assert answer.status_code == 400
            assert f"page {page} is out of bounds" in answer.json()["error"]["message"]
        else:
            assert (answer.status_code, answer.content) == (200, wanted)

    @staticmethod
    def url(name: str, asked: Asked, page: int, size: int, *, strict: bool = False) -> str:
        return path_of(name) + asked.url(SHOP, page, size, strict=strict)

    def t3(self, name: str) -> dict[str, str]:
        return t3_of(self.world(name).accounts.demo)

    def condition(self, world: World, drawn: tuple[tuple[str, str], int | str, bool]) -> Condition:
        (field, operator), value, alternate = drawn
        if isinstance(value, int):
            value = self.value_of(world, field, operator, value)
        return Condition(field, operator, value, alternate)

    def value_of(self, world: World, field: str, operator: str, which: int) -> str:
        """What one of the receipts shows in the field, or a part of it."""
        book = world.ledger.books[SHOP]
        receipt = list(book.receipts.values())[which % len(book.receipts)]
        shown = receipts_of(book.license).shown[field](receipt, "")
        if shown is None:
            return CONSTANTS[FIELDS[field].kind][0]
        text = str(shown)
        return PARTS[operator](text) if operator in PARTS else text

    @rule(
        which=WHICH,
        listed=LISTS,
        drawn=st.lists(CONDITIONS, max_size=2) | st.lists(CONDITIONS, max_size=5),
        logic=LOGICS,
        sort=SORTS,
        page=PAGES,
        size=SIZES,
        strict=st.booleans(),
    )
    def ask(
        self,
        which: int,
        listed: str,
        drawn: list[tuple[tuple[str, str], int | str, bool]],
        logic: str | None,
        sort: str | None,
        page: int,
        size: int,
        *,
        strict: bool,
    ) -> None:
        name = self.name(which)
        conditions = tuple(self.condition(self.world(name), each) for each in drawn)
        asked = Asked(listed, conditions, logic, sort)
        self.get(name, asked, page, size, strict=strict)
        self.asked.append((name, asked, page, size))

    @rule(which=WHICH, forwards=st.booleans())
    def turn_the_page(self, which: int, *, forwards: bool) -> None:
        if self.asked:
            place = which % len(self.asked)
            name, asked, page, size = self.asked[place]
            page = page + 1 if forwards else max(page - 1, 1)
            self.get(name, asked, page, size)
            self.asked[place] = (name, asked, page, size)

    @invariant()
    def those_asked_for_last_are_right(self) -> None:
        for name, asked, page, size in self.asked[-WATCHED:]:
            self.get(name, asked, page, size)

    @rule(which=WHICH, change=st.sampled_from(["list", "logic", "sort"]), sort=SORTS)
    def ask_nearly_the_same(self, which: int, change: str, sort: str | None) -> None:
        if self.asked:
            name, asked, page, size = self.asked[which % len(self.asked)]
            if change == "list":
                asked = replace(asked, listed="inactive" if asked.listed == "active" else "active")
            elif change == "logic":
                asked = replace(asked, logic="and" if asked.logic == "or" else "or")
            else:
                asked = replace(asked, sort=sort)
            self.get(name, asked, page, size)
            self.asked.append((name, asked, page, size))

    @rule(which=WHICH, asked=WHICH)
    def ask_in_another_world(self, which: int, asked: int) -> None:
        if self.asked:
            _, question, page, size = self.asked[asked % len(self.asked)]
            self.get(self.name(which), question, page, size)

    @rule(which=WHICH)
    def ask_at_once_while_one_is_voided(self, which: int) -> None:
        """Each answer is of a moment: before the void or after it."""
        name = self.name(which)
        receipt = self.receipt(name, which)
        reads = [each for each in self.asked if each[0] == name][-WATCHED:]
        urls = [self.url(*each) for each in reads]

        def pages() -> list[bytes | None]:
            return [
                naive.page(self.world(name), SHOP, asked, page, size, strict=False)
                for _, asked, page, size in reads
            ]

        async def all_at_once() -> list[Any]:
            client, headers = self.server._client, self.t3(name)
            void = f"{path_of(name)}/v2/sales/void?licenseNumber={SHOP}&submit=true"
            asked = [client.get(url, headers=headers) for url in urls]
            middle = len(asked) // 2
            write = client.post(void, json={"id": receipt.id}, headers=headers)
            return await asyncio.gather(*asked[:middle], write, *asked[middle:])

        before = pages()
        answers = self.server._runner.run(all_at_once())
        del answers[len(reads) // 2]
        after = pages()
        for answer, *either in zip(answers, before, after, strict=True):
            assert answer.content in either

    # --- what is written

    def receipt(self, name: str, which: int) -> Receipt:
        receipts = list(self.world(name).ledger.books[SHOP].receipts.values())
        return receipts[which % len(receipts)]

    def write(self, method: str, name: str, path: str, body: Any, headers: dict[str, str] | None) -> None:
        """What is refused changes nothing, which is as good."""
        answer = self.server.request(method, path_of(name) + path, json=body, headers=headers)
        assert answer.status_code in (200, 400), answer.text

    @rule(
        which=WHICH,
        prices=st.lists(PRICES, min_size=1, max_size=4),
        quantity=st.sampled_from(["1", "2"]),
        customer=st.sampled_from(list(CUSTOMERS)),
    )
    def sell(self, which: int, prices: list[str], quantity: str, customer: str) -> None:
        name = self.name(which)
        sales = []
        for price in prices:
            self.bought += 1
            with suppress(LookupError):  # sold out
                sale = a_sale(self.world(name), SHOP, quantity=quantity, price=price)
                sale["customer_types"]["id"] = customer
                birthday = sale["identifications"][0]["birthday"]
                sale["identifications"] = [
                    {
                        "types": {"id": f"CAKOMIT000{kind}"},
                        "id": f"Pat{kind}-{self.bought}",
                        "birthday": birthday,
                    }
                    for kind in CUSTOMERS[customer]
                ]
                sales.append(sale)
        if sales:
            self.write(
                "POST", name, "/ca/v1/sales", {"sales": sales}, trace_of(self.world(name).accounts.demo)
            )

    @rule(which=WHICH, picked=WHICH, action=st.sampled_from(["1", "2", "3", "4"]), amount=PRICES)
    def correct(self, which: int, picked: int, action: str, amount: str) -> None:
        """Change a quantity or a price, void, refund."""
        name = self.name(which)
        receipt = self.receipt(name, picked)
        line = {"lot": {"id": self.world(name).ledger.books[SHOP].lots[receipt.lines[0].lot_id].trace_id}}
        at = "2026-05-20T19:00:00Z"
        more: JSON = {
            "1": {"quantity_change_date": at, "line_items": [{**line, "quantity": "3"}]},
            "2": {"price_change_date": at, "line_items": [{**line, "amount": amount}]},
            "3": {"void_date": at},
            "4": {"refund_date": at, "line_items": [{**line, "quantity": "1"}]},
        }[action]
        body = {
            "license": {"license_number": SHOP},
            "actions": {"id": f"KMSAN000{action}"},
            "currency": {"id": "KOMCURT0001"},
            **more,
        }
        self.write(
            "PUT", name, f"/ca/v1/sales/{receipt.trace_id}", body, trace_of(self.world(name).accounts.demo)
        )

    @rule(which=WHICH, picked=WHICH)
    def void(self, which: int, picked: int) -> None:
        name = self.name(which)
        path = f"/v2/sales/void?licenseNumber={SHOP}&submit=true"
        self.write("POST", name, path, {"id": self.receipt(name, picked).id}, self.t3(name))

    @rule(which=WHICH, picked=WHICH)
    def unfinalize(self, which: int, picked: int) -> None:
        name = self.name(which)
        path = f"/v2/sales/unfinalize?licenseNumber={SHOP}&submit=true"
        self.write("POST", name, path, [{"id": self.receipt(name, picked).id}], self.t3(name))

    @rule(which=WHICH, picked=WHICH, everything=SELDOM)
    def finalize(self, which: int, picked: int, *, everything: bool) -> None:
        name = self.name(which)
        body: JSON = {"license_number": SHOP}
        if not everything:
            body["ids"] = [self.receipt(name, picked).id]
        self.write("POST", name, "/_simulator/receipts/finalize", body, None)

    # --- what becomes of a world

    @rule(which=WHICH, minutes=st.integers(1, 900))
    def time_passes(self, which: int, minutes: int) -> None:
        self.server.control(self.name(which), "clock/advance", {"minutes": minutes})

    @rule(which=WHICH)
    def fork(self, which: int) -> None:
        if len(self.names) < MOST_WORLDS:
            made = self.server.create(f"fork{len(self.names)}", fork_of=self.name(which))
            self.names.append(made["name"])

    @rule(which=WHICH, surely=SELDOM)
    def reset(self, which: int, *, surely: bool) -> None:
        if surely:
            self.server.control(self.name(which), "reset", {})

    @rule(which=WHICH)
    def keep(self, which: int) -> None:
        self.server.control(self.name(which), "snapshots", {"name": "kept", "replace": True})

    @rule(which=WHICH)
    def restore(self, which: int) -> None:
        name = self.name(which)
        if "kept" in self.world(name).moments:
            self.server.told("POST", f"{path_of(name)}/_simulator/snapshots/kept/restore")


TestLists = Lists.TestCase
TestLists.settings = settings(max_examples=50, stateful_step_count=40, deadline=None)
