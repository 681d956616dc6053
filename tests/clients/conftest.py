"""Servers, and the vendor's client logged in to them."""

from collections.abc import Iterator

import pytest
import t3api
from support.live import Live, live, own
from support.t3_client import logged_in

__all__ = ["client", "live", "own", "own_client", "sales"]


@pytest.fixture(scope="session")
def client(live: Live) -> Iterator[t3api.ApiClient]:
    """t3api with a demo token, on the shared server."""
    with logged_in(live) as client:
        yield client


@pytest.fixture
def sales(client: t3api.ApiClient) -> t3api.SalesReceiptsApi:
    """The sales calls of the shared server: for reading only."""
    return t3api.SalesReceiptsApi(client)


@pytest.fixture(scope="module")
def own_client(own: Live) -> Iterator[t3api.ApiClient]:
    """t3api with a demo token, on the module's own server."""
    with logged_in(own) as client:
        yield client
