"""Requests that are wrong in every way we could think of: refused by name, in the façade's own words, without effect."""

import asyncio
import copy
import json
import re
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette
from support.asgi import InProcess
from support.builders import NOW
from support.credentials import LOGIN, T3, TRACE
from support.samples import POST_SALE, PUT_PRICE, PUT_SALE_ID
from wire.refusals import (
    assert_says_nothing_of_the_machinery,
    assert_t3_error,
    assert_trace_error,
    everything,
    text_of,
)

from simulator.app import create_app
from simulator.clock import Clock
from simulator.seeding.grow import grow
from simulator.seeding.recipe import load
from simulator.t3.operations import OPERATIONS as T3_OPERATIONS
from simulator.trace.operations import OPERATIONS as TRACE_OPERATIONS
from simulator.wire.body import MAX_BODY
from simulator.world import World

Path = tuple[str | int, ...]
AS_JSON = {"Content-Type": "application/json"}
MIB = 1024 * 1024
REMOVED = object()
SUBSTITUTES = (None, True, 1, 1.5, "x", [], {}, REMOVED)


@dataclass
class Wire:
    """One world with clients of both façades, and one without credentials."""

    world: World
    app: Starlette
    t3: InProcess
    trace: InProcess
    open: InProcess

    def client(self, url: str) -> InProcess:
        return self.t3 if url.startswith("/v2") else self.trace

    def restore(self) -> None:
        """As if nothing had been asked yet."""
        fresh = a_shop()
        self.world.ledger, self.world.accounts = fresh.ledger, fresh.accounts


def a_shop() -> World:
    return grow(load("corner_shop"), clock=Clock(NOW))


@pytest.fixture(scope="module")
def wire() -> Iterator[Wire]:
    world = a_shop()
    app = create_app(world)
    with InProcess(app, T3) as t3, InProcess(app, TRACE) as trace, InProcess(app) as nobody:
        yield Wire(world, app, t3, trace, nobody)


@dataclass(frozen=True)
class BodyOperation:
    """An operation that takes a body, with one that is right."""

    method: str
    url: str
    body: Any
    accepted: frozenset[str] = field(default_factory=frozenset)
    """Bent bodies that are still right, as `path <- value`."""

    @property
    def is_t3(self) -> bool:
        return self.url.startswith("/v2")

    def send(self, wire: Wire, content: bytes | str, headers: dict[str, str] | None = None) -> httpx.Response:
        sent = AS_JSON if headers is None else headers
        return wire.client(self.url).request(self.method, self.url, content=content, headers=sent)

    def refused(self, wire: Wire, content: bytes | str, status: int = 400, **options: Any) -> str:
        """Refused as documented and without effect; gives all that was said."""
        before = everything(wire.world)
        response = self.send(wire, content, **options)
        assert everything(wire.world) == before
        return said(response, self.url, status)


def said(response: httpx.Response, url: str, status: int) -> str:
    if url.startswith("/v2"):
        return assert_t3_error(response, status)
    return " ".join(f"{e['path']}: {e['detail']}" for e in assert_trace_error(response, status))


NULLABLE_OR_FREE_TEXT = frozenset(
    f"{path} <- {value}"
    for path, values in {
        "sales[0].external_id": ("null", '"x"', "removed"),
        "sales[0].terminal": ('"x"',),
        "sales[0].identifications[0].id": ('"x"',),
        "sales[0].identifications[1].id": ('"x"',),
        "sales[0].identifications[2].id": ('"x"',),
        # An adult may be identified, and need not be.
        "sales[0].identifications": ("[]",),
        "sales[0].identifications[0]": ("removed",),
        "sales[0].identifications[1]": ("removed",),
        "sales[0].identifications[2]": ("removed",),
        "sales[0].line_items[0].taxes[0].name": ('"x"', "removed"),
        "sales[0].line_items[0].taxes[1].name": ('"x"', "removed"),
        "sales[0].line_items[1].taxes[0].name": ('"x"', "removed"),
        "sales[0].line_items[1].taxes[1].name": ('"x"', "removed"),
        "sales[0].line_items[0].taxes[0].rate": ("removed",),
        "sales[0].line_items[0].taxes[1].rate": ("removed",),
        "sales[0].line_items[1].taxes[0].rate": ("removed",),
        "sales[0].line_items[1].taxes[1].rate": ("removed",),
        "sales[0].payments[0].id": ("null", '"x"', "removed"),
    }.items()
    for value in values
)
UPDATE_URL = f"/ca/v1/sales/{PUT_SALE_ID}"
SHOP = {"license": {"license_number": "XXXRETAIL01"}}
LOT = {"lot": {"id": "b29cc14d394941d9a2cd48abf64c9d1c"}}
BODY_OPERATIONS = {
    "credentials": BodyOperation(
        "POST",
        "/v2/auth/credentials",
        LOGIN | {"otp": "123456", "email": "a@b.c"},
        frozenset({"otp <- null", "otp <- removed", "email <- null", 'email <- "x"', "email <- removed"}),
    ),
    "apikey": BodyOperation(
        "POST", "/v2/auth/apikey", {"apiKey": "e829nde3l87ks9d832gfdavhg450d9mw", "stateCode": "CA"}
    ),
    "secretkey": BodyOperation(
        "POST",
        "/v2/auth/secretkey",
        {"hostname": "ca.metrc.com", "username": "rival", "password": "rival", "otpSeed": "J3G5KD9W8ZT2LV6X"},
        frozenset({"otpSeed <- null", 'otpSeed <- "x"', "otpSeed <- removed"}),
    ),
    "unfinalize": BodyOperation(
        "POST",
        "/v2/sales/unfinalize?licenseNumber=LIC-00001&submit=true",
        [{"id": 12345}, {"id": 12346}],
        # One of the two receipts is left, and is final.
        frozenset({"[0] <- removed", "[1] <- removed"}),
    ),
    "void": BodyOperation("POST", "/v2/sales/void?licenseNumber=LIC-00001&submit=true", {"id": 123}),
    "record": BodyOperation("POST", "/ca/v1/sales", json.loads(POST_SALE), NULLABLE_OR_FREE_TEXT),
    "change price": BodyOperation("PUT", UPDATE_URL, json.loads(PUT_PRICE)),
    "change quantity": BodyOperation(
        "PUT",
        UPDATE_URL,
        SHOP
        | {
            "actions": {"id": "KMSAN0001"},
            "quantity_change_date": "2026-05-19T20:29:19Z",
            "currency": {"id": "KOMCURT0001"},
            "line_items": [{**LOT, "quantity": "1"}],
        },
        frozenset({"currency <- null", "currency <- removed"}),
    ),
    "void sale": BodyOperation(
        "PUT",
        UPDATE_URL,
        SHOP | {"actions": {"id": "KMSAN0003"}, "void_date": "2026-05-19T20:29:19Z", "reason": "mistake"},
        frozenset({"reason <- null", 'reason <- "x"', "reason <- removed"}),
    ),
    "refund": BodyOperation(
        "PUT",
        UPDATE_URL,
        SHOP
        | {
            "actions": {"id": "KMSAN0004"},
            "refund_date": "2026-05-19T20:29:19Z",
            "line_items": [{**LOT, "quantity": "1"}],
        },
        frozenset({"line_items <- null", "line_items <- removed"}),
    ),
}
every_body = pytest.mark.parametrize("operation", BODY_OPERATIONS.values(), ids=BODY_OPERATIONS.keys())


