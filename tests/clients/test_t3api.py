"""t3api 0.6.0 reading: the lists and the transactions with every documented option, and the free calls."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import t3api
from support.live import Live
from support.t3_client import logged_in
from t3api.exceptions import BadRequestException
from t3api.models.metrc_package import MetrcPackage
from t3api.models.metrc_sales_receipt import MetrcSalesReceipt
from t3api.models.metrc_transaction import MetrcTransaction
from t3api.models.v2_packages_active_get200_response import V2PackagesActiveGet200Response
from t3api.models.v2_sales_active_get200_response import V2SalesActiveGet200Response

LICENSE = "LIC-00001"
CALIFORNIA = ZoneInfo("America/Los_Angeles")
LISTS = ("v2_sales_active_get", "v2_sales_inactive_get")
PACKAGE_LISTS = ("v2_packages_active_get", "v2_packages_inactive_get", "v2_packages_onhold_get")

Sales = t3api.SalesReceiptsApi
Receipts = list[MetrcSalesReceipt]


def whole(sales: Sales, call: str = LISTS[0], **options: Any) -> Receipts:
    """A whole collection in one page, which it must fit."""
    answer = getattr(sales, call)(LICENSE, page_size=500, **options)
    assert answer.total == len(answer.data)
    return list(answer.data)


@pytest.fixture(scope="module")
def everything(client: t3api.ApiClient) -> dict[str, Receipts]:
    """Both lists whole, by the name of their call."""
    return {call: whole(t3api.SalesReceiptsApi(client), call) for call in LISTS}


def ids(rows: Receipts | list[MetrcTransaction]) -> list[int]:
    return [row.id for row in rows if row.id is not None]


# --- pages ----------------------------------------------------------------------------------------------------------


def test_without_options_the_first_hundred_come_as_in_the_documented_envelope(sales: Sales) -> None:
    answer = sales.v2_sales_active_get(LICENSE)

    assert isinstance(answer, V2SalesActiveGet200Response)
    assert (answer.page, answer.total_pages, answer.page_size, answer.total) == (1, 3, 100, 235)
    assert answer.data is not None
    assert len(answer.data) == 100


@pytest.mark.parametrize("call", LISTS)
@pytest.mark.parametrize("page_size", [7, 100, 500])
def test_the_pages_of_a_list_make_up_the_whole(
    sales: Sales, everything: dict[str, Receipts], call: str, page_size: int
) -> None:
    first = getattr(sales, call)(LICENSE, page=1, page_size=page_size)

    pages = [
        getattr(sales, call)(LICENSE, page=page, page_size=page_size, strict_pagination=True)
        for page in range(1, first.total_pages + 1)
    ]

    assert first.total_pages == -(-first.total // page_size)
    assert [page.page for page in pages] == list(range(1, first.total_pages + 1))
    assert [len(page.data) for page in pages[:-1]] == [page_size] * (len(pages) - 1)
    assert [row.id for page in pages for row in page.data] == ids(everything[call])


def test_the_list_is_in_the_order_of_recording_with_ties_by_id(everything: dict[str, Receipts]) -> None:
    keys = [(row.recorded_date_time, row.id) for row in everything[LISTS[0]]]

    assert keys == sorted(keys)


def test_a_page_size_above_the_cap_is_served_and_echoed_as_the_cap(sales: Sales) -> None:
    answer = sales.v2_sales_active_get(LICENSE, page_size=1000)

    assert (answer.page_size, answer.total_pages, answer.total) == (500, 1, 235)


@pytest.mark.parametrize("call", LISTS)
@pytest.mark.parametrize("options", [{}, {"strict_pagination": False}], ids=["omitted", "off"])
def test_a_page_out_of_bounds_is_empty_unless_pagination_is_strict(
    sales: Sales, everything: dict[str, Receipts], call: str, options: dict[str, Any]
) -> None:
    answer = getattr(sales, call)(LICENSE, page=99, **options)

    assert answer.data == []
    assert answer.page == 99
    assert answer.total == len(everything[call])


@pytest.mark.parametrize("call", LISTS)
def test_a_page_out_of_bounds_is_refused_when_pagination_is_strict(sales: Sales, call: str) -> None:
    with pytest.raises(BadRequestException, match="page 99 is out of bounds"):
        getattr(sales, call)(LICENSE, page=99, strict_pagination=True)


def test_the_last_page_is_within_bounds_and_the_next_is_not(sales: Sales) -> None:
    last = sales.v2_sales_active_get(LICENSE, page=3, strict_pagination=True)

    assert last.data is not None
    assert len(last.data) == 35
    with pytest.raises(BadRequestException):
        sales.v2_sales_active_get(LICENSE, page=4, strict_pagination=True)


def test_an_empty_selection_has_an_empty_first_page_even_when_strict(sales: Sales) -> None:
    answer = sales.v2_sales_active_get(LICENSE, filter=["receiptNumber__eq:none"], strict_pagination=True)

    assert (answer.page, answer.total_pages, answer.total, answer.data) == (1, 0, 0, [])


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"page": 0}, "'page' .*'0'"),
        ({"page": -1}, "'page' .*'-1'"),
        ({"page_size": 0}, "'pageSize' .*'0'"),
        ({"page_size": -5}, "'pageSize' .*'-5'"),
    ],
)
def test_pages_and_page_sizes_start_at_one(sales: Sales, options: dict[str, Any], says: str) -> None:
    with pytest.raises(BadRequestException, match=says):
        sales.v2_sales_active_get(LICENSE, **options)


# --- order ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("call", LISTS)
@pytest.mark.parametrize("direction", ["asc", "desc"])
@pytest.mark.parametrize(
    ("field", "attribute"),
    [
        ("id", "id"),
        ("receiptNumber", "receipt_number"),
        ("salesDateTime", "sales_date_time"),
        ("totalPrice", "total_price"),
        ("totalPackages", "total_packages"),
        ("salesCustomerType", "sales_customer_type"),
        ("isFinal", "is_final"),
        ("lastModified", "last_modified"),
    ],
)
def test_a_list_is_sorted_as_asked_with_ties_by_id(
    sales: Sales, everything: dict[str, Receipts], call: str, direction: str, field: str, attribute: str
) -> None:
    rows = whole(sales, call, sort=f"{field}:{direction}")

    keys = [(getattr(row, attribute), row.id or 0) for row in rows]
    for (value, id_), (next_value, next_id) in pairwise(keys):
        before = value < next_value if direction == "asc" else value > next_value
        assert before or (value == next_value and id_ < next_id)
    assert sorted(ids(rows)) == sorted(ids(everything[call]))


# --- filters --------------------------------------------------------------------------------------------------------


def local(moment: datetime) -> datetime:
    """A moment as a facility-local time without a zone."""
    return moment.astimezone(CALIFORNIA).replace(tzinfo=None)


def midday_of(rows: Receipts) -> datetime:
    """A moment in the middle of the rows' sales."""
    times = sorted(row.sales_date_time for row in rows if row.sales_date_time)
    return times[len(times) // 2].replace(tzinfo=CALIFORNIA).astimezone(UTC)


@pytest.mark.parametrize(
    ("text", "passes"),
    [
        ("receiptNumber__eq:001230061", lambda row: row.receipt_number == "001230061"),
        ("receiptNumber__neq:001230061", lambda row: row.receipt_number != "001230061"),
        ("receiptNumber__contains:12301", lambda row: "12301" in row.receipt_number),
        ("receiptNumber__doesnotcontain:12301", lambda row: "12301" not in row.receipt_number),
        ("receiptNumber__startswith:0000", lambda row: row.receipt_number.startswith("0000")),
        ("receiptNumber__endswith:3", lambda row: row.receipt_number.endswith("3")),
        ("salesCustomerType__eq:CONSUMER", lambda row: row.sales_customer_type == "Consumer"),
        ("recordedByUserName__contains:WHIT", lambda row: "Whit" in row.recorded_by_user_name),
        ("patientLicenseNumber__neq:none", lambda _row: True),
        ("patientLicenseNumber__eq:none", lambda _row: False),
        ("isFinal__eq:true", lambda row: row.is_final),
        ("isFinal__eq:false", lambda row: not row.is_final),
        ("isArchived__eq:true", lambda row: row.is_archived),
        ("totalPackages__eq:2", lambda row: row.total_packages == 2),
        ("totalPackages__neq:2", lambda row: row.total_packages != 2),
        ("totalPrice__gt:50", lambda row: row.total_price > 50),
        ("totalPrice__lte:50.0", lambda row: row.total_price <= 50),
        ("id__lt:1230100", lambda row: row.id < 1230100),
    ],
)
@pytest.mark.parametrize("call", LISTS)
def test_a_filter_lets_through_exactly_what_it_says(
    sales: Sales,
    everything: dict[str, Receipts],
    call: str,
    text: str,
    passes: Callable[[MetrcSalesReceipt], bool],
) -> None:
    assert ids(whole(sales, call, filter=[text])) == [row.id for row in everything[call] if passes(row)]


@pytest.mark.parametrize(
    ("operator", "passes"),
    [
        ("lt", lambda at, bound: at < bound),
        ("lte", lambda at, bound: at <= bound),
        ("eq", lambda at, bound: at == bound),
        ("neq", lambda at, bound: at != bound),
        ("gt", lambda at, bound: at > bound),
        ("gte", lambda at, bound: at >= bound),
    ],
)
def test_a_moment_with_a_zone_is_compared_with_facility_local_times(
    sales: Sales, everything: dict[str, Receipts], operator: str, passes: Callable[[datetime, datetime], bool]
) -> None:
    rows = everything[LISTS[0]]
    moment = midday_of(rows)

    chosen = whole(sales, filter=[f"salesDateTime__{operator}:{moment.isoformat().replace('+00:00', 'Z')}"])

    expected = [row.id for row in rows if row.sales_date_time and passes(row.sales_date_time, local(moment))]
    assert ids(chosen) == expected
    assert 0 < len(chosen) < len(rows)


def test_a_date_alone_is_its_midnight(sales: Sales, everything: dict[str, Receipts]) -> None:
    rows = everything[LISTS[0]]
    day = local(midday_of(rows)).date()

    chosen = whole(sales, filter=[f"salesDateTime__gte:{day}"])

    midnight = datetime.combine(day, time.min)
    assert ids(chosen) == [row.id for row in rows if row.sales_date_time and row.sales_date_time >= midnight]


FILTERS = ["receiptNumber__endswith:3", "totalPrice__gt:40", "salesCustomerType__eq:consumer"]


@pytest.mark.parametrize("options", [{}, {"filter_logic": "and"}], ids=["omitted", "and"])
def test_several_filters_must_all_hold_unless_the_logic_is_or(sales: Sales, options: dict[str, Any]) -> None:
    apart = [set(ids(whole(sales, filter=[text]))) for text in FILTERS]

    assert set(ids(whole(sales, filter=FILTERS, **options))) == set.intersection(*apart) != set()


def test_one_of_several_filters_suffices_when_the_logic_is_or(sales: Sales) -> None:
    some = FILTERS[:2]
    apart = [set(ids(whole(sales, filter=[text]))) for text in some]

    either = set(ids(whole(sales, filter=some, filter_logic="or")))

    assert either == set.union(*apart)
    assert len(either) < 235


def test_filter_sort_and_page_work_together(sales: Sales) -> None:
    everything = whole(sales, filter=["totalPrice__gt:40"], sort="totalPrice:desc")

    second = sales.v2_sales_active_get(
        LICENSE, page=2, page_size=10, sort="totalPrice:desc", filter=["totalPrice__gt:40"]
    )

    assert second.total == len(everything)
    assert second.data is not None
    assert ids(second.data) == ids(everything)[10:20]


# --- what is in the lists -------------------------------------------------------------------------------------------


def test_the_active_list_holds_what_is_neither_final_nor_archived(everything: dict[str, Receipts]) -> None:
    states = {(row.index, row.is_final, row.is_archived, row.archived_date) for row in everything[LISTS[0]]}

    assert states == {("ACTIVE_SALES_RECEIPT", False, False, None)}


def test_the_inactive_list_holds_what_is_final_or_archived(everything: dict[str, Receipts]) -> None:
    states = {
        (row.index, row.is_final, row.is_archived, row.archived_date is not None)
        for row in everything[LISTS[1]]
    }

    assert states == {
        ("INACTIVE_SALES_RECEIPT", True, False, False),
        ("INACTIVE_SALES_RECEIPT", False, True, True),
    }


def test_no_receipt_is_in_both_lists(everything: dict[str, Receipts]) -> None:
    assert not set(ids(everything[LISTS[0]])) & set(ids(everything[LISTS[1]]))


def test_the_receipt_of_the_documented_sample_is_there(sales: Sales) -> None:
    (receipt,) = whole(sales, filter=["id__eq:123"])

    assert receipt.receipt_number == "000000123"
    assert receipt.hostname == "ca.metrc.com"
    assert receipt.data_model == "MetrcSalesReceipt"
    assert receipt.license_number == LICENSE
    assert receipt.transactions == []
    assert receipt.sales_date_time is not None
    assert receipt.sales_date_time.tzinfo is None, "Metrc's local times have no zone"
    assert receipt.recorded_date_time is not None
    assert receipt.recorded_date_time.tzinfo is not None


# --- transactions ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sales_receipt_id", [123, 123.0])
def test_a_receipt_id_may_be_an_integer_or_a_float(sales: Sales, sales_receipt_id: float) -> None:
    answer = sales.v2_sales_transactions_get(sales_receipt_id, LICENSE)

    assert answer.data is not None
    assert [line.product_name for line in answer.data] == [
        "Pre-Roll - (2pk) 0.5g - Gelato",
        "Sour Gummies 100 mg",
    ]


def test_half_a_receipt_id_is_refused(sales: Sales) -> None:
    with pytest.raises(BadRequestException, match="salesReceiptId"):
        sales.v2_sales_transactions_get(123.5, LICENSE)


@pytest.mark.parametrize("call", LISTS)
def test_the_transactions_of_a_receipt_add_up_to_it(
    sales: Sales, everything: dict[str, Receipts], call: str
) -> None:
    for receipt in everything[call][::5]:
        assert receipt.id is not None
        lines = sales.v2_sales_transactions_get(receipt.id, LICENSE, include_history=True).data
        assert lines is not None
        assert sum(line.total_price or 0 for line in lines) == pytest.approx(receipt.total_price, abs=0.001)
        assert len({line.package_id for line in lines}) == receipt.total_packages


def test_the_transactions_of_a_voided_receipt_are_history(sales: Sales) -> None:
    voided = whole(sales, LISTS[1], filter=["isArchived__eq:true"])[0]
    assert voided.id is not None

    by_default = sales.v2_sales_transactions_get(voided.id, LICENSE)
    off = sales.v2_sales_transactions_get(voided.id, LICENSE, include_history=False)
    on = sales.v2_sales_transactions_get(voided.id, LICENSE, include_history=True)

    assert by_default.data == off.data == []
    assert on.data
    assert {(line.is_archived, line.archived_date is not None) for line in on.data} == {(True, True)}


@pytest.mark.parametrize("receipt_id", [123, 12345], ids=["active", "final"])
def test_history_adds_nothing_to_the_transactions_of_a_receipt_that_stands(
    sales: Sales, receipt_id: int
) -> None:
    off = sales.v2_sales_transactions_get(receipt_id, LICENSE, include_history=False).data
    on = sales.v2_sales_transactions_get(receipt_id, LICENSE, include_history=True).data

    assert off
    assert on
    assert ids(off) == ids(on)
    assert not any(line.is_archived for line in on)


@pytest.mark.parametrize(("sort", "labels"), [("asc", ["468", "469"]), ("desc", ["469", "468"])])
def test_transactions_are_sorted_as_asked(sales: Sales, sort: str, labels: list[str]) -> None:
    answer = sales.v2_sales_transactions_get(123, LICENSE, sort=f"packageLabel:{sort}")

    assert answer.data is not None
    assert [str(line.package_label)[-3:] for line in answer.data] == labels


@pytest.mark.parametrize(("logic", "count"), [("and", 0), ("or", 2)])
def test_transactions_are_filtered_as_asked(sales: Sales, logic: str, count: int) -> None:
    both = ["packageLabel__endswith:468", "productName__contains:gummies"]

    answer = sales.v2_sales_transactions_get(123, LICENSE, filter=both, filter_logic=logic)

    assert answer.total == count


def test_transactions_are_paged_as_asked(sales: Sales) -> None:
    pages = [
        sales.v2_sales_transactions_get(123, LICENSE, page=page, page_size=1, strict_pagination=True)
        for page in (1, 2)
    ]

    assert [page.total_pages for page in pages] == [2, 2]
    assert len({line.id for page in pages for line in page.data or []}) == 2
    assert sales.v2_sales_transactions_get(123, LICENSE, page=3, page_size=1).data == []
    with pytest.raises(BadRequestException):
        sales.v2_sales_transactions_get(123, LICENSE, page=3, page_size=1, strict_pagination=True)


def test_a_transaction_tells_what_was_sold(sales: Sales) -> None:
    lines = sales.v2_sales_transactions_get(123, LICENSE, filter=["productName__contains:gelato"]).data

    assert lines is not None
    (line,) = lines
    assert isinstance(line, MetrcTransaction)
    assert (line.quantity_sold, line.unit_of_measure_abbreviation, line.price) == (2.0, "ea", 10.0)
    assert line.sub_total == line.total_price == 20.0 - (line.discount_amount or 0)
    assert line.item_strain_name == "Gelato"


# --- everything that is there ---------------------------------------------------------------------------------------

CALIFORNIAN: dict[str, str] = {}
ILLINOISAN = {"hostname": "il.metrc.com"}
RIVAL = {"username": "rival", "password": "rival"}


@pytest.mark.parametrize(
    ("login", "number"),
    [
        (CALIFORNIAN, "LIC-00001"),
        (CALIFORNIAN, "XXXRETAIL01"),
        (CALIFORNIAN, "ABC-1234"),
        (CALIFORNIAN, "CULTIVATE01"),
        (ILLINOISAN, "IL-SHOP-01"),
        (RIVAL, "RIVAL-0001"),
    ],
)
def test_every_page_of_every_list_on_every_license_parses(
    live: Live, login: dict[str, str], number: str
) -> None:
    with logged_in(live, **login) as client:
        calls = [
            *((getattr(t3api.SalesReceiptsApi(client), name), MetrcSalesReceipt) for name in LISTS),
            *((getattr(t3api.PackagesApi(client), name), MetrcPackage) for name in PACKAGE_LISTS),
        ]
        for call, model in calls:
            seen: list[int] = []
            page, pages = 0, 1
            while page < pages:
                page += 1
                answer = call(number, page=page, page_size=40, strict_pagination=True)
                assert all(isinstance(row, model) for row in answer.data)
                assert {row.license_number for row in answer.data} <= {number}
                seen += [row.id for row in answer.data]
                pages = answer.total_pages
            assert len(set(seen)) == len(seen) == answer.total


@pytest.mark.parametrize(
    ("login", "number"), [(CALIFORNIAN, "XXXRETAIL01"), (CALIFORNIAN, "ABC-1234"), (RIVAL, "RIVAL-0001")]
)
def test_the_transactions_of_every_receipt_parse(live: Live, login: dict[str, str], number: str) -> None:
    with logged_in(live, **login) as client:
        sales = t3api.SalesReceiptsApi(client)
        receipts = sales.v2_sales_active_get(number, page_size=500).data
        assert receipts
        for receipt in receipts:
            assert receipt.id is not None
            lines = sales.v2_sales_transactions_get(receipt.id, number).data
            assert lines
            assert sum(line.total_price or 0 for line in lines) == pytest.approx(receipt.total_price)


# --- packages, licenses, states, permissions ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "index"),
    [("v2_packages_active_get", "ACTIVE_PACKAGE"), ("v2_packages_onhold_get", "ONHOLD_PACKAGE")],
)
def test_packages_are_listed_by_what_they_are(client: t3api.ApiClient, name: str, index: str) -> None:
    answer = getattr(t3api.PackagesApi(client), name)("XXXRETAIL01")

    assert isinstance(answer, V2PackagesActiveGet200Response)
    assert answer.data
    assert {package.index for package in answer.data} == {index}
    assert all(package.item and package.item.name for package in answer.data)


