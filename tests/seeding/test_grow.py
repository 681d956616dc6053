"""Growing a world: what the default recipe promises, and that the same recipe and seed make the same world."""

import hashlib
import os
import re
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from support.builders import NOW, TILL

from simulator.clock import Clock
from simulator.ledger.customers import CustomerType
from simulator.ledger.model import ReceiptState
from simulator.ledger.money import cents
from simulator.ledger.state import Book
from simulator.seeding.find import RecipeError, shipped
from simulator.seeding.grow import grow
from simulator.seeding.recipe import load, scaled
from simulator.world import World


def fingerprint(recipe: str, seed: int, hash_seed: str) -> str:
    """The hash of all that is in a world, made by a process of its own."""
    written = subprocess.run(
        [
            sys.executable,
            "-m",
            "simulator",
            "generate",
            recipe,
            "--receipts",
            "300",
            "--seed",
            str(seed),
            "--now",
            "2026-05-20T20:00:00Z",
            "--format",
            "snapshot",
        ],
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
        capture_output=True,
        check=True,
        timeout=30,
    ).stdout
    return hashlib.sha256(written).hexdigest()


@pytest.mark.parametrize("recipe", ["corner_shop", "busy_dispensary"])
def test_the_same_seed_makes_the_same_bytes_under_any_hash_seed(recipe: str) -> None:
    assert fingerprint(recipe, 7, "1") == fingerprint(recipe, 7, "2")
    assert fingerprint(recipe, 7, "1") != fingerprint(recipe, 8, "1")


def test_the_default_recipe_has_what_the_vendors_samples_name(world: World) -> None:
    stinky, corner = world.ledger.books["LIC-00001"], world.ledger.books["XXXRETAIL01"]

    assert len(stinky.active) == 235
    states = Counter(receipt.state for receipt in stinky.inactive)
    assert states == {ReceiptState.FINAL: 62, ReceiptState.VOIDED: 12}
    receipt = stinky.receipt(123)
    assert receipt is not None
    assert receipt.state is ReceiptState.ACTIVE
    assert receipt.lines
    assert corner.lot("487fa179018e45d08b204ca4de67ca6d") is not None
    assert corner.employees["0a50cbaf8c1b471aaa427de20facb641"].active
    assert corner.receipt("80d15c7713a74feeb4c1c5f533697644") is not None
    assert not world.ledger.books["CULTIVATE01"].license.retail
    lots = list(corner.lots.values())
    assert any(lot.item.counted for lot in lots)
    assert any(not lot.item.counted for lot in lots)
    assert any(lot.on_hold for lot in lots)
    assert any(lot.lab_state == "TestFailed" for lot in lots)
    assert any(0 < lot.quantity <= 2 for lot in lots)


def broken(tmp_path: Path, old: str, new: str) -> str:
    """The message for the test recipe with one piece of it replaced."""
    text = TILL.read_text(encoding="utf-8")
    assert old in text
    file = tmp_path / "broken.toml"
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(RecipeError) as error:
        grow(load(str(file)), clock=Clock(NOW))
    message = str(error.value)
    assert "\n" not in message
    return message


HISTORY = '[[history]]\nlicense = "{}"\ndays = 2\nactive = 3\n\n'


def test_invented_sales_stay_within_limits_and_stock(tmp_path: Path) -> None:
    """Illinois is tight for visitors; SCARCE of the shop has two units and no more."""
    text = TILL.read_text(encoding="utf-8")
    busy = "".join(
        f'[[history]]\nlicense = "{number}"\ndays = 9\nactive = {active}\n\n'
        for number, active in (("SHOP", 60), ("SHOP-IL", 40))
    )
    file = tmp_path / "busy.toml"
    file.write_text(text.replace("[[items]]", busy + "[[items]]", 1), encoding="utf-8")

    world = grow(load(str(file)), clock=Clock(NOW))

    assert [len(world.ledger.books[number].active) for number in ("SHOP", "SHOP-IL")] == [60, 40]
    assert all(lot.quantity >= 0 for book in world.ledger.books.values() for lot in book.lots.values())


