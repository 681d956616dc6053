"""The vendor's own typed client, t3api, pointed at a server."""

from collections.abc import Iterator
from contextlib import contextmanager

import t3api

from support.live import Live


@contextmanager
def t3_client(url: str, access_token: str | None = None) -> Iterator[t3api.ApiClient]:
    """A client whose connections end with the block."""
    configuration = t3api.Configuration(host=url, access_token=access_token)
    with t3api.ApiClient(configuration) as client:
        try:
            yield client
        finally:
            client.rest_client.pool_manager.clear()


def access_token(server: Live, **login: str) -> str:
    """A token for the demo login, or for the one whose parts are given."""
    with t3_client(server.url) as client:
        request = t3api.V2AuthCredentialsPostRequest.model_validate({**server.login, **login})
        token = t3api.AuthenticationApi(client).v2_auth_credentials_post(request).access_token
    assert isinstance(token, str)
    return token


@contextmanager
def logged_in(server: Live, **login: str) -> Iterator[t3api.ApiClient]:
    """A client that carries a token of the demo login, or of the one whose parts are given."""
    with t3_client(server.url, access_token(server, **login)) as client:
        yield client
