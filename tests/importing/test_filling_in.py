"""What files do not tell is filled in so that everything fits."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from support.builders import NOW
from support.imports import a_row, a_told_sale, as_csv, both, imported, pages, served, trace_sales, written

from simulator.clock import Clock
from simulator.importing import import_files
from simulator.importing.goods import LEFT, PRODUCT_CLASS, shares
from simulator.importing.report import FILLED
from simulator.ledger.commands import RecordSales
from simulator.ledger.model import Actor, Receipt, ReceiptState
from simulator.ledger.states import STATES
from simulator.ledger.vocabulary import customer_types
from simulator.seeding.drafts import draft_of
from simulator.world import World

NUMBER = "C10-0000123-LIC"
FEWEST = ("receiptNumber", "salesDateTime", "totalPrice")


def the_receipt(world: World) -> Receipt:
    (receipt,) = (each for book in world.ledger.books.values() for each in book.receipts.values())
    return receipt


def one(folder: Path, **bent: Any) -> Receipt:
    world, _ = imported(folder, [a_row(**bent)])
    return the_receipt(world)


# --- lines and lots -------------------------------------------------------------------------------------------------


@given(st.decimals(0, 10**9, places=2) | st.decimals(0, 10**4, places=8), st.integers(1, 500))
def test_the_shares_of_a_price_are_the_price_and_nearly_equal(price: Decimal, parts: int) -> None:
    found = shares(price, parts)
    assert len(found) == parts
    assert sum(found) == price
    assert min(found) >= 0
    assert max(found) - min(found) <= Decimal("0.01")


@pytest.mark.parametrize("packages", [1, 2, 7, 500])
def test_a_receipt_gets_a_line_a_package_that_come_to_its_price(tmp_path: Path, packages: int) -> None:
    receipt = one(tmp_path, totalPackages=packages, totalPrice=113.0)

    assert (receipt.packages, len(receipt.lines)) == (packages, packages)
    assert receipt.net == receipt.subtotal == receipt.total == receipt.paid == Decimal("113.00")
    assert [payment.type_id for payment in receipt.payments] == ["CAKOMPT0002"]
    assert receipt.quantity == packages


def test_lots_are_few_and_hold_more_than_was_sold(tmp_path: Path) -> None:
    rows = [a_row(id=n, receiptNumber=f"{n}", totalPackages=n % 5 + 1) for n in range(1, 200)]
    world, report = imported(tmp_path, rows)

    lots = world.ledger.books[NUMBER].lots
    sold = Counter[int]()
    for receipt in world.ledger.books[NUMBER].receipts.values():
        sold.update(line.lot_id for line in receipt.lines)
    assert len(lots) == report.filled["lots"] == 8
    assert {id_: lot.received - lot.quantity for id_, lot in lots.items()} == sold
    assert all(lot.quantity == LEFT for lot in lots.values())
    assert len({lot.tag for lot in lots.values()}) == len(lots)
    assert all(len(lot.tag) == 24 for lot in lots.values())


def test_a_voided_receipt_has_returned_its_packages(tmp_path: Path) -> None:
    world, _ = imported(tmp_path, [a_row(isArchived=True, archivedDate="2026-04-26", index=None)])
    assert all(lot.received == LEFT == lot.quantity for lot in world.ledger.books[NUMBER].lots.values())


def test_no_state_limits_what_imported_products_are() -> None:
    assert not [
        state.code for state in STATES.values() for limit in state.limits if PRODUCT_CLASS in limit.counts
    ]


def test_the_ledger_would_have_recorded_what_was_filled_in(tmp_path: Path) -> None:
    """Of every state with Metrc: the rules take the receipt as a sale of today's stock."""
    for code, state in STATES.items():
        if state.host is None:
            continue
        kind = "Consumer" if state.adult else "Patient"
        row = a_row(
            hostname=state.host,
            salesCustomerType=kind,
            salesCustomerTypeName=kind,
            patientLicenseNumber="P-1",
        )
        world, _ = imported(tmp_path, [row])
        receipt = the_receipt(world)
        draft = draft_of(receipt, world.ledger.books[NUMBER].lots)
        actor = Actor("anybody", "Anybody", frozenset({NUMBER}))
        again = RecordSales(actor, code, (replaced(draft),))
        assert world.rehearse(again, receipt.recorded_at).receipts[0].net == receipt.net


