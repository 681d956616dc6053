"""docs/plot_recipes.py draws every picture that docs/realism.md shows, and measures every row of its table."""

import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from support.documents import DOCS, document, first_cells, rows, section

pytest.importorskip("matplotlib")

PAGE = document("realism.md")
SVG = "{http://www.w3.org/2000/svg}"
TITLE = "{http://purl.org/dc/elements/1.1/}title"
MOST_BYTES = 150_000
ABOUT = {
    "hours": "when people buy",
    "baskets": "how much they buy",
    "prices": "what it costs",
    "lifecycle": "what becomes of the receipts",
    "customers": "who they are",
}


def plot(*arguments: str) -> str:
    """Runs the script as a reader of the page would; what it prints."""
    command = [sys.executable, str(DOCS / "plot_recipes.py"), *arguments]
    return subprocess.run(command, capture_output=True, check=True, text=True, timeout=120).stdout


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    folder = tmp_path_factory.mktemp("drawn")
    return folder, plot("busy_dispensary", "--receipts", "300", "--seed", "3", "--out", str(folder))


@pytest.mark.parametrize("picture", ABOUT)
def test_a_picture_is_an_svg_that_says_what_it_shows(picture: str, drawn: tuple[Path, str]) -> None:
    path = drawn[0] / f"busy_dispensary-{picture}.svg"
    root = ET.parse(path).getroot()  # noqa: S314 - written above
    assert root.tag == f"{SVG}svg"
    assert root.findtext(f".//{TITLE}") == f"busy_dispensary: {ABOUT[picture]} (300 receipts, seed 3)"
    assert path.stat().st_size < MOST_BYTES


def test_drawing_again_changes_nothing(drawn: tuple[Path, str], tmp_path: Path) -> None:
    plot("busy_dispensary", "--receipts", "300", "--seed", "3", "--out", str(tmp_path))
    for path in drawn[0].iterdir():
        assert (tmp_path / path.name).read_bytes() == path.read_bytes(), path.name


def test_a_recipe_without_weights_is_drawn_too(tmp_path: Path) -> None:
    printed = plot("corner_shop", "--out", str(tmp_path))
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        f"corner_shop-{each}.svg" for each in ABOUT
    )
    assert "| average basket |" in printed


def test_the_page_shows_every_picture(drawn: tuple[Path, str]) -> None:
    shown = re.findall(r"\]\(img/([\w-]+\.svg)\)", PAGE)
    assert sorted(shown) == sorted(path.name for path in drawn[0].iterdir())
    for name in shown:
        assert (DOCS / "img" / name).stat().st_size < MOST_BYTES


def test_the_table_has_the_rows_that_are_measured(drawn: tuple[Path, str]) -> None:
    shown = rows(section(PAGE, "## Beside the market's figures"))
    assert [row[:4] for row in shown] == [row[:4] for row in rows(drawn[1])]
    assert all(row[4] not in {"", "-"} for row in shown)


def test_every_source_of_the_table_is_listed() -> None:
    cited = {
        key for row in rows(section(PAGE, "## Beside the market's figures")) for key in row[3].split(", ")
    }
    listed = first_cells(section(PAGE, "## Sources"))
    assert {key.strip("`") for key in cited - {"-"}} == set(listed)
    assert listed == sorted(listed)
