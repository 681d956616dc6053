"""What a run came to: strict JSON for programs, one page with nothing to load for people, and a few lines."""

import json
import math
from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import UTC, datetime
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator import __version__
from simulator.loadtest import report as reporting
from simulator.loadtest.certificate import Certificate, Second
from simulator.loadtest.reconciling import Reconciled
from simulator.loadtest.report import HTML_FILE, JSON_FILE, SERIES, Day, Report
from simulator.loadtest.thresholds import ALL, NO_ERRORS, Held, Operation, Threshold
from simulator.loadtest.verdict import Proof, Verdict

inf, nan = math.inf, math.nan
EVIL = "<script>alert('x & \"y\"')</script>"
VOID = {"meta", "br", "hr", "img", "input", "link"}
"""Elements of HTML that are never closed."""

ROOM = Certificate(60.0, 2, 100, 0.2, 0.4, 0.0, 0.01, 60.0, 120.0, 2.0, 50.0, 2**27, 2**28, (0.3,))
FULL = replace(ROOM, cpu=0.95, busy_share=0.9)
CROWDED = replace(ROOM, waiting=0.4)
BOTH = replace(FULL, waiting=0.4)
LATE = replace(ROOM, lag_p99_ms=inf, lag_max_ms=inf)
VERDICT = Verdict(
    (Proof("units conserved", True, "12 lots"), Proof("exactly once", False, "1 missing: run-0-3")),
    (
        Held(NO_ERRORS, 0.0),
        Held(Threshold("record_sale", "p95", 200), 250.0),
        Held(Threshold("void_sale", "max", 9), None),
    ),
)


def a_second(at: float = 1.0, **bent: Any) -> Second:
    return replace(Second(at, 10, 99.5, 0.0, 12.0, 0.4, 0.01, 2.0), **bent)


def a_report(**bent: Any) -> Report:
    return replace(
        Report(
            scenario="till",
            about="Cashiers ring up sales.",
            started=datetime(2026, 5, 20, 20, 0, 1, tzinfo=UTC),
            seconds=61.25,
            target="http://127.0.0.1:8420",
            world="w1",
            run="run",
            settings={"users": 20, "pace": 1.0, "recipe": "busy_dispensary"},
            operations=(
                Operation(ALL, 12_345, 2, 3.0, 12.0, 40.0, 180.0, 4.21, 199.9),
                Operation("record_sale", 12_000, 2, 3.0, 12.0, 40.0, 180.0, 4.2, 195.0),
            ),
            failures=(("record_sale: 400 total_mismatch", 2),),
            sales=Reconciled(wanted=3, recorded=2, missing=1, problems=["run-0-3 is not there"]),
            verdict=VERDICT,
            certificate=ROOM,
            series=(a_second(1.0), a_second(2.0, cpu=0.5), a_second(3.0)),
            days=(Day("2026-05-22", 9, (3, 5), (4.0, 4.0)),),
            facts=(("queue drained in", "3.2 s"),),
            phases=((0.0, "as usual"), (2.0, "the spike")),
        ),
        **bent,
    )


EMPTY = a_report(
    settings={},
    operations=(),
    failures=(),
    sales=Reconciled(),
    verdict=Verdict((), ()),
    certificate=None,
    series=(),
    days=(),
    facts=(),
    phases=(),
)


