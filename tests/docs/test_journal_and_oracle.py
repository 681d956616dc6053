"""docs/journal.md and docs/oracle.md name every field, key, value and verdict there is, and show what is so."""

import json
import re

import pytest
from support.documents import document, fences, first_cells, rows, section
from support.entries import COMMIT_THEN_504, a_ledger, a_post, a_sale, an_entry

from simulator.journal.entry import ANSWER_KEPT, BEGINNING_KEPT, FIELDS, Applied, Suffered, Told, unpacked
from simulator.journal.har import har
from simulator.journal.journal import Journal
from simulator.journal.present import one_line
from simulator.journal.questions import Question
from simulator.journal.redaction import HEADERS, KEYS, kept_headers
from simulator.ledger.model import ReceiptState
from simulator.oracle.judge import DEFAULT_WINDOW, judge
from simulator.oracle.report import exactly_once_failures
from simulator.oracle.verdicts import FAILURES, TRY_AGAIN, Verdict

JOURNAL, ORACLE = document("journal.md"), document("oracle.md")
LOST = a_post(3, a_sale("A-17"), recorded=(60071,), status=504, faults=(COMMIT_THEN_504,))
AGAIN = a_post(4, a_sale("A-17"), recorded=(60072,))
STATES = {60071: ReceiptState.ACTIVE, 60072: ReceiptState.ACTIVE}


def words_in_code(text: str) -> set[str]:
    return set(re.findall(r"`([^`]+)`", text))


def test_every_field_of_an_entry_is_documented_in_its_order() -> None:
    fields = section(JOURNAL, "## Fields of an entry").partition("### Told")[0]
    assert first_cells(fields) == list(FIELDS)
    cells = {cells[0].strip("`"): cells[1] for cells in rows(fields)}
    assert words_in_code(cells["events"]) == set(Applied.__struct_fields__)
    assert words_in_code(cells["faults"]) == set(Suffered.__struct_fields__)
    assert f"{ANSWER_KEPT // 1024} KiB" in cells["answer"]
    assert f"{BEGINNING_KEPT // 1024} KiB" in cells["answer"]


def test_every_value_of_told_is_documented() -> None:
    assert first_cells(section(JOURNAL, "### Told")) == list(Told)


def test_every_key_of_a_question_is_documented_in_its_order() -> None:
    assert first_cells(section(JOURNAL, "## Questions")) == list(Question.model_fields)


def test_the_default_limit_is_documented() -> None:
    assert f"{Journal().limit // 2**20} MiB" in section(JOURNAL, "## What is kept, and for how long")


def test_everything_redacted_is_documented() -> None:
    cells = {cells[0]: cells[1] for cells in rows(section(JOURNAL, "## Redaction"))}
    headers = [(name.encode(), b"x") for name in sorted(words_in_code(cells["headers, both ways"]))]
    assert {name.encode().lower() for name, _ in unpacked(kept_headers(headers))} == HEADERS
    bodies = next(what for where, what in cells.items() if where.startswith("bodies"))
    assert {word.lower() for word in words_in_code(bodies) if word.isalpha()} == KEYS


def test_every_har_field_of_ours_is_documented() -> None:
    (entry,) = har([an_entry()], "")["log"]["entries"]
    documented = {word for word in words_in_code(section(JOURNAL, "## HAR")) if re.match("_.", word)}
    assert documented == {key for key in entry if key.startswith("_")} | {"_encoding"}


def test_the_line_shown_is_the_line_of_such_an_entry() -> None:
    entry = a_post(12, a_sale(), recorded=(60071,), status=504, faults=(COMMIT_THEN_504,))
    assert one_line(entry) in JOURNAL


def test_the_counters_shown_are_those_of_such_requests() -> None:
    journal = Journal()
    lost = (Suffered("lost", "after", "reset_peer"),)
    for bent in ({"status": 200}, {"status": None, "faults": lost}, {"operation": None, "status": 404}):
        journal.record(lambda number, bent=bent: a_post(number, a_sale(), **bent))
    (shown,) = fences(JOURNAL, "json")
    assert json.loads(shown) == journal.counters.as_json()


def test_the_examples_in_python_run() -> None:
    journal = Journal()
    for entry in (LOST, AGAIN):
        journal.record(lambda _number, entry=entry: entry)
    names = {
        "journal": journal,
        "ledger": a_ledger(STATES),
        "Question": Question,
        "judge": judge,
        "exactly_once_failures": exactly_once_failures,
    }
    (find,) = fences(JOURNAL, "python")
    exec(find, names)  # noqa: S102 - the document's own example
    assert names["lost"] == [LOST]
    (ask,) = fences(ORACLE, "python")
    with pytest.raises(AssertionError):
        exec(ask, names)  # noqa: S102 - as above
    journal.clear()
    for entry in (a_post(3, a_sale("A-17"), status=504), AGAIN):
        journal.record(lambda _number, entry=entry: entry)
    exec(ask, names)  # noqa: S102 - as above


def test_every_verdict_is_documented_with_whether_it_is_a_failure() -> None:
    table = rows(section(ORACLE, "## Verdicts"))
    assert [cells[0].strip("`") for cells in table] == list(Verdict)
    assert {cells[0].strip("`"): cells[-1] for cells in table} == {
        verdict: "no" if verdict in FAILURES else "yes" for verdict in Verdict
    }


def test_the_answers_that_ask_for_another_try_are_documented() -> None:
    (listed,) = re.findall(r"except ([0-9, and]+)\.", section(ORACLE, "## Verdicts"))
    assert set(map(int, re.findall("[0-9]+", listed))) == TRY_AGAIN


def test_every_field_of_the_report_is_documented_in_its_order() -> None:
    report = judge([LOST, AGAIN], a_ledger(STATES)).as_json()
    table = section(ORACLE, "## The report")
    assert first_cells(table) == list(report)
    cells = {cells[0].strip("`"): cells[1] for cells in rows(table)}
    assert words_in_code(cells["intents"]) == set(report["intents"][0])


def test_the_default_window_is_documented() -> None:
    assert f"{DEFAULT_WINDOW:.0f} simulated seconds" in section(ORACLE, "## What an intent is")


def test_the_problem_shown_is_told_of_such_requests() -> None:
    (problem,) = judge([LOST, AGAIN], a_ledger(STATES)).problems()
    assert problem in ORACLE
