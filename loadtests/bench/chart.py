"""Draws what a request costs against the size of the store: `python loadtests/bench/chart.py [--page PAGE] [--out FILE]`.

From the results beside the page, so it can be drawn again without measuring. Needs matplotlib, of the extra `test`.
"""

from collections.abc import Mapping
from math import ceil
from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("Agg")
from _operations import OPERATIONS, Operation
from _page import options, results_of
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, NullLocator
from speed import FLOOR, simulator

GREEN, GRAY = "#3b7d5c", "#666666"
STYLE: Mapping[str, Any] = {
    "svg.hashsalt": "track-trace-simulator",  # the same ids in the file each time
    "svg.fonttype": "path",  # the same letters on every machine
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "axes.titlesize": 9,
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": GRAY,
    "grid.color": "#e4e4e4",
    "figure.constrained_layout.use": True,
}
COLUMNS = 2
TITLE = "Server CPU of a request against the receipts in store"
ABOVE = 1.35
"""How far above what is drawn a panel goes."""


def draw(results: Mapping[str, Any], path: Path) -> None:
    with mpl.rc_context(dict(STYLE)):
        rows = ceil(len(OPERATIONS) / COLUMNS)
        figure, panels = plt.subplots(rows, COLUMNS, figsize=(9, 2.2 * rows), sharex=True, squeeze=False)
        for panel, operation in zip(panels.flat, OPERATIONS, strict=False):
            _panel(panel, operation, results["operations"][operation.key], results["sizes"])
        for panel in panels.flat[len(OPERATIONS) :]:
            panel.set_visible(False)
        for panel in panels[-1]:
            panel.set_xlabel("receipts in store")
        for panel in panels[:, 0]:
            panel.set_ylabel("µs a request")
        figure.suptitle(f"{TITLE}. Dashed: the floor, which answers constant bytes.", fontsize=10)
        metadata = {"Title": TITLE, "Date": None} if path.suffix == ".svg" else {"Title": TITLE}
        figure.savefig(path, metadata=metadata)
        plt.close(figure)


def _panel(panel: Axes, operation: Operation, by_name: Mapping[str, Any], sizes: list[int]) -> None:
    costs = [by_name[simulator(size)]["cpu"] for size in sizes]
    floor = by_name[FLOOR]["cpu"]
    panel.axhline(floor, color=GRAY, linestyle="--", linewidth=1)
    panel.plot(sizes, costs, color=GREEN, marker="o", markersize=4)
    for size, cost in zip(sizes, costs, strict=True):
        panel.annotate(
            f"{cost:,.0f}",
            (size, cost),
            (0, 5),
            textcoords="offset points",
            ha="center",
            color=GREEN,
            fontsize=8,
        )
    panel.annotate(
        f"{floor:,.0f}",
        (1, floor),
        (2, 0),
        ("axes fraction", "data"),
        "offset points",
        va="center",
        color=GRAY,
    )
    panel.set_title(operation.title)
    panel.set_xscale("log")
    panel.set_ylim(0, max(*costs, floor) * ABOVE)
    panel.set_xlim(min(sizes) / 2, max(sizes) * 2)
    panel.set_xticks(sizes)
    panel.xaxis.set_minor_locator(NullLocator())
    panel.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
    panel.grid(axis="y")


def main() -> None:
    arguments = options(__doc__)
    arguments.add_argument("--out", type=Path, help="another file, by its name of another kind")
    given = arguments.parse_args()
    draw(results_of(given.page)["speed"], given.out or given.page.parent / "img" / "performance.svg")


if __name__ == "__main__":
    main()
