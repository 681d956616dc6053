"""MetrcSalesReceipt: a receipt as T3 shows it."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from simulator.ledger.customers import CustomerType
from simulator.ledger.model import License, Receipt, ReceiptState
from simulator.ledger.packing import Summary
from simulator.ledger.vocabulary import IdentificationType, identification_types
from simulator.query.fields import Field, Kind
from simulator.t3.collection import Collection, Common, constant
from simulator.t3.frame import frame

METRC_CUSTOMER_TYPES: Mapping[CustomerType, str] = MappingProxyType(
    {
        CustomerType.ADULT: "Consumer",
        CustomerType.PATIENT: "Patient",
        CustomerType.CAREGIVER: "Caregiver",
        CustomerType.EXTERNAL_PATIENT: "ExternalPatient",
    }
)
# GAP(identification-method): Trace has no such field; Metrc shows one for visiting patients only.
VISITOR_IDENTIFICATION = "Out of State MMJ ID Card"

ACTIVE, FINAL = ReceiptState.ACTIVE, ReceiptState.FINAL
ADULT, VISITOR = CustomerType.ADULT, CustomerType.EXTERNAL_PATIENT
"""By names of their own, as each of many receipts is asked for them and an enumeration's are slow."""

PATIENT = (IdentificationType.PATIENT_ID, IdentificationType.EXTERNAL_PATIENT_ID)
CAREGIVER = (IdentificationType.CAREGIVER_ID,)

AnyReceipt = Receipt | Summary


def index(receipt: AnyReceipt) -> str:
    return "ACTIVE_SALES_RECEIPT" if receipt.state is ACTIVE else "INACTIVE_SALES_RECEIPT"


@cache
def receipts_of(license_: License) -> Collection:
    """The receipts of one license; a row is a Receipt, or its Summary."""
    zone = license_.state.zone
    known = identification_types(license_.state_code)

    def identified(receipt: AnyReceipt, *kinds: IdentificationType) -> str | None:
        """A patient's or caregiver's number, of the first kind that there is one of.

        GAP(consumer-identifications): a consumer's is not passed on even when the sale carries one.
        """
        if receipt.customer_type is ADULT:
            return None
        number, shown = None, receipt.identifications  # once, as these have to be opened
        for kind in kinds:
            number = next((each.value for each in shown if known.get(each.type_id) is kind), None)
            if number:
                break
        return number

    def method(receipt: AnyReceipt) -> str | None:
        return VISITOR_IDENTIFICATION if receipt.customer_type is VISITOR else None

    return Collection(
        "MetrcSalesReceipt",
        frame("MetrcSalesReceipt", license_, index),
        (
            Field("id", Kind.INTEGER, lambda r: r.id),
            Field("receiptNumber", Kind.TEXT, lambda r: r.number),
            Field("salesDateTime", Kind.LOCAL_TIME, lambda r: r.local_time),
            Common("salesCustomerType", Kind.TEXT, lambda r: METRC_CUSTOMER_TYPES[r.customer_type]),
            Common("salesCustomerTypeName", Kind.TEXT, lambda r: METRC_CUSTOMER_TYPES[r.customer_type]),
            Field("patientLicenseNumber", Kind.TEXT, lambda r: identified(r, *PATIENT)),
            Field("caregiverLicenseNumber", Kind.TEXT, lambda r: identified(r, *CAREGIVER)),
            Common("identificationMethod", Kind.TEXT, method),
            constant("patientRegistrationLocationId", Kind.INTEGER, None),
            Field("totalPackages", Kind.INTEGER, lambda r: r.packages),
            Field("totalPrice", Kind.NUMBER, lambda r: r.net),
            constant("transactions", Kind.JSON, []),
            Common("isFinal", Kind.BOOLEAN, lambda r: r.state is FINAL),
            Common("isArchived", Kind.BOOLEAN, lambda r: r.archived_at is not None),
            # GAP(archived-date): typed date-time, shown by Metrc as a day; here the facility's day.
            Common(
                "archivedDate", Kind.DATE, lambda r: r.archived_at and r.archived_at.astimezone(zone).date()
            ),
            Field("recordedDateTime", Kind.INSTANT, lambda r: r.recorded_at),
            Common("recordedByUserName", Kind.TEXT, lambda r: r.recorded_by),
            Field("lastModified", Kind.INSTANT, lambda r: r.modified_at),
        ),
    )
