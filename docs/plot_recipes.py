"""Draws and measures what a recipe grows, to be looked at: `python docs/plot_recipes.py [RECIPE]`. Needs matplotlib.

The pictures go to docs/img and the measured figures to standard output; with --write also into docs/realism.md.
One file, because a script beside the documents has no package to share. Its floats are for eyes, not for books.
"""

import argparse
import json
import subprocess
import sys
import tomllib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import accumulate, pairwise
from math import log10
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import matplotlib as mpl

mpl.use("Agg")
from matplotlib import dates as mdates
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator, PercentFormatter

DOCS = Path(__file__).parent
FIXTURES = DOCS.parent / "fixtures"
DEFAULT_RECIPE = "busy_dispensary"
DEFAULT_RECEIPTS = 100_000
DEFAULT_NOW = "2026-05-20T20:00:00Z"
PAGE, BEGIN, END = DOCS / "realism.md", "<!-- figures -->", "<!-- end of figures -->"

GREEN, DARK, PALE, ORANGE, GRAY = "#3b7d5c", "#1f4a36", "#b9d6c6", "#d9772b", "#666666"
STYLE: Mapping[str, Any] = {
    "svg.hashsalt": "track-trace-simulator",  # the same ids in the file each time
    "svg.fonttype": "path",  # the same letters on every machine
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "axes.titlesize": 10,
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": GRAY,
    "axes.axisbelow": True,
    "xtick.color": GRAY,
    "ytick.color": GRAY,
    "xtick.labelcolor": "black",
    "ytick.labelcolor": "black",
    "grid.color": "#e4e4e4",
    "legend.frameon": False,
    "legend.fontsize": 8,
    "figure.constrained_layout.use": True,
}
FRIDAY = 4
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
STATES = ("final", "active", "voided", "refunded")
PAYMENTS = {"1": "debit", "2": "cash", "3": "ach"}


class Goods(NamedTuple):
    """What a lot holds, as the pictures group it."""

    name: str
    weighed: bool


class Lot(NamedTuple):
    """What is measured of a lot: its goods, and how much one unit weighs or holds."""

    goods: Goods
    product_class: str
    grams: float


@dataclass
class Day:
    """Sums of one local day, without what was taken back."""

    receipts: int = 0
    gross: float = 0
    discounts: float = 0
    cash: int = 0


