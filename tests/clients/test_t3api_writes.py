"""t3api 0.6.0 writing: a dry run changes nothing, a submit does what it says and no more, a repeat is refused."""

from typing import Any

import pytest
import t3api
from support.live import Live
from t3api.exceptions import BadRequestException
from t3api.models.v2_items_discontinue_post200_response import V2ItemsDiscontinuePost200Response
from t3api.models.v2_items_discontinue_post400_response import V2ItemsDiscontinuePost400Response
from t3api.models.v2_sales_unfinalize_post_request_inner import V2SalesUnfinalizePostRequestInner

LICENSE = "LIC-00001"
ACTIVE, FINAL, ALSO_FINAL, NOBODYS = 123, 12345, 12346, 999_999_999
"""Of the shared server, on which nothing is submitted."""
NOT_SUBMITTED: list[dict[str, Any]] = [
    {},
    *({"submit": text} for text in ("false", "", "TRUE", "True", " true", "1", "yes")),
]

Objects = dict[int, dict[str, Any]]


def the(receipt_id: int) -> V2SalesUnfinalizePostRequestInner:
    return V2SalesUnfinalizePostRequestInner(id=receipt_id)


def timeless(shown: dict[str, Any]) -> dict[str, Any]:
    """Without the moment it was retrieved, nested objects included."""
    return {
        name: timeless(value) if isinstance(value, dict) else value
        for name, value in shown.items()
        if name != "retrievedAt"
    }


def objects(rows: list[Any]) -> Objects:
    """By id."""
    return {row.id: timeless(row.to_dict()) for row in rows}


class Books:
    """Everything a client sees of a license."""

    def __init__(self, client: t3api.ApiClient, *receipt_ids: int) -> None:
        """Transactions of the receipts named only."""
        sales, packages = t3api.SalesReceiptsApi(client), t3api.PackagesApi(client)
        self.active = objects(sales.v2_sales_active_get(LICENSE, page_size=500).data or [])
        self.inactive = objects(sales.v2_sales_inactive_get(LICENSE, page_size=500).data or [])
        self.packages = objects(
            [
                row
                for call in (
                    packages.v2_packages_active_get,
                    packages.v2_packages_inactive_get,
                    packages.v2_packages_onhold_get,
                )
                for row in call(LICENSE, page_size=500).data or []
            ]
        )
        self.lines = {
            (receipt_id, history): objects(
                sales.v2_sales_transactions_get(receipt_id, LICENSE, include_history=history).data or []
            )
            for receipt_id in receipt_ids
            for history in (False, True)
        }

    @property
    def receipts(self) -> Objects:
        return self.active | self.inactive

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Books) and vars(self) == vars(other)

    __hash__ = None  # type: ignore[assignment]  # how Python spells unhashable


def changes(before: Objects, after: Objects) -> dict[int, dict[str, Any]]:
    """By id, the new values of the fields that changed."""
    assert before.keys() == after.keys()
    return {
        id_: {name: value for name, value in after[id_].items() if before[id_].get(name) != value}
        for id_ in before
        if before[id_] != after[id_]
    }


def receipts_that(client: t3api.ApiClient, text: str) -> list[int]:
    """Ids of receipts a filter lets through: final ones of the inactive list, else of the active one."""
    sales = t3api.SalesReceiptsApi(client)
    call = sales.v2_sales_inactive_get if text == "isFinal__eq:true" else sales.v2_sales_active_get
    return [row.id for row in call(LICENSE, filter=[text]).data or [] if row.id is not None]


def sold_on(books: Books, receipt_id: int) -> dict[int, float]:
    """Package id -> what the receipt's lines sold of it."""
    sold: dict[int, float] = {}
    for line in books.lines[receipt_id, False].values():
        sold[line["packageId"]] = sold.get(line["packageId"], 0) + line["quantitySold"]
    return sold


# --- dry runs -------------------------------------------------------------------------------------------------------


