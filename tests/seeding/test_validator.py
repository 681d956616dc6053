"""The validator finds nothing wrong with what recipes grow, and whatever is bent by hand."""

import io
import itertools
import json
import re
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Callable
from copy import deepcopy
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from support.documents import ROOT, document, rows, section
from support.validator import LIMITS_OF, STATES, TAXES_OF, Validator, main, violations

Record = dict[str, Any]
World = list[Record]

NOW = "2026-05-20T20:00:00Z"
FIXTURES = ROOT / "fixtures"
BUSY = FIXTURES / "busy_dispensary.toml"
CORNER = FIXTURES / "corner_shop.toml"
SMALLER = {
    "busy_dispensary": ("--receipts", "600", "--days", "20"),
    "black_friday_420": ("--receipts", "1000"),
}


def generated(recipe: str, *arguments: str) -> bytes:
    command = [sys.executable, "-m", "simulator", "generate", recipe, "--seed", "7", "--now", NOW, *arguments]
    return subprocess.run(command, capture_output=True, check=True, timeout=120).stdout


def told(path: Path) -> Record:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def judge(world: bytes | World, recipe: Record | None = None) -> tuple[list[str], Validator]:
    lines = world.splitlines() if isinstance(world, bytes) else [json.dumps(line).encode() for line in world]
    validator = Validator(recipe, datetime.fromisoformat(NOW))
    return list(validator.violations(lines)), validator


@pytest.fixture(scope="module")
def busy() -> bytes:
    return generated("busy_dispensary", *SMALLER["busy_dispensary"])


@pytest.fixture(scope="module")
def corner() -> bytes:
    return generated("corner_shop")


@pytest.fixture
def world(busy: bytes) -> World:
    """The busy store, to be bent."""
    return [json.loads(line) for line in busy.splitlines()]


# --- what recipes grow ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("recipe", sorted(path.stem for path in FIXTURES.glob("*.toml")))
def test_a_shipped_recipe_grows_what_it_says(recipe: str) -> None:
    world = generated(recipe, *SMALLER.get(recipe, ()))
    assert judge(world, told(FIXTURES / f"{recipe}.toml"))[0] == []


def test_almost_every_check_has_something_to_look_at(busy: bytes) -> None:
    _, validator = judge(busy, told(BUSY))
    assert validator.counts["receipt"] == 600
    assert set(validator.never_ran()) <= {
        "ids below the first are the recipe's",  # it has no fixed sales
        "nothing is sold of a finished lot",  # twenty days need not sell one out
    }


def test_the_fixed_ids_of_the_corner_shop_are_its_recipes(corner: bytes) -> None:
    found, _ = judge(corner.replace(b'"id":12345,', b'"id":12344,'), told(CORNER))
    assert any("receipt LIC-00001/12344: ids below the first are the recipe's" in each for each in found)


NUMBERS = {
    "ca": "C10-0000777-LIC",
    "or": "050-10000001A1A",
    "nv": "00000000000000000123",
    "mt": "MT-RET-00001",
    "co": "402R-90001",
    "mi": "AU-R-900123",
    "il": "284.900001-AUDO",
    "ma": "MR900001",
    "ri": "MMP CC 901",
    "nj": "RE900001",
    "md": "DA-23-90012",
    "de": "DE-RET-00001",
    "va": "VA-RET-00001",
    "oh": "CCD900030-00",
    "ky": "DISP90001",
    "al": "AL-RET-00001",
    "ms": "DSPY900001",
    "mn": "MN-RET-00001",
    "la": "LA-RET-00001",
    "ok": "DAAA-AB12-CD34",
    "sd": "A1B2C3D4E5",
    "me": "AMS901",
    "wa": "990562",
    "wv": "WV-RET-00001",
    "mo": "DIS900001",
}
SHOP = """
[[licenses]]
number = "{number}"
name = "Shop of {state}"
state = "{state}"
type = "Retailer"

[[staff]]
license = "{number}"
count = 2

[[stock]]
license = "{number}"

[[history]]
license = "{number}"
days = 60
receipts_a_day = 4
opens = 9
closes = 20
baskets = [20, 20, 20, 20, 20]
customers = {customers}
"""


