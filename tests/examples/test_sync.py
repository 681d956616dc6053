"""The office's copy of the receipts: complete, fresh, and patient."""

from typing import Any

import pytest
from examples.pos import Sync, Till

SHOP = "XXXRETAIL01"


@pytest.mark.parametrize("page_size", [1, 2, 3, 5, 7, 10, 15, 20, 21, 22, 50, 100, 500, 1000])
def test_any_page_size_reads_all(simulator: Any, page_size: int) -> None:
    office = Sync(simulator.t3, SHOP, page_size)

    rows = office.receipts()

    assert len(rows) == 21
    assert sum(row["totalPrice"] for row in rows) == pytest.approx(
        sum(row["totalPrice"] for row in Sync(simulator.t3, SHOP).receipts())
    )


@pytest.mark.parametrize("sort", ["id", "receiptNumber", "salesDateTime", "totalPrice", "lastModified"])
@pytest.mark.parametrize("direction", ["asc", "desc"])
def test_a_sorted_sync_is_sorted(office: Sync, sort: str, direction: str) -> None:
    office.page_size = 4

    values = [row[sort] for row in office.receipts(sort=f"{sort}:{direction}")]

    assert values == sorted(values, reverse=direction == "desc")


@pytest.mark.parametrize("minutes", [1, 10, 600])
def test_an_incremental_sync_has_what_changed(
    simulator: Any, till: Till, office: Sync, sale: Any, minutes: int
) -> None:
    simulator.clock.advance(minutes=minutes)
    since = simulator.clock.now.isoformat().replace("+00:00", "Z")

    number = till.record(sale)["receipt_number"]

    assert [row["receiptNumber"] for row in office.changed_since(since)] == [number]


@pytest.mark.parametrize("page_size", [2, 5, 10])
def test_a_rate_limit_is_waited_out(simulator: Any, office: Sync, page_size: int) -> None:
    simulator.faults.apply("t3_rate_limit", effect={"requests": 3, "seconds": 60, "retry_after": True})
    office.page_size = page_size

    assert len(office.receipts()) == 21
    assert simulator.journal.count(status=429) == (-(-21 // page_size) - 1) // 3


@pytest.mark.parametrize("seconds", [5, 30, 300])
def test_reads_that_lag_catch_up(simulator: Any, till: Till, office: Sync, sale: Any, seconds: float) -> None:
    simulator.faults.apply("read_lag", effect={"seconds": seconds})
    number = till.record(sale)["receipt_number"]

    def seen() -> bool:
        return number in [row["receiptNumber"] for row in office.receipts()]

    assert not seen()
    simulator.clock.advance(seconds=seconds)
    assert seen()


def test_a_report_is_a_table(simulator: Any) -> None:
    query = {"licenseNumber": SHOP, "contentType": "csv", "prependCsvMetadata": "false"}

    report = simulator.t3.get("/v2/sales/active/report", params=query).text

    assert len(report.splitlines()) == 1 + 21


@pytest.mark.parametrize("license_number", ["LIC-00001", "XXXRETAIL01", "ABC-1234"])
def test_each_license_is_synced_by_itself(simulator: Any, license_number: str) -> None:
    rows = Sync(simulator.t3, license_number).receipts()

    assert {row["licenseNumber"] for row in rows} == {license_number}


@pytest.mark.simulator(recipe="busy_dispensary", receipts=2000)
@pytest.mark.parametrize("kind", ["active", "inactive"])
def test_a_year_is_synced(simulator: Any, kind: str) -> None:
    shop = next(each.number for each in simulator.licenses if each.retail)

    rows = Sync(simulator.t3, shop, page_size=100).receipts(kind)

    assert (
        len(rows)
        == simulator.t3.get(f"/v2/sales/{kind}", params={"licenseNumber": shop, "pageSize": 1}).json()[
            "total"
        ]
    )
