"""A server to make worlds in."""

from collections.abc import Iterator

import pytest
from support.worlds import Server


@pytest.fixture
def server() -> Iterator[Server]:
    """One with the till's world, its clock frozen."""
    with Server() as server:
        yield server
