"""MetrcTransaction: a receipt's line as T3 shows it."""

from collections.abc import Collection as Set
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache

from simulator.ledger.model import License, Line, Lot, Receipt
from simulator.ledger.money import total
from simulator.ledger.units import GRAMS, MILLIGRAMS
from simulator.ledger.vocabulary import TAX_TYPES, TaxType
from simulator.query.fields import Field, Kind, Reader
from simulator.t3.collection import Collection, constant, empty
from simulator.t3.frame import frame

ZERO_DATE = datetime(1, 1, 1, tzinfo=UTC)
"""Metrc's grid leaves a transaction's recording date at .NET's zero; T3's own sample shows it."""


@dataclass(frozen=True, slots=True)
class Transaction:
    """A line with the receipt it is on and the lot it sells."""

    receipt: Receipt
    line: Line
    lot: Lot

    @property
    def id(self) -> int:
        return self.line.id

    @property
    def archived(self) -> bool:
        return self.receipt.archived_at is not None

    def tax(self, kinds: Set[TaxType]) -> Decimal | None:
        """What the line's taxes of these kinds come to, None where it has none."""
        amounts = [tax.total for tax in self.line.taxes if TAX_TYPES[tax.type_id] in kinds]
        return total(amounts) if amounts else None


@cache
def transactions_of(license_: License) -> Collection:
    """The lines of one license's receipts; a row is a Transaction."""
    zone = license_.state.zone
    return Collection(
        "MetrcTransaction",
        frame("MetrcTransaction", license_),
        (
            Field("id", Kind.INTEGER, lambda t: t.id),
            Field("packageId", Kind.INTEGER, lambda t: t.lot.id),
            *empty(Kind.INTEGER, "tripId"),
            *empty(Kind.TEXT, "tripManifestNumber"),
            Field("packageLabel", Kind.TEXT, lambda t: t.lot.tag),
            *empty(Kind.BOOLEAN, "isPartial"),
            constant("hasPartial", Kind.BOOLEAN, False),
            constant("packageType", Kind.TEXT, "Product"),
            Field("productName", Kind.TEXT, lambda t: t.lot.item.name),
            Field("productCategoryName", Kind.TEXT, lambda t: t.lot.item.category),
            Field("itemStrainName", Kind.TEXT, lambda t: t.lot.item.strain),
            Field("itemBrandName", Kind.TEXT, lambda t: t.lot.item.brand),
            *_item_fields(),
            Field("quantitySold", Kind.NUMBER, lambda t: t.line.quantity),
            Field("unitOfMeasureId", Kind.INTEGER, lambda t: t.lot.item.unit.id),
            Field("unitOfMeasureName", Kind.TEXT, lambda t: t.lot.item.unit.name),
            Field("unitOfMeasureAbbreviation", Kind.TEXT, lambda t: t.lot.item.unit.abbreviation),
            Field("unitThcPercent", Kind.NUMBER, lambda t: t.lot.item.thc_percent),
            Field("unitThcContent", Kind.NUMBER, lambda t: t.lot.item.unit_thc),
            Field("unitThcContentUnitOfMeasureId", Kind.INTEGER, _if_given("unit_thc", MILLIGRAMS.id)),
            Field("unitWeight", Kind.NUMBER, lambda t: t.lot.item.unit_weight),
            Field("unitWeightUnitOfMeasureId", Kind.INTEGER, _if_given("unit_weight", GRAMS.id)),
            Field("totalPrice", Kind.NUMBER, lambda t: t.line.net),
            *empty(Kind.TEXT, "salesDeliveryState salesDeliveryStateName"),
            *(
                constant(name, Kind.BOOLEAN, False)
                for name in (
                    "isTradeSample",
                    "isDonation",
                    "isTestingSample",
                    "productRequiresRemediation",
                    "containsRemediatedProduct",
                )
            ),
            *empty(Kind.INSTANT, "remediationDate"),
            Field("isArchived", Kind.BOOLEAN, lambda t: t.archived),
            Field(
                "archivedDate",
                Kind.DATE,
                lambda t: t.receipt.archived_at and t.receipt.archived_at.astimezone(zone).date(),
            ),
            constant("recordedDateTime", Kind.INSTANT, ZERO_DATE),
            *empty(Kind.TEXT, "recordedByUserName"),
            Field("lastModified", Kind.INSTANT, lambda t: t.receipt.modified_at),
            Field("invoiceNumber", Kind.TEXT, lambda t: t.receipt.external_id),
            *_money_fields(),
            *empty(Kind.BOOLEAN, "tradeSampleSaleVerified recallProductSaleVerified"),
            *empty(Kind.TEXT, "qrCodeDocument"),
            *_acid_fields(),
        ),
    )


