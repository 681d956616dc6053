"""The oracle of a world, over the wire."""

from datetime import timedelta
from typing import Any

import pytest

from simulator.client import NotExactlyOnce, World


def test_a_sale_recorded_once_is_exactly_once(world: World, sell: Any) -> None:
    sell(world)

    world.oracle.assert_exactly_once()
    world.oracle.assert_exactly_once("order-1")
    report = world.oracle.report()
    assert report.exactly_once
    assert report.verdicts["once"] == 1
    (intent,) = report.intents
    assert (intent.external_id, intent.verdict, intent.standing) == ("order-1", "once", ("000060071",))
    assert (report.failures, report.problems, report.complete) == ((), (), True)


def test_a_retry_after_a_lost_answer_is_told_in_sentences(world: World, sell: Any) -> None:
    with world.faults.apply("commit_then_504"):
        assert [sell(world).status_code for _ in range(2)] == [504, 200]

    with pytest.raises(NotExactlyOnce, match="order-1 was recorded twice") as told:
        world.oracle.assert_exactly_once()
    assert isinstance(told.value, AssertionError)
    report = world.oracle.report()
    assert (report.exactly_once, report.retries, report.verdicts["duplicated"]) == (False, 1, 1)
    (intent,) = report.intents
    assert [(attempt.entry, attempt.status, len(attempt.events)) for attempt in intent.attempts] == [
        (1, 504, 1),
        (2, 200, 1),
    ]
    assert [fault.name for fault in intent.attempts[0].faults] == ["commit_then_504"]
    assert intent.attempts[0].at == world.clock.now
    assert [(each.stands, each.learned) for each in intent.receipts] == [(True, False), (True, True)]
    assert [each.receipt_number for each in report.unlearned] == ["000060071"]
    assert report.lost_answers[0]["entry"] == 1


def test_one_sale_can_be_asked_about_alone(world: World, sell: Any) -> None:
    with world.faults.apply("commit_then_504"):
        sell(world)
        sell(world)
    sell(world, "order-2")

    world.oracle.assert_exactly_once("order-2")
    assert [intent.external_id for intent in world.oracle.report(external_id="order-2").intents] == [
        "order-2"
    ]
    with pytest.raises(NotExactlyOnce, match="twice"):
        world.oracle.assert_exactly_once(external_id="order-1")
    with pytest.raises(NotExactlyOnce, match="No sale with external_id order-3 was sent"):
        world.oracle.assert_exactly_once("order-3")


def test_sales_without_an_external_id_are_one_within_a_window(world: World, sell: Any) -> None:
    with world.faults.apply("commit_then_504"):
        sell(world, None)
        world.clock.advance(minutes=10)
        sell(world, None)

    assert len(world.oracle.report().intents) == 2
    assert len(world.oracle.report(window=timedelta(hours=1)).intents) == 1
    with pytest.raises(NotExactlyOnce):
        world.oracle.assert_exactly_once(window=3600)


def test_a_receipt_nobody_learned_of_is_a_problem_but_no_failure(world: World, sell: Any) -> None:
    with world.faults.apply("commit_then_504"):
        sell(world)

    report = world.oracle.report()
    assert report.exactly_once
    assert any("never learned" in problem for problem in report.problems)
