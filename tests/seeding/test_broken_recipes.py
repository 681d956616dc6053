"""Recipes that do not stand up, each with the one line that is told: good enough to mend the file without a manual."""

import os
import sys
from pathlib import Path

import pytest

from simulator.cli import main
from simulator.seeding.find import RecipeError
from simulator.seeding.grow import grow
from simulator.seeding.recipe import HistoryPart, Recipe, load, read, scaled

SOUND = """\
name = "sound"

[[accounts]]
username = "ada"
name = "Ada Abara"
licenses = ["SHOP", "FARM"]
t3 = { hostname = "ca.metrc.com", password = "ada", secret_key = "ada-secret" }
trace = { api_key = "ada-key", user_key = "ada-user" }

[[accounts]]
username = "bo"
name = "Bo Baird"
licenses = []
t3 = { hostname = "ca.metrc.com", password = "bo" }

[[licenses]]
number = "SHOP"
name = "The Shop"
state = "ca"
type = "Retailer"

[[licenses]]
number = "FARM"
name = "The Farm"
state = "ca"
type = "Cultivation"
retail = false

[[staff]]
license = "SHOP"
count = 2

[[items]]
key = "jar"
name = "Jar"
class = "flower"
category = "Buds"
unit = "ea"
unit_weight = "3.5"
price = "30.00"

[[lots]]
license = "SHOP"
item = "jar"
quantity = "100"

[[catalogue]]
class = "edible"
category = "Edibles"
products = 2
price = ["10.00", "20.00"]
unit_weight = ["40"]
unit_thc = ["100"]

[[stock]]
license = "SHOP"

[[history]]
license = "SHOP"
days = 7
receipts_a_day = 3
opens = 10
closes = 14
hours = [1, 2, 2, 1]
weekdays = [1, 1, 1, 1, 2, 2, 1]
peaks = [
  { day = "04-20", factor = 3 },
  { days_ago = 2, factor = 2, hours = [4, 3, 2, 1] },
]
lifecycle = { voided = 0.1, refunded = 0.1 }

[[sales]]
license = "SHOP"
receipt_id = 5
days_ago = 1
time = 16:20:00
lines = [{ item = "jar", quantity = "1" }]

[[sales]]
license = "SHOP"
on = "fall-back"
lines = [
  { item = "jar", quantity = "1" },
  { item = "jar", quantity = "2" },
]
"""