@dataclass
class World:
    """What the pictures show of a world: counts and sums, no receipts."""

    receipts: int = 0
    hours: Counter[int] = field(default_factory=Counter)
    weekdays: Counter[int] = field(default_factory=Counter)
    days: Counter[date] = field(default_factory=Counter)
    states: Counter[str] = field(default_factory=Counter)
    lines: Counter[int] = field(default_factory=Counter)
    totals: Counter[float] = field(default_factory=Counter)
    payments: Counter[str] = field(default_factory=Counter)
    customers: Counter[str] = field(default_factory=Counter)
    visits: Counter[str] = field(default_factory=Counter)
    ages: Counter[int] = field(default_factory=Counter)
    prices: dict[int, Counter[float]] = field(default_factory=lambda: defaultdict(Counter))
    dollars: Counter[int] = field(default_factory=Counter)
    units: Counter[int] = field(default_factory=Counter)
    lots: dict[int, Lot] = field(default_factory=dict)
    baskets: Counter[tuple[int, ...]] = field(default_factory=Counter)
    medical: Counter[float] = field(default_factory=Counter)
    taxed: float = 0
    fridays: Counter[int] = field(default_factory=Counter)
    sums: dict[date, Day] = field(default_factory=lambda: defaultdict(Day))

    def read(self, lines: Iterable[bytes]) -> None:
        for line in lines:
            ((kind, record),) = json.loads(line).items()
            if kind == "receipt":
                self.add_receipt(record)
            elif kind == "lot":
                self.add_lot(record)

    def add_receipt(self, receipt: Mapping[str, Any]) -> None:
        self.receipts += 1
        self.states[receipt["state"]] += 1
        day = date.fromisoformat(receipt["local_time"][:10])
        self.days[day] += 1
        self.weekdays[day.weekday()] += 1
        self.hours[int(receipt["local_time"][11:13])] += 1
        self.lines[len(receipt["lines"])] += 1
        self.customers[receipt["customer_type"]] += 1
        self.payments[PAYMENTS[receipt["payments"][0]["type_id"][-1]]] += 1
        for shown in receipt["identifications"]:
            if shown["birthday"]:
                self.visits[shown["value"]] += 1
                born = date.fromisoformat(shown["birthday"][:10])
                self.ages[day.year - born.year - ((day.month, day.day) < (born.month, born.day))] += 1
        if receipt["state"] in {"voided", "refunded"}:
            return
        subtotal = float(receipt["subtotal"])
        self.totals[subtotal] += 1
        self.taxed += float(receipt["total"])
        if receipt["customer_type"] != "adult":
            self.medical[subtotal] += 1
        if day.weekday() == FRIDAY:
            self.fridays[int(receipt["local_time"][11:13])] += 1
        self.baskets[tuple(line["lot_id"] for line in receipt["lines"])] += 1
        sums = self.sums[day]
        sums.receipts += 1
        sums.cash += receipt["payments"][0]["type_id"].endswith("2")
        for line in receipt["lines"]:
            price, quantity, discount = (float(line[key]) for key in ("unit_price", "quantity", "discount"))
            self.prices[line["lot_id"]][price] += 1
            self.units[line["lot_id"]] += quantity
            self.dollars[line["lot_id"]] += price * quantity - discount
            sums.gross += price * quantity
            sums.discounts += discount

    def add_lot(self, lot: Mapping[str, Any]) -> None:
        item = lot["item"]
        weighed = item["unit"]["quantity_type"] != "CountBased"
        name = item["product_class"].replace("_", " ")
        unit = item["unit"]["name"].lower().removesuffix("s")
        goods = Goods(f"{name}, by the {unit}" if weighed else name, weighed)
        grams = item["unit"]["grams"] if weighed else item["unit_weight"]
        self.lots[lot["id"]] = Lot(goods, item["product_class"], float(grams or 0))

    def by_goods(self) -> tuple[dict[Goods, Counter[float]], Counter[Goods]]:
        """Unit prices of the lines sold, and dollars, for each kind of goods."""
        prices: dict[Goods, Counter[float]] = defaultdict(Counter)
        dollars: Counter[Goods] = Counter()
        for lot, counted in self.prices.items():
            prices[self.lots[lot].goods].update(counted)
            dollars[self.lots[lot].goods] += self.dollars[lot]
        return prices, dollars

    def chosen(self, *product_classes: str, grams: float | None = None) -> list[int]:
        """The lots of these classes; with `grams`, those whose unit weighs that much."""
        return [
            key
            for key, lot in self.lots.items()
            if lot.product_class in product_classes and grams in {None, lot.grams}
        ]

    def part(self, *product_classes: str, grams: float | None = None) -> float:
        """Dollars of these classes."""
        return sum(self.dollars[lot] for lot in self.chosen(*product_classes, grams=grams))


def quantiles(counted: Counter[float], *shares: float) -> list[float]:
    """The values below which these shares of a counted sample lie."""
    values = sorted(counted)
    sums = list(accumulate(counted[value] for value in values))
    return [
        next(value for value, below in zip(values, sums, strict=True) if below >= share * sums[-1])
        for share in shares
    ]


def mean(counted: Counter[float]) -> float:
    return sum(value * count for value, count in counted.items()) / counted.total()


def weights(recipe: Mapping[str, Any], key: str) -> list[float]:
    """A list of weights of the recipe's first history, as shares; empty when it has none."""
    told = next((part[key] for part in recipe.get("history", ()) if key in part), [])
    return [float(weight) / sum(told) for weight in told]


def bars(axes: Axes, names: Sequence[object], heights: Sequence[float], *, what: str) -> None:
    axes.bar(range(len(names)), heights, color=GREEN, width=0.78)
    axes.set_xticks(range(len(names)), [str(name) for name in names])
    axes.set_xlabel(what)
    percent(axes.yaxis)
    axes.grid(axis="y")
    axes.tick_params(length=0)


def percent(axis: Axis) -> None:
    axis.set_major_locator(MaxNLocator(nbins=8, steps=[1, 2, 5, 10]))
    axis.set_major_formatter(FuncFormatter(lambda share, _: f"{100 * share:.3g}%"))


