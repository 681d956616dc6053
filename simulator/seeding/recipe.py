"""What a recipe may say, and clear words for one that says it wrong."""

import tomllib
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from simulator.ledger.model import LabState, ProductClass
from simulator.ledger.states import STATES
from simulator.ledger.units import UNITS
from simulator.ledger.vocabulary import TAX_TYPES
from simulator.seeding.find import RecipeError, find
from simulator.wording import did_you_mean, echo, join_path, listed


def _one_of(choices: Iterable[str]) -> AfterValidator:
    known = tuple(choices)

    def check(value: str) -> str:
        if value not in known:
            raise ValueError(f"{echo(value)} is not one of {listed(known)}.{did_you_mean(value, known)}")
        return value

    return AfterValidator(check)


MOST_DAYS = 3660

Hex32 = Annotated[str, Field(pattern=r"^[0-9a-z]{32}$")]
Amount = Annotated[Decimal, Field(ge=0, max_digits=13, decimal_places=4)]
StateCode = Annotated[str, _one_of(STATES)]


class Part(BaseModel):
    """A table of a recipe: nothing unknown in it, nothing changes it."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class PoliciesPart(Part):
    oversell: Literal["refuse", "allow"] = "refuse"
    refund_restocks: bool = False


class T3Part(Part):
    hostname: Annotated[str, Field(pattern=r"^([a-zA-Z0-9-]+\.)*metrc\.com$")]
    password: str
    tier: Literal["manual", "basic", "team", "enterprise", "unlimited"] | None = None
    api_key: str | None = None
    secret_key: str | None = None


class TracePart(Part):
    api_key: str
    token: str | None = None
    user_key: str | None = None


class AccountPart(Part):
    username: str
    name: str
    licenses: tuple[str, ...]
    t3: T3Part | None = None
    trace: TracePart | None = None


class LicensePart(Part):
    number: Annotated[str, Field(min_length=1)]
    name: str
    state: StateCode
    type: str
    retail: bool = True
    active: bool = True
    first_receipt_id: Annotated[int, Field(ge=1)] = 1
    first_lot_id: Annotated[int, Field(ge=1)] = 1


class EmployeePart(Part):
    id: Hex32
    license: str
    first_name: str
    last_name: str
    active: bool = True


class StaffPart(Part):
    """So many invented employees."""

    license: str
    count: Annotated[int, Field(ge=1, le=1000)]


class ItemPart(Part):
    """A product. `class` is what purchase limits know it as; weights in grams, THC in milligrams a unit."""

    key: str
    name: str
    product_class: ProductClass = Field(alias="class")
    category: str
    unit: Annotated[str, _one_of(UNITS)]
    price: Amount
    strain: str | None = None
    brand: str | None = None
    unit_weight: Amount | None = None
    unit_thc: Amount | None = None
    thc_percent: Annotated[Decimal, Field(ge=0, le=100)] | None = None


class LotPart(Part):
    """`in_history` false keeps it out of invented sales; `id` is its Trace id, invented when absent."""

    license: str
    item: str
    quantity: Annotated[Amount, Field(gt=0)]
    id: Hex32 | None = None
    tag: Annotated[str, Field(pattern=r"^[A-Z0-9]{24}$")] | None = None
    lab_state: LabState = LabState.PASSED
    on_hold: bool = False
    in_history: bool = True


class TaxPart(Part):
    """A tax of a state's receipts, `rate` in percent of the discounted price."""

    state: StateCode
    type: Annotated[str, _one_of(TAX_TYPES)]
    name: str
    rate: Annotated[Decimal, Field(ge=0, le=100)]


class HistoryPart(Part):
    """Invented sales over the last `days` full days, inside opening hours; the oldest are the final ones."""

    license: str
    days: Annotated[int, Field(ge=1, le=MOST_DAYS)]
    active: Annotated[int, Field(ge=0)] = 0
    final: Annotated[int, Field(ge=0)] = 0
    voided: Annotated[int, Field(ge=0)] = 0
    opens: Annotated[int, Field(ge=0, le=23)] = 9
    closes: Annotated[int, Field(ge=1, le=24)] = 21

    @model_validator(mode="after")
    def _opens_before_it_closes(self) -> Self:
        if self.opens >= self.closes:
            raise ValueError(f"opens ({self.opens}) must be before closes ({self.closes})")
        return self