def every_state() -> str:
    """A recipe with a shop in each state that sells what the busy store sells."""
    blocks = re.split(r"(?m)^(?=\[\[)", BUSY.read_text(encoding="utf-8"))
    shops = []
    for state, number in NUMBERS.items():
        visitors = ", external_patient = 20" if STATES[state].visitors == "yes" else ""
        customers = "{ adult = 50, patient = 30, caregiver = 20" + visitors + " }"
        shops.append(SHOP.format(number=number, state=state, customers=customers))
    account = (
        f'[[accounts]]\nusername = "all"\nname = "Ada All"\nlicenses = {json.dumps(list(NUMBERS.values()))}\n'
    )
    return "\n".join(
        [
            'name = "every_state"',
            account,
            *shops,
            *(part for part in blocks if part.startswith("[[catalogue")),
        ]
    )


def test_a_shop_of_each_state_keeps_its_states_rules(tmp_path: Path) -> None:
    path = tmp_path / "every_state.toml"
    path.write_text(every_state(), encoding="utf-8")
    found, validator = judge(generated(str(path)), told(path))
    assert found == []
    assert validator.counts["license"] == len(STATES) == 25
    assert validator.ran["purchase limits hold over time"] > 1000


# --- what is bent is found ------------------------------------------------------------------------------------------


def lines_of(world: World, kind: str) -> list[Record]:
    return [line[kind] for line in world if kind in line]


def first(world: World, kind: str, fits: Callable[[Record], Any] = bool) -> Record:
    return next(record for record in lines_of(world, kind) if fits(record))


def is_active(receipt: Record) -> bool:
    return receipt["state"] == "active"


def is_final(receipt: Record) -> bool:
    return receipt["state"] == "final"


def has_sold(lot: Record) -> bool:
    return lot["received"] != lot["quantity"]


def add(record: Record, key: str, amount: str) -> None:
    record[key] = str(Decimal(record[key]) + Decimal(amount))


def later(record: Record, key: str, **span: float) -> None:
    record[key] = (datetime.fromisoformat(record[key]) + timedelta(**span)).strftime("%Y-%m-%dT%H:%M:%SZ")


class Bent(NamedTuple):
    """One wrong thing: the check that has to notice, whose it is, and how it came about."""

    check: str
    kind: str
    fits: Callable[[Record], Any]
    bend: Callable[[Record], Any]


