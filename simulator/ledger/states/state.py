"""What a state is to the simulator: its system, its markets, and its rules, each number with its source."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cached_property
from zoneinfo import ZoneInfo

from simulator.ledger.customers import ADULT, EVERYONE, CustomerType
from simulator.ledger.limits import Limit
from simulator.ledger.products import ProductClass


@dataclass(frozen=True, slots=True)
class Market:
    """A legal retail market. `since` is a year, a month or a day, as its source has it."""

    minimum_age: int
    sources: tuple[str, ...]
    grade: str
    since: str = ""


@dataclass(frozen=True, slots=True)
class Deadline:
    """When a sale must have reached the state's system: `within` a time, or `by` a local hour of the next day.

    `text` ends the sentence "the state wants it ...".
    """

    text: str
    sources: tuple[str, ...]
    grade: str
    within: timedelta = timedelta(hours=24)
    by: time | None = None

    def missed(self, sold_at: datetime, now: datetime, zone: ZoneInfo) -> bool:
        """Whether a sale made at `sold_at` and reported at `now` is late."""
        if self.by is None:
            return now - sold_at > self.within
        next_day = sold_at.astimezone(zone).date() + timedelta(days=1)
        return now.astimezone(zone) > datetime.combine(next_day, self.by, tzinfo=zone)


@dataclass(frozen=True, slots=True)
class StateTax:
    """A tax of retail receipts, for recipes. `rate` is in percent of the price after discount, or, where `compound`, of
    that price with the taxes before it. `type_id` is Trace's, `classes` None means every product.
    """

    name: str
    rate: Decimal
    type_id: str
    customers: frozenset[CustomerType]
    sources: tuple[str, ...]
    grade: str
    compound: bool = False
    classes: frozenset[ProductClass] | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Hours:
    """When a shop may sell by state law, in full local hours: 0 to 24 is all day."""

    opens: int
    closes: int
    sources: tuple[str, ...]
    grade: str


@dataclass(frozen=True, slots=True)
class LicenseShape:
    """How a retail license number looks: a regular expression and invented examples that match it."""

    pattern: str
    examples: tuple[str, ...]
    sources: tuple[str, ...]
    grade: str

    def matches(self, number: str) -> bool:
        return re.fullmatch(self.pattern, number) is not None


@dataclass(frozen=True)
class State:
    """One state. `host` is its Metrc host, None where its system is not Metrc; `adult` is None where only patients may buy.

    `visitors` is "yes", "no", "unknown" or "conflict": whether patients of other states may buy as such.
    `medical_deadline` is there where patients' sales have another one than adults'. `in_trace` is false for states
    that T3 knows and Trace does not. In `notes` and `visitors_note` the source keys stand in brackets.
    """

    code: str
    name: str
    zone: ZoneInfo
    system: str
    medical: Market
    adult: Market | None
    visitors: str
    deadline: Deadline
    hours: Hours
    license_shape: LicenseShape
    taxes: tuple[StateTax, ...]
    limits: tuple[Limit, ...]
    in_trace: bool = True
    visitors_note: str = ""
    medical_deadline: Deadline | None = None
    notes: tuple[str, ...] = ()

    @cached_property
    def host(self) -> str | None:
        return f"{self.code}.metrc.com" if self.system == "Metrc" else None

    @cached_property
    def customers(self) -> frozenset[CustomerType]:
        """Who may buy here at all."""
        return EVERYONE if self.adult else EVERYONE - ADULT

    def minimum_age(self, customer: CustomerType) -> int:
        market = self.adult if customer is CustomerType.ADULT else self.medical
        return (market or self.medical).minimum_age

    def deadline_for(self, customer: CustomerType) -> Deadline:
        if self.medical_deadline is None or customer is CustomerType.ADULT:
            return self.deadline
        return self.medical_deadline

    def day_of(self, moment: datetime) -> date:
        """The state's day at an instant."""
        return moment.astimezone(self.zone).date()
