"""The verdict: what its proofs say, and that one that is broken fails the run."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.client import Audit, AuditedLicense
from simulator.loadtest.reconciling import Reconciled
from simulator.loadtest.thresholds import ALL, Held, Threshold
from simulator.loadtest.verdict import (
    Proof,
    Verdict,
    exactly_once,
    nothing_stuck,
    t3_agrees_with_trace,
    units_conserved,
)

HOLDS, BROKEN = Proof("sums", True, "they add up"), Proof("sums", False, "they do not")
KEPT = Held(Threshold(ALL, "p95", 200), 150.0)
MISSED = Held(Threshold(ALL, "p95", 200), 250.0)
NEVER = Held(Threshold("void_sale", "p95", 200), None)
AUDITED = AuditedLicense(
    "SHOP", 1200, Decimal(9), Decimal(5), Decimal(4), Decimal(0), {}, Decimal(0), Decimal(0)
)


def sales(**bent: Any) -> Reconciled:
    """Five recorded, as their clients believe."""
    return replace(
        Reconciled(wanted=5, recorded=5, rows=5, believed_total=12_345_67, ledger_total=12_345_67), **bent
    )


def audited(**bent: Any) -> Audit:
    return replace(Audit(True, (), 0, (AUDITED, AUDITED), (), 0, 0), **bent)


@pytest.mark.parametrize(
    ("proofs", "thresholds", "passed"),
    [
        ((), (), True),
        ((HOLDS, HOLDS), (KEPT,), True),
        ((HOLDS, BROKEN), (KEPT,), False),
        ((BROKEN,), (), False),
        ((HOLDS,), (KEPT, MISSED), False),
        ((), (NEVER,), False),
    ],
)
def test_one_that_is_broken_fails_the_run(
    proofs: tuple[Proof, ...], thresholds: tuple[Held, ...], passed: bool
) -> None:
    verdict = Verdict(proofs, thresholds)
    assert verdict.passed is passed
    assert verdict.word == ("passed" if passed else "failed")
    assert verdict.exit_code == (0 if passed else 1)


@given(st.lists(st.sampled_from([HOLDS, BROKEN])), st.lists(st.sampled_from([KEPT, MISSED, NEVER])))
def test_every_line_says_how_it_came_out(proofs: list[Proof], thresholds: list[Held]) -> None:
    verdict = Verdict(tuple(proofs), tuple(thresholds))
    told = list(verdict.lines())
    assert len(told) == len(proofs) + len(thresholds)
    assert verdict.passed is not any(line.startswith("  FAIL ") for line in told)
    for line, each in zip(told, [*proofs, *thresholds], strict=True):
        assert line.startswith("  ok   ") is each.holds


def test_lines_name_proof_and_threshold() -> None:
    assert list(Verdict((BROKEN,), (KEPT,)).lines()) == [
        "  FAIL sums: they do not",
        "  ok   all.p95 at most 200 ms: it was 150 ms",
    ]


# --- its proofs -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("bent", "holds", "said"),
    [
        ({}, True, "2,400 lots, each with all it received on hand or on receipts"),
        ({"balanced": False, "problems": ("a",)}, False, "a"),
        ({"balanced": False, "problems": ("a", "b", "c")}, False, "a; b; c"),
        ({"balanced": False, "problems": ("a", "b", "c", "d")}, False, "a; b; c (and 1 more)"),
        (
            {"balanced": False, "problems": ("a", "b", "c", "d"), "more_problems": 6},
            False,
            "a; b; c (and 7 more)",
        ),
    ],
)
def test_units_are_conserved(bent: dict[str, Any], holds: bool, said: str) -> None:
    assert units_conserved(audited(**bent)) == Proof("units conserved", holds, said)


@pytest.mark.parametrize(
    ("before", "after", "bent", "holds", "said"),
    [
        (
            10,
            15,
            {},
            True,
            "T3 lists 5 more receipts, as many as Trace accepted; what stands comes to 12,345.67",
        ),
        (10, 14, {}, False, "T3 lists 4 more receipts, Trace accepted 5; what stands comes to 12,345.67 in"),
        (
            10,
            15,
            {"ledger_total": 1},
            False,
            "comes to 0.01 in the ledger and to 12,345.67 by what the clients",
        ),
        (
            10,
            15,
            {"believed_total": 0},
            False,
            "comes to 12,345.67 in the ledger and to 0.00 by what the clients",
        ),
    ],
)
def test_t3_agrees_with_trace(before: int, after: int, bent: dict[str, Any], holds: bool, said: str) -> None:
    proof = t3_agrees_with_trace(before, after, sales(**bent))
    assert (proof.name, proof.holds) == ("T3 agrees with Trace", holds)
    assert said in proof.said


@pytest.mark.parametrize(
    ("bent", "said"),
    [
        ({}, "5 sales recorded, each once"),
        ({"voided": 2}, "5 sales recorded, each once, 2 voided and 0 refunded since"),
        ({"refunded": 3}, "5 sales recorded, each once, 0 voided and 3 refunded since"),
        ({"refused": 4}, "5 sales recorded, each once; 4 refused"),
        (
            {"voided": 1, "refused": 4},
            "5 sales recorded, each once, 1 voided and 0 refunded since; 4 refused",
        ),
    ],
)
def test_each_stands_once(bent: dict[str, Any], said: str) -> None:
    assert exactly_once(sales(**bent)) == Proof("exactly once", True, said)


@pytest.mark.parametrize(
    ("bent", "said"),
    [
        ({"duplicated": 1}, "1 recorded twice or more: a; b; c"),
        ({"missing": 2}, "2 missing: a; b; c"),
        ({"differing": 3}, "3 not as the client believes: a; b; c"),
        ({"foreign": 1}, "1 of nobody: a; b; c"),
        ({"duplicated": 1000, "foreign": 4}, "1,000 recorded twice or more, 4 of nobody: a; b; c"),
    ],
)
def test_what_does_not_stand_once_is_counted(bent: dict[str, Any], said: str) -> None:
    found = sales(problems=["a", "b", "c", "d"], **bent)
    assert exactly_once(found) == Proof("exactly once", False, said)


@pytest.mark.parametrize(
    ("bent", "hidden", "silent", "holds", "said"),
    [
        ({}, 0, [], True, "none of 5 sales is still with its client"),
        ({"stuck": 2}, 0, [], False, "2 of 5 sales are still with their clients"),
        ({}, 3, [], False, "3 receipts are recorded and not shown yet"),
        ({}, 0, ["worker 1 (x)"], False, "the load generator worker 1 (x) has not told of its sales"),
        (
            {"stuck": 1},
            0,
            ["a"],
            False,
            "1 of 5 sales are still with their clients; the load generator a has not told of its sales",
        ),
    ],
)
def test_nothing_is_stuck(
    bent: dict[str, Any], hidden: int, silent: list[str], holds: bool, said: str
) -> None:
    assert nothing_stuck(sales(**bent), hidden, silent) == Proof("nothing stuck", holds, said)
