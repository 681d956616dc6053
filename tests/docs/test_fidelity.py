"""docs/fidelity.md names every choice the code makes, and nothing that is not there."""

import re

import pytest
from support.documents import PACKAGE, document, first_cells, section

FIDELITY = document("fidelity.md")
MARK = re.compile(r"GAP\(([a-z0-9-]*)\)")


def slugs_in_the_code() -> set[str]:
    return {
        slug
        for path in PACKAGE.rglob("*.py")
        for slug in MARK.findall(path.read_text(encoding="utf-8"))
    }  # fmt: skip


def test_every_choice_of_the_code_is_documented_and_no_other() -> None:
    assert set(first_cells(section(FIDELITY, "## Our choices"))) == slugs_in_the_code()


def test_every_choice_is_documented_once() -> None:
    slugs = first_cells(section(FIDELITY, "## Our choices"))
    assert sorted(slugs) == sorted(set(slugs))


def test_every_choice_says_what_is_open_what_we_do_and_why() -> None:
    for line in section(FIDELITY, "## Our choices").splitlines():
        if line.startswith("| `"):
            assert all(cell.strip() for cell in line.strip("|").split("|")), line
            assert line.count("|") == 5, line


def test_every_documented_behaviour_cites_a_source_and_a_module() -> None:
    for line in section(FIDELITY, "## Documented behaviour we reproduce").splitlines():
        if line.startswith("| ") and not line.startswith("| Behaviour"):
            _, source, modules = re.split(r"(?<!\\)\|", line.strip("| "))
            assert source.strip(), line
            assert re.findall(r"`([\w/]+\.py)`", modules), line


@pytest.mark.parametrize("module", sorted(set(re.findall(r"`([\w/]+\.py)`", FIDELITY))))
def test_a_module_named_in_the_document_exists(module: str) -> None:
    assert (PACKAGE / module).is_file()
