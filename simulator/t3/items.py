"""MetrcItem: the product inside a package."""

from functools import cache

from simulator.ledger.model import LabState, License, Lot
from simulator.ledger.units import GRAMS, MILLIGRAMS
from simulator.query.fields import Field, Kind, Reader
from simulator.t3.collection import Collection, constant, empty
from simulator.t3.frame import frame


@cache
def items_of(license_: License) -> Collection:
    """Items as they stand inside packages; a row is a Lot."""
    return Collection(
        "MetrcItem",
        frame("MetrcItem", license_, lambda _lot: "ACTIVE_ITEM"),
        (
            Field("id", Kind.INTEGER, lambda p: p.item.id),
            constant("facilityLicenseNumber", Kind.TEXT, license_.number),
            constant("facilityName", Kind.TEXT, license_.name),
            Field("name", Kind.TEXT, lambda p: p.item.name),
            Field("productCategoryId", Kind.INTEGER, lambda p: p.item.category_id),
            Field("productCategoryName", Kind.TEXT, lambda p: p.item.category),
            constant("productCategoryTypeName", Kind.TEXT, "Cannabis"),
            constant("productCategoryRequiresApproval", Kind.BOOLEAN, False),
            Field("quantityTypeName", Kind.TEXT, lambda p: p.item.unit.quantity_type.value),
            Field("defaultLabTestingStateName", Kind.TEXT, untested_state),
            Field("unitOfMeasureId", Kind.INTEGER, lambda p: p.item.unit.id),
            Field("unitOfMeasureName", Kind.TEXT, lambda p: p.item.unit.name),
            constant("approvalStatusName", Kind.TEXT, "Approved"),
            Field("approvalStatusDateTime", Kind.INSTANT, lambda p: p.received_at),
            Field("strainName", Kind.TEXT, lambda p: p.item.strain),
            Field("itemBrandName", Kind.TEXT, lambda p: p.item.brand),
            Field("brandName", Kind.TEXT, lambda p: p.item.brand),
            *(constant(name, Kind.TEXT, "Off") for name in _DATES_OFF.split()),
            Field("unitWeight", Kind.NUMBER, lambda p: p.item.unit_weight),
            *_unit(Kind.TEXT, "unitWeightUnitOfMeasureAbbreviation", "unit_weight", GRAMS.abbreviation),
            *_unit(Kind.INTEGER, "unitWeightUnitOfMeasureId unitWeightUoMId", "unit_weight", GRAMS.id),
            Field("unitThcPercent", Kind.NUMBER, lambda p: p.item.thc_percent),
            Field("unitThcContent", Kind.NUMBER, lambda p: p.item.unit_thc),
            *_unit(Kind.TEXT, "unitThcContentUnitOfMeasureAbbreviation", "unit_thc", MILLIGRAMS.abbreviation),
            *_unit(
                Kind.INTEGER, "unitThcContentUnitOfMeasureId unitThcContentUoMId", "unit_thc", MILLIGRAMS.id
            ),
            constant("isUsed", Kind.BOOLEAN, True),
            constant("isArchived", Kind.BOOLEAN, False),
            Field("lastModified", Kind.INSTANT, lambda p: p.received_at),
            *(constant(name, Kind.JSON, []) for name in _NO_LISTS.split()),
            *empty(Kind.NUMBER, _NO_NUMBERS),
            *empty(Kind.TEXT, _NO_TEXT),
        ),
    )


def untested_state(lot: Lot) -> str:
    """What everything arrives as, but what needs no test."""
    return (LabState.NOT_REQUIRED if lot.lab_state is LabState.NOT_REQUIRED else LabState.NOT_SUBMITTED).value


def _unit(kind: Kind, names: str, amount: str, value: object) -> list[Field]:
    """The unit of an amount: there when the item states the amount."""

    def read(lot: Lot) -> object:
        item = lot.item
        return None if getattr(item, amount) is None else value

    reader: Reader = read
    return [Field(name, kind, reader) for name in names.split()]


_DATES_OFF = """
    expirationDateConfiguration expirationConfigurationState sellByDateConfiguration sellByConfigurationState
    useByDateConfiguration useByConfigurationState
"""
_NO_LISTS = "productImages labelImages packagingImages productPDFDocuments"
_NO_NUMBERS = """
    expirationDateDaysInAdvance sellByDateDaysInAdvance useByDateDaysInAdvance itemBrandId unitCbdPercent
    unitCbdContentDose numberOfDoses unitQuantity processingJobCategoryId supplyDurationDays
    unitCbdPercentOverride unitCbdContent unitCbdContentOverride unitCbdContentDoseUoMId
    unitCbdContentUnitOfMeasureId unitCbdContentUoMId unitThcContentOverride unitThcContentDose
    unitThcContentDoseUnitOfMeasureId unitThcContentDoseUoMId unitVolume unitVolumeUnitOfMeasureId
    unitVolumeUoMId unitCbdContentDoseUnitOfMeasureId strainId globalProductId unitThcPercentOverride
    unitThcAContentUoMId unitThcAContent unitThcAContentDose unitCbdAPercentOverride unitCbdAContent
    unitCbdAContentDoseUnitOfMeasureId unitCbdAPercent unitThcAPercentOverride
    unitThcAContentDoseUnitOfMeasureId unitThcAPercent unitCbdAContentOverride unitCbdAContentDose
    unitThcAContentDoseUoMId unitThcAContentUnitOfMeasureId unitCbdAContentDoseUoMId
    unitCbdAContentUnitOfMeasureId unitCbdAContentUoMId unitThcAContentOverride
"""
_NO_TEXT = """
    administrationMethod unitCbdContentDoseUnitOfMeasureAbbreviation unitThcContentDoseUnitOfMeasureAbbreviation
    servingSize unitQuantityUnitOfMeasureAbbreviation publicIngredients description allergens
    productPhotoDescription labelPhotoDescription packagingPhotoDescription processingJobCategoryName
    unitCbdContentUnitOfMeasureAbbreviation unitVolumeUnitOfMeasureAbbreviation publicIngredientsOverride
    allergensOverride descriptionOverride globalProductName productBrandName administrationMethodOverride
    packagingPhotoDescriptionOverride packagingPhotoOverride labelPhotoDescriptionOverride
    productPhotoDescriptionOverride productPhotoOverride labelPhotoOverride processingJobTypeId
    processingJobTypeName unitCbdAContentUnitOfMeasureAbbreviation unitThcAContentUnitOfMeasureAbbreviation
    unitCbdAContentDoseUnitOfMeasureAbbreviation unitThcAContentDoseUnitOfMeasureAbbreviation
"""