def test_a_package_is_inactive_once_it_is_sold_out(own: Live, own_client: t3api.ApiClient) -> None:
    packages = t3api.PackagesApi(own_client)
    tincture = {"lot": {"id": "c0ffee00000000000000000000000005"}}
    line = {**tincture, "quantity": "2", "unit_price": "48.00", "total": "96.00"}
    sale = {
        "license": {"license_number": "XXXRETAIL01"},
        "customer_types": {"id": "CAKOMCT0001"},
        "terminal": "till-1",
        "created_at": {"date": "2022-05-26T15:44:00Z", "local_time": "2022-05-26T08:44:00"},
        "out_of_state_sale": False,
        "identifications": [
            {"types": {"id": "CAKOMIT0001"}, "id": "CADL123565", "birthday": "1982-04-26T00:00:01Z"}
        ],
        "employees": {"id": "0a50cbaf8c1b471aaa427de20facb641"},
        "line_items": [line],
        "currency": {"id": "KOMCURT0001"},
        "totals": {"subtotal": "96.00", "quantity": "2", "total": "96.00"},
        "payments": [{"amount": "96.00", "type": {"id": "CAKOMPT0002"}}],
    }
    assert packages.v2_packages_inactive_get("XXXRETAIL01").total == 0

    with own.http(own.trace_headers) as trace:
        answer = trace.post("/ca/v1/sales", json={"sales": [sale]})
    assert answer.status_code == 200, answer.text

    (sold_out,) = packages.v2_packages_inactive_get("XXXRETAIL01").data or []
    assert (sold_out.index, sold_out.quantity, sold_out.is_finished) == ("INACTIVE_PACKAGE", 0, True)
    assert isinstance(sold_out.finished_date, date)