def replaced(draft: Any) -> Any:
    """As a new sale: its own ids are taken."""
    return replace(draft, receipt_id=None, trace_id=None)


# --- people and numbers ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("Consumer", []),
        ("Patient", [("CAKOMIT0002", "P-1"), ("CAKOMIT0003", "C-1")]),
        ("Caregiver", [("CAKOMIT0002", "P-1"), ("CAKOMIT0003", "C-1")]),
        ("ExternalPatient", [("CAKOMIT0004", "P-1"), ("CAKOMIT0003", "C-1")]),
    ],
)
def test_numbers_become_identifications(tmp_path: Path, kind: str, expected: list[tuple[str, str]]) -> None:
    numbers = {} if kind == "Consumer" else {"patientLicenseNumber": "P-1", "caregiverLicenseNumber": "C-1"}
    receipt = one(tmp_path, salesCustomerType=kind, salesCustomerTypeName=kind, **numbers)

    assert [(each.type_id, each.value) for each in receipt.identifications] == expected
    assert customer_types("ca")[receipt.customer_type_id] is receipt.customer_type
    assert receipt.out_of_state is (kind == "ExternalPatient")


def test_a_visitor_s_type_may_be_written_in_words(tmp_path: Path) -> None:
    receipt = one(tmp_path, salesCustomerType=..., salesCustomerTypeName="External Patient")
    assert receipt.customer_type == "external_patient"


@pytest.mark.parametrize(("host", "expected"), [("ca.metrc.com", "adult"), ("al.metrc.com", "patient")])
def test_without_a_customer_type_it_is_the_usual_one(tmp_path: Path, host: str, expected: str) -> None:
    receipt = one(tmp_path, hostname=host, salesCustomerType=..., salesCustomerTypeName=...)
    assert receipt.customer_type == expected


def test_who_recorded_is_taken_to_have_sold(tmp_path: Path) -> None:
    rows = [
        a_row(id=n, receiptNumber=f"{n}", recordedByUserName=name)
        for n, name in enumerate(("Ann Lee", "Bo", None), 1)
    ]
    world, report = imported(tmp_path, rows)

    book = world.ledger.books[NUMBER]
    assert [(each.first_name, each.last_name) for each in book.employees.values()] == [
        ("Ann", "Lee"),
        ("Bo", ""),
        ("Imported", "Employee"),
    ]
    assert [book.receipts[n].recorded_by for n in (1, 2, 3)] == ["Ann Lee", "Bo", "Imported"]
    assert (report.filled["employees"], report.filled["recorded_by"]) == (3, 1)
    assert all(each.hired_on < book.receipts[1].sold_at.date() for each in book.employees.values())


# --- times ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("host", "local", "utc"),
    [
        ("ca.metrc.com", "2026-01-10T13:00:00", "2026-01-10T21:00:00"),
        ("ca.metrc.com", "2026-07-10T13:00:00", "2026-07-10T20:00:00"),
        ("me.metrc.com", "2026-07-10T13:00:00", "2026-07-10T17:00:00"),
        ("ca.metrc.com", "2026-11-01T01:30:00", "2026-11-01T08:30:00"),  # the first of the two
        ("ca.metrc.com", "2026-07-10 13:00", "2026-07-10T20:00:00"),
    ],
)
def test_the_sale_s_instant_follows_from_local_time_and_state(
    tmp_path: Path, host: str, local: str, utc: str
) -> None:
    receipt = one(tmp_path, hostname=host, salesDateTime=local)
    assert receipt.sold_at == datetime.fromisoformat(utc).replace(tzinfo=UTC)
    assert receipt.local_time == datetime.fromisoformat(local)


def test_a_sale_s_time_with_a_zone_is_that_instant(tmp_path: Path) -> None:
    receipt = one(tmp_path, salesDateTime="2026-07-10T20:00:00Z")
    assert receipt.local_time == datetime(2026, 7, 10, 13)  # noqa: DTZ001 - a local time has no zone
    assert receipt.sold_at == datetime(2026, 7, 10, 20, tzinfo=UTC)


