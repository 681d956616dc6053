"""Every scenario runs for a few seconds against a server of its own, and its proofs hold."""

from html.parser import HTMLParser
from typing import Any

import pytest
from support.documents import document, first_cells, section

from simulator.loadtest.scenarios import shipped

ALWAYS = ("units conserved", "T3 agrees with Trace", "exactly once", "nothing stuck")
SHORT: dict[str, tuple[str, ...]] = {
    "till": ("--users", "8", "--run-time", "3s", "--pace", "0.2", "--receipts", "300"),
    "t3_sync": ("--users", "4", "--cashiers", "2", "--run-time", "3s", "--pace", "0.2", "--receipts", "1200"),
    "day_at_the_shop": ("--compression", "15000", "--days", "2"),
    "four_twenty": ("--run-time", "6s", "--cashiers", "3", "--pace", "0.2", "--receipts", "300"),
    "outage_and_drain": ("--sales", "150", "--receipts", "300"),
    "month_end": ("--sales", "20", "--receipts", "150"),
    "soak": ("--run-time", "3s", "--users", "8", "--pace", "0.2", "--receipts", "300", "--shops", "2"),
}
OWN: dict[str, tuple[str, ...]] = {
    "day_at_the_shop": ("the day is closed",),
    "outage_and_drain": ("there was an outage, and it is over",),
    "month_end": ("backlog empty",),
}
DOES: dict[str, tuple[str, ...]] = {
    "till": ("record_sale",),
    "t3_sync": ("list_active", "list_inactive", "changed_active", "changed_inactive", "record_sale"),
    "day_at_the_shop": ("record_sale",),
    "four_twenty": ("record_sale", "list_active", "changed_active"),
    "outage_and_drain": ("record_sale", "list_sales"),
    "month_end": ("read_lines", "read_sale", "dry_run", "unfinalize", "void", "record_sale"),
    "soak": ("record_sale", "list_active", "changed_active"),
}


def test_all_are_run_here() -> None:
    assert set(SHORT) == set(DOES) == set(shipped())


@pytest.mark.parametrize("name", SHORT)
def test_a_scenario_passes(name: str, load: Any) -> None:
    ran = load(name, *SHORT[name])

    assert ran.code == 0, ran.told + ran.errors
    assert f"\n{name}: PASSED\n" in ran.told
    assert ran.result["verdict"]["passed"] is True
    assert list(ran.proofs) == [*ALWAYS, *OWN.get(name, ())]
    assert all(ran.proofs.values())
    assert set(ran.proofs) <= set(first_cells(section(document("load-testing.md"), "## Reading the report")))

    operations, sales = ran.operations, ran.result["sales"]
    assert all(operations[each]["requests"] > 0 for each in DOES[name])
    assert sales["recorded"] >= 5
    assert sales["rows"] == sales["recorded"] == sales["wanted"]
    assert sales["ledger_total"] == sales["believed_total"] > 0
    # What it does was counted once, by its own name.
    assert operations["all"]["requests"] == sum(
        n["requests"] for key, n in operations.items() if key != "all"
    )
    certificate = ran.result["certificate"]
    # When the load is over, clerks look once more before they lay their copies beside the ledger.
    assert certificate["requests"] >= 0.9 * operations["all"]["requests"]
    assert 0 < certificate["cpu"] < 2
    assert len(certificate["generators"]) == 1
    assert (ran.folder / "stats_stats.csv").read_text().startswith("Type,Name,Request Count")
    assert (ran.folder / "locust.html").stat().st_size > 1000
    page = (ran.folder / "report.html").read_text()
    check_page(page, name)
    # There is something to draw once it has been looked at twice.
    assert page.count("<svg") >= (4 if len(ran.result["series"]) > 1 else 0)


def check_page(text: str, name: str) -> None:
    """It says what it is about, closes what it opens, and loads nothing."""

    class Page(HTMLParser):
        def __init__(self) -> None:
            super().__init__()
            self.open: list[str] = []
            self.loaded: list[str] = []

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            if tag not in ("meta", "link", "br", "img"):
                self.open.append(tag)
            self.loaded += [value or "" for key, value in attrs if key in ("src", "href")]

        def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            pass

        def handle_endtag(self, tag: str) -> None:
            assert self.open.pop() == tag

    page = Page()
    page.feed(text)
    assert page.open == []
    assert page.loaded == ["result.json", "locust.html"]
    assert f"<h1>{name}: " in text


def test_a_day_follows_its_recipe(load: Any) -> None:
    """On a Friday the hours, and the number of customers, are those of the recipe's Fridays."""
    ran = load("day_at_the_shop", "--compression", "2500", "--days", "7")

    assert ran.code == 0, ran.told + ran.errors
    (day,) = ran.result["days"]
    sold, expected = day["sold"], day["expected"]
    assert (day["date"], day["opens"], len(sold)) == ("2026-05-22", 8, 14)
    assert sum(sold) == pytest.approx(sum(expected), abs=1) == pytest.approx(300 * 7 * 0.1879, rel=0.17)
    # By chance alone, chi-squared of 13 degrees of freedom is above 53 once in a million days.
    assert sum((a - b) ** 2 / b for a, b in zip(sold, expected, strict=True)) < 53
    assert max(expected) / min(expected) > 8


def test_the_same_seed_sells_the_same(load: Any) -> None:
    """As much as a load can be repeated: what is wanted is the same, in whatever order it comes."""
    told = [
        load("month_end", *SHORT["month_end"], "--seed", seed).result["sales"] for seed in ("7", "7", "8")
    ]
    assert told[0]["believed_total"] == told[1]["believed_total"] != told[2]["believed_total"]
