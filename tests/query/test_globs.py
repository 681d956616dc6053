"""Patterns for paths: what they fit, and which fit nothing."""

import pytest

from simulator.query.globs import glob, never_fits


@pytest.mark.parametrize(
    ("pattern", "path", "fits"),
    [
        ("/v2/*", "/v2/sales/active", True),
        ("/v2/*", "/V2/sales", False),
        ("/??/v1/sales", "/ca/v1/sales", True),
        ("/[cm]a/v1/sales", "/ma/v1/sales", True),
        ("/[!c]a/v1/sales", "/ca/v1/sales", False),
        ("/v2/sales", "/v2/sales\n", False),
    ],
)
def test_a_pattern_fits_a_whole_path(pattern: str, path: str, fits: bool) -> None:
    assert glob(pattern)(path) is fits


@pytest.mark.parametrize(
    "pattern", ["/v2/*", "*", "?v2", "[/]v2", "/v2/[]]x", "/v2/[!]]", "/a[b]c[d]", "/worlds*", "/v2]"]
)
def test_a_pattern_that_may_fit_is_let_through(pattern: str) -> None:
    assert never_fits(pattern) is None


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        ("", "must begin with / or a wildcard, as every path does"),
        ("v2/sales/*", "must begin with / or a wildcard, as every path does"),
        ("/worlds/aa/v2/sales", "must be the path within the world, without /worlds/NAME"),
        ("/v2/[ab", "must have a ] for every ["),
        ("/v2/[]", "must have a ] for every ["),
        ("/v2/[!]", "must have a ] for every ["),
        ("/v2/[a][b", "must have a ] for every ["),
    ],
)  # fmt: skip
def test_a_pattern_that_fits_nothing_is_told(pattern: str, why: str) -> None:
    assert never_fits(pattern) == why