def test_a_history_too_long_for_its_lots_says_so(tmp_path: Path) -> None:
    history = HISTORY.format("SHOP").replace("3", "3000")

    assert broken(tmp_path, "[[items]]", history + "[[items]]") == (
        "history of SHOP: its lots are sold out before its sales are made"
    )


def test_a_recipe_asking_for_what_the_ledger_refuses_says_so(tmp_path: Path) -> None:
    sale = '[[sales]]\nlicense = "SHOP"\ndays_ago = 1\nlines = [{ item = "eighth", quantity = "9" }]\n\n[[items]]'

    message = broken(tmp_path, "[[items]]", sale)

    assert message.startswith("sales of SHOP: Purchase limit exceeded: 31.5 g of non-concentrated cannabis")


def test_a_license_without_staff_has_no_sales(tmp_path: Path) -> None:
    message = broken(tmp_path, "[[items]]", HISTORY.format("ELSEWHERE") + "[[items]]")
    assert "ELSEWHERE" in message
    assert "employee" in message


def test_receipts_and_days_can_be_asked_for() -> None:
    world = grow("corner_shop", now=NOW, receipts=50, days=3)

    receipts = [receipt for book in world.ledger.books.values() for receipt in book.receipts.values()]
    invented = len(receipts) - len(load("corner_shop").sales)
    assert invented == 50
    assert Counter(receipt.state for receipt in receipts)[ReceiptState.VOIDED] > 0
    shop = world.ledger.books["LIC-00001"]
    earliest = min(receipt.sold_at for receipt in shop.receipts.values() if receipt.id > 1_000_000)
    assert NOW - earliest < timedelta(days=4)


def test_a_world_without_a_past_has_what_the_recipe_spells_out() -> None:
    world = grow("corner_shop", now=NOW, receipts=0)
    assert sorted(world.ledger.books["LIC-00001"].receipts) == [123, 12345, 12346]


def test_a_recipe_without_history_cannot_be_stretched() -> None:
    with pytest.raises(RecipeError, match="recipe till has no history"):
        grow(str(TILL), now=NOW, receipts=10)


@pytest.mark.parametrize("name", shipped())
def test_a_world_grown_later_on_the_same_day_is_the_same(name: str) -> None:
    """So that `generate` today and `serve` a little later speak of the same receipts."""
    some = None if name == "edge_cases" else 300
    first, later = (
        grow(name, 2, now=moment, receipts=some)
        for moment in ("2026-05-20T08:00:01Z", "2026-05-21T03:59:59Z")
    )
    for number, book in first.ledger.books.items():
        other = later.ledger.books[number]
        assert (book.receipts, book.lots, book.employees) == (other.receipts, other.lots, other.employees)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"receipts": -1}, "receipts must be between 0 and 100,000,000, not -1"),
        ({"days": 0}, "days must be between 1 and 3,660, not 0"),
        ({"days": 10**6}, "days must be between 1 and 3,660, not 1000000"),
        ({"now": "soon"}, "now must be an ISO 8601 date-time such as 2024-07-17T20:26:07Z, not 'soon'"),
        ({"now": datetime(1, 1, 1, tzinfo=UTC)}, "now must be between the years 2000 and 2999"),
    ],
)
def test_what_cannot_be_grown_is_told(wrong: dict[str, Any], says: str) -> None:
    with pytest.raises(RecipeError, match=re.escape(says)):
        grow("corner_shop", **wrong)


def test_now_and_a_clock_contradict_each_other() -> None:
    with pytest.raises(TypeError, match="give now or clock, not both"):
        grow("corner_shop", clock=Clock(NOW), now=NOW)


def test_a_recipe_may_be_a_path() -> None:
    assert grow(TILL, now=NOW).recipe == "till"


def test_a_moment_may_be_told_as_text() -> None:
    assert grow("corner_shop", now="2026-05-20T20:00:00Z", receipts=0).clock.now() == NOW


