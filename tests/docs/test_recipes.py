"""docs/recipes.md has every recipe, table and key, and its examples are executed."""

import json
import re
import shlex
import shutil
import subprocess
import sys
from datetime import time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pydantic.fields import FieldInfo
from support.asgi import InProcess
from support.builders import NOW
from support.documents import document, fences, rows, section
from support.live import environment, serving

from simulator.app import create_app
from simulator.formats.records import snapshot_file
from simulator.ledger.customers import CustomerType
from simulator.ledger.model import LabState, ReceiptState
from simulator.ledger.products import ProductClass
from simulator.ledger.units import UNITS
from simulator.seeding import grow, recipe
from simulator.seeding.find import RecipeError, shipped
from simulator.seeding.plan import Plan
from simulator.seeding.recipe import load, read
from simulator.seeding.recipe.holidays import MOVING_DAYS
from simulator.world import World

RECIPES = document("recipes.md")
KIOSK, BOUTIQUE = fences(RECIPES, "toml")
TABLES: dict[str, type[recipe.Part]] = {
    "### The recipe itself": recipe.Recipe,
    "### `[policies]`": recipe.PoliciesPart,
    "### `[[accounts]]`": recipe.AccountPart,
    "### `t3` of an account": recipe.T3Part,
    "### `trace` of an account": recipe.TracePart,
    "### `[[licenses]]`": recipe.LicensePart,
    "### `[[employees]]`": recipe.EmployeePart,
    "### `[[staff]]`": recipe.StaffPart,
    "### `[[items]]`": recipe.ItemPart,
    "### `[[catalogue]]`": recipe.CataloguePart,
    "### `[[stock]]`": recipe.StockPart,
    "### `[[lots]]`": recipe.LotPart,
    "### `[[taxes]]`": recipe.TaxPart,
    "### `[[history]]`": recipe.HistoryPart,
    "### `lifecycle` of a history": recipe.LifecyclePart,
    "### `peaks` of a history": recipe.PeakPart,
    "### `customers` of a history": recipe.CustomersPart,
    "### `payments` of a history": recipe.PaymentsPart,
    "### `[[sales]]`": recipe.SalePart,
    "### `lines` of a sale": recipe.SaleLinePart,
}
TAKES_LONG = {"busy_dispensary"}
"""To grow whole."""
NEEDS_BASH = pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")


def shown(field: FieldInfo) -> str:
    """A default as the document writes it."""
    if field.is_required():
        return "required"
    if isinstance(field.default, recipe.Part):
        return "its defaults"
    if field.default is None:
        return "–"  # noqa: RUF001 - the document's dash
    return "none" if field.default == () else f"`{literal(field.default)}`"


def literal(value: Any) -> str:
    """A value as TOML writes it."""
    if isinstance(value, tuple):
        return f"[{', '.join(map(literal, value))}]"
    if isinstance(value, time):
        return value.isoformat()
    if isinstance(value, float | Decimal) and value == int(value):
        return str(int(value))
    return json.dumps(value)


@pytest.fixture
def kiosk() -> World:
    """The world of the first example."""
    return grow(read(KIOSK, "kiosk.toml"), now=NOW)


# --- the shipped recipes --------------------------------------------------------------------------------------------


def test_every_shipped_recipe_is_listed_with_what_is_in_it() -> None:
    listed = {row[0].strip("`"): row for row in rows(section(RECIPES, "## The shipped recipes"))}
    assert set(listed) == set(shipped())
    for name, (_, what_for, licenses, receipts, size) in listed.items():
        plan = Plan(load(name), seed=0, now=NOW, frozen=True)
        assert what_for
        assert int(licenses) == len(plan.recipe.licenses)
        assert int(receipts.replace(",", "")) == plan.expected
        if name not in TAKES_LONG:
            megabytes = sum(map(len, snapshot_file(plan))) / 1e6
            assert float(size.removesuffix(" MB")) == pytest.approx(megabytes, rel=0.1)


# --- keys -----------------------------------------------------------------------------------------------------------


def test_every_table_of_a_recipe_is_documented() -> None:
    assert set(TABLES.values()) == set(recipe.Part.__subclasses__())


@pytest.mark.parametrize("heading", TABLES)
def test_every_key_of_a_table_is_documented_with_its_default(heading: str) -> None:
    table = rows(section(RECIPES, heading))
    fields = TABLES[heading].model_fields
    documented = {cells[0].strip("`"): cells[2] for cells in table}
    assert documented == {field.alias or name: shown(field) for name, field in fields.items()}
    assert all(len(cells) == 4 and all(cells) for cells in table)


