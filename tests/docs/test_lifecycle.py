"""docs/lifecycle.md has the code's own table, and its example runs as told."""

from support.asgi import BASE_URL, InProcess
from support.documents import document, examples, first_cells, rows, section

from simulator.ledger.lifecycle import TRANSITIONS, Action
from simulator.ledger.model import ReceiptState

LIFECYCLE = document("lifecycle.md")


def test_every_state_is_documented() -> None:
    introduction = LIFECYCLE.partition("\n## ")[0]
    assert first_cells(introduction) == list(ReceiptState)


def test_the_table_of_transitions_is_the_code_s() -> None:
    documented = [tuple(cells[:3]) for cells in rows(section(LIFECYCLE, "## What may happen"))]
    coded = [(str(before), str(action), str(after)) for (before, action), after in TRANSITIONS.items()]
    assert documented == [("–", "record", "active"), *coded]  # noqa: RUF001 - the dash means nowhere


def test_every_transition_says_who_asks_for_it() -> None:
    assert all(cells[3] for cells in rows(section(LIFECYCLE, "## What may happen")))


def test_every_action_says_what_it_does_to_lines_stock_and_both_views() -> None:
    table = rows(section(LIFECYCLE, "## What each action does"))
    assert [cells[0] for cells in table] == list(Action)
    assert all(len(cells) == 5 and all(cells) for cells in table)


def test_the_example_runs_as_told(t3: InProcess) -> None:
    steps = examples(LIFECYCLE)
    assert len(steps) == 5
    for step in steps:
        headers = {"Content-Type": "application/json"}
        told = t3.request(step.method, step.path, content=step.body, headers=headers).json()
        if "error" in told:
            told["error"]["url"] = told["error"]["url"].replace(BASE_URL, "http://127.0.0.1:8420")
        assert told == step.answer, step
