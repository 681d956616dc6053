"""Judges what `simulator generate RECIPE` writes, from the documents alone: `python validator.py [WORLD] [--recipe TOML]`.

One long file on purpose: it shares no line with the simulator, so it types the states' facts again (from the
sources that docs/states.md lists, read as that page reads them) and holds every record against them.

It reads a world twice without holding it. The first reading is of the stream; what needs to know the goods, which come
after the receipts, is kept in a temporary file until then. In memory are sums for each lot and each customer, and a
hash of each id that has to be unique.
"""

import argparse
import json
import re
import sys
import tempfile
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import cache, partial
from itertools import islice, pairwise
from pathlib import Path
from typing import IO, Any, NamedTuple
from zoneinfo import ZoneInfo

Record = dict[str, Any]

CENT = Decimal("0.01")
HALF_A_CENT = Decimal("0.005")
NOTHING = Decimal(0)
NEVER, LONG_AGO = datetime.max.replace(tzinfo=UTC), datetime.min.replace(tzinfo=UTC)
EVERY_AGE = (0, 999)
FULL = 1 + Decimal("1e-9")
BARRED = Decimal(10**9)
NOON = time(12)
ALL_REPORTED = timedelta(days=12)  # what was sold before is recorded by now, however late
MANY_DAYS = 100  # enough for each weekday to come about as often as the others
PLAIN = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,4})?\Z")
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z\Z")
TRACE_ID = re.compile(r"[0-9a-z]{32}\Z")
TAG = re.compile(r"[A-Z0-9]{24}\Z")

SELLABLE = {"TestPassed", "RetestPassed", "NotRequired", "ProcessValidated"}
CUSTOMER_TYPES = {"adult": 1, "patient": 2, "caregiver": 3, "external_patient": 4}
DRIVERS_LICENSE, PATIENT_ID, CAREGIVER_ID, EXTERNAL_ID = 1, 2, 3, 4
NEEDS = {
    "adult": {DRIVERS_LICENSE},
    "patient": {PATIENT_ID},
    "caregiver": {PATIENT_ID, CAREGIVER_ID},
    "external_patient": {EXTERNAL_ID},
}
KNOWN_BY = {
    "adult": DRIVERS_LICENSE,
    "patient": PATIENT_ID,
    "caregiver": PATIENT_ID,  # the limits are the patient's, whoever comes
    "external_patient": EXTERNAL_ID,
}
MAY_WITHHOLD = {"ma", "nv", "or"}

# Which word of a receipt's history may follow which.
FOLLOWS = {"active": {"active", "inactive", "voided", "refunded"}, "inactive": {"active"}}
ENDS_IN = {"active": "active", "final": "inactive", "voided": "voided", "refunded": "refunded"}
PAYMENTS = {"debit": 1, "cash": 2, "ach": 3}
OUT_OF = {"late": "reported", "hour": "usual", "weekday": "usual", "discounted": "lines"}
ODD_NUMBERS = {  # license numbers of recipes that are odd on purpose, most of them the vendors' own samples
    "LIC-00001",
    "XXXRETAIL01",
    "ABC-1234",
    "CULTIVATE01",
    "CLOSED-0001",
    "IL-SHOP-01",
    "RIVAL-0001",
    "A/B & C+D 50% #1",
}


# --- the states, typed again ----------------------------------------------------------------------------------------


class Facts(NamedTuple):
    """One row of FACTS."""

    zone: ZoneInfo
    adults: date | None
    patients: date | None
    age: int
    visitors: str
    hours: range
    due: tuple[str, ...]
    number: str


# A state a row: code | zone | adults since | patients since, and from which age | visiting patients |
# legal hours, where any were found | when a sale is due, and a patient's | license numbers.
# It is due within hours, or by 08:00 of the next day, or by midnight. Real time is an hour.
FACTS = r"""
ca | Los_Angeles | 2018-01-01 | always 18     | no  | 6-22 | 24      | C(9|10|12)-[0-9]{7}-LIC
or | Los_Angeles | 2016-01-01 | always 18     | no  | 7-22 | next    | 050-[0-9]{8}[0-9A-F]{3}
nv | Los_Angeles | 2017-07-01 | always 18     | yes | 0-24 | 1       | [0-9]{20}|RD[0-9]{3}
mt | Denver      | 2022-01-01 | always 18     | no  | 9-20 | 1       | [A-Z0-9-]{4,20}
co | Denver      | 2014-01-01 | always 18     | no  | 8-24 | 24 1    | 402R?-[0-9]{5}
mi | Detroit     | 2019-12-01 | always 18     | yes | 0-24 | 24 1    | (AU-R|PC)-[0-9]{6}
il | Chicago     | 2020-01-01 | always 18     | no  | 6-22 | 1       | 284\.[0-9]{6}-(AUDO|DISP)
ma | New_York    | 2018-11-20 | always 18     | ?   | 0-24 | 1       | MR[0-9]{6}
ri | New_York    | 2022-12-01 | always 18     | yes | 0-24 | 24      | MMP CC [0-9]{3}
nj | New_York    | 2022-04-21 | always 18     | yes | 0-24 | 24      | RE[0-9]{6}
md | New_York    | 2023-07-01 | always 18     | no  | 0-24 | 1       | DA-[0-9]{2}-[0-9]{5}
de | New_York    | 2025-08-01 | always 18     | yes | 0-24 | 24      | [A-Z0-9-]{4,20}
va | New_York    | never      | always 18     | no  | 0-24 | 24      | [A-Z0-9-]{4,20}
oh | New_York    | 2024-08-06 | always 18     | no  | 7-21 | 1       | MMD\.[0-9]{7}|CCD[0-9]{6}-[0-9]{2}
ky | New_York    | never      | 2025-12-13 18 | yes | 0-24 | 24      | DISP[0-9]{3,8}
al | Chicago     | never      | always 19     | no  | 0-24 | 1       | [A-Z0-9-]{4,20}
ms | Chicago     | never      | 2023-01-01 18 | yes | 0-24 | 24      | DSPY[0-9]{6}
mn | Chicago     | 2025-01-01 | always 0      | ?   | 0-24 | 24      | [A-Z0-9-]{4,20}
la | Chicago     | never      | always 18     | yes | 0-24 | 24      | [A-Z0-9-]{4,20}
ok | Chicago     | never      | always 18     | yes | 0-24 | 24      | DAAA-[A-Z0-9]{4}-[A-Z0-9]{4}
sd | Chicago     | never      | 2022-07-27 18 | yes | 0-24 | midnight | [A-Z0-9]{10}
me | New_York    | 2020-10-09 | always 18     | yes | 7-22 | 24      | AMS[0-9]{3}
wa | Los_Angeles | 2014-07-01 | always 18     | no  | 8-24 | 168     | [0-9]{6}
wv | New_York    | never      | 2021-11-01 18 | no  | 0-24 | 24      | [A-Z0-9-]{4,20}
mo | Chicago     | 2023-02-03 | always 18     | yes | 0-24 | 1       | DIS[0-9]{6}
"""

WORDS = {
    "RAW": "flower preroll",
    "EXTRACT": "concentrate vape kief infused_preroll",
    "FOOD": "edible capsule beverage tincture",
    "SOLID": "edible capsule",
    "LIQUID": "beverage tincture",
}

