"""Massachusetts: one budget, in flower; concentrate and edibles count by their THC."""

from zoneinfo import ZoneInfo

from simulator.ledger.customers import ADULT, MEDICAL
from simulator.ledger.limits import DAY, rolling
from simulator.ledger.products import EDIBLE, FLOWER, ProductClass
from simulator.ledger.states.rows import (
    EXTRACTS,
    GRAMS,
    THC_GRAMS,
    THC_MG,
    UNKNOWN_HOURS,
    excise,
    in_real_time,
    pool,
    sales_tax,
)
from simulator.ledger.states.state import LicenseShape, Market, State

CONCENTRATED = (*EXTRACTS, ProductClass.TINCTURE)
EATEN = (*EDIBLE, ProductClass.BEVERAGE)
ONE_OUNCE = ((FLOWER, GRAMS, "28.35"), (CONCENTRATED, THC_GRAMS, "5"), (EATEN, THC_MG, "500"))
# GAP(ma-patient-equivalents): we keep to the regulation's equivalents for patients too.
TEN_OUNCES = ((FLOWER, GRAMS, "283.5"), (CONCENTRATED, THC_GRAMS, "50"), (EATEN, THC_MG, "5000"))

MASSACHUSETTS = State(
    code="ma",
    name="Massachusetts",
    zone=ZoneInfo("America/New_York"),
    system="Metrc",
    adult=Market(21, ("MA-IO",), "C", since="2018-11-20"),
    medical=Market(18, ("MA-IO",), "C"),
    visitors="conflict",
    visitors_note="One page says yes (DU-MA), another that only residents may (MA-IO).",
    deadline=in_real_time(("DU-MA",), "B"),
    hours=UNKNOWN_HOURS,
    license_shape=LicenseShape(r"MR[0-9]{6}", ("MR900001", "MR900002"), ("CL",), "A"),
    taxes=(
        excise("Marijuana Excise Tax", "10.75", ADULT, ("DU-MA",), "B", note="places add up to 3"),
        sales_tax("6.25", ADULT, ("DU-MA",), "B"),
    ),
    limits=(
        pool(ONE_OUNCE, ADULT, DAY, ("MA-500.140",), "A", note="tinctures are concentrates"),
        pool(
            TEN_OUNCES,
            MEDICAL,
            rolling(60),
            ("MA-P", "MA-500.140"),
            "C",
            note="10 oz, the default 60-day supply",
        ),
    ),
    notes=(
        "Topicals are exempt (MA-500.140).",
        "The state's portal is said to take a gram of a patient's concentrate as 5.3 g of flower (MA-RD).",
        "Patients pay no tax (DU-MA).",
        "A patient's allotment stands in a portal of its own, not in Metrc (DU-MA).",
        "A shop may withhold the customer's identification (GC-ID).",
    ),
)
