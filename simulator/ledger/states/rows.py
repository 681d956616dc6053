"""The short forms that the states' modules are written in: groups of products, kinds of limits, and the unknown."""

from datetime import timedelta
from decimal import Decimal

from simulator.ledger.customers import CustomerType, Residency
from simulator.ledger.limits import SALE, Limit, Measure, Period, counts
from simulator.ledger.products import (
    CONCENTRATE,
    EDIBLE,
    FLOWER,
    INFUSED_PREROLL,
    KIEF,
    LIQUID,
    TOPICAL,
    VAPE,
    ProductClass,
)
from simulator.ledger.states.sources import OURS
from simulator.ledger.states.state import Deadline, Hours, LicenseShape, StateTax

Classes = tuple[ProductClass, ...]
Customers = frozenset[CustomerType]
Sources = tuple[str, ...]

# GAP(kief-and-infused-prerolls): only California's and Michigan's texts place them. Elsewhere both are concentrates, as
# Michigan has infused prerolls.
EXTRACTS = (*CONCENTRATE, *VAPE, *KIEF, *INFUSED_PREROLL)
# GAP(limits-without-equivalents): where a state limits cannabis as a whole and nothing was found on what equals an ounce
# of flower, flower and concentrates count by their own weight, and infused products do not count.
BY_WEIGHT = (*FLOWER, *EXTRACTS)
# GAP(topicals-in-limits): topicals count where a text says infused or other products, and not where it says edible.
INGESTED = (*EDIBLE, *LIQUID)
INFUSED = (*INGESTED, *TOPICAL)

# GAP(liquid-by-weight): a fluid ounce is 29.5735 g and a milliliter a gram, since an item knows only its weight.
# GAP(ounces): an ounce is 28.35 g; Oklahoma's is 28.3, and where a law names grams those stand.
GRAMS, THC_GRAMS, THC_MG, EACH = Measure.GRAMS, Measure.THC_GRAMS, Measure.THC_MILLIGRAMS, Measure.EACH
UNITS = {GRAMS: "g", THC_GRAMS: "g", THC_MG: "mg", EACH: "ea"}


def cap(
    name: str,
    classes: Classes,
    measure: Measure,
    maximum: str,
    customers: Customers,
    period: Period,
    sources: Sources,
    grade: str,
    *,
    residency: Residency = Residency.ANY,
    ages: range | None = None,
    exclusive: bool = False,
    note: str = "",
) -> Limit:
    """So much of these classes, which nothing else draws on."""
    return Limit(
        name,
        Decimal(maximum),
        UNITS[measure],
        counts((classes, measure, maximum)),
        customers,
        period,
        sources,
        grade,
        residency,
        ages,
        exclusive,
        note,
    )


def pool(
    draws: tuple[tuple[Classes, Measure, str], ...],
    customers: Customers,
    period: Period,
    sources: Sources,
    grade: str,
    *,
    name: str = "cannabis in flower equivalent",
    note: str = "",
) -> Limit:
    """One budget for several classes. Each draw says what alone would use it up; the first is what it is told in."""
    _, measure, maximum = draws[0]
    return Limit(
        name, Decimal(maximum), UNITS[measure], counts(*draws), customers, period, sources, grade, note=note
    )


def bar(
    name: str,
    classes: Classes,
    customers: Customers,
    sources: Sources,
    grade: str,
    *,
    ages: range | None = None,
    note: str = "",
) -> Limit:
    """None of these classes at all."""
    return Limit(
        name,
        Decimal(0),
        "units",
        counts((classes, EACH, "1")),
        customers,
        SALE,
        sources,
        grade,
        ages=ages,
        note=note,
    )


# GAP(tax-kinds): Trace's tax types are generic. A tax on cannabis alone is an excise, the state's general one a sales tax,
# all else other. Only what holds in the whole state is here, no place's own rate.
def sales_tax(
    rate: str,
    customers: Customers,
    sources: Sources,
    grade: str,
    *,
    name: str = "Sales Tax",
    compound: bool = False,
    classes: Classes | None = None,
    note: str = "",
) -> StateTax:
    """The state's general tax on sales."""
    return _tax(name, rate, "KOMTAX0001", customers, sources, grade, compound, classes, note)


def excise(
    name: str,
    rate: str,
    customers: Customers,
    sources: Sources,
    grade: str,
    *,
    classes: Classes | None = None,
    note: str = "",
) -> StateTax:
    """The state's tax on cannabis."""
    return _tax(name, rate, "KOMTAX0002", customers, sources, grade, False, classes, note)


def other_tax(
    name: str, rate: str, customers: Customers, sources: Sources, grade: str, *, note: str = ""
) -> StateTax:
    """A tax of places, or a surcharge."""
    return _tax(name, rate, "KOMTAX0003", customers, sources, grade, False, None, note)


def _tax(
    name: str,
    rate: str,
    type_id: str,
    customers: Customers,
    sources: Sources,
    grade: str,
    compound: bool,
    classes: Classes | None,
    note: str,
) -> StateTax:
    only = None if classes is None else frozenset(classes)
    return StateTax(name, Decimal(rate), type_id, customers, sources, grade, compound, only, note)


def in_real_time(sources: Sources, grade: str) -> Deadline:
    """GAP(real-time-reporting): "real time", "immediately" and "at once" are taken as within an hour."""
    return Deadline("in real time", sources, grade, within=timedelta(hours=1))


def unknown_deadline(*read: str) -> Deadline:
    """GAP(unknown-deadlines): a state of which no time was found has 24 hours, as most who state one. `read` are
    sources that speak of reporting and name no time.
    """
    return Deadline("within 24 hours", (OURS, *read), "D", within=timedelta(hours=24))


UNKNOWN_HOURS = Hours(9, 21, (OURS,), "D")
"""GAP(opening-hours): where no hours were found, 9 to 21, which few states or towns would forbid."""


def unknown_shape(code: str) -> LicenseShape:
    """GAP(license-shapes): where no license number was seen, anything that looks like one passes."""
    number = code.upper()
    return LicenseShape(r"[A-Z0-9-]{4,20}", (f"{number}-RET-00001", f"{number}-RET-00002"), (OURS,), "D")
