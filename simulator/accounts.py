"""Who may ask: the people a recipe names, with the credentials of both APIs."""

import base64
import binascii
import json
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b
from uuid import UUID

from simulator.ledger.model import Actor


@dataclass(slots=True)
class Account:
    """One person. What is None is a door that stays shut to them.

    `hostname`, `username` and `password` are a Metrc login; `tier` is the T3+ subscription, None without one;
    `user_key` is the Metrc user key a Trace token carries, `trace_token` a whole token taken literally.
    """

    username: str
    name: str
    licenses: frozenset[str]
    hostname: str | None = None
    password: str | None = None
    tier: str | None = None
    t3_api_key: str | None = None
    secret_key: str | None = None
    trace_api_key: str | None = None
    trace_token: str | None = None
    user_key: str | None = None
    secret_keys_made: int = 0

    @property
    def actor(self) -> Actor:
        return Actor(self.username, self.name, self.licenses)

    @property
    def credential_key(self) -> str:
        """T3's name for a login: hostname, two underscores, user name."""
        return f"{self.hostname}__{self.username}"

    @property
    def trace_authorization(self) -> str | None:
        """The `Authorization` header that belongs to `trace_api_key`."""
        if self.trace_api_key is None:
            return None
        keys = json.dumps({"vendor-key": "", "api-key": self.user_key}, separators=(",", ":"))
        return f"KMP-JSON token={self.trace_token or base64.b64encode(keys.encode()).decode()}"


class Accounts:
    """All accounts of a world, found by any of their credentials. `seed` makes new secrets repeatable."""

    def __init__(self, accounts: Iterable[Account], seed: str) -> None:
        self._accounts = tuple(accounts)
        self._seed = seed

        self.signing_key = self._secret("signing key").hex()

    @property
    def demo(self) -> Account:
        """The first account, the one banners and examples speak of."""
        return self._accounts[0]

    @property
    def everyone(self) -> tuple[Account, ...]:
        return self._accounts

    def hosts(self) -> set[str]:
        return {account.hostname for account in self._accounts if account.hostname}

    def by_login(self, hostname: str, username: str, password: str) -> Account | None:
        return next(
            (
                account
                for account in self._accounts
                if (account.hostname, account.username, account.password) == (hostname, username, password)
            ),
            None,
        )

    def by_credential_key(self, key: str) -> Account | None:
        return next((account for account in self._accounts if account.credential_key == key), None)

    def by_t3_api_key(self, key: str) -> Account | None:
        return next((account for account in self._accounts if account.t3_api_key == key), None)

    def by_secret_key(self, key: str) -> Account | None:
        return next((account for account in self._accounts if account.secret_key == key), None)

    def knows_trace_api_key(self, key: str) -> bool:
        return any(account.trace_api_key == key for account in self._accounts)

    def by_trace_credentials(self, api_key: str, token: str) -> Account | None:
        """By `x-api-key` and the token of `KMP-JSON token=...`, literal or a Base64 JSON object with the user key.

        GAP(trace-tokens): the user key says who asks; the vendor key is not looked at; all states take Metrc's form.
        """
        user_key = _user_key(token)
        for account in self._accounts:
            matches = token == account.trace_token or (user_key is not None and user_key == account.user_key)
            if account.trace_api_key == api_key and matches:
                return account
        return None

    def new_secret_key(self, account: Account) -> str:
        """A new secret key; the account's earlier ones end."""
        account.secret_keys_made += 1
        made = self._secret(f"{account.credential_key}/{account.secret_keys_made}")
        account.secret_key = str(UUID(bytes=made[:16], version=4))
        return account.secret_key

    def _secret(self, purpose: str) -> bytes:
        return blake2b(f"{self._seed}/{purpose}".encode(), digest_size=32).digest()


def _user_key(token: str) -> str | None:
    """The `api-key` inside a token; None when the token is no Base64 JSON object that has one."""
    try:
        decoded = json.loads(base64.b64decode(token + "=" * (-len(token) % 4), validate=True))
    except (binascii.Error, ValueError, RecursionError):
        return None
    key = decoded.get("api-key") if isinstance(decoded, dict) else None
    return key if isinstance(key, str) else None
