"""Virginia: patients only; a supply that the pharmacist sets, and a cap on flower."""

from zoneinfo import ZoneInfo

from simulator.ledger.customers import MEDICAL
from simulator.ledger.limits import rolling
from simulator.ledger.products import FLOWER
from simulator.ledger.states.rows import GRAMS, UNKNOWN_HOURS, cap, sales_tax, unknown_deadline, unknown_shape
from simulator.ledger.states.sources import OURS
from simulator.ledger.states.state import Market, State

VIRGINIA = State(
    code="va",
    name="Virginia",
    zone=ZoneInfo("America/New_York"),
    system="Metrc",
    adult=None,
    medical=Market(18, ("VA-1603",), "A"),
    visitors="no",
    visitors_note="Only people who live in the state, if only for a time (VA-1603).",
    deadline=unknown_deadline(),
    hours=UNKNOWN_HOURS,
    license_shape=unknown_shape("va"),
    taxes=(sales_tax("5.30", MEDICAL, (OURS,), "D", note="up to 7 by place"),),
    limits=(
        cap(
            "flower",
            FLOWER,
            GRAMS,
            "113.4",
            MEDICAL,
            rolling(30),
            (OURS, "VA-C"),
            "D",
            note="4 oz of botanical cannabis",
        ),
    ),
    notes=(
        "A patient gets at most a 90-day supply, as pharmacist and practitioner set it; that is not simulated (VA-1603).",
        "A bill of January 2026 would open sales to adults on 2026-11-01; whether it became law was not found (VA-26).",
        "The state went over to Metrc in July 2025 (VA-13, VA-W).",
    ),
)
