"""docs/faults.md names everything a fault can say and do, and its examples stand up."""

import json
import re
from itertools import takewhile

import pytest
from pydantic import BaseModel
from support.documents import PACKAGE, ROOT, document, fences, first_cells, rows, section

from simulator.faults import EFFECTS, PROFILES, Fault, FaultBook, FaultRefused, Match, Phase, profile, read
from simulator.faults.book import MOST_FAULTS
from simulator.faults.effects import A_DAY, MOST_MS
from simulator.faults.operators import OPERATORS
from simulator.t3.openapi import document as t3_document
from simulator.trace.openapi import document as trace_document

FAULTS = document("faults.md")
GUIDE = document("adding-a-fault.md")
TOLD = section(FAULTS, "## What the client is told")
EXAMPLES = fences(FAULTS, "json")
CALLS = fences(FAULTS, "http")


def table(text: str, head: str) -> list[list[str]]:
    """The rows of the table whose first line begins so."""
    _, _, rest = text.partition(f"\n{head}")
    lines = takewhile(lambda line: line.startswith("|"), f"{head}{rest}".splitlines())
    return rows("\n".join(lines))


def defaults(model: type[BaseModel]) -> list[tuple[str, str]]:
    return [(f"`{name}`", shown(model, name)) for name in model.model_fields if name != "type"]


def shown(model: type[BaseModel], name: str) -> str:
    field = model.model_fields[name]
    if field.is_required():
        return "required"
    default = field.default
    if default is None:
        return "none"
    return f"`{json.dumps({} if isinstance(default, BaseModel) else default)}`"


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_stands_up(example: str) -> None:
    fault = read(json.loads(example))
    documents = (t3_document(), trace_document())
    operations = {
        operation["operationId"]
        for each in documents
        for path in each["paths"].values()
        for operation in path.values()
    }
    assert fault.match.operation in {None, *operations}


@pytest.mark.parametrize("call", CALLS)
def test_a_profile_takes_what_is_said_beside_it(call: str) -> None:
    line, _, body = call.partition("\n")
    assert line.startswith("POST /_simulator/faults/profiles/")
    name, said = line.rpartition("/")[2], json.loads(body)
    assert profile(name, said) != PROFILES[name].fault


def test_the_examples_have_every_phase_and_every_effect() -> None:
    faults = [read(json.loads(example)) for example in EXAMPLES]
    assert {fault.phase for fault in faults} == set(Phase)
    assert {fault.effect.type for fault in faults} == set(EFFECTS)


def test_every_key_of_a_fault_is_documented_with_its_default() -> None:
    documented = table(section(FAULTS, "## What a fault says"), "| Key | Default | Meaning |")
    assert [tuple(cells[:2]) for cells in documented] == defaults(Fault)
    assert all(cells[2] for cells in documented)


def test_every_key_of_a_match_is_documented_with_its_default() -> None:
    documented = table(section(FAULTS, "## For which requests"), "| Key | Default | Meaning |")
    assert [tuple(cells[:2]) for cells in documented] == defaults(Match)
    assert all(cells[2] for cells in documented)


def test_every_operator_is_documented() -> None:
    assert first_cells(section(FAULTS, "### Predicates")) == list(OPERATORS)


def test_every_phase_is_documented() -> None:
    assert first_cells(section(FAULTS, "## What happens to the ledger")) == list(Phase)


def test_every_effect_is_documented_with_its_phases() -> None:
    documented = [[cells[0], *cells[2:]] for cells in table(TOLD, "| Effect | What the client gets |")]
    assert documented == [
        [
            f"`{name}`",
            "lost" if effect.loses_answer else "kept",
            "all" if effect.phases == tuple(Phase) else ", ".join(f"`{phase}`" for phase in effect.phases),
        ]
        for name, effect in EFFECTS.items()
    ]


def test_every_attribute_is_documented_with_its_default() -> None:
    documented = table(TOLD, "| Effect | Attribute |")
    assert [tuple(cells[:3]) for cells in documented] == [
        (f"`{name}`", *attribute) for name, effect in EFFECTS.items() for attribute in defaults(effect)
    ]
    assert all(cells[3] and cells[4] for cells in documented)


def test_the_bounds_are_those_of_the_models() -> None:
    assert "No wait is longer than ten minutes, and no simulated time longer than a day." in TOLD
    assert (MOST_MS, A_DAY) == (10 * 60 * 1000, 24 * 60 * 60)
    assert f"A world holds at most {MOST_FAULTS:,}." in FAULTS


def test_every_profile_is_documented_in_its_own_words() -> None:
    assert rows(section(FAULTS, "## Profiles")) == [
        [f"`{name}`", each.about, each.pain] for name, each in PROFILES.items()
    ]


def test_the_refusal_shown_is_the_one_given() -> None:
    (message,) = fences(FAULTS, "text")
    with pytest.raises(FaultRefused, match=f"^{re.escape(message.strip())}$"):
        read({"effect": {"type": "reset"}})


def test_the_python_shown_runs() -> None:
    (shown,) = fences(FAULTS, "python")
    names: dict[str, object] = {}
    exec(shown, names)  # noqa: S102 - the project's own document
    book = names["book"]
    assert isinstance(book, FaultBook)
    assert list(book.faults) == ["flaky", "latency-1"]


def words(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("example", fences(GUIDE, "python"))
def test_the_guide_shows_code_that_is_there(example: str) -> None:
    modules = [words(path.read_text(encoding="utf-8")) for path in PACKAGE.rglob("*.py")]
    assert any(words(example) in module for module in modules)


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`([\w/]+\.py)`", GUIDE))))
def test_the_files_the_guide_names_exist(name: str) -> None:
    assert (ROOT / name).is_file()


def test_the_guide_tells_what_a_model_says_with_its_defaults() -> None:
    base = EFFECTS["status"].__mro__[1]
    said = {
        cells[0].strip("`"): cells[1].strip("`") for cells in table(GUIDE, "| Name | Default | Meaning |")
    }
    assert said.pop("phases") == "all"
    assert said == {
        name: str(getattr(base, name))
        for name in base.__annotations__
        if name not in ("phases", "model_config")
    }