RECEIPTS: dict[str, Bent] = {
    name: Bent(check, "receipt", fits, bend)
    for name, check, fits, bend in [
        ("line total", "line totals add up", bool, lambda r: add(r["lines"][0], "total", "0.01")),
        ("unit price", "line totals add up", bool, lambda r: add(r["lines"][0], "unit_price", "1")),
        ("tax", "taxes are rate times base", bool, lambda r: add(r["lines"][0]["taxes"][0], "total", "-0.01")),
        ("tax rate", "taxes are rate times base", bool, lambda r: r["lines"][0]["taxes"][0].update(rate="9.00")),
        ("missing tax", "the state's taxes are on every line", bool, lambda r: r["lines"][0]["taxes"].pop()),
        ("discount", "discounts lie", bool, lambda r: r["lines"][0].update(discount="9999.00")),
        ("surcharge", "discounts lie", bool, lambda r: r["lines"][0].update(discount="-0.01")),
        ("nothing sold", "quantities are above nothing", bool, lambda r: r["lines"][0].update(quantity="0")),
        ("subtotal", "receipts add up", bool, lambda r: add(r, "subtotal", "0.01")),
        ("quantity", "receipts add up", bool, lambda r: add(r, "quantity", "1")),
        ("total", "receipts add up", bool, lambda r: add(r, "total", "-0.01")),
        ("payment", "payments are the total", bool, lambda r: add(r["payments"][0], "amount", "-0.01")),
        ("refund kept", "payments are the total", lambda r: r["state"] == "refunded",
         lambda r: r["payments"][0].update(amount="9999.00")),
        ("payment type", "ids are well formed", bool, lambda r: r["payments"][0].update(type_id="CAKOMPT0009")),
        ("no decimal", "every number and time parses", bool, lambda r: r.update(total="12,50")),
        ("binary float", "every number and time parses", bool, lambda r: r.update(total=12.5)),
        ("no time", "every number and time parses", bool, lambda r: r.update(sold_at="yesterday")),
        ("missing key", "every number and time parses", bool, lambda r: r.pop("lines")),
        ("visitor", "customer types may buy here", bool, lambda r: r.update(customer_type="external_patient")),
        ("customer type id", "customer types may buy here", bool, lambda r: r.update(customer_type_id="ILKOMCT0001")),
        ("no identification", "identifications are", bool, lambda r: r.update(identifications=[])),
        ("too young", "customers are old enough", bool,
         lambda r: r["identifications"][0].update(birthday="2006-01-01T00:00:01Z")),
        ("seller", "employees are active", bool, lambda r: r.update(employee_id="0" * 32)),
        ("local time", "local time is the state's", bool, lambda r: r.update(local_time="2026-05-01T12:00:00")),
        ("sold at", "local time is the state's", bool, lambda r: later(r, "sold_at", hours=-1)),
        ("at night", "sales lie in the state's hours", lambda r: "T13:" in r["local_time"], lambda r: later(r, "sold_at", hours=-10)),
        ("recorded first", "times follow each other", bool, lambda r: later(r, "recorded_at", days=-1)),
        ("modified first", "times follow each other", bool, lambda r: later(r, "modified_at", days=-30)),
        ("in the future", "nothing lies in the future", bool, lambda r: later(r, "modified_at", days=90)),
        ("history back in time", "times follow each other", is_final, lambda r: r["history"].reverse()),
        ("never active", "history leads to the state", bool, lambda r: r["history"][0].update(state="inactive")),
        ("voided unseen", "history leads to the state", is_active, lambda r: r.update(state="voided")),
        ("risen again", "history leads to the state", lambda r: r["state"] == "voided",
         lambda r: r["history"].append({**r["history"][0], "at": r["history"][-1]["at"]})),
        ("archived alive", "history leads to the state", is_active, lambda r: r.update(archived_at=r["recorded_at"])),
        ("number", "receipt numbers are ids", bool, lambda r: r.update(number="000000001")),
        ("id again", "receipt ids increase", lambda r: r["id"] > 2000100, lambda r: r.update(id=2000050)),
        ("line id again", "line ids increase", lambda r: r["id"] > 2000100,
         lambda r: r["lines"][0].update(id=2000001)),
        ("trace id", "ids are well formed", bool, lambda r: r.update(trace_id="A" * 32)),
        ("unknown lot", "sales are of lots that are there", bool, lambda r: r["lines"][0].update(lot_id=1)),
        ("ninety grams", "purchase limits hold for a sale", bool, lambda r: r["lines"][0].update(quantity="9999")),
    ]
}  # fmt: skip

LOTS: dict[str, Bent] = {
    name: Bent(check, "lot", fits, bend)
    for name, check, fits, bend in [
        ("quantity", "lots add up", bool, lambda lot: add(lot, "quantity", "1")),
        ("received", "lots add up", has_sold, lambda lot: add(lot, "received", "-1")),
        ("half a jar", "counted goods sell whole", lambda lot: lot["item"]["unit"]["abbreviation"] == "ea",
         lambda lot: add(lot, "quantity", "0.5")),
        ("too late", "lots are received before", has_sold, lambda lot: lot.update(received_at="2026-05-20T19:00:00Z")),
        ("finished full", "lots are finished when empty", bool, lambda lot: lot.update(finished_at=lot["modified_at"])),
        ("failed", "lots that sold may be sold", has_sold, lambda lot: lot.update(lab_state="TestFailed")),
        ("on hold", "lots that sold may be sold", has_sold, lambda lot: lot.update(on_hold=True)),
        ("tag", "ids are well formed", bool, lambda lot: lot.update(tag="1a4" + lot["tag"][3:])),
        ("id", "ids are well formed", bool, lambda lot: lot.update(id=1)),
        ("history", "times follow each other", bool, lambda lot: lot["history"][0].update(at="2020-01-01T00:00:00Z")),
    ]
}  # fmt: skip
BENT = {f"{bent.kind} {name}": bent for table in (RECEIPTS, LOTS) for name, bent in table.items()}