# A limit a row: state | who and which ages | over what | what alone would fill it; and so on.
# Several amounts of one row share one budget. An ounce is 28.35 g unless the state's own text has it otherwise.
LIMITS = """
ca | adult         | day      | RAW kief infused_preroll 28.5 g
ca | adult         | day      | concentrate vape 8 g; FOOD topical infused_preroll 8000 mg
ca | adult         | day      | immature_plant 6 ea
ca | medical       | day      | RAW kief infused_preroll 226.8 g
ca | medical       | day      | immature_plant 12 ea
or | adult         | day      | RAW 56.7 g
or | adult         | day      | SOLID 453.6 g
or | adult         | day      | LIQUID 2129.292 g
or | adult         | day      | EXTRACT 5 g
or | adult         | day      | immature_plant 4 ea
or | adult         | day      | seed 10 ea
or | medical       | day      | RAW 226.8 g
or | medical       | month    | RAW 907.2 g
nv | all           | sale     | RAW 70.875 g; EXTRACT 7.09 g; FOOD 7087 mg
nv | medical       | 14       | RAW 70.875 g
mt | adult         | sale     | RAW 28.35 g; EXTRACT 8 g; FOOD 800 mg
mt | medical       | day      | RAW 28.35 g; EXTRACT 8 g; FOOD 800 mg
mt | medical       | month    | RAW 141.75 g; EXTRACT 40 g; FOOD 4000 mg
co | adult         | day      | RAW 28.35 g; EXTRACT 8 g; FOOD 800 mg
co | medical       | day      | RAW 56.7 g
co | medical       | day      | EXTRACT 8 g
co | medical 18-20 | day      | EXTRACT 2 g
co | medical       | day      | FOOD 20000 mg
mi | adult         | sale     | RAW EXTRACT 70.87 g; SOLID 1134 g; LIQUID 2661.615 g
mi | adult         | sale     | EXTRACT 15 g
mi | medical       | day      | RAW EXTRACT 70.87 g; SOLID 1134 g; LIQUID 2661.615 g
mi | medical       | 30       | RAW EXTRACT 283.5 g; SOLID 4536 g; LIQUID 10646.46 g
il | resident      | sale     | RAW 30 g
il | resident      | sale     | EXTRACT 5 g
il | resident      | sale     | FOOD topical 500 mg
il | nonresident   | sale     | RAW 15 g
il | nonresident   | sale     | EXTRACT 2.5 g
il | nonresident   | sale     | FOOD topical 250 mg
il | medical       | 14       | RAW EXTRACT 70.87 g
ma | adult         | day      | RAW 28.35 g; EXTRACT tincture 5000 mg; SOLID beverage 500 mg
ma | medical       | 60       | RAW 283.5 g; EXTRACT tincture 50000 mg; SOLID beverage 5000 mg
ri | adult         | sale     | RAW 28.35 g; EXTRACT 5 g; FOOD 500 mg
ri | medical       | 15       | RAW 70.875 g; EXTRACT 12.5 g; FOOD 1250 mg
nj | adult         | sale     | RAW 28.35 g; EXTRACT 4 g; FOOD 1000 mg
nj | medical       | 30       | RAW 85.05 g; EXTRACT 12 g; FOOD 3000 mg
md | adult         | sale one | RAW 42.525 g
md | adult         | sale one | EXTRACT 12 g
md | adult         | sale one | FOOD topical 750 mg
md | medical       | 30       | RAW 120 g
md | medical       | 30       | EXTRACT FOOD topical 36000 mg
de | adult         | sale     | RAW 28.35 g
de | adult         | sale     | EXTRACT 12 g
de | adult         | sale     | FOOD topical 750 mg
de | medical       | 14       | RAW EXTRACT 85.05 g
va | medical       | 30       | RAW 113.4 g
oh | adult         | day      | RAW 70.8 g
oh | adult         | day      | EXTRACT FOOD topical 15000 mg
oh | medical       | 90       | RAW 254.7 g; FOOD 9900 mg; topical 26550 mg; EXTRACT 53100 mg
ky | patient       | 30       | RAW 112 g; EXTRACT 28 g; FOOD 3900 mg
ky | external      | 10       | RAW 37.5 g; EXTRACT 9.5 g; FOOD 1300 mg
ky | medical 18-20 | sale     | vape 0 ea
al | medical       | 60       | concentrate vape capsule tincture topical 3000 mg
al | medical       | sale     | RAW kief infused_preroll 0 ea
al | medical       | sale     | edible beverage 0 ea
ms | medical       | 7        | RAW 21 g; EXTRACT 6 g; FOOD topical 600 mg
ms | medical       | 30       | RAW 84 g; EXTRACT 24 g; FOOD topical 2400 mg
mn | adult         | day      | RAW 56.7 g
mn | adult         | day      | EXTRACT 8 g
mn | adult         | day      | FOOD 800 mg
la | medical       | 14       | RAW 70.875 g
ok | medical       | sale     | RAW 84.9 g
ok | medical       | sale     | EXTRACT 28.3 g
ok | medical       | sale     | FOOD topical 2037.6 g
ok | medical       | sale     | immature_plant 6 ea
sd | medical       | 14       | RAW 85.05 g; EXTRACT 24 g; capsule tincture 15 g; edible beverage 2400 mg; topical 1064.646 g
sd | medical 0-17  | sale     | RAW EXTRACT 0 ea
me | adult         | sale     | RAW EXTRACT 70.875 g
me | adult         | sale     | EXTRACT 5 g
me | adult         | day      | FOOD 5000 mg
me | patient       | sale     | RAW EXTRACT 70.875 g
me | external      | 15       | RAW EXTRACT 70.875 g
wa | adult         | sale     | RAW 28.35 g
wa | adult         | sale     | SOLID 453.6 g
wa | adult         | sale     | LIQUID 2129.292 g
wa | adult         | sale     | EXTRACT 7 g
wa | adult         | sale     | topical 10 ea
wa | medical       | sale     | RAW 85.05 g
wa | medical       | sale     | SOLID 1360.8 g
wa | medical       | sale     | LIQUID 6387.876 g
wa | medical       | sale     | EXTRACT 21 g
wv | medical       | 30       | RAW 113.4 g
wv | medical       | sale     | edible beverage 0 ea
mo | adult         | sale     | RAW 85.05 g; EXTRACT 24 g; FOOD topical 2400 mg
mo | medical       | 30       | RAW 170.1 g; EXTRACT 48 g; FOOD topical 4800 mg
"""

# A tax a row: state | who | Trace's type | percent | product classes. `over` is on the taxes before it too.
# Merchandise is no cannabis: of the state's taxes only a sales tax on everything is on it.
TAXES = """
ca | all     | 2 | 15.00  | cannabis
ca | all     | 1 | 7.25   | everything
or | adult   | 2 | 17.00  | cannabis
nv | adult   | 2 | 10.00  | cannabis
nv | all     | 1 | 6.85   | everything
mt | adult   | 2 | 20.00  | cannabis
mt | medical | 2 | 4.00   | cannabis
co | adult   | 2 | 15.00  | cannabis
co | medical | 1 | 2.90   | everything
mi | adult   | 2 | 10.00  | cannabis
mi | all     | 1 | 6.00   | everything over
il | adult   | 2 | 10.00  | RAW immature_plant seed
il | adult   | 2 | 20.00  | FOOD topical
il | adult   | 2 | 25.00  | EXTRACT
il | adult   | 1 | 6.25   | everything
il | medical | 1 | 1.00   | everything
ma | adult   | 2 | 10.75  | cannabis
ma | adult   | 1 | 6.25   | everything
ri | adult   | 2 | 10.00  | cannabis
ri | all     | 1 | 7.00   | everything
ri | adult   | 3 | 3.00   | cannabis
ri | medical | 3 | 4.00   | cannabis
nj | adult   | 1 | 6.625  | everything
md | adult   | 2 | 12.00  | cannabis
de | adult   | 2 | 15.00  | cannabis
va | medical | 1 | 5.30   | everything
oh | adult   | 2 | 10.00  | cannabis
oh | all     | 1 | 5.75   | everything
al | medical | 2 | 9.00   | cannabis
ms | medical | 1 | 7.00   | everything
mn | adult   | 2 | 15.00  | cannabis
mn | adult   | 1 | 6.875  | everything
la | medical | 1 | 5.00   | everything
ok | medical | 2 | 7.00   | cannabis
ok | medical | 1 | 4.50   | everything
sd | medical | 1 | 4.20   | everything
me | adult   | 1 | 14.00  | everything
me | medical | 1 | 8.00   | FOOD
me | medical | 1 | 5.50   | RAW EXTRACT topical immature_plant seed
wa | all     | 2 | 37.00  | cannabis
wa | adult   | 1 | 6.50   | everything
mo | adult   | 2 | 6.00   | cannabis
mo | medical | 2 | 4.00   | cannabis
mo | all     | 1 | 4.225  | everything
"""


