"""What depends on the time of day, without waiting for it."""

from typing import Any

import pytest
from examples.pos import Refused, Till

SHOP = "XXXRETAIL01"
LOGIN = {"hostname": "ca.metrc.com", "username": "demo", "password": "demo"}


@pytest.mark.parametrize(("hours", "status"), [(0, 200), (23, 200), (24, 401), (48, 401)])
def test_a_token_lives_a_day(simulator: Any, hours: float, status: int) -> None:
    simulator.clock.freeze()
    token = simulator.t3.post("/v2/auth/credentials", json=LOGIN).json()["accessToken"]
    simulator.clock.advance(hours=hours)

    with simulator.client_of({"Authorization": f"Bearer {token}"}) as http:
        assert http.get("/v2/auth/whoami").status_code == status


def test_an_expired_token_can_be_had_at_once(simulator: Any) -> None:
    with simulator.faults.add("expired_token"):
        assert simulator.t3.get("/v2/licenses").status_code == 401
    assert simulator.t3.get("/v2/licenses").status_code == 200


@pytest.mark.parametrize("days", [3, 10, 30])
def test_a_late_report_is_taken_with_a_warning(simulator: Any, sale: Any, days: float) -> None:
    simulator.clock.advance(days=days)

    answer = simulator.trace.post("/ca/v1/sales", json={"sales": [sale]}).json()

    assert [warning["type"] for warning in answer["warnings"]] == ["reported_late"]


def test_yesterday_has_not_happened_yet(simulator: Any, till: Till, sale: Any) -> None:
    now = simulator.clock.freeze().now
    simulator.clock.set(now.replace(year=now.year - 1))

    with pytest.raises(Refused) as refused:
        till.record(sale)

    assert "date_in_future" in refused.value.reasons


@pytest.mark.parametrize("rate", [60, 3600])
def test_time_flies(simulator: Any, rate: float) -> None:
    simulator.clock.run(rate)
    before = simulator.clock.now

    assert (simulator.clock.now - before).total_seconds() > 0
    assert not simulator.clock.state.frozen


@pytest.mark.simulator(now="2026-11-01T08:30:00Z")
def test_a_day_of_25_hours_is_closed_at_its_midnight(simulator: Any) -> None:
    """The night the clocks go back, in California."""
    (closed,) = simulator.clock.close_day(SHOP)

    assert closed.until.isoformat() == "2026-11-02T08:00:00+00:00"
