"""Washington: separate caps a sale; three times as much for patients in the state's database. Not on Metrc."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from simulator.ledger.customers import ADULT, EVERYONE, MEDICAL
from simulator.ledger.limits import SALE
from simulator.ledger.products import EDIBLE, FLOWER, LIQUID, TOPICAL
from simulator.ledger.states.rows import EACH, EXTRACTS, GRAMS, cap, excise, sales_tax
from simulator.ledger.states.sources import OURS
from simulator.ledger.states.state import Deadline, Hours, LicenseShape, Market, State

READ = ("WA-095",)
CUT = (OURS, "WA-095")
TAX_READ = ("WA-DOR", "WA-090", "WA-1341")

WASHINGTON = State(
    code="wa",
    name="Washington",
    zone=ZoneInfo("America/Los_Angeles"),
    system="CCRS",
    adult=Market(21, ("WA-080",), "A", since="2014-07"),
    medical=Market(18, ("WA-080",), "A"),
    visitors="no",
    visitors_note="No provision for them is known (ours).",
    deadline=Deadline("within a week", (OURS,), "D", within=timedelta(days=7)),
    hours=Hours(8, 24, (OURS,), "D"),
    license_shape=LicenseShape(r"[0-9]{6}", ("990562", "990413"), ("CL", "DU-CCRS"), "A"),
    taxes=(
        excise(
            "Cannabis Excise Tax",
            "37.00",
            EVERYONE,
            TAX_READ,
            "A",
            note="patients with a recognition card pay none for products of the health department's standard, until 2029-06-30",
        ),
        sales_tax("6.50", ADULT, TAX_READ, "A", note="on the price without excise; places add their own"),
    ),
    limits=(
        cap("flower", FLOWER, GRAMS, "28.35", ADULT, SALE, READ, "A", note="1 oz"),
        cap("solid edibles", EDIBLE, GRAMS, "453.6", ADULT, SALE, READ, "A", note="16 oz"),
        cap("liquids", LIQUID, GRAMS, "2129.292", ADULT, SALE, READ, "A", note="72 fl oz"),
        cap("concentrate", EXTRACTS, GRAMS, "7", ADULT, SALE, READ, "A"),
        # GAP(wa-other-units): of our product classes only topicals are none of the four others.
        cap("other products", TOPICAL, EACH, "10", ADULT, SALE, READ, "A"),
        # GAP(wa-database): every patient is taken as one who is in the state's database.
        cap("flower", FLOWER, GRAMS, "85.05", MEDICAL, SALE, CUT, "D", note="3 oz"),
        cap("solid edibles", EDIBLE, GRAMS, "1360.8", MEDICAL, SALE, CUT, "D", note="48 oz"),
        cap("liquids", LIQUID, GRAMS, "6387.876", MEDICAL, SALE, CUT, "D", note="216 fl oz"),
        cap("concentrate", EXTRACTS, GRAMS, "21", MEDICAL, SALE, CUT, "D"),
    ),
    notes=(
        "A patient who is not in the database is an adult customer (WA-095).",
        "Liquids in units of up to 4 mg are limited by 200 mg THC instead; that is not simulated (WA-095).",
        "Files are uploaded from time to time, weekly by general knowledge (ours).",
    ),
)