def table(text: str) -> Iterator[list[str]]:
    for row in text.strip().splitlines():
        yield [cell.strip() for cell in row.split(" | ")]


def classes(words: Iterable[str]) -> list[str]:
    return [each for word in words for each in WORDS.get(word, word).split()]


def covers(who: str, customer: str, outside: bool) -> bool:
    """Whether a row's `who` means this customer."""
    if customer == "adult":
        return who in {"all", "adult", "nonresident" if outside else "resident"}
    return who in {"all", "medical", "external" if customer == "external_patient" else "patient"}


class Measure(NamedTuple):
    """How much of one product class alone would fill a limit."""

    most: Decimal
    unit: str


@dataclass(frozen=True, eq=False)
class Limit:
    """One row of LIMITS."""

    told: str
    who: str
    ages: tuple[int, int]
    period: str
    exclusive: bool
    pool: dict[str, Measure]

    @classmethod
    def read(cls, cells: Sequence[str]) -> "Limit":
        _, customers, over, amounts = cells
        who, _, span = customers.partition(" ")
        low, _, high = span.strip().partition("-")
        period, _, exclusive = over.partition(" ")
        pool = {}
        for amount in amounts.split(";"):
            *words, most, unit = amount.split()
            pool |= dict.fromkeys(classes(words), Measure(Decimal(most), unit))
        ages = (int(low), int(high)) if span else EVERY_AGE
        return cls(" ".join(cells), who, ages, period, bool(exclusive), pool)

    def binds(self, customer: str, outside: bool, years: int | None) -> bool:
        if not covers(self.who, customer, outside):
            return False
        if self.ages == EVERY_AGE:
            return True
        # Whom a caregiver buys for shows no age, and a row for some ages is on the patient's.
        return customer != "caregiver" and years is not None and self.ages[0] <= years <= self.ages[1]

    def first_day(self, day: int) -> int:
        """The first day, as an ordinal, that counts together with this one."""
        if self.period == "month":
            return date.fromordinal(day).replace(day=1).toordinal()
        return day if self.period == "day" else day - int(self.period) + 1

    def share(self, item: Record) -> Decimal:
        """How much of this limit one unit of a lot fills."""
        measure = self.pool.get(item["product_class"])
        if measure is None:
            return NOTHING
        if not measure.most:
            return BARRED
        return one_unit(item, measure.unit) / measure.most


def one_unit(item: Record, of: str) -> Decimal:
    """Grams, milligrams of THC or pieces in one unit of what a lot holds."""
    unit = item["unit"]
    if of == "ea":
        return Decimal(1)
    weighed = unit["quantity_type"] != "CountBased"
    if weighed:
        grams = Decimal(unit["grams"] or {"ml": 1, "l": 1000}[unit["abbreviation"]])
    else:
        grams = Decimal(item["unit_weight"] or 0)
    if of == "g":
        return grams
    if item["unit_thc"]:
        return Decimal(item["unit_thc"])
    return grams * Decimal(item["thc_percent"] or 0) * 10


class Tax(NamedTuple):
    """One row of TAXES."""

    who: str
    type_id: str
    rate: Decimal
    goods: frozenset[str]

    def on(self, product_class: str) -> bool:
        if "everything" in self.goods:
            return product_class != "merchandise" or self.type_id == "KOMTAX0001"
        return product_class in self.goods or ("cannabis" in self.goods and product_class != "merchandise")


def since(word: str) -> date | None:
    return {"never": None, "always": date.min}[word] if word.isalpha() else date.fromisoformat(word)


def read_facts(cells: Sequence[str]) -> Facts:
    zone, adults, patients, visitors, hours, due, shape = cells
    start, _, youngest = patients.partition(" ")
    opens, _, closes = hours.partition("-")
    return Facts(
        ZoneInfo(f"America/{zone}"),
        since(adults),
        since(start),
        int(youngest),
        visitors,
        range(int(opens), int(closes)),
        tuple(due.split()),
        shape,
    )


STATES = {code: read_facts(cells) for code, *cells in table(FACTS)}

LIMITS_OF: dict[str, list[Limit]] = defaultdict(list)
for _row in table(LIMITS):
    LIMITS_OF[_row[0]].append(Limit.read(_row))

TAXES_OF: dict[str, list[Tax]] = defaultdict(list)
for _state, _who, _type, _rate, _goods in table(TAXES):
    TAXES_OF[_state].append(
        Tax(_who, f"KOMTAX000{_type}", Decimal(_rate), frozenset(classes(_goods.split())) - {"over"})
    )
COMPOUND = {("mi", "KOMTAX0001", Decimal("6.00"))}


# --- what is checked ------------------------------------------------------------------------------------------------

IDS = "ids are well formed and unique"
TIMES = "times follow each other"
HISTORY = "history leads to the state"
SUMS = "receipts add up"
ORDER = "records come in order"
SHOWN = "identifications are what the customer type needs"
PERSON = "one driver's license is one person"
LINES = "line totals add up"
PARSED = "every number and time parses"
TOGETHER = "purchase limits hold over time"
ONE_SALE = "purchase limits hold for a sale"
WHOLE = "counted goods sell whole"
STOCK = "stock is the recipe's"
WELCOME = "customer types may buy here"
FUTURE = "nothing lies in the future"

ALWAYS_CHECKED = (
    "a line holds one record of a known kind",
    ORDER,
    PARSED,
    "license numbers have their state's shape",
    "only open retail licenses sell",
    IDS,
    "receipt ids increase as recorded",
    "receipt numbers are ids in nine digits",
    "line ids increase",
    LINES,
    "taxes are rate times base",
    SUMS,
    "payments are the total",
    "discounts lie between nothing and the price",
    "quantities are above nothing",
    WELCOME,
    SHOWN,
    "customers are old enough",
    PERSON,
    "employees are active and of the license",
    "local time is the state's",
    "sales lie in the state's hours",
    "sales lie within the state's programme",
    TIMES,
    HISTORY,
    "sales are of lots that are there",
    WHOLE,
    "the state's taxes are on every line",
    ONE_SALE,
    TOGETHER,
    "lots add up",
    "lots are received before they are sold",
    "lots are finished when empty",
    "nothing is sold of a finished lot",
    "lots that sold may be sold",
)
WITH_NOW = (FUTURE,)
WITH_RECIPE = (
    "sales lie in the recipe's hours",
    "shares are near the recipe's",
    STOCK,
    "external ids are the recipe's",
    "discounts are the recipe's",
    "ids below the first are the recipe's",
)
WITH_BOTH = ("sales lie in the recipe's days", "sales are final when the recipe says")


class Bent(Exception):  # noqa: N818 - a record that cannot be read further
    """A record is so wrong that the rest of it cannot be checked."""


def number(text: Any) -> Decimal:
    if not isinstance(text, str) or not PLAIN.match(text):
        raise Bent(f"{text!r} is no decimal in a string")
    return Decimal(text)


def instant(text: Any) -> datetime:
    if not isinstance(text, str) or not INSTANT.match(text):
        raise Bent(f"{text!r} is no UTC time")
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise Bent(f"{text!r} is no UTC time") from error


def cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)


def age(birthday: date, day: date) -> int:
    return day.year - birthday.year - ((day.month, day.day) < (birthday.month, birthday.day))


def around_thanksgiving(day: date) -> str:
    """The name of the day before, or after, the fourth Thursday of November."""
    first = date(day.year, 11, 1)
    thanksgiving = first + timedelta(days=(3 - first.weekday()) % 7 + 21)
    return {-1: "green-wednesday", 1: "black-friday"}.get((day - thanksgiving).days, "")


@dataclass
class Moves:
    """What the receipts of a license have taken from one lot."""

    taken: Decimal = NOTHING
    first_sold: datetime = NEVER
    last_recorded: datetime = LONG_AGO
    last_id: int = 0


@dataclass
class Book:
    """What is remembered of a license."""

    license: Record
    facts: Facts
    code: str
    employees: dict[str, Record] = field(default_factory=dict)
    moves: dict[int, Moves] = field(default_factory=lambda: defaultdict(Moves))
    seen_ids: set[int] = field(default_factory=set)
    external_ids: set[int] = field(default_factory=set)
    lots: int = 0
    received: Counter[tuple[str, Decimal]] = field(default_factory=Counter)
    on_hand: Counter[int] = field(default_factory=Counter)
    last_id: int = 0
    last_line: int = 0
    last_recorded: datetime = LONG_AGO
    shares: Counter[str] = field(default_factory=Counter)
    usual_days: set[int] = field(default_factory=set)
    receipts: int = 0


class Recipe:
    """What a recipe says, as far as it can be held against a world."""

    def __init__(self, told: Mapping[str, Any]) -> None:
        policies = told.get("policies", {})
        self.restocks = bool(policies.get("refund_restocks"))
        self.oversells = policies.get("oversell") == "allow"
        self.names = {item["key"]: item["name"] for item in told.get("items", ())}
        self._parts: dict[tuple[str, str], list[Record]] = defaultdict(list)
        for part in "lots", "stock", "history", "sales":
            for each in told.get(part, ()):
                self._parts[part, each["license"]].append(each)
        self._taxes: dict[str, list[Tax]] = defaultdict(list)
        for tax in told.get("taxes", ()):
            everything = Tax("all", tax["type"], Decimal(tax["rate"]), frozenset({"everything"}))
            self._taxes[tax["state"]].append(everything)

    def of(self, part: str, license_number: str) -> list[Record]:
        return self._parts.get((part, license_number), [])

    def is_fixed(self, receipt: Record) -> bool:
        """Whether a receipt is one of [[sales]]: by its id, else by its time of the day."""
        for sale in self.of("sales", receipt["license_number"]):
            if "receipt_id" in sale:
                same = sale["receipt_id"] == receipt["id"]
            elif "trace_id" in sale:
                same = sale["trace_id"] == receipt["trace_id"]
            else:
                same = receipt["local_time"][11:] == sale.get("time", NOON).isoformat()
            if same:
                return True
        return False

    def taxes(self, state: str) -> list[Tax]:
        """The recipe's own taxes of a state, else the state's."""
        return self._taxes.get(state) or TAXES_OF[state]

    def is_a_rush(self, license_number: str, day: date, today: date | None) -> bool:
        """Whether a peak of a history makes this day unlike others."""
        for part in self.of("history", license_number):
            for peak in part.get("peaks", ()):
                if peak.get("day") in {f"{day:%m-%d}", around_thanksgiving(day)}:
                    return True
                if "days_ago" in peak and (today is None or (today - day).days == peak["days_ago"]):
                    return True
        return False


