"""docs/recipes.md has every table and key of a recipe, and its example grows."""

import json
from decimal import Decimal
from pathlib import Path

import pytest
from pydantic.fields import FieldInfo
from support.builders import NOW
from support.documents import document, fences, rows, section

from simulator.clock import Clock
from simulator.ledger.model import LabState, ProductClass, ReceiptState
from simulator.ledger.units import UNITS
from simulator.seeding import recipe
from simulator.seeding.grow import grow
from simulator.seeding.recipe import load
from simulator.world import World

RECIPES = document("recipes.md")
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
    "### `[[lots]]`": recipe.LotPart,
    "### `[[taxes]]`": recipe.TaxPart,
    "### `[[history]]`": recipe.HistoryPart,
    "### `[[sales]]`": recipe.SalePart,
    "### `lines` of a sale": recipe.SaleLinePart,
}


def shown(field: FieldInfo) -> str:
    """A default as the document writes it."""
    if field.is_required():
        return "required"
    if isinstance(field.default, recipe.Part):
        return "its defaults"
    if field.default is None:
        return "–"  # noqa: RUF001 - the document's dash
    return "none" if field.default == () else f"`{json.dumps(field.default)}`"


@pytest.fixture
def kiosk(tmp_path: Path) -> World:
    """The world of the document's example."""
    (example,) = fences(RECIPES, "toml")
    path = tmp_path / "kiosk.toml"
    path.write_text(example, encoding="utf-8")
    return grow(load(str(path)), clock=Clock(NOW))


def test_every_table_of_a_recipe_is_documented() -> None:
    assert set(TABLES.values()) == set(recipe.Part.__subclasses__())


@pytest.mark.parametrize("heading", TABLES)
def test_every_key_of_a_table_is_documented_with_its_default(heading: str) -> None:
    table = rows(section(RECIPES, heading))
    fields = TABLES[heading].model_fields
    documented = {cells[0].strip("`"): cells[2] for cells in table}
    assert documented == {field.alias or name: shown(field) for name, field in fields.items()}
    assert all(len(cells) == 4 and all(cells) for cells in table)


def test_every_product_class_and_unit_is_named() -> None:
    items = section(RECIPES, "### `[[items]]`")
    assert all(f"`{name}`" in items for name in (*ProductClass, *UNITS))


def test_the_lab_states_named_exist() -> None:
    named = {"NotRequired", "TestFailed", "SubmittedForTesting"}
    assert named <= set(LabState)
    assert all(f"`{name}`" in section(RECIPES, "### `[[lots]]`") for name in named)


def test_the_example_grows_into_what_it_says(kiosk: World) -> None:
    book = kiosk.ledger.books["KIOSK-0001"]
    assert (len(book.active), len(book.inactive)) == (10 + 1, 30 + 2)
    assert sum(receipt.state is ReceiptState.VOIDED for receipt in book.inactive) == 2
    assert len(book.employees) == 2
    assert kiosk.ledger.policies.oversell


def test_the_example_s_own_sale_is_there(kiosk: World) -> None:
    book = kiosk.ledger.books["KIOSK-0001"]
    receipt = book.receipts[77]
    assert receipt.external_id == "the-one-my-test-looks-for"
    assert [line.quantity for line in receipt.lines] == [Decimal(3), Decimal(1)]
    cap = next(lot for lot in book.lots.values() if lot.item.name == "Baseball cap")
    assert cap.quantity == 11
