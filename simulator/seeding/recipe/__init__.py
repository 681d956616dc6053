"""What a recipe may say, and clear words for one that says it wrong."""

import re
import tomllib
from typing import Annotated, Self

from pydantic import Field, ValidationError, model_validator

from simulator.seeding.find import RecipeError, find
from simulator.seeding.recipe.chain import chained
from simulator.seeding.recipe.crosschecks import faults
from simulator.seeding.recipe.fields import Faults, Name, Text
from simulator.seeding.recipe.parts import (
    AccountPart,
    CataloguePart,
    EmployeePart,
    ItemPart,
    LicensePart,
    LotPart,
    Part,
    PoliciesPart,
    StaffPart,
    StockPart,
    T3Part,
    TaxPart,
    TracePart,
)
from simulator.seeding.recipe.past import (
    COUNTS,
    CustomersPart,
    HistoryPart,
    LifecyclePart,
    PaymentsPart,
    PeakPart,
    SaleLinePart,
    SalePart,
)
from simulator.seeding.recipe.places import lines
from simulator.seeding.recipe.reasons import in_one_line
from simulator.seeding.shares import split
from simulator.settings import MOST_RECEIPTS

__all__ = [
    "AccountPart",
    "CataloguePart",
    "CustomersPart",
    "EmployeePart",
    "HistoryPart",
    "ItemPart",
    "LicensePart",
    "LifecyclePart",
    "LotPart",
    "Part",
    "PaymentsPart",
    "PeakPart",
    "PoliciesPart",
    "Recipe",
    "SaleLinePart",
    "SalePart",
    "StaffPart",
    "StockPart",
    "T3Part",
    "TaxPart",
    "TracePart",
    "load",
    "scaled",
]


class Recipe(Part):
    """Everything that is in a world, before chance has a say."""

    name: Name
    description: Text = ""
    policies: PoliciesPart = PoliciesPart()
    accounts: Annotated[tuple[AccountPart, ...], Field(min_length=1)]
    licenses: Annotated[tuple[LicensePart, ...], Field(min_length=1)]
    employees: tuple[EmployeePart, ...] = ()
    staff: tuple[StaffPart, ...] = ()
    items: tuple[ItemPart, ...] = ()
    catalogue: tuple[CataloguePart, ...] = ()
    stock: tuple[StockPart, ...] = ()
    lots: tuple[LotPart, ...] = ()
    taxes: tuple[TaxPart, ...] = ()
    history: tuple[HistoryPart, ...] = ()
    sales: tuple[SalePart, ...] = ()

    @model_validator(mode="after")
    def _stands_up(self) -> Self:
        if found := faults(self):
            raise Faults(*found)
        return self


def scaled(
    recipe: Recipe,
    receipts: int | None = None,
    days: int | None = None,
    shops: int | None = None,
    *,
    most: int = MOST_RECEIPTS,
) -> Recipe:
    """The recipe with so many shops, with its histories stretched to so many days, and its invented receipts brought to so
    many in all, each history keeping its part of them.

    Raises RecipeError where there is no shop to repeat or no history to stretch, and where so many shops have more than
    `most` receipts.
    """
    if shops is not None:
        recipe = chained(recipe, shops)
    recipe = _stretched(recipe, receipts, days)
    if shops is not None and (count := sum(part.receipts for part in recipe.history)) > most:
        raise RecipeError(
            f"{count:,} receipts of {shops:,} shops are too many; {most:,} is the most: say how many receipts, or fewer days"
        )
    return recipe


def _stretched(recipe: Recipe, receipts: int | None, days: int | None) -> Recipe:
    if receipts is None and days is None:
        return recipe
    if not recipe.history and receipts != 0:
        raise RecipeError(f"recipe {recipe.name} has no history, so there is nothing to make more or less of")
    parts = recipe.history if days is None else tuple(_over(part, days) for part in recipe.history)
    if receipts is not None and parts:
        wanted = _split(receipts, [part.receipts for part in parts])
        parts = tuple(_amounting_to(part, count) for part, count in zip(parts, wanted, strict=True) if count)
    return recipe.model_copy(update={"history": parts})


def _over(part: HistoryPart, days: int) -> HistoryPart:
    return part.model_copy(update={"days": days})


def _amounting_to(part: HistoryPart, count: int) -> HistoryPart:
    if part.receipts_a_day is not None:
        return part.model_copy(update={"receipts_a_day": count / part.days})
    counts = _split(count, [getattr(part, state) for state in COUNTS])
    return part.model_copy(update=dict(zip(COUNTS, counts, strict=True)))


def _split(count: int, parts: list[int]) -> list[int]:
    """`count` divided as `parts` are; where they are all nothing, the first has it all."""
    return split(count, parts if any(parts) else [1, *[0] * (len(parts) - 1)])


def load(name_or_path: str) -> Recipe:
    """The recipe of that name or file. Raises RecipeError with one line that says what to mend."""
    path = find(name_or_path)
    try:
        text = path.read_bytes().decode("utf-8-sig")
        return read(text, path.name)
    except FileNotFoundError:
        raise RecipeError(f"there is no recipe file {name_or_path!r}") from None
    except OSError as error:
        raise RecipeError(f"recipe file {name_or_path!r} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise RecipeError(f"recipe {path.name} is not TOML: {error}") from None
    except RecursionError:
        raise RecipeError(f"recipe {path.name} is nested too deeply") from None


def read(text: str, name: str) -> Recipe:
    """The recipe of a TOML text; `name` is what refusals call it."""
    try:
        return Recipe.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise RecipeError(f"recipe {name}, {_where_and_why(str(error))}") from None
    except ValidationError as error:
        raise RecipeError(f"recipe {name}, {in_one_line(error, Recipe, lines(text))}") from None


def _where_and_why(message: str) -> str:
    """`line 2, column 8: is not TOML: ...` from tomllib's `... (at line 2, column 8)`."""
    found = re.fullmatch(r"(.*) \(at (.*)\)", message, re.DOTALL)
    why, where = found.groups() if found else (message, "end of the file")
    return f"{where}: this is not TOML: {why}"
