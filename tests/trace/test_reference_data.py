"""What a sale is built from: helper lists, lots, employees, and the two headers."""

from typing import Any

import pytest
from support.asgi import InProcess
from support.credentials import TRACE

from simulator.ledger.states import TRACE_STATES

SHOP = "license_number=XXXRETAIL01"
LISTS = {
    "actions": ["KMSAN0001", "KMSAN0002", "KMSAN0003", "KMSAN0004"],
    "customer_types": ["CAKOMCT0001", "CAKOMCT0002", "CAKOMCT0003", "CAKOMCT0004"],
    "identification_types": ["CAKOMIT0001", "CAKOMIT0002", "CAKOMIT0003", "CAKOMIT0004"],
    "currency_types": ["KOMCURT0001"],
    "payment_types": ["CAKOMPT0001", "CAKOMPT0002", "CAKOMPT0003"],
    "tax_types": ["KOMTAX0001", "KOMTAX0002", "KOMTAX0003", "KOMTAX0004"],
}
NAMES = {
    "actions": ["change_quantity", "change_price", "void_sale", "refund_sale"],
    "customer_types": ["adult", "patient", "caregiver", "external_patient"],
    "identification_types": ["drivers_license", "patient_id", "caregiver_id", "externalpatient_id"],
    "currency_types": ["USD"],
    "payment_types": ["debit", "cash", "ach"],
    "tax_types": ["Sales Tax", "Excise Tax", "Other Tax", "KOMTAX0004 (name not published)"],
}


def data(trace: InProcess, url: str) -> Any:
    answer = trace.get(url)
    assert answer.status_code == 200, answer.text
    return answer.json()["results"]["data"]


@pytest.mark.parametrize("name", LISTS)
def test_a_helper_list_holds_the_documented_ids_and_names(trace: InProcess, name: str) -> None:
    answer = trace.get(f"/ca/v1/sales/{name}").json()

    assert set(answer["results"]) == {"type", "data"}
    assert answer["results"]["type"] == "array"
    assert [row["id"] for row in answer["results"]["data"]] == LISTS[name]
    assert [row["name"] for row in answer["results"]["data"]] == NAMES[name]
    assert all(("description" in row) is (name == "actions") for row in answer["results"]["data"])


MEDICAL_ONLY = {"va", "ky", "al", "ms", "la", "ok", "sd", "wv"}


@pytest.mark.parametrize("state", TRACE_STATES)
def test_every_state_of_both_enumerations_has_its_own_ids(trace: InProcess, state: str) -> None:
    rows = data(trace, f"/{state}/v1/sales/customer_types")

    prefix = f"{state.upper()}KOMCT"
    names = [(row["id"], row["name"]) for row in rows]
    everybody = [(f"{prefix}{n:04}", name) for n, name in enumerate(NAMES["customer_types"], start=1)]
    # Where only patients may buy there is no adult; the others keep their ids.
    assert names == (everybody[1:] if state in MEDICAL_ONLY else everybody)


def test_there_are_24_states_and_any_other_is_refused_with_the_list(trace: InProcess) -> None:
    assert len(TRACE_STATES) == 24
    for state in ("mo", "CA", "xx", "ny", "calif", "%00"):
        answer = trace.get(f"/{state}/v1/sales/actions")
        assert answer.status_code == 400
        assert "is not one of ca, or, nv," in answer.json()["errors"][0]["detail"]
    assert "Did you mean 'ca'?" in trace.get("/CA/v1/sales/actions").text


AUTH = [
    ({}, "The x-api-key header is missing"),
    ({"x-api-key": "b123x21wbHlkYXBpa2V5"}, "The Authorization header is missing"),
    ({**TRACE, "x-api-key": "wrong"}, "The x-api-key is not known"),
    ({**TRACE, "Authorization": "KMP-JSON token=wrong"}, "The token does not belong to this x-api-key"),
    ({**TRACE, "Authorization": "Bearer x"}, "must read 'KMP-JSON token=<token>'"),
    ({**TRACE, "Authorization": "KMP-JSON wrong"}, "must read 'KMP-JSON token=<token>'"),
    ({**TRACE, "Authorization": "KMP-JSON token="}, "must read 'KMP-JSON token=<token>'"),
    # The token of rival's user key, with demo's application key.
    (
        {**TRACE, "Authorization": "KMP-JSON token=eyJhcGkta2V5Ijoicml2YWwtdXNlci1rZXkifQ=="},
        "does not belong",
    ),
    ({**TRACE, "Authorization": "KMP-JSON token=W10="}, "does not belong"),
]


@pytest.mark.parametrize(("headers", "reason"), AUTH)
def test_both_headers_are_needed_and_must_be_known(
    http: InProcess, headers: dict[str, str], reason: str
) -> None:
    answer = http.get("/ca/v1/sales/actions", headers=headers)

    assert answer.status_code == 401
    assert answer.json()["errors"][0]["type"] == "unauthorized"
    assert reason in answer.json()["errors"][0]["detail"]


