"""T3's sales operations over HTTP: lists, lines, corrections, dry runs."""

import json

import pytest
from support.asgi import InProcess

from simulator.world import World

ACTIVE = "/v2/sales/active?licenseNumber=LIC-00001"
INACTIVE = "/v2/sales/inactive?licenseNumber=LIC-00001"
LINES = "/v2/sales/transactions?licenseNumber=LIC-00001"


def ok(t3: InProcess, url: str) -> dict[str, object]:
    answer = t3.get(url)
    assert answer.status_code == 200, answer.text
    body: dict[str, object] = answer.json()
    return body


def rows(t3: InProcess, url: str) -> list[dict[str, object]]:
    data = ok(t3, url)["data"]
    assert isinstance(data, list)
    return data


def message(t3: InProcess, url: str, status: int = 400) -> str:
    answer = t3.get(url)
    assert answer.status_code == status, answer.text
    return str(answer.json()["error"]["message"])


def test_the_envelope_is_that_of_the_documented_sample(t3: InProcess) -> None:
    page = ok(t3, ACTIVE)

    assert {key: page[key] for key in ("page", "totalPages", "pageSize", "total")} == {
        "page": 1,
        "totalPages": 3,
        "pageSize": 100,
        "total": 235,
    }
    assert len(rows(t3, ACTIVE)) == 100
    assert len(rows(t3, f"{ACTIVE}&page=3")) == 35


def test_explicit_defaults_answer_as_no_parameters_do(t3: InProcess) -> None:
    explicit = f"{ACTIVE}&page=1&pageSize=100&strictPagination=false&filterLogic=and"

    assert t3.get(explicit).content == t3.get(ACTIVE).content


def test_only_what_has_to_be_looked_for_is_kept(world: World, t3: InProcess) -> None:
    for nothing in ("", "&filter=", "&sort=", "&page=2&filterLogic=or"):
        ok(t3, f"{ACTIVE}{nothing}")
    assert len(world.results) == 0

    for page in (1, 2, 1):
        ok(t3, f"{ACTIVE}&sort=totalPrice:asc&page={page}")
    assert len(world.results) == 1


def test_the_default_order_is_recording_order(t3: InProcess) -> None:
    keys = [(str(row["recordedDateTime"]), int(str(row["id"]))) for row in rows(t3, f"{ACTIVE}&pageSize=500")]

    assert keys == sorted(keys)


@pytest.mark.parametrize(("asked", "served"), [(1, 1), (499, 499), (500, 500), (501, 500), (10**9, 500)])
def test_a_page_size_above_500_is_served_and_echoed_as_500(t3: InProcess, asked: int, served: int) -> None:
    assert ok(t3, f"{ACTIVE}&pageSize={asked}")["pageSize"] == served


def test_a_page_beyond_the_end_is_empty_unless_strict(t3: InProcess) -> None:
    assert ok(t3, f"{ACTIVE}&page=4")["data"] == []
    assert ok(t3, f"{ACTIVE}&page=4&strictPagination=FALSE")["total"] == 235
    assert "page 4 is out of bounds; pages there are: 3" in message(
        t3, f"{ACTIVE}&page=4&strictPagination=true"
    )
    assert len(rows(t3, f"{ACTIVE}&page=3&strictPagination=true")) == 35
    empty = ok(t3, "/v2/sales/inactive?licenseNumber=ABC-1234&strictPagination=true")
    assert (empty["totalPages"], empty["total"], empty["data"]) == (0, 0, [])


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("page=0", "'page'"),
        ("page=-1", "'page'"),
        ("page=1.0", "'page' must be a whole number"),
        ("page=", "'page' must be a whole number"),
        ("pageSize=0", "'pageSize'"),
        ("pageSize=ten", "'pageSize' must be a whole number"),
        ("strictPagination=1", "'strictPagination' must be true or false"),
        ("filterLogic=bar", "'filterLogic'"),
        ("filterLogic=AND", "'filterLogic'"),
        ("page=1&page=2", "'page' is given more than once"),
        ("sort=label:asc", "sort field 'label' cannot be used here"),
        ("sort=index:asc", "sort field 'index' cannot be used here"),
        ("sort=recieptNumber:asc", "Did you mean 'receiptNumber'?"),
        ("filter=label__endswith:0003", "filter field 'label' cannot be used here"),
        ("filter=index__eq:ACTIVE_SALES_RECEIPT", "filter field 'index' cannot be used here"),
        ("filter=totalPrice__contains:1", "does not go with the number field"),
        ("filter=isFinal__eq:maybe", "is not true or false"),
        ("filter=salesDateTime__gte:now", "is not an ISO 8601 date-time"),
        ("filter:receiptNumber__is=3", "filter operator 'is'"),
    ],
)
def test_a_parameter_that_does_not_stand_up_is_400_naming_it(t3: InProcess, query: str, reason: str) -> None:
    text = message(t3, f"{ACTIVE}&{query}")

    assert text.startswith("400 Bad Request: ")
    assert reason in text


