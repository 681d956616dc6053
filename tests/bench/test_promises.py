"""Promises are held against what was measured, and the worse of two ratios counts."""

from typing import Any

import pytest

pytestmark = pytest.mark.usefixtures("on_path")


def held(results: Any) -> dict[str, tuple[float | None, bool | None]]:
    """What was measured, and whether it holds, by the promise's words."""
    from promises import judged  # noqa: PLC0415 - the fixture makes it importable

    return {
        promise.what: (value, None if value is None else promise.holds(value))
        for promise, value in judged(results)
    }


def speeds(**by_name: tuple[float, float]) -> Any:
    figures = {
        name.replace("_", " ") if name == "floor" else f"simulator, {int(name[1:]):,}": {
            "rate": rate, "cpu": cpu, "p50": 1.0, "p99": 5.0,
        }
        for name, (rate, cpu) in by_name.items()
    }  # fmt: skip
    return {"speed": {"operations": {"t3_page": figures, "trace_post": figures}}}


LIST = "list page of 100 at 100,000, to the floor"
FLAT = "T3 list page at 1,000,000, to the same at 10,000"


@pytest.mark.parametrize(
    ("own", "value", "holds"),
    [
        ((60.0, 180.0), 0.555, True),  # the client held back the floor: CPU says more
        ((60.0, 250.0), 0.4, False),
        ((40.0, 100.0), 0.4, False),
        ((50.0, 200.0), 0.5, True),
        ((60.0, 0.0), 0.6, True),  # a system that counts no CPU
    ],
)
def test_the_worse_ratio_to_the_floor_counts(own: tuple[float, float], value: float, holds: bool) -> None:
    measured, held_ = held(speeds(floor=(100.0, 100.0), n100000=own))[LIST]
    assert measured == pytest.approx(value, abs=0.001)
    assert held_ is holds


def test_a_million_is_held_against_ten_thousand() -> None:
    assert held(speeds(floor=(1.0, 1.0), n10000=(100.0, 10.0), n1000000=(95.0, 12.0)))[FLAT][1] is False
    assert held(speeds(floor=(1.0, 1.0), n10000=(100.0, 10.0), n1000000=(95.0, 11.0)))[FLAT][1] is True


def test_what_was_not_measured_is_not_judged() -> None:
    assert set(held({}).values()) == {(None, None)}


def test_a_smaller_sync_does_not_stand_for_the_large_one() -> None:
    sync = {"receipts": 999_999, "alone": {"parses the JSON": {"ratio": 1.0}}}
    what = "sync of 1,000,000, client parses, to the floor"
    assert held({"sync": sync})[what] == (None, None)
    assert held({"sync": sync | {"receipts": 1_000_000}})[what] == (1.0, True)


def test_the_best_of_a_peer_counts() -> None:
    results = speeds(floor=(1.0, 1.0), n1000000=(300.0, 1.0))
    peers = {"wiremock": {"rate": 50.0}, "wiremock, no journal": {"rate": 120.0}}
    results["speed"]["operations"]["trace_post"].update(peers)
    assert held(results)["its rate, to WireMock's best"] == (2.5, False)
    assert held(results)["its rate, to json-server's best"] == (None, None)
