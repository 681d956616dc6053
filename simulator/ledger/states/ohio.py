"""Ohio: separate caps a day for adults; patients have 90 day units in 90 days."""

from decimal import Decimal
from zoneinfo import ZoneInfo

from simulator.ledger.customers import ADULT, EVERYONE, MEDICAL
from simulator.ledger.limits import DAY, Limit, counts, rolling
from simulator.ledger.products import FLOWER, TOPICAL
from simulator.ledger.states.rows import (
    EXTRACTS,
    GRAMS,
    INFUSED,
    INGESTED,
    THC_MG,
    cap,
    excise,
    in_real_time,
    sales_tax,
)
from simulator.ledger.states.sources import OURS
from simulator.ledger.states.state import Hours, LicenseShape, Market, State

# GAP(oh-day-units): a day unit is 2.83 g of plant or 110 mg of THC taken by mouth. The 295 mg on the skin and the 590 mg
# inhaled are inferred from 90-day totals; all concentrates count as inhaled.
NINETY_DAY_UNITS = counts(
    (FLOWER, GRAMS, "254.7"),
    (INGESTED, THC_MG, "9900"),
    (TOPICAL, THC_MG, "26550"),
    (EXTRACTS, THC_MG, "53100"),
)

OHIO = State(
    code="oh",
    name="Ohio",
    zone=ZoneInfo("America/New_York"),
    system="Metrc",
    adult=Market(21, ("OH-8-08",), "A", since="2024-08-06"),
    medical=Market(18, (OURS, "OH-8-08"), "D"),
    visitors="no",
    visitors_note="No provision for them is known (ours).",
    deadline=in_real_time(("DU-OH", "UZ-OH"), "B"),
    hours=Hours(7, 21, (OURS,), "D"),
    license_shape=LicenseShape(
        r"MMD\.[0-9]{7}|CCD[0-9]{6}-[0-9]{2}", ("MMD.0790026", "CCD900030-00"), (OURS, "DU-OH"), "D"
    ),
    taxes=(
        excise("Adult-Use Excise Tax", "10.00", ADULT, ("DU-OH",), "B"),
        sales_tax("5.75", EVERYONE, ("DU-OH",), "B", note="places add up to 2.25"),
    ),
    limits=(
        cap(
            "plant material",
            FLOWER,
            GRAMS,
            "70.8",
            ADULT,
            DAY,
            ("OH-8-08",),
            "A",
            note="2.5 oz; prerolls included",
        ),
        cap("THC in other products", (*EXTRACTS, *INFUSED), THC_MG, "15000", ADULT, DAY, ("OH-8-08",), "A"),
        Limit(
            "cannabis",
            Decimal(90),
            "day units",
            NINETY_DAY_UNITS,
            MEDICAL,
            rolling(90),
            ("OH-VL", "DU-OH", "OH-8-08"),
            "C",
            note="THC on the skin and inhaled is inferred",
        ),
    ),
    notes=(
        "Adults' limits are in force since 2025-06-04; before they were ten day units (OH-8-08).",
        "Patients' sales also go to the state's prescription monitor within five minutes; that is not simulated (DU-OH, UZ-OH).",
        "A law of 2026 may have changed some of this; it was not read (ours).",
    ),
)