def told_line(axes: Axes, heights: Sequence[float]) -> None:
    if heights:
        axes.plot(
            range(len(heights)),
            heights,
            color=ORANGE,
            marker="o",
            markersize=4,
            linewidth=1.4,
            label="recipe",
        )
        axes.legend(loc="upper left")


def draw_hours(figure: Figure, world: World, recipe: Mapping[str, Any]) -> None:
    left, right = figure.subplots(1, 2, width_ratios=(2, 1))
    hours = range(min(world.hours), max(world.hours) + 1)
    bars(
        left,
        hours,
        [world.hours[hour] / world.receipts for hour in hours],
        what="hour of the day, local time",
    )
    told_line(left, weights(recipe, "hours"))
    left.set_ylabel("share of receipts")
    left.set_title("Hours")
    bars(right, WEEKDAYS, [world.weekdays[day] / world.receipts for day in range(7)], what="day of the week")
    told_line(right, weights(recipe, "weekdays"))
    right.set_title("Weekdays")


def draw_baskets(figure: Figure, world: World, recipe: Mapping[str, Any]) -> None:
    left, right = figure.subplots(1, 2, width_ratios=(1, 2))
    sizes = range(1, max(world.lines) + 1)
    bars(left, sizes, [world.lines[size] / world.receipts for size in sizes], what="lines of a receipt")
    told_line(left, weights(recipe, "baskets"))
    if left.get_legend():
        left.legend(loc="upper right")
    average = mean(Counter({float(size): count for size, count in world.lines.items()}))
    left.set_title(f"Lines, {average:.2f} on average")
    left.set_ylabel("share of receipts")
    histogram(right, world.totals)
    right.set_xlabel("dollars of a receipt: after discounts, before taxes (logarithmic)")
    right.set_ylabel("share of receipts")
    right.set_title("Baskets that were not taken back")


def histogram(axes: Axes, totals: Counter[float]) -> None:
    """Shares of receipts by their dollars, in bins as wide as they look on a logarithmic axis."""
    bins_a_decade = 12
    binned: Counter[int] = Counter()
    for total, count in totals.items():
        if total > 0:
            binned[int(log10(total) * bins_a_decade // 1)] += count
    edges = [10 ** (each / bins_a_decade) for each in range(min(binned), max(binned) + 2)]
    heights = [binned[each] / totals.total() for each in range(min(binned), max(binned) + 1)]
    axes.bar(
        edges[:-1],
        heights,
        width=[high - low for low, high in pairwise(edges)],
        align="edge",
        color=GREEN,
        edgecolor="white",
        linewidth=0.6,
    )
    axes.set_xscale("log")
    ticks = [each for each in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000) if edges[0] <= each <= edges[-1]]
    axes.set_xticks(ticks, [f"${tick}" for tick in ticks])
    axes.minorticks_off()
    percent(axes.yaxis)
    axes.grid(axis="y")
    (middle,) = quantiles(totals, 0.5)
    top = max(heights)
    for value, name, side, gap in (middle, "median", "right", 0.97), (mean(totals), "mean", "left", 1.03):
        axes.axvline(value, color=ORANGE, linewidth=1.2, ymax=0.97)
        axes.text(value * gap, top * 1.11, f"{name} ${value:.2f}", color=ORANGE, ha=side, va="top")
    axes.set_ylim(0, top * 1.15)


def draw_prices(figure: Figure, world: World, _: Mapping[str, Any]) -> None:
    left, right = figure.subplots(1, 2, width_ratios=(2, 1), sharey=True)
    prices, dollars = world.by_goods()
    boxes = []
    for goods, counted in prices.items():
        low, first, middle, third, high = quantiles(counted, 0.05, 0.25, 0.5, 0.75, 0.95)
        boxes.append(
            (
                middle,
                goods,
                {"label": goods.name, "whislo": low, "q1": first, "med": middle, "q3": third, "whishi": high},
            )
        )
    boxes.sort(key=lambda box: (box[0], box[1].name))
    drawn = left.bxp(
        [box for *_, box in boxes],
        orientation="horizontal",
        showfliers=False,
        patch_artist=True,
        widths=0.6,
        medianprops={"color": DARK, "linewidth": 1.6},
        whiskerprops={"color": GRAY},
        capprops={"color": GRAY},
    )
    for patch, (_, goods, _) in zip(drawn["boxes"], boxes, strict=True):
        patch.set(facecolor="#f3c9a6" if goods.weighed else PALE, edgecolor=GRAY)
    left.set_xlabel("dollars for one piece; orange: for one unit of weight")
    left.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"${value:.0f}"))
    left.set_xlim(0)
    left.grid(axis="x")
    left.tick_params(length=0)
    left.set_title("Unit prices of lines sold: box 25 to 75 %, whiskers 5 to 95 %")
    total = sum(dollars.values())
    for place, (_, goods, _) in enumerate(boxes, 1):
        share = dollars[goods] / total
        right.barh(place, share, color="#e39a5f" if goods.weighed else GREEN, height=0.6)
        right.text(share, place, f" {share:.1%}", va="center", fontsize=8)
    right.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    right.set_xlim(0, 1.22 * max(dollars.values()) / total)
    right.set_xlabel("share of dollars")
    right.grid(axis="x")
    right.tick_params(length=0)
    right.set_title("What it adds up to")