# --- bent bodies ----------------------------------------------------------------------------------------------------


def places(body: Any, path: Path = ()) -> Iterator[Path]:
    yield path
    children = body.items() if isinstance(body, dict) else enumerate(body) if isinstance(body, list) else ()
    for key, value in children:
        yield from places(value, (*path, key))


def bent(body: Any, path: Path, value: Any) -> Any:
    """`body` with the node at `path` replaced, or removed."""
    if not path:
        return value
    changed = copy.deepcopy(body)
    parent = changed
    for key in path[:-1]:
        parent = parent[key]
    if value is REMOVED:
        del parent[path[-1]]
    else:
        parent[path[-1]] = value
    return changed


def dotted(path: Path) -> str:
    text = ""
    for key in path:
        text += f"[{key}]" if isinstance(key, int) else f".{key}" if text else key
    return text


def shown(value: Any) -> str:
    return "removed" if value is REMOVED else json.dumps(value)


def names_the_place(message: str, path: Path, value: Any) -> bool:
    """The message names the node, what it stands in, or what was put there; of the root there is nothing to name."""
    names = [key for key in path if isinstance(key, str)]
    echoed = type(value) in (int, float, str) and str(value) in message
    return not names or names[-1] in message or (len(names) > 1 and names[-2] in message) or echoed


@every_body
def test_a_body_bent_at_any_place_is_refused_by_name(wire: Wire, operation: BodyOperation) -> None:
    """Every node of the sample becomes null, true, 1, 1.5, "x", [], {} or nothing."""
    accepted, nameless = set(), []
    for path in places(operation.body):
        for value in SUBSTITUTES:
            if path == () and value is REMOVED:
                continue
            changed = bent(operation.body, path, value)
            if json.dumps(changed) == json.dumps(operation.body):
                continue
            place = f"{dotted(path)} <- {shown(value)}"
            before = everything(wire.world)
            response = operation.send(wire, json.dumps(changed))
            if response.status_code == 200:
                accepted.add(place)
                wire.restore()
                continue
            assert 400 <= response.status_code < 500, f"{place}: {response.status_code} {response.text[:300]}"
            assert everything(wire.world) == before, place
            message = said(response, operation.url, response.status_code)
            if response.status_code == 400 and not names_the_place(message, path, value):
                nameless.append(f"{place}: {message[:200]}")

    assert accepted == operation.accepted
    assert nameless == []


@every_body
def test_the_unbent_body_is_accepted(wire: Wire, operation: BodyOperation) -> None:
    """Else refusing its variants would prove nothing."""
    response = operation.send(wire, json.dumps(operation.body))
    wire.restore()

    assert response.status_code == 200, response.text


# JSON texts that stand where a value should be.
MONSTERS = {
    "a whole number of 5000 digits": "9" * 5000,
    "a whole number of 4000 digits": "9" * 4000,
    "a negative number of 400 digits": "-" + "9" * 400,
    "1e999999": "1e999999",
    "-1e999999": "-1e999999",
    "1e-999999": "1e-999999",
    "a decimal of 400 digits": "1." + "3" * 400,
    "NaN": "NaN",
    "Infinity": "Infinity",
    "-Infinity": "-Infinity",
    "the text of a decimal of 400 digits": '"' + "9" * 400 + '.99"',
    "the text 1e999999": '"1e999999"',
    "the text NaN": '"NaN"',
    "the text Infinity": '"Infinity"',
    "Arabic digits": '"\u0661\u0660.\u0660\u0660"',
    "an escaped NUL": '"a\\u0000b"',
    "a raw NUL": '"a\x00b"',
    "a lone high surrogate": '"\\ud800"',
    "a lone low surrogate": '"\\udc00x"',
    "surrogates the wrong way round": '"\\udc00\\ud800"',
    "a raw line break": '"a\nb"',
    "an unknown escape": '"\\x41"',
    "a text of 5000 characters": '"' + "é" * 5000 + '"',
    "nesting of 100 brackets": "[" * 100 + "]" * 100,
    "nesting of 100000 brackets": "[" * 100_000 + "]" * 100_000,
    "nesting of 100000 objects": '{"a":' * 100_000 + "1" + "}" * 100_000,
}