class SaleLinePart(Part):
    item: str
    quantity: Annotated[Amount, Field(gt=0)]


class SalePart(Part):
    """A sale that must exist, with the ids given. Each line sells from the license's first lot of the item."""

    license: str
    days_ago: Annotated[int, Field(ge=1, le=MOST_DAYS)]
    lines: Annotated[tuple[SaleLinePart, ...], Field(min_length=1)]
    receipt_id: Annotated[int, Field(ge=1)] | None = None
    trace_id: Hex32 | None = None
    external_id: str | None = None
    state: Literal["active", "final", "voided"] = "active"


class Recipe(Part):
    name: str
    description: str = ""
    policies: PoliciesPart = PoliciesPart()
    accounts: Annotated[tuple[AccountPart, ...], Field(min_length=1)]
    licenses: Annotated[tuple[LicensePart, ...], Field(min_length=1)]
    employees: tuple[EmployeePart, ...] = ()
    staff: tuple[StaffPart, ...] = ()
    items: tuple[ItemPart, ...] = ()
    lots: tuple[LotPart, ...] = ()
    taxes: tuple[TaxPart, ...] = ()
    history: tuple[HistoryPart, ...] = ()
    sales: tuple[SalePart, ...] = ()

    @model_validator(mode="after")
    def _names_what_exists(self) -> Self:
        """Every license, item and employee referred to is there, and nothing is there twice."""
        licenses = _unique("licenses", [each.number for each in self.licenses])
        items = _unique("items", [each.key for each in self.items])
        _unique("employees", [each.id for each in self.employees])
        _unique("lots", [each.id for each in self.lots if each.id])
        _unique("accounts", [f"{each.t3.hostname}__{each.username}" for each in self.accounts if each.t3])
        t3 = [each.t3 for each in self.accounts if each.t3]
        _unique("accounts: the secret key", [each.secret_key for each in t3 if each.secret_key])
        _unique("accounts: the API key", [each.api_key for each in t3 if each.api_key])
        for index, account in enumerate(self.accounts):
            for number in account.licenses:
                _refer(f"accounts[{index}].licenses", number, licenses)
        for table in ("employees", "staff", "lots", "history", "sales"):
            for index, part in enumerate(getattr(self, table)):
                _refer(f"{table}[{index}].license", part.license, licenses)
        for index, lot in enumerate(self.lots):
            _refer(f"lots[{index}].item", lot.item, items)
        for index, sale in enumerate(self.sales):
            stocked = {lot.item for lot in self.lots if lot.license == sale.license}
            for position, line in enumerate(sale.lines):
                _refer(f"sales[{index}].lines[{position}].item", line.item, stocked)
        return self


def _unique(table: str, keys: list[str]) -> set[str]:
    for key in keys:
        if keys.count(key) > 1:
            raise ValueError(f"{table}: {echo(key)} is there twice")
    return set(keys)


def _refer(where: str, key: str, known: set[str]) -> None:
    if key not in known:
        raise ValueError(
            f"{where}: {echo(key)} does not exist.{did_you_mean(key, known)} There are: {listed(sorted(known))}"
        )


def load(name_or_path: str) -> Recipe:
    """The recipe of that name or file. Raises RecipeError with one line that says what to mend."""
    path = find(name_or_path)
    try:
        return read(path)
    except FileNotFoundError:
        raise RecipeError(f"there is no recipe file {name_or_path!r}") from None
    except OSError as error:
        raise RecipeError(f"recipe file {name_or_path!r} cannot be read: {error.strerror}") from None
    except RecursionError:
        raise RecipeError(f"recipe {path.name} is nested too deeply") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RecipeError(f"recipe {path.name} is not TOML: {error}") from None
    except ValidationError as error:
        raise RecipeError(f"recipe {path.name}: {_first(error)}") from None


def read(path: Path) -> Recipe:
    return Recipe.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))


def _first(error: ValidationError) -> str:
    """The first problem as `place: what is wrong`, and how many more there are."""
    problems = error.errors(include_url=False)
    problem = problems[0]
    place = join_path(problem["loc"])
    message = problem["msg"].removeprefix("Value error, ")
    if problem["type"] == "extra_forbidden":
        message = "this key is unknown"
    more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    return (f"{place}: " if place else "") + message + more
