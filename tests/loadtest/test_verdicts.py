"""What decides a run: thresholds that are not kept, and proofs that are broken, whatever the latencies."""

import json
from typing import Any

import pytest

QUICK = ("--users", "8", "--run-time", "3s", "--pace", "0.2", "--receipts", "300")
ERRORS_ALLOWED = ("--threshold", "error_share=100%")
RECORDED = {"operation": "state_v1_sales_post"}
LOST_ANSWERS = {
    "match": {**RECORDED, "first": 4},
    "phase": "after",
    "effect": {"type": "status", "status": 504},
}


def test_an_impossible_threshold_fails_the_run_and_is_named(load: Any) -> None:
    ran = load("till", *QUICK, "--threshold", "record_sale.p95=0")

    assert ran.code == 1, ran.told + ran.errors
    assert "\ntill: FAILED\n" in ran.told
    (line,) = [each for each in ran.told.splitlines() if "FAIL " in each]
    assert line.startswith("  FAIL record_sale.p95 at most 0 ms: it was ")
    assert all(ran.proofs.values())
    (broken,) = [each for each in ran.result["verdict"]["thresholds"] if not each["holds"]]
    assert (broken["operation"], broken["metric"], broken["bound"]) == ("record_sale", "p95", 0)
    assert broken["measured"] > 0


def test_thresholds_that_are_kept_come_from_flags_a_file_and_a_variable(load: Any, tmp_path: Any) -> None:
    file = tmp_path / "limits.toml"
    file.write_text("[record_sale]\np99 = 5000\n[all]\nrate = 1\n")
    ran = load("till", *QUICK, "--threshold", "max=20000", LOADTEST_THRESHOLDS=str(file))

    assert ran.code == 0, ran.told + ran.errors
    kept = [(each["operation"], each["metric"]) for each in ran.result["verdict"]["thresholds"]]
    assert kept == [("all", "error_share"), ("record_sale", "p99"), ("all", "rate"), ("all", "max")]


def test_a_client_that_sends_again_blindly_breaks_the_proof(load: Any) -> None:
    fault = json.dumps(LOST_ANSWERS)
    ran = load("till", *QUICK, *ERRORS_ALLOWED, "--fault", fault, "--resend", "blind")

    assert ran.code == 1
    assert ran.proofs["units conserved"] is True
    assert ran.proofs["exactly once"] is False
    assert ran.proofs["T3 agrees with Trace"] is False
    sales = ran.result["sales"]
    assert sales["duplicated"] + sales["differing"] == 4
    assert any("was recorded 2 times" in each for each in sales["problems"])
    assert "FAIL exactly once: " in ran.told


def test_a_client_that_looks_first_keeps_it(load: Any) -> None:
    ran = load("till", *QUICK, *ERRORS_ALLOWED, "--fault", json.dumps(LOST_ANSWERS))

    assert ran.code == 0, ran.told + ran.errors
    assert dict(ran.result["facts"])["sales looked up"] == "4"
    assert ran.operations["record_sale"]["failures"] == 4


def test_a_client_that_never_sends_again_leaves_sales_behind(load: Any) -> None:
    ran = load("till", *QUICK, *ERRORS_ALLOWED, "--fault", json.dumps(LOST_ANSWERS), "--resend", "never")

    assert ran.code == 1
    assert ran.proofs["nothing stuck"] is False
    assert ran.result["sales"]["stuck"] == 4


@pytest.mark.parametrize(
    "effect",
    [
        {"type": "reset_peer"},
        {"type": "garbage"},
        {"type": "limit_data", "bytes": 40},
        {"type": "status", "status": 500},
    ],
    ids=lambda effect: str(effect["type"]),
)
@pytest.mark.parametrize("phase", ["before", "after"])
def test_a_careful_client_comes_through(load: Any, phase: str, effect: dict[str, Any]) -> None:
    """A tenth of all its requests fail, changes and look-ups among them; not one is done twice."""
    fault = json.dumps({"match": {"api": "trace", "toxicity": 0.1}, "phase": phase, "effect": effect})
    ran = load("till", *QUICK, *ERRORS_ALLOWED, "--fault", fault, "--users", "12", "--pace", "0.1")

    assert ran.code == 0, ran.told + ran.errors
    assert ran.operations["all"]["failures"] > 0


def test_a_write_that_shows_late_deceives_who_looks(load: Any) -> None:
    ran = load("till", *QUICK, *ERRORS_ALLOWED, "--fault", "late_commit")

    assert ran.code == 1
    assert ran.proofs["nothing stuck"] is False
    assert "recorded and not shown yet" in ran.told


def test_errors_fail_a_run_that_does_not_expect_them(load: Any) -> None:
    ran = load("till", *QUICK, "--fault", "flaky", "--users", "12", "--pace", "0.1")

    assert ran.code == 1
    assert all(ran.proofs.values())
    assert "FAIL all.error_share at most 0: it was 0." in ran.told
    assert ran.result["failures"]


def test_an_outage_that_lasts_longer_than_the_run_is_told(load: Any) -> None:
    ran = load(
        "outage_and_drain", "--sales", "1000000", "--run-time", "5s", "--receipts", "300", "--patience", "2"
    )

    assert ran.code == 1
    assert ran.proofs["there was an outage, and it is over"] is False
    assert ran.proofs["nothing stuck"] is False