@every_body
@pytest.mark.parametrize("monster", MONSTERS.values(), ids=MONSTERS.keys())
def test_a_monstrous_value_is_refused_wherever_it_stands(
    wire: Wire, operation: BodyOperation, monster: str
) -> None:
    whole = json.dumps(operation.body)
    for path in places(operation.body):
        node: Any = operation.body
        for key in path:
            node = node[key]
        if isinstance(node, dict | list):
            continue
        content = json.dumps(bent(operation.body, path, "@@")).replace('"@@"', monster)
        assert content != whole
        before = everything(wire.world)

        response = operation.send(wire, content)

        if response.status_code == 200:
            # Only where free text is taken, and only if it is text.
            assert json.loads(content)
            assert f'{dotted(path)} <- "x"' in operation.accepted, f"{dotted(path)} took {monster[:60]}"
            assert operation.is_t3 or "\\u0000" not in monster
            wire.restore()
            continue
        assert everything(wire.world) == before
        said(response, operation.url, response.status_code)
        assert response.status_code in (400, 401), f"{dotted(path)}: {response.status_code}"


MALFORMED = {
    "nothing": b"",
    "a blank": b" ",
    "an opened object": b"{",
    "a word": b"nope",
    "single quotes": b"{'id': 123}",
    "a trailing comma": b'[{"id": 123},]',
    "a form": b"id=123&submit=true",
    "two values": b'{"id": 123} {"id": 124}',
    "a comment": b'{"id": 123 /* the receipt */}',
    "a key without quotes": b"{id: 123}",
    "bad UTF-8": b'{"id": "\xff\xfe"}',
    "bad UTF-8 in a key": b'{"\xc3\x28": 1}',
    "an overlong NUL": b'{"id": "\xc0\x80"}',
    "an encoded surrogate": b'{"id": "\xed\xa0\x80"}',
    "UTF-16": '{"id": 123}'.encode("utf-16"),
    "UTF-32": '{"id": 123}'.encode("utf-32"),
    "a byte order mark": b'\xef\xbb\xbf{"id": 123}',
    "a NUL": b"\x00",
    "a NUL after the value": b'{"id": 123}\x00',
    "NaN": b"NaN",
    "a number of 5000 digits": b"9" * 5000,
    "1e999999": b"1e999999",
    "100000 brackets": b"[" * 100_000,
    "100000 closed brackets": b"[" * 100_000 + b"]" * 100_000,
    "100000 objects": b'{"id":' * 100_000,
    "a lone surrogate": b'"\\ud800"',
    "null": b"null",
    "true": b"true",
    "a text": b'"x"',
    "an empty list": b"[]",
    "an empty object": b"{}",
    "a list of lists": b"[[[]]]",
    "compressed": b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03",
}


@every_body
@pytest.mark.parametrize("content", MALFORMED.values(), ids=MALFORMED.keys())
def test_a_malformed_body_is_refused(wire: Wire, operation: BodyOperation, content: bytes) -> None:
    operation.refused(wire, content)


@every_body
def test_a_body_over_one_mebibyte_is_refused_by_its_announced_length(
    wire: Wire, operation: BodyOperation
) -> None:
    content = json.dumps(operation.body).ljust(MIB + 1)

    assert str(MIB) in operation.refused(wire, content, 413)


@every_body
def test_a_body_over_one_mebibyte_is_refused_when_it_comes_in_chunks(
    wire: Wire, operation: BodyOperation
) -> None:
    whole = json.dumps(operation.body).ljust(MIB + 1).encode()

    async def chunks() -> AsyncIterator[bytes]:
        for start in range(0, len(whole), 65536):
            yield whole[start : start + 65536]

    before = everything(wire.world)
    response = wire.client(operation.url).request(
        operation.method, operation.url, content=chunks(), headers=AS_JSON
    )

    assert "content-length" not in response.request.headers
    assert str(MIB) in said(response, operation.url, 413)
    assert everything(wire.world) == before


def test_a_body_of_exactly_one_mebibyte_is_read(wire: Wire) -> None:
    content = '{"id": 123}'.ljust(MIB)

    response = wire.t3.post("/v2/sales/void?licenseNumber=LIC-00001", content=content, headers=AS_JSON)

    assert MAX_BODY == MIB
    assert response.json() == {"message": "Dry run"}


@pytest.mark.parametrize("length", ["x", "-1", "", "²", "1.5", "9" * 30, "9" * 5000])
def test_an_announced_length_that_is_no_length_breaks_nothing(wire: Wire, length: str) -> None:
    operation = BODY_OPERATIONS["void"]
    headers = AS_JSON | {"Content-Length": length.encode("latin-1")}
    before = everything(wire.world)

    response = wire.t3.post(operation.url, content=b"{", headers=headers)

    assert_t3_error(response, 413 if length == "9" * 30 or len(length) > 100 else 400)
    assert everything(wire.world) == before


OTHER_TYPES = (
    "text/plain",
    "text/json",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/xml",
    "application/jsonp",
    "application/octet-stream",
    "json",
    "*/*",
    "\x00",
    "ÿþ",
    "x" * 5000,
)


@every_body
@pytest.mark.parametrize("content_type", OTHER_TYPES)
def test_a_body_of_another_type_is_refused(wire: Wire, operation: BodyOperation, content_type: str) -> None:
    headers: Any = {"Content-Type": content_type.encode("latin-1")}

    message = operation.refused(wire, json.dumps(operation.body), 415, headers=headers)

    assert "Content-Type" in message