def found_about(world: World, record: Record, kind: str) -> list[str]:
    found, _ = judge(world)
    about = f"{kind} {record['license_number']}/{record['id']}: "
    return [each.removeprefix(about) for each in found if each.startswith(about)]


@pytest.mark.parametrize("name", BENT)
def test_what_is_bent_is_found_and_named(name: str, world: World) -> None:
    bent = BENT[name]
    record = first(world, bent.kind, bent.fits)
    bent.bend(record)
    assert any(each.startswith(bent.check) for each in found_about(world, record, bent.kind))


def test_half_a_jar_is_not_sold(world: World) -> None:
    counted = {lot["id"] for lot in lines_of(world, "lot") if lot["item"]["unit"]["abbreviation"] == "ea"}
    receipt = first(world, "receipt", lambda each: each["lines"][0]["lot_id"] in counted)
    receipt["lines"][0]["quantity"] = "0.5"
    assert any(each.startswith("counted goods sell whole") for each in found_about(world, receipt, "receipt"))


def test_one_drivers_license_has_one_birthday(world: World) -> None:
    one, other = lines_of(world, "receipt")[:2]
    other["identifications"][0]["value"] = one["identifications"][0]["value"]
    other["identifications"][0]["birthday"] = "1950-02-03T00:00:01Z"
    assert any(each.startswith("one driver's license") for each in found_about(world, other, "receipt"))


def test_an_external_id_is_not_used_twice(world: World) -> None:
    one, other = lines_of(world, "receipt")[:2]
    one["external_id"] = other["external_id"] = "till-1"
    assert any(each.startswith("ids are well formed") for each in found_about(world, other, "receipt"))


def two_sales_of_a_day(world: World) -> tuple[Record, Record]:
    """Two sales to one adult on one day, each of five eighths: 17.5 g of the 28.5 g of a day."""
    jars = {lot["id"] for lot in lines_of(world, "lot") if lot["item"]["unit_weight"] == "3.5"}
    sales = [
        each
        for each in lines_of(world, "receipt")
        if each["customer_type"] == "adult" and is_active(each) and each["lines"][0]["lot_id"] in jars
    ]
    one, other = next(
        (one, other)
        for one, other in itertools.pairwise(sales)
        if one["local_time"][:10] == other["local_time"][:10]
    )
    for sale in one, other:
        sale["lines"] = sale["lines"][:1]
        sale["lines"][0]["quantity"] = "5"
    other["identifications"] = deepcopy(one["identifications"])
    return one, other


def test_a_days_limit_is_one_for_all_sales_of_the_day(world: World) -> None:
    one, other = two_sales_of_a_day(world)
    assert any(
        each.startswith("purchase limits hold over time") for each in found_about(world, other, "receipt")
    )
    assert not any("purchase limits" in each for each in found_about(world, one, "receipt"))


def test_a_voided_sale_gives_its_part_of_the_limit_back(world: World) -> None:
    one, other = two_sales_of_a_day(world)
    one["state"] = "voided"
    one["history"].append({**one["history"][0], "state": "voided", "at": other["sold_at"]})
    assert not any("purchase limits" in each for each in found_about(world, other, "receipt"))


