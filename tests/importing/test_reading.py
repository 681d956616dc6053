"""The pieces that reading is made of: places in JSON, and words that are the façades' too."""

import json
import re
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.imports import a_row, a_told_sale, imported

from simulator.importing import ImportRefused, import_files, receipts, values
from simulator.importing.places import line_of
from simulator.ledger.model import License
from simulator.t3.params import DEFAULT_FIELDNAMES
from simulator.t3.receipts import METRC_CUSTOMER_TYPES, VISITOR_IDENTIFICATION, receipts_of

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


ODD_ROWS = st.lists(
    st.fixed_dictionaries(
        dict.fromkeys(
            ("salesDateTime", "totalPrice", "id", "licenseNumber", "hostname", "transactions"), JSON
        )
    )
)
ODD_SALES = st.fixed_dictionaries(dict.fromkeys(("line_items", "license", "customer_types"), JSON))


def paths(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    inner: Any = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    return [path, *(found for key, each in inner for found in paths(each, (*path, key)))]


@settings(deadline=None)
@given(JSON, st.integers(0, 5))
def test_the_line_of_every_value_is_found(value: Any, seed: int) -> None:
    """In a document with one value a line, in which the value itself is made out by a mark."""
    for path in paths(value):
        marked = put(value, path, "\0mark")
        text = json.dumps(marked, indent=1)
        expected = next(n for n, line in enumerate(text.splitlines(), 1) if r"\u0000mark" in line)
        assert line_of(text, path) == expected
        assert line_of("\n" * seed + text, path) == expected + seed


@given(JSON, st.permutations(range(8)))
def test_searches_one_after_another_find_the_same(value: Any, order: list[int]) -> None:
    text = json.dumps(value, indent=1)
    found = paths(value)
    known: dict[int, tuple[int, int]] = {}
    for place in order:
        path = found[place % len(found)]
        assert line_of(text, path, known) == line_of(text, path)


def put(value: Any, path: tuple[str | int, ...], mark: str) -> Any:
    if not path:
        return mark
    key, *rest = path
    if isinstance(value, dict):
        return {name: put(each, tuple(rest), mark) if name == key else each for name, each in value.items()}
    return [put(each, tuple(rest), mark) if index == key else each for index, each in enumerate(value)]


def test_a_value_that_is_not_there_is_looked_for_in_its_holder() -> None:
    text = json.dumps({"data": [{"id": 1}, {"id": 2}]}, indent=1)
    assert line_of(text, ("data", 1, "totalPrice")) == text[: text.index('{\n   "id": 2')].count("\n") + 1
    assert line_of(text, ("nowhere", 3)) == 1


def test_the_words_are_those_of_t3() -> None:
    assert dict(values.METRC_CUSTOMERS) == {name: kind for kind, name in METRC_CUSTOMER_TYPES.items()}
    assert receipts.VISITOR_IDENTIFICATION == VISITOR_IDENTIFICATION
    shown = receipts_of(License("X", "X", "ca", "Retailer")).shown
    assert set(receipts.KNOWN) == set(shown)
    assert set(DEFAULT_FIELDNAMES.split(",")) <= set(receipts.COLUMNS)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("12.5", "12.5"),
        (" 12.50 ", "12.50"),
        ("0", "0"),
        ("-0.0", "0.0"),
        ("1e-05", "0.00001"),
        ("1E+2", "100"),
    ],
)
def test_amounts_are_exact(written: str, read: str) -> None:
    assert format(values.amount(written), "f") == read


@pytest.mark.parametrize(
    "written", ["1,000", "", "+1", "١٢", "1.", ".5", "0x1", "1_0", "inf", "1e99", "1" * 13, "0." + "1" * 11]
)
def test_what_is_no_amount_is_refused(written: str) -> None:
    with pytest.raises(values.BadValue):
        values.amount(written)


@pytest.mark.parametrize("written", ["1230061", " 7 ", "7.0", 7])
def test_whole_numbers_may_end_in_point_zero(written: object) -> None:
    assert values.whole(written) in (7, 1230061)


@pytest.mark.parametrize("written", ["TRUE", "False", " true", True])
def test_booleans_may_be_written_as_spreadsheets_do(written: object) -> None:
    assert values.boolean(written) in (True, False)


def test_documents_of_several_kinds_go_together(tmp_path: Path) -> None:
    lines = [
        a_row(),
        {"sales": [a_told_sale()]},
        {"data": [a_row(id=2, receiptNumber="2")], "page": 1},
        [],
        {"page": 2, "data": []},
    ]
    world, report = imported(tmp_path, "\n\n".join(map(json.dumps, lines)))
    assert report.files[0].kinds == ("T3 receipt", "Trace sale", "T3 page")
    assert len(world.ledger.books["C10-0000123-LIC"].receipts) == 3


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_no_bytes_make_it_stumble(content: bytes) -> None:
    """Whatever a file holds, it is imported or refused in one line."""
    refuse_or_import(content)


@settings(deadline=None)
@given(JSON | ODD_ROWS | ODD_SALES)
def test_no_json_makes_it_stumble(value: Any) -> None:
    refuse_or_import(json.dumps(value).encode())
    refuse_or_import(json.dumps({"data": value}).encode())
    refuse_or_import(json.dumps({"results": {"data": value}}).encode())


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(sorted(a_row())), JSON, max_size=6))
def test_no_bent_row_makes_it_stumble(bent: Any) -> None:
    refuse_or_import(json.dumps([{**a_row(), **bent}]).encode())


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(sorted(a_told_sale())), JSON, max_size=4))
def test_no_bent_sale_makes_it_stumble(bent: Any) -> None:
    refuse_or_import(json.dumps({"sales": [{**a_told_sale(), **bent}]}).encode())


def refuse_or_import(content: bytes) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        path.write_bytes(content)
        for skip_bad in (False, True):
            try:
                world, _ = import_files(
                    path, state="ca", license_number="X", skip_bad=skip_bad, anonymise=skip_bad
                )
            except ImportRefused as refused:
                said = str(refused)
            else:
                said = next(iter(world.ledger.books))
            assert said.isprintable()


def test_what_is_no_file_at_all_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", None)
    for files, line in (
        ((), "there is no file to import"),
        (("a\0b",), r"'a\x00b' is no file name"),
        (("-",), "there is no standard input"),
    ):
        with pytest.raises(ImportRefused, match=f"^{re.escape(line)}$"):
            import_files(*files)