def rushes(days: Counter[date]) -> list[date]:
    """Days well above, or below, the same weekday of the weeks around them."""
    found = []
    for day, count in days.items():
        around = [days[day + timedelta(weeks=week)] for week in (-4, -3, -2, -1, 1, 2, 3, 4)]
        usual = median([each for each in around if each] or [count])
        if abs(count - usual) > max(0.3 * usual, 5 * usual**0.5):
            found.append(day)
    return sorted(found)


def draw_lifecycle(figure: Figure, world: World, _: Mapping[str, Any]) -> None:
    left, right = figure.subplots(1, 2, width_ratios=(1, 2.6))
    for place, state in enumerate(reversed(STATES)):
        share = world.states[state] / world.receipts
        left.barh(place, share, color=GREEN, height=0.6)
        left.text(share, place, f" {share:.1%}", va="center", fontsize=8)
    left.set_yticks(range(len(STATES)), list(reversed(STATES)))
    left.set_xlim(0, 1.3)
    left.set_xticks([0, 0.5, 1])
    left.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    left.set_xlabel("share of receipts")
    left.tick_params(length=0)
    left.set_title("States")
    first, last = min(world.days), max(world.days)
    days = [first + timedelta(days=each) for each in range((last - first).days + 1)]
    right.plot(days, [world.days[day] for day in days], color=GREEN, linewidth=0.9)
    marked = rushes(world.days)
    right.plot(marked, [world.days[day] for day in marked], "o", color=ORANGE, markersize=4)
    for day in marked:
        right.annotate(
            f"{day.day} {day:%b}",
            (day, world.days[day]),
            xytext=(-5, 0),
            textcoords="offset points",
            ha="right",
            va="center",
            fontsize=8,
            color=ORANGE,
        )
    right.xaxis.set_major_locator(mdates.AutoDateLocator(maxticks=13))
    right.xaxis.set_major_formatter(mdates.ConciseDateFormatter(right.xaxis.get_major_locator()))
    right.yaxis.set_major_locator(MaxNLocator(integer=True))
    right.set_ylim(0, 1.1 * max(world.days.values()))
    right.grid(axis="y")
    right.set_ylabel("receipts a day")
    right.set_xlabel("local day of the sale; orange: unlike the same weekday around it")
    right.set_title("Days")


def draw_customers(figure: Figure, world: World, _: Mapping[str, Any]) -> None:
    kinds, visits, ages = figure.subplots(1, 3, width_ratios=(1, 1.2, 1.2))
    rows = [*world.payments.most_common(), *world.customers.most_common()]
    for place, (name, count) in enumerate(reversed(rows)):
        share = count / world.receipts
        kinds.barh(place, share, color=GREEN if name in world.customers else PALE, height=0.6)
        kinds.text(share, place, f" {share:.1%}", va="center", fontsize=8)
    kinds.set_yticks(range(len(rows)), [name.replace("_", " ") for name, _ in reversed(rows)])
    kinds.set_xlim(0, 1.35)
    kinds.set_xticks([0, 0.5, 1])
    kinds.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    kinds.set_xlabel("share of receipts")
    kinds.tick_params(length=0)
    kinds.set_title("Who buys, how they pay")
    counted = Counter(world.visits.values())
    most = max(counted)
    visits.bar(
        range(1, most + 1), [counted[each] / counted.total() for each in range(1, most + 1)], color=GREEN
    )
    visits.set_title(f"Visits, {len(world.visits):,} people")
    visits.set_xlabel("receipts of one person")
    visits.set_ylabel("share of people")
    years = range(min(world.ages), max(world.ages) + 1)
    ages.bar(years, [world.ages[each] / world.ages.total() for each in years], color=GREEN, width=1)
    ages.set_title("Ages")
    ages.set_xlabel("years at the sale")
    ages.set_ylabel("share of receipts")
    for axes in visits, ages:
        percent(axes.yaxis)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.grid(axis="y")
        axes.tick_params(length=0)