def test_without_a_time_of_recording_it_is_soon_after_the_sale(tmp_path: Path) -> None:
    receipt = one(tmp_path, recordedDateTime=None, lastModified="0001-01-01T00:00:00Z")
    assert receipt.recorded_at == receipt.modified_at == receipt.sold_at + timedelta(seconds=40)


def test_a_late_report_keeps_its_place_among_rows_in_order(tmp_path: Path) -> None:
    hours = [f"2026-04-{10 + n:02}T12:00:00" for n in range(15)]
    hours[12] = "2026-04-01T12:00:00"
    rows = [a_row(id=n, receiptNumber=f"{n:09}", salesDateTime=at) for n, at in enumerate(hours, 1)]
    world, _ = imported(tmp_path, as_csv(*rows, columns=FEWEST), license_number=NUMBER, state="ca")

    assert [each.id for each in world.ledger.books[NUMBER].active] == list(range(1, 16))
    assert world.ledger.books[NUMBER].receipts[13].recorded_at > datetime(2026, 4, 21, tzinfo=UTC)


def test_rows_in_another_order_are_recorded_in_the_order_of_sale(tmp_path: Path) -> None:
    rows = [
        a_row(id=n, receiptNumber=f"{n:09}", salesDateTime=f"2026-04-{30 - n:02}T12:00:00")
        for n in range(1, 10)
    ]
    world, _ = imported(tmp_path, as_csv(*rows, columns=FEWEST), license_number=NUMBER, state="ca")
    assert [each.id for each in world.ledger.books[NUMBER].active] == list(range(9, 0, -1))


@pytest.mark.parametrize(
    ("bent", "at"),
    [
        ({"archivedDate": "2026-05-02", "lastModified": "2026-05-02T22:10:00Z"}, "2026-05-02T22:10:00"),
        ({"archivedDate": "2026-05-02", "lastModified": "2026-05-09T22:10:00Z"}, "2026-05-02T19:00:00"),
        ({"archivedDate": "2026-05-02T00:00:00Z", "lastModified": ...}, "2026-05-02T19:00:00"),
        ({"archivedDate": "2026-05-02T06:59:00Z", "lastModified": ...}, "2026-05-02T06:59:00"),
        ({"archivedDate": "2026-04-25", "lastModified": "2026-05-09T22:10:00Z"}, "2026-04-26T03:02:21"),
        ({"archivedDate": None, "lastModified": "2026-05-09T22:10:00Z"}, "2026-05-09T22:10:00"),
        ({"archivedDate": None, "lastModified": ...}, "2026-04-26T03:02:21"),
    ],
)
def test_an_archived_receipt_was_voided_on_that_day(tmp_path: Path, bent: dict[str, Any], at: str) -> None:
    receipt = one(tmp_path, isArchived=True, index=None, **bent)

    expected = datetime.fromisoformat(at).replace(tzinfo=UTC)
    assert receipt.state is ReceiptState.VOIDED
    assert receipt.archived_at == expected
    assert [(each.state, each.reason) for each in receipt.history] == [
        ("active", "sale created"),
        ("voided", "sale voided"),
    ]
    assert receipt.history[-1].at == expected


def test_a_final_receipt_was_finalized_when_it_last_changed(tmp_path: Path) -> None:
    receipt = one(tmp_path, isFinal=True, index=None, lastModified="2026-05-01T00:00:00Z")
    assert receipt.state is ReceiptState.FINAL
    last = receipt.history[-1]
    assert (last.state, last.reason, last.at) == ("inactive", "finalized", datetime(2026, 5, 1, tzinfo=UTC))


def test_an_inactive_receipt_that_is_not_archived_is_final(tmp_path: Path) -> None:
    receipt = one(tmp_path, isFinal=..., isArchived=..., index="INACTIVE_SALES_RECEIPT")
    assert receipt.state is ReceiptState.FINAL


# --- ids, licenses, accounts ----------------------------------------------------------------------------------------


