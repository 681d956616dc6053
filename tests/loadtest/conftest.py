"""What the tests of load scenarios share."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from support.loading import Ran, load_in

Load = Callable[..., Ran]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """`simulator loadtest` with these arguments, in an empty folder."""
    return partial(load_in, tmp_path)