PICTURES: Mapping[str, tuple[str, float, Callable[[Figure, World, Mapping[str, Any]], None]]] = {
    "hours": ("when people buy", 3.4, draw_hours),
    "baskets": ("how much they buy", 3.4, draw_baskets),
    "prices": ("what it costs", 4.4, draw_prices),
    "lifecycle": ("what becomes of the receipts", 3.4, draw_lifecycle),
    "customers": ("who they are", 3.4, draw_customers),
}


# --- what is measured beside the market's figures -------------------------------------------------------------------


def share_of_baskets(world: World, fits: Callable[[tuple[int, ...]], bool]) -> str:
    found = sum(count for lots, count in world.baskets.items() if fits(lots))
    return f"{found / world.baskets.total():.0%}"


def sells(world: World, product_class: str) -> str:
    lots = set(world.chosen(product_class))
    return share_of_baskets(world, lambda basket: not lots.isdisjoint(basket))


def items(world: World) -> str:
    """Pieces of a basket; what is weighed counts as one."""
    pieces = sum(
        sum(world.prices[key].values()) if lot.goods.weighed else world.units[key]
        for key, lot in world.lots.items()
    )
    return f"{pieces / world.baskets.total():.2f}"


def category(world: World, *product_classes: str) -> str:
    return f"{world.part(*product_classes) / (sum(world.dollars.values()) - world.part('merchandise')):.1%}"


def gram_of_flower(world: World) -> str:
    grams = sum(world.units[lot] * world.lots[lot].grams for lot in world.chosen("flower"))
    return f"${world.part('flower') / grams:.2f}"


def unit_of(world: World, *product_classes: str) -> str:
    units = sum(world.units[lot] for lot in world.chosen(*product_classes))
    return f"${world.part(*product_classes) / units:.2f}"


def above(world: World, dollars: float) -> str:
    high = sum(total * count for total, count in world.totals.items() if total > dollars)
    return f"{high / sum(total * count for total, count in world.totals.items()):.0%}"


def friday(world: World, first: int, last: int) -> str:
    return f"{sum(world.fridays[hour] for hour in range(first, last + 1)) / world.fridays.total():.0%}"


def against_usual(world: World, month: int, day: int, of: Callable[[Day], float]) -> str:
    """How much more than on the same weekday of the four weeks before and after."""
    rush = next((each for each in world.sums if (each.month, each.day) == (month, day)), None)
    if rush is None:
        return "-"
    weeks = [rush + timedelta(weeks=week) for week in (-4, -3, -2, -1, 1, 2, 3, 4)]
    usual = [of(world.sums[each]) for each in weeks if each in world.sums]
    return f"{of(world.sums[rush]) * len(usual) / sum(usual) - 1:+.0%}"


def net(day: Day) -> float:
    return day.gross - day.discounts


def basket(day: Day) -> float:
    return net(day) / day.receipts


def discounted(day: Day) -> float:
    return day.discounts / day.gross


def cash_on(world: World, month: int, day: int) -> str:
    days = [sums for each, sums in world.sums.items() if (each.month, each.day) == (month, day)]
    return f"{days[0].cash / days[0].receipts:.0%}" if days else "-"


EXTRACTS_AND_FOOD = (
    "preroll",
    "infused_preroll",
    "vape",
    "concentrate",
    "edible",
    "beverage",
    "tincture",
    "capsule",
)

