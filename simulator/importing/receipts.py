"""Reading T3's MetrcSalesReceipt, a row of a report or of a page."""

from collections import Counter
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from simulator.importing import values
from simulator.importing.places import Place
from simulator.importing.problems import BadValue, shown
from simulator.importing.report import Report
from simulator.importing.told import Told, Vendor
from simulator.importing.transactions import lines_of
from simulator.importing.values import Reader
from simulator.ledger.customers import CustomerType
from simulator.ledger.model import ReceiptState
from simulator.ledger.money import as_text, money, total
from simulator.times import to_utc

MODEL = "MetrcSalesReceipt"
VISITOR_IDENTIFICATION = "Out of State MMJ ID Card"
"""What the simulator shows as a visitor's `identificationMethod`; it has no place for any other."""

COLUMNS: Mapping[str, tuple[str, Reader]] = MappingProxyType(
    {
        "id": ("id", values.receipt_id),
        "hostname": ("state_code", values.host),
        "licenseNumber": ("license_number", values.name),
        "index": ("index", values.index),
        "receiptNumber": ("number", values.text),
        "salesDateTime": ("local_time", values.moment),
        "salesCustomerType": ("customer_type", values.customer),
        "salesCustomerTypeName": ("customer_name", values.text),
        "patientLicenseNumber": ("patient", values.text),
        "caregiverLicenseNumber": ("caregiver", values.text),
        "identificationMethod": ("method", values.text),
        "totalPackages": ("packages", values.packages),
        "totalPrice": ("price", values.amount),
        "transactions": ("transactions", lambda value: value),
        "isFinal": ("final", values.boolean),
        "isArchived": ("archived", values.boolean),
        "archivedDate": ("archived_on", values.day),
        "recordedDateTime": ("recorded_at", values.instant),
        "recordedByUserName": ("recorded_by", values.text),
        "lastModified": ("modified_at", values.instant),
    }
)
FRAME = frozenset({"dataModel", "retrievedAt"})
"""Fields of T3's own that say nothing about the receipt."""
KNOWN = (*COLUMNS, *FRAME, "patientRegistrationLocationId")
MOST_NAMES = 100
"""Of columns that have no place here, to be counted by name."""


def receipt(row: Iterable[tuple[str, Any]], place: Place, license_number: str | None, report: Report) -> Told:
    """What a row tells. `license_number` is whose it is when the row does not say; None values were not told.

    Raises BadValue for the first thing that is wrong with it.
    """
    found: dict[str, Any] = {}
    not_kept = report.not_kept
    for name, value in row:
        if value is None:
            continue
        column = COLUMNS.get(name)
        if column is None:
            if name not in FRAME and (name in not_kept or len(not_kept) < MOST_NAMES):
                not_kept[name if name.isprintable() else ascii(name)] += 1
            continue
        attribute, read = column
        try:
            found[attribute] = read(value)
        except BadValue as bad:
            raise bad.under(name) from None
    if license_number is not None and "license_number" not in found:
        found["license_number"] = values.name(license_number)
    _need(found)
    _state(found)
    _customer(found, not_kept)
    local_time = found["local_time"]
    if local_time.tzinfo is not None:
        # GAP(import-zoned-time): facility-local and zone-less as documented; one with a zone is that instant.
        found["sold_at"] = to_utc(found.pop("local_time"))
    _lines(found, not_kept)
    _number(found, report)
    return Told(place=place, vendor=Vendor.T3, **found)


def _need(found: dict[str, Any]) -> None:
    for name in ("salesDateTime", "totalPrice", "licenseNumber"):
        if found.get(COLUMNS[name][0]) is None:
            raise BadValue("there is no value", (name,))


def _number(found: dict[str, Any], report: Report) -> None:
    """GAP(import-receipt-ids): T3's report has no id unless asked for; the receipt number is the id in nine digits."""
    if "id" in found:
        return
    number = found.get("number")
    if number is None:
        raise BadValue("there is no value", ("id",))
    if not (number.isascii() and number.isdigit() and 0 < int(number) < values.LARGEST_ID):
        raise BadValue(f"{shown(number)} is no number that an id could be read from", ("receiptNumber",))
    found["id"] = int(number)
    report.filled["receipt_ids"] += 1


def _state(found: dict[str, Any]) -> None:
    """GAP(import-inactive): an inactive receipt that is not said to be archived is final."""
    final, archived = found.pop("final", None), found.pop("archived", None)
    index, archived_on = found.pop("index", None), found.get("archived_on")
    if final and (archived or archived_on is not None):
        raise BadValue("a receipt is either final or archived, not both", ("isFinal",))
    if archived is False and archived_on is not None:
        raise BadValue(f"there is a day ({archived_on}), although isArchived is false", ("archivedDate",))
    if archived or archived_on is not None:
        found["state"] = ReceiptState.VOIDED
    elif final or index == "INACTIVE_SALES_RECEIPT":
        found["state"] = ReceiptState.FINAL
    if index == "ACTIVE_SALES_RECEIPT" and "state" in found:
        raise BadValue(f"{index}, although the receipt is {found['state']}", ("index",))


def _customer(found: dict[str, Any], not_kept: Counter[str]) -> None:
    name, method = found.pop("customer_name", None), found.pop("method", None)
    if "customer_type" not in found and name is not None:
        try:
            found["customer_type"] = values.customer(name)
        except BadValue as bad:
            raise bad.under("salesCustomerTypeName") from None
    visiting = found.get("customer_type") is CustomerType.EXTERNAL_PATIENT
    if method is not None and not (visiting and method == VISITOR_IDENTIFICATION):
        not_kept["identificationMethod"] += 1


def _lines(found: dict[str, Any], not_kept: Counter[str]) -> None:
    """The transactions, where somebody has put them into their receipt."""
    told = found.pop("transactions", None)
    if told in (None, [], "[]"):
        return
    try:
        lines, invoice = lines_of(told)
    except BadValue as bad:
        raise bad.under("transactions") from None
    comes_to = total(line.net for line in lines)
    if comes_to != found["price"]:
        raise BadValue(
            f"{as_text(found['price'])} is not what its transactions come to, {as_text(money(comes_to))}",
            ("totalPrice",),
        )
    if found.get("packages", 0) not in (0, len({line.lot.key for line in lines})):
        not_kept["totalPackages"] += 1
    found["lines"] = lines
    found["external_id"] = invoice