class Page(HTMLParser):
    """Reads a page and complains when an element is not closed, or another is."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.links: list[str] = []
        self.tags: list[str] = []
        self.texts: list[str] = []
        self.loud: list[str] = []
        self.feed(html)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in ("src", "href", "action", "data")]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.texts.append(data.strip())
            if "strong" in self.open:
                self.loud.append(data.strip())

    @property
    def text(self) -> str:
        return " ".join(self.texts)


def page(report: Report) -> Page:
    return Page(report.as_html())


def strict(report: Report) -> Any:
    """As a program reads the file."""
    told = report.as_json()
    read = json.loads(json.dumps(told, allow_nan=False))
    assert read == told
    return read


# --- for programs ---------------------------------------------------------------------------------------------------


def test_all_is_in_the_json() -> None:
    told = strict(a_report())
    assert {name for name, value in told.items() if value is None} == set()
    assert told.keys() == {*Report.__dataclass_fields__, "version"}
    assert told["version"] == __version__
    assert told["started"] == "2026-05-20T20:00:01+00:00"
    assert told["settings"] == {"users": 20, "pace": 1.0, "recipe": "busy_dispensary"}
    assert told["failures"] == [["record_sale: 400 total_mismatch", 2]]
    assert told["phases"] == [[0.0, "as usual"], [2.0, "the spike"]]
    assert told["series"][1] == asdict(a_second(2.0, cpu=0.5))
    assert told["operations"][0]["error_share"] == 2 / 12_345
    assert told["days"] == [
        {"date": "2026-05-22", "opens": 9, "sold": [3, 5], "expected": [4.0, 4.0], "furthest": 0.25}
    ]
    assert told["sales"]["missing"] == 1


def test_the_verdict_is_in_the_json() -> None:
    assert strict(a_report())["verdict"] == {
        "word": "failed",
        "passed": False,
        "exit_code": 1,
        "proofs": [
            {"name": "units conserved", "holds": True, "said": "12 lots"},
            {"name": "exactly once", "holds": False, "said": "1 missing: run-0-3"},
        ],
        "thresholds": [
            {"operation": "all", "metric": "error_share", "bound": 0.0, "measured": 0.0, "holds": True},
            {"operation": "record_sale", "metric": "p95", "bound": 200, "measured": 250.0, "holds": False},
            {"operation": "void_sale", "metric": "max", "bound": 9, "measured": None, "holds": False},
        ],
    }


@pytest.mark.parametrize(("certificate", "had_room"), [(ROOM, True), (FULL, False), (CROWDED, False)])
def test_the_certificate_is_in_the_json(certificate: Certificate, had_room: bool) -> None:
    told = strict(a_report(certificate=certificate))["certificate"]
    assert told["had_room"] is had_room
    assert told["findings"] == list(certificate.findings())
    assert told["cpu"] == certificate.cpu
    assert told["generators"] == [0.3]


def test_a_run_of_which_nothing_is_known_has_a_report() -> None:
    assert strict(EMPTY)["certificate"] is None
    assert page(EMPTY).text
    assert list(EMPTY.lines()) == ["till: PASSED"]


def test_what_is_beyond_all_edges_is_a_word() -> None:
    told = strict(a_report(certificate=LATE, series=(a_second(lag_p99=inf), a_second(2.0, lag_p99=-inf))))
    assert told["certificate"]["lag_p99_ms"] == told["certificate"]["lag_max_ms"] == "Infinity"
    assert [each["lag_p99"] for each in told["series"]] == ["Infinity", "-Infinity"]


def test_what_is_no_number_is_null() -> None:
    told = strict(a_report(settings={"pace": nan, "deep": [{"x": (nan, 1.5)}]}))
    assert told["settings"] == {"pace": None, "deep": [{"x": [None, 1.5]}]}


def test_what_json_has_no_word_for_is_text() -> None:
    told = strict(a_report(settings={"out": Path("a/b"), 7: {"x"}}))
    assert told["settings"] == {"out": str(Path("a/b")), "7": "{'x'}"}


numbers = st.floats() | st.none()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])  # each makes a page
@given(
    st.lists(
        st.builds(a_second, st.floats(0, 1e6), p95=st.floats(), cpu=numbers, waiting=numbers, lag_p99=numbers)
    ),
    st.builds(lambda p99, most: replace(ROOM, lag_p99_ms=p99, lag_max_ms=most), numbers, numbers),
    st.dictionaries(st.text(), st.recursive(st.none() | st.booleans() | st.floats() | st.text(), st.lists)),
)
def test_it_is_strict_json_and_a_page_whatever_was_measured(
    series: list[Second], certificate: Certificate, said: dict[str, Any]
) -> None:
    report = a_report(series=tuple(series), certificate=certificate, settings=said)
    strict(report)
    page(report)


# --- for people -----------------------------------------------------------------------------------------------------


def every_text(report: Report) -> Iterator[str]:
    """What nobody may miss on the page."""
    verdict = report.verdict
    yield from (report.scenario, report.about, report.target, report.world, report.run, verdict.word)
    for proof in verdict.proofs:
        yield from (proof.name, proof.said)
    yield from map(str, verdict.thresholds)
    yield from report.sales.problems
    if report.certificate:
        yield from report.certificate.findings()
        yield from (part for fact in report.certificate.facts() for part in fact)
    yield from (part for fact in report.facts for part in fact)
    yield from (operation.name for operation in report.operations)
    yield from (f"{count} {what}" for what, count in report.failures)
    yield from (f"{name} {value}" for name, value in report.settings.items())
    yield from (name for _, name in report.phases)
    yield __version__


@pytest.mark.parametrize("certificate", [ROOM, FULL, CROWDED, LATE, None])
def test_everything_is_on_the_page(certificate: Certificate | None) -> None:
    report = a_report(certificate=certificate)
    shown = page(report)
    assert [text for text in every_text(report) if text not in shown.text] == []
    assert "2026-05-20 20:00:01 UTC, 61 s" in " ".join(shown.text.split())
    assert shown.tags.count("svg") == 1 + len(SERIES)


def test_proofs_and_thresholds_say_how_they_came_out() -> None:
    shown = page(a_report()).texts
    assert shown[shown.index("units conserved") - 1] == "holds"
    assert shown[shown.index("exactly once") - 1] == "broken"
    for held, word in zip(VERDICT.thresholds, ("kept", "broken", "broken"), strict=True):
        assert shown[shown.index(str(held)) - 1] == word


@pytest.mark.parametrize(
    ("certificate", "bold"), [(ROOM, False), (LATE, False), (None, False), (FULL, True), (CROWDED, True)]
)
def test_it_says_bold_when_the_simulator_had_no_room(certificate: Certificate | None, bold: bool) -> None:
    loud = page(a_report(certificate=certificate)).loud
    assert loud == ([f"{next(certificate.findings())}."] if bold and certificate else [])


@pytest.mark.parametrize("certificate", [replace(FULL, waiting=0.5, generators=(1.0,))])
def test_only_the_first_finding_is_bold(certificate: Certificate) -> None:
    first, *more = certificate.findings()
    assert len(more) == 2
    shown = page(a_report(certificate=certificate))
    assert shown.loud == [f"{first}."]
    assert all(f"{finding}." in shown.texts for finding in more)


@pytest.mark.parametrize("report", [a_report(), a_report(certificate=FULL), EMPTY])
def test_a_page_loads_nothing(report: Report) -> None:
    html, shown = report.as_html(), page(report)
    assert [link for link in shown.links if "//" in link or link.startswith("/")] == []
    assert not {"script", "link", "img", "iframe", "object", "embed"} & set(shown.tags)
    assert "@import" not in html
    assert "url(" not in html


def test_what_comes_from_outside_is_escaped() -> None:
    report = a_report(
        scenario=EVIL,
        about=EVIL,
        target=EVIL,
        world=EVIL,
        run=EVIL,
        settings={EVIL: EVIL},
        operations=(replace(a_report().operations[0], name=EVIL),),
        failures=((EVIL, 1),),
        sales=Reconciled(problems=[EVIL]),
        verdict=Verdict((Proof(EVIL, False, EVIL),), (Held(Threshold(EVIL, "p95", 1), 2.0),)),
        days=(Day(EVIL, 9, (1,), (1.0,)),),
        facts=((EVIL, EVIL),),
        phases=((1.0, EVIL),),
    )
    shown = page(report)
    assert "script" not in shown.tags
    assert "<script" not in report.as_html()
    assert unescape(report.as_html()).count(EVIL) >= 17
    strict(report)


def test_there_is_no_heading_over_nothing() -> None:
    shown = page(EMPTY).texts
    assert not {"Charts", "What happened", "Failures", "Sales that differ"} & set(shown)
    assert shown[shown.index("Thresholds") + 1] == "There were none."


def test_what_was_left_open_is_no_setting() -> None:
    shown = page(a_report(settings={"peak_factor": None, "pace": 0.0, "shops": 0}))
    assert "None" not in shown.texts
    assert "peak_factor" not in shown.texts
    assert "pace 0.0 shops 0" in shown.text


def test_no_charts_of_what_is_not_told() -> None:
    series = tuple(a_second(at, cpu=None, lag_p99=None) for at in range(3))
    shown = page(a_report(series=series, days=()))
    assert shown.tags.count("svg") == 3
    assert not [
        text for text in shown.texts if text.startswith(("The simulator's processor", "Event loop late by,"))
    ]


# --- a day ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sold", "expected", "furthest"),
    [
        ((), (), 0.0),
        ((0, 0), (0.0, 0.0), 0.0),
        ((4, 4), (4.0, 4.0), 0.0),
        ((5, 10), (4.0, 10.0), 0.1),
        ((3, 10), (4.0, 10.0), 0.1),
        ((0, 0), (1.0, 2.0), 1.0),
    ],
)
def test_how_far_the_furthest_hour_is(
    sold: tuple[int, ...], expected: tuple[float, ...], furthest: float
) -> None:
    assert Day("2026-05-22", 9, sold, expected).furthest == furthest


def test_a_day_is_drawn_by_its_hours() -> None:
    html = a_report(days=(Day("2026-05-22", 22, (3, 5), (4.0, 4.0)),)).as_html()
    assert "22h: 3 sales" in html
    assert "23h: 5 sales" in html
    assert "Sales by local hour on 2026-05-22" in html


# --- for a terminal -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("certificate", "last"),
    [
        (
            ROOM,
            [
                "  The simulator had room: 20% of its core, 40% in the busiest second. What was slow was not its doing."
            ],
        ),
        (FULL, [f"  **{next(FULL.findings())}.**"]),
        (BOTH, [f"  **{next(BOTH.findings())}.**", f"  {list(BOTH.findings())[1]}."]),
        (None, []),
    ],
)
def test_the_lines_of_a_terminal(certificate: Certificate | None, last: list[str]) -> None:
    assert list(a_report(certificate=certificate).lines()) == [
        "till: FAILED",
        "  ok   units conserved: 12 lots",
        "  FAIL exactly once: 1 missing: run-0-3",
        "  ok   all.error_share at most 0: it was 0",
        "  FAIL record_sale.p95 at most 200 ms: it was 250 ms",
        "  FAIL void_sale.max at most 9 ms: no such request was made",
        "  queue drained in: 3.2 s",
        *last,
    ]


# --- the files ------------------------------------------------------------------------------------------------------


def test_both_files_are_written(tmp_path: Path) -> None:
    report, folder = a_report(certificate=LATE), tmp_path / "a" / "b"
    assert report.write(folder) == folder / HTML_FILE
    assert sorted(path.name for path in folder.iterdir()) == sorted([HTML_FILE, JSON_FILE])
    assert (folder / HTML_FILE).read_text(encoding="utf-8") == report.as_html()

    def refuse(constant: str) -> Any:
        pytest.fail(f"{constant} is no JSON")

    text = (folder / JSON_FILE).read_text(encoding="utf-8")
    assert json.loads(text, parse_constant=refuse) == report.as_json()


def test_a_second_run_takes_the_place_of_the_first(tmp_path: Path) -> None:
    a_report().write(tmp_path)
    EMPTY.write(tmp_path)
    assert json.loads((tmp_path / JSON_FILE).read_text())["verdict"]["word"] == "passed"
    assert (tmp_path / HTML_FILE).read_text(encoding="utf-8") == EMPTY.as_html()


@pytest.mark.parametrize("part", ["as_json", "as_html"])
def test_what_cannot_be_told_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    a_report().write(tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    def fails(_: Report) -> Any:
        raise RuntimeError("no")

    monkeypatch.setattr(Report, part, fails)
    with pytest.raises(RuntimeError):
        EMPTY.write(tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_file_is_whole_or_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    a_report().write(tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("simulator.writing.os.fsync", full)
    with pytest.raises(OSError, match="No space left on device"):
        EMPTY.write(tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


@pytest.mark.parametrize("inside", ["", "further/inside"])
def test_a_folder_that_cannot_be_made_is_told_in_words(tmp_path: Path, inside: str) -> None:
    (tmp_path / "taken").write_text("a file")
    folder = tmp_path / "taken" / inside
    with pytest.raises(
        OSError, match=r"^cannot write the report to .*taken.*: (File exists|Not a directory)$"
    ):
        a_report().write(folder)


def test_a_file_that_cannot_be_written_is_told_in_words(tmp_path: Path) -> None:
    (tmp_path / HTML_FILE).mkdir()
    with pytest.raises(OSError, match=r"^cannot write the report to .*: Is a directory$"):
        a_report().write(tmp_path)
    assert json.loads((tmp_path / JSON_FILE).read_text())["scenario"] == "till"


def test_a_name_that_is_no_text_can_be_written(tmp_path: Path) -> None:
    a_report(target="http://127.0.0.1/\udcff").write(tmp_path)
    assert (tmp_path / HTML_FILE).read_text(encoding="utf-8")
    assert json.loads((tmp_path / JSON_FILE).read_text())["target"] == "http://127.0.0.1/?"


def test_the_template_is_beside_it() -> None:
    assert reporting.TEMPLATE.is_file()