class Validator:
    """Reads a world and yields its violations; `ran` tells how often each check was really made."""

    def __init__(self, recipe: Mapping[str, Any] | None = None, now: datetime | None = None) -> None:
        self.recipe = Recipe(recipe) if recipe is not None else None
        self.now = now
        self.counts: Counter[str] = Counter()
        self.ran: Counter[str] = Counter()
        self.broken: Counter[str] = Counter()
        self.checks = (
            *ALWAYS_CHECKED,
            *(WITH_NOW if now else ()),
            *(WITH_RECIPE if recipe is not None else ()),
            *(WITH_BOTH if now and recipe is not None else ()),
        )
        self._books: dict[str, Book] = {}
        self._trace_ids: set[int] = set()
        self._tags: set[int] = set()
        self._people: dict[str, tuple[str, bool]] = {}
        self._cards: dict[str, str] = {}
        self._goods: dict[tuple[str, int], Goods] = {}
        self._found: list[str] = []
        self._where = ""

    def never_ran(self) -> list[str]:
        """The checks that should have run and had nothing to look at."""
        return [check for check in self.checks if not self.ran[check]]

    def skipped(self) -> list[str]:
        """The checks that need a recipe or the simulated now."""
        return [each for each in (*WITH_NOW, *WITH_RECIPE, *WITH_BOTH) if each not in self.checks]

    def violations(self, lines: Iterable[bytes]) -> Iterator[str]:
        """One sentence for each violation, with the license and the id of the receipt or lot."""
        read = {
            "license": self._license,
            "employee": self._employee,
            "receipt": self._receipt,
            "lot": self._lot,
        }
        with tempfile.TemporaryFile("w+", encoding="utf-8") as kept:
            for place, line in enumerate(lines, 1):
                self._where = f"line {place}"
                kind, record = self._parse(line)
                if record is not None:
                    self.counts[kind] += 1
                    self._read(partial(read[kind], kept=kept) if kind == "receipt" else read[kind], record)
                yield from self._drain()
            kept.seek(0)
            yield from self._second_reading(kept)
        self._where = "world"
        self._check(ORDER, bool(self._books), "there is no license in it")
        for book in self._books.values():
            self._end_of(book)
        yield from self._drain()

    def _drain(self) -> Iterator[str]:
        found, self._found = self._found, []
        yield from found

    def _check(self, name: str, fine: bool, *told: object) -> None:
        self.ran[name] += 1
        if not fine:
            self.broken[name] += 1
            self._found.append(f"{self._where}: {name}: {' '.join(map(str, told))}")

    def _read(self, reader: Any, record: Record) -> None:
        """Reads one record; what it lacks or holds in another type is a violation too."""
        try:
            reader(record)
            self._check(PARSED, True)
        except Bent as bent:
            self._check(PARSED, False, bent)
        except (KeyError, TypeError, AttributeError, ValueError, IndexError) as error:
            self._check(PARSED, False, f"{type(error).__name__} {error}")

    def _parse(self, line: bytes) -> tuple[str, Record | None]:
        name = "a line holds one record of a known kind"
        try:
            outer = json.loads(line)
            ((kind, record),) = outer.items()
        except (ValueError, AttributeError) as error:
            self._check(name, False, error)
            return "", None
        fine = kind in {"license", "employee", "receipt", "lot"} and isinstance(record, dict)
        self._check(name, fine, f"unknown kind {kind!r}")
        return kind, record if fine else None

    # --- licenses and employees -------------------------------------------------------------------------------------

    def _license(self, record: Record) -> None:
        license_number, code = record["number"], record["state_code"]
        self._where = f"license {license_number}"
        self._check(ORDER, license_number not in self._books, "is there twice")
        if code not in STATES:
            raise Bent(f"state {code!r} is unknown")
        self._books[license_number] = Book(record, STATES[code], code)
        if record["retail"] and license_number not in ODD_NUMBERS:
            shape = STATES[code].number
            fine = re.fullmatch(shape, license_number) is not None
            self._check("license numbers have their state's shape", fine, "is not", shape)

    def _employee(self, record: Record) -> None:
        self._where = f"employee {record['license_number']}/{record['id']}"
        book = self._book(record)
        self._unique(record["id"])
        self._check(ORDER, not book.receipts, "comes after receipts")
        date.fromisoformat(record["hired_on"])
        book.employees[record["id"]] = record

    def _book(self, record: Record) -> Book:
        book = self._books.get(record["license_number"])
        self._check(ORDER, book is not None, "comes before its license")
        if book is None:
            raise Bent("has no license")
        return book

    def _unique(self, trace_id: str) -> None:
        fine = TRACE_ID.match(trace_id) is not None and hash(trace_id) not in self._trace_ids
        self._check(IDS, fine, "trace id", trace_id)
        self._trace_ids.add(hash(trace_id))

    # --- receipts, without their goods ------------------------------------------------------------------------------

    def _receipt(self, record: Record, kept: IO[str]) -> None:
        self._where = f"receipt {record['license_number']}/{record['id']}"
        book = self._book(record)
        book.receipts += 1
        self._check(
            "only open retail licenses sell",
            book.license["retail"] and book.license["active"],
            "the license is no open retailer",
        )
        self._check(ORDER, not book.lots, "comes after its lots")
        fixed = self.recipe is not None and self.recipe.is_fixed(record)
        sold_at, day = self._times(book, record, fixed)
        self._ids(book, record, fixed)
        self._history(record)
        lines = [self._line(book, record, line) for line in record["lines"]]
        self._sums(record, lines)
        self._payments(record, lines)
        customer = self._customer(book, record, day, fixed)
        self._seller(book, record, day)
        self._stock_taken(book, record, lines, sold_at)
        if self.recipe is not None and not fixed:
            self._count_shares(book, record, lines)
            self._discounts(record, lines)
        row = [
            record["license_number"],
            record["id"],
            record["state"],
            record["customer_type"],
            record["out_of_state"],
            *customer,
            day.toordinal(),
            record["recorded_at"],
            given_back(record),
            [
                [line["lot_id"], line["quantity"], line["refunded"], self._rates(line)]
                for line in record["lines"]
            ],
        ]
        kept.write(json.dumps(row) + "\n")

    @staticmethod
    def _rates(line: Record) -> list[list[str]]:
        return [[tax["type_id"], tax["rate"]] for tax in line["taxes"]]

    def _times(self, book: Book, record: Record, fixed: bool) -> tuple[datetime, date]:
        sold, recorded = instant(record["sold_at"]), instant(record["recorded_at"])
        local = sold.astimezone(book.facts.zone).replace(tzinfo=None)
        self._check(
            "local time is the state's",
            record["local_time"] == local.isoformat(),
            record["local_time"],
            "but sold at",
            local,
        )
        modified = instant(record["modified_at"])
        self._check(TIMES, sold < recorded, "recorded", recorded, "and sold", sold)
        self._check(TIMES, modified >= recorded, "modified", modified, "and recorded", recorded)
        self._check(
            TIMES,
            recorded >= book.last_recorded,
            "recorded before the receipt above it, at",
            recorded,
        )
        book.last_recorded = max(recorded, book.last_recorded)
        if not fixed:
            self._check("sales lie in the state's hours", local.hour in book.facts.hours, "sold at", local)
        began = book.facts.adults if record["customer_type"] == "adult" else book.facts.patients
        if began:
            fine = local.date() >= began
            self._check("sales lie within the state's programme", fine, "sold", local, "and began", began)
        if self.now:
            last = max(sold, modified, recorded)
            self._check(FUTURE, last <= self.now, last)
        if self.recipe is not None and not fixed:
            self._in_history(book, record, local, recorded)
        return sold, local.date()

    def _in_history(self, book: Book, record: Record, local: datetime, recorded: datetime) -> None:
        """Holds a receipt against the hours and days of the recipe's [[history]]."""
        assert self.recipe is not None
        parts = self.recipe.of("history", record["license_number"])
        open_now = any(part.get("opens", 9) <= local.hour < part.get("closes", 21) for part in parts)
        self._check("sales lie in the recipe's hours", open_now, "sold at", local)
        if not self.now or not parts:
            return
        today = self.now.astimezone(book.facts.zone).date()
        ago = (today - local.date()).days
        most = max(part.get("days", 3660) for part in parts)
        self._check("sales lie in the recipe's days", 1 <= ago <= most, "sold", ago, "days ago")
        after = parts[0].get("lifecycle", {}).get("final_after")
        known = (today - recorded.astimezone(book.facts.zone).date()).days
        if (
            len(parts) == 1
            and after is not None
            and known != after
            and record["state"] in {"active", "final"}
        ):
            fine = (record["state"] == "final") == (known > after)
            self._check("sales are final when the recipe says", fine, record["state"], "after", known, "days")

    def _ids(self, book: Book, record: Record, fixed: bool) -> None:
        key = record["id"]
        self._unique(record["trace_id"])
        self._check(
            "receipt numbers are ids in nine digits", record["number"] == f"{key:09d}", record["number"]
        )
        self._check(IDS, key not in book.seen_ids, "receipt id twice")
        below = key < book.license["first_receipt_id"]
        if below or fixed:
            book.seen_ids.add(key)
        if below and self.recipe is not None:
            self._check("ids below the first are the recipe's", fixed, "no [[sales]] has this id")
        if not below and not (fixed and key not in {book.last_id + 1, book.license["first_receipt_id"]}):
            self._check("receipt ids increase as recorded", key > book.last_id, "comes after", book.last_id)
            book.last_id = max(key, book.last_id)
        self._external_id(book, record, fixed)
        for line in record["lines"]:
            self._check("line ids increase", line["id"] > book.last_line, line["id"], "after", book.last_line)
            book.last_line = max(line["id"], book.last_line)
        for each in record["payments"], record["lines"]:
            self._check(SUMS, len(each) > 0, "has no lines or no payments")

    def _external_id(self, book: Book, record: Record, fixed: bool) -> None:
        told = record["external_id"]
        if told is not None and not fixed:
            self._check(IDS, hash(told) not in book.external_ids, "external id", told, "twice")
        if told is not None:
            book.external_ids.add(hash(told))
        if self.recipe is None or fixed:
            return
        parts = self.recipe.of("history", record["license_number"])
        wanted = {
            f"{record['license_number']}/{record['id']}" if part.get("external_ids") else None
            for part in parts
        }
        self._check("external ids are the recipe's", told in wanted, told, "is none of", wanted)

    def _history(self, record: Record) -> None:
        history = record["history"]
        states = [entry["state"] for entry in history]
        times = [instant(entry["at"]) for entry in history]
        self._check(HISTORY, states[:1] == ["active"], "starts as", states[:1])
        for earlier, later in pairwise(states):
            self._check(HISTORY, later in FOLLOWS.get(earlier, ()), later, "after", earlier)
        self._check(HISTORY, ENDS_IN.get(record["state"]) == states[-1], record["state"], "but", states[-1])
        self._check(TIMES, times == sorted(times), "history goes back in time")
        self._check(
            HISTORY, times[0] == instant(record["recorded_at"]), "starts at", times[0], "not when recorded"
        )
        self._check(
            HISTORY, times[-1] == instant(record["modified_at"]), "ends at", times[-1], "not when modified"
        )
        archived = record["archived_at"]
        gone = record["state"] in {"voided", "refunded"}
        self._check(HISTORY, (archived is not None) == gone, record["state"], "and archived at", archived)
        if archived is not None:
            self._check(HISTORY, instant(archived) == times[-1], "archived at", archived, "not", times[-1])
        if self.now:
            self._check(FUTURE, times[-1] <= self.now, times[-1])

    def _line(self, book: Book, record: Record, line: Record) -> "Line":
        quantity, refunded = number(line["quantity"]), number(line["refunded"])
        price = number(line["unit_price"])
        gross = price * quantity
        discount = number(line["discount"])
        net, rates = gross - discount, NOTHING
        fine = quantity > 0 or (quantity == 0 and refunded > 0)
        self._check(
            "quantities are above nothing", fine and refunded >= 0, "line", line["id"], "sells", quantity
        )
        self._check(
            "discounts lie between nothing and the price", 0 <= discount <= gross, discount, "of", gross
        )
        slack = CENT if refunded else NOTHING
        taxes = NOTHING
        for tax in line["taxes"]:
            rate, stated = number(tax["rate"]), number(tax["total"])
            over = (book.code, tax["type_id"], rate) in COMPOUND and self._state_taxes(book.code)
            due = cents((net + taxes if over else net) * rate / 100)
            fine = stated >= 0 and abs(stated - due) <= slack
            self._check("taxes are rate times base", fine, "line", line["id"], stated, "should be", due)
            self._check(
                IDS,
                re.fullmatch("KOMTAX000[1-4]", tax["type_id"]) is not None,
                tax["type_id"],
            )
            taxes, rates = taxes + stated, rates + rate / 100
        total = number(line["total"])
        fine = abs(total - net - taxes) <= HALF_A_CENT
        self._check(LINES, fine, "line", line["id"], total, "should be", net + taxes)
        if quantity == 0:
            self._check(LINES, total == 0, "line", line["id"], "is refunded and has", total)
        self._check(
            HISTORY,
            not refunded or len(record["history"]) > 1,
            "refunded without a trace in its history",
        )
        return Line(line["lot_id"], quantity, refunded, price, discount, net, rates, total)

    def _state_taxes(self, code: str) -> bool:
        return self.recipe is None or self.recipe.taxes(code) is TAXES_OF[code]

    def _sums(self, record: Record, lines: "list[Line]") -> None:
        subtotal = sum((line.net for line in lines), NOTHING)
        stated = number(record["subtotal"])
        self._check(SUMS, abs(stated - subtotal) < CENT, "subtotal", stated, "should be", subtotal)
        quantity = sum((line.quantity for line in lines), NOTHING)
        stated = number(record["quantity"])
        self._check(SUMS, stated == quantity, "quantity", stated, "should be", quantity)
        total = sum((line.total for line in lines), NOTHING)
        stated = number(record["total"])
        self._check(SUMS, stated == total, "total", stated, "should be", total)
        gone = all(line.quantity == 0 for line in lines)
        self._check(HISTORY, (record["state"] == "refunded") == gone, "refunded or not")

    def _payments(self, record: Record, lines: "list[Line]") -> None:
        """Payments stay as they were, so what was refunded is added to the total again before they are compared."""
        paid = sum((number(payment["amount"]) for payment in record["payments"]), NOTHING)
        low = high = number(record["total"])
        for line in lines:
            if line.refunded and line.quantity:
                back = line.refunded / line.quantity
                low += line.total * back - 5 * CENT * (1 + back)
                high += line.total * back + 5 * CENT * (1 + back)
            elif line.refunded:  # its discount is gone with it
                high += cents(line.price * line.refunded * (1 + line.rates) ** 2)
        told = (paid, "paid for", record["total"], "and refunds")
        self._check("payments are the total", low <= paid <= high, *told)
        self._check(IDS, record["currency_id"] == "KOMCURT0001", "currency")
        ids = {f"{self._prefix(record)}KOMPT{number:04d}" for number in PAYMENTS.values()}
        for payment in record["payments"]:
            fine = payment["type_id"] in ids and number(payment["amount"]) >= 0
            self._check(IDS, fine, "payment", payment["type_id"])

    def _prefix(self, record: Record) -> str:
        return self._books[record["license_number"]].code.upper()

    def _customer(self, book: Book, record: Record, day: date, fixed: bool) -> tuple[str | None, int | None]:
        """Who the customer is to the purchase limits, and how old."""
        kind, prefix = record["customer_type"], book.code.upper()
        welcome = {
            "adult": book.facts.adults is not None,
            "external_patient": fixed or book.facts.visitors != "no",
        }.get(kind, kind in CUSTOMER_TYPES)
        self._check(WELCOME, welcome, kind, "in", book.code)
        expected = f"{prefix}KOMCT{CUSTOMER_TYPES.get(kind, 0):04d}"
        self._check(WELCOME, record["customer_type_id"] == expected, "is not", expected)
        shown = {}
        for each in record["identifications"]:
            numbered = re.fullmatch(f"{prefix}KOMIT000([1-4])", each["type_id"])
            self._check(SHOWN, numbered is not None and bool(each["value"]), each["type_id"], each["value"])
            if numbered:
                shown[int(numbered[1])] = each
        needed = NEEDS.get(kind, set())
        if not (kind == "adult" and book.code in MAY_WITHHOLD):
            self._check(SHOWN, needed <= set(shown), kind, "needs types", needed, "and showed", set(shown))
        years = None
        if DRIVERS_LICENSE in shown:
            years = self._person(book, record, shown[DRIVERS_LICENSE], day)
        if kind == "patient" and {DRIVERS_LICENSE, PATIENT_ID} <= set(shown):
            card, holder = shown[PATIENT_ID]["value"], shown[DRIVERS_LICENSE]["value"]
            fine = self._cards.setdefault(card, holder) == holder
            self._check(PERSON, fine, "patient", card, "has two licenses")
        known = shown.get(KNOWN_BY.get(kind, 0))
        return (f"{known['type_id']} {known['value']}" if known else None), years

    def _person(self, book: Book, record: Record, document: Record, day: date) -> int:
        born = instant(document["birthday"]).date()
        years = age(born, day)
        least = 21 if record["customer_type"] == "adult" else book.facts.age
        self._check("customers are old enough", least <= years <= 120, "is", years, "on", day)
        outside = record["out_of_state"]
        seen = self._people.setdefault(document["value"], (document["birthday"], outside))
        fine = seen == (document["birthday"], outside)
        self._check(PERSON, fine, document["value"], "was", seen, "is", born, outside)
        return years

    def _seller(self, book: Book, record: Record, day: date) -> None:
        employee = book.employees.get(record["employee_id"])
        fine = employee is not None and employee["active"] and date.fromisoformat(employee["hired_on"]) <= day
        self._check("employees are active and of the license", fine, record["employee_id"])

    def _stock_taken(self, book: Book, record: Record, lines: "list[Line]", sold_at: datetime) -> None:
        restocks = self.recipe is not None and self.recipe.restocks
        recorded = instant(record["recorded_at"])
        for line in lines:
            moves = book.moves[line.lot_id]
            moves.first_sold = min(moves.first_sold, sold_at)
            if recorded >= moves.last_recorded and record["state"] != "voided":
                moves.last_recorded, moves.last_id = recorded, record["id"]
            if record["state"] != "voided":
                moves.taken += line.quantity + (NOTHING if restocks else line.refunded)

    def _discounts(self, record: Record, lines: "list[Line]") -> None:
        assert self.recipe is not None
        parts = self.recipe.of("history", record["license_number"])
        percents = {Decimal(str(each)) for part in parts for each in part.get("discounts", (10,))}
        for line in lines:
            if line.discount and not line.refunded:
                may_be = {cents(line.price * line.quantity * percent / 100) for percent in percents}
                self._check(
                    "discounts are the recipe's", line.discount in may_be, line.discount, "of", may_be
                )

    # --- what a recipe asks for as a share ---------------------------------------------------------------------------

    def _count_shares(self, book: Book, record: Record, lines: "list[Line]") -> None:
        assert self.recipe is not None
        seen = book.shares
        seen["receipts"] += 1
        sold = datetime.fromisoformat(record["local_time"])
        today = self.now.astimezone(book.facts.zone).date() if self.now else None
        if not self.recipe.is_a_rush(record["license_number"], sold.date(), today):
            seen["usual"] += 1
            seen[f"hour {sold.hour}"] += 1
            seen[f"weekday {sold.weekday()}"] += 1
            book.usual_days.add(sold.toordinal())
        seen["lines"] += len(lines)
        seen["discounted"] += sum(line.discount > 0 for line in lines)
        seen[f"customer {record['customer_type']}"] += 1
        seen[f"payment {record['payments'][0]['type_id'][-1]}"] += 1
        seen[f"lines {len(lines)}"] += 1
        seen[f"state {record['state']}"] += 1
        if not self.now or self.now - instant(record["sold_at"]) > ALL_REPORTED:
            seen["reported"] += 1
            seen["late"] += self._is_late(book, record)

    def _is_late(self, book: Book, record: Record) -> bool:
        """Whether a sale was recorded after it was due in its state."""
        sold, recorded = instant(record["sold_at"]), instant(record["recorded_at"])
        due = book.facts.due[-1 if record["customer_type"] != "adult" else 0]
        if due in {"next", "midnight"}:
            start = datetime.fromisoformat(record["local_time"]).replace(hour=0, minute=0, second=0)
            end = start + timedelta(days=1, hours=8 if due == "next" else 0)
            return recorded > end.replace(tzinfo=book.facts.zone)
        return recorded - sold > timedelta(hours=float(due))

    def _end_of(self, book: Book) -> None:
        if self.recipe is None:
            return
        license_number = book.license["number"]
        self._where = f"license {license_number}"
        self._stock(book, license_number)
        parts = self.recipe.of("history", license_number)
        if len(parts) != 1 or not book.shares["receipts"]:
            return
        for wanted, share in self._wanted(book, parts[0]):
            total = book.shares[OUT_OF.get(wanted.partition(" ")[0], "receipts")]
            if not total:
                continue
            seen = book.shares[wanted] / total
            # Five standard deviations, and a little for days with a rush and sales that limits cut short.
            far = 5 * (share * (1 - share) / total) ** 0.5 + 0.1 * share + 1 / total
            far += 0.02 if wanted.startswith("lines") else 0
            fine = abs(seen - share) <= far
            self._check("shares are near the recipe's", fine, wanted, f"is {seen:.4f} instead of {share:.4f}")

    def _wanted(self, book: Book, part: Record) -> Iterator[tuple[str, float]]:
        life = part.get("lifecycle", {})
        for key, name in ("late", "late"), ("voided", "state voided"), ("refunded", "state refunded"):
            if key in life:
                yield name, float(life[key])
        for name, share in shares(part.get("payments", {})):
            yield f"payment {PAYMENTS[name]}", share
        customers = {
            name: weight
            for name, weight in part.get("customers", {}).items()
            if not (name == "adult" and not book.facts.adults)
            and not (name == "external_patient" and book.facts.visitors != "yes")
        }
        for name, share in shares(customers):
            yield f"customer {name}", share
        for lines, share in shares(dict(enumerate(part.get("baskets", ()), 1))):
            yield f"lines {lines}", share
        if len(book.usual_days) > MANY_DAYS:
            for day, share in shares(dict(enumerate(part.get("weekdays", ())))):
                yield f"weekday {day}", share
        for hour, share in shares(dict(enumerate(part.get("hours", ()), part.get("opens", 9)))):
            yield f"hour {hour}", share
        if "discounted" in part:
            yield "discounted", float(part["discounted"])

    def _stock(self, book: Book, license_number: str) -> None:
        assert self.recipe is not None
        wanted = Counter(
            (self.recipe.names[lot["item"]], Decimal(lot["quantity"]))
            for lot in self.recipe.of("lots", license_number)
        )
        if wanted:
            self._check(STOCK, book.received == wanted, book.received, "instead of", wanted)
        stock = self.recipe.of("stock", license_number)
        deep = max((Decimal(part.get("on_hand", 0)) for part in stock), default=NOTHING)
        for item, quantity in book.on_hand.items():
            if deep:
                self._check(STOCK, quantity >= deep, "item", item, "has", quantity, "left")

    # --- lots -------------------------------------------------------------------------------------------------------

    def _lot(self, record: Record) -> None:
        self._where = f"lot {record['license_number']}/{record['id']}"
        book, key, item = self._book(record), record["id"], record["item"]
        book.lots += 1
        self._check(IDS, (record["license_number"], key) not in self._goods, "twice")
        self._check(IDS, key >= book.license["first_lot_id"], "below the first id")
        self._unique(record["trace_id"])
        fine = TAG.match(record["tag"]) is not None and hash(record["tag"]) not in self._tags
        self._check(IDS, fine, "tag", record["tag"])
        self._tags.add(hash(record["tag"]))
        received, quantity = number(record["received"]), number(record["quantity"])
        sellable = record["lab_state"] in SELLABLE and not record["on_hold"]
        if self.recipe is not None and item["name"] in self.recipe.names.values():
            book.received[item["name"], received] += 1
        else:
            book.on_hand[item["id"]] += quantity if sellable else NOTHING
        moves = book.moves.get(key)
        counted = item["unit"]["quantity_type"] == "CountBased"
        limits = LIMITS_OF[book.code]
        self._goods[record["license_number"], key] = Goods(
            item["product_class"],
            counted,
            [(place, share) for place, limit in enumerate(limits) if (share := limit.share(item))],
        )
        if counted:
            fine = received == int(received) and quantity == int(quantity)
            self._check(WHOLE, fine, received, quantity)
        oversells = self.recipe is not None and self.recipe.oversells
        left = received - (moves.taken if moves else NOTHING)
        fine = quantity == left and (quantity >= 0 or oversells)
        self._check("lots add up", fine, quantity, "should be", left, "of", received)
        self._lot_times(record, moves, quantity, oversells)
        if moves:
            self._check("lots that sold may be sold", sellable, record["lab_state"], record["on_hold"])

    def _lot_times(self, record: Record, moves: Moves | None, quantity: Decimal, oversells: bool) -> None:
        came, finished = instant(record["received_at"]), record["finished_at"]
        states = [entry["state"] for entry in record["history"]]
        times = [instant(entry["at"]) for entry in record["history"]]
        ordered = times == sorted(times) and times[0] == came and instant(record["modified_at"]) >= times[-1]
        self._check(TIMES, ordered, "history of the lot", times)
        if moves:
            fine = came <= moves.first_sold
            self._check("lots are received before they are sold", fine, came, "and sold at", moves.first_sold)
        empty = quantity == 0 and not oversells
        fine = (finished is not None) == empty and (states[-1] == "finished") == empty
        self._check("lots are finished when empty", fine, quantity, "left, finished at", finished, states[-1])
        if finished is not None:
            self._check(TIMES, instant(finished) == times[-1], "finished at", finished)
        if finished is not None and moves:
            fine = moves.last_recorded <= instant(finished)
            told = (f"receipt {moves.last_id}", "recorded at", moves.last_recorded, "finished at", finished)
            self._check("nothing is sold of a finished lot", fine, *told)
        if self.now:
            last = max(*times, instant(record["modified_at"]))
            self._check(FUTURE, last <= self.now, last)

    # --- the second reading: receipts with their goods --------------------------------------------------------------

    def _second_reading(self, kept: Iterable[str]) -> Iterator[str]:
        followed = Followed()
        for row in kept:
            license_number, key, state, kind, outside, known, years, day, recorded, back, lines = json.loads(
                row
            )
            self._where = f"receipt {license_number}/{key}"
            book = self._books[license_number]
            goods = [self._goods.get((license_number, line[0])) for line in lines]
            for line, good in zip(lines, goods, strict=True):
                fine = good is not None
                self._check("sales are of lots that are there", fine, "lot", line[0], "of", license_number)
            sold = [(*line, good) for line, good in zip(lines, goods, strict=True) if good]
            for lot, quantity, refunded, rates, good in sold:
                if good.counted:
                    fine = Decimal(quantity) % 1 == 0 and Decimal(refunded) % 1 == 0
                    self._check(WHOLE, fine, quantity, "of lot", lot)
                self._tax_set(book, kind, outside, rates, good)
            limits = [limit if limit.binds(kind, outside, years) else None for limit in LIMITS_OF[book.code]]
            before, after = filled(sold, voided=state == "voided")
            self._sale_limits(limits, before)
            if known is not None:
                sale = Sale(day, day + reach(book.code), recorded, back, before, after)
                self._limits_over_time(followed, (license_number, known), limits, sale)
            yield from self._drain()

    def _tax_set(self, book: Book, kind: str, outside: bool, rates: list[list[str]], good: "Goods") -> None:
        taxes = self.recipe.taxes(book.code) if self.recipe is not None else TAXES_OF[book.code]
        due = sorted(
            (tax.type_id, tax.rate)
            for tax in taxes
            if covers(tax.who, kind, outside) and tax.on(good.product_class)
        )
        stated = sorted((type_id, Decimal(rate)) for type_id, rate in rates)
        if self.recipe is None and book.license["number"] in ODD_NUMBERS:
            return  # that world's recipe has taxes of its own
        self._check(
            "the state's taxes are on every line", stated == due, good.product_class, stated, "and not", due
        )

    def _sale_limits(self, limits: "list[Limit | None]", before: "Shares") -> None:
        full = any(
            limit and limit.exclusive and before[place] >= 1
            for place, limit in enumerate(limits)
            if place in before
        )
        for place, limit in enumerate(limits):
            if limit is None or place not in before:
                continue
            share = before[place]
            self._check(ONE_SALE, share <= FULL, f"{share:.4f} of", limit.told)
            if limit.exclusive and full:
                alone = all(other == place for other in before)
                self._check(ONE_SALE, alone, "one of the exclusive caps is full")

    def _limits_over_time(
        self,
        followed: "Followed",
        customer: tuple[str, str],
        limits: "list[Limit | None]",
        sale: "Sale",
    ) -> None:
        """Adds up what a customer bought, for the window of this sale and for later ones that it falls into.

        What was given back counts until then; this sale counts as it was sold.
        """
        if all(limit is None or limit.period == "sale" for limit in limits):
            return
        sales = followed.with_the_new(customer, sale)
        for place, limit in enumerate(limits):
            if limit is None or limit.period == "sale" or place not in sale.before:
                continue
            for last in {sale.day, *(other.day for other in sales if other.day > sale.day)}:
                first = limit.first_day(last)
                if not first <= sale.day <= last:
                    continue
                share = sum(
                    (
                        other.counts_at(sale.recorded).get(place, NOTHING)
                        for other in sales
                        if first <= other.day <= last
                    ),
                    NOTHING,
                )
                until = date.fromordinal(last)
                self._check(
                    TOGETHER,
                    share <= FULL,
                    customer[1],
                    f"{share:.4f} until {until} of",
                    limit.told,
                )