def test_a_missing_license_number_is_400_and_names_what_was_meant(t3: InProcess) -> None:
    assert message(t3, "/v2/sales/active?licensNumber=LIC-00001") == (
        "400 Bad Request: Invalid query parameter: 'licenseNumber' is required, 'licensNumber' was sent"
    )


def test_filters_come_in_both_documented_forms_repeated_and_combined(t3: InProcess) -> None:
    ends = "receiptNumber__endswith:0003"
    both = rows(t3, f"{ACTIVE}&filter={ends}&filter=receiptNumber__endswith:0123&filterLogic=or")
    alternate = rows(
        t3,
        f"{ACTIVE}&filter:receiptNumber__endswith=0003&filter%3AreceiptNumber__endswith=0123&filterLogic=or",
    )

    assert both == alternate
    assert {str(row["receiptNumber"])[-4:] for row in both} == {"0123"} | (
        {"0003"} if any(str(row["receiptNumber"]).endswith("0003") for row in both) else set()
    )
    assert rows(t3, f"{ACTIVE}&filter={ends}&filter:receiptNumber__endswith=0123") == []


def test_values_may_be_escaped_in_any_style(t3: InProcess) -> None:
    plain = rows(
        t3, f"{ACTIVE}&filter=recordedByUserName__eq:Dana%20Whitfield&filter=receiptNumber__contains:0123"
    )

    assert plain
    assert plain == rows(
        t3, f"{ACTIVE}&filter=recordedByUserName__eq%3ADana+Whitfield&filter=receiptNumber__contains%3A0123"
    )
    assert plain == rows(
        t3, f"{ACTIVE}&filter=recordedByUserName__eq:DANA WHITFIELD&filter=receiptNumber__contains:0123"
    )


def test_a_sort_and_a_filter_agree_with_the_rows(t3: InProcess) -> None:
    found = rows(t3, f"{ACTIVE}&pageSize=500&filter=totalPrice__gte:50&sort=totalPrice:desc")

    prices = [float(str(row["totalPrice"])) for row in found]
    assert prices == sorted(prices, reverse=True)
    everything = rows(t3, f"{ACTIVE}&pageSize=500")
    assert len(found) == sum(float(str(row["totalPrice"])) >= 50 for row in everything)
    assert 0 < len(found) < len(everything)


def test_unknown_parameters_are_ignored_as_the_vendor_s_clients_send_some(t3: InProcess) -> None:
    noisy = f"{ACTIVE}&includeHistory=true&salesReceiptId=123&extra="

    assert t3.get(noisy).content == t3.get(ACTIVE).content


