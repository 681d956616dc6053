"""The kinds of values that a recipe's keys hold, and words for one that does not fit."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date, time
from decimal import Decimal
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BeforeValidator, Field

from simulator.ledger.customers import CustomerType
from simulator.ledger.model import LabState, ReceiptState
from simulator.ledger.products import ProductClass
from simulator.ledger.states import STATES
from simulator.ledger.units import UNITS
from simulator.ledger.vocabulary import TAX_TYPES
from simulator.seeding.recipe.holidays import MOVING_DAYS
from simulator.seeding.recipe.places import Place
from simulator.settings import MOST_DAYS, MOST_RECEIPTS
from simulator.wording import did_you_mean, echo, listed

T = TypeVar("T")
Pair = tuple[T, T]

LONGEST_TEXT, LONGEST_ID = 500, 100
"""As long as Trace takes them, see GAP(text-lengths)."""
HIGHEST_ID = 999_999_999 - MOST_RECEIPTS
"""GAP(receipt-number): a number has nine digits, and a world has to be able to go on from here."""


class Faults(ValueError):  # noqa: N818 - faults of the file, not of ours
    """What is wrong in a table as a whole: each with its place in that table, what is wrong, and where something stands
    that it cannot go with.
    """

    def __init__(self, *faults: tuple[Place, str] | tuple[Place, str, Place]) -> None:
        super().__init__(faults[0][1])
        self.faults = faults


def one_of(choices: Iterable[str]) -> BeforeValidator:
    known = tuple(map(str, choices))

    def check(value: Any) -> Any:
        if isinstance(value, str) and value not in known:
            raise ValueError(f"{echo(value)} is not one of {listed(known)}.{did_you_mean(value, known)}")
        return value

    return BeforeValidator(check)


def of_form(pattern: str, form: str) -> AfterValidator:
    def check(value: str) -> str:
        if not re.fullmatch(pattern, value):
            raise ValueError(f"must be {form}, not {echo(value)}")
        return value

    return AfterValidator(check)


def weights(what: str, fewest: int, most: int) -> AfterValidator:
    """Numbers that divide something in their proportion; `what` ends the sentence "must be ..."."""

    def check(given: tuple[float, ...]) -> tuple[float, ...]:
        if not fewest <= len(given) <= most:
            raise ValueError(f"must be {what}, not {len(given)}")
        return some_weight(given)

    return AfterValidator(check)


def some_weight(given: tuple[float, ...]) -> tuple[float, ...]:
    if not any(given):
        raise ValueError("not all weights may be 0")
    return given


def _number(value: Any) -> Any:
    if isinstance(value, bool):
        raise ValueError(f"must be a number, not {str(value).lower()}")  # noqa: TRY004 - pydantic wants a ValueError
    return value


def _share(value: float) -> float:
    if not 0 <= value <= 1:
        raise ValueError(f"must be a share from 0 to 1, such as 0.2, not {value:g}")
    return value


def _one_line(text: str, longest: int) -> str:
    if not 1 <= len(text) <= longest:
        raise ValueError(f"must have 1 to {longest:,} characters, not {len(text):,}")
    plain = "".join(each for each in text if unicodedata.category(each) not in ("Cc", "Zl", "Zp"))
    if plain != text:
        hint = f" Did you mean {echo(plain)}?" if plain else ""
        raise ValueError(f"{echo(text)} has a line break or another control character in it.{hint}")
    return text


def _pair(value: Any) -> Any:
    if not isinstance(value, list | tuple) or len(value) != 2:  # noqa: PLR2004 - a pair
        raise ValueError(f'must be a pair, the lower first, such as ["5", "10"], not {echo(value)}')
    return value


def _in_order(pair: Pair[Any]) -> Pair[Any]:
    if pair[0] > pair[1]:
        raise ValueError(f"the first must not be above the second: {pair[0]} is above {pair[1]}")
    return pair


def _peak_day(day: str) -> str:
    if day in MOVING_DAYS:
        return day
    try:
        if re.fullmatch(r"\d\d-\d\d", day):
            date.fromisoformat(f"2024-{day}")
            return day
    except ValueError:
        pass
    raise ValueError(
        f'{echo(day)} is neither a month and day such as "04-20" nor one of {listed(MOVING_DAYS)}.'
        f"{did_you_mean(day, MOVING_DAYS)}"
    )


def _time(value: Any) -> Any:
    if isinstance(value, str):
        try:
            value = time.fromisoformat(value)
        except ValueError:
            value = None
    if not isinstance(value, time) or value.tzinfo or value.microsecond:
        raise ValueError('must be a local time such as "16:20", in whole seconds and without a zone')
    return value


number = BeforeValidator(_number)
"""TOML has its own true and false."""

Text = Annotated[str, AfterValidator(lambda text: _one_line(text, LONGEST_TEXT))]
Name = Annotated[str, AfterValidator(lambda text: _one_line(text, LONGEST_ID))]
"""A text by which something is called: a license number, a key, a user name."""
Secret = Annotated[Name, of_form(r"[!-~]+", "ASCII without blanks, as it goes into a header")]
Hex32 = Annotated[str, of_form(r"[0-9a-z]{32}", "32 characters of 0-9 and a-z")]
Tag = Annotated[str, of_form(r"[A-Z0-9]{24}", "24 characters of 0-9 and A-Z")]

Count = Annotated[int, Field(strict=True, ge=0, le=MOST_RECEIPTS)]
Id = Annotated[int, Field(strict=True, ge=1, le=HIGHEST_ID)]
Days = Annotated[int, Field(strict=True, ge=1, le=MOST_DAYS)]
Flag = Annotated[bool, Field(strict=True)]

Amount = Annotated[Decimal, number, Field(ge=0, max_digits=13, decimal_places=4)]
Price = Annotated[Decimal, number, Field(ge=0, max_digits=11, decimal_places=2)]
Quantity = Annotated[Decimal, number, Field(gt=0, max_digits=13, decimal_places=4)]
Percent = Annotated[Decimal, number, Field(ge=0, le=100, decimal_places=4)]
Share = Annotated[float, number, AfterValidator(_share)]
Weight = Annotated[float, number, Field(ge=0, le=1_000_000)]
Weights = tuple[Weight, ...]
Prices = Annotated[Pair[Price], BeforeValidator(_pair), AfterValidator(_in_order)]
Percents = Annotated[Pair[Percent], BeforeValidator(_pair), AfterValidator(_in_order)]
Sizes = Annotated[
    Pair[Annotated[int, Field(strict=True, ge=1)]], BeforeValidator(_pair), AfterValidator(_in_order)
]

Clock = Annotated[time, BeforeValidator(_time)]
PeakDay = Annotated[str, AfterValidator(_peak_day)]
StateCode = Annotated[str, one_of(STATES)]
MetrcHost = Annotated[str, one_of(state.host for state in STATES.values() if state.host)]
UnitName = Annotated[str, one_of(UNITS)]
TaxTypeId = Annotated[str, one_of(TAX_TYPES)]
Class = Annotated[ProductClass, one_of(ProductClass)]
Lab = Annotated[LabState, one_of(LabState)]
Customer = Annotated[CustomerType, one_of(CustomerType)]
State = Annotated[ReceiptState, one_of(ReceiptState)]