@pytest.mark.parametrize(
    "content_type",
    [
        None,
        "",
        "application/json",
        "APPLICATION/JSON",
        "application/json; charset=utf-8",
        "application/json;",
        "application/vnd.api+json",
    ],
)
def test_json_is_read_under_all_its_names(wire: Wire, content_type: str | None) -> None:
    headers = {} if content_type is None else {"Content-Type": content_type}

    response = wire.t3.post("/v2/sales/void?licenseNumber=LIC-00001", content='{"id": 123}', headers=headers)

    assert response.json() == {"message": "Dry run"}


@pytest.mark.parametrize("value", ["1e999999", "NaN", "9" * 4000, "[" * 100 + "]" * 100, '"\\u0000"'])
def test_a_monstrous_value_under_an_unknown_key_is_ignored(wire: Wire, value: str) -> None:
    """Both façades ignore keys they do not know, whatever is in them."""
    t3 = wire.t3.post(
        "/v2/sales/void?licenseNumber=LIC-00001", content=f'{{"id":123,"more":{value}}}', headers=AS_JSON
    )
    sale = POST_SALE.replace('"terminal"', f'"more":{value},"terminal"')
    trace = wire.trace.post("/ca/v1/sales", content=sale, headers=AS_JSON)
    wire.restore()

    assert t3.json() == {"message": "Dry run"}
    assert trace.status_code == 200, trace.text
    assert "sales[0].more" in json.loads(text_of(trace))["warnings"][-1]["detail"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("unfinalize", json.dumps([{}] * 5000)),
        ("unfinalize", json.dumps([{"id": number} for number in range(5000)])),
        ("record", json.dumps({"sales": [{}] * 2000})),
        ("record", json.dumps({"sales": [{f"key{n}": n for n in range(2000)}]})),
        ("change price", json.dumps(json.loads(PUT_PRICE) | {"line_items": [{}] * 5000})),
    ],
    ids=[
        "receipts without id",
        "unknown receipts",
        "empty sales",
        "a sale of unknown keys",
        "lines without lot",
    ],
)
def test_a_body_with_thousands_of_faults_gets_an_answer_of_bearable_size(
    wire: Wire, name: str, content: str
) -> None:
    """One mebibyte of `{},` is 350,000 objects; an entry for each of their eleven missing fields is 400 MB."""
    response = BODY_OPERATIONS[name].send(wire, content)

    said(response, BODY_OPERATIONS[name].url, 400)
    assert len(response.content) < 256 * 1024


JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(codec="utf-8"), max_size=20)
    | st.sampled_from(
        ["KMSAN0001", "KMSAN0002", "KMSAN0003", "KMSAN0004", "XXXRETAIL01", "ca.metrc.com", "10.00"]
    ),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["id", "sales", "license", "license_number", "actions", "line_items", "lot", "hostname"]
            )
            | st.text(max_size=8),
            inner,
            max_size=5,
        )
    ),
    max_leaves=20,
)


