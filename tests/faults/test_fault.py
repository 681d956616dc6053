"""Faults that do not stand up are refused in one line that says what to mend."""

from itertools import product
from typing import Any

import pytest
from pydantic import ValidationError

from simulator.faults import EFFECTS, Fault, FaultRefused, Match, Phase, read
from simulator.faults.effects import Status

STATUS = {"type": "status", "status": 504}
LEAST: dict[str, dict[str, Any]] = {
    "status": {"status": 503},
    "latency": {"latency": 10},
    "limit_data": {"bytes": 10},
    "bandwidth": {"rate": 1},
    "slicer": {"average_size": 10},
    "read_lag": {"seconds": 1},
}
"""What an effect cannot do without."""
EFFECT_NAMES = ", ".join(EFFECTS)
BEFORE_ONLY = {"rate_limit", "expired_token", "read_lag"}


@pytest.mark.parametrize(("effect", "phase"), list(product(EFFECTS, Phase)))
def test_a_pair_of_phase_and_effect_makes_sense_or_is_refused(effect: str, phase: Phase) -> None:
    data = {"phase": phase.value, "effect": {"type": effect, **LEAST.get(effect, {})}}
    if effect in BEFORE_ONLY and phase is not Phase.BEFORE:
        with pytest.raises(
            FaultRefused, match=f"^effect '{effect}' goes with phase before only, not '{phase}'$"
        ):
            read(data)
    else:
        assert read(data).effect == EFFECTS[effect](**LEAST.get(effect, {}))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (5, "a fault must be an object, not 5"),
        ({}, "effect is missing"),
        ({"effect": 5}, "effect must be an object, not 5"),
        ({"effect": {}}, f"effect.type is missing. Effects: {EFFECT_NAMES}"),
        (
            {"effect": {"type": "reset"}},
            f"effect.type 'reset' is unknown. Did you mean 'reset_peer'? Effects: {EFFECT_NAMES}",
        ),
        ({"effect": {"type": "status"}}, "effect.status is missing"),
        ({"effect": {"type": "status", "status": 200}}, "effect.status must be at least 400, not 200"),
        ({"effect": {"type": "status", "status": 600}}, "effect.status must be at most 599, not 600"),
        ({"effect": {"type": "status", "status": "x"}}, "effect.status must be a whole number, not 'x'"),
        ({"effect": {"type": "status", "status": 500.5}}, "effect.status must be a whole number, not 500.5"),
        ({"effect": {**STATUS, "message": ""}}, "effect.message must not be empty"),
        ({"effect": {"type": "status", "status": None}}, "effect.status must be a whole number, not null"),
        ({"effect": {**STATUS, "message": 5}}, "effect.message must be a text, not 5"),
        (
            {"effect": {**STATUS, "retryafter": 5}},
            "effect.retryafter is unknown. Did you mean 'retry_after'? Keys of effect: type, status, message, retry_after",
        ),
        ({"effect": {"type": "read_lag", "seconds": 0}}, "effect.seconds must be above 0, not 0"),
        ({"effect": {"type": "read_lag", "seconds": 86401}}, "effect.seconds must be at most 86400, not 86401"),
        ({"effect": {"type": "rate_limit", "retry_after": "x"}}, "effect.retry_after must be true or false, not 'x'"),
        (
            {"effect": {"type": "latency", "latency": 1, "distribution": "norml"}},
            "effect.distribution must be 'uniform', 'normal' or 'lognormal', not 'norml'. Did you mean 'normal'?",
        ),
        (
            {"effect": {"type": "latency", "latency": 0, "distribution": "lognormal"}},
            "effect.distribution must not be 'lognormal' where latency is 0; give a latency of at least 1",
        ),
        (
            {"effect": {"type": "slicer", "average_size": 10, "size_variation": 10}},
            "effect.size_variation must be below average_size, which is 10, not 10",
        ),
        (
            {"effect": STATUS, "phase": "afer"},
            "phase must be 'before', 'after', 'partial' or 'delayed', not 'afer'. Did you mean 'after'?",
        ),
        ({"effect": STATUS, "delay": 5}, "delay goes with phase 'delayed' only, not 'before'"),
        ({"effect": STATUS, "phase": "delayed", "delay": 0}, "delay must be above 0, not 0"),
        ({"effect": STATUS, "phase": "after", "keep": 0}, "keep goes with phase 'partial' only, not 'after'"),
        ({"effect": STATUS, "phase": "partial", "keep": -1}, "keep must be at least 0, not -1"),
        (
            {"effect": STATUS, "name": "a/b"},
            "name must be of at most 64 letters, digits, _ . and -, and not begin with . or -, not 'a/b'",
        ),
        (
            {"effect": STATUS, "phases": "after"},
            "phases is unknown. Did you mean 'phase'? Keys of a fault: name, match, phase, effect, delay, keep",
        ),
        ({"effect": STATUS, "match": []}, "match must be an object, not []"),
        (
            {"effect": STATUS, "match": {"user": "kim"}},
            "match.user is unknown. Did you mean 'username'? Keys of match: api, operation, method, path, license_number, username, query, body, nth, every, first, toxicity",
        ),
        (
            {"effect": STATUS, "match": {"api": "xyz"}},
            "match.api must be 't3' or 'trace', not 'xyz'",
        ),
        (
            {"effect": STATUS, "match": {"method": "pst"}},
            "match.method must be 'GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE' or 'OPTIONS', not 'PST'. Did you mean 'POST'?",
        ),
        (
            {"effect": STATUS, "match": {"path": "v2/sales/*"}},
            "match.path must begin with / or a wildcard, as every path does, not 'v2/sales/*'",
        ),
        (
            {"effect": STATUS, "match": {"path": "/worlds/a/v2/*"}},
            "match.path must be the path within the world, without /worlds/NAME, not '/worlds/a/v2/*'",
        ),
        ({"effect": STATUS, "match": {"path": "/v[2/*"}}, "match.path must have a ] for every [, not '/v[2/*'"),
        ({"effect": STATUS, "match": {"username": ""}}, "match.username must not be empty"),
        ({"effect": STATUS, "match": {"query": "page=2"}}, "match.query must be an object, not 'page=2'"),
        (
            {"effect": STATUS, "match": {"query": {"page": [1]}}},
            "match.query.page must be a text, a number, true, false or null, not [1]",
        ),
        (
            {"effect": STATUS, "match": {"body": {"total": float("nan")}}},
            "match.body.total must be a text, a number, true, false or null, not nan",
        ),
        (
            {"effect": STATUS, "match": {"body": {"sales[].id": 1}}},
            "match.body 'sales[].id' is not a path; write one such as sales[0].external_id or sales[*].line_items[*].quantity",
        ),
        ({"effect": STATUS, "match": {"query": {"page__gt": True}}}, "match.query 'page__gt': gt takes a number or a text, not True"),
        (
            {"effect": STATUS, "match": {"nth": 0}},
            "match.nth must be a whole number of at least 1 or a list of such, not 0",
        ),
        (
            {"effect": STATUS, "match": {"nth": [1, True]}},
            "match.nth must be a whole number of at least 1 or a list of such, not [1, True]",
        ),
        (
            {"effect": STATUS, "match": {"nth": []}},
            "match.nth must be a whole number of at least 1 or a list of such, not []",
        ),
        ({"effect": STATUS, "match": {"every": 0}}, "match.every must be at least 1, not 0"),
        ({"effect": STATUS, "match": {"toxicity": 1.5}}, "match.toxicity must be at most 1, not 1.5"),
        (
            {"effect": STATUS, "match": {"nth": 1, "first": 2}},
            "match takes only one of nth, every and first, not nth and first",
        ),
        (
            {"effect": {"type": "rate_limit"}, "match": {"every": 2}},
            "effect 'rate_limit' counts requests itself, so it does not go with match.every",
        ),
        (
            {"effect": {"type": "read_lag", "seconds": 5}, "match": {"method": "POST"}},
            "effect 'read_lag' is for reads, so match.method may be GET or HEAD, not 'POST'",
        ),
        (
            {"effect": {"type": "status", "status": 1}, "match": {"every": 0}, "keep": -1},
            "match.every must be at least 1, not 0; effect.status must be at least 400, not 1; keep must be at least 0, not -1",
        ),
    ],
)  # fmt: skip
def test_a_fault_that_does_not_stand_up_is_refused(data: Any, message: str) -> None:
    with pytest.raises(FaultRefused) as refused:
        read(data)
    assert str(refused.value) == message