def test_customers_come_back_and_keep_the_day_s_limit() -> None:
    """A busy day with a small crowd: people return, nobody twice a day where a day's limit holds."""
    world = grow("busy_dispensary", 2, now=NOW, receipts=6000, days=30)
    (book,) = world.ledger.books.values()
    adults = [
        (receipt.identifications[0].value, receipt.local_time.date())
        for receipt in book.receipts.values()
        if receipt.customer_type is CustomerType.ADULT
    ]
    visits = Counter(number for number, _ in adults)
    assert len(set(adults)) == len(adults)
    assert sum(count > 1 for count in visits.values()) > len(visits) / 4


def test_an_unknown_recipe_is_told_the_shipped_ones() -> None:
    with pytest.raises(RecipeError, match=r"unknown recipe .corner_shp.\. Did you mean .corner_shop.\?"):
        load("corner_shp")
    with pytest.raises(RecipeError, match="there is no recipe file"):
        load("nowhere.toml")


def test_a_basket_holds_different_products_received_before_they_were_sold() -> None:
    """Late ones too, whose sale lies days before their recording."""
    recipe = scaled(load("busy_dispensary"), receipts=1500, days=20)
    (history,) = recipe.history
    lifecycle = history.lifecycle.model_copy(update={"late": 0.3})
    recipe = recipe.model_copy(update={"history": (history.model_copy(update={"lifecycle": lifecycle}),)})

    (book,) = grow(recipe, 4, now=NOW).ledger.books.values()

    late = [each for each in book.receipts.values() if each.recorded_at - each.sold_at > timedelta(days=1)]
    assert 200 < len(late) < 500
    for receipt in book.receipts.values():
        lots = [book.lots[line.lot_id] for line in receipt.lines]
        assert len({lot.item.id for lot in lots}) == len(lots)
        assert all(lot.received_at < receipt.sold_at for lot in lots)


def test_a_state_s_own_taxes_are_on_the_receipts_of_a_recipe_that_names_none(tmp_path: Path) -> None:
    """Michigan's sales tax is due on the price with the excise."""
    text = TILL.read_text(encoding="utf-8")
    file = tmp_path / "michigan.toml"
    file.write_text(
        text.replace('state = "ca"', 'state = "mi"', 1).replace(
            "[[items]]", HISTORY.format("SHOP").replace("3", "40") + "[[items]]", 1
        ),
        encoding="utf-8",
    )

    book = grow(str(file), now=NOW).ledger.books["SHOP"]

    adults = [each for each in book.receipts.values() if each.customer_type is CustomerType.ADULT]
    assert adults
    for line in (line for receipt in adults for line in receipt.lines):
        excise, sales = line.taxes
        assert (excise.rate, sales.rate) == (Decimal("10.00"), Decimal("6.00"))
        assert excise.total == cents(line.net * excise.rate / 100)
        assert sales.total == cents((line.net + excise.total) * sales.rate / 100)


SPELLED_OUT = """
[[lots]]
license = "SHOP"
item = "clone"
quantity = "2"

[[lots]]
license = "SHOP"
item = "clone"
quantity = "2"
"""


def spelled_out(tmp_path: Path, *sales: str) -> Book:
    """The shop's book after sales of two clones each, from two lots of two; `sales` say when and what became of it."""
    text = TILL.read_text(encoding="utf-8")
    start = text.index("[[lots]]")
    lines = 'lines = [{ item = "clone", quantity = "2" }]'
    tables = "".join(f'\n[[sales]]\nlicense = "SHOP"\n{sale}\n{lines}\n' for sale in sales)
    file = tmp_path / "spelled_out.toml"
    file.write_text(text[:start] + SPELLED_OUT + tables, encoding="utf-8")
    return grow(str(file), now=NOW).ledger.books["SHOP"]


def test_sales_that_are_spelled_out_do_not_take_from_each_other(tmp_path: Path) -> None:
    book = spelled_out(tmp_path, "days_ago = 2", "days_ago = 1")
    assert [lot.quantity for lot in book.lots.values()] == [0, 0]
    assert all(lot.finished_at for lot in book.lots.values())
    with pytest.raises(RecipeError, match=r"sales of SHOP: Lot .* has 0 Each left, 2 wanted"):
        spelled_out(tmp_path, "days_ago = 3", "days_ago = 2", "days_ago = 1")


