"""Load on a running simulator: tills that record and void sales through Trace, and a sync that reads T3 by pages.

Start a server, then: locust -f loadtests/till_and_sync.py --headless -u 20 -r 20 -t 30s --host http://127.0.0.1:8420
It uses the demo credentials of the default recipe and refuses any host that is not this machine.
"""

import ipaddress
import random
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from locust import FastHttpUser, between, events, task
from locust.env import Environment

TRACE = {
    "x-api-key": "b123x21wbHlkYXBpa2V5",
    "Authorization": "KMP-JSON token=dmVuZG9yLWFwaS1rZXk6dX12312sdfs2V5",
}
T3 = {"X-T3-API-Key": "2616ec56-fa2a-4c5b-86c0-acacf23c9ef7"}
SHOP = "XXXRETAIL01"
EMPLOYEE = "0a50cbaf8c1b471aaa427de20facb641"
WEIGHED_LOT = "c0ffee00000000000000000000000001"
PAGE_SIZE = 500


@events.init.add_listener
def only_this_machine(environment: Environment, **_: Any) -> None:
    """Load goes to loopback and nowhere else."""
    host = urlsplit(environment.host or "").hostname or ""
    try:
        is_loopback = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        is_loopback = False
    if not is_loopback:
        raise SystemExit(f"refusing to load {host!r}: give --host with an address of this machine")


class Till(FastHttpUser):
    """A cashier: rings up a gram of flower, and now and then takes it back, so that stock lasts."""

    wait_time = between(0.05, 0.2)
    weight = 4

    @task
    def sell_and_take_back(self) -> None:
        now = datetime.now(UTC).replace(microsecond=0, tzinfo=None)
        sale = {
            "license": {"license_number": SHOP},
            "customer_types": {"id": "CAKOMCT0001"},
            "terminal": f"till-{random.randrange(10)}",  # noqa: S311 - not a secret
            "created_at": {"date": f"{now.isoformat()}Z", "local_time": now.isoformat()},
            "out_of_state_sale": False,
            "identifications": [],
            "employees": {"id": EMPLOYEE},
            "line_items": [
                {"lot": {"id": WEIGHED_LOT}, "quantity": "1", "unit_price": "9.00", "total": "9.00"}
            ],
            "currency": {"id": "KOMCURT0001"},
            "totals": {"subtotal": "9.00", "quantity": "1", "total": "9.00"},
            "payments": [{"amount": "9.00", "type": {"id": "CAKOMPT0002"}}],
        }
        with self.client.post(
            "/ca/v1/sales", json={"sales": [sale]}, headers=TRACE, catch_response=True
        ) as answer:
            if answer.status_code != 200:  # noqa: PLR2004 - OK
                answer.failure(answer.text)
                return
            number = int(answer.json()["results"]["data"]["receipt_number"])
        url = f"/v2/sales/void?licenseNumber={SHOP}&submit=true"
        self.client.post(url, json={"id": number}, headers=T3, name="/v2/sales/void")


class Sync(FastHttpUser):
    """A nightly sync: every page of the active receipts."""

    wait_time = between(0.2, 0.5)
    weight = 1

    @task
    def read_everything(self) -> None:
        page, pages = 1, 1
        while page <= pages:
            url = f"/v2/sales/active?licenseNumber={SHOP}&pageSize={PAGE_SIZE}&page={page}"
            pages = self.client.get(url, headers=T3, name="/v2/sales/active").json()["totalPages"]
            page += 1