@every_body
@settings(
    max_examples=40,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(value=JSON_VALUES)
def test_any_json_that_is_not_the_documented_body_is_refused(
    wire: Wire, operation: BodyOperation, value: Any
) -> None:
    operation.refused(wire, json.dumps(value))


@every_body
@settings(max_examples=40, derandomize=True, deadline=None, database=None)
@given(junk=st.binary(max_size=200), start=st.integers(0, 1000), length=st.integers(0, 8))
def test_any_bytes_are_refused(
    wire: Wire, operation: BodyOperation, junk: bytes, start: int, length: int
) -> None:
    """Alone, and in place of a piece of a right body."""
    right = json.dumps(operation.body).encode()
    start %= len(right)
    before = everything(wire.world)

    for content in (junk, right[:start] + junk + right[start + length :]):
        response = operation.send(wire, content)
        assert response.status_code < 500
        json.loads(text_of(response))
        if response.status_code != 200:
            said(response, operation.url, response.status_code)
            assert everything(wire.world) == before
        elif everything(wire.world) != before:
            wire.restore()
            before = everything(wire.world)


# --- bent queries ---------------------------------------------------------------------------------------------------

NOT_WHOLE = (
    "",
    "x",
    "1.5",
    "1.0",
    "1e3",
    "0x10",
    "1_000",
    "+1",
    " 1",
    "1 ",
    "\u0661",
    "²",
    "--1",
    "NaN",
    "null",
    "9" * 5000,
)
NOT_BOOLEAN = ("", "x", "1", "0", "yes", "tru", "true ", "None")
NOT_DATES = (
    "",
    "x",
    "yesterday",
    "2021",
    "2021-13-01",
    "2021-02-30",
    "2021-W05",
    "2021-08-12T25:00:00Z",
    "2021-08-12T00:00:00+99:00",
    "0001-01-01",
    "9999-12-31T23:59:59-12:00",
    "99999-01-01",
    "1628726400",
    "2021-08-12T00:00:00Zjunk",
)
NOT_SORTS = (
    "x",
    "id",
    ":",
    ":asc",
    "id:",
    "id:up",
    "id:ASC",
    "nope:asc",
    "index:asc",
    "hostname:asc",
    "id:asc,hostname:desc",
    "id:asc:desc",
    "id asc",
    "__class__:asc",
    "item:asc",
    "a" * 5000 + ":asc",
)
NOT_FILTERS = (
    "x",
    "id",
    ":",
    "id:1",
    "id__eq",
    "__eq:1",
    "id__:1",
    "id__foo:1",
    "id__eq__eq:1",
    "nope__eq:1",
    "index__eq:ACTIVE",
    "retrievedAt__gte:2024-01-01",
    "hostname__eq:ca.metrc.com",
    "id__eq:",
    "id__eq:abc",
    "id__eq:NaN",
    "id__eq:sNaN",
    "id__eq:Infinity",
    "id__eq:1e99999999999999999999",
    "id__contains:1",
    "lastModified__gte:yesterday",
    "lastModified__gte:",
    "lastModified__gte:0001-01-01",
    "lastModified__gte:9999-12-31",
    "lastModified__contains:2024",
    "isArchived__eq:maybe",
    "isArchived__eq:",
    "isArchived__neq:true",
    "id__eq:1\n",
    "id__eq\n:1",
    "x" * 5000 + "__eq:1",
)
T3_LICENSE = {"licenseNumber": "LIC-00001"}
T3_FILTERED = {"filterLogic": ("", "x", "AND", "and,or"), "sort": NOT_SORTS, "filter": NOT_FILTERS}
T3_PAGED = T3_FILTERED | {
    "page": (*NOT_WHOLE, "0", "-1"),
    "pageSize": (*NOT_WHOLE, "0", "-1"),
    "strictPagination": NOT_BOOLEAN,
}
TRACE_LICENSE = {"license_number": "XXXRETAIL01"}
# Trace calls these numbers, so 1.0 is one.
NOT_NUMBER = tuple(value for value in NOT_WHOLE if value != "1.0")
TRACE_PAGED = {"limit": (*NOT_NUMBER, "0", "-1", "10001"), "offset": (*NOT_NUMBER, "-1")}
OVERRIDE = {"purchase_limit_override": NOT_BOOLEAN}


@dataclass(frozen=True)
class QueryOperation:
    """An operation with a right query, and what each of its parameters does not take."""

    method: str
    path: str
    query: dict[str, str]
    wrong: dict[str, Sequence[str]]
    body: str | None = None
    repeated: frozenset[str] = frozenset()

    def ask(self, wire: Wire, query: str) -> httpx.Response:
        options: dict[str, Any] = {"content": self.body, "headers": AS_JSON} if self.body else {}
        return wire.client(self.path).request(self.method, f"{self.path}?{query}", **options)

    def refused(self, wire: Wire, query: str, status: int = 400) -> str:
        before = everything(wire.world)
        response = self.ask(wire, query)
        assert everything(wire.world) == before
        return said(response, self.path, status)


def encoded(query: dict[str, str]) -> str:
    return "&".join(f"{name}={quote(value, safe='')}" for name, value in query.items())


LISTS = frozenset({"filter"})
QUERY_OPERATIONS = [
    QueryOperation("GET", "/v2/permissions", T3_LICENSE | {"view": "sales"}, {"view": ("", "x", "SALES")}),
    QueryOperation("GET", "/v2/permissions/views", T3_LICENSE, {}),
    *(
        QueryOperation("GET", f"/v2/{path}", T3_LICENSE, T3_PAGED, repeated=LISTS)
        for path in (
            "sales/active",
            "sales/inactive",
            "packages/active",
            "packages/inactive",
            "packages/onhold",
        )
    ),
    QueryOperation(
        "GET",
        "/v2/sales/active/report",
        T3_LICENSE,
        T3_FILTERED
        | {
            "contentType": ("", "x", "xml", "text/csv"),
            "fieldnames": ("x", "id,x", "item.name", "__class__"),
        },
        repeated=LISTS,
    ),
    QueryOperation(
        "GET",
        "/v2/sales/transactions",
        T3_LICENSE | {"salesReceiptId": "123"},
        T3_PAGED
        | {
            "salesReceiptId": ("", "x", "123.5", "1e3", "-", "+1", "\u0661", "²", "NaN", "1_0", "9" * 5000),
            "includeHistory": NOT_BOOLEAN,
        },
        repeated=LISTS,
    ),
    QueryOperation("POST", "/v2/sales/unfinalize", T3_LICENSE, {}, '[{"id": 12345}]'),
    QueryOperation("POST", "/v2/sales/void", T3_LICENSE, {}, '{"id": 123}'),
    QueryOperation("GET", "/ca/v1/sales", TRACE_LICENSE, TRACE_PAGED),
    QueryOperation("POST", "/ca/v1/sales", {}, OVERRIDE, POST_SALE),
    QueryOperation("GET", UPDATE_URL, TRACE_LICENSE, {}),
    QueryOperation("PUT", UPDATE_URL, {}, OVERRIDE, PUT_PRICE),
    QueryOperation(
        "GET",
        "/ca/v1/lots",
        TRACE_LICENSE,
        TRACE_PAGED
        | {
            "entity_state": ("", "x", "ACTIVE", "active,onhold"),
            "start_date": NOT_DATES,
            "end_date": NOT_DATES,
        },
    ),
    QueryOperation("GET", "/ca/v1/lots/487fa179018e45d08b204ca4de67ca6d", TRACE_LICENSE, {}),
    QueryOperation(
        "GET",
        "/ca/v1/config/employees",
        TRACE_LICENSE | {"entity_state": "active"},
        {"entity_state": ("", "x", "ACTIVE"), "start_date": NOT_DATES, "end_date": NOT_DATES},
    ),
    QueryOperation("GET", "/ca/v1/config/employees/0a50cbaf8c1b471aaa427de20facb641", TRACE_LICENSE, {}),
]
WRONG = [(op, name) for op in QUERY_OPERATIONS for name in op.wrong]
every_query = pytest.mark.parametrize(
    "operation", QUERY_OPERATIONS, ids=[f"{op.method} {op.path}" for op in QUERY_OPERATIONS]
)


@every_query
def test_the_unbent_query_is_accepted(wire: Wire, operation: QueryOperation) -> None:
    """Else refusing its variants would prove nothing."""
    response = operation.ask(wire, encoded(operation.query))
    if operation.body:
        wire.restore()

    assert response.status_code == 200, text_of(response)[:300]


def test_every_parameter_of_every_operation_is_tried() -> None:
    free_text = {"licenseNumber", "license_number", "submit", "secretKey", "prependCsvMetadata", "barcode"}
    tried = {name for operation in QUERY_OPERATIONS for name in operation.wrong}

    documented = {
        field.alias or name
        for operation in (*T3_OPERATIONS, *TRACE_OPERATIONS)
        if operation.query
        for name, field in operation.query.model_fields.items()
    }

    assert documented == tried | free_text


@pytest.mark.parametrize(
    ("operation", "name"), WRONG, ids=[f"{op.method} {op.path} {name}" for op, name in WRONG]
)
def test_a_wrong_parameter_is_refused_by_name(wire: Wire, operation: QueryOperation, name: str) -> None:
    for value in operation.wrong[name]:
        message = operation.refused(wire, encoded(operation.query | {name: value}))
        assert name in message, f"{name}={value[:60]!r}: {message[:300]}"


@every_query
def test_a_missing_parameter_is_refused_by_name(wire: Wire, operation: QueryOperation) -> None:
    required = operation.query.keys() - {"entity_state"}
    for name in required:
        rest = {key: value for key, value in operation.query.items() if key != name}
        assert name in operation.refused(wire, encoded(rest))
        assert name in operation.refused(wire, encoded(rest | {name: ""}))
        assert name in operation.refused(wire, encoded(rest | {name.upper(): operation.query[name]}))


@every_query
def test_a_repeated_parameter_is_refused_by_name(wire: Wire, operation: QueryOperation) -> None:
    for name in {*operation.query, *operation.wrong} - operation.repeated:
        value = quote(operation.query.get(name, "1"))
        message = operation.refused(wire, f"{encoded(operation.query | {name: value})}&{name}={value}")
        assert name in message


@every_query
@pytest.mark.parametrize("value", ["%00", "a%00b", "%FF", "%C3%28", "%C0%80", "%ED%A0%80", "%F8%88%80%80%80"])
def test_a_query_that_is_no_text_is_refused(wire: Wire, operation: QueryOperation, value: str) -> None:
    """Whichever parameter it is in, a known one, an unknown one, or the name of one."""
    right = encoded(operation.query)
    for name in (*operation.query, *operation.wrong, "unknown"):
        assert "query" in operation.refused(wire, f"{right}&{name}={value}").casefold()
    assert "query" in operation.refused(wire, f"{right}&{value}=1").casefold()


@every_query
def test_a_query_of_thousands_of_parameters_is_refused(wire: Wire, operation: QueryOperation) -> None:
    assert "1000" in operation.refused(wire, encoded(operation.query) + "&a=1" * 1001)


@every_query
@pytest.mark.parametrize(
    "odd", ["&", "&&&", "=", "&=x", "?", ";", "%", "%zz", "%2", "&%F0%9F%8C%BF=%F0%9F%8C%BF"]
)
def test_odd_but_harmless_queries_are_answered(wire: Wire, operation: QueryOperation, odd: str) -> None:
    """Unknown parameters are ignored, also where they are barely parameters."""
    response = operation.ask(wire, f"unknown{odd}&{encoded(operation.query)}")
    if operation.body:
        wire.restore()

    assert response.status_code == 200, text_of(response)[:300]


def test_raw_bytes_in_a_query_are_refused_and_not_choked_on(wire: Wire) -> None:
    """Some servers hand on what was never percent-encoded."""
    for path, headers in (
        ("/v2/sales/active", T3),
        ("/v2/nope", T3),
        ("/ca/v1/sales", TRACE),
        ("/nope", TRACE),
    ):
        status, body = asyncio.run(
            raw_get(wire.app, path, b"license_number=\xff&licenseNumber=\xff", headers)
        )
        assert status in (400, 404)
        assert json.loads(body.decode("utf-8"))


async def raw_get(app: Starlette, path: str, query: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
    """One ASGI call that no client library has tidied up."""
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(dict(message))

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query,
        "root_path": "",
        "headers": [(k.lower().encode(), v.encode()) for k, v in headers.items()] + [(b"host", b"x")],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }
    await app(scope, receive, send)
    return sent[0]["status"], b"".join(message.get("body", b"") for message in sent[1:])


@pytest.mark.parametrize(
    "date", ["2021-08-12T00:00:00z", "2021-08-12T00:00:00Z", "2021-08-12", "2021-08-12T00:00"]
)
def test_the_documented_spellings_of_a_date_are_taken(wire: Wire, date: str) -> None:
    """Trace's own example has a small z."""
    answer = wire.trace.get(f"/ca/v1/lots?license_number=XXXRETAIL01&limit=1&start_date={date}")

    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("value", ["1_0", "\u0661", " 1", "1 ", "\uff11"])
def test_a_filter_takes_plain_numbers_only(wire: Wire, value: str) -> None:
    url = f"/v2/sales/active?licenseNumber=LIC-00001&pageSize=1&filter=id__gt:{quote(value)}"

    assert "id" in assert_t3_error(wire.t3.get(url), 400)


@pytest.mark.parametrize("size", [4299, 4300, 4301])
def test_numbers_at_the_edge_of_what_can_be_written_are_answered(wire: Wire, size: int) -> None:
    digits = "9" * size
    for url in (
        f"/v2/sales/active?licenseNumber=LIC-00001&page={digits}&pageSize=1",
        f"/v2/sales/active?licenseNumber=LIC-00001&page={digits}&strictPagination=true",
        f"/v2/sales/active?licenseNumber=LIC-00001&page=1&pageSize={digits}",
        f"/v2/sales/transactions?licenseNumber=LIC-00001&salesReceiptId={digits}",
        f"/ca/v1/sales?license_number=XXXRETAIL01&offset={digits}",
    ):
        response = wire.client(url).get(url)
        assert response.status_code in (200, 400, 404)
        json.loads(text_of(response))
        if response.status_code != 200:
            said(response, url, response.status_code)


@settings(max_examples=150, derandomize=True, deadline=None, database=None)
@given(
    operation=st.sampled_from([op for op in QUERY_OPERATIONS if op.method == "GET"]),
    values=st.lists(
        st.tuples(st.integers(0, 20), st.text(st.characters(codec="utf-8"), max_size=30)), max_size=4
    ),
)
def test_any_text_in_any_parameter_gets_a_proper_answer(
    wire: Wire, operation: QueryOperation, values: list[tuple[int, str]]
) -> None:
    names = [*operation.query, *operation.wrong, "unknown", "filter:id__eq", "filter:"]
    query = operation.query | {names[index % len(names)]: text for index, text in values}

    response = operation.ask(wire, encoded(query))

    json.loads(text_of(response)) if "json" in response.headers["content-type"] else text_of(response)
    if response.status_code != 200:
        said(response, operation.path, response.status_code)
        assert response.status_code in (400, 403, 404)


# --- paths and methods ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "closest"),
    [
        ("/v2/sales/actve", "/v2/sales/active"),
        ("/v2/sale/active", "/v2/sales/active"),
        ("/v2/SALES/ACTIVE", "/v2/sales/active"),
        ("/v2/sales/active/reports", "/v2/sales/active/report"),
        ("/v2/auth/credential", "/v2/auth/credentials"),
        ("/v2/packages/onHold", "/v2/packages/onhold"),
        ("/v2/license", "/v2/licenses"),
        ("/ca/v1/sale", "/{state}/v1/sales"),
        ("/ca/v1/employees", "/{state}/v1/config/employees"),
        ("/ca/v1/sales/x/y", "/{state}/v1/sales/{id}"),
        ("/ca/v1/lots/", "/{state}/v1/lots"),
        ("/v2/sales", "/v2/sales/active"),
        ("/v2", "/v2/auth/credentials"),
        ("/ca/v1", "/{state}/v1/sales"),
        ("/sales/active", "/v2/sales/active"),
        ("/v3/sales/active", "/v2/sales/active"),
        ("/ca/v1/lot", "/{state}/v1/lots"),
    ],
)
def test_an_unknown_path_names_the_closest_one(wire: Wire, path: str, closest: str) -> None:
    message = said(wire.client(path).get(path), path, 404)

    assert path in message
    assert re.search(re.escape(closest) + r"(?![\w/])", message), message