# What, the market's figure, where and when, the source's key, and how it is measured here.
FIGURES: Sequence[tuple[str, str, str, str, Callable[[World], str]]] = (
    (
        "average basket",
        "$68.70; $59.45; $31.16",
        "CA, CO, WA, 2019",
        "HS-19",
        lambda w: f"${mean(w.totals):.2f}",
    ),
    ("the same with taxes", "", "", "", lambda w: f"${w.taxed / w.totals.total():.2f}"),
    ("dollars in baskets above $150", "25%", "CA, 2020", "HS-B20", lambda w: above(w, 150)),
    ("items of a basket", "2 and more", "CA, CO, NV, WA, 2019", "HS-19", items),
    (
        "baskets of one line",
        "just over half",
        "WA, August 2016",
        "HS-16",
        lambda w: share_of_baskets(w, lambda b: len(b) == 1),
    ),
    (
        "baskets of one category",
        "below a third",
        "CA, CO, NV, WA, 2019",
        "HS-19",
        lambda w: share_of_baskets(w, lambda b: len({w.lots[lot].product_class for lot in b}) == 1),
    ),
    ("baskets with flower", "49%", "CA, CO, NV, WA, 2019", "HS-19", lambda w: sells(w, "flower")),
    ("baskets with edibles", "9%", "CA, CO, NV, WA, 2019", "HS-19", lambda w: sells(w, "edible")),
    ("dollars: flower", "40.6%", "ten US states, 2022", "HS-CAT", lambda w: category(w, "flower")),
    ("dollars: vapor pens", "23.4%", "ten US states, 2022", "HS-CAT", lambda w: category(w, "vape")),
    (
        "dollars: prerolls",
        "12.8%",
        "ten US states, 2022",
        "HS-CAT",
        lambda w: category(w, "preroll", "infused_preroll"),
    ),
    ("dollars: edibles", "11.9%", "ten US states, 2022", "HS-CAT", lambda w: category(w, "edible")),
    (
        "dollars: concentrates",
        "7.7%",
        "ten US states, 2022",
        "HS-CAT",
        lambda w: category(w, "concentrate", "kief"),
    ),
    ("dollars: beverages", "1.2%", "ten US states, 2022", "HS-CAT", lambda w: category(w, "beverage")),
    ("dollars: tinctures", "0.9%", "ten US states, 2022", "HS-CAT", lambda w: category(w, "tincture")),
    ("dollars: capsules", "0.9%", "ten US states, 2022", "HS-CAT", lambda w: category(w, "capsule")),
    ("dollars: topicals", "0.7%", "ten US states, 2022", "HS-CAT", lambda w: category(w, "topical")),
    (
        "infused among prerolls, dollars",
        "37.3%",
        "ten US states, 2022",
        "HS-CAT",
        lambda w: f"{w.part('infused_preroll') / w.part('preroll', 'infused_preroll'):.1%}",
    ),
    (
        "1 g among vapor pens, dollars",
        "70.6%",
        "US, 2022",
        "HS-CAT",
        lambda w: f"{w.part('vape', grams=1) / w.part('vape'):.1%}",
    ),
    (
        "a gram of flower",
        "$5.06; $6.99; $2.61",
        "MA, June 2024; OH, April 2025; MI, October 2024",
        "MA-H, OH-S, MI-O24",
        gram_of_flower,
    ),
    (
        "a preroll",
        "$11.49",
        "ten US states, 2022",
        "HS-CAT",
        lambda w: unit_of(w, "preroll", "infused_preroll"),
    ),
    ("capsules", "$24.03", "ten US states, 2022", "HS-CAT", lambda w: unit_of(w, "capsule")),
    (
        "a unit of anything but flower",
        "$28.57",
        "OH, April 2025",
        "OH-S",
        lambda w: unit_of(w, *EXTRACTS_AND_FOOD),
    ),
    (
        "Monday's share of the week",
        "11.69%",
        "MA, June 2022",
        "MA-DAY",
        lambda w: f"{w.weekdays[0] / w.receipts:.2%}",
    ),
    (
        "Friday's share of the week",
        "18.79%",
        "MA, June 2022",
        "MA-DAY",
        lambda w: f"{w.weekdays[FRIDAY] / w.receipts:.2%}",
    ),
    ("Friday, 15 to 17 h", "28 to 30%", "WA, August 2016", "HS-16, CIV", lambda w: friday(w, 15, 17)),
    ("Friday, 18 to 20 h", "25%", "WA, August 2016", "HS-16, CIV", lambda w: friday(w, 18, 20)),
    (
        "20 April: receipts",
        "+107%",
        "US, 2022",
        "HS-420",
        lambda w: against_usual(w, 4, 20, lambda day: day.receipts),
    ),
    ("20 April: dollars", "+148%", "US, 2022", "HS-420", lambda w: against_usual(w, 4, 20, net)),
    ("20 April: average basket", "+19%", "US, 2022", "HS-420", lambda w: against_usual(w, 4, 20, basket)),
    ("20 April: discounts", "+72%", "US, 2022", "HS-420", lambda w: against_usual(w, 4, 20, discounted)),
    ("20 April: paid in cash", "83%", "US, 2023", "GMR", lambda w: cash_on(w, 4, 20)),
    ("3 July: dollars", "+112%", "US, 2019", "PL", lambda w: against_usual(w, 7, 3, net)),
)


