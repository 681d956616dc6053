"""The tables of a recipe that say what has happened: invented histories and sales that are spelled out."""

from datetime import time
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from simulator.ledger.customers import CustomerType
from simulator.ledger.model import ReceiptState
from simulator.seeding.recipe.fields import (
    Amount,
    Clock,
    Count,
    Customer,
    Days,
    Faults,
    Flag,
    Hex32,
    Id,
    Name,
    PeakDay,
    Percent,
    Quantity,
    Share,
    State,
    Text,
    Weight,
    Weights,
    number,
    one_of,
    some_weight,
    weights,
)
from simulator.seeding.recipe.parts import Part
from simulator.seeding.recipe.places import Place
from simulator.settings import MOST_DAYS, MOST_RECEIPTS
from simulator.wording import echo, listed

COUNTS = ("active", "final", "voided", "refunded")
Hours = Annotated[Weights, weights("a weight for each opening hour, 1 to 24 of them", 1, 24)]


class PeakPart(Part):
    """A day with `factor` times the sales of others: a month and day, a moving day by name, or so many days ago."""

    day: PeakDay | None = None
    days_ago: Days | None = None
    factor: Annotated[float, number, Field(ge=0, le=1000)]
    hours: Hours | None = None

    @model_validator(mode="after")
    def _says_when(self) -> Self:
        if self.day is None and self.days_ago is None:
            raise Faults(((), "say when: day or days_ago"))
        if self.day is not None and self.days_ago is not None:
            raise Faults((("days_ago",), "say day or days_ago, not both", ("day",)))
        return self


class LifecyclePart(Part):
    """What becomes of the receipts: shares that are voided, refunded in whole, reported late; the rest are final once
    they are older than `final_after` days.
    """

    final_after: Annotated[int, Field(strict=True, ge=0, le=MOST_DAYS)] = 14
    voided: Share = 0.0
    refunded: Share = 0.0
    late: Share = 0.0

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        if self.voided + self.refunded > 1:
            raise Faults(((), "voided and refunded together must be at most 1"))
        return self


class CustomersPart(Part):
    """Who comes in, by weight. A type that may not buy in the license's state stays away."""

    adult: Weight = 86.0
    patient: Weight = 11.0
    caregiver: Weight = 3.0
    external_patient: Weight = 0.0

    @model_validator(mode="after")
    def _somebody_comes(self) -> Self:
        some_weight((self.adult, self.patient, self.caregiver, self.external_patient))
        return self


class PaymentsPart(Part):
    """How they pay, by weight."""

    cash: Weight = 62.0
    debit: Weight = 33.0
    ach: Weight = 5.0

    @model_validator(mode="after")
    def _is_paid(self) -> Self:
        some_weight((self.cash, self.debit, self.ach))
        return self