# --- what the second reading adds up --------------------------------------------------------------------------------

Shares = dict[int, Decimal]


class Line(NamedTuple):
    """One line of a receipt as numbers."""

    lot_id: int
    quantity: Decimal
    refunded: Decimal
    price: Decimal
    discount: Decimal
    net: Decimal
    rates: Decimal
    total: Decimal


class Goods(NamedTuple):
    """What is remembered of a lot: how much of which limit one unit of it fills."""

    product_class: str
    counted: bool
    shares: list[tuple[int, Decimal]]


class Sale(NamedTuple):
    """What one receipt drew on the limits: as sold, and after what was given back."""

    day: int
    forgotten: int
    recorded: str
    back: str | None
    before: Shares
    after: Shares

    def counts_at(self, moment: str) -> Shares:
        return self.after if self.back is not None and self.back <= moment else self.before


class Followed:
    """The sales of every customer, as long as a window may still reach them."""

    SWEEP = 20_000

    def __init__(self) -> None:
        self._sales: dict[tuple[str, str], list[Sale]] = defaultdict(list)
        self._added = 0

    def with_the_new(self, customer: tuple[str, str], sale: Sale) -> list[Sale]:
        self._added += 1
        if self._added % self.SWEEP == 0:
            self._sweep(sale.day)
        sales = self._sales[customer]
        sales.append(sale)
        return sales

    def _sweep(self, today: int) -> None:
        for customer, sales in list(self._sales.items()):
            recent = [sale for sale in sales if sale.forgotten > today]
            if recent:
                self._sales[customer] = recent
            else:
                del self._sales[customer]


