"""t3api-utils 0.3.0, which loads all pages of a collection at once from a thread pool."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import t3api
from support.live import Live
from t3api.exceptions import BadRequestException
from t3api_utils.auth.utils import create_credentials_authenticated_client_or_error
from t3api_utils.collection.utils import parallel_load_collection
from t3api_utils.exceptions import AuthenticationError

LICENSE = "LIC-00001"


def authenticated(server: Live) -> t3api.ApiClient:
    client = create_credentials_authenticated_client_or_error(host=server.url, **server.login)
    assert isinstance(client, t3api.ApiClient)
    return client


@pytest.fixture
def utils_client(live: Live) -> Iterator[t3api.ApiClient]:
    client = authenticated(live)
    yield client
    client.rest_client.pool_manager.clear()


def loaded(method: Callable[..., Any], **options: Any) -> tuple[list[int], int]:
    """The ids of a whole collection, in the order loaded, and the total it tells."""
    pages = parallel_load_collection(method, 8, LICENSE, **options)
    (total,) = {page.total for page in pages}
    return [row.id for page in pages for row in page.data], total


def test_credentials_make_a_client_that_is_logged_in(utils_client: t3api.ApiClient) -> None:
    assert t3api.AuthenticationApi(utils_client).v2_auth_whoami_get().credential_key == "ca.metrc.com__demo"


def test_wrong_credentials_are_an_authentication_error(live: Live) -> None:
    with pytest.raises(AuthenticationError, match="Unauthorized"):
        create_credentials_authenticated_client_or_error(
            host=live.url, hostname="ca.metrc.com", username="demo", password="wrong"
        )


@pytest.mark.parametrize("options", [{}, {"page_size": 20}, {"page_size": 7}, {"page_size": 1000}], ids=str)
@pytest.mark.parametrize("name", ["v2_sales_active_get", "v2_sales_inactive_get"])
def test_a_collection_loads_in_parallel_with_every_receipt_once(
    utils_client: t3api.ApiClient, name: str, options: dict[str, int]
) -> None:
    method = getattr(t3api.SalesReceiptsApi(utils_client), name)

    ids, total = loaded(method, **options)

    assert len(ids) == len(set(ids)) == total > 70
    assert ids == [row.id for row in method(LICENSE, page_size=500).data]


def test_a_filtered_and_sorted_collection_loads_in_parallel_in_its_order(
    utils_client: t3api.ApiClient,
) -> None:
    method = t3api.SalesReceiptsApi(utils_client).v2_sales_active_get
    options: dict[str, Any] = {"filter": ["totalPrice__gt:40"], "sort": "totalPrice:desc"}

    ids, total = loaded(method, page_size=5, **options)

    assert ids == [row.id for row in method(LICENSE, page_size=500, **options).data or []]
    assert len(ids) == total


def test_packages_load_in_parallel_with_every_one_once(utils_client: t3api.ApiClient) -> None:
    ids, total = loaded(t3api.PackagesApi(utils_client).v2_packages_active_get, page_size=3)

    assert len(ids) == len(set(ids)) == total == 8


def test_the_transactions_of_a_receipt_load_in_parallel(utils_client: t3api.ApiClient) -> None:
    pages = parallel_load_collection(
        t3api.SalesReceiptsApi(utils_client).v2_sales_transactions_get, None, 123, LICENSE, page_size=1
    )

    assert [len(page.data or []) for page in pages] == [1, 1]


def test_a_collection_loads_while_receipts_of_it_are_voided(own: Live) -> None:
    client = authenticated(own)
    sales = t3api.SalesReceiptsApi(client)
    before, _ = loaded(sales.v2_sales_active_get)
    doomed = before[::20]

    def void() -> None:
        for receipt_id in doomed:
            sales.v2_sales_void_post(
                LICENSE, t3api.V2SalesUnfinalizePostRequestInner(id=receipt_id), submit="true"
            )

    with ThreadPoolExecutor(1) as pool:
        voiding = pool.submit(void)
        pages = parallel_load_collection(sales.v2_sales_active_get, 8, LICENSE, page_size=5)
        voiding.result()
    after, total = loaded(sales.v2_sales_active_get, page_size=20)
    client.rest_client.pool_manager.clear()

    assert {row.id for page in pages for row in page.data or []} <= set(before)
    assert sorted(after) == sorted(set(before) - set(doomed))
    assert total == len(before) - len(doomed)


def test_the_same_void_sent_by_many_at_once_is_done_once(own: Live) -> None:
    client = authenticated(own)
    sales, packages = t3api.SalesReceiptsApi(client), t3api.PackagesApi(client)
    receipt_id = loaded(sales.v2_sales_active_get)[0][-1]
    sold: dict[int | None, float] = {}
    for line in sales.v2_sales_transactions_get(receipt_id, LICENSE).data or []:
        sold[line.package_id] = sold.get(line.package_id, 0) + (line.quantity_sold or 0)

    def stock() -> dict[int | None, float]:
        return {row.id: row.quantity or 0 for row in packages.v2_packages_active_get(LICENSE).data or []}

    def void(_: int) -> bool:
        try:
            sales.v2_sales_void_post(
                LICENSE, t3api.V2SalesUnfinalizePostRequestInner(id=receipt_id), submit="true"
            )
        except BadRequestException:
            return False
        return True

    before = stock()
    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(void, range(16)))
    after = stock()
    client.rest_client.pool_manager.clear()

    assert done.count(True) == 1
    moved = {id_: after[id_] - before[id_] for id_ in before if after[id_] != before[id_]}
    assert moved == pytest.approx(sold)
