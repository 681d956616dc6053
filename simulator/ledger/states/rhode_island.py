"""Rhode Island: one budget, in flower: an ounce a sale for adults, 2.5 in 15 days for patients."""

from zoneinfo import ZoneInfo

from simulator.ledger.customers import ADULT, EVERYONE, MEDICAL
from simulator.ledger.limits import SALE, rolling
from simulator.ledger.products import FLOWER
from simulator.ledger.states.rows import (
    EXTRACTS,
    GRAMS,
    INGESTED,
    THC_MG,
    UNKNOWN_HOURS,
    excise,
    other_tax,
    pool,
    sales_tax,
    unknown_deadline,
)
from simulator.ledger.states.sources import OURS
from simulator.ledger.states.state import LicenseShape, Market, State

# GAP(ri-edibles): that 500 mg THC in edibles equal an ounce is by general knowledge, of little certainty.
ONE_OUNCE = ((FLOWER, GRAMS, "28.35"), (EXTRACTS, GRAMS, "5"), (INGESTED, THC_MG, "500"))
TWO_AND_A_HALF = ((FLOWER, GRAMS, "70.875"), (EXTRACTS, GRAMS, "12.5"), (INGESTED, THC_MG, "1250"))

RHODE_ISLAND = State(
    code="ri",
    name="Rhode Island",
    zone=ZoneInfo("America/New_York"),
    system="Metrc",
    adult=Market(21, ("RI-AT", "RI-BM"), "C", since="2022-12-01"),
    medical=Market(18, ("RI-AT", "RI-BM"), "C"),
    visitors="yes",
    visitors_note="By general knowledge (ours).",
    deadline=unknown_deadline(),
    hours=UNKNOWN_HOURS,
    license_shape=LicenseShape(r"MMP CC [0-9]{3}", ("MMP CC 901", "MMP CC 902"), ("CL",), "A"),
    taxes=(
        excise("Cannabis Excise Tax", "10.00", ADULT, ("RI-CB",), "C"),
        sales_tax("7.00", EVERYONE, ("RI-CB",), "C"),
        other_tax("Local Cannabis Tax", "3.00", ADULT, ("RI-CB",), "C"),
        other_tax("Compassion Center Surcharge", "4.00", MEDICAL, (OURS, "RI-CB"), "D"),
    ),
    limits=(
        pool(ONE_OUNCE, ADULT, SALE, ("RI-DE", "RI-PG"), "C", note="edibles by general knowledge"),
        pool(
            TWO_AND_A_HALF,
            MEDICAL,
            rolling(15),
            ("RI-WM", "RI-PG"),
            "C",
            note="2.5 oz; edibles by general knowledge",
        ),
    ),
)
