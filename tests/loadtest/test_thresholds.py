"""Thresholds: how they are said, what is refused, and when they are kept."""

from pathlib import Path

import pytest

from simulator.loadtest.thresholds import (
    ALL,
    NO_ERRORS,
    Operation,
    Threshold,
    ThresholdRefused,
    held,
    thresholds,
)

OPERATIONS = ("record_sale", "void_sale")
MEASURED = Operation(
    "record_sale", requests=200, failures=1, p50=10, p95=20, p99=30, max=40, mean=12, rate=50
)


def asked(*flags: str, file: str | None = None) -> list[Threshold]:
    return list(thresholds(flags, file, OPERATIONS, [NO_ERRORS]))


@pytest.mark.parametrize(
    ("flag", "wanted"),
    [
        ("p95=200", Threshold(ALL, "p95", 200)),
        ("p95=200ms", Threshold(ALL, "p95", 200)),
        ("p99 = 1.5s", Threshold(ALL, "p99", 1500)),
        ("record_sale.p95=200", Threshold("record_sale", "p95", 200)),
        ("void_sale.error_share=1%", Threshold("void_sale", "error_share", 0.01)),
        ("all.rate=20/s", Threshold(ALL, "rate", 20)),
        ("max=0", Threshold(ALL, "max", 0)),
    ],
)
def test_a_flag_is_read(flag: str, wanted: Threshold) -> None:
    assert asked(flag) == [NO_ERRORS, wanted]


def test_without_any_no_error_is_allowed() -> None:
    assert asked() == [NO_ERRORS]


def test_what_is_asked_of_all_errors_takes_its_place() -> None:
    assert asked("error_share=0.05") == [Threshold(ALL, "error_share", 0.05)]


def test_flags_go_before_the_file(tmp_path: Path) -> None:
    file = tmp_path / "limits.toml"
    file.write_text('[all]\np95 = 300\nerror_share = "2%"\n[record_sale]\nrate = 10.5\n')
    assert asked("p95=100", file=str(file)) == [
        Threshold(ALL, "error_share", 0.02),
        Threshold(ALL, "p95", 100),
        Threshold("record_sale", "rate", 10.5),
    ]


@pytest.mark.parametrize(
    ("flag", "words"),
    [
        ("p95", "one is like p95=200"),
        ("errorshare=2", "Did you mean 'error_share'?"),
        ("record_sales.p95=200", "Did you mean 'record_sale'?"),
        ("p95=fast", "must be a number of 0 or more, such as 200, not 'fast'"),
        ("p95=-1", "must be a number of 0 or more"),
        ("p95=5%", "must be a number"),
        ("error_share=20ms", "such as 0.01 or 1%"),
        ("rate=1s", "must be a number"),
    ],
)
def test_a_flag_that_does_not_stand_up_is_refused_in_words(flag: str, words: str) -> None:
    with pytest.raises(ThresholdRefused) as refused:
        asked(flag)
    assert words in str(refused.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("p95 = 1", "p95 stands in no table; begin with [all]"),
        ("[all]\np95 = true", "must be a number"),
        ("[all]\np95 = nan", "must be a number"),
        ("[all", "is not TOML"),
        ("[record]\np95 = 1", "no operation of this scenario"),
    ],
)
def test_a_file_that_does_not_stand_up_is_refused_in_words(tmp_path: Path, text: str, words: str) -> None:
    file = tmp_path / "limits.toml"
    file.write_text(text)
    with pytest.raises(ThresholdRefused) as refused:
        asked(file=str(file))
    assert words in str(refused.value)
    assert "limits.toml" in str(refused.value)


def test_a_file_that_is_not_there_is_refused_in_words() -> None:
    with pytest.raises(ThresholdRefused, match=r"cannot read the thresholds 'nowhere\.toml'"):
        asked(file="nowhere.toml")


@pytest.mark.parametrize(
    ("threshold", "holds", "said"),
    [
        (Threshold("record_sale", "p95", 20), True, "record_sale.p95 at most 20 ms: it was 20 ms"),
        (Threshold("record_sale", "p95", 19.9), False, "record_sale.p95 at most 19.9 ms: it was 20 ms"),
        (Threshold("record_sale", "p50", 9), False, "record_sale.p50 at most 9 ms: it was 10 ms"),
        (Threshold("record_sale", "p99", 29), False, "record_sale.p99 at most 29 ms: it was 30 ms"),
        (Threshold("record_sale", "max", 39), False, "record_sale.max at most 39 ms: it was 40 ms"),
        (Threshold("record_sale", "mean", 11), False, "record_sale.mean at most 11 ms: it was 12 ms"),
        (Threshold("record_sale", "error_share", 0.005), True, "at most 0.005: it was 0.005"),
        (Threshold("record_sale", "error_share", 0.004), False, "at most 0.004: it was 0.005"),
        (Threshold("record_sale", "rate", 50), True, "at least 50 a second: it was 50 a second"),
        (Threshold("record_sale", "rate", 51), False, "at least 51 a second: it was 50 a second"),
    ],
)
def test_a_threshold_beside_what_was_measured(threshold: Threshold, holds: bool, said: str) -> None:
    (told,) = held([threshold], {"record_sale": MEASURED})
    assert told.holds is holds
    assert said in str(told)


def test_what_was_never_asked_for_keeps_no_threshold() -> None:
    (told,) = held([Threshold("void_sale", "p95", 1000)], {"record_sale": MEASURED})
    assert not told.holds
    assert str(told).endswith("no such request was made")


def test_no_requests_at_all_have_no_errors_and_no_percentiles() -> None:
    nothing = Operation(ALL, 0, 0, 0, 0, 0, 0, 0, 0)
    errors, p95 = held([NO_ERRORS, Threshold(ALL, "p95", 10)], {ALL: nothing})
    assert errors.holds
    assert not p95.holds