def measured(world: World, name: str) -> str:
    """The figures as a table in Markdown."""
    rows = [("What", "The market", "Where and when", "Source", f"`{name}`"), ("---",) * 5]
    for what, market, where, source, measure in FIGURES:
        key = ", ".join(f"`{each}`" for each in source.split(", ") if each)
        try:
            here = measure(world)
        except ZeroDivisionError:  # nothing of the kind was sold
            here = "-"
        rows.append((what, market or "-", where or "-", key or "-", here))
    return "".join(
        f"| {' | '.join(row)} |\n".replace("| --- ", "|---").replace("--- |", "---|") for row in rows
    )


def write(table: str) -> None:
    """Puts the table between the marks of docs/realism.md."""
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    PAGE.write_text(f"{before}{BEGIN}\n{table}{END}{after}", encoding="utf-8")


# --- the command ----------------------------------------------------------------------------------------------------


def generated(recipe: str, receipts: int | None, seed: int, now: str) -> World:
    command = [sys.executable, "-m", "simulator", "generate", recipe, "--format", "ndjson"]
    command += ["--seed", str(seed), "--now", now]
    if receipts is not None:
        command += ["--receipts", str(receipts)]
    world = World()
    with subprocess.Popen(command, stdout=subprocess.PIPE) as generator:  # noqa: S603 - our own command
        if generator.stdout:
            world.read(generator.stdout)
    if generator.returncode:
        sys.exit(generator.returncode)
    return world


def told(recipe: str) -> Mapping[str, Any]:
    path = Path(recipe) if recipe.endswith(".toml") else FIXTURES / f"{recipe}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("recipe", nargs="?", default=DEFAULT_RECIPE)
    parser.add_argument(
        "--receipts", type=int, help=f"{DEFAULT_RECEIPTS:,} for {DEFAULT_RECIPE}, else the recipe's own"
    )
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--now", default=DEFAULT_NOW)
    parser.add_argument("--out", type=Path, default=DOCS / "img")
    parser.add_argument(
        "--write", action="store_true", help="write the measured figures into docs/realism.md"
    )
    options = parser.parse_args(arguments)
    if options.receipts is None and options.recipe == DEFAULT_RECIPE:
        options.receipts = DEFAULT_RECEIPTS
    recipe = told(options.recipe)
    world = generated(options.recipe, options.receipts, options.seed, options.now)
    name = recipe.get("name", options.recipe)
    options.out.mkdir(parents=True, exist_ok=True)
    for picture, (about, height, draw) in PICTURES.items():
        with plt.rc_context(STYLE):
            figure = plt.figure(figsize=(10, height))
            title = f"{name}: {about} ({world.receipts:,} receipts, seed {options.seed})"
            figure.suptitle(title, x=0.008, ha="left", fontsize=11, fontweight="bold")
            draw(figure, world, recipe)
            path = options.out / f"{name}-{picture}.svg"
            figure.savefig(path, metadata={"Date": None, "Creator": None, "Title": title})
            plt.close(figure)
        sys.stdout.write(f"{path}\n")
    table = measured(world, name)
    sys.stdout.write(f"\n{table}")
    if options.write:
        write(table)


if __name__ == "__main__":
    main()
