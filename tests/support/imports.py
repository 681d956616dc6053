"""Files to import: good rows and sales, to be bent one field at a time, and worlds as both façades show them."""

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from simulator.app import create_app
from simulator.importing import Report, import_files, save
from simulator.snapshots.file import restore
from simulator.t3.auth import issue_token
from simulator.t3.receipts import receipts_of
from simulator.world import World
from support.asgi import InProcess

JSON = dict[str, Any]
Refused = Callable[..., str]
FEW = ("id", "licenseNumber", "hostname", "salesDateTime", "totalPackages", "totalPrice")
ALONE = " (--skip-bad leaves it out)"
UNDERSTOOD = "a T3 sales report (CSV or JSON), T3 pages of sales receipts, or Trace sales"
WHEN = frozenset({"retrievedAt", "generatedAt"})


def a_row(**bent: Any) -> JSON:
    """A MetrcSalesReceipt; a field bent to `...` is not there."""
    row: JSON = {
        "id": 1230061,
        "hostname": "ca.metrc.com",
        "dataModel": "MetrcSalesReceipt",
        "retrievedAt": "2026-05-20T20:00:00Z",
        "licenseNumber": "C10-0000123-LIC",
        "index": "ACTIVE_SALES_RECEIPT",
        "receiptNumber": "001230061",
        "salesDateTime": "2026-04-25T20:01:41",
        "salesCustomerType": "Consumer",
        "salesCustomerTypeName": "Consumer",
        "patientLicenseNumber": None,
        "caregiverLicenseNumber": None,
        "identificationMethod": None,
        "patientRegistrationLocationId": None,
        "totalPackages": 2,
        "totalPrice": 30.12,
        "transactions": [],
        "isFinal": False,
        "isArchived": False,
        "archivedDate": None,
        "recordedDateTime": "2026-04-26T03:02:21Z",
        "recordedByUserName": "Dana Whitfield",
        "lastModified": "2026-04-26T03:02:21Z",
    }
    return {key: value for key, value in {**row, **bent}.items() if value is not ...}


def a_transaction(**bent: Any) -> JSON:
    """A MetrcTransaction of one piece at 30.12."""
    row: JSON = {
        "id": 1230097,
        "dataModel": "MetrcTransaction",
        "packageId": 123466,
        "packageLabel": "1A4000000000000000123466",
        "productName": "Blue Dream 3.5 g jar",
        "productCategoryName": "Bud/Flower (Final Packaging)",
        "itemStrainName": "Blue Dream",
        "itemBrandName": "Corner Gardens",
        "quantitySold": 1.0,
        "unitOfMeasureAbbreviation": "ea",
        "unitWeight": 3.5,
        "totalPrice": 30.12,
        "price": 30.12,
        "discountAmount": None,
        "salesTax": 2.18,
        "exciseTax": None,
        "cityTax": None,
        "countyTax": None,
        "municipalTax": None,
        "invoiceNumber": None,
    }
    return {**row, **bent}


def a_told_sale(**bent: Any) -> JSON:
    """A sale as Trace's GET shows it: 2 x 10.00 less 1.00 and 1.38 of tax."""
    sale: JSON = {
        "license": {"license_number": "C10-0000123-LIC", "type": {"name": "Type 10"}},
        "id": "80d15c7713a74feeb4c1c5f533697644",
        "receipt_number": "60071",
        "customer_types": {"id": "CAKOMCT0001", "name": "adult"},
        "external_id": "TILL-0012345",
        "terminal": "23678-AM",
        "created_at": {"date": "2026-05-18T22:44:00Z", "local_time": "2026-05-18T15:44:00"},
        "out_of_state_sale": False,
        "identifications": [
            {
                "types": {"id": "CAKOMIT0001", "name": "drivers_license"},
                "id": "CADL123565",
                "birthday": "1982-04-26T00:00:01Z",
            }
        ],
        "employees": {
            "id": "0a50cbaf8c1b471aaa427de20facb641",
            "name": {"first_name": "Marguerite", "last_name": "Oyelaran"},
        },
        "line_items": [
            {
                "lot": {"id": "487fa179018e45d08b204ca4de67ca6d"},
                "name": "Gelato preroll",
                "discount": "1.00",
                "quantity": "2",
                "unit_of_measure": "Each",
                "unit_price": "10.00",
                "taxes": [
                    {"type": {"id": "KOMTAX0001"}, "name": "Sales Tax", "rate": "7.25", "total": "1.38"}
                ],
                "total": "20.38",
            }
        ],
        "currency": {"id": "KOMCURT0001", "name": "USD"},
        "totals": {
            "subtotal": "19.00",
            "quantity": "2",
            "taxes": [{"type": {"id": "KOMTAX0001"}, "total": "1.38"}],
            "total": "20.38",
        },
        "payments": [{"id": "XXXDEB123", "amount": "20.38", "type": {"id": "CAKOMPT0001", "name": "debit"}}],
        "entity_state": [
            {
                "state": "active",
                "date": "2026-05-18T22:44:40Z",
                "reason": "sale created",
                "actioned_by": "moyelaran",
            }
        ],
    }
    return {key: value for key, value in {**sale, **bent}.items() if value is not ...}


