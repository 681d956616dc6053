"""Oklahoma: patients only; separate caps a sale, with an ounce of 28.3 g."""

from zoneinfo import ZoneInfo

from simulator.ledger.customers import MEDICAL
from simulator.ledger.limits import SALE
from simulator.ledger.products import FLOWER, IMMATURE_PLANT
from simulator.ledger.states.rows import (
    EACH,
    EXTRACTS,
    GRAMS,
    INFUSED,
    UNKNOWN_HOURS,
    cap,
    excise,
    sales_tax,
    unknown_deadline,
)
from simulator.ledger.states.sources import OURS
from simulator.ledger.states.state import LicenseShape, Market, State

READ = ("DU-OK", "FH-OK")

OKLAHOMA = State(
    code="ok",
    name="Oklahoma",
    zone=ZoneInfo("America/Chicago"),
    system="Metrc",
    adult=None,
    medical=Market(18, ("DU-OK",), "B"),
    visitors="yes",
    visitors_note="With a temporary license for patients of other states (OK-BZ).",
    deadline=unknown_deadline("OK-56"),
    hours=UNKNOWN_HOURS,
    license_shape=LicenseShape(
        r"DAAA-[A-Z0-9]{4}-[A-Z0-9]{4}", ("DAAA-AB12-CD34", "DAAA-EF56-GH78"), (OURS, "CV-G"), "D"
    ),
    taxes=(
        excise("Medical Marijuana Excise Tax", "7.00", MEDICAL, ("DU-OK",), "B"),
        sales_tax(
            "4.50",
            MEDICAL,
            (OURS, "DU-OK"),
            "D",
            note="places add their own; veterans who are wholly disabled pay none",
        ),
    ),
    limits=(
        cap("flower", FLOWER, GRAMS, "84.9", MEDICAL, SALE, READ, "B", note="3 oz"),
        cap("concentrate", EXTRACTS, GRAMS, "28.3", MEDICAL, SALE, READ, "B", note="1 oz"),
        cap("infused products", INFUSED, GRAMS, "2037.6", MEDICAL, SALE, READ, "B", note="72 oz, net"),
        cap("seedlings", IMMATURE_PLANT, EACH, "6", MEDICAL, SALE, READ, "B", note="beside 6 mature plants"),
    ),
    notes=(
        "Each sale goes into Metrc, no time is stated; a return is due by the 15th of the next month (OK-56).",
    ),
)