@pytest.mark.parametrize(
    "token",
    [
        # {"vendor-key":"any","api-key":"demo-user-key"}, with and without padding, and with white space in the JSON
        "eyJ2ZW5kb3Ita2V5IjoiYW55IiwiYXBpLWtleSI6ImRlbW8tdXNlci1rZXkifQ==",
        "eyJ2ZW5kb3Ita2V5IjoiYW55IiwiYXBpLWtleSI6ImRlbW8tdXNlci1rZXkifQ",
        "ewogICJ2ZW5kb3Ita2V5IjogIiIsCiAgImFwaS1rZXkiOiAiZGVtby11c2VyLWtleSIKfQ==",
    ],
)
def test_a_token_is_base64_of_the_documented_json(http: InProcess, token: str) -> None:
    headers = {**TRACE, "Authorization": f"KMP-JSON token={token}"}

    assert http.get(f"/ca/v1/sales?{SHOP}", headers=headers).status_code == 200


def test_lots_are_the_active_ones_unless_a_state_is_asked_for(trace: InProcess) -> None:
    def ids(query: str = "") -> set[str]:
        return {lot["id"] for lot in data(trace, f"/ca/v1/lots?{SHOP}{query}")}

    active = ids()
    assert {"487fa179018e45d08b204ca4de67ca6d", "9890c38942b948b291ff9ead560468b3"} < active
    assert ids("&entity_state=active") == active
    assert ids("&entity_state=onhold") == {"c0ffee00000000000000000000000003"}
    assert ids("&entity_state=lab_testing_failed") == {"c0ffee00000000000000000000000004"}
    assert (
        ids("&entity_state=finished")
        == ids("&entity_state=inactive")
        == ids("&entity_state=in_transit")
        == set()
    )
    assert "c0ffee00000000000000000000000003" not in active


def test_lots_are_found_by_barcode_and_by_date(trace: InProcess) -> None:
    (lot,) = data(trace, f"/ca/v1/lots?{SHOP}&barcode=1A4000010000000000070002")
    assert lot["id"] == "9890c38942b948b291ff9ead560468b3"
    received = lot["date"]

    assert data(trace, f"/ca/v1/lots?{SHOP}&start_date={received}&end_date={received}")
    assert data(trace, f"/ca/v1/lots?{SHOP}&end_date=2021-08-12T00:00:00z") == []
    assert data(trace, f"/ca/v1/lots?{SHOP}&start_date=2026-05-20") == []
    records = trace.get(f"/ca/v1/lots?{SHOP}&limit=2&offset=2").json()["results"]["records"]
    assert records["count"] == "2 - 4"


def test_a_lot_is_shown_as_documented_with_a_number_for_its_quantity(trace: InProcess) -> None:
    lot = data(trace, f"/ca/v1/lots/c0ffee00000000000000000000000006?{SHOP}")

    assert lot["quantity"] == pytest.approx(85.25, abs=10)
    assert isinstance(lot["quantity"], int | float)
    assert lot["unit_of_measure"] == "Grams"
    assert lot["type"] == {"id": "KOMLT0001", "name": "Product"}
    assert [change["state"] for change in lot["entity_state"]] == ["active"]
    failed = data(trace, f"/ca/v1/lots/c0ffee00000000000000000000000004?{SHOP}")
    assert [change["state"] for change in failed["entity_state"]] == ["active", "lab_testing_failed"]


@pytest.mark.parametrize(
    ("url", "status", "detail"),
    [
        (f"/ca/v1/lots?{SHOP}&entity_state=sold", 400, "entity_state"),
        (f"/ca/v1/lots?{SHOP}&start_date=soon", 400, "start_date"),
        ("/ca/v1/lots", 400, "license_number is required"),
        (
            f"/ca/v1/lots/487fa179018e45d08b204ca4de67ca6e?{SHOP}",
            404,
            "Did you mean '487fa179018e45d08b204ca4de67ca6d'?",
        ),
        (f"/ca/v1/config/employees/nobody?{SHOP}", 404, "does not exist on license XXXRETAIL01"),
        (f"/ca/v1/config/employees?{SHOP}&entity_state=gone", 400, "entity_state"),
        (f"/ca/v1/config/employees?{SHOP}&start_date=2021-01-01", 400, "start_date needs an entity_state"),
    ],
)
def test_reference_data_asked_for_wrongly_is_refused(
    trace: InProcess, url: str, status: int, detail: str
) -> None:
    answer = trace.get(url)

    assert answer.status_code == status, answer.text
    assert detail in answer.json()["errors"][0]["detail"]


def test_employees_are_the_active_ones_unless_a_state_is_asked_for(trace: InProcess) -> None:
    def names(query: str = "") -> list[str]:
        rows = data(trace, f"/ca/v1/config/employees?{SHOP}{query}")
        return [row["name"]["last_name"] for row in rows]

    assert names() == names("&entity_state=active") == ["Smith"]
    assert names("&entity_state=inactive") == ["Cashier"]
    assert names("&entity_state=deleted") == []
    assert names("&entity_state=active&start_date=2020-01-01&end_date=2026-01-01") == ["Smith"]
    assert names("&entity_state=active&end_date=2020-01-01") == []
    john = data(trace, f"/ca/v1/config/employees/0a50cbaf8c1b471aaa427de20facb641?{SHOP}")
    assert john["name"] == {"first_name": "John", "last_name": "Smith"}
    assert john["credentials"] == []
