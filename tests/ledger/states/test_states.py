"""What a state is besides its limits: order, zones, ages, deadlines, taxes."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from simulator.ledger.customers import ADULT, EVERYONE, CustomerType
from simulator.ledger.states import STATES, TRACE_STATES
from simulator.ledger.states.state import State
from simulator.ledger.vocabulary import TAX_TYPES

TRACE_ORDER = [
    "ca",
    "or",
    "nv",
    "mt",
    "co",
    "mi",
    "il",
    "ma",
    "ri",
    "nj",
    "md",
    "de",
    "va",
    "oh",
    "ky",
    "al",
    "ms",
    "mn",
    "la",
    "ok",
    "sd",
    "me",
    "wa",
    "wv",
]
PATIENTS_ONLY = {"va", "ky", "al", "ms", "la", "ok", "sd", "wv"}
NINE_IN_THE_EVENING = datetime(2026, 5, 20, 21, 0)  # noqa: DTZ001 - a local time, each test gives it the state's zone


def test_the_states_are_in_trace_s_order_and_missouri_is_not_one_of_them() -> None:
    assert list(TRACE_STATES) == TRACE_ORDER
    assert list(STATES) == [*TRACE_ORDER, "mo"]


def test_all_but_delaware_and_washington_run_metrc() -> None:
    assert {code for code, state in STATES.items() if state.host is None} == {"de", "wa"}
    assert STATES["ri"].host == "ri.metrc.com"


@pytest.mark.parametrize("state", STATES.values(), ids=STATES)
def test_adults_buy_from_21_where_they_may_buy(state: State) -> None:
    patients_only = state.code in PATIENTS_ONLY
    assert (state.adult is None) == patients_only
    assert state.customers == (EVERYONE - ADULT if patients_only else EVERYONE)
    if state.adult:
        assert state.minimum_age(CustomerType.ADULT) == 21


@pytest.mark.parametrize("state", STATES.values(), ids=STATES)
def test_patients_buy_from_18_but_for_two_states(state: State) -> None:
    assert state.minimum_age(CustomerType.PATIENT) == {"al": 19, "mn": 0}.get(state.code, 18)


@pytest.mark.parametrize("state", STATES.values(), ids=STATES)
def test_a_grade_d_is_ours_and_no_other(state: State) -> None:
    graded = [state.medical, state.deadline, state.hours, state.license_shape, *state.taxes, *state.limits]
    graded += [each for each in (state.adult, state.medical_deadline) if each]
    for each in graded:
        assert each.grade in "ABCD"
        assert (each.grade == "D") == (each.sources[0] == "ours"), each


@pytest.mark.parametrize("state", STATES.values(), ids=STATES)
def test_the_rest_of_a_state_is_well_formed(state: State) -> None:
    assert state.visitors in {"yes", "no", "unknown", "conflict"}
    assert 0 <= state.hours.opens < state.hours.closes <= 24
    assert all(tax.type_id in TAX_TYPES for tax in state.taxes)
    assert all(tax.customers <= state.customers for tax in state.taxes)
    assert all(Decimal(0) < tax.rate < Decimal(50) for tax in state.taxes)


@pytest.mark.parametrize(
    ("code", "reported", "late"),
    [
        ("ca", "2026-05-21T20:59", False),
        ("ca", "2026-05-21T21:01", True),
        ("or", "2026-05-21T08:00", False),
        ("or", "2026-05-21T08:01", True),
        ("sd", "2026-05-20T23:59", False),
        ("sd", "2026-05-21T00:01", True),
        ("md", "2026-05-20T22:00", False),
        ("md", "2026-05-20T22:01", True),
        ("wa", "2026-05-27T21:00", False),
        ("wa", "2026-05-27T21:01", True),
    ],
)
def test_a_sale_of_nine_in_the_evening_is_late_from_then_on(code: str, reported: str, late: bool) -> None:
    state = STATES[code]
    sold_at = NINE_IN_THE_EVENING.replace(tzinfo=state.zone).astimezone(UTC)
    now = datetime.fromisoformat(reported).replace(tzinfo=state.zone).astimezone(UTC)

    assert state.deadline.missed(sold_at, now, state.zone) is late


@pytest.mark.parametrize("code", ["co", "mi"])
def test_patients_sales_are_due_at_once_where_adults_may_be_batched(code: str) -> None:
    state = STATES[code]
    assert state.deadline_for(CustomerType.ADULT) is state.deadline
    assert state.deadline_for(CustomerType.PATIENT) is state.medical_deadline
    assert STATES["ca"].deadline_for(CustomerType.PATIENT) is STATES["ca"].deadline
