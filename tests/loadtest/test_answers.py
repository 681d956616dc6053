"""What load generators read of both APIs: enough of what the simulator answers, and no crash over what it does not."""

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from support.builders import NOW
from support.samples import POST_SALE

from simulator.loadtest.answers import read_page, read_sale, read_sales, reason
from simulator.world import World

SHOP = "XXXRETAIL01"


def recorded(trace: Any, **bent: Any) -> bytes:
    body = json.loads(POST_SALE)
    body["sales"][0].update(bent)
    content: bytes = trace.post("/ca/v1/sales", json=body).content
    return content


def test_a_recorded_sale_is_read(trace: Any) -> None:
    answer = recorded(trace, external_id="run-0-7")
    sale, shown = read_sale(answer).results.data, json.loads(answer)["results"]["data"]
    assert (sale.id, sale.receipt_number) == (shown["id"], shown["receipt_number"])
    assert (sale.external_id, sale.state) == ("run-0-7", "active")
    assert sale.total == shown["totals"]["total"]
    assert sale.recorded_at == shown["entity_state"][0]["date"]


def test_a_change_tells_the_new_total_and_state(trace: Any, world: World) -> None:
    sale = read_sale(recorded(trace)).results.data
    world.clock.freeze(NOW + timedelta(hours=1))
    body = {
        "license": {"license_number": SHOP},
        "actions": {"id": "KMSAN0003"},
        "void_date": json.loads(POST_SALE)["sales"][0]["created_at"]["date"],
    }
    changed = read_sale(trace.put(f"/ca/v1/sales/{sale.id}", json=body).content).results.data
    assert (changed.id, changed.state, changed.recorded_at) == (sale.id, "voided", sale.recorded_at)
    assert sale.total == changed.total == "23.00"


def test_a_list_of_sales_is_read(trace: Any) -> None:
    sale = read_sale(recorded(trace)).results.data
    page = read_sales(trace.get(f"/ca/v1/sales?license_number={SHOP}&limit=500").content).results
    assert page.records.total >= 1
    assert page.data[-1].id == sale.id


def test_a_page_of_receipts_is_read(t3: Any) -> None:
    answer = t3.get(f"/v2/sales/active?licenseNumber={SHOP}&pageSize=2")
    page, shown = read_page(answer.content), answer.json()
    assert (page.total, page.totalPages, page.pageSize) == (shown["total"], shown["totalPages"], 2)
    assert [(row.id, row.totalPrice, row.isFinal) for row in page.data] == [
        (row["id"], row["totalPrice"], row["isFinal"]) for row in shown["data"]
    ]


def test_a_refusal_tells_its_kinds_once_each(trace: Any) -> None:
    answer = recorded(trace, terminal=7, line_items=[])
    kinds = [each["type"] for each in json.loads(answer)["errors"]]
    assert kinds
    assert reason(400, answer) == " ".join(["400", *dict.fromkeys(kinds)])


def test_t3_s_refusal_tells_its_kind(t3: Any) -> None:
    answer = t3.get("/v2/sales/active?licenseNumber=nobody")
    assert reason(answer.status_code, answer.content) == f"403 {answer.json()['error']['type']}"


@pytest.mark.parametrize(
    ("status", "content", "said"),
    [
        (0, b"", "no answer"),
        (0, b'{"error": {"type": "x"}}', "no answer"),
        (503, b"", "503"),
        (502, b"<html>bad gateway</html>", "502"),
        (400, b'{"errors": [{"type": "b"}, {"type": "a"}, {"type": "b"}]}', "400 b a"),
        (400, b'{"error": {"type": "Bad Request"}}', "400 Bad Request"),
        (400, b'{"errors": []}', "400"),
        (400, b'{"errors": [{}], "error": {}}', "400"),
        (400, b'{"errors": [{"type": "b"}, {}]}', "400 b"),
        (400, b'{"errors": null}', "400"),
        (400, b'{"error": "text"}', "400"),
        (429, b'{"error": {"type": "Too', "429"),
    ],
)
def test_why_a_request_failed(status: int, content: bytes, said: str) -> None:
    assert reason(status, content) == said


@given(st.integers(1, 599), st.one_of(st.binary(), st.text().map(str.encode)))
@example(500, b"[" * 100_000)
@example(500, b'{"x":' + b"[" * 100_000)
def test_whatever_comes_has_a_reason(status: int, content: bytes) -> None:
    assert reason(status, content).startswith(str(status))


@pytest.mark.parametrize("read", [read_sale, read_sales, read_page])
@pytest.mark.parametrize("content", [b"", b"<html>", b"null", b"{}", b'{"results": {"data": null}}', b"\xff"])
def test_what_cannot_be_read_is_a_value_error(read: Any, content: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        read(content)


@pytest.mark.parametrize("read", [read_sale, read_sales, read_page])
def test_half_an_answer_is_a_value_error(read: Any, trace: Any) -> None:
    answer = recorded(trace)
    for cut in range(0, len(answer), 97):
        with pytest.raises(ValueError, match=r"."):
            read(answer[:cut])