@pytest.mark.parametrize(
    ("heading", "names"),
    [
        ("### `[[items]]`", (*ProductClass, *UNITS)),
        ("### `[[lots]]`", [LabState.NOT_REQUIRED, LabState.FAILED, LabState.SUBMITTED]),
        ("### `peaks` of a history", [f'"{day}"' for day in MOVING_DAYS]),
        ("### `[[sales]]`", [*CustomerType, *(f'"{state}"' for state in ReceiptState)]),
    ],
)
def test_the_choices_of_a_key_are_named(heading: str, names: list[str]) -> None:
    text = section(RECIPES, heading)
    assert all(f"`{name}`" in text for name in names)


# --- the two examples -----------------------------------------------------------------------------------------------


def test_the_small_example_grows_into_what_it_says(kiosk: World) -> None:
    book = kiosk.ledger.books["KIOSK-0001"]
    assert (len(book.active), len(book.inactive)) == (10 + 1, 30 + 2)
    assert sum(receipt.state is ReceiptState.VOIDED for receipt in book.inactive) == 2
    assert len(book.employees) == 2
    assert kiosk.ledger.policies.oversell


def test_the_small_example_s_own_sale_is_there(kiosk: World) -> None:
    book = kiosk.ledger.books["KIOSK-0001"]
    receipt = book.receipts[77]
    assert receipt.external_id == "the-one-my-test-looks-for"
    assert [line.quantity for line in receipt.lines] == [Decimal(3), Decimal(1)]
    cap = next(lot for lot in book.lots.values() if lot.item.name == "Baseball cap")
    assert cap.quantity == 11


def test_the_shop_that_restocks_does_so() -> None:
    book = grow(read(BOUTIQUE, "boutique.toml"), now=NOW).ledger.books["AU-R-900555"]
    assert len(book.receipts) == 90 * 12
    assert {receipt.state for receipt in book.receipts.values()} == set(ReceiptState)
    items = {lot.item.id for lot in book.lots.values()}
    assert len(items) == 8 + 5
    for item in items:
        lots = [lot for lot in book.lots.values() if lot.item.id == item]
        assert sum(lot.quantity for lot in lots if lot.lab_state is LabState.PASSED) >= 300
    assert any(lot.finished_at for lot in book.lots.values())


# --- more and less, and again -----------------------------------------------------------------------------------------


def test_receipts_and_days_do_what_the_table_says() -> None:
    boutique = read(BOUTIQUE, "boutique.toml")
    for receipts, days, made in ((1000, None, 1000), (None, 30, 360), (1000, 30, 1000)):
        world = grow(boutique, now=NOW, receipts=receipts, days=days)
        (book,) = world.ledger.books.values()
        assert len(book.receipts) == made
        first = min(receipt.local_time.date() for receipt in book.receipts.values())
        assert (NOW.date() - first).days == (days or 90)


def test_what_is_spelled_out_is_never_changed() -> None:
    (book,) = grow(read(KIOSK, "kiosk.toml"), now=NOW, receipts=0).ledger.books.values()
    assert list(book.receipts) == [77]


def test_a_recipe_of_lots_alone_can_sell_out_with_the_words_of_the_document() -> None:
    words = re.search(r"^`(history of SHOP: .*)`\.$", RECIPES, re.MULTILINE)
    assert words
    strict = KIOSK.replace('oversell = "allow"', 'oversell = "refuse"')
    with pytest.raises(RecipeError) as refusal:
        grow(read(strict, "kiosk.toml"), now=NOW, receipts=10_000)
    assert str(refusal.value) == words[1].replace("SHOP", "KIOSK-0001")


def test_a_shop_that_is_added_at_the_end_leaves_the_others_as_they_were() -> None:
    second = 'number = "{0}"\nname = "Another"\nstate = "co"\ntype = "Retail Store"'
    more = f"[[licenses]]\n{second.format('KIOSK-0002')}\n[[staff]]\nlicense = 'KIOSK-0002'\ncount = 1\n"
    one, two = (grow(read(text, "kiosk.toml"), now=NOW).ledger.books for text in (KIOSK, KIOSK + more))
    assert len(two) == 2
    assert one["KIOSK-0001"].receipts == two["KIOSK-0001"].receipts
    assert one["KIOSK-0001"].employees == two["KIOSK-0001"].employees


# --- files ----------------------------------------------------------------------------------------------------------

SCRIPTS = [script for script in fences(RECIPES, "sh") if "serve" not in script]
SHOWN = re.findall(r"^```sh\n((?:[^`].*\n)+)```\n\n```text\n((?:[^`].*\n)+)```$", RECIPES, re.MULTILINE)