BROKEN: dict[str, tuple[str, str, str]] = {
    # --- TOML
    "a string without an end": (
        'name = "sound"',
        'name = "sound',
        "line 1, column 14: this is not TOML: Illegal character '\\n'",
    ),
    "a key twice": (
        "count = 2",
        "count = 2\ncount = 3",
        "line 32, column 10: this is not TOML: Cannot overwrite a value",
    ),
    "an end in the middle": (
        '  { item = "jar", quantity = "2" },\n]\n',
        "",
        "end of document: this is not TOML: Invalid value",
    ),
    # --- keys
    "a key that is misspelt": (
        "retail = false",
        "retial = false",
        (
            "line 27, licenses[1].retial: this key is unknown. Did you mean 'retail'? "
            "Keys: number, name, state, type, retail, active, first_receipt_id, first_lot_id"
        ),
    ),
    "a key that is misspelt and so missing too": (
        'quantity = "100"',
        'quantty = "100"',
        (
            "line 45, lots[0].quantty: this key is unknown. Did you mean 'quantity'? "
            "Keys: license, item, quantity, id, tag, lab_state, on_hold, in_history (and 1 more)"
        ),
    ),
    "an unknown key within a line": (
        "voided = 0.1",
        "voidde = 0.1",
        (
            "line 70, history[0].lifecycle.voidde: this key is unknown. Did you mean 'voided'? "
            "Keys: final_after, voided, refunded, late"
        ),
    ),
    "a key that would break the line": (
        "retail = false",
        '"re\\ntail" = false',
        (
            "line 27, licenses[1].\"re\\ntail\": this key is unknown. Did you mean 'retail'? "
            "Keys: number, name, state, type, retail, active, first_receipt_id, first_lot_id"
        ),
    ),
    "a key that is missing": ('category = "Buds"\n', "", "line 33, items[0].category: this key is missing"),
    "a key that is missing within a list": (
        '{ item = "jar", quantity = "2" }',
        '{ item = "jar" }',
        "line 84, sales[1].lines[1].quantity: this key is missing",
    ),
    "a table in place of a list": (
        "[[stock]]",
        "[stock]",
        "line 55, stock: must be a list of tables: write [[stock]]",
    ),
    "a value in place of a table": (
        'trace = { api_key = "ada-key", user_key = "ada-user" }',
        'trace = "ada-key"',
        "line 8, accounts[0].trace: must be a table, not 'ada-key'",
    ),
    # --- values
    "a state that there is not": (
        'state = "ca"',
        'state = "cal"',
        (
            "line 19, licenses[0].state: 'cal' is not one of ca, or, nv, mt, co, mi, il, ma, ri, nj, md, de, va, oh, ky, al, ms, "
            "mn, la, ok, sd, me, wa, wv, mo. Did you mean 'ca'?"
        ),
    ),
    "a lab state that there is not": (
        'quantity = "100"',
        'quantity = "100"\nlab_state = "Failed"',
        (
            "line 46, lots[0].lab_state: 'Failed' is not one of NotSubmitted, SubmittedForTesting, TestFailed, TestPassed, "
            "TestingInProgress, AwaitingConfirmation, RetestFailed, RetestPassed, Remediated, SelectedForRandomTesting, "
            "NotRequired, ProcessValidated. Did you mean 'TestFailed'?"
        ),
    ),
    "a unit that there is not": (
        'unit = "ea"',
        'unit = "each"',
        "line 38, items[0].unit: 'each' is not one of ea, oz, lb, g, mg, kg, l, ml. Did you mean 'ea'?",
    ),
    "an amount in words": (
        'price = "30.00"',
        'price = "dear"',
        "line 40, items[0].price: must be a number such as \"12.50\", not 'dear'",
    ),
    "an amount finer than any API": (
        'price = "30.00"',
        'price = "30.00001"',
        "line 40, items[0].price: must have at most 4 digits after the point, not '30.00001'",
    ),
    "a number in quotes": (
        "products = 2",
        'products = "2"',
        "line 50, catalogue[0].products: must be a whole number, not '2'",
    ),
    "a yes in place of true": (
        "retail = false",
        'retail = "no"',
        "line 27, licenses[1].retail: must be true or false, not 'no'",
    ),
    "percent in place of a share": (
        "voided = 0.1",
        "voided = 10",
        "line 70, history[0].lifecycle.voided: must be a share from 0 to 1, such as 0.2, not 10",
    ),
    "an id too high": (
        'type = "Retailer"',
        'type = "Retailer"\nfirst_receipt_id = 900000000',
        "line 21, licenses[0].first_receipt_id: must be at most 899,999,999, not 900000000",
    ),
    "a text of two lines": (
        'name = "The Shop"',
        'name = "The\\nShop"',
        (
            "line 18, licenses[0].name: 'The\\nShop' has a line break or another control character in it. "
            "Did you mean 'TheShop'?"
        ),
    ),
    "a credential that no header can hold": (
        'api_key = "ada-key"',
        'api_key = "ada key"',
        "line 8, accounts[0].trace.api_key: must be ASCII without blanks, as it goes into a header, not 'ada key'",
    ),
    "a time with a zone": (
        "time = 16:20:00",
        'time = "16:20Z"',
        'line 76, sales[0].time: must be a local time such as "16:20", in whole seconds and without a zone',
    ),
    # --- weights, pairs, hours, peaks
    "a day too few": (
        "weekdays = [1, 1, 1, 1, 2, 2, 1]",
        "weekdays = [1, 1, 1, 1, 2, 2]",
        "line 65, history[0].weekdays: must be 7 weights, one for each day from Monday, not 6",
    ),
    "an hour too few": (
        "hours = [1, 2, 2, 1]",
        "hours = [1, 2, 2]",
        "line 64, history[0].hours: must be a weight for each of the 4 opening hours, not 3",
    ),
    "an hour too many on one peak": (
        "hours = [4, 3, 2, 1]",
        "hours = [5, 4, 3, 2, 1]",
        "line 68, history[0].peaks[1].hours: must be a weight for each of the 4 opening hours, not 5",
    ),
    "hours without a customer": (
        "hours = [1, 2, 2, 1]",
        "hours = [0, 0, 0, 0]",
        "line 64, history[0].hours: not all weights may be 0",
    ),
    "nobody who comes": (
        "lifecycle =",
        "customers = { adult = 0, patient = 0, caregiver = 0 }\nlifecycle =",
        "line 70, history[0].customers: not all weights may be 0",
    ),
    "a shop that closes before it opens": (
        "closes = 14",
        "closes = 8",
        "line 62, history[0].opens: opens (10) must be before closes (8)",
    ),
    "a pair the wrong way round": (
        'price = ["10.00", "20.00"]',
        'price = ["20.00", "10.00"]',
        "line 51, catalogue[0].price: the first must not be above the second: 20.00 is above 10.00",
    ),
    "a pair of one": (
        'price = ["10.00", "20.00"]',
        'price = "10.00"',
        'line 51, catalogue[0].price: must be a pair, the lower first, such as ["5", "10"], not \'10.00\'',
    ),
    "a peak on a day that there is not": (
        'day = "04-20"',
        'day = "black-frday"',
        (
            "line 67, history[0].peaks[0].day: 'black-frday' is neither a month and day such as \"04-20\" nor one of "
            "green-wednesday, black-friday. Did you mean 'black-friday'?"
        ),
    ),
    "a peak twice": (
        'day = "04-20"',
        "days_ago = 2",
        "line 68, history[0].peaks[1].days_ago: 2 is there twice; see line 67",
    ),
    "a peak before it all begins": (
        "days_ago = 2, factor",
        "days_ago = 8, factor",
        "line 68, history[0].peaks[1].days_ago: 8 days ago is before these 7 days begin",
    ),
    "a peak at no time": (
        'day = "04-20", ',
        "",
        "line 67, history[0].peaks[0]: say when: day or days_ago",
    ),
    # --- one way or the other
    "receipts counted in two ways": (
        "receipts_a_day = 3",
        "receipts_a_day = 3\nactive = 10",
        "line 62, history[0].active: say receipts_a_day or how many of each state, not both; see line 61",
    ),
    "receipts not counted at all": (
        "receipts_a_day = 3\n",
        "",
        "line 58, history[0]: say how many: receipts_a_day, or one or more of active, final, voided, refunded",
    ),
    "a lifecycle beside counts": (
        "receipts_a_day = 3",
        "active = 3",
        "line 70, history[0].lifecycle.refunded: belongs to receipts_a_day; beside counts there is only late",
    ),
    "more taken back than sold": (
        "voided = 0.1, refunded = 0.1",
        "voided = 0.6, refunded = 0.6",
        "line 70, history[0].lifecycle: voided and refunded together must be at most 1",
    ),
    "a sale on two days": (
        "days_ago = 1\n",
        'days_ago = 1\non = "fall-back"\n',
        "line 76, sales[0].on: say days_ago or on, not both; see line 75",
    ),
    "a sale on no day": ("days_ago = 1\n", "", "line 72, sales[0]: say when: days_ago or on"),
    "an hour that comes but once": (
        "time = 16:20:00",
        "time = 16:20:00\nfold = 1",
        'line 77, sales[0].fold: only the night of on = "fall-back" has an hour twice',
    ),
    "a token for nobody": (
        ', user_key = "ada-user"',
        "",
        "line 8, accounts[0].trace: say token or user_key: without either nobody gets in",
    ),
    "a weight that is known": (
        'unit = "ea"',
        'unit = "g"',
        "line 39, items[0].unit_weight: what is sold by 'g' weighs what it weighs: leave it out",
    ),
    "a catalogue that limits cannot see": (
        'unit_thc = ["100"]\n',
        "",
        "line 47, catalogue[0]: edible needs unit_thc or thc_percent: purchase limits look at its THC",
    ),
    # --- between tables
    "a license that there is not": (
        'license = "SHOP"\ncount',
        'license = "SHIP"\ncount',
        "line 30, staff[0].license: 'SHIP' does not exist. Did you mean 'SHOP'? There are: SHOP, FARM. (and 3 more)",
    ),
    "an item that there is not": (
        'item = "jar"\nquantity',
        'item = "jra"\nquantity',
        "line 44, lots[0].item: 'jra' does not exist. Did you mean 'jar'? There are: jar. (and 3 more)",
    ),
    "an item that the shop has not": (
        'lines = [{ item = "jar", quantity = "1" }]',
        'lines = [{ item = "gem", quantity = "1" }]',
        "line 77, sales[0].lines[0].item: 'gem' is not in a lot of SHOP. There are: jar.",
    ),
    "a license twice": (
        'number = "FARM"',
        'number = "SHOP"',
        "line 23, licenses[1].number: 'SHOP' is there twice; see line 17 (and 4 more)",
    ),
    "a receipt id twice": (
        'on = "fall-back"',
        'on = "fall-back"\nreceipt_id = 5',
        "line 82, sales[1].receipt_id: 5 is there twice at SHOP; see line 74",
    ),
    "one login for two": (
        'username = "bo"',
        'username = "ada"',
        "line 11, accounts[1].username: this user name at this hostname is another account's; see line 4",
    ),
    "one Trace user for two": (
        't3 = { hostname = "ca.metrc.com", password = "bo" }',
        'trace = { api_key = "ada-key", user_key = "ada-user" }',
        "line 14, accounts[1].trace.user_key: api_key and user_key together are another account's; see line 8",
    ),
    "half a jar": (
        'quantity = "2"',
        'quantity = "0.5"',
        "line 84, sales[1].lines[1].quantity: 'jar' is sold by 'ea', and 0.5 is not a whole number",
    ),
    "a catalogue that nobody sells": (
        '[[stock]]\nlicense = "SHOP"\n',
        "",
        "line 47, catalogue[0]: no shop sells it: it needs a [[stock]]",
    ),
    "stock of nothing": (
        SOUND[SOUND.index("[[catalogue]]") : SOUND.index("[[stock]]")],
        "",
        "line 47, stock[0]: there is no [[catalogue]] to keep in stock",
    ),
    "a farm that sells": (
        '[[history]]\nlicense = "SHOP"',
        '[[history]]\nlicense = "FARM"',
        "line 59, history[0].license: license FARM is not retail, so it sells nothing",
    ),
    "a shop without staff": (
        '[[staff]]\nlicense = "SHOP"\ncount = 2\n',
        "",
        (
            "line 56, history[0].license: license SHOP has sales but no active employee: "
            "it needs [[staff]] or [[employees]] (and 2 more)"
        ),
    ),
    # --- what only growing can tell
    "a sale the ledger refuses": (
        'lines = [{ item = "jar", quantity = "1" }]',
        'lines = [{ item = "jar", quantity = "9" }]',
        (
            "sales of SHOP: Purchase limit exceeded: 31.5 g of non-concentrated cannabis, where 28.5 g a day are allowed to this "
            "customer. If the excess is a clerical error, send ?purchase_limit_override=true."
        ),
    ),
}


