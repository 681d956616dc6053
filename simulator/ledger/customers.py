"""Kinds of customer, which age and purchase limits tell apart."""

from enum import StrEnum


class CustomerType(StrEnum):
    ADULT = "adult"
    PATIENT = "patient"
    CAREGIVER = "caregiver"
    EXTERNAL_PATIENT = "external_patient"


class Residency(StrEnum):
    ANY = "any"
    RESIDENT = "resident"
    NON_RESIDENT = "non-resident"


ADULT = frozenset({CustomerType.ADULT})
PATIENTS = frozenset({CustomerType.PATIENT, CustomerType.CAREGIVER})
"""Who buys for a patient of the state. A caregiver has the patient's limits, wherever a text was read."""
VISITORS = frozenset({CustomerType.EXTERNAL_PATIENT})
MEDICAL = PATIENTS | VISITORS
"""GAP(external-patient-limits): a visiting patient is held to the patient's row where the state has none of its own."""
EVERYONE = ADULT | MEDICAL
