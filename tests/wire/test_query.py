"""Query strings are read as the standard library reads them, and remembered no longer than they are the same."""

from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.t3 import params as t3
from simulator.trace import params as trace
from simulator.wire import query as query_module
from simulator.wire.errors import Misshapen, WireError
from simulator.wire.query import MOST_FIELDS, MOST_REMEMBERED, read_pairs, read_query

PIECES = st.sampled_from(
    ["a", "page", "=", "&", "+", "%", "%41", "%2B", "%26", "%C3%A9", "%FF", "é", ";", "0", "%00", "\0", " "]
)
QUERIES = st.lists(PIECES, max_size=20).map("".join)


def as_the_library_reads(query: bytes) -> list[tuple[str, str]] | str:
    try:
        pairs = parse_qsl(query.decode(), keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS)
    except UnicodeDecodeError:
        return "The query string is not UTF-8"
    except ValueError:
        return f"The query string has more than {MOST_FIELDS} parameters"
    if any("\0" in name or "\0" in value for name, value in pairs):
        return "The query string has a NUL character"
    return pairs


def as_read(query: bytes) -> list[tuple[str, str]] | str:
    try:
        return list(read_pairs(query))
    except WireError as error:
        return str(error)


@given(QUERIES.map(str.encode) | st.binary(max_size=30))
def test_pairs_are_those_of_the_standard_library(query: bytes) -> None:
    assert as_read(query) == as_the_library_reads(query)


@pytest.mark.parametrize("fields", [MOST_FIELDS, MOST_FIELDS + 1])
def test_so_many_parameters_and_no_more(fields: int) -> None:
    query = b"&".join([b"a=1"] * fields)
    assert as_read(query) == as_the_library_reads(query)


VALUES = st.sampled_from(["1", "2", "-3", "0", "many", "", "true", "1.0", "LIC-1"])
NAMES = st.sampled_from(
    [
        "licenseNumber",
        "license_number",
        "page",
        "pageSize",
        "limit",
        "offset",
        "filter",
        "filter:a__eq",
        "sort",
    ]
)


@given(st.lists(st.tuples(NAMES, VALUES), max_size=5))
def test_a_query_that_was_read_before_is_read_the_same(pairs: list[tuple[str, str]]) -> None:
    query = "&".join(f"{name}={value}" for name, value in pairs).encode()

    def told(module: object, model: type) -> object:
        try:
            return read_query(model, module.gather, query)
        except Misshapen as error:
            return str(error)

    for module, model in ((t3, t3.CollectionQuery), (trace, trace.PageQuery), (t3, t3.LicenseQuery)):
        query_module._remembered_query.cache_clear()
        first = told(module, model)
        assert told(module, model) == first
        if not isinstance(first, str):
            assert first == model.model_validate(module.gather(read_pairs(query)))
            assert told(module, model) is first


def test_what_is_remembered_is_bounded() -> None:
    remembered = query_module._remembered_query
    assert remembered.cache_info().maxsize == MOST_REMEMBERED
    remembered.cache_clear()
    long = b"licenseNumber=" + b"x" * 1000
    assert len(read_query(t3.LicenseQuery, t3.gather, long).license_number) == 1000
    assert remembered.cache_info().currsize == 0
    assert query_module._remembered_pairs.cache_info().maxsize == MOST_REMEMBERED
