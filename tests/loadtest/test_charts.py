"""Charts: pictures that are well-formed whatever was measured, and that show what was measured."""

import re
from math import inf, isfinite, nan
from xml.etree.ElementTree import Element, fromstring

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from simulator.loadtest.charts import (
    BOTTOM,
    HEIGHT,
    INNER_HEIGHT,
    INNER_WIDTH,
    LEFT,
    MOST_MARKS,
    RIGHT,
    TOP,
    WIDTH,
    bars,
    lines,
    nice,
)

BASE = HEIGHT - BOTTOM
"""Where values are 0."""
anything = st.floats() | st.sampled_from([0.0, -0.0, 5e-324, 1.7e308, -1.7e308, inf, -inf, nan])
measured = st.floats(0, 1e12)
at = st.floats(0, 1e6)
words = st.text(st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff"), max_size=9)


def picture(svg: str) -> Element:
    """Parsed, with every number in it a number inside the picture. Raises ParseError."""
    drawn = fromstring(svg)  # noqa: S314 - we drew it
    assert drawn.tag == "svg"
    for part in drawn.iter():
        for name, value in part.attrib.items():
            if name in ("x", "x1", "x2", "cx", "width"):
                assert 0 <= float(value) <= WIDTH, (name, value)
            if name in ("y", "y1", "y2", "cy", "height"):
                assert 0 <= float(value) <= HEIGHT, (name, value)
            if name == "d":
                assert all(LEFT <= x <= WIDTH - RIGHT and TOP <= y <= BASE for x, y in places(value)), value
    return drawn


def places(path: str) -> list[tuple[float, float]]:
    """Of a path, which is made of moves, lines and nothing else."""
    assert re.fullmatch(r"([ML][\d.]+ [\d.]+(h0)?)*", path), path
    return [(float(x), float(y)) for x, y in re.findall(r"[ML]([\d.]+) ([\d.]+)", path)]


def path(svg: str, class_: str = "line") -> str:
    (found,) = picture(svg).findall(f"path[@class='{class_}']")
    return found.attrib["d"]


def ticks(svg: str) -> list[str]:
    return [part.text or "" for part in picture(svg).findall("text[@class='tick']")]


# --- an axis's end --------------------------------------------------------------------------------------------------


@given(st.floats(allow_nan=False, allow_infinity=False))
@example(1.0005)
@example(9.9999)
@example(0.1 + 0.2)
@example(999.9999999999999)
@example(5e-324)
@example(1.7e308)
def test_an_axis_ends_at_no_less(value: float) -> None:
    end = nice(value)
    assert isfinite(end)
    assert end >= value
    assert end > 0


@given(st.floats(1e-300, 1e300))
def test_an_axis_does_not_end_far_above(value: float) -> None:
    assert nice(value) <= value * 1.51


@pytest.mark.parametrize(
    ("value", "end"),
    [(0, 1), (-3, 1), (1, 1), (1.01, 1.5), (0.7, 0.8), (17, 20), (30, 30), (61, 80), (99, 100), (1000, 1000)],
)
def test_an_axis_ends_at_a_round_number(value: float, end: float) -> None:
    assert nice(value) == pytest.approx(end)


# --- lines ----------------------------------------------------------------------------------------------------------


@given(st.lists(st.tuples(at, st.none() | anything), max_size=30), words, st.none() | measured)
@example([(0.0, 1.0), (0.0, 2.0)], "ms", None)
@example([(1.0, inf), (2.0, 5.0), (3.0, inf)], "ms", 0.7)
@example([(1.0, inf), (2.0, inf)], "ms", None)
@example([(1.0, 5e-324), (2.0, 5e-324)], "ms", None)
@example([(1.0, 1.7e308), (2.0, -1.7e308)], "ms", None)
@example([(1.0, nan), (2.0, 1.0), (3.0, 1.0)], "ms", None)
@example([(1.0, 1.0), (2.0, 1.0)], "<b>&\"'", None)
def test_a_line_is_well_formed(
    values: list[tuple[float, float | None]], unit: str, limit: float | None
) -> None:
    svg = lines(values, unit, limit=limit)
    known = [value for _, value in values if value is not None and value == value]  # noqa: PLR0124 - nan
    assert bool(svg) is (len(known) > 1)
    if svg:
        assert unit in ticks(svg)
        assert len(places(path(svg))) == len(known)


def test_a_line_is_at_its_values() -> None:
    drawn = path(lines([(0.0, 0.0), (5.0, 50.0), (10.0, 100.0)], "ms"))
    middle = (LEFT + INNER_WIDTH / 2, TOP + INNER_HEIGHT / 2)
    assert places(drawn) == [(LEFT, BASE), middle, (WIDTH - RIGHT, TOP)]


@pytest.mark.parametrize(
    ("values", "shape"),
    [
        ([1.0, 1.0, 1.0], "MhLL"),
        ([1.0, None, 1.0], "MhMh"),
        ([None, 1.0, 1.0, None, None, 1.0, 1.0, None], "MhLMhL"),
        ([1.0, nan, 1.0, 1.0], "MhMhL"),
    ],
)
def test_what_is_not_known_is_a_gap(values: list[float | None], shape: str) -> None:
    drawn = path(lines(list(enumerate(values)), "ms"))
    assert "".join(re.findall("[MLh]", drawn)) == shape


def test_what_is_beyond_all_is_at_the_top() -> None:
    drawn = path(lines([(0.0, 10.0), (1.0, inf), (2.0, 5.0)], "ms"))
    assert [y for _, y in places(drawn)] == [TOP, TOP, TOP + INNER_HEIGHT / 2]


@pytest.mark.parametrize(("limit", "y"), [(0.7, TOP + INNER_HEIGHT * 0.3), (2.0, TOP), (0.0, BASE)])
def test_a_limit_is_drawn_across(limit: float, y: float) -> None:
    drawn = picture(lines([(0.0, 0.2), (1.0, 1.0)], "cores", limit=limit))
    (across,) = drawn.findall("line[@class='limit']")
    assert max(BASE - y for _, y in places(drawn.findall("path")[0].attrib["d"])) == pytest.approx(
        INNER_HEIGHT / max(1.0, limit)
    )
    assert float(across.attrib["y1"]) == float(across.attrib["y2"]) == pytest.approx(y, abs=0.05)


def test_phases_begin_where_they_begin() -> None:
    svg = lines([(0.0, 1.0), (10.0, 1.0)], "ms", phases=[(0.0, "at first"), (5.0, "<then>"), (99.0, "never")])
    places = [float(each.attrib["x1"]) for each in picture(svg).findall("line[@class='phase']")]
    assert places == [LEFT, LEFT + INNER_WIDTH / 2, WIDTH - RIGHT]
    assert {"at first", "<then>", "never"} <= set(ticks(svg))


@pytest.mark.parametrize("values", [[], [1.0], [None, 1.0, None], [None, None]])
def test_one_value_is_no_line(values: list[float | None]) -> None:
    assert lines(list(enumerate(values)), "ms") == ""


@given(st.floats(0, 1e7))
def test_there_are_few_marks_of_time_and_all_are_inside(until: float) -> None:
    marks = [mark for mark in ticks(lines([(0.0, 1.0), (until, 2.0)], "ms")) if mark.endswith(" s")]
    assert marks[0] == "0 s"
    assert len(marks) <= MOST_MARKS + 1
    assert all(int(mark.removesuffix(" s").replace(",", "")) <= max(until, 1) for mark in marks)


@pytest.mark.parametrize(("until", "second"), [(10, "1 s"), (60, "5 s"), (300, "30 s"), (14_400, "1,500 s")])
def test_marks_of_time_are_round(until: float, second: str) -> None:
    assert [mark for mark in ticks(lines([(0.0, 1.0), (until, 2.0)], "ms")) if mark.endswith(" s")][
        1
    ] == second


# --- bars -----------------------------------------------------------------------------------------------------------


@given(
    st.lists(st.tuples(st.text("0123456789h<>&'\"é ", max_size=5), anything), max_size=24),
    st.lists(anything, max_size=24),
)
@example([("9h", 0.0)], [0.0])
@example([("9h", inf)], [nan])
@example([("9h", -5.0)], [-5.0])
@example([("9h", 1.0)], [])
def test_bars_are_well_formed(values: list[tuple[str, float]], curve: list[float]) -> None:
    curve = curve[: len(values)]
    svg = bars(values, curve, "sales")
    assert bool(svg) is bool(values)
    if svg:
        drawn = picture(svg)
        assert len(drawn.findall("rect")) == len(values)
        assert len(drawn.findall("circle")) == len(curve)


@given(
    st.lists(st.integers(0, 10**6), min_size=1, max_size=24).flatmap(
        lambda sold: st.tuples(
            st.just(sold), st.lists(st.floats(0, 10**6), min_size=len(sold), max_size=len(sold))
        )
    )
)
def test_bars_and_curve_are_at_their_heights(both: tuple[list[int], list[float]]) -> None:
    sold, expected = both
    drawn = picture(bars([(f"{hour}h", count) for hour, count in enumerate(sold)], expected, "sales"))
    top = nice(max(*sold, *expected))
    for bar, count in zip(drawn.findall("rect"), sold, strict=True):
        assert float(bar.attrib["height"]) == pytest.approx(count / top * INNER_HEIGHT, abs=0.11)
        assert float(bar.attrib["y"]) + float(bar.attrib["height"]) == pytest.approx(BASE, abs=0.11)
    for dot, value in zip(drawn.findall("circle"), expected, strict=True):
        assert BASE - float(dot.attrib["cy"]) == pytest.approx(value / top * INNER_HEIGHT, abs=0.11)


def test_a_dot_is_over_the_middle_of_its_bar() -> None:
    drawn = picture(bars([("9h", 1), ("10h", 2), ("11h", 3)], [1, 2, 3], "sales"))
    for bar, dot in zip(drawn.findall("rect"), drawn.findall("circle"), strict=True):
        middle = float(bar.attrib["x"]) + float(bar.attrib["width"]) / 2
        assert middle == pytest.approx(float(dot.attrib["cx"]), abs=0.11)
        assert float(bar.attrib["y"]) == pytest.approx(float(dot.attrib["cy"]), abs=0.11)


def test_a_bar_says_what_it_is() -> None:
    drawn = picture(bars([("<9h>", 1_234_567)], [0], "sales & more"))
    assert [each.text for each in drawn.findall("rect/title")] == ["<9h>: 1,234,567 sales & more"]
    assert "<9h>" in ticks(bars([("<9h>", 12)], [12], "sales"))


def test_no_bars_are_no_picture() -> None:
    assert bars([], [], "sales") == ""


def test_of_hours_of_seconds_the_highest_are_drawn() -> None:
    quiet = [(float(second), 1.0) for second in range(20_000)]
    spike = [*quiet[:7777], (7777.0, 100.0), *quiet[7778:]]
    assert len(lines(quiet, "ms")) < 40_000
    assert lines(spike, "ms") != lines(quiet, "ms")
    assert ">100<" in lines(spike, "ms")
