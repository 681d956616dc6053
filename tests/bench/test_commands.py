"""Each benchmark measures, checks what it is answered, and writes its part of the page and of the results."""

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from support.documents import rows

NO_PEERS = ("--peers", "/nowhere")
OPERATIONS = {
    "t3_page",
    "t3_query",
    "t3_transactions",
    "trace_page",
    "trace_lookup",
    "trace_post",
    "trace_post_kept",
    "t3_void",
}


def part(page: Path, name: str) -> str:
    return page.read_text(encoding="utf-8").split(f"<!-- {name} -->")[1].split(f"<!-- end of {name} -->")[0]


def results(page: Path) -> Any:
    return json.loads(page.with_suffix(".json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def speed(bench: Any) -> str:
    ended = bench(
        "speed.py", "--sizes", "200", "400", "--rounds", "1", "--seconds", "0.05", "--warm-up", "0.02",
        "--write", *NO_PEERS,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    return ended.stderr


@pytest.mark.usefixtures("speed")
def test_every_operation_is_measured_at_every_size_and_on_the_floor(page: Path) -> None:
    told = results(page)["speed"]
    assert told["sizes"] == [200, 400]
    assert set(told["operations"]) == OPERATIONS
    for by_name in told["operations"].values():
        assert list(by_name) == ["floor", "simulator, 200", "simulator, 400"]
        for figures in by_name.values():
            assert figures["requests"] > 0
            assert 0 < figures["p50"] <= figures["p99"] <= figures["longest"]
            assert figures["bytes"] == pytest.approx(by_name["floor"]["bytes"], rel=0.2)
    assert len(rows(part(page, "speed"))) >= len(OPERATIONS) * 3


def test_peers_that_are_not_installed_are_left_out_with_a_word(speed: str) -> None:
    for name in ("json-server", "wiremock", "prism", "moto"):
        assert f"{name} is not installed" in speed.replace(", 1,000", "").replace(", 10,000", "")
    assert "make bench-peers" in speed


@pytest.mark.usefixtures("speed")
def test_the_chart_is_drawn_from_the_results(bench: Any, page: Path) -> None:
    pytest.importorskip("matplotlib")
    assert bench("chart.py").returncode == 0
    drawn = page.parent / "img" / "performance.svg"
    first = drawn.read_bytes()
    assert ET.fromstring(first).tag == "{http://www.w3.org/2000/svg}svg"  # noqa: S314 - drawn above
    bench("chart.py")
    assert drawn.read_bytes() == first


def test_a_sync_sees_every_receipt_even_while_others_write(bench: Any, page: Path) -> None:
    ended = bench("sync.py", "--receipts", "3000", "--rounds", "1", "--write")
    assert ended.returncode == 0, ended.stderr
    told = results(page)["sync"]
    assert told["writing"]["missed"] == 0
    assert told["writing"]["voided"] > 0
    assert told["alone"]["parses the JSON"]["ratio"] > 0
    assert told["others"]["during"]["requests"] > 0


def test_memory_is_measured_stage_by_stage(bench: Any, page: Path) -> None:
    ended = bench("memory.py", "--receipts", "300", "--requests", "1600", "--posts", "100", "--write")
    assert ended.returncode == 0, ended.stderr
    told = results(page)["memory"]
    assert told["most"] == max(told["stages"].values())
    assert told["growth"]["requests"] == 1600
    assert len(told["growth"]["memory"]) == 11
    assert told["posts"]["requests"] == 100


def test_starts_imports_and_plugin_are_measured(bench: Any, page: Path) -> None:
    ended = bench("start.py", "--rounds", "1", "--pairs", "1", "--write", *NO_PEERS)
    assert ended.returncode == 0, ended.stderr
    told = results(page)["start"]
    assert list(told["first_answer"]) == ["simulator"]
    assert told["import"]["with"] > 0
    assert told["plugin"]["pairs"] == 1


@pytest.mark.usefixtures("speed")
def test_promises_end_well_unless_they_are_to_be_strict(bench: Any, page: Path) -> None:
    ended = bench("promises.py", "--write")
    assert ended.returncode == 0, ended.stderr
    assert {row[-1] for row in rows(part(page, "promises"))} <= {"yes", "no", "-"}
    assert bench("promises.py", "--strict").returncode == 1


def test_load_generators_are_measured_alone_and_two_together(bench: Any, page: Path) -> None:
    ended = bench("scale.py", "--rounds", "1", "--seconds", "2", "--write")
    assert ended.returncode == 0, ended.stderr

    measured = results(page)["scale"]
    assert [(each["workers"], each["held"]) for each in measured] == [
        (1, None),
        (2, None),
        (1, 0.3),
        (2, 0.3),
    ]
    assert all(each["rate"] > 0 and len(each["generators"]) == each["workers"] for each in measured)
    assert [cells[0].split(",")[0] for cells in rows(part(page, "scale"))] == ["1", "2", "1", "2"]