class HistoryPart(Part):
    """Invented sales over the last `days` full days, inside opening hours.

    How many: either `receipts_a_day`, with a `lifecycle`; or exact counts, of which the final ones are the oldest.
    """

    license: Name
    days: Days
    receipts_a_day: Annotated[float, number, Field(gt=0, le=10_000_000)] | None = None
    lifecycle: LifecyclePart = LifecyclePart()
    active: Count = 0
    final: Count = 0
    voided: Count = 0
    refunded: Count = 0
    opens: Annotated[int, Field(strict=True, ge=0, le=23)] = 9
    closes: Annotated[int, Field(strict=True, ge=1, le=24)] = 21
    hours: Hours | None = None
    weekdays: Annotated[Weights, weights("7 weights, one for each day from Monday", 7, 7)] = (1.0,) * 7
    peaks: tuple[PeakPart, ...] = ()
    baskets: Annotated[Weights, weights("1 to 20 weights, that of a single line first", 1, 20)] = (
        42.0,
        36.0,
        22.0,
    )
    customers: CustomersPart = CustomersPart()
    payments: PaymentsPart = PaymentsPart()
    discounted: Share = 0.2
    discounts: Annotated[tuple[Percent, ...], Field(min_length=1)] = (Decimal(10),)
    out_of_state: Share = 0.1
    external_ids: Flag = False

    @model_validator(mode="after")
    def _says_how_many(self) -> Self:
        """Either way of saying it, with what belongs to it."""
        given = self.model_fields_set
        counts = [name for name in COUNTS if name in given]
        if self.receipts_a_day is not None:
            if counts:
                raise Faults(
                    (
                        (counts[0],),
                        "say receipts_a_day or how many of each state, not both",
                        ("receipts_a_day",),
                    )
                )
        elif not counts:
            raise Faults(((), f"say how many: receipts_a_day, or one or more of {listed(COUNTS)}"))
        elif only := sorted(self.lifecycle.model_fields_set - {"late"}):
            raise Faults(
                (("lifecycle", only[0]), "belongs to receipts_a_day; beside counts there is only late")
            )
        if self.receipts > MOST_RECEIPTS:
            raise Faults(((), f"{self.receipts:,} receipts are too many; {MOST_RECEIPTS:,} is the most"))
        return self

    @model_validator(mode="after")
    def _opens_before_it_closes(self) -> Self:
        if self.opens >= self.closes:
            raise Faults((("opens",), f"opens ({self.opens}) must be before closes ({self.closes})"))
        open_hours = self.closes - self.opens
        curves: list[tuple[Place, Weights | None]] = [(("hours",), self.hours)]
        curves += [(("peaks", index, "hours"), peak.hours) for index, peak in enumerate(self.peaks)]
        faults = [
            (place, f"must be a weight for each of the {open_hours} opening hours, not {len(curve)}")
            for place, curve in curves
            if curve is not None and len(curve) != open_hours
        ]
        if faults:
            raise Faults(*faults)
        return self

    @model_validator(mode="after")
    def _peaks_once(self) -> Self:
        seen = dict[str | int | None, Place]()
        for index, peak in enumerate(self.peaks):
            when: str | int | None = peak.days_ago if peak.day is None else peak.day
            place: Place = ("peaks", index, "days_ago" if peak.day is None else "day")
            if when in seen:
                raise Faults((place, f"{echo(when)} is there twice", seen[when]))
            if peak.days_ago is not None and peak.days_ago > self.days:
                raise Faults((place, f"{peak.days_ago} days ago is before these {self.days} days begin"))
            seen[when] = place
        return self

    @property
    def counted(self) -> int:
        """The exact counts, together."""
        return self.active + self.final + self.voided + self.refunded

    @property
    def receipts(self) -> int:
        """How many are made."""
        return self.counted if self.receipts_a_day is None else round(self.receipts_a_day * self.days)


class SaleLinePart(Part):
    """Sold from the license's first lot of the item that has enough; `price` is the item's unless given."""

    item: Name
    quantity: Quantity
    price: Amount | None = None


class SalePart(Part):
    """A sale that must exist, with the ids given, at a local time of a day: so many days ago, or the last night on which
    the clocks changed. `fold` 1 is the second of two equal local times.
    """

    license: Name
    days_ago: Days | None = None
    on: Annotated[Literal["spring-forward", "fall-back"], one_of(("spring-forward", "fall-back"))] | None = (
        None
    )
    time: Clock = time(12)
    fold: Literal[0, 1] = 0
    customer: Customer = CustomerType.ADULT
    lines: Annotated[tuple[SaleLinePart, ...], Field(min_length=1)]
    receipt_id: Id | None = None
    trace_id: Hex32 | None = None
    external_id: Text | None = None
    state: State = ReceiptState.ACTIVE

    @model_validator(mode="after")
    def _says_when(self) -> Self:
        if self.days_ago is None and self.on is None:
            raise Faults(((), "say when: days_ago or on"))
        if self.days_ago is not None and self.on is not None:
            raise Faults((("on",), "say days_ago or on, not both", ("days_ago",)))
        if self.fold and self.on != "fall-back":
            raise Faults((("fold",), 'only the night of on = "fall-back" has an hour twice'))
        return self
