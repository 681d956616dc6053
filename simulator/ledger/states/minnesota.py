"""Minnesota: separate caps a day for adults; a patient's are the pharmacist's."""

from zoneinfo import ZoneInfo

from simulator.ledger.customers import ADULT
from simulator.ledger.limits import DAY
from simulator.ledger.products import FLOWER
from simulator.ledger.states.rows import (
    EXTRACTS,
    GRAMS,
    INGESTED,
    THC_MG,
    UNKNOWN_HOURS,
    cap,
    excise,
    sales_tax,
    unknown_deadline,
    unknown_shape,
)
from simulator.ledger.states.sources import OURS
from simulator.ledger.states.state import Market, State

MINNESOTA = State(
    code="mn",
    name="Minnesota",
    zone=ZoneInfo("America/Chicago"),
    system="Metrc",
    adult=Market(21, ("MN-W", "DU-MN"), "C", since="2025"),
    medical=Market(0, ("MN-W", "DU-MN"), "C"),
    visitors="unknown",
    visitors_note="Nothing was found (ours).",
    deadline=unknown_deadline(),
    hours=UNKNOWN_HOURS,
    license_shape=unknown_shape("mn"),
    taxes=(
        excise(
            "Cannabis Gross Receipts Tax",
            "15.00",
            ADULT,
            (OURS, "MN-W", "SAV"),
            "D",
            note="10 before 2025-07-01",
        ),
        sales_tax("6.875", ADULT, (OURS, "MN-W"), "D", note="places add their own; a tribal shop names none"),
    ),
    limits=(
        # GAP(mn-day): a day or a sale, the source may be read either way; we take the day.
        cap("flower", FLOWER, GRAMS, "56.7", ADULT, DAY, ("MN-W",), "C", note="2 oz"),
        cap("concentrate", EXTRACTS, GRAMS, "8", ADULT, DAY, ("MN-W",), "C"),
        cap("THC in edibles", INGESTED, THC_MG, "800", ADULT, DAY, ("MN-W",), "C"),
    ),
    notes=(
        "A patient of any age may buy with a certification; practitioner and pharmacist set how much, so there is no limit (MN-W).",
        "Patients pay no tax (MN-W).",
        "The state's shops sell to adults since 2025, tribal ones since August 2023 (MN-W, DU-MN).",
    ),
)