UNKNOWN_PATHS = (
    "/v2",
    "/v2/",
    "/v2//",
    "/v2/x",
    "/v2/%FF",
    "/v2/%00",
    "/v2/a%0Ab",
    "/v2/a%0A",
    "/v2/a%0D%0Ab",
    "/v2/sales/active%20",
    "/v2/..%2F..%2Fetc%2Fpasswd",
    "/v2/%F0%9F%8C%BF",
    "/v2/%ED%A0%80",
    "/v2/" + "x" * 10_000,
    "/v2/" + "x/" * 5_000,
    "/v2/sales/%7Bid%7D",
    "/",
    "//",
    "/x",
    "/%FF",
    "/%00",
    "/%0A",
    "/a%0Ab",
    "/%F0%9F%8C%BF",
    "/ca",
    "/ca/v1",
    "/ca/v2/sales",
    "/ca/v1/sales%0A",
    "/ca/v1/lots%0A",
    "/ca/v1/sales/a%2Fb",
    "/ca/v1/sales/a/b/c",
    "/" + "x" * 10_000,
    "/" + "x/" * 5_000,
)


@pytest.mark.parametrize("path", UNKNOWN_PATHS, ids=lambda path: path[:40])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_an_unknown_path_is_404_in_the_facades_own_words(wire: Wire, path: str, method: str) -> None:
    before = everything(wire.world)

    response = wire.client(path).request(method, path, content=b"{" if method == "POST" else None)

    said(response, path, 404)
    assert everything(wire.world) == before


