"""Illinois: separate caps, all three at once allowed, half of each for people from other states."""

from zoneinfo import ZoneInfo

from simulator.ledger.customers import ADULT, MEDICAL, Residency
from simulator.ledger.limits import SALE, Limit, rolling
from simulator.ledger.products import FLOWER, IMMATURE_PLANT, SEED
from simulator.ledger.states.rows import (
    BY_WEIGHT,
    EXTRACTS,
    GRAMS,
    INFUSED,
    THC_MG,
    cap,
    excise,
    in_real_time,
    sales_tax,
)
from simulator.ledger.states.sources import OURS
from simulator.ledger.states.state import Hours, LicenseShape, Market, State

# GAP(il-excise): the excise goes by THC above or below 35 percent. All concentrates are taken as above, all flower as below.
EXCISE = "Cannabis Purchaser Excise Tax"
READ = ("IL-V",)
TAX_READ = ("IL-65-10", "IL-T")


def adult_caps(residency: Residency, flower: str, concentrate: str, infused: str) -> tuple[Limit, ...]:
    """GAP(il-possession): the figures are of what one may hold; we take them per sale."""
    return (
        cap("flower", FLOWER, GRAMS, flower, ADULT, SALE, READ, "C", residency=residency),
        cap("concentrate", EXTRACTS, GRAMS, concentrate, ADULT, SALE, READ, "C", residency=residency),
        cap("THC in infused products", INFUSED, THC_MG, infused, ADULT, SALE, READ, "C", residency=residency),
    )


ILLINOIS = State(
    code="il",
    name="Illinois",
    zone=ZoneInfo("America/Chicago"),
    system="Metrc",
    adult=Market(21, ("IL-M",), "C", since="2020-01-01"),
    medical=Market(18, ("IL-M",), "C"),
    visitors="no",
    visitors_note="They buy as adults, within non-residents' limits (IL-M).",
    deadline=in_real_time((OURS,), "D"),
    hours=Hours(6, 22, ("IL-HR",), "C"),
    license_shape=LicenseShape(
        r"284\.[0-9]{6}-(AUDO|DISP)", ("284.900001-AUDO", "284.900002-DISP"), (OURS, "CL", "IL-CTC"), "D"
    ),
    taxes=(
        excise(
            EXCISE,
            "10.00",
            ADULT,
            TAX_READ,
            "C",
            classes=(*FLOWER, *IMMATURE_PLANT, *SEED),
            note="35 percent THC and less",
        ),
        excise(EXCISE, "20.00", ADULT, TAX_READ, "C", classes=INFUSED),
        excise(EXCISE, "25.00", ADULT, TAX_READ, "C", classes=EXTRACTS, note="above 35 percent THC"),
        sales_tax(
            "6.25",
            ADULT,
            TAX_READ,
            "C",
            name="Retailers' Occupation Tax",
            note="towns and counties add up to 3 each",
        ),
        sales_tax("1.00", MEDICAL, TAX_READ, "C", note="transit districts add up to 1.25"),
    ),
    limits=(
        *adult_caps(Residency.RESIDENT, flower="30", concentrate="5", infused="500"),
        *adult_caps(Residency.NON_RESIDENT, flower="15", concentrate="2.5", infused="250"),
        cap(
            "usable cannabis",
            BY_WEIGHT,
            GRAMS,
            "70.87",
            MEDICAL,
            rolling(14),
            ("IL-V", "IL-M"),
            "C",
            note="2.5 oz; by weight",
        ),
    ),
    notes=(
        "Residency is read from the identification shown (IL-V).",
        "A waiver can raise a patient's limit; that is not simulated (IL-M).",
        "The state changed from BioTrack to Metrc on 2025-07-01 (IL-CTC, IL-GOV).",
    ),
)
