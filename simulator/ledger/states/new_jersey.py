"""New Jersey: one budget, in flower: an ounce a sale for adults, three in 30 days for patients."""

from zoneinfo import ZoneInfo

from simulator.ledger.customers import ADULT, MEDICAL
from simulator.ledger.limits import SALE, rolling
from simulator.ledger.products import FLOWER
from simulator.ledger.states.rows import (
    EXTRACTS,
    GRAMS,
    INGESTED,
    THC_MG,
    UNKNOWN_HOURS,
    pool,
    sales_tax,
    unknown_deadline,
)
from simulator.ledger.states.sources import OURS
from simulator.ledger.states.state import LicenseShape, Market, State

ONE_OUNCE = ((FLOWER, GRAMS, "28.35"), (EXTRACTS, GRAMS, "4"), (INGESTED, THC_MG, "1000"))
THREE_OUNCES = ((FLOWER, GRAMS, "85.05"), (EXTRACTS, GRAMS, "12"), (INGESTED, THC_MG, "3000"))

NEW_JERSEY = State(
    code="nj",
    name="New Jersey",
    zone=ZoneInfo("America/New_York"),
    system="Metrc",
    adult=Market(21, ("NJ-GOV",), "A", since="2022-04-21"),
    medical=Market(18, (OURS,), "D"),
    visitors="yes",
    visitors_note="Only with the state's own card for visitors, good for six months (DU-NJ).",
    deadline=unknown_deadline("DU-NJ"),
    hours=UNKNOWN_HOURS,
    license_shape=LicenseShape(r"RE[0-9]{6}", ("RE900001", "RE900002"), (OURS, "DU-NJ"), "D"),
    taxes=(
        sales_tax(
            "6.625",
            ADULT,
            ("NJ-AC", "NJ-EC"),
            "C",
            note="towns add a transfer tax of up to 2, on a line of its own",
        ),
    ),
    limits=(
        pool(ONE_OUNCE, ADULT, SALE, ("NJ-GOV",), "A", note="a milliliter of liquid concentrate as a gram"),
        pool(
            THREE_OUNCES, MEDICAL, rolling(30), ("NJ-V", "NJ-GOV"), "C", note="3 oz, by adults' equivalents"
        ),
    ),
    notes=(
        "All the concentrate in a product counts, not its THC alone (NJ-GOV).",
        "Shops for patients alone report to the patient portal and not to Metrc; that is not simulated (DU-NJ).",
        "Patients pay no state tax since 2022-07-01; towns may take up to 2 (NJ-AC).",
        "Terminally ill patients without a limit are not simulated (ours).",
    ),
)
