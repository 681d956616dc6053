"""Maine: one budget a sale, by weight, and in it no more than 5 g of concentrate for adults."""

from zoneinfo import ZoneInfo

from simulator.ledger.customers import ADULT, MEDICAL, PATIENTS, VISITORS
from simulator.ledger.limits import DAY, SALE, rolling
from simulator.ledger.products import IMMATURE_PLANT, SEED, TOPICAL
from simulator.ledger.states.rows import (
    BY_WEIGHT,
    EXTRACTS,
    GRAMS,
    INGESTED,
    THC_MG,
    cap,
    sales_tax,
    unknown_deadline,
)
from simulator.ledger.states.sources import OURS
from simulator.ledger.states.state import Hours, LicenseShape, Market, State

MAINE = State(
    code="me",
    name="Maine",
    zone=ZoneInfo("America/New_York"),
    system="Metrc",
    adult=Market(21, ("ME-LC",), "C", since="2020-10-09"),
    medical=Market(18, ("ME-LC",), "C"),
    visitors="yes",
    visitors_note="From the states on a list (ME-HV).",
    deadline=unknown_deadline(),
    hours=Hours(7, 22, ("ME-PH",), "C"),
    license_shape=LicenseShape(r"AMS[0-9]{3}", ("AMS901", "AMS902"), ("CL",), "A"),
    taxes=(
        sales_tax("14.00", ADULT, (OURS, "ME-AT", "SAV"), "D", note="10 before 2026"),
        sales_tax("8.00", MEDICAL, (OURS,), "D", classes=INGESTED),
        sales_tax("5.50", MEDICAL, (OURS,), "D", classes=(*BY_WEIGHT, *TOPICAL, *IMMATURE_PLANT, *SEED)),
    ),
    limits=(
        cap("cannabis", BY_WEIGHT, GRAMS, "70.875", ADULT, SALE, ("ME-504", "ME-PH"), "C", note="2.5 oz"),
        cap(
            "concentrate",
            EXTRACTS,
            GRAMS,
            "5",
            ADULT,
            SALE,
            ("ME-PH",),
            "C",
            note="of 2019; a later raise to 10 g is uncertain",
        ),
        cap("THC in edibles", INGESTED, THC_MG, "5000", ADULT, DAY, ("ME-PH",), "C", note="of 2019"),
        cap(
            "usable cannabis",
            BY_WEIGHT,
            GRAMS,
            "70.875",
            PATIENTS,
            SALE,
            ("ME-HV",),
            "C",
            note="2.5 oz; by weight",
        ),
        cap(
            "usable cannabis",
            BY_WEIGHT,
            GRAMS,
            "70.875",
            VISITORS,
            rolling(15),
            ("ME-HV",),
            "C",
            note="2.5 oz; by weight",
        ),
    ),
    notes=(
        "Products without THC that are not eaten are exempt (ME-504).",
        "Medical sales may not be tracked in Metrc at all (ours).",
    ),
)