def test_packages_take_the_options_of_a_list(client: t3api.ApiClient) -> None:
    packages = t3api.PackagesApi(client)

    answer = packages.v2_packages_active_get(
        LICENSE,
        page=1,
        page_size=2,
        strict_pagination=True,
        sort="label:desc",
        filter_logic="or",
        filter=["item.name__contains:flower", "quantity__gt:500", "label__endswith:0003"],
    )

    assert answer.page_size == 2
    assert answer.data
    assert all(
        (row.quantity or 0) > 500 or "flower" in str(row.item and row.item.name) for row in answer.data
    )
    labels = [str(row.label) for row in answer.data]
    assert labels == sorted(labels, reverse=True)


def test_the_licenses_of_a_login_are_those_of_its_host(live: Live, client: t3api.ApiClient) -> None:
    def numbers(client: t3api.ApiClient) -> list[str | None]:
        return [license_.license_number for license_ in t3api.LicensesApi(client).v2_licenses_get()]

    assert numbers(client) == ["LIC-00001", "XXXRETAIL01", "ABC-1234", "CULTIVATE01"]
    with logged_in(live, hostname="il.metrc.com") as illinoisan:
        assert numbers(illinoisan) == ["IL-SHOP-01"]


def test_each_state_comes_with_its_host(client: t3api.ApiClient) -> None:
    states = t3api.StatesApi(client).v2_states_get()

    hosts = {state.abbreviation: (state.name, state.hostname) for state in states}
    assert hosts["CA"] == ("California", "ca.metrc.com")
    assert all(
        abbreviation and host == f"{abbreviation.lower()}.metrc.com"
        for abbreviation, (_, host) in hosts.items()
    )


def test_permissions_are_told_by_view(client: t3api.ApiClient) -> None:
    permissions = t3api.PermissionsApi(client)

    views = permissions.v2_permissions_views_get(LICENSE)

    assert "sales" in views
    for view in views:
        assert permissions.v2_permissions_get(LICENSE, view)
    assert "sales" not in permissions.v2_permissions_views_get("CULTIVATE01")
    with pytest.raises(BadRequestException, match="view"):
        permissions.v2_permissions_get(LICENSE, "sails")
