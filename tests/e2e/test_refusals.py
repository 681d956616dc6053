"""Everything a setting or a recipe can get wrong, in this process: one line that names it, never a traceback."""

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import ValidationError

from simulator.app import create_world
from simulator.cli import main
from simulator.seeding.find import RecipeError
from simulator.settings import Settings

TILL = Path(__file__).parents[1] / "support" / "till.toml"
# An address no machine has: were the setting under test taken, serving would still end, with another line.
NOWHERE = ("--host", "203.0.113.1")

Refused = Callable[..., str]


@pytest.fixture
def refused(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Refused:
    """The one line on stderr with which `simulator <arguments>` ends."""
    for name in list(os.environ):
        if name.startswith("SIMULATOR_"):
            monkeypatch.delenv(name)

    def run(*arguments: str, **variables: str) -> str:
        monkeypatch.setattr(sys, "argv", ["simulator", *arguments])
        for name, value in variables.items():
            monkeypatch.setenv(f"SIMULATOR_{name}", value)
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        assert (ended.value.code, said.out) == (2, "")
        (line,) = said.err.splitlines()
        return line

    return run


# --- settings -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("port", "65536"),
        ("port", "-1"),
        ("port", "80.5"),
        ("port", ""),
        ("seed", "-1"),
        ("seed", "1e3"),
        ("now", "2026-13-01"),
        ("now", "2026-05-20T25:00"),
        ("now", "12:00"),
        ("now", "20260520"),
        ("now", "0001-01-01"),
        ("now", "9999-12-31"),
        ("now", "two\nlines"),
    ],
)
def test_a_value_an_option_cannot_have_is_refused_with_its_name(
    refused: Refused, option: str, value: str
) -> None:
    line = refused("serve", *NOWHERE, f"--{option}={value}")

    assert f"--{option}" in line
    assert repr(value) in line


@pytest.mark.parametrize(
    ("variable", "value"), [("PORT", "65536"), ("SEED", "many"), ("NOW", "soon"), ("PORT", "two\nlines")]
)
@pytest.mark.parametrize("command", [("serve", *NOWHERE), ("env",)], ids=["serve", "env"])
def test_a_value_a_variable_cannot_have_is_refused_with_its_name(
    refused: Refused, command: tuple[str, ...], variable: str, value: str
) -> None:
    line = refused(*command, **{variable: value})

    assert variable.casefold() in line.casefold()
    assert repr(value) in line


@pytest.mark.parametrize("name", ["PROT", "HOSTS", "", "PORT ", "port"])
def test_an_unknown_variable_is_refused_with_the_ones_there_are(refused: Refused, name: str) -> None:
    line = refused("env", **{name: "1"})

    assert f"SIMULATOR_{name}" in line
    assert "SIMULATOR_PORT" in line


@pytest.mark.parametrize(
    "recipe", ["corner_shp", "Corner_Shop", "corner_shop ", "../corner_shop", "two\nlines"]
)
def test_a_recipe_that_is_not_there_is_refused_with_those_there_are(refused: Refused, recipe: str) -> None:
    line = refused("env", f"--recipe={recipe}")

    assert repr(recipe) in line
    assert "Shipped recipes: " in line


def test_a_recipe_file_that_is_not_there_is_refused(refused: Refused, tmp_path: Path) -> None:
    assert "mine.toml" in refused("env", "--recipe", str(tmp_path / "mine.toml"))


def test_a_folder_is_no_recipe(refused: Refused, tmp_path: Path) -> None:
    (tmp_path / "folder.toml").mkdir()

    assert "folder.toml" in refused("env", "--recipe", str(tmp_path / "folder.toml"))


# --- recipes that do not stand up -----------------------------------------------------------------------------------

BROKEN: dict[str, tuple[str, str, list[str]]] = {
    "a table that is missing": ("[[licenses]]", "[[places]]", ["places"]),
    "a key that is missing": ('username = "till"\n', "", ["accounts[0].username"]),
    "an unknown key": ('name = "till"', 'nmae = "till"', ["broken.toml"]),
    "an unknown key in a table": ('unit = "g"', 'unit = "g"\ncolour = "green"', ["items[", "colour"]),
    "a key of two lines": ('unit = "g"', 'unit = "g"\n"two\\nlines" = 1', ["items["]),
    "a table instead of a list": ("[[items]]", "[items.x]", ["broken.toml"]),
    "an unknown policy": (
        'name = "till"',
        'name = "till"\npolicies.oversell = "maybe"',
        ["policies.oversell"],
    ),
    "an unknown state": ('state = "ca"', 'state = "zz"', ["licenses[0].state", "'zz'"]),
    "an unknown unit": ('unit = "g"', 'unit = "stone"', ["items[1].unit", "'stone'"]),
    "an unknown class": ('class = "flower"', 'class = "flour"', ["items[0].class"]),
    "an unknown license": ('license = "SHOP"', 'license = "SHPO"', ["'SHPO'", "Did you mean 'SHOP'?"]),
    "an unknown item": ('item = "eighth"', 'item = "ninth"', ["lots[0].item", "'ninth'"]),
    "a license twice": ('number = "FARM"', 'number = "SHOP"', ["licenses", "'SHOP'"]),
    "a lot twice": ("10000000000000000000000000000002", "10000000000000000000000000000001", ["lots"]),
    "a quantity of none": ('quantity = "100"', 'quantity = "0"', ["lots[0].quantity"]),
    "a quantity below zero": ('quantity = "100"', 'quantity = "-1"', ["lots[0].quantity"]),
    "an endless quantity": ('quantity = "100"', "quantity = inf", ["lots[0].quantity"]),
    "a price that is none": ('price = "9.00"', 'price = "dear"', ["items[1].price"]),
    "a host that is not Metrc's": ("ca.metrc.com", "ca.example.com", ["accounts[0].t3.hostname"]),
    "an id of the wrong form": ("e0000000000000000000000000000001", "E1", ["employees[0].id"]),
    "a license of two lines": ('number = "ELSEWHERE"', 'number = "ELSE\\nWHERE"', ["ELSEWHERE"]),
}


