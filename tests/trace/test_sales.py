"""Recording, listing, reading and updating sales through Trace."""

import json
from typing import Any

import pytest
from support.asgi import InProcess
from support.credentials import T3, TRACE
from support.samples import GUMMIES, POST_SALE, PREROLL, PUT_PRICE, PUT_SALE_ID

from simulator.app import create_app
from simulator.world import World

SHOP = "license_number=XXXRETAIL01"
JSON = {"Content-Type": "application/json"}
HEX = r"^[0-9a-f]{32}$"


def sample() -> Any:
    return json.loads(POST_SALE)


def posted(trace: InProcess, body: Any, query: str = "") -> Any:
    answer = trace.post(f"/ca/v1/sales{query}", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def errors(
    trace: InProcess, method: str, url: str, body: Any = None, status: int = 400
) -> list[tuple[str, str]]:
    answer = trace.request(method, url, json=body)
    assert answer.status_code == status, answer.text
    shown = answer.json()
    assert set(shown) == {"results", "warnings", "errors"}
    assert (shown["results"], shown["warnings"]) == (None, [])
    assert all(set(each) == {"type", "detail", "path"} and each["detail"] for each in shown["errors"])
    return [(each["type"], each["path"]) for each in shown["errors"]]


def test_the_documented_sample_answers_200_as_sent(trace: InProcess) -> None:
    answer = trace.post("/ca/v1/sales", content=POST_SALE, headers=JSON)

    assert answer.status_code == 200, answer.text
    body, sent = answer.json(), sample()["sales"][0]
    sale = body["results"]["data"]
    assert body["results"]["type"] == "object"
    assert [warning["type"] for warning in body["warnings"]] == ["reported_late", "local_time_mismatch"]
    assert sale["receipt_number"] == "000060071"
    for key in ("external_id", "terminal", "created_at", "out_of_state_sale"):
        assert sale[key] == sent[key]
    assert sale["license"] == {"license_number": "XXXRETAIL01", "type": {"name": "Type 12"}}
    assert sale["customer_types"] == {"id": "CAKOMCT0001", "name": "adult"}
    assert sale["employees"]["name"] == {"first_name": "John", "last_name": "Smith"}
    assert sale["currency"] == {"id": "KOMCURT0001", "name": "USD"}
    assert [each["types"]["name"] for each in sale["identifications"]] == [
        "drivers_license",
        "patient_id",
        "caregiver_id",
    ]
    assert [line["lot"]["id"] for line in sale["line_items"]] == [PREROLL, GUMMIES]
    for line, line_sent in zip(sale["line_items"], sent["line_items"], strict=True):
        for key in ("discount", "quantity", "unit_price", "taxes", "total"):
            assert line[key] == line_sent[key]
    assert sale["totals"] == {
        "subtotal": "18.00",
        "quantity": "2",
        "taxes": [
            {"type": {"id": "KOMTAX0001"}, "total": "2.00"},
            {"type": {"id": "KOMTAX0002"}, "total": "3.00"},
        ],
        "total": "23.00",
    }
    assert sale["payments"] == [
        {"id": "XXXXXDEB123", "amount": "23.00", "type": {"id": "CAKOMPT0002", "name": "cash"}}
    ]
    assert sale["entity_state"] == [
        {"state": "active", "date": "2026-05-20T20:00:00Z", "reason": "sale created", "actioned_by": "demo"}
    ]


def test_a_recorded_sale_can_be_read_listed_and_seen_in_t3(trace: InProcess, world: World) -> None:
    sale = posted(trace, sample())["results"]["data"]

    assert trace.get(f"/ca/v1/sales/{sale['id']}?{SHOP}").json() == {
        "results": {"type": "object", "data": sale},
        "warnings": [],
    }
    assert trace.get(f"/ca/v1/sales?{SHOP}").json()["results"]["data"][-1] == sale
    with InProcess(create_app(world), T3) as t3:
        (receipt,) = t3.get(
            f"/v2/sales/active?licenseNumber=XXXRETAIL01&filter=receiptNumber__eq:{sale['receipt_number']}"
        ).json()["data"]
        lines = t3.get(
            f"/v2/sales/transactions?licenseNumber=XXXRETAIL01&salesReceiptId={receipt['id']}"
        ).json()["data"]
    assert (receipt["totalPrice"], receipt["totalPackages"]) == (18.0, 2)
    assert receipt["salesDateTime"] == "2022-05-26T15:44:00"
    assert [
        (
            line["totalPrice"],
            line["salesTax"],
            line["exciseTax"],
            line["discountAmount"],
            line["invoiceNumber"],
        )
        for line in lines
    ] == [(9.0, 1.0, 1.5, 1.0, "0012345")] * 2


def test_one_sale_answers_an_object_and_several_a_list_in_the_order_sent(trace: InProcess) -> None:
    one = sample()["sales"][0]
    batch = posted(trace, {"sales": [{**one, "external_id": str(n)} for n in range(3)]})

    assert batch["results"]["type"] == "array"
    assert [sale["external_id"] for sale in batch["results"]["data"]] == ["0", "1", "2"]
    assert len({sale["id"] for sale in batch["results"]["data"]}) == 3


def test_a_batch_with_one_bad_sale_records_none(trace: InProcess) -> None:
    good, bad = sample()["sales"][0], sample()["sales"][0]
    bad["line_items"][1]["lot"]["id"] = "c0ffee00000000000000000000000003"
    before = trace.get(f"/ca/v1/sales?{SHOP}").json()["results"]["records"]["total"]

    assert errors(trace, "POST", "/ca/v1/sales", {"sales": [good, bad]}) == [
        ("lot_on_hold", "sales[1].line_items[1].lot.id")
    ]
    assert trace.get(f"/ca/v1/sales?{SHOP}").json()["results"]["records"]["total"] == before


def test_an_external_id_used_before_is_a_warning(trace: InProcess) -> None:
    one = sample()["sales"][0]

    first = posted(trace, {"sales": [one, one]})["warnings"]
    again = posted(trace, {"sales": [one]})["warnings"]

    assert [
        warning["detail"].split(":")[0] for warning in first if warning["type"] == "external_id_reused"
    ] == ["sales[1]"]
    assert "external_id_reused" in {warning["type"] for warning in again}


def test_keys_nobody_documents_are_ignored_and_said_to_be(trace: InProcess) -> None:
    body = sample()
    body["sales"][0]["line_items"][0]["discout"] = "1.00"
    body["extra"] = {"a": 1}

    warnings = posted(trace, body)["warnings"]

    assert warnings[-1] == {
        "type": "field_ignored",
        "detail": "Not documented and ignored: extra, sales[0].line_items[0].discout.",
    }


def test_the_override_lets_a_sale_over_the_limit_through(trace: InProcess) -> None:
    body = sample()
    line = body["sales"][0]["line_items"][0]
    line |= {"quantity": "29", "total": "291.50"}
    body["sales"][0]["totals"] = {"subtotal": "298.00", "quantity": "30", "total": "303.00"}
    body["sales"][0]["payments"][0]["amount"] = "303.00"

    assert errors(trace, "POST", "/ca/v1/sales", body) == [("purchase_limit_exceeded", "sales[0].line_items")]
    assert errors(trace, "POST", "/ca/v1/sales?purchase_limit_override=false", body)
    assert posted(trace, body, "?purchase_limit_override=true")["results"]["type"] == "object"
    assert errors(trace, "POST", "/ca/v1/sales?purchase_limit_override=yes", body) == [
        ("field_invalid", "purchase_limit_override")
    ]


MISSHAPEN: list[tuple[str, Any, list[tuple[str, str]]]] = [
    ("terminal", ..., [("field_missing", "sales[0].terminal")]),
    ("terminal", 5, [("field_invalid", "sales[0].terminal")]),
    ("terminal", "a\0b", [("field_invalid", "sales[0].terminal")]),
    ("out_of_state_sale", "true", [("field_invalid", "sales[0].out_of_state_sale")]),
    ("out_of_state_sale", 1, [("field_invalid", "sales[0].out_of_state_sale")]),
    ("line_items", [], [("field_invalid", "sales[0].line_items")]),
    ("line_items", {}, [("field_invalid", "sales[0].line_items")]),
    ("payments", [], [("field_invalid", "sales[0].payments")]),
    ("customer_types", "CAKOMCT0001", [("field_invalid", "sales[0].customer_types")]),
    ("customer_types", {"id": ""}, [("field_invalid", "sales[0].customer_types.id")]),
    ("created_at", {"date": "2022-05-26T15:44:00Z"}, [("field_missing", "sales[0].created_at.local_time")]),
    (
        "created_at",
        {"date": "2022-05-26T15:44:00", "local_time": "2022-05-26T15:44:00Z"},
        [("field_invalid", "sales[0].created_at.date"), ("field_invalid", "sales[0].created_at.local_time")],
    ),
    (
        "created_at",
        {"date": "26.05.2022", "local_time": 1653579840},
        [("field_invalid", "sales[0].created_at.date"), ("field_invalid", "sales[0].created_at.local_time")],
    ),
    (
        "totals",
        {"subtotal": 18.0, "quantity": "2", "total": "23,00"},
        [("field_invalid", "sales[0].totals.subtotal"), ("field_invalid", "sales[0].totals.total")],
    ),
]


@pytest.mark.parametrize(("key", "value", "expected"), MISSHAPEN)
def test_a_misshapen_sale_is_400_naming_every_place(
    trace: InProcess, key: str, value: Any, expected: list[tuple[str, str]]
) -> None:
    body = sample()
    if value is ...:
        del body["sales"][0][key]
    else:
        body["sales"][0][key] = value

    assert errors(trace, "POST", "/ca/v1/sales", body) == expected


@pytest.mark.parametrize(
    "amount",
    [
        "",
        " 1",
        "1 ",
        "1.00\n",
        "+1",
        "01",
        "1.",
        ".5",
        "1e3",
        "1_0",
        "NaN",
        "1.00000",
        "1234567890",
        "\u0661",
    ],
)
def test_an_amount_that_is_not_a_plain_decimal_is_refused(trace: InProcess, amount: str) -> None:
    body = sample()
    body["sales"][0]["payments"][0]["amount"] = amount

    assert errors(trace, "POST", "/ca/v1/sales", body) == [("field_invalid", "sales[0].payments[0].amount")]


def test_a_misspelt_key_is_named_where_a_required_one_is_missing(trace: InProcess) -> None:
    body = sample()
    body["sales"][0]["terminl"] = body["sales"][0].pop("terminal")

    answer = trace.post("/ca/v1/sales", json=body).json()

    assert answer["errors"][0]["detail"] == "sales[0].terminal is required, 'terminl' was sent"


def test_sales_are_listed_page_by_page_with_absolute_urls(trace: InProcess) -> None:
    seen: list[str] = []
    url: str | None = f"http://simulator.test/ca/v1/sales?limit=8&{SHOP}&mine=x"
    counts = []
    while url:
        results = trace.get(url).json()["results"]
        seen += [sale["id"] for sale in results["data"]]
        counts.append(results["records"]["count"])
        url = results["records"]["next"]
        if url:
            assert "mine=x" in url
            assert "limit=8" in url

    assert len(seen) == len(set(seen)) == results["records"]["total"] == 21
    assert counts == ["0 - 8", "8 - 16", "16 - 21"]
    previous = trace.get(results["records"]["previous"]).json()["results"]
    assert previous["records"]["count"] == "8 - 16"
    assert trace.get(f"/ca/v1/sales?{SHOP}").json()["results"]["records"] == {
        "count": "0 - 21",
        "total": 21,
        "previous": None,
        "next": None,
    }


def test_an_offset_beyond_the_end_is_an_empty_page(trace: InProcess) -> None:
    results = trace.get(f"/ca/v1/sales?{SHOP}&offset=500").json()["results"]

    assert results["data"] == []
    assert (results["records"]["count"], results["records"]["next"]) == ("21 - 21", None)
    assert results["records"]["previous"] is not None


@pytest.mark.parametrize(
    ("query", "path"),
    [
        ("limit=0", "limit"),
        ("limit=-1", "limit"),
        ("limit=10001", "limit"),
        ("limit=ten", "limit"),
        ("limit=1.5", "limit"),
        ("offset=-1", "offset"),
        ("offset=1.5", "offset"),
    ],
)
def test_a_page_asked_for_wrongly_is_400(trace: InProcess, query: str, path: str) -> None:
    assert errors(trace, "GET", f"/ca/v1/sales?{SHOP}&{query}") == [("field_invalid", path)]


def test_reads_need_a_visible_license_of_the_path_s_state(trace: InProcess) -> None:
    assert errors(trace, "GET", "/ca/v1/sales") == [("field_missing", "license_number")]
    assert errors(trace, "GET", "/ca/v1/sales?license_number=NOPE") == [("license_unknown", "license_number")]
    assert errors(trace, "GET", "/or/v1/sales?" + SHOP) == [("license_in_other_state", "license_number")]
    assert errors(trace, "GET", "/ca/v1/sales?license_number=RIVAL-0001", status=403) == [
        ("license_not_visible", "license_number")
    ]
    assert trace.get("/ca/v1/sales?license_number=CLOSED-0001").status_code == 200
    assert errors(trace, "GET", f"/ca/v1/sales/nosuchsale?{SHOP}", status=404) == [("sale_unknown", "id")]
    assert errors(trace, "GET", f"/ca/v1/sales/60050?{SHOP}", status=404) == [("sale_unknown", "id")]


def test_the_documented_ids_of_the_read_sample_answer(trace: InProcess) -> None:
    url = "/ca/v1/sales/11il9b62fe1c47e4970c55ec6c7ff8jj?license_number=ABC-1234"

    assert trace.get(url).json()["results"]["data"]["license"]["license_number"] == "ABC-1234"


def test_the_documented_price_change_answers_in_the_shape_of_its_sample(trace: InProcess) -> None:
    url = f"/ca/v1/sales/{PUT_SALE_ID}"
    before = trace.get(f"{url}?{SHOP}").json()["results"]["data"]

    answer = trace.put(url, content=PUT_PRICE, headers=JSON)

    assert answer.status_code == 200, answer.text
    sale = answer.json()["results"]["data"]
    assert set(sale) == {
        "license",
        "id",
        "receipt_number",
        "customer_types",
        "terminal",
        "created_at",
        "out_of_state_sale",
        "identifications",
        "employees",
        "line_items",
        "currency",
        "taxes",
        "totals",
        "payments",
        "entity_state",
    }
    assert all(set(each) == {"type"} for each in sale["identifications"])
    assert set(sale["line_items"][0]) == {
        "lot",
        "name",
        "barcode",
        "quantity",
        "unit_of_measure",
        "unit_price",
        "subtotal",
    }
    assert sale["line_items"][0]["unit_price"] == "10.00"
    assert set(sale["totals"]) == {"amount", "quantity"}
    assert {each["type"] for each in sale["taxes"]} == {"CA MJ Sales Tax", "Excise Tax"}
    assert sale["payments"] == before["payments"]
    assert [warning["type"] for warning in answer.json()["warnings"]] == ["payments_mismatch"]
    after = trace.get(f"{url}?{SHOP}").json()["results"]["data"]
    assert after["line_items"][0]["taxes"] == before["line_items"][0]["taxes"]
    assert after["totals"]["total"] == sale["totals"]["amount"]
    assert [change["reason"] for change in after["entity_state"]] == [
        "sale created",
        "price changed on 2021-05-21T20:29:19Z",
    ]


def update(action: str, **body: Any) -> Any:
    return {"license": {"license_number": "XXXRETAIL01"}, "actions": {"id": action}, **body}


def stock(trace: InProcess, lot: str) -> float:
    return float(trace.get(f"/ca/v1/lots/{lot}?{SHOP}").json()["results"]["data"]["quantity"])


def test_quantity_refund_and_void_follow_the_price_change_s_pattern(trace: InProcess) -> None:
    sale = posted(trace, sample())["results"]["data"]
    url, before = f"/ca/v1/sales/{sale['id']}", stock(trace, PREROLL)
    when = "2026-05-20T19:00:00Z"

    more = [{"lot": {"id": PREROLL}, "quantity": "3"}]
    assert (
        trace.put(url, json=update("KMSAN0001", quantity_change_date=when, line_items=more)).status_code
        == 200
    )
    assert stock(trace, PREROLL) == before - 2
    less = [{"lot": {"id": PREROLL}, "quantity": "1"}]
    assert trace.put(url, json=update("KMSAN0004", refund_date=when, line_items=less)).status_code == 200
    assert stock(trace, PREROLL) == before - 2
    answer = trace.put(url, json=update("KMSAN0003", void_date=when, reason="rung up twice"))
    assert answer.json()["results"]["data"]["entity_state"][-1] == {
        "state": "voided",
        "date": "2026-05-20T20:00:00Z",
        "reason": "sale voided: rung up twice on 2026-05-20T19:00:00Z",
        "actioned_by": "demo",
    }
    assert answer.json()["warnings"] == []
    assert stock(trace, PREROLL) == before
    assert errors(trace, "PUT", url, update("KMSAN0004", refund_date=when)) == [
        ("transition_refused", "actions.id")
    ]
    assert sale["id"] not in {
        each["id"] for each in trace.get(f"/ca/v1/sales?{SHOP}").json()["results"]["data"]
    }


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, [("field_invalid", "actions.id")]),
        ([], [("field_invalid", "actions.id")]),
        (update("KMSAN0009"), [("field_invalid", "actions.id")]),
        (update("KMSAN0003"), [("field_missing", "void_date")]),
        (update("KMSAN0003", void_date="now"), [("field_invalid", "void_date")]),
        (
            update("KMSAN0002", price_change_date="2021-05-21T20:29:19Z"),
            [("field_missing", "currency"), ("field_missing", "line_items")],
        ),
        (
            update(
                "KMSAN0001",
                quantity_change_date="2021-05-21T20:29:19Z",
                line_items=[{"lot": {"id": PREROLL}}],
            ),
            [("field_missing", "line_items[0].quantity")],
        ),
        (
            update("KMSAN0004", refund_date="2021-05-21T20:29:19Z", line_items=[]),
            [("field_invalid", "line_items")],
        ),
    ],
)
def test_a_misshapen_update_is_400_naming_the_place(
    trace: InProcess, body: Any, expected: list[tuple[str, str]]
) -> None:
    assert errors(trace, "PUT", f"/ca/v1/sales/{PUT_SALE_ID}", body) == expected


