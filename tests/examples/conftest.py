"""What an integrator's conftest.py might hold: the till and the office of one shop, in a world of the test's own."""

from typing import Any

import pytest
from examples.pos import HastyTill, Sync, Till

SHOP = "XXXRETAIL01"


@pytest.fixture
def till(simulator: Any) -> Till:
    return Till(simulator.trace)


@pytest.fixture
def hasty_till(simulator: Any) -> HastyTill:
    return HastyTill(simulator.trace)


@pytest.fixture
def office(simulator: Any) -> Sync:
    return Sync(simulator.t3, SHOP, wait=lambda seconds: simulator.clock.advance(seconds=seconds))


@pytest.fixture
def sale(simulator: Any) -> dict[str, Any]:
    """A sale of the shop that the regulator takes."""
    made: dict[str, Any] = simulator.a_sale(SHOP, external_id="A-17")
    return made
