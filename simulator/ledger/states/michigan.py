"""Michigan: one budget in flower, and in it no more than 15 g of concentrate for adults."""

from zoneinfo import ZoneInfo

from simulator.ledger.customers import ADULT, EVERYONE, MEDICAL
from simulator.ledger.limits import DAY, SALE, rolling
from simulator.ledger.products import EDIBLE, FLOWER, LIQUID
from simulator.ledger.states.rows import (
    EXTRACTS,
    GRAMS,
    UNKNOWN_HOURS,
    cap,
    excise,
    in_real_time,
    pool,
    sales_tax,
    unknown_deadline,
)
from simulator.ledger.states.sources import OURS
from simulator.ledger.states.state import LicenseShape, Market, State

# GAP(mi-infused-products): an ounce is 16 oz of solid or 36 fl oz of liquid products. The figures are the medical act's,
# by general knowledge; we hold adults to them too.
SOLD_AT_ONCE = (((*FLOWER, *EXTRACTS), GRAMS, "70.87"), (EDIBLE, GRAMS, "1134"), (LIQUID, GRAMS, "2661.615"))
SOLD_IN_A_MONTH = (
    ((*FLOWER, *EXTRACTS), GRAMS, "283.5"),
    (EDIBLE, GRAMS, "4536"),
    (LIQUID, GRAMS, "10646.46"),
)
INFERRED = "products by the medical act's equivalents"

MICHIGAN = State(
    code="mi",
    name="Michigan",
    zone=ZoneInfo("America/Detroit"),
    system="Metrc",
    adult=Market(21, ("DU-MI",), "B", since="2019-12-01"),
    medical=Market(18, (OURS, "DU-MI"), "D"),
    visitors="yes",
    visitors_note="A visiting qualifying patient shows card and ID (MI-420.505).",
    deadline=unknown_deadline("DU-MI"),
    medical_deadline=in_real_time(("DU-MI", "MI-LOOK"), "B"),
    hours=UNKNOWN_HOURS,
    license_shape=LicenseShape(r"(AU-R|PC)-[0-9]{6}", ("AU-R-900123", "PC-900045"), (OURS, "CL"), "D"),
    taxes=(
        excise("Marihuana Excise Tax", "10.00", ADULT, ("DU-MI", "MI-TX"), "B"),
        sales_tax("6.00", EVERYONE, ("DU-MI", "MI-TX"), "B", compound=True, note="on price and excise"),
    ),
    limits=(
        pool(SOLD_AT_ONCE, ADULT, SALE, ("DU-MI", "MI-420.505", "UZ-MI"), "B", note=f"2.5 oz; {INFERRED}"),
        cap("concentrate", EXTRACTS, GRAMS, "15", ADULT, SALE, ("MI-CRA",), "A"),
        pool(SOLD_AT_ONCE, MEDICAL, DAY, ("DU-MI",), "B", note=f"2.5 oz; {INFERRED}"),
        # GAP(mi-month): "10 oz a month" is read as any 30 days.
        pool(SOLD_IN_A_MONTH, MEDICAL, rolling(30), ("DU-MI",), "B", note=f"10 oz; {INFERRED}"),
    ),
    notes=(
        "Adults' sales may be sent in batches; after an outage all are due within 24 hours (DU-MI, MI-LOOK).",
        "Metrc holds a patient's allotment; an override covers one class only (DU-MI, DU-MIT).",
        "Goods come back only for a defect or an adverse reaction, are never sold again, and are destroyed within 90 days (MI-214c).",
        "The wholesale tax of 24 percent since 2026 is not on the receipt (MI-TX).",
        "Shops have one license for adults and another for patients (CL).",
    ),
)