def test_an_unknown_action_is_told_the_known_ones(trace: InProcess) -> None:
    answer = trace.put(f"/ca/v1/sales/{PUT_SALE_ID}", json=update("KMSAN0009")).json()

    assert "KMSAN0009" in answer["errors"][0]["detail"]
    assert "KMSAN0002" in answer["errors"][0]["detail"]


def test_an_update_of_an_unknown_sale_is_404(trace: InProcess) -> None:
    body = update("KMSAN0003", void_date="2026-05-20T19:00:00Z")

    assert errors(trace, "PUT", "/ca/v1/sales/nosuchsale", body, status=404) == [("sale_unknown", "id")]
    body["license"]["license_number"] = "RIVAL-0001"
    assert errors(trace, "PUT", f"/ca/v1/sales/{PUT_SALE_ID}", body, status=403) == [
        ("license_not_visible", "license.license_number")
    ]


def test_a_finalized_sale_is_inactive_in_trace(trace: InProcess, http: InProcess) -> None:
    sale = posted(trace, sample())["results"]["data"]
    body = {"license_number": "XXXRETAIL01", "ids": [int(sale["receipt_number"])]}

    assert http.post("/_simulator/receipts/finalize", json=body).json() == {"finalized": body["ids"]}

    shown = trace.get(f"/ca/v1/sales/{sale['id']}?{SHOP}").json()["results"]["data"]
    assert [change["state"] for change in shown["entity_state"]] == ["active", "inactive"]


def test_another_state_has_ids_of_its_own(world: World) -> None:
    body = sample()
    sale = body["sales"][0]
    sale["license"]["license_number"] = "IL-SHOP-01"
    sale["employees"]["id"] = "5d3c9a7e1f8b4620b5e07c84d219fa36"
    for line in sale["line_items"]:
        line["lot"]["id"] = "1111aa00000000000000000000000002"
    with InProcess(create_app(world), TRACE) as trace:
        refused = errors(trace, "POST", "/il/v1/sales", body)
        assert {type_ for type_, _ in refused} == {
            "customer_type_unknown",
            "identification_type_unknown",
            "payment_type_unknown",
        }
        accepted = trace.post(
            "/il/v1/sales", content=json.dumps(body).replace("CAKOM", "ILKOM"), headers=JSON
        )
    assert accepted.status_code == 200, accepted.text