def as_csv(*rows: Mapping[str, Any], columns: tuple[str, ...] = ()) -> str:
    """As T3 writes its report, without the preamble."""
    text = io.StringIO()
    writer = csv.writer(text)
    header = columns or tuple(rows[0])
    writer.writerow(header)
    for row in rows:
        cells = (row[name] for name in header)
        writer.writerow(
            "" if cell is None else cell if isinstance(cell, str) else json.dumps(cell) for cell in cells
        )
    return text.getvalue()


def a_table(*rows: Mapping[str, Any], columns: tuple[str, ...] = FEW) -> str:
    """A CSV report of few columns; of one good row when none is given."""
    return as_csv(*(rows or (a_row(),)), columns=columns)


def a_page(*rows: Any) -> JSON:
    return {"page": 1, "totalPages": 1, "pageSize": 100, "total": len(rows), "data": list(rows)}


def written(folder: Path, name: str, content: str | bytes | Any) -> Path:
    """A file of text, of bytes, or of anything that JSON can say."""
    path = folder / name
    if not isinstance(content, (str, bytes)):
        content = json.dumps(content)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def served(world: World, folder: Path) -> World:
    """The world as it is after a snapshot and back, under the same clock."""
    path = folder / "world.snapshot"
    save(world, path, force=True)
    return restore(path, world.clock)


def imported(folder: Path, *contents: Any, **options: Any) -> tuple[World, Report]:
    """The world that these files make, through a snapshot."""
    files = [written(folder, f"file{n}", content) for n, content in enumerate(contents)]
    world, report = import_files(*files, **options)
    return served(world, folder), report


@contextmanager
def both(world: World, license_number: str | None = None) -> Iterator[tuple[InProcess, InProcess]]:
    """T3 and Trace over the world, as one who sees the license there; the demo account when none is named."""
    accounts, demo = world.accounts.everyone, world.accounts.demo
    seeing = [each for each in accounts if license_number in (*each.licenses, None)]
    host = demo.hostname if license_number is None else world.ledger.books[license_number].license.state.host
    at_t3 = next((each for each in seeing if each.hostname == host and each.tier), demo)
    at_trace = next((each for each in seeing if each.trace_authorization), demo)
    token = issue_token(world, at_t3, "CREDENTIALS", world.clock.now())
    headers = {"x-api-key": str(at_trace.trace_api_key), "Authorization": str(at_trace.trace_authorization)}
    app = create_app(world)
    with InProcess(app, {"Authorization": f"Bearer {token}"}) as t3, InProcess(app, headers) as trace:
        yield t3, trace


def all_fields(world: World) -> str:
    """Every field that a report of receipts may name."""
    license_ = next(iter(world.ledger.books.values())).license
    return ",".join(receipts_of(license_).shown)


def report(t3: InProcess, license_number: str, **query: str) -> str:
    """The report of active receipts, as text, without the times at which it was made."""
    answer = t3.get("/v2/sales/active/report", params={"licenseNumber": license_number, **query})
    assert answer.status_code == 200, answer.text
    return answer.text


def pages(t3: InProcess, license_number: str, index: str, size: int = 100) -> list[JSON]:
    """All pages of a list."""
    found: list[JSON] = []
    while not found or found[-1]["page"] < found[-1]["totalPages"]:
        query = {"licenseNumber": license_number, "pageSize": size, "page": len(found) + 1}
        answer = t3.get(f"/v2/sales/{index}", params=query)
        assert answer.status_code == 200, answer.text
        found.append(answer.json())
    return found


def timeless(value: Any) -> Any:
    """Without the times at which it was retrieved."""
    if isinstance(value, dict):
        return {key: timeless(each) for key, each in value.items() if key not in WHEN}
    return [timeless(each) for each in value] if isinstance(value, list) else value


def trace_sales(trace: InProcess, license_number: str, state: str = "ca") -> JSON:
    """Trace's list of active sales, whole."""
    query = {"license_number": license_number, "limit": 10_000}
    answer = trace.get(f"/{state}/v1/sales", params=query)
    assert answer.status_code == 200, answer.text
    found: JSON = answer.json()
    return found
