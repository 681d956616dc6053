"""South Dakota: patients only; one budget of three ounces in 14 days."""

from datetime import time
from zoneinfo import ZoneInfo

from simulator.ledger.customers import MEDICAL
from simulator.ledger.limits import rolling
from simulator.ledger.products import FLOWER, TOPICAL, ProductClass
from simulator.ledger.states.rows import EXTRACTS, GRAMS, THC_MG, UNKNOWN_HOURS, bar, pool, sales_tax
from simulator.ledger.states.state import Deadline, LicenseShape, Market, State

SWALLOWED = (ProductClass.CAPSULE, ProductClass.TINCTURE)
EATEN = (ProductClass.EDIBLE, ProductClass.BEVERAGE)
# An ounce equals 8 g of concentrate, 5 g of oil or capsules, 800 mg THC in edibles, or 12 fl oz of ointment.
# GAP(sd-topicals): every topical counts as ointment; dry ones (1 oz) and patches (800 mg) are not told apart.
THREE_OUNCES = (
    (FLOWER, GRAMS, "85.05"),
    (EXTRACTS, GRAMS, "24"),
    (SWALLOWED, GRAMS, "15"),
    (EATEN, THC_MG, "2400"),
    (TOPICAL, GRAMS, "1064.646"),
)

SOUTH_DAKOTA = State(
    code="sd",
    name="South Dakota",
    zone=ZoneInfo("America/Chicago"),
    system="Metrc",
    adult=None,
    medical=Market(18, ("SD-8", "DU-SD"), "B", since="2022-07-27"),
    visitors="yes",
    visitors_note="As nonresident cardholders (SD-8, DU-SD).",
    deadline=Deadline("by midnight", ("SD-11",), "A", by=time(0)),
    hours=UNKNOWN_HOURS,
    license_shape=LicenseShape(r"[A-Z0-9]{10}", ("A1B2C3D4E5", "9Z8Y7X6W5V"), ("FH-SD",), "A"),
    taxes=(sales_tax("4.20", MEDICAL, ("FH-SD",), "C", note="towns add their own; 4.5 in an older page"),),
    limits=(
        pool(THREE_OUNCES, MEDICAL, rolling(14), ("DU-SD",), "B", note="3 oz"),
        bar(
            "inhaled products",
            (*FLOWER, *EXTRACTS),
            MEDICAL,
            ("SD-8", "DU-SD"),
            "B",
            ages=range(18),
            note="minors",
        ),
    ),
    notes=(
        "Nobody under 18 may enter; a caregiver buys for them (SD-8, DU-SD).",
        "A shop may store a patient's registry number and nothing else about them (SD-8).",
    ),
)