def test_a_lot_was_received_before_a_sale_of_long_ago(tmp_path: Path) -> None:
    book = spelled_out(tmp_path, "days_ago = 700")
    (receipt,) = book.receipts.values()
    assert all(lot.received_at < receipt.sold_at for lot in book.lots.values())
    assert all(employee.hired_on < receipt.sold_at.date() for employee in book.employees.values())


def test_a_lot_sold_out_and_given_back_was_finished_in_between(tmp_path: Path) -> None:
    book = spelled_out(tmp_path, 'days_ago = 2\nstate = "voided"', "days_ago = 1")
    first, second = book.lots.values()
    assert [each.state for each in first.history] == ["active", "finished", "unfinished"]
    assert (first.quantity, first.finished_at) == (2, None)
    assert (second.quantity, second.finished_at is None) == (0, False)


def busy(**history: object) -> Book:
    """The busy store's book with one thing of its history changed."""
    recipe = load("busy_dispensary")
    (part,) = recipe.history
    changed = type(part).model_validate({**part.model_dump(exclude_unset=True, by_alias=True), **history})
    (book,) = grow(recipe.model_copy(update={"history": (changed,)}), 6, now=NOW).ledger.books.values()
    return book


@pytest.mark.parametrize(
    ("moment", "hours", "sold"),
    [("2026-03-09T20:00:00Z", 23, {2: 0}), ("2026-11-02T20:00:00Z", 24, {})],
    ids=["an hour is jumped over", "an hour comes twice"],
)
def test_a_shop_open_all_night_sells_on_the_nights_the_clocks_change(
    moment: str, hours: int, sold: dict[int, int]
) -> None:
    recipe = load("busy_dispensary")
    (part,) = recipe.history
    changes = {"opens": 0, "closes": 24, "hours": None, "days": 1, "receipts_a_day": 600.0, "peaks": ()}
    recipe = recipe.model_copy(update={"history": (part.model_copy(update=changes),)})

    (book,) = grow(recipe, 6, now=moment).ledger.books.values()

    by_hour = Counter(receipt.local_time.hour for receipt in book.receipts.values())
    assert len(by_hour) == hours
    assert {hour: by_hour[hour] for hour in sold} == sold
    zone = book.license.state.zone
    for receipt in book.receipts.values():
        assert receipt.sold_at.astimezone(zone).replace(tzinfo=None, fold=0) == receipt.local_time


def test_receipts_are_final_once_they_are_old_enough() -> None:
    book = busy(days=20, receipts_a_day=40, lifecycle={"final_after": 5, "voided": 0.1})
    today = book.license.state.day_of(NOW)
    for receipt in book.receipts.values():
        age = (today - receipt.local_time.date()).days
        assert receipt.state in (ReceiptState.VOIDED, ReceiptState.FINAL if age > 5 else ReceiptState.ACTIVE)
    assert {receipt.state for receipt in book.receipts.values()} == {
        ReceiptState.VOIDED,
        ReceiptState.FINAL,
        ReceiptState.ACTIVE,
    }


def test_every_line_costs_whole_cents(tmp_path: Path) -> None:
    """At 9.99 a gram, an eighth costs a fraction of a cent; that much is not sold."""
    text = TILL.read_text(encoding="utf-8").replace('key = "bulk"', 'key = "bulk"', 1)
    start, _, rest = text.partition('key = "bulk"')
    before, _, after = rest.partition("price = ")
    text = f'{start}key = "bulk"{before}price = "9.99" #{after}'
    history = HISTORY.format("SHOP").replace("3", "60")
    file = tmp_path / "odd.toml"
    file.write_text(text.replace("[[items]]", history + "[[items]]", 1), encoding="utf-8")

    book = grow(str(file), now=NOW).ledger.books["SHOP"]

    lines = [line for receipt in book.receipts.values() for line in receipt.lines]
    assert all(line.net == cents(line.net) for line in lines)
    weighed = {line.quantity for line in lines if not book.lots[line.lot_id].item.counted}
    assert weighed == {Decimal(1), Decimal(7)}