def test_the_model_itself_refuses_as_pydantic_does() -> None:
    with pytest.raises(ValidationError, match="goes with phase 'delayed' only"):
        Fault(effect=Status(status=500), delay=5)


def test_a_delayed_write_shows_after_a_minute_unless_said_otherwise() -> None:
    assert read({"effect": STATUS, "phase": "delayed"}).shows_after == 60
    assert read({"effect": STATUS, "phase": "delayed", "delay": 2.5}).shows_after == 2.5
    assert read({"effect": STATUS, "phase": "after"}).shows_after == 0


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_read_lag_may_be_for_one_method_of_reading(method: str) -> None:
    assert read({"effect": {"type": "read_lag", "seconds": 5}, "match": {"method": method}})


def test_a_fault_made_in_python_needs_no_types() -> None:
    made = Fault(match=Match(method="POST", nth=(1, 3)), phase=Phase.AFTER, effect=Status(status=504))
    assert made == read({"match": {"method": "post", "nth": [1, 3]}, "phase": "after", "effect": STATUS})


def test_everything_that_may_be_said_is_described() -> None:
    schema = Fault.model_json_schema()
    for model in (schema, *schema["$defs"].values()):
        assert model["description"]
        for name, field in model.get("properties", {}).items():
            assert name == "type" or field["description"], name
