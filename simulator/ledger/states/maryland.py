"""Maryland: three caps a sale for adults, of which a full one shuts the others out; two in 30 days for patients."""

from zoneinfo import ZoneInfo

from simulator.ledger.customers import ADULT, MEDICAL
from simulator.ledger.limits import SALE, rolling
from simulator.ledger.products import FLOWER
from simulator.ledger.states.rows import (
    EXTRACTS,
    GRAMS,
    INFUSED,
    THC_GRAMS,
    THC_MG,
    cap,
    excise,
    in_real_time,
)
from simulator.ledger.states.sources import OURS
from simulator.ledger.states.state import Hours, LicenseShape, Market, State

MARYLAND = State(
    code="md",
    name="Maryland",
    zone=ZoneInfo("America/New_York"),
    system="Metrc",
    adult=Market(21, ("MD-FH",), "C", since="2023-07-01"),
    medical=Market(18, (OURS, "MD-FH"), "D"),
    visitors="no",
    visitors_note="They buy as adults (MD-FH).",
    deadline=in_real_time(("MD-IB11",), "A"),
    hours=Hours(9, 21, (OURS, "FH-MD"), "D"),
    license_shape=LicenseShape(r"DA-[0-9]{2}-[0-9]{5}", ("DA-23-90012", "DA-24-90013"), (OURS, "DU-MD"), "D"),
    taxes=(excise("Cannabis Sales Tax", "12.00", ADULT, ("MPP", "DU-MD"), "C", note="9 before 2025-07-01"),),
    limits=(
        cap("flower", FLOWER, GRAMS, "42.525", ADULT, SALE, ("DU-MD",), "B", exclusive=True, note="1.5 oz"),
        cap("concentrate", EXTRACTS, GRAMS, "12", ADULT, SALE, ("DU-MD",), "B", exclusive=True),
        cap("THC in other products", INFUSED, THC_MG, "750", ADULT, SALE, ("DU-MD",), "B", exclusive=True),
        cap("flower", FLOWER, GRAMS, "120", MEDICAL, rolling(30), ("MD-U", "DU-MD"), "C"),
        cap(
            "THC",
            (*EXTRACTS, *INFUSED),
            THC_GRAMS,
            "36",
            MEDICAL,
            rolling(30),
            ("MD-U", "DU-MD"),
            "C",
            note="of all but flower",
        ),
    ),
    notes=(
        "Just below all three caps at once is fine; with one of them full nothing of the others may be sold (DU-MD).",
        "Of concentrates adults may buy vape cartridges only, and no package above 100 mg THC; that is not checked (DU-MD).",
        "A shop may be open for at most 12 hours a day (FH-MD).",
        "Patients pay no tax (DU-MD).",
    ),
)