@pytest.mark.parametrize(
    "path",
    [
        "/v2/sales/active/?licenseNumber=LIC-00001",
        "/v2/sales/void/?licenseNumber=LIC-00001",
        "/v2/licenses/",
        "/ca/v1/sales/",
        "/ca/v1/lots/?license_number=XXXRETAIL01",
        f"{UPDATE_URL}/",
        "/ca/v1/config/employees/",
    ],
)
def test_a_trailing_slash_makes_a_path_unknown(wire: Wire, path: str) -> None:
    """As with Flask. A redirect would turn an empty id into the whole list, and lose a body on the way."""
    method = "POST" if "void" in path else "GET"
    said(
        wire.client(path).request(method, path, content=b'{"id": 123}' if method == "POST" else None),
        path,
        404,
    )


IDS = (
    "%FF",
    "%00",
    "a%00b",
    "%0A",
    "a%0Ab",
    "a%0D%0Ab",
    "%20",
    "%22",
    "%27%3B--",
    "%F0%9F%8C%BF",
    "%ED%A0%80",
    "%7B%7D",
    "null",
    "0",
    "-1",
    "9" * 5000,
    "x" * 5000,
    "%25252e",
    "..%5C..",
)


@pytest.mark.parametrize("id_", IDS, ids=lambda id_: id_[:20])
@pytest.mark.parametrize("path", ["sales", "lots", "config/employees"])
def test_an_id_that_names_nothing_is_404(wire: Wire, path: str, id_: str) -> None:
    url = f"/ca/v1/{path}/{id_}"

    (entry,) = assert_trace_error(wire.trace.get(f"{url}?license_number=XXXRETAIL01"), 404)

    assert entry["path"] == "id"


