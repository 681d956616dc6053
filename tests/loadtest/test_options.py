"""The options of scenarios: each a flag and a variable, and what each takes."""

import argparse
from math import isfinite
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.loadtest.options import LOOK_UP, OPTIONS, PREFIX

BY_NAME = {option.name: option for option in OPTIONS}
NUMBERS = ("pace", "peak_factor", "compression", "patience", "timeout")
COUNTS = ("seed", "shops", "cashiers", "receipts", "days", "sales", "journal_bytes")


def said(*flags: str) -> argparse.Namespace:
    """As Locust's parser takes them."""
    parser = argparse.ArgumentParser(exit_on_error=False)
    for option in OPTIONS:
        kind: dict[str, Any] = {"action": "store_true"} if option.type is None else {"type": option.type}
        if option.several:
            kind = {"action": "append"}
        parser.add_argument(option.flag, help=option.help, default=option.default, **kind)
    assert parser.format_help()
    return parser.parse_args(flags)


def refused(flag: str, value: str) -> str:
    with pytest.raises(argparse.ArgumentError) as error:
        said(f"{flag}={value}")
    return str(error.value)


def test_every_option_has_a_flag_a_variable_and_a_sentence() -> None:
    for option in OPTIONS:
        assert option.flag == "--" + option.name.replace("_", "-")
        assert option.variable == PREFIX + option.name.upper()
        assert option.help[0].isupper()
        assert option.help.endswith(".")
    assert len(BY_NAME) == len(OPTIONS)


def test_nothing_need_be_said() -> None:
    told = vars(said())
    assert told["resend"] == LOOK_UP
    assert told["seed"] == 0
    assert not told["keep_world"]
    assert told["shops"] is told["fault"] is None


def test_secrets_are_marked() -> None:
    assert [option.name for option in OPTIONS if option.secret] == ["control_token"]


@pytest.mark.parametrize("name", [option.name for option in OPTIONS if option.several])
def test_what_may_be_given_again_is_collected(name: str) -> None:
    flag = BY_NAME[name].flag
    assert getattr(said(flag, "one", flag, "two"), name) == ["one", "two"]


@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize("value", ["nan", "inf", "-inf", "-1", "-0.001", "fast", "", "1e999"])
def test_a_number_is_finite_and_not_below_zero(name: str, value: str) -> None:
    message = refused(BY_NAME[name].flag, value)
    assert BY_NAME[name].flag in message
    assert "must be a number" in message
    assert repr(value) in message


@pytest.mark.parametrize("name", [name for name in NUMBERS if name != "pace"])
def test_what_nothing_comes_of_is_above_zero(name: str) -> None:
    assert "must be a number above 0, not '0'" in refused(BY_NAME[name].flag, "0")


@pytest.mark.parametrize("name", COUNTS)
@pytest.mark.parametrize("value", ["-1", "1.5", "many", "", "1e3", "nan"])
def test_a_count_is_whole(name: str, value: str) -> None:
    message = refused(BY_NAME[name].flag, value)
    assert BY_NAME[name].flag in message
    assert "must be a whole number of" in message
    assert repr(value) in message


@pytest.mark.parametrize("name", ["shops", "cashiers", "days", "sales"])
def test_there_is_at_least_one(name: str) -> None:
    assert "must be a whole number of 1 or more, not '0'" in refused(BY_NAME[name].flag, "0")
    assert getattr(said(f"{BY_NAME[name].flag}=1"), name) == 1


@pytest.mark.parametrize("name", ["seed", "receipts", "journal_bytes"])
def test_there_may_be_none(name: str) -> None:
    assert getattr(said(f"{BY_NAME[name].flag}=0"), name) == 0


@given(st.text())
def test_a_number_is_taken_or_refused(text: str) -> None:
    for name in (*NUMBERS, *COUNTS):
        read: Any = BY_NAME[name].type
        try:
            value = read(text)
        except argparse.ArgumentTypeError:
            continue
        assert isfinite(value)
        assert value >= 0
