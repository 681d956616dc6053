"""Broken JSON, each with the one line that says what to mend. Nothing is written then."""

import json
from typing import Any

import pytest
from support.imports import ALONE, UNDERSTOOD, Refused, a_page, a_row, a_transaction

from simulator.importing import documents

DOCUMENTS: dict[str, tuple[Any, str]] = {
    "half a file": (
        json.dumps(a_page(a_row()))[:200],
        "r.json, line 1, character 201: is not JSON: Expecting value (is the file whole?)",
    ),
    "a comma too many": (
        '{"data": [\n1,\n]}',
        "r.json, line 3, character 1: is not JSON: Expecting value",
    ),
    "two documents": (
        json.dumps(a_row(), indent=1) * 2,
        "r.json, line 25, character 2: more follows after the end of the JSON; write several values one a line",
    ),
    "no number": ('{"data": [{"totalPrice": NaN}]}', "r.json: holds NaN, which is no number in JSON"),
    "a number without end": (f"[{'1' * 5000}]", "r.json: holds a number of too many digits"),
    "an exponent without end": (f"[1e{'9' * 20}]", "r.json: holds a number of too many digits"),
    "too deep": ("[" * 100_000, "r.json: is nested too deeply"),
    "lists in lists": (
        "[" * 50 + "]" * 50,
        f"r.json, line 1, [0][0][0][0]: a list is none of what can be imported: {UNDERSTOOD}{ALONE}",
    ),
    "numbers": (
        [1, 2],
        f"r.json, line 1, [0]: 1 is none of what can be imported: {UNDERSTOOD} (and 1 more bad row; --skip-bad leaves them out)",
    ),
    "something else": (
        {"name": "x", "version": 3},
        f"r.json, line 1: an object with the keys 'name', 'version' is none of what can be imported: {UNDERSTOOD}",
    ),
    "an empty list": ([], "there is no receipt in r.json"),
    "an empty page": (a_page(), "there is no receipt in r.json"),
    "an empty object": ({}, f"r.json, line 1: an empty object is none of what can be imported: {UNDERSTOOD}"),
    "an error of T3": (
        {"error": {"type": "Unauthorized", "status_code": 401}},
        "r.json, line 1: this is an error answer; there is no receipt in it",
    ),
    "an error of Trace": (
        {"results": None, "warnings": [], "errors": [{"type": "x"}]},
        "r.json, line 1: this is an error answer; there is no receipt in it",
    ),
    "packages": (
        a_page({"dataModel": "MetrcPackage"}),
        "r.json: these are 'MetrcPackage' objects; only MetrcSalesReceipt can be imported",
    ),
    "transactions": (
        a_page(a_transaction()),
        (
            "r.json: these are MetrcTransaction objects, which do not say which receipt they belong to; put those of a "
            "receipt into its own `transactions` list"
        ),
    ),
    "a snapshot": (
        {"snapshot": {"recipe": "corner_shop"}},
        "r.json: this is a snapshot already; serve it with --recipe",
    ),
    "generated records": (
        {"license": {"number": "X"}},
        "r.json: this is what `simulator generate` writes as ndjson; --format snapshot makes a world to serve",
    ),
    "text for a total": (
        json.dumps(a_page(a_row(), a_row(id=2, totalPrice="abc")), indent=1),
        f"r.json, line 48, data[1].totalPrice: 'abc' is not a number such as 12.50{ALONE}",
    ),
    "a total without end": (
        "[" + json.dumps(a_row(totalPrice=0)).replace('"totalPrice": 0', '"totalPrice": 1e999') + "]",
        f"r.json, line 1, [0].totalPrice: 1E+999 is larger than any sale{ALONE}",
    ),
    "Latin-1 in a later line": (
        (json.dumps(a_row()) + "\n\n").encode() + '{"a": "é"}'.encode("latin-1"),
        "r.json, line 3: byte 0xE9 is not UTF-8; save the file as UTF-8",
    ),
    "a price for nothing": (
        [a_row(transactions=[a_transaction(quantitySold=0)])],
        f"r.json, line 1, [0].transactions[0].quantitySold: there is a price of 30.12 for a quantity of 0{ALONE}",
    ),
    "transactions without end": (
        [a_row(transactions=[a_transaction()] * 501)],
        f"r.json, line 1, [0].transactions: there are 501 entries, and at most 500 can be imported{ALONE}",
    ),
    "an id that is text": (
        a_page(a_row(id=True)),
        f"r.json, line 1, data[0].id: true is not a whole number such as 1230061{ALONE}",
    ),
    "a missing total": (
        a_page(a_row(totalPrice=...)),
        f"r.json, line 1, data[0].totalPrice: there is no value{ALONE}",
    ),
    "a number for a name": (
        a_page(a_row(recordedByUserName=7)),
        f"r.json, line 1, data[0].recordedByUserName: 7 is not text in quotes{ALONE}",
    ),
    "half a character": (
        a_page(a_row(recordedByUserName="\ud800")),
        f"r.json, line 1, data[0].recordedByUserName: '\\ud800' holds characters that are no text{ALONE}",
    ),
    "a row that is none": (a_page(a_row(), 7), f"r.json, line 1, data[1]: this is no receipt{ALONE}"),
    "a bad line": (
        json.dumps(a_row()) + "\n\n{nope\n",
        f"r.json, line 3: is not JSON: Expecting property name enclosed in double quotes{ALONE}",
    ),
    "a strange line": (
        json.dumps(a_row()) + '\n{"a": 1}\n',
        f"r.json, line 2: an object with the keys 'a' is none of what can be imported: {UNDERSTOOD}{ALONE}",
    ),
    "a bad page a line": (
        f"{json.dumps(a_page(a_row()))}\n{json.dumps(a_page(a_row(id=2), a_row(id=-3)))}\n",
        f"r.json, line 2, data[1].id: -3 is not a whole number such as 1230061{ALONE}",
    ),
    "transactions that come to something else": (
        [a_row(transactions=[a_transaction(totalPrice=30)])],
        f"r.json, line 1, [0].totalPrice: 30.12 is not what its transactions come to, 30.00{ALONE}",
    ),
    "a transaction without its package": (
        [a_row(transactions=[a_transaction(packageLabel=None)])],
        f"r.json, line 1, [0].transactions[0].packageLabel: there is no value{ALONE}",
    ),
    "a transaction in an unknown unit": (
        [a_row(transactions=[a_transaction(unitOfMeasureAbbreviation="grm")])],
        (
            "r.json, line 1, [0].transactions[0].unitOfMeasureAbbreviation: 'grm' is not one of ea, oz, lb, g, mg, kg, l, ml"
            f"; did you mean 'g'?{ALONE}"
        ),
    ),
}


@pytest.mark.parametrize("case", DOCUMENTS)
def test_a_broken_document_is_refused_in_one_line(refused: Refused, case: str) -> None:
    content, line = DOCUMENTS[case]
    assert refused(r_json=content) == line


def test_a_document_that_is_too_large_is_refused(refused: Refused, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "LARGEST", 1000)
    assert refused(r_json=json.dumps([a_row(), a_row(id=2)], indent=1)) == (
        "r.json is larger than 1 GiB; one page a line (NDJSON) may be of any size"
    )
