"""docs/states.md is what the states' modules say, and every number in them has a source that exists."""

import re
from importlib import util
from types import ModuleType

import pytest
from support.documents import DOCS, document, first_cells, rows, section

from simulator.ledger.states import STATES
from simulator.ledger.states.sources import SOURCES
from simulator.ledger.states.state import State

PAGE = document("states.md")


def generator() -> ModuleType:
    spec = util.spec_from_file_location("generate_states", DOCS / "generate_states.py")
    assert spec
    assert spec.loader
    module = util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def cited(state: State) -> set[str]:
    """Every source key of a state, those in brackets at the end of its notes included."""
    evidence = [state.medical, state.deadline, state.hours, state.license_shape, *state.taxes, *state.limits]
    evidence += [each for each in (state.adult, state.medical_deadline) if each]
    keys = {key for each in evidence for key in each.sources}
    for note in (state.visitors_note, *state.notes):
        for brackets in re.findall(r"\(([^()]*)\)", note):
            keys.update(brackets.split(", "))
    return keys


def test_the_page_is_fresh() -> None:
    assert generator().page() == PAGE, "run python docs/generate_states.py"


@pytest.mark.parametrize("state", STATES.values(), ids=STATES)
def test_every_cited_source_is_listed(state: State) -> None:
    assert cited(state) <= set(SOURCES)


def test_every_listed_source_is_cited() -> None:
    assert set().union(*map(cited, STATES.values())) == set(SOURCES)


def test_the_page_lists_every_source() -> None:
    assert first_cells(section(PAGE, "## Sources")) == list(SOURCES)


@pytest.mark.parametrize("state", STATES.values(), ids=STATES)
def test_the_page_has_a_section_and_a_row_of_every_state(state: State) -> None:
    told = section(PAGE, f"## {state.name}")
    assert all(f"- {note}\n" in told for note in state.notes)
    row = next(cells for cells in rows(section(PAGE, "## Overview")) if cells[1] == f"`{state.code}`")
    assert row[0].startswith(f"[{state.name}]")
    assert row[4].startswith("from 21") if state.adult else row[4] == "-"


@pytest.mark.parametrize("state", STATES.values(), ids=STATES)
def test_the_page_has_every_limit_of_a_state(state: State) -> None:
    found = [cells for cells in rows(section(PAGE, f"## {state.name}")) if len(cells) == 8]
    assert [cells[1] for cells in found] == [each.name for each in (*state.limits, *state.taxes)]


def test_no_row_has_another_number_of_cells_than_its_head() -> None:
    head = 0
    for line in PAGE.splitlines():
        cells = len(re.findall(r"(?<!\\)\|", line)) if line.startswith("|") else 0
        head = cells and (head or cells)
        assert cells == head, line


@pytest.mark.parametrize("state", STATES.values(), ids=STATES)
def test_the_examples_of_license_numbers_have_the_state_s_shape(state: State) -> None:
    assert len(state.license_shape.examples) >= 2
    assert all(map(state.license_shape.matches, state.license_shape.examples))
