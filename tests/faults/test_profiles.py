"""Ready-made faults: each does what it says, and what is said goes before what it says."""

from typing import Any

import pytest
from support.facts import NOON, SALES, some_facts

from simulator.faults import PROFILES, Facts, FaultBook, FaultRefused, profile
from simulator.t3.openapi import document as t3_document
from simulator.trace.openapi import document as trace_document

SLOW = {"type": "latency", "latency": 500, "distribution": "lognormal"}
SALE = some_facts()
BATCH_OF_ONE = some_facts(body={"sales": SALES["sales"][:1]})
LOOKING = some_facts(method="GET", operation="state_v1_sales_get", body=None)
T3_SALES = some_facts(
    api="t3", method="GET", operation="v2_sales_active_get", path="/v2/sales/active", body=None
)
T3_LOGIN = some_facts(
    api="t3", operation="v2_auth_credentials_post", path="/v2/auth/credentials", username=None
)


def struck(name: str, *requests: Facts) -> list[bool]:
    book = FaultBook(0)
    book.add(profile(name))
    return [bool(book.strikes(facts, NOON)) for facts in requests]


@pytest.mark.parametrize(
    ("name", "requests", "strikes"),
    [
        ("t3_rate_limit", [T3_SALES] * 601, [False] * 600 + [True]),
        ("t3_rate_limit", [SALE] * 601, [False] * 601),
        ("metrc_rate_limit", [T3_SALES] * 151, [False] * 150 + [True]),
        ("metrc_rate_limit", [T3_LOGIN] * 151, [False] * 151),
        ("metrc_down", [SALE, LOOKING, T3_SALES, T3_LOGIN], [True] * 4),
        ("commit_then_504", [LOOKING, SALE, SALE], [False, True, False]),
        ("commit_then_reset", [LOOKING, SALE, SALE], [False, True, False]),
        ("commit_then_timeout", [LOOKING, SALE, SALE], [False, True, False]),
        ("lost_before_commit", [LOOKING, SALE, SALE], [False, True, False]),
        ("late_commit", [LOOKING, SALE, SALE], [False, True, False]),
        ("half_a_batch", [BATCH_OF_ONE, SALE, SALE], [False, True, False]),
        ("fails_twice", [SALE, LOOKING, SALE, SALE], [True, False, True, False]),
        ("slow", [SALE, LOOKING, T3_SALES], [True] * 3),
        ("read_lag", [SALE, LOOKING, T3_SALES], [False, True, True]),
        ("expired_tokens", [T3_LOGIN, SALE, T3_SALES, T3_SALES], [False, False, True, False]),
    ],
)
def test_a_profile_strikes_what_it_says(name: str, requests: list[Facts], strikes: list[bool]) -> None:
    assert struck(name, *requests) == strikes


def test_flaky_strikes_about_one_in_twenty() -> None:
    assert 30 < sum(struck("flaky", *[SALE] * 1000)) < 70


def test_every_profile_is_named_and_told() -> None:
    for name, each in PROFILES.items():
        assert each.fault.name == name == profile(name).name
        assert profile(name) == each.fault
        assert each.about.endswith(".")
        assert each.pain.endswith((".", "?"))


def test_every_operation_of_a_profile_is_served() -> None:
    served = {
        operation["operationId"]
        for document in (t3_document(), trace_document())
        for operations in document["paths"].values()
        for operation in operations.values()
    }
    named = {each.fault.match.operation for each in PROFILES.values()} - {None}
    assert named
    assert named <= served


@pytest.mark.parametrize(
    ("name", "said", "changed"),
    [
        ("read_lag", {"effect": {"seconds": 5}}, {"effect": {"type": "read_lag", "seconds": 5}}),
        ("read_lag", {"name": "lag"}, {"name": "lag"}),
        ("slow", {"effect": {"type": "latency", "jitter": 5}}, {"effect": {**SLOW, "jitter": 5}}),
        ("flaky", {"effect": {"status": 502}}, {"effect": {"type": "status", "status": 502}}),
        ("flaky", {"effect": {"type": "reset_peer"}}, {"effect": {"type": "reset_peer"}}),
        ("flaky", {"match": {"api": "t3"}}, {"match": {"api": "t3", "toxicity": 0.05}}),
        ("fails_twice", {"match": {"first": 5}}, {"match": {"operation": "state_v1_sales_post", "first": 5}}),
        ("fails_twice", {"match": {"nth": 3}}, {"match": {"operation": "state_v1_sales_post", "nth": 3}}),
        ("fails_twice", {"match": {"first": None}}, {"match": {"operation": "state_v1_sales_post"}}),
        ("fails_twice", {"match": None}, {"match": {}}),
        ("late_commit", {"delay": 5}, {"delay": 5}),
        ("late_commit", {"phase": "after"}, {"phase": "after", "delay": None}),
        ("half_a_batch", {"keep": 1}, {"keep": 1}),
    ],
)
def test_what_is_said_goes_before_what_the_profile_says(
    name: str, said: dict[str, Any], changed: dict[str, Any]
) -> None:
    usual = PROFILES[name].fault
    assert profile(name, said) == type(usual).model_validate({**usual.model_dump(), **changed})


@pytest.mark.parametrize(
    ("name", "said", "message"),
    [
        ("metrc_is_down", {}, f"profile 'metrc_is_down' is unknown. Did you mean 'metrc_down'? Profiles: {', '.join(PROFILES)}"),
        ("flaky", {"effect": {"status": 1}}, "effect.status must be at least 400, not 1"),
        ("flaky", {"effect": 5}, "effect must be an object, not 5"),
        ("flaky", {"effect": None}, "effect is missing"),
        ("flaky", {"toxicity": 0.5}, "toxicity is unknown. Keys of a fault: name, match, phase, effect, delay, keep"),
        ("late_commit", {"phase": "after", "delay": 5}, "delay goes with phase 'delayed' only, not 'after'"),
    ],
)  # fmt: skip
def test_a_profile_that_is_bent_too_far_is_refused(name: str, said: dict[str, Any], message: str) -> None:
    with pytest.raises(FaultRefused) as refused:
        profile(name, said)
    assert str(refused.value) == message