def test_nothing_is_sold_of_a_finished_lot(world: World) -> None:
    lot = max(lines_of(world, "lot"), key=lambda each: Decimal(each["received"]) - Decimal(each["quantity"]))
    add(lot, "received", f"-{lot['quantity']}")
    sales = [
        sale for sale in lines_of(world, "receipt") if lot["id"] in {line["lot_id"] for line in sale["lines"]}
    ]
    middle = sales[len(sales) // 2]["recorded_at"]
    lot.update(quantity="0", finished_at=middle)
    lot["history"].append({**lot["history"][0], "state": "finished", "at": middle})
    assert any(
        each.startswith("nothing is sold of a finished lot") for each in found_about(world, lot, "lot")
    )


def test_a_license_number_has_the_shape_of_its_state(busy: bytes) -> None:
    found, _ = judge(busy.replace(b"C10-0000777-LIC", b"C10-777-LIC"))
    assert [each for each in found if "shape" in each] == [
        "license C10-777-LIC: license numbers have their state's shape: is not C(9|10|12)-[0-9]{7}-LIC"
    ]


def test_records_come_in_order(world: World) -> None:
    found, _ = judge([*world[-1:], *world[:-1]])
    assert any("records come in order: comes before its license" in each for each in found)


@pytest.mark.parametrize(
    "line", [b"", b"[]", b"{}", b'{"sale":{}}', b'{"lot":1}', b'{"lot":{},"receipt":{}}']
)
def test_a_line_that_is_no_record_is_found(line: bytes) -> None:
    found, *_ = violations([line])
    assert found.startswith("line 1: a line holds one record of a known kind")


# --- what a recipe asks for ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("bend", "found"),
    [
        (lambda part: part.update(opens=15), "sales lie in the recipe's hours"),
        (lambda part: part.update(days=3), "sales lie in the recipe's days"),
        (lambda part: part["lifecycle"].update(final_after=3), "sales are final when the recipe says"),
        (lambda part: part["lifecycle"].update(late=0.2), "shares are near the recipe's: late is"),
        (lambda part: part["lifecycle"].update(voided=0.2), "shares are near the recipe's: state voided is"),
        (lambda part: part.update(customers={"adult": 1, "patient": 1}), "shares are near the recipe's: customer"),
        (lambda part: part.update(payments={"cash": 1, "debit": 5}), "shares are near the recipe's: payment"),
        (lambda part: part.update(baskets=[1, 9, 9, 9, 9]), "shares are near the recipe's: lines 1 is"),
        (lambda part: part.update(discounts=[7]), "discounts are the recipe's"),
        (lambda part: part.update(external_ids=not part.get("external_ids")), "external ids are the recipe's"),
    ],
)  # fmt: skip
def test_another_recipe_is_noticed(bend: Callable[[Record], None], found: str, busy: bytes) -> None:
    recipe = told(BUSY)
    bend(recipe["history"][0])
    assert any(found in each for each in judge(busy, recipe)[0])


def test_other_taxes_and_stock_are_noticed(busy: bytes) -> None:
    recipe = told(BUSY)
    recipe["taxes"] = [{"state": "ca", "type": "KOMTAX0001", "name": "Sales Tax", "rate": "8.00"}]
    recipe["stock"][0]["on_hand"] = 10**6
    found, _ = judge(busy, recipe)
    assert any("the state's taxes are on every line" in each for each in found)
    assert any("stock is the recipe's" in each for each in found)


# --- the tables that were typed again -------------------------------------------------------------------------------

Goods = list[tuple[str, str, str]]  # product class, grams, mg THC


def fullest(state: str, goods: Goods, customer: str = "adult", *, outside: bool = False) -> Decimal:
    """The share of the tightest limit that one sale of these fills."""
    items = [
        {
            "product_class": product_class,
            "unit": {"quantity_type": "CountBased"},
            "unit_weight": grams,
            "unit_thc": thc,
            "thc_percent": None,
        }
        for product_class, grams, thc in goods
    ]
    limits = [limit for limit in LIMITS_OF[state] if limit.binds(customer, outside, 40)]
    return max(sum((limit.share(item) for item in items), Decimal(0)) for limit in limits)


