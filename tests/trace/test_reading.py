"""Two readers of one shape: whatever is sent, the quick one says what the model says, or leaves it to the model."""

import copy
import json
from collections.abc import Callable
from typing import Any, NoReturn

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter, ValidationError
from support.samples import POST_SALE, PUT_PRICE

from simulator.trace import reading
from simulator.trace.actions import asked
from simulator.trace.reading import Read, drafts, ignored_keys, read_sales, read_update
from simulator.trace.schemas import SALES, UPDATE, UPDATES
from simulator.trace.shapes import struct_of

JSON = Any
SALE: JSON = json.loads(POST_SALE)
PRICE: JSON = json.loads(PUT_PRICE)
AMOUNTS: JSON = [{"lot": {"id": "b29cc14d394941d9a2cd48abf64c9d1c"}, "quantity": "1.5"}]


class Twice(list[Any]):
    """A key that is sent twice, with these values."""


def an_update(action_id: str, date: str, **more: JSON) -> JSON:
    license_ = {"license_number": "XXXRETAIL01"}
    return {"license": license_, "actions": {"id": action_id}, date: "2021-05-21T20:29:19Z", **more}


UPDATE_BODIES = [
    PRICE,
    an_update("KMSAN0001", "quantity_change_date", line_items=AMOUNTS),
    an_update("KMSAN0003", "void_date", reason="wrong customer"),
    an_update("KMSAN0004", "refund_date"),
    an_update("KMSAN0004", "refund_date", line_items=AMOUNTS, currency={"id": "KOMCURT0001"}),
]

