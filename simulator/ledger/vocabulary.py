"""The ids Trace gives to kinds of customer, identification, payment, tax, currency and update (its sale helpers)."""

from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from types import MappingProxyType

from simulator.ledger.customers import CustomerType
from simulator.ledger.states import STATES


class IdentificationType(StrEnum):
    DRIVERS_LICENSE = "drivers_license"
    PATIENT_ID = "patient_id"
    CAREGIVER_ID = "caregiver_id"
    EXTERNAL_PATIENT_ID = "externalpatient_id"


KNOWN_BY: Mapping[CustomerType, IdentificationType] = MappingProxyType(
    {
        CustomerType.ADULT: IdentificationType.DRIVERS_LICENSE,
        CustomerType.PATIENT: IdentificationType.PATIENT_ID,
        CustomerType.CAREGIVER: IdentificationType.PATIENT_ID,
        CustomerType.EXTERNAL_PATIENT: IdentificationType.EXTERNAL_PATIENT_ID,
    }
)
"""Whose number makes a customer known again; a caregiver's purchases are the patient's."""


class TaxType(StrEnum):
    SALES = "Sales Tax"
    EXCISE = "Excise Tax"
    OTHER = "Other Tax"
    # GAP(tax-type-4): the helper list is cut off after this id; its name is not readable anywhere.
    UNPUBLISHED = "KOMTAX0004 (name not published)"


class UpdateAction(StrEnum):
    CHANGE_QUANTITY = "change_quantity"
    CHANGE_PRICE = "change_price"
    VOID_SALE = "void_sale"
    REFUND_SALE = "refund_sale"


PAYMENT_TYPES = ("debit", "cash", "ach")

UPDATE_ACTIONS: Mapping[str, UpdateAction] = MappingProxyType(
    {f"KMSAN{number:04}": action for number, action in enumerate(UpdateAction, start=1)}
)
ACTION_DESCRIPTIONS: Mapping[UpdateAction, str] = MappingProxyType(
    {
        UpdateAction.CHANGE_QUANTITY: "change quantity on item(s) sold",
        UpdateAction.CHANGE_PRICE: "change price on item(s) sold",
        UpdateAction.VOID_SALE: "remove sale and return items to inventory",
        UpdateAction.REFUND_SALE: "refund item(s) from sale",
    }
)
CURRENCIES: Mapping[str, str] = MappingProxyType({"KOMCURT0001": "USD"})
TAX_TYPES: Mapping[str, TaxType] = MappingProxyType(
    {f"KOMTAX{number:04}": tax for number, tax in enumerate(TaxType, start=1)}
)


# GAP(helper-ids-by-state): ids are documented for California only; the other states take the same numbers behind
# their own prefix, as other Trace families do.
@cache
def customer_types(state: str) -> Mapping[str, CustomerType]:
    """GAP(markets): where only patients may buy there is no adult; everything else is in every state's list, as a
    visiting patient is in California's, which admits none.
    """
    served = STATES[state].customers
    return MappingProxyType(
        {
            f"{state.upper()}KOMCT{n:04}": kind
            for n, kind in enumerate(CustomerType, start=1)
            if kind in served
        }
    )


@cache
def identification_types(state: str) -> Mapping[str, IdentificationType]:
    return MappingProxyType(
        {f"{state.upper()}KOMIT{n:04}": kind for n, kind in enumerate(IdentificationType, start=1)}
    )


@cache
def payment_types(state: str) -> Mapping[str, str]:
    return MappingProxyType(
        {f"{state.upper()}KOMPT{n:04}": name for n, name in enumerate(PAYMENT_TYPES, start=1)}
    )
