"""Louisiana: patients only; a cap on raw flower over 14 days."""

from zoneinfo import ZoneInfo

from simulator.ledger.customers import MEDICAL
from simulator.ledger.limits import rolling
from simulator.ledger.products import FLOWER
from simulator.ledger.states.rows import GRAMS, UNKNOWN_HOURS, cap, sales_tax, unknown_deadline, unknown_shape
from simulator.ledger.states.sources import OURS
from simulator.ledger.states.state import Market, State

LOUISIANA = State(
    code="la",
    name="Louisiana",
    zone=ZoneInfo("America/Chicago"),
    system="Metrc",
    adult=None,
    # GAP(la-patient-age): no age was found; 18, as in most states.
    medical=Market(18, (OURS, "LA-O"), "D"),
    visitors="yes",
    visitors_note="With the home state's card and a signed form, of which the pharmacy keeps copies (LA-1046).",
    deadline=unknown_deadline(),
    hours=UNKNOWN_HOURS,
    license_shape=unknown_shape("la"),
    taxes=(
        sales_tax(
            "5.00",
            MEDICAL,
            (OURS, "LA-STH"),
            "D",
            note="the state's since 2025; a handbook of 2024 has about 7 with the place's",
        ),
    ),
    limits=(cap("flower", FLOWER, GRAMS, "70.875", MEDICAL, rolling(14), ("LA-O",), "C", note="2.5 oz"),),
    notes=(
        "Of other forms a patient gets a 30-day supply, which no figure says, so there is no limit (LA-DW).",
        "The state calls its system LMMTS; Metrc runs it (LA-O, TM).",
    ),
)
