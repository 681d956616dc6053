"""West Virginia: patients only; a cap on dry leaf over 30 days, and no edibles."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from simulator.ledger.customers import MEDICAL
from simulator.ledger.limits import rolling
from simulator.ledger.products import FLOWER, ProductClass
from simulator.ledger.states.rows import GRAMS, UNKNOWN_HOURS, bar, cap, unknown_shape
from simulator.ledger.states.sources import OURS
from simulator.ledger.states.state import Deadline, Market, State

WEST_VIRGINIA = State(
    code="wv",
    name="West Virginia",
    zone=ZoneInfo("America/New_York"),
    system="Metrc",
    adult=None,
    medical=Market(18, (OURS, "WV-F"), "D", since="2021-11"),
    visitors="no",
    visitors_note="No provision for them is known (ours).",
    # GAP(wv-daily): inventory is tracked "on a daily basis", which is read as within 24 hours.
    deadline=Deadline("within 24 hours", ("WV-71",), "A", within=timedelta(hours=24)),
    hours=UNKNOWN_HOURS,
    license_shape=unknown_shape("wv"),
    taxes=(),
    limits=(
        cap(
            "flower",
            FLOWER,
            GRAMS,
            "113.4",
            MEDICAL,
            rolling(30),
            (OURS, "WV-45"),
            "D",
            note="4 oz of dry leaf",
        ),
        bar("edibles", (ProductClass.EDIBLE, ProductClass.BEVERAGE), MEDICAL, ("WV-45",), "A"),
    ),
    notes=(
        "A patient gets a 30-day supply of doses, refilled in its last seven days; that is not simulated (WV-45).",
        "The shop pays 10 percent of its receipts each quarter; that is no line of a receipt (WV-F).",
    ),
)