@pytest.mark.parametrize(
    ("state", "goods", "customer", "outside", "fits"),
    [
        ("co", [("flower", "14.175", "0"), ("vape", "2", "0"), ("edible", "40", "200")], "adult", False, True),
        ("co", [("flower", "28.0", "0")], "adult", False, True),
        ("co", [("flower", "31.5", "0")], "adult", False, False),
        ("il", [("flower", "30", "0"), ("vape", "5", "0"), ("edible", "0", "500")], "adult", False, True),
        ("il", [("flower", "30", "0"), ("vape", "5", "0"), ("edible", "0", "500")], "adult", True, False),
        ("mi", [("flower", "71", "0")], "adult", False, False),
        ("mi", [("flower", "60", "0"), ("concentrate", "10.8", "0")], "adult", False, True),
        ("mi", [("concentrate", "15.1", "0")], "adult", False, False),
        ("ma", [("flower", "14", "0"), ("concentrate", "3", "2500")], "adult", False, True),
        ("nj", [("flower", "14.17", "0"), ("concentrate", "2", "0")], "adult", False, True),
        ("ok", [("flower", "84.9", "0")], "patient", False, True),
        ("ok", [("flower", "85.05", "0")], "patient", False, False),
        ("wa", [("flower", "28.35", "0"), ("edible", "453.6", "0"), ("vape", "7", "0")], "adult", False, True),
        ("ky", [("flower", "37.5", "0")], "external_patient", False, True),
        ("ky", [("flower", "40", "0")], "external_patient", False, False),
        ("sd", [("flower", "28.35", "0"), ("vape", "8", "0"), ("edible", "0", "800")], "patient", False, True),
        ("sd", [("flower", "29.35", "0"), ("vape", "8", "0"), ("edible", "0", "800")], "patient", False, False),
        ("oh", [("flower", "70.8", "0"), ("vape", "9", "15000")], "adult", False, True),
        ("al", [("flower", "1", "0")], "patient", False, False),
    ],
)  # fmt: skip
def test_the_known_examples_of_the_states_come_out(
    state: str, goods: Goods, customer: str, outside: bool, fits: bool
) -> None:
    assert (fullest(state, goods, customer, outside=outside) <= Decimal("1.000000001")) is fits


def test_one_full_exclusive_cap_leaves_no_room_in_maryland() -> None:
    assert [limit.exclusive for limit in LIMITS_OF["md"]] == [True, True, True, False, False]


@pytest.mark.parametrize("state", STATES)
def test_the_page_about_the_states_reads_the_same(state: str) -> None:
    """Two readings of the same sources: docs/states.md and the validator's tables."""
    page = document("states.md")
    names = {row[1]: re.sub(r"\[(.+)\].*", r"\1", row[0]) for row in rows(section(page, "## Overview"))}
    told_rows = [row for row in rows(section(page, f"## {names[f'`{state}`']}")) if len(row) == 8]
    taxes = Counter((row[3].strip("`"), Decimal(row[2])) for row in told_rows if row[3].startswith("`"))
    overs = Counter(row[3] for row in told_rows if not row[3].startswith("`"))
    assert Counter((tax.type_id, tax.rate) for tax in TAXES_OF[state]) == taxes
    words = {"sale": "sale", "day": "day", "month": "calendar month"}
    assert Counter(words.get(limit.period, f"{limit.period} days") for limit in LIMITS_OF[state]) == overs


# --- the command ------------------------------------------------------------------------------------------------------


def run(monkeypatch: pytest.MonkeyPatch, world: bytes, *arguments: str) -> int:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(world)))
    return main(arguments)


def test_the_command_reads_standard_input(
    busy: bytes, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, busy) == 0
    told_us = capsys.readouterr().out
    assert "600 receipt" in told_us
    assert "no violation" in told_us
    assert "skipped, needs --recipe or --now: nothing lies in the future" in told_us


def test_the_command_reads_a_file_and_says_what_is_wrong(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for receipt in lines_of(world, "receipt"):
        receipt["number"] = "1"
    path = tmp_path / "world.ndjson"
    path.write_bytes(b"\n".join(json.dumps(line).encode() for line in world))
    assert main([str(path), "--recipe", str(BUSY), "--now", NOW]) == 1
    told_us = capsys.readouterr().out.splitlines()
    assert sum("receipt numbers are ids" in line for line in told_us) == 100 + 1
    assert "... and 500 more" in told_us


def test_an_empty_world_is_not_a_good_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, b"") == 1
    told_us = capsys.readouterr().out
    assert "world: records come in order: there is no license in it" in told_us
    assert "never made: line totals add up" in told_us
