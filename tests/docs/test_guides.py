"""The guides show real code, their links lead somewhere, and decisions stay short."""

import re
from pathlib import Path

import pytest
from support.documents import DOCS, PACKAGE, ROOT, document, fences

PAGES = [*DOCS.rglob("*.md"), *ROOT.glob("*.md")]
DECISIONS = sorted((DOCS / "decisions").glob("*.md"))
LINK = re.compile(r"\]\((?!https?://|#)([^)#]+)")


def words(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_to_a_file_leads_somewhere(page: Path) -> None:
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


@pytest.mark.parametrize("page", ["adding-a-rule.md", "adding-an-endpoint.md"])
def test_a_guide_shows_code_that_is_there(page: str) -> None:
    code = [words(path.read_text(encoding="utf-8")) for path in PACKAGE.rglob("*.py")]
    shown = fences(document(page), "python")
    assert shown
    for example in shown:
        assert any(words(example) in module for module in code), example


@pytest.mark.parametrize("page", ["adding-a-rule.md", "adding-an-endpoint.md", "glossary.md", "lifecycle.md"])
def test_the_files_a_guide_names_exist(page: str) -> None:
    paths = [
        f"/{path.relative_to(ROOT)}" for folder in (PACKAGE, ROOT / "tests") for path in folder.rglob("*.py")
    ]
    for name in re.findall(r"`([\w/]+\.py)`", document(page)):
        assert any(path.endswith(f"/{name}") for path in paths), name


@pytest.mark.parametrize("decision", DECISIONS, ids=lambda page: page.stem)
def test_a_decision_is_short_and_has_its_three_parts(decision: Path) -> None:
    text = decision.read_text(encoding="utf-8")
    assert len(text.splitlines()) < 40
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == ["Context", "Decision", "Consequences"]
    number = re.match(r"# (\d+)\. ", text)
    assert number is not None
    assert int(number[1]) == int(decision.stem[:4])


def test_decisions_are_numbered_without_gaps() -> None:
    assert [int(page.stem[:4]) for page in DECISIONS] == list(range(1, len(DECISIONS) + 1))