AMOUNT_TEXTS = [
    *(
        "10.00",
        "0",
        "-0.00",
        "-1.5",
        "000",
        "1.",
        ".5",
        "1e2",
        "1E+2",
        "NaN",
        "-Infinity",
        "1_000",
        " 1",
        "1\n",
    ),
    *(
        "\u0661\u0662",
        "\uff11.\uff15",
        "999999999.9999",
        "1000000000",
        "1.00001",
        "+1",
        "0x1",
        "",
        "1,5",
        "10.00\x00",
    ),
]
TIME_TEXTS = [
    *(
        "2022-05-26T15:44:00Z",
        "2022-05-26t15:44:00z",
        "2022-05-26T15:44:00+05:30",
        "2022-05-26",
        "2022-W21-4",
    ),
    *("2022-05-26T15:44:00", "2022-05-26T15:44:00.5Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "now"),
    *("2022-05-26 15:44", "2022-02-30T00:00:00Z", "2022-05-26T24:00:00Z", "\uff12\uff1022-05-26T15:44:00Z"),
]
TEXTS = [
    "",
    "x" * 100,
    "x" * 101,
    "x" * 500,
    "x" * 501,
    "a\x00b",
    "\ud800",
    "😀" * 100,
    "\u017f",
    "\\u0000",
    "\x7f",
]
OTHERS = [
    None,
    True,
    False,
    0,
    1,
    -1.5,
    10**400,
    float("nan"),
    float("inf"),
    [],
    {},
    [[]],
    [None],
    {"id": "x"},
]
NASTY = st.sampled_from([*AMOUNT_TEXTS, *TIME_TEXTS, *TEXTS, *OTHERS]) | st.text(max_size=20)


def places(body: JSON, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path of everything in a body."""
    inner = body.items() if isinstance(body, dict) else enumerate(body) if isinstance(body, list) else ()
    return [path, *(place for key, each in inner for place in places(each, (*path, key)))]


def written(body: JSON) -> bytes:
    """As JSON; keys that are sent twice, not-a-numbers and lone surrogates too."""

    def write(value: JSON) -> str:
        if isinstance(value, dict):
            pairs = [
                (key, each) for key, of in value.items() for each in (of if isinstance(of, Twice) else [of])
            ]
            return "{" + ",".join(f"{json.dumps(key)}:{write(each)}" for key, each in pairs) + "}"
        return f"[{','.join(map(write, value))}]" if isinstance(value, list) else json.dumps(value)

    return write(body).encode()


@st.composite
def bodies(draw: st.DrawFn, good: list[JSON]) -> bytes:
    """A good body, bent at up to three places."""
    body = [copy.deepcopy(draw(st.sampled_from(good)))]
    for _ in range(draw(st.integers(0, 3))):
        *outer, last = draw(st.sampled_from([place for place in places(body) if place]))
        at = body
        for step in outer:
            at = at[step]
        match draw(st.sampled_from(["value", "value", "gone", "key", "twice", "more"])):
            case "value":
                at[last] = copy.deepcopy(draw(NASTY))
            case "gone" if len(outer):
                del at[last]
            case "key" if isinstance(at, dict):
                at[draw(st.sampled_from(["id", "ID", "extra", "", "total", "\ud800", "x\x00"]))] = (
                    copy.deepcopy(draw(NASTY))
                )
            case "twice" if isinstance(at, dict) and not isinstance(at[last], Twice):
                at[last] = Twice(draw(st.permutations([at[last], copy.deepcopy(draw(NASTY))])))
            case "more" if isinstance(at, list) and len(outer):
                at.extend([at[last]] * draw(st.sampled_from([1, 20, 100])))
    text = written(body[0])
    return draw(
        st.sampled_from(
            [text, text, text, b" " + text + b"\n", text + b"x", text[:-1], b"\xef\xbb\xbf" + text]
        )
    )


def told(read: Callable[[], Read[Any]]) -> tuple[str, Any]:
    """What it says, to the last digit; or the words of the refusal."""
    try:
        return repr(read()), None
    except ValidationError as error:
        return "", [(each["type"], each["loc"], each["msg"]) for each in error.errors(include_url=False)]


def by_the_model(body: bytes, model: TypeAdapter[Any], understand: Callable[[Any], Any]) -> Read[Any]:
    sent = model.validate_json(body)
    return Read(understand(sent), tuple(ignored_keys(sent)))


@settings(max_examples=400, deadline=None)
@given(bodies([SALE]))
@example(written({"sales": SALE["sales"] * 101}))
@example(b"\xff")
@example(b"[" * 100_000)
@example(b'{"sales":' + b"[" * 100_000)
def test_sales_are_read_as_the_model_reads_them(body: bytes) -> None:
    assert told(lambda: read_sales(body)) == told(lambda: by_the_model(body, SALES, drafts))


@settings(max_examples=400, deadline=None)
@given(bodies(UPDATE_BODIES))
@example(b"[" * 100_000)
def test_updates_are_read_as_the_model_reads_them(body: bytes) -> None:
    assert told(lambda: read_update(body)) == told(lambda: by_the_model(body, UPDATE, asked))


@pytest.mark.parametrize("place", [place for place in places(SALE) if place], ids=str)
def test_anything_anywhere_in_a_sale_is_read_as_the_model_reads_it(place: tuple[Any, ...]) -> None:
    body = copy.deepcopy(SALE)
    at = body
    for step in place[:-1]:
        at = at[step]

    for nasty in [*AMOUNT_TEXTS, *TIME_TEXTS, *TEXTS, *OTHERS]:
        at[place[-1]] = nasty
        text = written(body)
        assert told(lambda: read_sales(text)) == told(lambda: by_the_model(text, SALES, drafts)), nasty  # noqa: B023 - called at once


def test_a_body_as_documented_is_never_shown_to_the_model(monkeypatch: pytest.MonkeyPatch) -> None:
    class Busy:
        def validate_json(self, _body: bytes) -> NoReturn:
            raise AssertionError("the model was asked")

    monkeypatch.setattr(reading, "SALES", Busy())
    monkeypatch.setattr(reading, "UPDATE", Busy())

    assert len(read_sales(written(SALE)).sent) == 1
    for body in UPDATE_BODIES:
        assert read_update(written(body)).sent.license_number == body["license"]["license_number"]
    with pytest.raises(AssertionError):
        read_sales(written({**SALE, "extra": 1}))


def test_every_action_has_the_model_that_asks_for_it() -> None:
    for action_id, model in UPDATES.items():
        body = next(each for each in UPDATE_BODIES if each["actions"]["id"] == action_id)
        assert type(UPDATE.validate_python(body)) is model


def test_a_shape_without_a_counterpart_is_refused_when_it_is_made() -> None:
    class Odd(BaseModel):
        number: int

    with pytest.raises(TypeError, match="no counterpart"):
        struct_of(Odd)
