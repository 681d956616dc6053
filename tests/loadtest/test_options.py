"""The options of scenarios: each a flag and a variable, and what each takes."""

import argparse
from math import inf
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.loadtest.options import LOOK_UP, OPTIONS, PREFIX, Option, OptionRefused, read

BY_NAME = {option.name: option for option in OPTIONS}
BOUNDED = [option for option in OPTIONS if option.least is not None]


def said(*flags: str) -> dict[str, Any]:
    """As Locust's parser takes them."""
    parser = argparse.ArgumentParser(exit_on_error=False)
    for option in OPTIONS:
        kind: dict[str, Any] = {"action": "store_true"} if option.type is None else {"type": option.type}
        if option.several:
            kind = {"action": "append"}
        parser.add_argument(option.flag, help=option.help, default=option.default, **kind)
    assert parser.format_help()
    return read(vars(parser.parse_args(flags)))


def test_every_option_has_a_flag_a_variable_and_a_sentence() -> None:
    for option in OPTIONS:
        assert option.flag == "--" + option.name.replace("_", "-")
        assert option.variable == PREFIX + option.name.upper()
        assert option.help[0].isupper()
        assert option.help.endswith(".")
    assert len(BY_NAME) == len(OPTIONS)


def test_nothing_need_be_said() -> None:
    told = said()
    assert told["resend"] == LOOK_UP
    assert told["seed"] == 0
    assert not told["keep_world"]
    assert told["shops"] is told["fault"] is None


def test_secrets_are_marked() -> None:
    assert [option.name for option in OPTIONS if option.secret] == ["control_token"]


@pytest.mark.parametrize("name", [option.name for option in OPTIONS if option.several])
def test_what_may_be_given_again_is_collected(name: str) -> None:
    flag = BY_NAME[name].flag
    assert said(flag, "one", flag, "two")[name] == ["one", "two"]


@pytest.mark.parametrize("option", BOUNDED, ids=lambda option: option.name)
def test_what_is_out_of_its_range_is_refused_with_flag_bound_and_value(option: Option) -> None:
    assert option.least is not None
    below = option.least - (1 if option.type is int else 0.0005)
    with pytest.raises(OptionRefused) as refused:
        read({option.name: below})
    assert str(refused.value).startswith(f"{option.flag} must be at least {option.least:g}")
    assert str(refused.value).endswith(f", not {below}")
    assert read({option.name: option.least})[option.name] == option.least
    if option.most != inf:
        assert read({option.name: option.most})[option.name] == option.most
        with pytest.raises(OptionRefused, match=f"at most {option.most:g}"):
            read({option.name: option.most * 1.001})


@pytest.mark.parametrize(
    "option", [each for each in BOUNDED if each.type is float], ids=lambda each: each.name
)
@pytest.mark.parametrize("value", ["nan", "-inf", "-1", "inf"])
def test_what_is_no_number_to_count_with_is_refused(option: Option, value: str) -> None:
    with pytest.raises(OptionRefused):
        read({option.name: float(value)})


@pytest.mark.parametrize("option", OPTIONS, ids=lambda option: option.name)
def test_an_empty_field_of_a_page_says_nothing(option: Option) -> None:
    assert read({option.name: "  "})[option.name] in (option.default, [])


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("sales", "12", 12),
        ("pace", "0.5", 0.5),
        ("fault", "flaky", ["flaky"]),
        ("recipe", "month_end", "month_end"),
    ],
)
def test_a_page_sends_texts(name: str, text: str, value: object) -> None:
    assert read({name: text})[name] == value


@pytest.mark.parametrize("name", ["sales", "pace", "shops"])
def test_a_text_that_is_no_number_is_refused(name: str) -> None:
    with pytest.raises(OptionRefused, match=r"must be a number, not 'many'"):
        read({name: "many"})


@given(st.dictionaries(st.sampled_from(sorted(BY_NAME)), st.text() | st.none()))
def test_whatever_a_page_sends_is_taken_or_refused_in_words(sent: dict[str, Any]) -> None:
    refusal = ""
    try:
        told = read(sent)
    except OptionRefused as error:
        refusal = str(error)
    assert refusal.startswith("--") or set(told) >= set(BY_NAME)
