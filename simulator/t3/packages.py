"""MetrcPackage and MetrcItem: a lot as T3 shows it."""

from datetime import timedelta
from functools import cache

from simulator.ledger.model import LabState, License, Lot
from simulator.query.fields import Field, Kind, Reader
from simulator.t3.collection import Collection, Nested, constant, empty
from simulator.t3.frame import frame
from simulator.t3.items import items_of, untested_state

TESTED = frozenset({LabState.PASSED, LabState.FAILED, LabState.RETEST_PASSED, LabState.RETEST_FAILED})
# GAP(package-dates): a lot's history before it arrived is not kept; these offsets from its arrival are invented.
PACKAGED_BEFORE = timedelta(days=7)
TESTED_BEFORE = timedelta(days=3)


def is_active(lot: Lot) -> bool:
    return lot.finished_at is None and not lot.on_hold


def is_on_hold(lot: Lot) -> bool:
    return lot.finished_at is None and lot.on_hold


def is_inactive(lot: Lot) -> bool:
    """GAP(sold-out-packages): Metrc leaves finishing to people; here a package with nothing left is finished."""
    return lot.finished_at is not None


def index(lot: Lot) -> str:
    if is_inactive(lot):
        return "INACTIVE_PACKAGE"
    return "ONHOLD_PACKAGE" if lot.on_hold else "ACTIVE_PACKAGE"


@cache
def packages_of(license_: License) -> Collection:
    """The packages of one license; a row is a Lot."""
    zone = license_.state.zone

    def tested(moment: Reader) -> Reader:
        return lambda lot: moment(lot) if lot.lab_state in TESTED else None

    return Collection(
        "MetrcPackage",
        frame("MetrcPackage", license_, index),
        (
            Field("id", Kind.INTEGER, lambda p: p.id),
            Field("label", Kind.TEXT, lambda p: p.tag),
            constant("packageType", Kind.TEXT, "Product"),
            Field("quantity", Kind.NUMBER, lambda p: p.quantity),
            Field("unitOfMeasureAbbreviation", Kind.TEXT, lambda p: p.item.unit.abbreviation),
            Field("unitOfMeasureId", Kind.INTEGER, lambda p: p.item.unit.id),
            Field("unitOfMeasureQuantityType", Kind.TEXT, lambda p: p.item.unit.quantity_type.value),
            Nested("item", Kind.JSON, lambda p: p, items_of(license_)),
            constant("facilityLicenseNumber", Kind.TEXT, license_.number),
            constant("facilityName", Kind.TEXT, license_.name),
            *(
                Field(name, Kind.TEXT, lambda p: p.source_license_number)
                for name in (
                    "itemFromFacilityLicenseNumber",
                    "packagedByFacilityLicenseNumber",
                    "receivedFromFacilityLicenseNumber",
                )
            ),
            *(
                Field(name, Kind.TEXT, lambda p: p.source_license_name)
                for name in ("itemFromFacilityName", "packagedByFacilityName", "receivedFromFacilityName")
            ),
            Field(
                "packagedDate", Kind.DATE, lambda p: (p.received_at - PACKAGED_BEFORE).astimezone(zone).date()
            ),
            Field("receivedDateTime", Kind.INSTANT, lambda p: p.received_at),
            *empty(Kind.TEXT, "receivedFromManifestNumber transferManifestNumber"),
            Field("locationName", Kind.TEXT, lambda p: p.location),
            constant("locationTypeName", Kind.TEXT, "Default Location Type"),
            *empty(Kind.TEXT, "sublocationName"),
            Field("initialLabTestingState", Kind.TEXT, untested_state),
            Field("labTestingStateName", Kind.TEXT, lambda p: p.lab_state.value),
            Field("labTestingStateDate", Kind.DATE, lambda p: p.received_at.astimezone(zone).date()),
            Field("labTestingRecordedDate", Kind.INSTANT, tested(lambda p: p.received_at - TESTED_BEFORE)),
            Field("labTestingPerformedDate", Kind.INSTANT, tested(lambda p: p.received_at - TESTED_BEFORE)),
            *empty(Kind.INTEGER, "labTestStageId labTestResultDocumentFileId processingJobTypeId externalId"),
            *empty(Kind.INSTANT, "labTestResultExpirationDateTime remediationDate"),
            Field("isFinished", Kind.BOOLEAN, lambda p: p.finished_at is not None),
            Field(
                "finishedDate", Kind.DATE, lambda p: p.finished_at and p.finished_at.astimezone(zone).date()
            ),
            constant("isArchived", Kind.BOOLEAN, False),
            *empty(Kind.DATE, "archivedDate expirationDate sellByDate useByDate"),
            Field("isOnHold", Kind.BOOLEAN, lambda p: p.on_hold),
            constant("isInTransit", Kind.BOOLEAN, False),
            constant("inTransitStatus", Kind.TEXT, "None"),
            *(constant(name, Kind.BOOLEAN, False) for name in _NEVER.split()),
            *(constant(name, Kind.INTEGER, 0) for name in _NO_SOURCES.split()),
            *empty(Kind.TEXT, _NO_TEXT),
            Field("lastModified", Kind.INSTANT, lambda p: p.modified_at),
        ),
    )


_NEVER = """
    containsDecontaminatedProduct containsRemediatedProduct hasPartial isDonation isDonationPersistent isOnRecall
    isOnRetailerDelivery isPartial isProcessValidationTestingSample isProductionBatch isTestingSample isTradeSample
    isTradeSamplePersistent multiHarvest multiPackage multiProcessingJob multiProductionBatch
    packageForProductDestruction productRequiresDecontamination productRequiresRemediation sourcePackageIsDonation
    sourcePackageIsTradeSample
"""
_NO_SOURCES = "sourceHarvestCount sourcePackageCount sourceProcessingJobCount"
_NO_TEXT = """
    decontaminationDate donationFacilityLicenseNumber donationFacilityName labTestStage note patientLicenseNumber
    productLabel productionBatchNumber sourceHarvestNames sourcePackageLabels sourceProcessingJobNames
    sourceProcessingJobNumbers sourceProductionBatchNumbers tradeSampleFacilityLicenseNumber tradeSampleFacilityName
"""