@pytest.fixture(autouse=True)
def without_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("SIMULATOR_"):
            monkeypatch.delenv(name)


def test_the_recipe_that_is_broken_below_is_sound() -> None:
    world = grow(read(SOUND, "sound.toml"), now="2026-05-20T20:00:00Z")

    assert len(world.ledger.books["SHOP"].receipts) == 7 * 3 + 2


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_recipe_is_told_in_one_line_where_and_how_to_mend_it(
    what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    there, instead, line = BROKEN[what]
    assert there in SOUND
    file = tmp_path / "mine.toml"
    file.write_text(SOUND.replace(there, instead, 1), encoding="utf-8")
    place = "" if line.startswith("sales of") else "recipe mine.toml, "

    for command in (["generate", str(file)], ["env", "--recipe", str(file)]):
        if command[0] == "env" and not place:
            continue  # which reads the recipe and grows nothing
        monkeypatch.setattr(sys, "argv", ["simulator", *command])
        with pytest.raises(SystemExit) as ended:
            main()

        told = capsys.readouterr()
        assert (ended.value.code, told.out) == (2, "")
        assert told.err == f"simulator: {place}{line}\n"


def test_a_byte_order_mark_and_windows_line_ends_are_taken(tmp_path: Path) -> None:
    file = tmp_path / "windows.toml"
    file.write_bytes(b"\xef\xbb\xbf" + SOUND.replace("\n", "\r\n").encode())

    assert load(str(file)) == read(SOUND, "sound.toml")


def test_lines_are_counted_whatever_ends_them(tmp_path: Path) -> None:
    file = tmp_path / "windows.toml"
    file.write_bytes(SOUND.replace("count = 2", "count = 0").replace("\n", "\r\n").encode())

    with pytest.raises(
        RecipeError, match=r"windows\.toml, line 31, staff\[0\]\.count: must be at least 1, not 0"
    ):
        load(str(file))


# --- more and less of a sound one -----------------------------------------------------------------------------------


def counts(recipe: Recipe) -> list[int]:
    return [part.receipts for part in recipe.history]


def counting(*receipts: int) -> Recipe:
    histories = tuple(HistoryPart(license="SHOP", days=7, active=count) for count in receipts)
    return read(SOUND, "sound.toml").model_copy(update={"history": histories})


@pytest.mark.parametrize("wanted", [0, 1, 9, 10, 1000])
def test_receipts_are_brought_to_what_is_asked_for_each_history_keeping_its_part(wanted: int) -> None:
    assert sum(counts(scaled(counting(30, 10), receipts=wanted))) == wanted
    assert counts(scaled(counting(30, 10), receipts=1000)) == [750, 250]


@pytest.mark.parametrize("wanted", [0, 5])
def test_where_there_were_none_receipts_are_still_as_many_as_asked_for(wanted: int) -> None:
    assert sum(counts(scaled(counting(0, 0), receipts=wanted))) == wanted


def test_days_stretch_what_is_sold_by_the_day_and_leave_what_is_counted() -> None:
    by_the_day = read(SOUND, "sound.toml")

    assert counts(scaled(by_the_day, days=70)) == [210]
    assert counts(scaled(counting(30), days=70)) == [30]
    assert [part.days for part in scaled(by_the_day, days=70, receipts=5).history] == [70]


def test_without_a_history_there_is_nothing_to_make_more_of() -> None:
    with pytest.raises(RecipeError, match="recipe sound has no history"):
        scaled(counting(), receipts=5)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('state = "co"', 'state = "CO"', "licenses[0].state: 'CO' is not one of ca, or"),
        (
            "first_receipt_id = 1000",
            "first_reciept_id = 1000",
            "licenses[0].first_reciept_id: this key is unknown. Did you mean",
        ),
        ('tier = "basic"', 'tier = "gold"', "accounts[0].t3.tier: 'gold' is not one of manual, basic"),
    ],
)
def test_what_is_wrong_in_the_only_table_of_a_list_is_told_first(old: str, new: str, says: str) -> None:
    """Not that the list without it would be empty. The document's own recipe has one account and one license."""
    document = (Path(__file__).parents[2] / "docs" / "recipes.md").read_text(encoding="utf-8")
    kiosk = document.partition("```toml\n")[2].partition("```")[0]
    assert old in kiosk

    with pytest.raises(RecipeError) as refused:
        read(kiosk.replace(old, new, 1), "kiosk.toml")

    assert says in str(refused.value)
    assert "must not be empty" not in str(refused.value)