def ran(script: str, folder: Path) -> str:
    """What a script of the document prints."""
    function = f'simulator() {{ {shlex.quote(sys.executable)} -m simulator "$@"; }}\n'
    done = subprocess.run(
        ["bash", "-eu", "-c", function + script],
        cwd=folder,
        env={**environment(), "LC_ALL": "C"},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stderr == ""
    return done.stdout


def test_every_format_has_an_example() -> None:
    formats = [row[0].strip("`") for row in rows(section(RECIPES, "## Worlds as files"))]
    assert len(formats) == 5
    # Three of them show what they write, and so does a chain.
    assert len(SHOWN) == 4
    assert {
        each for script in fences(RECIPES, "sh") for each in re.findall(r"--format ([\w-]+)", script)
    } == {*formats} - {"ndjson"}


@NEEDS_BASH
@pytest.mark.parametrize(("script", "output"), SHOWN, ids=[script.split()[2] for script, _ in SHOWN])
def test_an_example_prints_what_is_shown(script: str, output: str, tmp_path: Path) -> None:
    assert ran(script, tmp_path) == output


@NEEDS_BASH
def test_a_snapshot_is_served_as_the_example_says(tmp_path: Path) -> None:
    (script,) = [script for script in fences(RECIPES, "sh") if "serve" in script]
    generate, serve = script.splitlines()
    ran(generate, tmp_path)
    name = serve.split()[3]
    assert serve == f"simulator serve --recipe {name} --port 0"
    with serving("--recipe", str(tmp_path / name)) as live:
        headers = {"X-T3-API-Key": live.secret_key}
        with live.http(headers) as client:
            totals = [
                client.get(f"/v2/sales/{which}?licenseNumber=LIC-00001").json()["total"]
                for which in ("active", "inactive")
            ]
    assert sum(totals) > 900


@NEEDS_BASH
def test_the_bodies_of_several_states_are_sent_as_the_example_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (script,) = [script for script in SCRIPTS if "trace-posts" in script]
    ran(script, tmp_path)
    monkeypatch.chdir(tmp_path)
    send, *_ = fences(RECIPES, "python")
    world = grow("multi_state", seed=7, now=NOW)
    before = {number: len(book.receipts) for number, book in world.ledger.books.items()}
    account = world.accounts.demo
    headers = {"x-api-key": str(account.trace_api_key), "Authorization": str(account.trace_authorization)}
    with InProcess(create_app(world), headers) as client:
        exec(send, {"client": client})  # noqa: S102 - our own document
    made = {number: len(book.receipts) - before[number] for number, book in world.ledger.books.items()}
    assert sum(made.values()) == 48
    assert len([number for number, count in made.items() if count]) > 20


# --- refusals and Python --------------------------------------------------------------------------------------------


def test_a_refusal_reads_as_shown() -> None:
    (shown_line,) = fences(section(RECIPES, "## When a recipe does not stand up"), "text")
    lot = '\n[[lots]]\nlicense = "KIOSK-0001"\nitem = "cap"\nquantity = "1"\n'
    with pytest.raises(RecipeError) as refusal:
        read(KIOSK + lot + lot + 'lab_state = "Failed"\n', "shop.toml")
    assert re.sub(r"line \d+", "line 41", str(refusal.value)) == shown_line.strip()


def test_the_python_example_runs(capsys: pytest.CaptureFixture[str]) -> None:
    _, example, *_ = fences(RECIPES, "python")
    assert example in section(RECIPES, "## In Python")
    exec(example, {})  # noqa: S102 - our own document
    assert capsys.readouterr().out == "500 Tidewater Collective 2026-05-20 20:00:00+00:00\n"


def test_the_builders_example_builds_what_it_says() -> None:
    *_, example, _ = fences(RECIPES, "python")
    names: dict[str, Any] = {}
    exec(example, names)  # noqa: S102 - our own document

    world, number = names["world"], "XXXRETAIL01"
    assert max(world.ledger.books[number].lots.values(), key=lambda lot: lot.id).quantity == 3
    account = world.accounts.demo
    headers = {"x-api-key": account.trace_api_key, "Authorization": account.trace_authorization}
    with InProcess(create_app(world), headers) as client:
        told = {
            name: [
                error["path"]
                for error in client.post("/ca/v1/sales", json={"sales": [names[name]]})
                .json()
                .get("errors", [])
            ]
            for name in ("good", "too_little", "nobody", "unpaid")
        }
    assert told == {
        "good": [],
        "too_little": ["sales[0].payments"],
        "nobody": ["sales[0].employees.id"],
        "unpaid": ["sales[0].payments"],
    }


def test_the_tills_example_sells_a_quarter_of_two_days() -> None:
    *_, example = fences(RECIPES, "python")
    assert example in section(RECIPES, "## Tills that go on")
    names: dict[str, Any] = {}
    exec(example, names)  # noqa: S102 - our own document

    bodies, tills = names["bodies"], names["tills"]
    assert len({state for state, _ in bodies}) == len(tills.licenses) == 24
    expected = sum(tills.history(number).receipts_a_day for number in tills.licenses) * 2 / 4
    assert 0.5 * expected < len(bodies) < 1.5 * expected
