"""The vendor's own clients in a world: by an address with a path, and by keys alone where the address has none."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest
import t3api
from support.builders import NOW
from support.live import Live
from support.t3_client import access_token, logged_in, t3_client
from t3api.exceptions import UnauthorizedException
from t3api_utils.auth.utils import create_credentials_authenticated_client_or_error
from t3api_utils.collection.utils import parallel_load_collection
from t3api_utils.exceptions import AuthenticationError

from simulator.app import create_app
from simulator.clock import Clock
from simulator.seeding.grow import grow
from simulator.server import ThreadServer

SHOP = "LIC-00001"
JSON = dict[str, Any]


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """A server over a socket."""
    # A running clock: clients look at the expiry of a token by their own.
    with ThreadServer(create_app(grow("corner_shop", clock=Clock()))) as server:
        yield server.url


def make(url: str, **wanted: Any) -> Live:
    """A new world, as something to be called."""
    answer = httpx.post(f"{url}/_simulator/worlds", json=wanted, trust_env=False)
    assert answer.status_code == 200, answer.text
    told: JSON = answer.json()
    account = told["accounts"][0]
    return Live(
        url=told["environment"]["T3_API_HOST"],
        pid=0,
        licenses=tuple(each["number"] for each in told["licenses"]),
        login={part: account[part] for part in ("hostname", "username", "password")},
        secret_key=account["secret_key"],
        api_key=account["t3_api_key"],
        trace_headers={
            "x-api-key": account["trace_api_key"],
            "Authorization": account["trace_authorization"],
        },
    )


@pytest.fixture(params=[False, True], ids=["by path", "by keys"])
def world(url: str, request: pytest.FixtureRequest) -> Live:
    made = make(url, own_credentials=request.param)
    assert (made.url == url) is request.param
    return made


def total(client: t3api.ApiClient) -> int:
    found = t3api.SalesReceiptsApi(client).v2_sales_active_get(SHOP, page_size=1).total
    assert found is not None
    return found


def test_t3api_logs_in_reads_and_voids_in_its_world_only(url: str, world: Live) -> None:
    main = replace(world, url=url, login={"hostname": "ca.metrc.com", "username": "demo", "password": "demo"})
    with logged_in(main) as other, logged_in(world) as client:
        before = total(other)
        assert t3api.AuthenticationApi(client).v2_auth_whoami_get().username == world.login["username"]
        sales = t3api.SalesReceiptsApi(client)
        page = sales.v2_sales_active_get(SHOP, sort="salesDateTime:desc")
        assert page.total == before
        assert page.data
        newest = page.data[0].id
        void = t3api.V2SalesUnfinalizePostRequestInner(id=newest)
        assert sales.v2_sales_void_post(SHOP, void, submit="true").message == "Success"

        assert (total(client), total(other)) == (before - 1, before)
        lines = sales.v2_sales_transactions_get(newest, SHOP, include_history=True).data
        assert lines


def test_t3api_takes_a_secret_key_in_a_world(world: Live) -> None:
    with t3_client(world.url) as client:
        client.set_default_header("X-T3-API-Key", world.secret_key)

        assert total(client) > 0


def test_t3api_logs_in_with_an_api_key_in_a_world(world: Live) -> None:
    with t3_client(world.url) as client:
        request = t3api.V2AuthApikeyPostRequest.model_validate({"apiKey": world.api_key, "stateCode": "CA"})
        token = t3api.AuthenticationApi(client).v2_auth_apikey_post(request).access_token
    with t3_client(world.url, token) as client:
        assert total(client) > 0


def test_t3api_gets_an_error_that_names_its_own_address(world: Live) -> None:
    with logged_in(world) as client, pytest.raises(t3api.ApiException) as refused:
        t3api.SalesReceiptsApi(client).v2_sales_active_get("NOWHERE")

    assert f'"url":"{world.url}/v2/sales/active?licenseNumber=NOWHERE' in str(refused.value.body)


def test_t3api_utils_loads_a_whole_collection_of_a_world(world: Live) -> None:
    client = create_credentials_authenticated_client_or_error(host=world.url, **world.login)
    method = t3api.SalesReceiptsApi(client).v2_sales_active_get

    pages = parallel_load_collection(method, 8, SHOP, page_size=20)

    ids = [row.id for page in pages for row in page.data]
    assert len(ids) == len(set(ids)) == pages[0].total
    client.rest_client.pool_manager.clear()


def test_t3api_utils_cannot_log_in_where_it_is_not_known(url: str, world: Live) -> None:
    other = make(url, own_credentials=True)
    with pytest.raises(AuthenticationError, match="Unauthorized"):
        create_credentials_authenticated_client_or_error(
            host=other.url, **{**other.login, "username": f"{other.login['username']}x"}
        )
    with pytest.raises(AuthenticationError, match="Unauthorized"):
        create_credentials_authenticated_client_or_error(
            host=f"{url}/worlds/{other.login['username'].split('.')[1]}", **world.login
        )


def test_a_token_of_a_world_that_was_dropped_opens_nothing(url: str) -> None:
    world = make(url, name="short-lived", own_credentials=True)
    token = access_token(world)
    httpx.delete(f"{url}/_simulator/worlds/short-lived", trust_env=False).raise_for_status()

    with t3_client(url, token) as client, pytest.raises(UnauthorizedException):
        total(client)


def test_trace_records_and_pages_in_a_world(url: str, world: Live) -> None:
    name = httpx.get(f"{url}/_simulator/worlds", trust_env=False).json()["worlds"][-1]["name"]
    body = httpx.get(
        f"{url}/worlds/{name}/_simulator/examples/sale",
        params={"license_number": "XXXRETAIL01"},
        trust_env=False,
    ).json()["body"]
    with world.http(world.trace_headers) as client:
        sold = client.post("/ca/v1/sales", json=body)
        assert sold.status_code == 200, sold.text
        page = client.get("/ca/v1/sales?license_number=XXXRETAIL01&limit=2").json()["results"]
        seen = len(page["data"])
        while page["records"]["next"]:
            assert page["records"]["next"].startswith(f"{world.url}/ca/v1/sales?")
            page = client.get(page["records"]["next"]).json()["results"]
            seen += len(page["data"])

    assert seen == page["records"]["total"]
    assert page["data"][-1]["id"] == sold.json()["results"]["data"]["id"]


def test_a_world_with_a_clock_of_its_own_frozen_in_the_past(url: str) -> None:
    world = make(url, recipe="corner_shop", now=NOW.isoformat())
    with t3_client(world.url) as client:
        client.set_default_header("X-T3-API-Key", world.secret_key)
        page = t3api.SalesReceiptsApi(client).v2_sales_active_get(SHOP, page_size=1)

    assert page.data
    assert page.data[0].retrieved_at == NOW
