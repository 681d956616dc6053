"""The regulator is down; the shop is not."""

from typing import Any

import pytest
from examples.pos import Outbox, Till

SHOP = "XXXRETAIL01"


@pytest.fixture
def outbox(simulator: Any) -> Outbox:
    return Outbox(Till(simulator.trace, attempts=2))


@pytest.mark.parametrize("sales", [1, 2, 5, 12])
def test_an_outage_is_sat_out(simulator: Any, outbox: Outbox, sales: int) -> None:
    with simulator.faults.apply("metrc_down"):
        for number in range(sales):
            outbox.ring_up(simulator.a_sale(SHOP, external_id=f"Q-{number}"))
        assert len(outbox.waiting) == sales

    assert outbox.drain() == sales

    simulator.oracle.assert_exactly_once()
    assert simulator.oracle.report().verdicts["once"] == sales


@pytest.mark.parametrize("toxicity", [0.2, 0.5, 0.8])
@pytest.mark.parametrize("phase", ["before", "after"])
def test_a_flaky_day_ends_well(simulator: Any, outbox: Outbox, toxicity: float, phase: str) -> None:
    simulator.faults.add(
        {"type": "status", "status": 504},
        phase=phase,
        toxicity=toxicity,
        operation="state_v1_sales_post",
    )
    for number in range(10):
        outbox.ring_up(simulator.a_sale(SHOP, external_id=f"F-{number}"))

    for _ in range(100):
        if not outbox.waiting:
            break
        outbox.drain()

    simulator.oracle.assert_exactly_once()
    assert simulator.oracle.report().verdicts["once"] == 10


def test_what_is_refused_is_set_aside(simulator: Any, outbox: Outbox) -> None:
    good = simulator.a_sale(SHOP, external_id="G-1")
    bad = {**simulator.a_sale(SHOP, external_id="G-2"), "employees": {"id": "nobody"}}

    outbox.ring_up(bad)
    outbox.ring_up(good)

    assert outbox.waiting == []
    ((_, refused),) = outbox.refused
    assert refused.paths == ["sales[0].employees.id"]
    simulator.oracle.assert_exactly_once("G-1")