@cache
def reach(state: str) -> int:
    """How many days a sale may still matter: the state's longest window, and a late report."""
    periods = [limit.period for limit in LIMITS_OF[state]]
    longest = max(
        [int(period) for period in periods if period.isdecimal()] + [31 if "month" in periods else 1]
    )
    return longest + 20


def filled(sold: Iterable[tuple[int, str, str, Any, Goods]], *, voided: bool) -> tuple[Shares, Shares]:
    """How much of each limit a receipt filled when it was sold, and fills after all."""
    before: Shares = {}
    after: Shares = {}
    for _, quantity, refunded, _, good in sold:
        now, back = Decimal(quantity), Decimal(refunded)
        for place, share in good.shares:
            before[place] = before.get(place, NOTHING) + share * (now + back)
            after[place] = after.get(place, NOTHING) + share * (NOTHING if voided else now)
    return before, (before if before == after else after)


def given_back(record: Record) -> str | None:
    """When a receipt, or a part of it, was given back."""
    for entry in record["history"][1:]:
        if entry["state"] in {"voided", "refunded"} or (entry["reason"] or "").startswith("refunded"):
            return entry["at"]
    return None


def shares(weights: Mapping[Any, float]) -> Iterator[tuple[Any, float]]:
    total = sum(weights.values())
    for name, weight in weights.items():
        yield name, weight / total


