"""Montana: one budget, in flower: an ounce a sale for adults, an ounce a day and five a month for patients."""

from zoneinfo import ZoneInfo

from simulator.ledger.customers import ADULT, MEDICAL
from simulator.ledger.limits import DAY, MONTH, SALE
from simulator.ledger.products import FLOWER
from simulator.ledger.states.rows import (
    EXTRACTS,
    GRAMS,
    INGESTED,
    THC_MG,
    excise,
    in_real_time,
    pool,
    unknown_shape,
)
from simulator.ledger.states.sources import OURS
from simulator.ledger.states.state import Hours, Market, State

ONE_OUNCE = ((FLOWER, GRAMS, "28.35"), (EXTRACTS, GRAMS, "8"), (INGESTED, THC_MG, "800"))
FIVE_OUNCES = ((FLOWER, GRAMS, "141.75"), (EXTRACTS, GRAMS, "40"), (INGESTED, THC_MG, "4000"))

MONTANA = State(
    code="mt",
    name="Montana",
    zone=ZoneInfo("America/Denver"),
    system="Metrc",
    adult=Market(21, ("MT-S",), "C", since="2022-01-01"),
    medical=Market(18, (OURS, "MT-S"), "D"),
    visitors="no",
    visitors_note="No provision for them is known (ours).",
    deadline=in_real_time(("MT-IB14", "DU-MT"), "B"),
    hours=Hours(9, 20, (OURS,), "D"),
    license_shape=unknown_shape("mt"),
    taxes=(
        excise("Cannabis Tax", "20.00", ADULT, ("UZ-MT",), "B", note="places add up to 3"),
        excise("Medical Cannabis Tax", "4.00", MEDICAL, ("UZ-MT",), "B", note="places add up to 3"),
    ),
    limits=(
        pool(
            ONE_OUNCE,
            ADULT,
            SALE,
            ("DU-MT", "FH-MT", "MT-ARM"),
            "B",
            note="a milliliter of concentrate as a gram",
        ),
        pool(ONE_OUNCE, MEDICAL, DAY, ("DU-MT", "MT-ARM"), "B"),
        pool(
            FIVE_OUNCES, MEDICAL, MONTH, ("DU-MT", "MT-ARM", "MT-IB14"), "B", note="starts anew on the first"
        ),
    ),
    notes=(
        "Flower above 35 percent THC and edible packages above 100 mg may not be sold to adults; that is not checked (FH-MT).",
        "A patient may petition for up to 8 oz; that is not simulated (MT-ARM).",
    ),
)
