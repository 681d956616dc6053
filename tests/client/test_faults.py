"""The faults of a world, over the wire."""

from typing import Any

import httpx
import pytest

from simulator.client import SimulatorError, World
from simulator.faults.fault import Fault as Model
from simulator.faults.match import Match

WHOAMI = "/v2/auth/whoami"
BODY: dict[str, Any] = {"type": "status", "status": 503, "retry_after": 3}


def test_a_fault_strikes_what_it_is_for(world: World) -> None:
    fault = world.faults.add(BODY, name="down", api="t3", path=WHOAMI, nth=2)

    assert [world.t3.get(WHOAMI).status_code for _ in range(3)] == [200, 503, 200]
    assert world.trace.get("/ca/v1/sales/actions").status_code == 200
    assert (fault.matched, fault.struck) == (3, 1)
    assert (fault.name, fault.phase, dict(fault.effect)) == ("down", "before", BODY)
    assert dict(fault.match) == {"api": "t3", "path": WHOAMI, "nth": 2}


def test_an_effect_that_needs_no_more_may_be_a_word(world: World) -> None:
    world.faults.add("reset_peer", operation="v2_auth_whoami_get")

    with pytest.raises(httpx.ReadError):
        world.t3.get(WHOAMI)


def test_an_answer_is_lost_after_the_sale_is_recorded(world: World, sell: Any) -> None:
    fault = world.faults.add(
        {"type": "status", "status": 504}, phase="after", operation="state_v1_sales_post"
    )

    assert sell(world).status_code == 504
    assert world.info().receipts == 338
    assert (fault.phase, fault.name) == ("after", "status-1")


def test_every_part_of_a_fault_can_be_said(world: World) -> None:
    latency = {"type": "latency", "latency": 5, "jitter": 0, "distribution": "uniform"}
    partial = world.faults.add(
        latency, phase="partial", keep=1, body={"sales[0].terminal": "till-1"}, every=2
    )
    delayed = world.faults.add(latency, phase="delayed", delay=30, query={"page": 2}, toxicity=0.5)

    assert (partial.keep, partial.delay, delayed.delay) == (1, None, 30)
    assert partial.match == {"body": {"sales[0].terminal": "till-1"}, "every": 2}
    assert delayed.match == {"query": {"page": 2}, "toxicity": 0.5}
    assert [each.name for each in world.faults.list()] == [partial.name, delayed.name]


def test_a_fault_in_json_is_added_or_replaced(world: World) -> None:
    world.faults.add_json({"name": "one", "effect": BODY})
    with pytest.raises(SimulatorError, match="is taken"):
        world.faults.add_json({"name": "one", "effect": BODY})

    replaced = world.faults.add_json({"name": "one", "effect": {"type": "reset_peer"}}, replace=True)

    assert replaced.effect["type"] == world.faults.get("one").effect["type"] == "reset_peer"
    assert len(world.faults.list()) == 1


def test_a_fault_of_a_block_is_removed_at_its_end_and_still_tells_what_it_did(world: World) -> None:
    with world.faults.add(BODY, path=WHOAMI) as fault:
        assert world.t3.get(WHOAMI).status_code == 503
    assert world.t3.get(WHOAMI).status_code == 200
    assert (fault.matched, fault.struck) == (1, 1)
    assert world.faults.list() == []


def test_a_fault_that_is_removed_within_its_block_is_fine(world: World) -> None:
    with world.faults.add(BODY), world.faults.add(BODY) as second:
        world.faults.clear()
    with pytest.raises(SimulatorError, match="there is no fault"):
        second.remove()


def test_what_goes_wrong_in_a_block_is_told_first(world: World) -> None:
    def fails() -> None:
        with doomed.faults.add(BODY):
            doomed.drop()
            raise ZeroDivisionError

    doomed = world.fork()
    with pytest.raises(ZeroDivisionError):
        fails()


def test_a_profile_is_applied_as_it_is_or_changed(world: World) -> None:
    names = {profile.name for profile in world.faults.profiles()}
    assert {"commit_then_504", "slow", "read_lag"} <= names

    as_it_is = world.faults.apply("commit_then_504")
    assert (as_it_is.phase, as_it_is.match["first"]) == ("after", 1)
    changed = world.faults.apply("commit_then_504", first=3, license_number="LIC-00001")
    assert (changed.match["first"], changed.match["license_number"]) == (3, "LIC-00001")
    always = world.faults.apply("commit_then_504", first=None, name="always")
    assert "first" not in always.match
    lag = world.faults.apply("read_lag", effect={"seconds": 5})
    assert lag.effect["seconds"] == 5
    late = world.faults.apply("late_commit", delay=5)
    assert late.delay == 5
    assert [each.name for each in world.faults.list()] == [
        "commit_then_504",
        "always",
        "read_lag",
        "late_commit",
    ]


@pytest.mark.parametrize(
    ("effect", "said", "says"),
    [
        ("reset_pear", {}, "Did you mean 'reset_peer'?"),
        ("status", {}, "effect.status is missing"),
        ("reset_peer", {"opration": "x"}, "Did you mean 'operation'?"),
        ("reset_peer", {"operation": "state_v1_sale_post"}, "Did you mean 'state_v1_sales_post'?"),
        ("expired_token", {"phase": "after"}, "goes with phase before only"),
        ("reset_peer", {"keep": 1}, "goes with phase 'partial' only"),
    ],
)
def test_a_fault_that_makes_no_sense_is_refused(
    world: World, effect: str, said: dict[str, Any], says: str
) -> None:
    with pytest.raises(SimulatorError) as refused:
        world.faults.add(effect, **said)
    assert says in str(refused.value)


def test_what_is_not_there_is_refused(world: World) -> None:
    for ask in (world.faults.get, world.faults.remove, world.faults.counts):
        with pytest.raises(SimulatorError, match="there is no fault 'x'") as refused:
            ask("x")
        assert refused.value.status == 404
    with pytest.raises(SimulatorError, match="Did you mean 'slow'"):
        world.faults.apply("sloow")


def test_the_docstring_names_every_key_of_a_match(world: World) -> None:
    told = world.faults.add.__doc__ or ""
    assert all(key in told for key in Match.model_fields)
    assert {"name", "match", "phase", "effect", "delay", "keep"} == set(Model.model_fields)