def violations(lines: Iterable[bytes]) -> Iterator[str]:
    """The violations of a world, without a recipe to hold it against."""
    return Validator().violations(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("world", nargs="?", type=Path, help="ndjson file; standard input when absent")
    parser.add_argument(
        "--recipe", type=Path, help="the recipe's TOML: checks hours, days, taxes, shares and stock"
    )
    parser.add_argument("--now", type=instant, help="the simulated now: nothing may lie after it")
    parser.add_argument("--days", type=int, help="as many days as `generate --days` was told")
    parser.add_argument("--most", type=int, default=100, help="how many violations are shown")
    options = parser.parse_args(arguments)
    recipe = tomllib.loads(options.recipe.read_text(encoding="utf-8")) if options.recipe else None
    for part in (recipe or {}).get("history", ()):
        part["days"] = options.days or part["days"]
    validator = Validator(recipe, options.now)
    with options.world.open("rb") if options.world else sys.stdin.buffer as lines:
        found = validator.violations(lines)
        for violation in islice(found, options.most):
            print(violation)  # noqa: T201 - this is a command
        more = sum(1 for _ in found)
    report(validator, more)
    return 1 if validator.broken else 0


def report(validator: Validator, more: int) -> None:
    """Prints what was counted and how often each check was made."""
    say = partial(print, flush=True)
    if more:
        say(f"... and {more} more")
    say("records:", ", ".join(f"{count} {kind}" for kind, count in validator.counts.items()))
    for check in validator.checks:
        broken = validator.broken[check]
        say(f"{validator.ran[check]:>10}  {check}" + (f"  BROKEN {broken} times" if broken else ""))
    for check in validator.never_ran():
        say(f"never made: {check}")
    for check in validator.skipped():
        say(f"skipped, needs --recipe or --now: {check}")
    total = sum(validator.broken.values())
    say(f"{total} violations" if total else "no violation")


if __name__ == "__main__":
    sys.exit(main())
