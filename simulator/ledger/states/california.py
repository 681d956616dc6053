"""California: separate caps a day; what is inside edibles counts as concentrate, by its THC."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from simulator.ledger.customers import ADULT, EVERYONE, MEDICAL
from simulator.ledger.limits import DAY
from simulator.ledger.products import CONCENTRATE, FLOWER, IMMATURE_PLANT, INFUSED_PREROLL, KIEF, VAPE
from simulator.ledger.states.rows import EACH, GRAMS, INFUSED, THC_GRAMS, cap, excise, pool, sales_tax
from simulator.ledger.states.sources import OURS
from simulator.ledger.states.state import Deadline, Hours, LicenseShape, Market, State

# An infused preroll counts twice: its weight as flower, its THC as concentrate.
NON_CONCENTRATED = (*FLOWER, *KIEF, *INFUSED_PREROLL)
CONCENTRATED = (((*CONCENTRATE, *VAPE), GRAMS, "8"), ((*INFUSED, *INFUSED_PREROLL), THC_GRAMS, "8"))

CALIFORNIA = State(
    code="ca",
    name="California",
    zone=ZoneInfo("America/Los_Angeles"),
    system="Metrc",
    adult=Market(21, ("TZ-CA", "RW"), "B", since="2018-01"),
    medical=Market(18, ("TZ-CA", "RW"), "B"),
    visitors="no",
    visitors_note="A physician's recommendation of this state is needed (CA-TB).",
    deadline=Deadline("within 24 hours", ("CX-CA", "CA-15410"), "C", within=timedelta(hours=24)),
    hours=Hours(6, 22, ("CA-POT",), "C"),
    license_shape=LicenseShape(
        r"C(9|10|12)-[0-9]{7}-LIC",
        ("C10-0000123-LIC", "C9-0000045-LIC", "C12-0000020-LIC"),
        (OURS, "T3"),
        "D",
    ),
    taxes=(
        excise(
            "Cannabis Excise Tax",
            "15.00",
            EVERYONE,
            ("MPP", "TZ-CA"),
            "C",
            note="19 from July to September 2025; cities may add their own",
        ),
        sales_tax(
            "7.25",
            EVERYONE,
            ("TZ-CA",),
            "C",
            note="districts add up to about 3; waived for patients who hold the state's own card",
        ),
    ),
    limits=(
        cap("non-concentrated cannabis", NON_CONCENTRATED, GRAMS, "28.5", ADULT, DAY, ("CA-15409",), "A"),
        pool(CONCENTRATED, ADULT, DAY, ("CA-15409", "TZ-CA"), "A", name="concentrate"),
        cap("immature plants", IMMATURE_PLANT, EACH, "6", ADULT, DAY, ("CA-15409",), "A"),
        cap("medicinal cannabis", NON_CONCENTRATED, GRAMS, "226.8", MEDICAL, DAY, ("CA-15409",), "A"),
        cap("immature plants", IMMATURE_PLANT, EACH, "12", MEDICAL, DAY, ("CA-15409",), "A"),
    ),
    notes=(
        "No figure is stated for a patient's concentrate, so there is no limit (TZ-CA).",
        "A physician may state more than the patient's limits; that is not simulated (CA-15409).",
        "That adults' and patients' limits may not be combined is not checked (CA-15409).",
        "Patients may buy edibles of more than 100 mg THC (TZ-CA).",
    ),
)