@pytest.mark.parametrize("receipt_id", ["123", "123.0", "123.00"])
def test_a_receipt_s_lines_are_found_by_its_id_as_a_number(t3: InProcess, receipt_id: str) -> None:
    page = ok(t3, f"{LINES}&salesReceiptId={receipt_id}")
    (receipt,) = rows(t3, f"{ACTIVE}&filter=id__eq:123")

    assert page["total"] == receipt["totalPackages"] == 2
    found = rows(t3, f"{LINES}&salesReceiptId={receipt_id}")
    assert round(sum(float(str(row["totalPrice"])) for row in found), 2) == receipt["totalPrice"]
    labels = {row["label"]: row["id"] for row in rows(t3, "/v2/packages/active?licenseNumber=LIC-00001")}
    assert all(labels[row["packageLabel"]] == row["packageId"] for row in found)


@pytest.mark.parametrize(
    ("query", "status", "reason"),
    [
        (
            "salesReceiptId=999",
            404,
            "404 Not Found: Sales receipt with id=999 was not found in license LIC-00001",
        ),
        ("salesReceiptId=60050", 404, "was not found in license"),
        ("", 400, "'salesReceiptId' is required"),
        ("salesReceiptId=123.5", 400, "'salesReceiptId' must be a whole number"),
        ("salesReceiptId=-1", 400, "'salesReceiptId' must be at least 0"),
        ("salesReceiptId=abc", 400, "'salesReceiptId' must be a whole number"),
        ("salesReceiptId=" + "9" * 5000, 400, "'salesReceiptId'"),
        ("salesReceiptId=123&includeHistory=yes", 400, "'includeHistory' must be true or false"),
        ("salesReceiptId=123&sort=label:asc", 400, "sort field 'label'"),
    ],
)
def test_lines_asked_for_wrongly_are_refused(t3: InProcess, query: str, status: int, reason: str) -> None:
    assert reason in message(t3, f"{LINES}&{query}", status)


def test_lines_of_a_voided_receipt_are_history(t3: InProcess) -> None:
    voided = rows(t3, f"{INACTIVE}&filter=isArchived__eq:true")[0]
    url = f"{LINES}&salesReceiptId={voided['id']}"

    assert ok(t3, url)["total"] == 0
    history = rows(t3, f"{url}&includeHistory=true")
    assert len(history) == voided["totalPackages"]
    assert all(row["isArchived"] and row["archivedDate"] == voided["archivedDate"] for row in history)


def test_lines_filter_and_sort_by_their_own_fields(t3: InProcess) -> None:
    url = f"{LINES}&salesReceiptId=123"

    assert [row["packageId"] for row in rows(t3, f"{url}&sort=packageLabel:desc")] == [123469, 123468]
    assert len(rows(t3, f"{url}&filter=packageLabel__endswith:3468")) == 1


def post(t3: InProcess, what: str, body: object, submit: str | None = None) -> tuple[int, str]:
    query = "" if submit is None else f"&submit={submit}"
    answer = t3.post(f"/v2/sales/{what}?licenseNumber=LIC-00001{query}", json=body)
    shown = answer.json()
    return answer.status_code, shown["message"] if answer.status_code == 200 else shown["error"]["message"]


@pytest.mark.parametrize("submit", [None, "false", "TRUE", "True", "1", "", " true", "yes"])
def test_only_the_exact_text_true_submits(t3: InProcess, submit: str | None) -> None:
    before = t3.get(ACTIVE).content, t3.get(INACTIVE).content

    assert post(t3, "void", {"id": 123}, submit) == (200, "Dry run")
    assert post(t3, "unfinalize", [{"id": 12345}], submit) == (200, "Dry run")
    assert (t3.get(ACTIVE).content, t3.get(INACTIVE).content) == before