def test_whatever_is_not_exactly_true_is_a_dry_run_that_changes_nothing(
    client: t3api.ApiClient, sales: t3api.SalesReceiptsApi
) -> None:
    before = Books(client, ACTIVE, FINAL)

    answers = [
        answer
        for options in NOT_SUBMITTED
        for answer in (
            sales.v2_sales_unfinalize_post(LICENSE, [the(FINAL), the(ALSO_FINAL)], **options),
            sales.v2_sales_void_post(LICENSE, the(ACTIVE), **options),
        )
    ]

    assert all(isinstance(answer, V2ItemsDiscontinuePost200Response) for answer in answers)
    assert {answer.message for answer in answers} == {"Dry run"}
    assert Books(client, ACTIVE, FINAL) == before


@pytest.mark.parametrize("submit", ["true", "false"])
def test_a_dry_run_is_refused_where_the_submit_would_be(
    client: t3api.ApiClient, sales: t3api.SalesReceiptsApi, submit: str
) -> None:
    before = Books(client)

    for wrong in (FINAL, NOBODYS):
        with pytest.raises(BadRequestException):
            sales.v2_sales_void_post(LICENSE, the(wrong), submit=submit)
    for wrong in (ACTIVE, NOBODYS):
        with pytest.raises(BadRequestException):
            sales.v2_sales_unfinalize_post(LICENSE, [the(wrong)], submit=submit)

    assert Books(client) == before


# --- unfinalize -----------------------------------------------------------------------------------------------------


def test_unfinalized_receipts_are_active_again_and_nothing_else_changes(own_client: t3api.ApiClient) -> None:
    first, second = receipts_that(own_client, "isFinal__eq:true")[:2]
    before = Books(own_client)

    answer = t3api.SalesReceiptsApi(own_client).v2_sales_unfinalize_post(
        LICENSE, [the(first), the(second)], submit="true"
    )

    after = Books(own_client)
    assert answer.message == "Success"
    assert after.active.keys() - before.active.keys() == {first, second}
    assert before.inactive.keys() - after.inactive.keys() == {first, second}
    changed = changes(before.receipts, after.receipts)
    assert changed.keys() == {first, second}
    for values in changed.values():
        assert values.keys() == {"index", "isFinal", "lastModified"}
        assert (values["index"], values["isFinal"]) == ("ACTIVE_SALES_RECEIPT", False)
    assert after.packages == before.packages


def test_an_unfinalize_of_one_wrong_receipt_among_right_ones_does_nothing(
    client: t3api.ApiClient, sales: t3api.SalesReceiptsApi
) -> None:
    before = Books(client)

    with pytest.raises(BadRequestException, match=f"{NOBODYS} does not exist"):
        sales.v2_sales_unfinalize_post(LICENSE, [the(FINAL), the(NOBODYS)], submit="true")

    assert Books(client) == before


def test_a_repeated_unfinalize_is_refused(own_client: t3api.ApiClient) -> None:
    sales = t3api.SalesReceiptsApi(own_client)
    receipt_id = receipts_that(own_client, "isFinal__eq:true")[0]
    sales.v2_sales_unfinalize_post(LICENSE, [the(receipt_id)], submit="true")
    before = Books(own_client)

    with pytest.raises(BadRequestException, match="only a final receipt can be unfinalized"):
        sales.v2_sales_unfinalize_post(LICENSE, [the(receipt_id)], submit="true")

    assert Books(own_client) == before


def test_an_unfinalize_of_nothing_is_refused(sales: t3api.SalesReceiptsApi) -> None:
    with pytest.raises(BadRequestException, match="Invalid request body"):
        sales.v2_sales_unfinalize_post(LICENSE, [], submit="true")


# --- void -----------------------------------------------------------------------------------------------------------


