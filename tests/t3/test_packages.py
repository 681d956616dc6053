"""Packages: the lots of the ledger as T3 lists them."""

from typing import Any

from support.asgi import InProcess
from support.credentials import TRACE

from simulator.app import create_app
from simulator.world import World

SHOP = "licenseNumber=XXXRETAIL01"
SCARCE = "c0ffee00000000000000000000000005"


def labels(t3: InProcess, which: str, query: str = "") -> list[str]:
    answer = t3.get(f"/v2/packages/{which}?{SHOP}{query}")
    assert answer.status_code == 200, answer.text
    return [package["label"] for package in answer.json()["data"]]


def test_each_lot_is_in_exactly_one_of_three_lists(t3: InProcess, world: World) -> None:
    lots = world.ledger.books["XXXRETAIL01"].lots.values()
    listed = [label for which in ("active", "inactive", "onhold") for label in labels(t3, which)]

    assert sorted(listed) == sorted(lot.tag for lot in lots)
    assert len(labels(t3, "onhold")) == 1


def test_packages_filter_and_sort_by_nested_fields(t3: InProcess) -> None:
    page = t3.get(
        f"/v2/packages/active?{SHOP}&filter=item.name__contains:gummies&sort=item.unitWeight:desc"
    ).json()

    (package,) = page["data"]
    assert package["item"]["name"] == "Sour Gummies 100 mg"
    assert package["item"]["dataModel"] == "MetrcItem"
    assert package["item"]["index"] == "ACTIVE_ITEM"
    assert package["index"] == "ACTIVE_PACKAGE"
    assert "item.dataModel" in t3.get(f"/v2/packages/active?{SHOP}&filter=item.dataModel__eq:x").text


def sale_of_the_last_two(lot: str) -> dict[str, Any]:
    return {
        "license": {"license_number": "XXXRETAIL01"},
        "customer_types": {"id": "CAKOMCT0001"},
        "terminal": "t",
        "created_at": {"date": "2026-05-20T19:00:00Z", "local_time": "2026-05-20T12:00:00"},
        "out_of_state_sale": False,
        "identifications": [],
        "employees": {"id": "0a50cbaf8c1b471aaa427de20facb641"},
        "line_items": [{"lot": {"id": lot}, "quantity": "2", "unit_price": "48.00", "total": "96.00"}],
        "currency": {"id": "KOMCURT0001"},
        "totals": {"subtotal": "96.00", "quantity": "2", "total": "96.00"},
        "payments": [{"amount": "96.00", "type": {"id": "CAKOMPT0002"}}],
    }


def test_a_sold_out_package_becomes_inactive_and_a_void_brings_it_back(t3: InProcess, world: World) -> None:
    lot = world.ledger.books["XXXRETAIL01"].lot(SCARCE)
    assert lot is not None
    assert lot.tag in labels(t3, "active")
    with InProcess(create_app(world), TRACE) as trace:
        answer = trace.post("/ca/v1/sales", json={"sales": [sale_of_the_last_two(SCARCE)]})
    assert answer.status_code == 200, answer.text
    assert answer.json()["warnings"] == []

    (package,) = t3.get(f"/v2/packages/inactive?{SHOP}&filter=label__eq:{lot.tag}").json()["data"]
    assert (package["quantity"], package["isFinished"], package["finishedDate"], package["index"]) == (
        0.0,
        True,
        "2026-05-20",
        "INACTIVE_PACKAGE",
    )

    receipt = t3.get(f"/v2/sales/active?{SHOP}&sort=id:desc&pageSize=1").json()["data"][0]
    assert t3.post(f"/v2/sales/void?{SHOP}&submit=true", json={"id": receipt["id"]}).status_code == 200
    (package,) = t3.get(f"/v2/packages/active?{SHOP}&filter=label__eq:{lot.tag}").json()["data"]
    assert (package["quantity"], package["isFinished"], package["finishedDate"]) == (2.0, False, None)
