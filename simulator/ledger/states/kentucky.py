"""Kentucky: patients only; one budget, in plant material, and a smaller one for visitors."""

from zoneinfo import ZoneInfo

from simulator.ledger.customers import MEDICAL, PATIENTS, VISITORS
from simulator.ledger.limits import rolling
from simulator.ledger.products import FLOWER, VAPE
from simulator.ledger.states.rows import (
    EXTRACTS,
    GRAMS,
    INGESTED,
    THC_MG,
    UNKNOWN_HOURS,
    bar,
    pool,
    unknown_deadline,
)
from simulator.ledger.states.sources import OURS
from simulator.ledger.states.state import LicenseShape, Market, State

# GAP(ky-pool): the rule promises an equivalency formula that could not be read; we take its figures as one budget.
# GAP(ky-daily-supply): the figures of a day's supply say what ten and thirty days' supplies are; no sale is held to them.
THIRTY_DAYS = ((FLOWER, GRAMS, "112"), (EXTRACTS, GRAMS, "28"), (INGESTED, THC_MG, "3900"))
TEN_DAYS = ((FLOWER, GRAMS, "37.5"), (EXTRACTS, GRAMS, "9.5"), (INGESTED, THC_MG, "1300"))

KENTUCKY = State(
    code="ky",
    name="Kentucky",
    zone=ZoneInfo("America/New_York"),
    system="Metrc",
    adult=None,
    medical=Market(18, (OURS, "KY-1", "KY-2"), "D", since="2025-12-13"),
    visitors="yes",
    visitors_note="With a supply for ten days (KY-3).",
    deadline=unknown_deadline(),
    hours=UNKNOWN_HOURS,
    license_shape=LicenseShape(r"DISP[0-9]{3,8}", ("DISP90001", "DISP90002"), (OURS, "TM"), "D"),
    taxes=(),
    limits=(
        pool(THIRTY_DAYS, PATIENTS, rolling(30), ("KY-2020",), "A", note="that it is one budget is inferred"),
        pool(TEN_DAYS, VISITORS, rolling(10), ("KY-2020", "KY-3"), "C"),
        bar("vape products", VAPE, MEDICAL, ("KY-1", "KY-2"), "C", ages=range(18, 21), note="from 21 only"),
    ),
    notes=(
        "A day's supply is 3.75 g of plant, 1 g of concentrate or 130 mg THC in products; no sale is held to it (KY-2020).",
        "Topicals do not count, and a practitioner may raise the supply, which is not simulated (KY-2020).",
        "There is no tax on medical cannabis (KY-EIN).",
        "The first sale in a shop was on 2025-12-13 (KY-1).",
    ),
)
