"""Broken CSV reports, each with the one line that says what to mend. Nothing is written then."""

from typing import Any

import pytest
from support.imports import ALONE, FEW, UNDERSTOOD, Refused, a_row, a_table, as_csv

TABLES: dict[str, tuple[str | bytes, str]] = {
    "a decimal comma": (
        a_table(
            a_row(),
            a_row(id=2, totalPrice="12,50"),
            a_row(id=3, totalPrice="x"),
            a_row(id=4, totalPackages=0),
        ),
        "r.csv, line 3, column totalPrice: '12,50' is not a number such as 12.50 (and 2 more bad rows; --skip-bad leaves them out)",
    ),
    "a currency sign": (
        a_table(a_row(totalPrice="$30.12")),
        f"r.csv, line 2, column totalPrice: '$30.12' is not a number such as 12.50{ALONE}",
    ),
    "a negative total": (
        a_table(a_row(totalPrice=-30.12)),
        f"r.csv, line 2, column totalPrice: '-30.12' is below 0{ALONE}",
    ),
    "no total": (
        a_table(a_row(totalPrice=None)),
        f"r.csv, line 2, column totalPrice: there is no value{ALONE}",
    ),
    "a spreadsheet's date": (
        a_table(a_row(salesDateTime="4/25/2026 20:01")),
        f"r.csv, line 2, column salesDateTime: '4/25/2026 20:01' is not a time such as 2024-09-05T13:41:00{ALONE}",
    ),
    "a spreadsheet's id": (
        a_table(a_row(id="1.23E+06")),
        f"r.csv, line 2, column id: '1.23E+06' is not a whole number such as 1230061{ALONE}",
    ),
    "an id twice": (
        a_table(a_row(), a_row(id=7), a_row()),
        f"r.csv, line 4, column id: 1230061 is already there, at r.csv, line 2{ALONE}",
    ),
    "no packages": (
        a_table(a_row(totalPackages=0)),
        f"r.csv, line 2, column totalPackages: '0' packages: a receipt has 1 to 500{ALONE}",
    ),
    "an unknown host": (
        a_table(a_row(hostname="cal.metrc.com")),
        f"r.csv, line 2, column hostname: 'cal.metrc.com' is no state's Metrc host; did you mean 'ca.metrc.com'?{ALONE}",
    ),
    "a license in two states": (
        a_table(a_row(), a_row(id=7, hostname="il.metrc.com")),
        f"r.csv, line 3, column hostname: this is Illinois, and license C10-0000123-LIC is in California{ALONE}",
    ),
    "no column for the total": (
        a_table().replace("totalPrice", "totalprice"),
        (
            "r.csv, line 1: there is no column totalPrice (is it 'totalprice'?); there are id, licenseNumber, hostname, "
            "salesDateTime, totalPackages, totalprice"
        ),
    ),
    "a column twice": (
        a_table().replace("hostname", "id"),
        "r.csv, line 1: the column 'id' is there twice",
    ),
    "semicolons": (
        a_table().replace(",", ";"),
        "r.csv, line 1: the columns are separated by semicolons; save it with commas",
    ),
    "tabs": (
        a_table().replace(",", "\t"),
        "r.csv, line 1: the columns are separated by tabs; save it with commas",
    ),
    "a short row": (
        a_table() + "1,2,3\r\n",
        f"r.csv, line 3: there are 3 cells, and the header has 6{ALONE}",
    ),
    "a quote that is not closed": (
        a_table().replace("C10", '"C10'),
        "r.csv, line 2: a quote is opened and never closed",
    ),
    "a quote inside a quoted cell": (
        a_table().replace("C10", '"C"10'),
        "r.csv, line 2: a cell goes on after its closing quote; a quote inside a cell is written twice",
    ),
    "a report of packages": (
        "dataModel,MetrcPackage\r\n" + a_table(),
        "r.csv, line 1: a report of 'MetrcPackage'; only MetrcSalesReceipt can be imported",
    ),
    "Latin-1": (
        a_table(a_row(hostname="café")).encode("latin-1"),
        "r.csv, line 2: byte 0xE9 is not UTF-8; save the file as UTF-8",
    ),
    "UTF-16": (
        a_table().encode("utf-16"),
        "r.csv is UTF-16 text; save it as UTF-8 (in Excel: CSV UTF-8)",
    ),
    "a workbook": (
        b"PK\x03\x04 and so on",
        "r.csv is a zip file or an Excel workbook; unpack it, or save the sheet as CSV UTF-8",
    ),
    "a packed file": (b"\x1f\x8b\x08\x00", "r.csv is compressed with gzip; unpack it first"),
    "a login page": (
        "<!DOCTYPE html>",
        "r.csv is HTML or XML, such as a login page or an error page; export the report as CSV or JSON",
    ),
    "something binary": (b"abc\0def", f"r.csv is not text; what can be imported is {UNDERSTOOD}"),
    "prose": (
        "Dear all,\nplease find attached\n",
        f"r.csv, line 1: 'Dear all,' is no header of a T3 sales report; what can be imported is {UNDERSTOOD}",
    ),
    "a preamble without end": (
        "a line\n" * 60 + a_table(),
        f"r.csv, line 1: 'a line' is no header of a T3 sales report; what can be imported is {UNDERSTOOD}",
    ),
    "nothing": ("", "r.csv is empty"),
    "blank lines": ("\n  \n\n", "r.csv is empty"),
    "a header alone": (",".join(FEW) + "\r\n", "there is no receipt in r.csv"),
    "an endless line": (
        "a" * (1 << 20),
        f"r.csv, line 1 is longer than a row can be; what can be imported is {UNDERSTOOD}",
    ),
    "an endless cell": (
        a_table().replace("C10", "C" * 200_000),
        "r.csv, line 2: a cell is longer than 131072 characters; is a quote never closed?",
    ),
}
COLUMNS: dict[str, tuple[dict[str, Any], str]] = {
    "a customer type": (
        {"salesCustomerType": "Visitor"},
        "column salesCustomerType: 'Visitor' is not one of Consumer, Patient, Caregiver, ExternalPatient",
    ),
    "a boolean": ({"isFinal": "no"}, "column isFinal: 'no' is not true or false"),
    "final and archived": (
        {"isFinal": True, "isArchived": True, "index": None},
        "column isFinal: a receipt is either final or archived, not both",
    ),
    "a day of archiving alone": (
        {"archivedDate": "2026-04-27"},
        "column archivedDate: there is a day (2026-04-27), although isArchived is false",
    ),
    "an id of 0": ({"id": 0}, "column id: '0' is no id: ids are from 1 and have at most 15 digits"),
    "a customer type in words": (
        {"salesCustomerType": None, "salesCustomerTypeName": "Somebody"},
        "column salesCustomerTypeName: 'Somebody' is not one of Consumer, Patient, Caregiver, ExternalPatient",
    ),
    "a license that cannot be printed": (
        {"licenseNumber": "C10\x1b[31m"},
        "column licenseNumber: 'C10\\x1b[31m' holds characters that cannot be printed",
    ),
    "an index": (
        {"index": "SOLD"},
        "column index: 'SOLD' is not ACTIVE_SALES_RECEIPT or INACTIVE_SALES_RECEIPT",
    ),
    "an index that is not so": (
        {"isFinal": True},
        "column index: ACTIVE_SALES_RECEIPT, although the receipt is final",
    ),
    "a number that is no id": (
        {"id": None, "receiptNumber": "R-17"},
        "column receiptNumber: 'R-17' is no number that an id could be read from",
    ),
    "neither id nor number": ({"id": None, "receiptNumber": None}, "column id: there is no value"),
    "a time of recording": (
        {"recordedDateTime": "soon"},
        "column recordedDateTime: 'soon' is not a time such as 2024-09-05T13:41:00",
    ),
    "a name without end": (
        {"recordedByUserName": "Ab" * 400},
        f"column recordedByUserName: '{'Ab' * 38}... is longer than 500 characters",
    ),
}


@pytest.mark.parametrize("case", TABLES)
def test_a_broken_table_is_refused_in_one_line(refused: Refused, case: str) -> None:
    content, line = TABLES[case]
    assert refused(r_csv=content) == line


@pytest.mark.parametrize("case", COLUMNS)
def test_a_bad_cell_is_refused_with_its_line_and_column(refused: Refused, case: str) -> None:
    bent, line = COLUMNS[case]
    table = as_csv(a_row(**bent), columns=tuple(a_row()))
    assert refused(r_csv=table) == f"r.csv, line 2, {line}{ALONE}"