def broken_recipe(folder: Path, text: str) -> str:
    path = folder / "broken.toml"
    path.write_text(text, encoding="utf-8")
    return str(path)


@pytest.mark.parametrize("what", BROKEN)
def test_a_recipe_that_does_not_stand_up_is_refused_with_the_place(
    refused: Refused, what: str, tmp_path: Path
) -> None:
    there, instead, says = BROKEN[what]
    sound = TILL.read_text(encoding="utf-8")
    assert there in sound

    line = refused("env", "--recipe", broken_recipe(tmp_path, sound.replace(there, instead, 1)))

    assert all(part in line for part in ["broken.toml", *says]), line


@pytest.mark.parametrize("text", ["", "name = ", "name = 'x'\nname = 'y'", "[[accounts]\n", "nothing\n"])
def test_a_file_that_is_no_recipe_is_refused(refused: Refused, text: str, tmp_path: Path) -> None:
    assert "broken.toml" in refused("env", "--recipe", broken_recipe(tmp_path, text))


@pytest.mark.parametrize(
    "content",
    [b"\x89PNG\r\n\xff\xfe", b"name = 'x'\x00", b"a = " + b"[" * 5000 + b"]" * 5000],
    ids=["picture", "NUL", "deep"],
)
def test_a_file_that_is_no_text_of_that_kind_is_refused(
    refused: Refused, content: bytes, tmp_path: Path
) -> None:
    path = tmp_path / "broken.toml"
    path.write_bytes(content)

    assert "broken.toml" in refused("env", "--recipe", str(path))


# --- recipes that cannot have happened ------------------------------------------------------------------------------


def a_sale(item: str = "eighth", quantity: str = "1", **more: object) -> str:
    keys = {"license": "'SHOP'", "days_ago": 1} | more
    rows = [f"{name} = {value}" for name, value in keys.items()]
    return "\n".join(
        ["", "[[sales]]", *rows, f"lines = [{{ item = '{item}', quantity = '{quantity}' }}]", ""]
    )


def a_history(**keys: object) -> str:
    rows = [
        f"{name} = {value}" for name, value in ({"license": "'SHOP'", "days": 1, "active": 1} | keys).items()
    ]
    return "\n".join(["", "[[history]]", *rows, ""])


IMPOSSIBLE: dict[str, tuple[str, list[str]]] = {
    "more than there is": (a_sale(quantity="101"), ["SHOP", "101 wanted"]),
    "more than one person may buy": (a_sale(quantity="50"), ["SHOP", "Purchase limit"]),
    "an item that is not stocked": (a_sale(item="nothing"), ["sales[0].lines[0].item", "'nothing'"]),
    "a sale of today": (a_sale(days_ago=0), ["sales[0].days_ago"]),
    "a receipt id twice": (a_sale(receipt_id=5) * 2, ["sales", "5 is there twice"]),
    "history of a farm": (a_history(license="'FARM'"), ["FARM"]),
    "history of a shop that is shut": (a_history(license="'SHUT'"), ["SHUT"]),
    "history of a shop without stock": (a_history(license="'ELSEWHERE'"), ["ELSEWHERE"]),
    "hours of no length": (a_history(opens=9, closes=9), ["history[0]", "opens"]),
    "days before the year one": (a_sale(days_ago=900_000), ["sales"]),
    "more days than a calendar has": (a_sale(days_ago=999_999_999), ["sales"]),
    "a tag twice": (
        "\n[[lots]]\nlicense = 'SHOP'\nitem = 'cart'\nquantity = '1'\ntag = '1A4000000000000000000001'\n" * 2,
        ["lots", "1A4000000000000000000001"],
    ),
}


@pytest.mark.parametrize("what", IMPOSSIBLE)
def test_a_recipe_that_cannot_have_happened_is_refused_with_the_table(what: str, tmp_path: Path) -> None:
    tables, says = IMPOSSIBLE[what]
    recipe = broken_recipe(tmp_path, TILL.read_text(encoding="utf-8") + tables)

    with pytest.raises(RecipeError) as refusal:
        create_world(Settings(recipe=recipe))

    message = str(refusal.value)
    assert len(message.splitlines()) == 1
    assert all(part in message for part in says), message


@pytest.mark.parametrize("moment", ["0002-01-01T00:00:00Z", "0002-06-01T00:00:00Z", "9998-12-31T23:59:59Z"])
def test_a_moment_at_the_edge_of_the_calendar_is_taken_or_refused(moment: str) -> None:
    try:
        world = create_world(Settings.model_validate({"now": moment}))
    except (RecipeError, ValidationError) as refusal:
        assert str(refusal)  # noqa: PT017 - refusing is allowed, crashing is not
    else:
        assert world.clock.now().isoformat() == moment.replace("Z", "+00:00")
