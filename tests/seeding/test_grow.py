"""Growing a world: what the default recipe promises, and that the same recipe and seed make the same world."""

import os
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from support.builders import NOW, TILL

from simulator.clock import Clock
from simulator.ledger.limits import exceeded
from simulator.ledger.model import ReceiptState
from simulator.ledger.money import same_money, total
from simulator.seeding.find import RecipeError, shipped
from simulator.seeding.grow import grow
from simulator.seeding.recipe import load
from simulator.world import World

FINGERPRINT = """
import hashlib
from datetime import UTC, datetime
from simulator.clock import Clock
from simulator.seeding.grow import grow
from simulator.seeding.recipe import load
world = grow(load("corner_shop"), {seed}, Clock(datetime(2026, 5, 20, 20, 0, tzinfo=UTC)))
books = [(book.receipts, book.lots, book.employees) for book in world.ledger.books.values()]
print(hashlib.sha256(repr(books).encode()).hexdigest())
"""


def fingerprint(seed: int, hash_seed: str) -> str:
    return subprocess.run(
        [sys.executable, "-c", FINGERPRINT.format(seed=seed)],
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    ).stdout


def test_the_same_seed_makes_the_same_world_under_any_hash_seed() -> None:
    assert fingerprint(7, "1") == fingerprint(7, "2")
    assert fingerprint(7, "1") != fingerprint(8, "1")


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


@pytest.mark.parametrize(
    "moment",
    [
        NOW,
        datetime(2026, 1, 1, 8, 0, 0, 999999, tzinfo=UTC),
        datetime(2026, 3, 9, 1, 0, tzinfo=UTC),  # the evening after clocks went forward
        datetime(2026, 11, 2, 7, 59, tzinfo=UTC),  # the night after clocks went back
        datetime(2028, 2, 29, 12, 0, tzinfo=UTC),
    ],
)
@pytest.mark.parametrize("recipe", [*shipped(), str(TILL)])
def test_every_sale_of_a_recipe_could_have_been_recorded_by_a_client(recipe: str, moment: datetime) -> None:
    """An independent check of what was grown: sums, stock, limits, hours, local times, order of ids."""
    world = grow(load(recipe), clock=Clock(moment))

    for book in world.ledger.books.values():
        on_receipts: dict[int, Decimal] = {}
        for receipt in book.receipts.values():
            assert same_money(receipt.total, total(line.total for line in receipt.lines))
            assert receipt.paid == receipt.total
            for line in receipt.lines:
                assert same_money(line.total, line.net + line.tax)
                if receipt.state is not ReceiptState.VOIDED:
                    on_receipts[line.lot_id] = on_receipts.get(line.lot_id, Decimal(0)) + line.quantity
            zone = book.license.state.zone
            assert receipt.sold_at.astimezone(zone).replace(tzinfo=None) == receipt.local_time
            assert 9 <= receipt.local_time.hour < 21
            assert receipt.sold_at < receipt.recorded_at <= moment
            assert receipt.recorded_at - receipt.sold_at < timedelta(hours=24)
            basket = tuple((book.lots[line.lot_id].item, line.quantity) for line in receipt.lines)
            assert not list(
                exceeded(
                    book.license.state_code, receipt.customer_type, basket, out_of_state=receipt.out_of_state
                )
            )
        for lot in book.lots.values():
            assert lot.quantity == lot.received - on_receipts.get(lot.id, Decimal(0))
            assert lot.quantity >= 0
        recorded = sorted(book.receipts.values(), key=lambda receipt: receipt.recorded_at)
        counted = [receipt.id for receipt in recorded if receipt.id >= book.license.first_receipt_id]
        assert counted == sorted(counted)


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


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('state = "ca"', 'state = "calif"', "licenses[0].state: 'calif' is not one of ca, or"),
        ('class = "flower"', 'class = "flour"', "items[0].class: "),
        ('unit = "ea"', 'unit = "each"', "items[0].unit: 'each' is not one of ea, oz"),
        ('item = "eighth"', 'item = "eigth"', "lots[0].item: 'eigth' does not exist. Did you mean 'eighth'?"),
        ('license = "SHOP"', 'license = "SHOPS"', "employees[0].license: 'SHOPS' does not exist."),
        ('key = "bulk"', 'key = "eighth"', "items: 'eighth' is there twice"),
        ("retail = false", "retial = false", "licenses[2].retial: this key is unknown"),
        ('quantity = "100"', 'quantity = "-1"', "lots[0].quantity: "),
        ('quantity = "100"', "", "lots[0].quantity: Field required"),
        ('hostname = "ca.metrc.com"', 'hostname = "ca.example"', "accounts[0].t3.hostname: "),
        ('lab_state = "TestFailed"', 'lab_state = "Failed"', "lots[6].lab_state: "),
        ('name = "till"', 'name = "till', "recipe broken.toml is not TOML: "),
        ('name = "till"\n', "", "name: Field required"),
        ('name = "till"\n', 'name = "till"\nplolicies = {}\n', "plolicies: this key is unknown"),
        ("[[items]]", HISTORY.format("FARM") + "[[items]]", "license FARM has sales but no active employee"),
    ],
)
def test_a_broken_recipe_is_told_in_one_line_what_to_mend(
    tmp_path: Path, old: str, new: str, expected: str
) -> None:
    assert expected in broken(tmp_path, old, new)


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


def test_an_unknown_recipe_is_told_the_shipped_ones() -> None:
    with pytest.raises(RecipeError, match=r"unknown recipe .corner_shp.\. Did you mean .corner_shop.\?"):
        load("corner_shp")
    with pytest.raises(RecipeError, match="there is no recipe file"):
        load("nowhere.toml")
