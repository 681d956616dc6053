"""Colorado: one budget a day for adults, in flower; separate caps a day for patients."""

from zoneinfo import ZoneInfo

from simulator.ledger.customers import ADULT, MEDICAL
from simulator.ledger.limits import DAY
from simulator.ledger.products import FLOWER
from simulator.ledger.states.rows import (
    EXTRACTS,
    GRAMS,
    INGESTED,
    THC_MG,
    cap,
    excise,
    in_real_time,
    pool,
    sales_tax,
    unknown_deadline,
)
from simulator.ledger.states.sources import OURS
from simulator.ledger.states.state import Hours, LicenseShape, Market, State

FLOWER_EQUIVALENT = ((FLOWER, GRAMS, "28.35"), (EXTRACTS, GRAMS, "8"), (INGESTED, THC_MG, "800"))
MEDICAL_READ = (OURS, "DU-CO")

COLORADO = State(
    code="co",
    name="Colorado",
    zone=ZoneInfo("America/Denver"),
    system="Metrc",
    adult=Market(21, ("DU-CO",), "B", since="2014-01-01"),
    medical=Market(18, ("DU-CO",), "B"),
    visitors="no",
    visitors_note="No provision for them is known (ours).",
    # GAP(batched-sales): where adults' sales may be sent in batches, they have a day.
    deadline=unknown_deadline("DU-COM"),
    medical_deadline=in_real_time(("CO-501", "DU-COM"), "B"),
    hours=Hours(8, 24, (OURS,), "D"),
    license_shape=LicenseShape(r"402R?-[0-9]{5}", ("402R-90001", "402-90001"), ("CL",), "A"),
    taxes=(
        excise(
            "Retail Marijuana Sales Tax",
            "15.00",
            ADULT,
            ("DU-CO", "MPP"),
            "B",
            note="the state's sales tax is not due beside it; local taxes vary",
        ),
        sales_tax("2.90", MEDICAL, ("DU-CO", "MPP"), "B", note="places add their own"),
    ),
    limits=(
        pool(
            FLOWER_EQUIVALENT,
            ADULT,
            DAY,
            ("DU-CO", "CO-MC"),
            "B",
            note="the same for visitors from other states",
        ),
        cap("flower", FLOWER, GRAMS, "56.7", MEDICAL, DAY, MEDICAL_READ, "D", note="2 oz"),
        cap("concentrate", EXTRACTS, GRAMS, "8", MEDICAL, DAY, MEDICAL_READ, "D"),
        cap("concentrate", EXTRACTS, GRAMS, "2", MEDICAL, DAY, (OURS,), "D", ages=range(18, 21)),
        cap("THC in products", INGESTED, THC_MG, "20000", MEDICAL, DAY, MEDICAL_READ, "D"),
    ),
    notes=(
        "Topicals that are not eaten and do not intoxicate are exempt (CO-MC).",
        "Metrc itself refuses a patient's sale above the day's limit (CO-ADI).",
        "Shops have one license for adults and another for patients (CL).",
    ),
)