def test_the_least_that_a_report_can_tell_is_enough(tmp_path: Path) -> None:
    world, report = imported(tmp_path, as_csv(a_row(), columns=FEWEST), license_number=NUMBER, state="ca")

    receipt = the_receipt(world)
    assert (receipt.id, receipt.number, receipt.packages) == (1230061, "001230061", 1)
    assert set(report.filled) == set(FILLED) - {"receipt_numbers", "archived_days", "employee_names"}
    with both(world) as (t3, trace):
        assert (
            pages(t3, NUMBER, "active")[0]["total"]
            == trace_sales(trace, NUMBER)["results"]["records"]["total"]
            == 1
        )


def test_a_receipt_without_number_has_its_id_in_nine_digits(tmp_path: Path) -> None:
    assert one(tmp_path, id=17, receiptNumber=...).number == "000000017"


def test_what_is_recorded_next_counts_on(tmp_path: Path) -> None:
    world, _ = imported(tmp_path, [a_row(id=17), a_row(id=5, receiptNumber="5")])
    book = world.ledger.books[NUMBER]
    assert book.next_receipt_id == 18
    assert book.license.first_receipt_id == 5
    assert book.next_line_id == 9


def test_several_licenses_and_states_get_a_login_a_host(tmp_path: Path) -> None:
    numbers = {"ca": "C10-0000123-LIC", "il": "284.900001-AUDO", "mi": "AU-R-900123"}
    rows = [
        a_row(id=n, licenseNumber=number, hostname=f"{code}.metrc.com")
        for n, (code, number) in enumerate(numbers.items(), 1)
    ]
    washington = a_told_sale(
        license={"license_number": "990562"},
        customer_types={"id": "WAKOMCT0001"},
        identifications=[],
        payments=[{"amount": "20.38", "type": {"id": "WAKOMPT0001"}}],
    )
    world, report = imported(tmp_path, rows, washington)

    first, *others = world.accounts.everyone
    assert (first.username, first.password, first.hostname, first.tier) == (
        "demo",
        "demo",
        "ca.metrc.com",
        "team",
    )
    assert first.licenses == {*numbers.values(), "990562"}
    assert [(each.hostname, each.licenses, each.password) for each in others] == [
        ("il.metrc.com", {numbers["il"]}, "demo"),
        ("mi.metrc.com", {numbers["mi"]}, "demo"),
    ]
    for code, number in numbers.items():
        with both(world, number) as (t3, trace):
            assert pages(t3, number, "active")[0]["total"] == 1
            assert len(trace_sales(trace, number, code)["results"]["data"]) == 1
    with both(world, numbers["ca"]) as (_, trace):
        assert len(trace_sales(trace, "990562", "wa")["results"]["data"]) == 1
    assert [license_.state for license_ in report.licenses] == ["ca", "il", "mi", "wa"]


def test_a_world_without_metrc_has_no_t3_login(tmp_path: Path) -> None:
    sale = a_told_sale(
        customer_types={"id": "WAKOMCT0001"},
        identifications=[],
        payments=[{"amount": "20.38", "type": {"id": "WAKOMPT0001"}}],
    )
    world, _ = imported(tmp_path, sale)
    (account,) = world.accounts.everyone
    assert (account.hostname, account.password, account.secret_key, account.tier) == (None, None, None, None)


def test_the_clock_is_real_unless_one_is_given(tmp_path: Path) -> None:
    path = written(tmp_path, "page", [a_row()])
    real, _ = import_files(path)
    frozen, _ = import_files(path, clock=Clock(NOW))
    assert not served(real, tmp_path).clock.frozen
    assert served(frozen, tmp_path).clock.now() == NOW


def test_what_has_no_place_here_is_counted(tmp_path: Path) -> None:
    rows = [
        a_row(id=1, receiptNumber="1", identificationMethod="Card", deliveryDriver="x"),
        a_row(id=2, receiptNumber="2", patientRegistrationLocationId=7, deliveryDriver="y"),
    ]
    _, report = imported(tmp_path, rows)
    assert report.not_kept == {
        "identificationMethod": 1,
        "patientRegistrationLocationId": 1,
        "deliveryDriver": 2,
    }