@pytest.mark.parametrize("id_", IDS, ids=lambda id_: id_[:20])
def test_updating_a_sale_that_does_not_exist_is_404(wire: Wire, id_: str) -> None:
    before = everything(wire.world)

    response = wire.trace.put(f"/ca/v1/sales/{id_}", content=PUT_PRICE, headers=AS_JSON)

    (entry,) = assert_trace_error(response, 404)
    assert entry["path"] == "id"
    assert everything(wire.world) == before


@pytest.mark.parametrize(
    "state",
    ["xx", "CA", "Ca", "c", "cal", "%00", "%FF", "%0A", "ca%0A", "%20ca", "%F0%9F%8C%BF", "x" * 5000, "mo"],
)
@pytest.mark.parametrize(
    "rest", ["sales?license_number=XXXRETAIL01", "sales/actions", f"sales/{PUT_SALE_ID}"]
)
def test_an_unknown_state_is_refused_by_name(wire: Wire, state: str, rest: str) -> None:
    (entry,) = assert_trace_error(wire.trace.get(f"/{state}/v1/{rest}"), 400)

    assert "state" in entry["detail"].casefold()


METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY")
ROUTES: dict[str, set[str]] = {}
for _operation in (*T3_OPERATIONS, *TRACE_OPERATIONS):
    ROUTES.setdefault(_operation.path, set()).add(_operation.method)


@pytest.mark.parametrize("route", ROUTES)
def test_a_method_that_is_not_served_is_405_and_told_which_are(wire: Wire, route: str) -> None:
    served = ROUTES[route] | ({"HEAD"} if "GET" in ROUTES[route] else set())
    if re.match(r"^/{state}/v1/sales/\w+$", route):
        # PUT on it updates a sale whose id reads so.
        served = served | {"PUT"}
    path = route.replace("{state}", "ca").replace("{id}", PUT_SALE_ID)
    for method in METHODS:
        if method in served:
            continue
        before = everything(wire.world)
        response = wire.client(path).request(method, path)
        assert everything(wire.world) == before
        allowed = {each.strip() for each in response.headers["allow"].split(",")}
        assert ROUTES[route] <= allowed
        assert allowed <= served
        if method != "HEAD":
            message = said(response, path, 405)
            assert method in message
            assert all(each in message for each in ROUTES[route])


@pytest.mark.parametrize(
    "url",
    [
        "/v2/sales/active?licenseNumber=LIC-00001",
        "/v2/sales/active",
        "/v2/x",
        "/ca/v1/sales/actions",
        "/ca/v1/x",
    ],
)
def test_head_answers_as_get_does(wire: Wire, url: str) -> None:
    """What a server leaves out on the wire is the body only."""
    head, get = (wire.client(url).request(method, url) for method in ("HEAD", "GET"))

    assert head.status_code == get.status_code
    assert head.headers["content-type"] == get.headers["content-type"]


# --- the control plane ----------------------------------------------------------------------------------------------

FINALIZE = "/_simulator/receipts/finalize"


@pytest.mark.parametrize("content", [*MALFORMED.values(), b'{"license_number": 1}'])
def test_the_control_plane_refuses_a_malformed_body(wire: Wire, content: bytes) -> None:
    before = everything(wire.world)

    response = wire.open.post(FINALIZE, content=content, headers=AS_JSON)

    assert response.status_code == 400
    message = json.loads(text_of(response))["error"]["message"]
    assert_says_nothing_of_the_machinery(message)
    assert everything(wire.world) == before


@pytest.mark.parametrize(
    ("ids", "named"),
    [
        ("true", "ids"),
        ('"x"', "ids"),
        ("{}", "ids"),
        ("[true]", "ids"),
        ('["123"]', "ids"),
        ("[1.5]", "ids"),
        ("[null]", "ids"),
        ("[" + "9" * 4000 + "]", "999"),
        ("[1e999999]", "ids"),
        ("[-1]", "-1"),
        ("[7]", "7"),
    ],
)
def test_the_control_plane_refuses_ids_that_are_none(wire: Wire, ids: str, named: str) -> None:
    before = everything(wire.world)

    body = f'{{"license_number": "LIC-00001", "ids": {ids}}}'
    response = wire.open.post(FINALIZE, content=body, headers=AS_JSON)

    assert response.status_code == 400
    assert named in json.loads(text_of(response))["error"]["message"]
    assert everything(wire.world) == before


def test_the_control_plane_refuses_other_types_sizes_methods_and_paths(wire: Wire) -> None:
    body = '{"license_number": "LIC-00001"}'

    as_text = wire.open.post(FINALIZE, content=body, headers={"Content-Type": "text/plain"})
    too_long = wire.open.post(FINALIZE, content=body.ljust(MIB + 1), headers=AS_JSON)
    unknown = wire.open.get("/_simulator/nope")

    assert [answer.status_code for answer in (as_text, too_long, unknown)] == [415, 413, 404]
    for answer in (as_text, too_long, unknown):
        assert answer.json()["error"]["message"]


def test_the_control_plane_tells_which_methods_it_serves(wire: Wire) -> None:
    for method, path, allowed in (
        ("GET", FINALIZE, {"POST"}),
        ("DELETE", "/_simulator/health", {"GET", "HEAD"}),
        ("POST", "/_simulator/openapi/t3.json", {"GET", "HEAD"}),
    ):
        answer = wire.open.request(method, path)
        assert answer.status_code == 405
        assert answer.json()["error"]["message"]
        assert {each.strip() for each in answer.headers["allow"].split(",")} == allowed
