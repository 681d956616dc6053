"""Answers that never come: who sends again too soon has sold twice; who looks first has not."""

from typing import Any

import pytest
from examples.pos import HastyTill, Till, Unknown

SHOP = "XXXRETAIL01"
RECORD = {"operation": "state_v1_sales_post"}
LOSING = [
    {"type": "status", "status": 500},
    {"type": "status", "status": 502},
    {"type": "status", "status": 503},
    {"type": "status", "status": 504},
    {"type": "timeout", "timeout": 20},
    {"type": "reset_peer"},
    {"type": "limit_data", "bytes": 40},
]
EFFECTS = pytest.mark.parametrize("effect", LOSING, ids=lambda effect: "-".join(map(str, effect.values())))


@EFFECTS
def test_a_hasty_till_sells_twice(simulator: Any, hasty_till: HastyTill, sale: Any, effect: Any) -> None:
    simulator.faults.add(effect, phase="after", first=1, **RECORD)

    hasty_till.record(sale)

    with pytest.raises(AssertionError, match="A-17 was recorded twice"):
        simulator.oracle.assert_exactly_once()


@EFFECTS
@pytest.mark.parametrize("phase", ["before", "after"])
def test_a_till_that_looks_first_sells_once(
    simulator: Any, till: Till, sale: Any, effect: Any, phase: str
) -> None:
    simulator.faults.add(effect, phase=phase, first=1, **RECORD)

    receipt = till.record(sale)

    simulator.oracle.assert_exactly_once("A-17")
    assert receipt["external_id"] == "A-17"
    assert simulator.oracle.report().unlearned == ()


@pytest.mark.parametrize("failures", [1, 2, 3, 4])
def test_it_holds_out_as_long_as_it_has_attempts(
    simulator: Any, till: Till, sale: Any, failures: int
) -> None:
    fault = simulator.faults.add({"type": "status", "status": 503}, first=failures, **RECORD)

    till.record(sale)

    assert fault.struck == failures
    simulator.oracle.assert_exactly_once()


def test_it_gives_up_in_the_end_and_says_so(simulator: Any, till: Till, sale: Any) -> None:
    simulator.faults.apply("metrc_down")

    with pytest.raises(Unknown):
        till.record(sale)

    assert simulator.journal.count(status=503) > till.attempts


@pytest.mark.parametrize("size", [2, 3, 5, 8])
def test_half_a_batch_is_half_recorded(simulator: Any, size: int) -> None:
    sales = [simulator.a_sale(SHOP, external_id=f"B-{number}") for number in range(size)]
    with simulator.faults.apply("half_a_batch", **RECORD):
        answer = simulator.trace.post("/ca/v1/sales", json={"sales": sales})

    report = simulator.oracle.report()
    assert answer.status_code == 504
    assert [intent.verdict for intent in report.intents].count("once") == size // 2
    assert len(report.unlearned) == size // 2


@pytest.mark.parametrize("delay", [1, 60, 3600])
def test_a_late_commit_shows_when_it_is_due(simulator: Any, sale: Any, delay: float) -> None:
    simulator.faults.add({"type": "status", "status": 504}, phase="delayed", delay=delay, **RECORD)
    till = Till(simulator.trace, attempts=1)

    with pytest.raises(Unknown):
        till.record(sale)
    simulator.clock.advance(seconds=delay)

    assert till.look_up(sale) is not None
    simulator.oracle.assert_exactly_once()
