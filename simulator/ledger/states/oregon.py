"""Oregon: separate caps a day for adults; patients' flower by the day and by the month."""

from datetime import time
from zoneinfo import ZoneInfo

from simulator.ledger.customers import ADULT, MEDICAL
from simulator.ledger.limits import DAY, MONTH
from simulator.ledger.products import EDIBLE, FLOWER, IMMATURE_PLANT, LIQUID, SEED
from simulator.ledger.states.rows import EACH, EXTRACTS, GRAMS, cap, excise
from simulator.ledger.states.sources import OURS
from simulator.ledger.states.state import Deadline, Hours, LicenseShape, Market, State

OREGON = State(
    code="or",
    name="Oregon",
    zone=ZoneInfo("America/Los_Angeles"),
    system="Metrc",
    adult=Market(21, ("OR-2800",), "A", since="2016"),
    medical=Market(18, ("OR-2800",), "A"),
    visitors="no",
    visitors_note="No provision for them is known (ours).",
    deadline=Deadline("by 08:00 of the next day", ("OR-7580", "OR-2800"), "A", by=time(8)),
    hours=Hours(7, 22, ("OR-2800",), "A"),
    license_shape=LicenseShape(
        r"050-[0-9]{8}[0-9A-F]{3}", ("050-10000001A1A", "050-10000002B2B"), (OURS,), "D"
    ),
    taxes=(
        excise(
            "Marijuana Retail Tax", "17.00", ADULT, ("OR-FAQ-R", "OR-2080"), "A", note="places add up to 3"
        ),
    ),
    limits=(
        cap(
            "flower",
            FLOWER,
            GRAMS,
            "56.7",
            ADULT,
            DAY,
            (OURS, "OR-FAQ"),
            "D",
            note="2 oz since 2022; the text read is older and says 1 oz",
        ),
        cap("solid products", EDIBLE, GRAMS, "453.6", ADULT, DAY, ("OR-FAQ",), "A", note="16 oz, net"),
        cap("liquid products", LIQUID, GRAMS, "2129.292", ADULT, DAY, ("OR-FAQ",), "A", note="72 fl oz"),
        cap(
            "concentrate",
            EXTRACTS,
            GRAMS,
            "5",
            ADULT,
            DAY,
            ("OR-FAQ",),
            "A",
            note="cartridges included; the text is from before 2022",
        ),
        cap("immature plants", IMMATURE_PLANT, EACH, "4", ADULT, DAY, ("OR-FAQ",), "A"),
        cap("seeds", SEED, EACH, "10", ADULT, DAY, ("OR-FAQ",), "A"),
        cap("flower", FLOWER, GRAMS, "226.8", MEDICAL, DAY, ("OR-BB",), "C", note="8 oz"),
        cap("flower", FLOWER, GRAMS, "907.2", MEDICAL, MONTH, ("OR-BB",), "C", note="32 oz"),
    ),
    notes=(
        "A shop may withhold the customer's identification (GC-ID).",
        "Patients pay no retail tax, and there is no sales tax (OR-FAQ-R).",
        "A caregiver's sale needs the patient's number as well (OR-WIKI).",
        "A receipt shows the state's and the place's tax and each item's category (OR-2080).",
        "No figure was found for a patient's products other than flower, so there is no limit.",
        "Caps on the THC of one package are not simulated.",
    ),
)