def _if_given(attribute: str, value: object) -> Reader:
    """The unit of an amount: there when the item states the amount."""
    return lambda t: None if getattr(t.lot.item, attribute) is None else value


def _item_fields() -> list[Field]:
    """What the product's own record says of one unit."""
    return [
        *empty(Kind.NUMBER, "itemUnitCbdPercent itemUnitCbdContent itemUnitCbdContentDose"),
        *empty(
            Kind.TEXT,
            "itemUnitCbdContentUnitOfMeasureAbbreviation itemUnitCbdContentDoseUnitOfMeasureAbbreviation",
        ),
        Field("itemUnitThcPercent", Kind.NUMBER, lambda t: t.lot.item.thc_percent),
        Field("itemUnitThcContent", Kind.NUMBER, lambda t: t.lot.item.unit_thc),
        Field(
            "itemUnitThcContentUnitOfMeasureAbbreviation",
            Kind.TEXT,
            _if_given("unit_thc", MILLIGRAMS.abbreviation),
        ),
        *empty(Kind.NUMBER, "itemUnitThcContentDose itemUnitVolume"),
        *empty(
            Kind.TEXT,
            "itemUnitThcContentDoseUnitOfMeasureAbbreviation itemUnitVolumeUnitOfMeasureAbbreviation",
        ),
        Field("itemUnitWeight", Kind.NUMBER, lambda t: t.lot.item.unit_weight),
        Field(
            "itemUnitWeightUnitOfMeasureAbbreviation",
            Kind.TEXT,
            _if_given("unit_weight", GRAMS.abbreviation),
        ),
        *empty(Kind.TEXT, "itemServingSize"),
        *empty(Kind.INTEGER, "itemSupplyDurationDays"),
        *empty(Kind.NUMBER, "itemUnitQuantity"),
        *empty(Kind.TEXT, "itemUnitQuantityUnitOfMeasureAbbreviation"),
    ]


def _money_fields() -> list[Field]:
    """Metrc's five tax columns from Trace's tax types.

    GAP(tax-columns): which type lands in which column is not documented; cityTax and countyTax stay null.
    """
    return [
        Field("price", Kind.NUMBER, lambda t: t.line.unit_price),
        Field("exciseTax", Kind.NUMBER, lambda t: t.tax({TaxType.EXCISE})),
        *empty(Kind.NUMBER, "cityTax countyTax"),
        Field("municipalTax", Kind.NUMBER, lambda t: t.tax({TaxType.OTHER, TaxType.UNPUBLISHED})),
        Field("discountAmount", Kind.NUMBER, lambda t: t.line.discount),
        Field("subTotal", Kind.NUMBER, lambda t: t.line.net),
        Field("salesTax", Kind.NUMBER, lambda t: t.tax({TaxType.SALES})),
    ]


def _acid_fields() -> list[Field]:
    """The ten fields for THCA and CBDA that appeared in July 2025."""
    fields: list[Field] = []
    for acid in ("ThcA", "CbdA"):
        unit = f"itemUnit{acid}"
        fields += empty(Kind.NUMBER, f"{unit}Percent {unit}Content {unit}ContentDose")
        fields += empty(
            Kind.TEXT, f"{unit}ContentUnitOfMeasureAbbreviation {unit}ContentDoseUnitOfMeasureAbbreviation"
        )
    return fields
