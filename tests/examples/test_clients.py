"""Clients of all kinds meet the same world: async, in process, the vendor's own, and plain unittest."""

import asyncio
import unittest
from typing import Any

import httpx
import pytest
import t3api

from simulator.testing import SimulatorServer

SHOP = "XXXRETAIL01"


@pytest.mark.parametrize("parallel", [2, 8, 16])
def test_async_clients_sell_at_once(simulator: Any, parallel: int) -> None:
    sales = [simulator.a_sale(SHOP, external_id=f"P-{number}") for number in range(parallel)]

    async def sell() -> list[httpx.Response]:
        async with httpx.AsyncClient(
            base_url=simulator.url, headers=dict(simulator.trace.headers), trust_env=False
        ) as http:
            return await asyncio.gather(
                *(http.post("/ca/v1/sales", json={"sales": [sale]}) for sale in sales)
            )

    answers = asyncio.run(sell())

    numbers = {answer.json()["results"]["data"]["receipt_number"] for answer in answers}
    assert len(numbers) == parallel
    simulator.oracle.assert_exactly_once()


@pytest.mark.parametrize("effect", ["reset_peer", "timeout"])
def test_in_process_clients_meet_the_same_faults(simulator: Any, effect: str) -> None:
    simulator.faults.add(effect)

    with (
        httpx.Client(transport=simulator.transport(), base_url="http://regulator.test", timeout=1) as http,
        pytest.raises(httpx.TransportError),
    ):
        http.get("/v2/states")


@pytest.mark.filterwarnings("ignore::DeprecationWarning:t3api")
@pytest.mark.parametrize("page_size", [5, 50])
def test_the_vendors_client_reads_its_own_world(simulator: Any, page_size: int) -> None:
    environment = simulator.environment
    configuration = t3api.Configuration(host=environment["T3_API_HOST"])
    with t3api.ApiClient(configuration) as client:
        login = t3api.V2AuthCredentialsPostRequest(
            hostname=environment["METRC_HOSTNAME"],
            username=environment["METRC_USERNAME"],
            password=environment["METRC_PASSWORD"],
        )
        token = t3api.AuthenticationApi(client).v2_auth_credentials_post(login).access_token
        configuration.access_token = token
        page = t3api.SalesReceiptsApi(client).v2_sales_active_get(SHOP, page_size=page_size)
        client.rest_client.pool_manager.clear()

    assert page.total == 21
    assert len(page.data) == min(21, page_size)


@pytest.mark.simulator(own_credentials=True)
@pytest.mark.parametrize("number", range(3))
def test_a_world_can_be_told_by_its_keys_alone(simulator: Any, number: int) -> None:
    """For clients whose base URL cannot have a path."""
    server = str(simulator.t3.base_url).partition("/worlds")[0]
    with httpx.Client(base_url=server, headers=dict(simulator.t3.headers), trust_env=False) as http:
        assert http.get("/v2/auth/whoami").json()["username"].startswith("demo."), number
    assert simulator.journal.count() == 1


class PlainUnittest(unittest.TestCase):
    """Without pytest's fixtures."""

    server: SimulatorServer

    @classmethod
    def setUpClass(cls) -> None:
        cls.server = SimulatorServer().start()
        cls.addClassCleanup(cls.server.stop)

    def setUp(self) -> None:
        self.world = self.server.create_world()
        self.addCleanup(self.world.drop)

    def test_a_sale_is_recorded(self) -> None:
        answer = self.world.trace.post("/ca/v1/sales", json={"sales": [self.world.a_sale(SHOP)]})
        self.assertEqual(answer.json()["results"]["data"]["receipt_number"], "000060071")  # noqa: PT009 - unittest's way

    def test_another_sale_is_the_first_of_its_world(self) -> None:
        self.test_a_sale_is_recorded()
