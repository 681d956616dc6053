"""Charts of a report, as SVG with nothing to load: lines over time, and bars beside a curve."""

from collections.abc import Callable, Sequence
from html import escape
from math import ceil, floor, inf, isfinite, isnan, log10

WIDTH, HEIGHT = 720, 220
LEFT, RIGHT, TOP, BOTTOM = 58, 12, 12, 34
INNER_WIDTH, INNER_HEIGHT = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
STEPS = 4
MOST_POINTS = 1000
"""Of a line."""
MOST_MARKS = 12
"""On the lower axis."""


def lines(
    values: Sequence[tuple[float, float | None]],
    unit: str,
    *,
    limit: float | None = None,
    phases: Sequence[tuple[float, str]] = (),
) -> str:
    """One line over time: (second of the run, value). A value of None or nan is a gap, inf is at the top. `limit` is drawn
    across; `phases`, (second, name), where they begin.
    """
    values = _thinned(values)
    known = [value for _, value in values if value is not None and not isnan(value)]
    if len(known) < 2:  # noqa: PLR2004 - a line has two ends
        return ""
    until = max(1.0, *(at for at, _ in values))
    top = _top([*known, limit or 0.0])
    across, up = _scales(until, top)
    pieces = [_frame(top, unit), _times(until, across)]
    pieces += [_phase(place, across(min(begin, until)), name) for place, (begin, name) in enumerate(phases)]
    if limit is not None:
        pieces.append(
            f'<line class="limit" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{up(limit)}" y2="{up(limit)}"/>'
        )
    points, after_gap = "", True
    for at, value in values:
        if value is None or isnan(value):
            after_gap = True
            continue
        # Of a value between two gaps a line without a length is left, which is a dot.
        points += f"{'M' if after_gap else 'L'}{across(at)} {up(value)}{'h0' if after_gap else ''}"
        after_gap = False
    pieces.append(f'<path class="line" d="{points}"/>')
    return _svg(pieces)


def bars(values: Sequence[tuple[str, float]], curve: Sequence[float], unit: str) -> str:
    """A bar for each label, and what was expected of it as a curve over them."""
    if not values:
        return ""
    top = _top([*(value for _, value in values), *curve])
    step = INNER_WIDTH / len(values)
    _, up = _scales(1, top)
    pieces = [_frame(top, unit)]
    for place, (label, value) in enumerate(values):
        left, upper = LEFT + place * step, up(value)
        pieces.append(
            f'<rect class="bar" x="{left + step * 0.15:.1f}" y="{upper}" width="{step * 0.7:.1f}" '
            f'height="{HEIGHT - BOTTOM - upper:.1f}"><title>{escape(label)}: {value:,.10g} {escape(unit)}</title></rect>'
            f'<text class="tick" text-anchor="middle" x="{left + step / 2:.1f}" y="{HEIGHT - BOTTOM + 16}">'
            f"{escape(label)}</text>"
        )
    places = [LEFT + (place + 0.5) * step for place in range(len(curve))]
    points = "".join(
        f"{'L' if place else 'M'}{x:.1f} {up(value)}"
        for place, (x, value) in enumerate(zip(places, curve, strict=True))
    )
    dots = "".join(
        f'<circle class="dot" cx="{x:.1f}" cy="{up(value)}" r="3"/>'
        for x, value in zip(places, curve, strict=True)
    )
    pieces.append(f'<path class="curve" d="{points}"/>{dots}')
    return _svg(pieces)


def nice(value: float) -> float:
    """A round number that is no less, to end an axis at."""
    if value <= 0:
        return 1.0
    grain = 10.0 ** floor(log10(value))
    ends = (step * grain for step in (1, 1.5, 2, 3, 4, 5, 6, 8, 10))
    return next((end for end in ends if value <= end < inf), value)


def _top(values: Sequence[float]) -> float:
    """Where an axis for these values ends; what is beyond all is drawn there too."""
    return nice(max((value for value in values if isfinite(value)), default=0.0))


def _thinned(values: Sequence[tuple[float, float | None]]) -> Sequence[tuple[float, float | None]]:
    """Of many, the highest of each so many; of hours of seconds a picture shows no more."""
    each = ceil(len(values) / MOST_POINTS)
    if each <= 1:
        return values
    bunches = (values[place : place + each] for place in range(0, len(values), each))
    return [
        max(bunch, key=lambda point: -inf if point[1] is None or isnan(point[1]) else point[1])
        for bunch in bunches
    ]


def _scales(until: float, top: float) -> tuple[Callable[[float], float], Callable[[float], float]]:
    """From seconds and values to places in the picture."""
    return (
        lambda at: round(LEFT + at / until * INNER_WIDTH, 1),
        lambda value: round(TOP + (1 - min(max(0.0, value), top) / top) * INNER_HEIGHT, 1),
    )


def _frame(top: float, unit: str) -> str:
    """The axis of values, with lines across."""
    pieces = []
    for step in range(STEPS + 1):
        y = TOP + step / STEPS * INNER_HEIGHT
        value = top * (1 - step / STEPS)
        pieces.append(
            f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
            f'<text class="tick" text-anchor="end" x="{LEFT - 8}" y="{y + 4:.1f}">{value:,.6g}</text>'
        )
    pieces.append(f'<text class="tick" x="4" y="{HEIGHT - 4}">{escape(unit)}</text>')
    return "".join(pieces)


def _times(until: float, across: Callable[[float], float]) -> str:
    step = ceil(nice(until / MOST_MARKS))
    return "".join(
        f'<text class="tick" text-anchor="middle" x="{across(at)}" y="{HEIGHT - BOTTOM + 16}">{at:,} s</text>'
        for at in range(0, floor(until) + 1, step)
    )


def _phase(place: int, x: float, name: str) -> str:
    """Where one begins, and its name: each a line lower than the one before, as some are short."""
    left = x > WIDTH - 120
    return (
        f'<line class="phase" x1="{x}" x2="{x}" y1="{TOP}" y2="{HEIGHT - BOTTOM}"/>'
        f'<text class="tick" text-anchor="{"end" if left else "start"}" x="{x + (-4 if left else 4):.1f}" '
        f'y="{TOP + 12 * (1 + place % 8)}">{escape(name)}</text>'
    )


def _svg(pieces: Sequence[str]) -> str:
    return f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img">{"".join(pieces)}</svg>'
