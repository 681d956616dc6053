"""Missouri: one budget, in flower: three ounces a sale for adults, six in 30 days for patients. T3 only."""

from zoneinfo import ZoneInfo

from simulator.ledger.customers import ADULT, EVERYONE, MEDICAL
from simulator.ledger.limits import SALE, rolling
from simulator.ledger.products import FLOWER
from simulator.ledger.states.rows import (
    EXTRACTS,
    GRAMS,
    INFUSED,
    THC_MG,
    UNKNOWN_HOURS,
    excise,
    in_real_time,
    pool,
    sales_tax,
)
from simulator.ledger.states.state import LicenseShape, Market, State

THREE_OUNCES = ((FLOWER, GRAMS, "85.05"), (EXTRACTS, GRAMS, "24"), (INFUSED, THC_MG, "2400"))
SIX_OUNCES = ((FLOWER, GRAMS, "170.1"), (EXTRACTS, GRAMS, "48"), (INFUSED, THC_MG, "4800"))
TAX_READ = ("UZ-MO", "DU-MO")

MISSOURI = State(
    code="mo",
    name="Missouri",
    zone=ZoneInfo("America/Chicago"),
    system="Metrc",
    in_trace=False,
    adult=Market(21, ("DU-MO", "MO-HL"), "B", since="2023-02-03"),
    medical=Market(18, ("DU-MO", "MO-HL"), "B"),
    visitors="yes",
    visitors_note="Since 2023-02-03, named by the state that issued their card (DU-MOH, TZ-REC).",
    deadline=in_real_time(("DU-MO",), "B"),
    hours=UNKNOWN_HOURS,
    license_shape=LicenseShape(r"DIS[0-9]{6}", ("DIS900001", "DIS900002"), ("CL",), "A"),
    taxes=(
        excise("Adult Use Tax", "6.00", ADULT, TAX_READ, "C", note="places add up to 3"),
        excise("Medical Tax", "4.00", MEDICAL, TAX_READ, "C"),
        sales_tax("4.225", EVERYONE, TAX_READ, "C", note="places add their own"),
    ),
    limits=(
        pool(THREE_OUNCES, ADULT, SALE, ("DU-MO",), "B", note="3 oz"),
        pool(SIX_OUNCES, MEDICAL, rolling(30), ("DU-MO",), "B", note="6 oz"),
    ),
    notes=(
        "The state may not follow adults from sale to sale (DU-MO).",
        "Whether a patient may also buy as an adult is unclear; we do not check it (MO-26).",
    ),
)