def test_a_void_moves_the_receipt_and_its_stock(t3: InProcess) -> None:
    def stock() -> dict[object, object]:
        return {row["id"]: row["quantity"] for row in rows(t3, "/v2/packages/active?licenseNumber=LIC-00001")}

    before, lines = stock(), rows(t3, f"{LINES}&salesReceiptId=123")

    assert post(t3, "void", {"id": 123}, "true") == (200, "Success")

    (receipt,) = rows(t3, f"{INACTIVE}&filter=id__eq:123")
    assert (receipt["isArchived"], receipt["isFinal"], receipt["archivedDate"]) == (True, False, "2026-05-20")
    assert receipt["lastModified"] == "2026-05-20T20:00:00Z"
    assert rows(t3, f"{ACTIVE}&filter=id__eq:123") == []
    after = stock()
    for line in lines:
        package = line["packageId"]
        assert float(str(after[package])) - float(str(before[package])) == line["quantitySold"]


def test_a_second_void_is_refused_and_moves_nothing(t3: InProcess, world: World) -> None:
    post(t3, "void", {"id": 123}, "true")
    before = repr(world.ledger.books["LIC-00001"].lots)

    for submit in ("true", None):
        status, text = post(t3, "void", {"id": 123}, submit)
        assert (status, text.startswith("400 Bad Request: Receipt 000000123 is voided")) == (400, True)
    assert repr(world.ledger.books["LIC-00001"].lots) == before


def test_a_final_receipt_is_unfinalized_before_it_is_voided(t3: InProcess) -> None:
    assert post(t3, "void", {"id": 12345}, "true") == (
        400,
        "400 Bad Request: Receipt 000012345 is final and cannot be voided: unfinalize it first.",
    )
    assert post(t3, "unfinalize", [{"id": 12345}, {"id": 12346}], "true") == (200, "Success")
    assert {row["id"] for row in rows(t3, f"{ACTIVE}&filter=receiptNumber__startswith:00001234")} == {
        12345,
        12346,
    }
    assert post(t3, "void", {"id": 12345}, "true") == (200, "Success")


def test_unfinalizing_is_all_or_nothing(t3: InProcess) -> None:
    before = t3.get(INACTIVE).content

    status, text = post(t3, "unfinalize", [{"id": 12345}, {"id": 123}, {"id": 7}], "true")

    assert status == 400
    assert "Receipt 000000123 is active" in text
    assert "Receipt 7 does not exist on license LIC-00001" in text
    assert t3.get(INACTIVE).content == before


@pytest.mark.parametrize(
    ("what", "body", "reason"),
    [
        ("void", {}, "'id' is a required property"),
        ("void", [{"id": 123}], "[{'id': 123}] is not of type 'object'"),
        ("void", {"id": "123"}, "'123' is not of type 'integer', at id"),
        ("void", {"id": True}, "is not of type 'integer'"),
        ("void", {"id": 123.5}, "is not of type 'integer'"),
        ("void", {"id": None}, "is not of type 'integer'"),
        ("unfinalize", {"id": 123}, "{'id': 123} is not of type 'array'"),
        ("unfinalize", [], "[] is too short"),
        ("unfinalize", [{"id": 12345}, {}], "'id' is a required property, at [1]"),
        ("unfinalize", [12345], "12345 is not of type 'object', at [0]"),
    ],
)
def test_a_misshapen_body_is_400_in_the_documented_words(
    t3: InProcess, what: str, body: object, reason: str
) -> None:
    status, text = post(t3, what, body, "true")

    assert status == 400
    assert text.startswith("400 Bad Request: Invalid request body: ")
    assert reason in text


def test_a_whole_float_is_an_integer_and_further_keys_are_ignored(t3: InProcess) -> None:
    assert post(t3, "void", {"id": 123.0, "licenseNumber": "X", "note": None}) == (200, "Dry run")


def test_answers_hold_no_surprises_for_a_strict_client(t3: InProcess) -> None:
    """Integers are JSON integers, dates are ISO or null, never empty text."""
    for row in rows(t3, f"{ACTIVE}&pageSize=500") + rows(t3, f"{INACTIVE}&pageSize=500"):
        assert all(value != "" for value in row.values())
        assert type(row["id"]) is int
        assert type(row["totalPackages"]) is int
        assert row["transactions"] == []
        assert json.dumps(row)
