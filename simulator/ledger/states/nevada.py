"""Nevada: one budget a sale, in flower, for adults and patients alike."""

from zoneinfo import ZoneInfo

from simulator.ledger.customers import ADULT, EVERYONE, MEDICAL
from simulator.ledger.limits import SALE, rolling
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
)
from simulator.ledger.states.sources import OURS
from simulator.ledger.states.state import Hours, LicenseShape, Market, State

# GAP(nv-edibles): since 2024 a quarter of an ounce of concentrate fills the limit. No text says how much THC in edibles
# does; we double the 3,543 mg that stood for an eighth before.
FLOWER_EQUIVALENT = ((FLOWER, GRAMS, "70.875"), (EXTRACTS, GRAMS, "7.09"), (INGESTED, THC_MG, "7087"))

NEVADA = State(
    code="nv",
    name="Nevada",
    zone=ZoneInfo("America/Los_Angeles"),
    system="Metrc",
    adult=Market(21, ("NV-N", "DU-NV"), "C", since="2017-07-01"),
    medical=Market(18, (OURS, "DU-NV"), "D"),
    visitors="yes",
    visitors_note="With a document of their home state (DU-NV).",
    deadline=in_real_time(("NV-430",), "A"),
    hours=Hours(0, 24, (OURS,), "D"),
    license_shape=LicenseShape(r"[0-9]{20}|RD[0-9]{3}", ("00000000000000000123", "RD901"), (OURS,), "D"),
    taxes=(
        excise("Retail Cannabis Excise Tax", "10.00", ADULT, ("DU-NV",), "B"),
        sales_tax("6.85", EVERYONE, ("DU-NV",), "B", note="counties add their own"),
    ),
    limits=(
        pool(
            FLOWER_EQUIVALENT,
            EVERYONE,
            SALE,
            ("NV-N", "DU-NV"),
            "C",
            note="2.5 oz; THC in edibles is inferred",
        ),
        cap("flower", FLOWER, GRAMS, "70.875", MEDICAL, rolling(14), (OURS,), "D", note="2.5 oz"),
    ),
    notes=(
        "Shops may sell at all hours by state law; towns may say otherwise (ours).",
        "A shop may withhold the customer's identification (GC-ID).",
        "Caps of one package are not simulated: 1 oz of flower, an eighth of an ounce of concentrate, 100 mg THC in an edible, 800 mg in a tincture (NV-420).",
    ),
)
