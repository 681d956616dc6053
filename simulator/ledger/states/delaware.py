"""Delaware: separate caps a sale for adults, three ounces in 14 days for patients. Not on Metrc."""

from zoneinfo import ZoneInfo

from simulator.ledger.customers import ADULT, MEDICAL
from simulator.ledger.limits import SALE, rolling
from simulator.ledger.products import FLOWER
from simulator.ledger.states.rows import (
    BY_WEIGHT,
    EXTRACTS,
    GRAMS,
    INFUSED,
    THC_MG,
    UNKNOWN_HOURS,
    cap,
    excise,
    unknown_deadline,
    unknown_shape,
)
from simulator.ledger.states.sources import OURS
from simulator.ledger.states.state import Market, State

READ = ("DE-2", "DE-3")

DELAWARE = State(
    code="de",
    name="Delaware",
    zone=ZoneInfo("America/New_York"),
    system="BioTrack or another, not Metrc",
    adult=Market(21, ("DE-1", "DE-2"), "C", since="2025-08-01"),
    medical=Market(18, (OURS, "DE-1"), "D"),
    visitors="yes",
    visitors_note="Since 2024, by general knowledge (ours).",
    deadline=unknown_deadline("DE-7"),
    hours=UNKNOWN_HOURS,
    license_shape=unknown_shape("de"),
    taxes=(excise("Retail Marijuana Tax", "15.00", ADULT, ("DE-2", "MPP"), "C"),),
    limits=(
        # GAP(de-caps): that the three are caps of their own, each per sale, is inferred.
        cap("flower", FLOWER, GRAMS, "28.35", ADULT, SALE, READ, "C"),
        cap("concentrate", EXTRACTS, GRAMS, "12", ADULT, SALE, READ, "C"),
        cap("THC in products", INFUSED, THC_MG, "750", ADULT, SALE, READ, "C"),
        cap(
            "usable cannabis",
            BY_WEIGHT,
            GRAMS,
            "85.05",
            MEDICAL,
            rolling(14),
            (OURS,),
            "D",
            note="3 oz; by weight",
        ),
    ),
    notes=(
        "All sales go into the system that the commissioner names, no time is stated (DE-7).",
        "BioTrack has served the medical program since 2017; one page that says Metrc is contradicted by Metrc's own list of states (DE-BT, TM).",
        "Patients pay no tax, and there is no sales tax (DE-2, MPP).",
    ),
)
