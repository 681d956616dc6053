"""Purchase limits: a state's numbers as data, and the engine that adds a basket up against them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

from simulator.ledger.model import Item, ProductClass
from simulator.ledger.money import ZERO, as_quantity, as_text, total
from simulator.ledger.vocabulary import CustomerType


class Measure(StrEnum):
    """How much of a line counts: its weight, its THC, or its pieces."""

    GRAMS = "g"
    THC_GRAMS = "g THC"
    THC_MILLIGRAMS = "mg THC"
    EACH = "ea"


class Period(StrEnum):
    """Over what a limit runs.

    GAP(limit-periods): a DAY or FORTNIGHT limit is checked for each sale alone; earlier purchases by the same
    customer are not added yet.
    """

    SALE = "sale"
    DAY = "day"
    FORTNIGHT = "14 days"


class Residency(StrEnum):
    ANY = "any"
    RESIDENT = "resident"
    NON_RESIDENT = "non-resident"


@dataclass(frozen=True, slots=True)
class Limit:
    """`counts` says which product classes draw on this limit, and by which measure."""

    name: str
    maximum: Decimal
    unit: str
    counts: Mapping[ProductClass, Measure]
    customers: frozenset[CustomerType]
    period: Period
    source: str
    residency: Residency = Residency.ANY

    def applies_to(self, customer: CustomerType, *, out_of_state: bool) -> bool:
        theirs = Residency.NON_RESIDENT if out_of_state else Residency.RESIDENT
        return customer in self.customers and self.residency in (Residency.ANY, theirs)

    def used(self, basket: Iterable[tuple[Item, Decimal]]) -> Decimal:
        return total(self._drawn(item, quantity) for item, quantity in basket)

    def _drawn(self, item: Item, quantity: Decimal) -> Decimal:
        match self.counts.get(item.product_class):
            case Measure.GRAMS:
                return item.grams(quantity)
            case Measure.THC_GRAMS:
                return item.thc_milligrams(quantity) / 1000
            case Measure.THC_MILLIGRAMS:
                return item.thc_milligrams(quantity)
            case Measure.EACH:
                return quantity
            case None:
                return ZERO


ADULT = frozenset({CustomerType.ADULT})
MEDICAL = frozenset(CustomerType) - ADULT
SMOKABLE = (ProductClass.FLOWER, ProductClass.PREROLL, ProductClass.KIEF)
EXTRACTS = (ProductClass.CONCENTRATE, ProductClass.VAPE)
INFUSED = (
    ProductClass.EDIBLE,
    ProductClass.BEVERAGE,
    ProductClass.TINCTURE,
    ProductClass.CAPSULE,
    ProductClass.TOPICAL,
)


def _counts(**classes: tuple[ProductClass, ...]) -> Mapping[ProductClass, Measure]:
    return MappingProxyType(
        {each: Measure[name.upper()] for name, group in classes.items() for each in group}
    )


CA_SMOKABLE = _counts(grams=(*SMOKABLE, ProductClass.INFUSED_PREROLL))
CA_CONCENTRATE = _counts(grams=EXTRACTS, thc_grams=(*INFUSED, ProductClass.INFUSED_PREROLL))
PLANTS = _counts(each=(ProductClass.IMMATURE_PLANT,))
IL_FLOWER = _counts(grams=SMOKABLE)
IL_CONCENTRATE = _counts(grams=(*EXTRACTS, ProductClass.INFUSED_PREROLL))
IL_INFUSED = _counts(thc_milligrams=INFUSED)

IL_MEDICAL = _counts(grams=(*SMOKABLE, *EXTRACTS, ProductClass.INFUSED_PREROLL))

CA_LAW = "California Code of Regulations, title 4, section 15409 (2021); what counts as what: Treez compliance guide"
IL_LAW = "Verilife, Illinois purchase limits (2024); residency from the identification shown"
IL_MEDICAL_LAW = "Verilife, Illinois purchase limits (2024); Moodshine, medical and recreational compared"


def _illinois_adults(residency: Residency, share: int) -> tuple[Limit, ...]:
    """All three at once are allowed; a non-resident gets half of each."""
    return tuple(
        Limit(name, maximum / share, unit, counts, ADULT, Period.SALE, IL_LAW, residency)
        for name, maximum, unit, counts in (
            ("flower", Decimal(30), "g", IL_FLOWER),
            ("concentrate", Decimal(5), "g", IL_CONCENTRATE),
            ("THC in infused products", Decimal(500), "mg", IL_INFUSED),
        )
    )


# GAP(limit-rules): Trace says that it checks limits, not which; these are two states' own, the others have none here.
# GAP(external-patient-limits): a visiting patient is held to the patient's row.
LIMITS: Mapping[str, tuple[Limit, ...]] = MappingProxyType(
    {
        "ca": (
            Limit("non-concentrated cannabis", Decimal("28.5"), "g", CA_SMOKABLE, ADULT, Period.DAY, CA_LAW),
            Limit("concentrate", Decimal(8), "g", CA_CONCENTRATE, ADULT, Period.DAY, CA_LAW),
            Limit("immature plants", Decimal(6), "ea", PLANTS, ADULT, Period.DAY, CA_LAW),
            Limit("medicinal cannabis", Decimal("226.796185"), "g", CA_SMOKABLE, MEDICAL, Period.DAY, CA_LAW),
            Limit("immature plants", Decimal(12), "ea", PLANTS, MEDICAL, Period.DAY, CA_LAW),
        ),
        "il": (
            *_illinois_adults(Residency.RESIDENT, share=1),
            *_illinois_adults(Residency.NON_RESIDENT, share=2),
            Limit(
                "medical cannabis",
                Decimal("70.87"),
                "g",
                IL_MEDICAL,
                MEDICAL,
                Period.FORTNIGHT,
                IL_MEDICAL_LAW,
            ),
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Excess:
    limit: Limit
    used: Decimal

    @property
    def message(self) -> str:
        limit = self.limit
        return (
            f"Purchase limit exceeded: {as_text(as_quantity(self.used))} {limit.unit} of {limit.name}, where "
            f"{as_text(as_quantity(limit.maximum))} {limit.unit} a {limit.period} are allowed to this customer. "
            "If the excess is a clerical error, send ?purchase_limit_override=true."
        )


def exceeded(
    state_code: str,
    customer: CustomerType,
    basket: tuple[tuple[Item, Decimal], ...],
    *,
    out_of_state: bool,
) -> Iterator[Excess]:
    """Each limit of the state that the basket breaks."""
    for limit in LIMITS.get(state_code, ()):
        if limit.applies_to(customer, out_of_state=out_of_state):
            used = limit.used(basket)
            if used > limit.maximum:
                yield Excess(limit, used)
