"""Mississippi: patients only; one budget in the state's own unit, over 7 and over 30 days."""

from decimal import Decimal
from zoneinfo import ZoneInfo

from simulator.ledger.customers import MEDICAL
from simulator.ledger.limits import Limit, counts, rolling
from simulator.ledger.products import FLOWER
from simulator.ledger.states.rows import EXTRACTS, GRAMS, INFUSED, THC_MG, UNKNOWN_HOURS, sales_tax
from simulator.ledger.states.sources import OURS
from simulator.ledger.states.state import Deadline, LicenseShape, Market, State

# A unit is 3.5 g of flower, 1 g of concentrate or 100 mg of THC.
# GAP(ms-concentrate): the law counts concentrate by weight, Metrc is said to use its THC; we keep to the weight.
SIX_UNITS = counts((FLOWER, GRAMS, "21"), (EXTRACTS, GRAMS, "6"), (INFUSED, THC_MG, "600"))
TWENTY_FOUR_UNITS = counts((FLOWER, GRAMS, "84"), (EXTRACTS, GRAMS, "24"), (INFUSED, THC_MG, "2400"))

MISSISSIPPI = State(
    code="ms",
    name="Mississippi",
    zone=ZoneInfo("America/Chicago"),
    system="Metrc",
    adult=None,
    medical=Market(18, ("WJ-MS", "MS-SG"), "C", since="2023-01"),
    visitors="yes",
    visitors_note="With a temporary registration, by general knowledge (ours).",
    deadline=Deadline("within 24 hours", ("FH-MS",), "B"),
    hours=UNKNOWN_HOURS,
    license_shape=LicenseShape(r"DSPY[0-9]{6}", ("DSPY900001", "DSPY900002"), ("CL",), "A"),
    taxes=(sales_tax("7.00", MEDICAL, (OURS,), "D"),),
    limits=(
        Limit("cannabis", Decimal(6), "MMCEU", SIX_UNITS, MEDICAL, rolling(7), ("FH-MS", "MS-SG"), "B"),
        Limit("cannabis", Decimal(24), "MMCEU", TWENTY_FOUR_UNITS, MEDICAL, rolling(30), ("MS-SG",), "C"),
    ),
    notes=(
        "Metrc shows the allotment in ounces; concentrate lost its own on 2025-07-01 (TZ-MS).",
        "Flower may have up to 30 percent THC, concentrate 60; that is not checked (MS-SG).",
        "From 18 to 23 two certifiers are needed as a rule, and nobody under 21 may enter without a guardian (WJ-MS, MS-SG).",
        "Sales also go to the prescription monitor; that is not simulated (FH-MS).",
    ),
)
