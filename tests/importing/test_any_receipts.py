"""Whatever receipts are imported, they are shown as they were: a property, over all fields that are kept."""

import csv
import io
import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.imports import a_row, all_fields, both, imported, pages, report, timeless

from simulator.ledger.model import ReceiptState

JSON = dict[str, Any]

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=30)
NUMBERS = st.none() | TEXT
PRICES = st.decimals(0, 10**7, places=4) | st.decimals(0, 10**5, places=2) | st.just(Decimal("0.01"))
LOCAL = st.datetimes(datetime(2000, 1, 1), datetime(2035, 1, 1))  # noqa: DTZ001 - local times have no zone
UTC_TIMES = st.datetimes(datetime(2000, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - as above


def shown_time(moment: datetime) -> str:
    """As the simulator writes it: a fraction without zeros at its end."""
    text = moment.replace(tzinfo=None).isoformat()
    return text.rstrip("0") if moment.microsecond else text


@st.composite
def receipts(draw: st.DrawFn) -> JSON:
    """A row that T3 could show."""
    state = draw(st.sampled_from([ReceiptState.ACTIVE, ReceiptState.FINAL, ReceiptState.VOIDED]))
    kind = draw(st.sampled_from(["Consumer", "Patient", "Caregiver", "ExternalPatient"]))
    numbered = kind != "Consumer"
    voided = state is ReceiptState.VOIDED
    return a_row(
        id=draw(st.integers(1, 10**12)),
        index=f"{'ACTIVE' if state is ReceiptState.ACTIVE else 'INACTIVE'}_SALES_RECEIPT",
        receiptNumber=draw(TEXT),
        salesDateTime=shown_time(draw(LOCAL)),
        salesCustomerType=kind,
        salesCustomerTypeName=kind,
        patientLicenseNumber=draw(NUMBERS) if numbered else None,
        caregiverLicenseNumber=draw(NUMBERS) if numbered else None,
        identificationMethod="Out of State MMJ ID Card" if kind == "ExternalPatient" else None,
        totalPackages=draw(st.integers(1, 12)),
        totalPrice=float(draw(PRICES)),
        isFinal=state is ReceiptState.FINAL,
        isArchived=voided,
        archivedDate=draw(st.dates(date(2000, 1, 2), date(2034, 12, 30))).isoformat() if voided else None,
        recordedDateTime=shown_time(draw(UTC_TIMES)) + "Z",
        recordedByUserName=draw(TEXT),
        lastModified=shown_time(draw(UTC_TIMES)) + "Z",
    )


OPEN = {"index": "ACTIVE_SALES_RECEIPT", "isFinal": False, "isArchived": False, "archivedDate": None}
ANY_ROWS = st.lists(receipts(), min_size=1, max_size=6, unique_by=lambda row: row["id"])
HERE = settings(
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@HERE
@given(rows=ANY_ROWS)
def test_any_receipts_are_shown_as_they_were(rows: list[JSON], tmp_path: Path) -> None:
    world, _ = imported(tmp_path, {"data": rows, "page": 1})

    with both(world) as (t3, _):
        number = rows[0]["licenseNumber"]
        shown = [
            row
            for index in ("active", "inactive")
            for page in pages(t3, number, index)
            for row in page["data"]
        ]
    assert {row["id"]: timeless(row) for row in shown} == {row["id"]: timeless(row) for row in rows}


@HERE
@given(rows=ANY_ROWS)
def test_any_csv_report_is_the_same_again(rows: list[JSON], tmp_path: Path) -> None:
    first, _ = imported(tmp_path, [{**row, **OPEN} for row in rows])
    number, fields = rows[0]["licenseNumber"], all_fields(first)
    with both(first) as (t3, _):
        exported = report(t3, number, contentType="csv", fieldnames=fields)

    second, _ = imported(tmp_path, exported)

    with both(second) as (t3, _):
        again = report(t3, number, contentType="csv", fieldnames=fields)
    assert rows_of(again, fields) == rows_of(exported, fields)


def rows_of(text: str, fields: str) -> str:
    """The rows of a report, with the time of retrieval, which differs, taken out."""
    names = fields.split(",")
    rows = list(csv.reader(io.StringIO(text, newline="")))
    kept = [index for index, name in enumerate(names) if name != "retrievedAt"]
    return json.dumps([[row[index] for index in kept] for row in rows if len(row) == len(names)])
