"""Alabama: patients only; 60 daily doses in 60 days, and neither flower nor food."""

from zoneinfo import ZoneInfo

from simulator.ledger.customers import MEDICAL
from simulator.ledger.limits import rolling
from simulator.ledger.products import CONCENTRATE, FLOWER, INFUSED_PREROLL, KIEF, TOPICAL, VAPE, ProductClass
from simulator.ledger.states.rows import THC_MG, UNKNOWN_HOURS, bar, cap, excise, in_real_time, unknown_shape
from simulator.ledger.states.state import Market, State

SMOKABLE = (*FLOWER, *KIEF, *INFUSED_PREROLL)
# GAP(al-forms): "no food" bars edibles and beverages; gelatin cubes are not told apart from other edibles.
FOOD = (ProductClass.EDIBLE, ProductClass.BEVERAGE)
DOSES = (*CONCENTRATE, *VAPE, ProductClass.CAPSULE, ProductClass.TINCTURE, *TOPICAL)

ALABAMA = State(
    code="al",
    name="Alabama",
    zone=ZoneInfo("America/Chicago"),
    system="Metrc",
    adult=None,
    medical=Market(19, ("AL-R", "AL-GC"), "A"),
    visitors="no",
    visitors_note="No provision for them is known (ours).",
    deadline=in_real_time(("DU-AL",), "B"),
    hours=UNKNOWN_HOURS,
    license_shape=unknown_shape("al"),
    taxes=(excise("Gross Proceeds Tax", "9.00", MEDICAL, ("DU-AL",), "B"),),
    limits=(
        # GAP(al-doses): a dose is taken as 50 mg, the most it may hold in a patient's first 90 days.
        cap("THC", DOSES, THC_MG, "3000", MEDICAL, rolling(60), ("AL-GC",), "A", note="60 doses of 50 mg"),
        bar("flower and smokable products", SMOKABLE, MEDICAL, ("AL-GC",), "A"),
        bar("food", FOOD, MEDICAL, ("AL-GC",), "A"),
    ),
    notes=(
        "After 90 days a dose may hold 75 mg; a refill may come ten days early; nobody may hold more than 70 doses. None of this is simulated (AL-GC).",
        "Minors buy through a caregiver, products of up to 3 percent THC only; that is not checked (AL-R, AL-GC).",
        "Shops' licenses took effect on 2026-01-08; no source read tells of a sale (DU-AL).",
    ),
)