def test_a_voided_receipt_is_inactive_and_its_packages_have_back_what_it_sold(
    own_client: t3api.ApiClient,
) -> None:
    receipt_id = receipts_that(own_client, "totalPackages__gte:2")[0]
    before = Books(own_client, receipt_id)
    sold = sold_on(before, receipt_id)

    answer = t3api.SalesReceiptsApi(own_client).v2_sales_void_post(LICENSE, the(receipt_id), submit="true")

    after = Books(own_client, receipt_id)
    assert answer.message == "Success"
    assert before.active.keys() - after.active.keys() == {receipt_id}
    assert after.inactive.keys() - before.inactive.keys() == {receipt_id}
    changed = changes(before.receipts, after.receipts)
    assert changed.keys() == {receipt_id}
    assert changed[receipt_id].keys() == {"index", "isArchived", "archivedDate", "lastModified"}
    assert changed[receipt_id]["isArchived"] is True
    moved = changes(before.packages, after.packages)
    assert {id_: values.keys() for id_, values in moved.items()} == {
        id_: {"quantity", "lastModified"} for id_ in sold
    }
    for id_, quantity in sold.items():
        assert after.packages[id_]["quantity"] == pytest.approx(before.packages[id_]["quantity"] + quantity)
    assert after.lines[receipt_id, False] == {}
    assert after.lines[receipt_id, True].keys() == before.lines[receipt_id, True].keys()


def test_a_repeated_void_is_refused_and_restores_nothing_twice(own_client: t3api.ApiClient) -> None:
    sales = t3api.SalesReceiptsApi(own_client)
    receipt_id = receipts_that(own_client, "isFinal__eq:false")[0]
    sales.v2_sales_void_post(LICENSE, the(receipt_id), submit="true")
    before = Books(own_client, receipt_id)

    for submit in ("true", "true", "false"):
        with pytest.raises(BadRequestException, match="is voided and cannot be voided"):
            sales.v2_sales_void_post(LICENSE, the(receipt_id), submit=submit)
    with pytest.raises(BadRequestException, match="is voided and cannot be unfinalized"):
        sales.v2_sales_unfinalize_post(LICENSE, [the(receipt_id)], submit="true")

    assert Books(own_client, receipt_id) == before


def test_a_final_receipt_is_voided_only_after_it_is_unfinalized(own_client: t3api.ApiClient) -> None:
    sales = t3api.SalesReceiptsApi(own_client)
    receipt_id = receipts_that(own_client, "isFinal__eq:true")[0]
    before = Books(own_client, receipt_id)

    with pytest.raises(BadRequestException, match="unfinalize it first"):
        sales.v2_sales_void_post(LICENSE, the(receipt_id), submit="true")
    assert Books(own_client, receipt_id) == before
    sales.v2_sales_unfinalize_post(LICENSE, [the(receipt_id)], submit="true")
    sales.v2_sales_void_post(LICENSE, the(receipt_id), submit="true")

    after = Books(own_client, receipt_id)
    voided = after.inactive[receipt_id]
    assert (voided["isFinal"], voided["isArchived"]) == (False, True)
    assert changes(before.packages, after.packages).keys() == sold_on(before, receipt_id).keys()


def test_a_receipt_of_another_license_is_not_voided(
    client: t3api.ApiClient, sales: t3api.SalesReceiptsApi
) -> None:
    before = Books(client)

    with pytest.raises(BadRequestException, match="123 does not exist on license XXXRETAIL01"):
        sales.v2_sales_void_post("XXXRETAIL01", the(ACTIVE), submit="true")

    assert Books(client) == before


# --- how a refusal looks --------------------------------------------------------------------------------------------


def test_a_refused_write_has_the_documented_typed_error(live: Live, sales: t3api.SalesReceiptsApi) -> None:
    with pytest.raises(BadRequestException) as refused:
        sales.v2_sales_void_post(LICENSE, the(FINAL), submit="true")

    assert isinstance(refused.value.data, V2ItemsDiscontinuePost400Response)
    error = refused.value.data.error
    assert error is not None
    assert (error.type, error.status_code) == ("BadRequest", 400)
    assert error.message == (
        "400 Bad Request: Receipt 000012345 is final and cannot be voided: unfinalize it first."
    )
    assert error.url == f"{live.url}/v2/sales/void?licenseNumber={LICENSE}&submit=true"
    assert error.timestamp is not None
