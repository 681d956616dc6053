"""A recipe as a chain: the shops it describes, as many of them as are asked for."""

import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import count
from typing import TYPE_CHECKING

from simulator.ledger.state import derived_id
from simulator.seeding.find import RecipeError
from simulator.settings import MOST_SHOPS

if TYPE_CHECKING:
    from simulator.seeding.recipe import LicensePart, Part, Recipe

COPIED = ("employees", "staff", "stock", "lots", "history")
"""Tables that every shop has of its own. Sales that are spelled out stay with the first."""
BELONGING = (*COPIED, "sales")
LAST_DIGITS = re.compile(r"(.*?)([0-9]+)([^0-9]*)", re.DOTALL)


def chained(recipe: "Recipe", shops: int) -> "Recipe":
    """The recipe with so many licenses that sell, which are those with a history or a stock: the first ones as they are,
    then one like each of them in turn. Licenses that do not sell stay. Raises RecipeError.
    """
    if not 1 <= shops <= MOST_SHOPS:
        raise RecipeError(f"shops must be between 1 and {MOST_SHOPS:,}, not {shops}")
    sell = {part.license for part in recipe.history} | {part.license for part in recipe.stock}
    models = [part for part in recipe.licenses if part.number in sell]
    if not models:
        raise RecipeError(f"recipe {recipe.name} has no history and no stock, so there is no shop to repeat")
    return _more(recipe, models, shops) if shops > len(models) else _without(recipe, models[shops:])


def _without(recipe: "Recipe", closed: "list[LicensePart]") -> "Recipe":
    """The recipe without those licenses and all that belongs to them. Accounts stay, if with nothing to see."""
    gone = {part.number for part in closed}
    update: dict[str, object] = {
        table: tuple(part for part in getattr(recipe, table) if part.license not in gone)
        for table in BELONGING
    }
    update["licenses"] = tuple(part for part in recipe.licenses if part.number not in gone)
    update["accounts"] = tuple(
        part.model_copy(update={"licenses": tuple(number for number in part.licenses if number not in gone)})
        for part in recipe.accounts
    )
    return recipe.model_copy(update=update)


def _more(recipe: "Recipe", models: "list[LicensePart]", shops: int) -> "Recipe":
    theirs = {table: _by_license(getattr(recipe, table)) for table in COPIED}
    taken = {part.number for part in recipe.licenses}
    numbers = {part.number: _next_numbers(part.number) for part in models}
    licenses = list(recipe.licenses)
    tables = {table: list(getattr(recipe, table)) for table in COPIED}
    copies: list[tuple[str, str]] = []
    for place in range(len(models), shops):
        model = models[place % len(models)]
        number = next(each for each in numbers[model.number] if each not in taken)
        taken.add(number)
        copies.append((model.number, number))
        name = f"{model.name} {place // len(models) + 1}"
        licenses.append(model.model_copy(update={"number": number, "name": name}))
        for table, parts in tables.items():
            parts += [_copy(part, number) for part in theirs[table][model.number]]
    accounts = [
        part.model_copy(
            update={"licenses": (*part.licenses, *(copy for model, copy in copies if model in part.licenses))}
        )
        for part in recipe.accounts
    ]
    update: dict[str, object] = {table: tuple(parts) for table, parts in tables.items()}
    return recipe.model_copy(update={**update, "licenses": tuple(licenses), "accounts": tuple(accounts)})


def _by_license(parts: "tuple[Part, ...]") -> "defaultdict[str, list[Part]]":
    found = defaultdict[str, list["Part"]](list)
    for part in parts:
        found[part.license].append(part)  # type: ignore[attr-defined] # each of COPIED has one
    return found


def _copy(part: "Part", number: str) -> "Part":
    """The same of another license, with an id of its own where it has one; a tag is then counted."""
    update: dict[str, object] = {"license": number}
    if (id_ := getattr(part, "id", None)) is not None:
        update["id"] = derived_id(number, id_)
    if getattr(part, "tag", None) is not None:
        update["tag"] = None
    return part.model_copy(update=update)


def _next_numbers(number: str) -> Iterator[str]:
    """What follows a license number: its last digits count on, as wide as they are while they fit."""
    found = LAST_DIGITS.fullmatch(number)
    before, digits, after = found.groups() if found else (f"{number}-", "1", "")
    for next_ in count(int(digits) + 1):
        yield f"{before}{next_:0{len(digits)}}{after}"
