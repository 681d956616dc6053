"""Who may ask: the people a recipe names, with the credentials of both APIs."""

import base64
import binascii
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
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

    def as_json(self) -> dict[str, object]:
        """For people who set up a client: this is a simulator, and its keys are no secrets."""
        return {
            "username": self.username,
            "name": self.name,
            "licenses": sorted(self.licenses),
            "hostname": self.hostname,
            "password": self.password,
            "tier": self.tier,
            "t3_api_key": self.t3_api_key,
            "secret_key": self.secret_key,
            "trace_api_key": self.trace_api_key,
            "trace_authorization": self.trace_authorization,
        }

    @property
    def trace_authorization(self) -> str | None:
        """The `Authorization` header that belongs to `trace_api_key`."""
        if self.trace_api_key is None:
            return None
        keys = json.dumps({"vendor-key": "", "api-key": self.user_key}, separators=(",", ":"))
        return f"KMP-JSON token={self.trace_token or base64.b64encode(keys.encode()).decode()}"


MARK = 8
"""Digits of the mark that keys of a world's own begin with."""
UNIQUE = ("credential_key", "t3_api_key", "secret_key", "trace_token", "user_key")
"""What two accounts may not have in common."""
MOST_KNOWN, LONGEST_KNOWN = 1024, 1024
"""Of how many credentials it is remembered whose they are, and how many letters each may have."""


class Accounts:
    """All accounts of a world, found by any of their credentials. `seed` makes new secrets repeatable.

    Where a world has keys of its own, `mark` is what all of them begin with; None where they are the recipe's.
    """

    def __init__(self, accounts: Iterable[Account], seed: str, mark: str | None = None) -> None:
        self._accounts = tuple(accounts)
        self._known: dict[tuple[str, ...], Account] = {}
        self._seed = seed
        self.mark = mark
        self.signing_key = self._secret("signing key").hex()

    def copy(self) -> "Accounts":
        """The same people with the same keys, changed apart from then on."""
        return Accounts(map(replace, self._accounts), self._seed, self.mark)

    def of_their_own(self, world: str) -> "Accounts":
        """The same people, with names and keys no other world knows: user `demo` becomes `demo.{world}`."""
        own = Accounts((), f"{self._seed}/{world}")
        own.mark = own._secret("mark").hex()[:MARK]
        own._accounts = tuple(own._issued(account, f".{world}") for account in self._accounts)
        return own

    def unmarked(self) -> "Accounts":
        """The same people with the same keys, which say nothing of their world any more."""
        return Accounts(map(replace, self._accounts), self._seed)

    def like(self, others: "Accounts", world: str) -> "Accounts":
        """The people of `others` as people of this world: with keys of its own, where it has such."""
        here = Accounts((), self._seed, self.mark)
        if self.mark == others.mark:
            here._accounts = tuple(map(replace, others.everyone))
        else:
            name = "" if self.mark is None else f".{world}"
            here._accounts = tuple(here._issued(each, name) for each in others.everyone)
        return here

    def in_common(self) -> "Accounts":
        """The same people, with keys that no world has for its own."""
        return self if self.mark is None else Accounts((), self._seed).like(self, "")

    def add(self, account: Account) -> None:
        """One more person. Raises ValueError when a name or a key is taken."""
        for other in self._accounts:
            for what in UNIQUE:
                theirs = getattr(account, what)
                if theirs is not None and theirs == getattr(other, what):
                    raise ValueError(f"{what} {theirs!r} is {other.username}'s")
        self._accounts = (*self._accounts, account)

    def key(self, purpose: str) -> str:
        """A key nobody else has, 24 hexadecimal digits; the same for the same purpose."""
        return self._marked(self._secret(purpose).hex()[:24])

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
        login = (hostname, username, password)
        return self._found(
            ("login", *login), lambda each: (each.hostname, each.username, each.password) == login
        )

    def by_credential_key(self, key: str) -> Account | None:
        return self._found(("credential key", key), lambda each: each.credential_key == key)

    def by_t3_api_key(self, key: str) -> Account | None:
        return self._found(("T3 API key", key), lambda each: each.t3_api_key == key)

    def by_secret_key(self, key: str) -> Account | None:
        return self._found(("secret key", key), lambda each: each.secret_key == key)

    def knows_trace_api_key(self, key: str) -> bool:
        return any(account.trace_api_key == key for account in self._accounts)

    def by_trace_credentials(self, api_key: str, token: str) -> Account | None:
        """By `x-api-key` and the token of `KMP-JSON token=...`, literal or a Base64 JSON object with the user key.

        GAP(trace-tokens): the user key says who asks; the vendor key is not looked at; all states take Metrc's form.
        """
        user_key = _remembered_user_key(token) if len(token) <= LONGEST_KNOWN else _user_key(token)

        def fits(account: Account) -> bool:
            matches = token == account.trace_token or (user_key is not None and user_key == account.user_key)
            return account.trace_api_key == api_key and matches

        return self._found(("Trace", api_key, token), fits)

    def _found(self, credentials: tuple[str, ...], fits: Callable[[Account], bool]) -> Account | None:
        """Whoever it fits. Who it was the last time is looked at first, and so a change needs no telling."""
        known = self._known.get(credentials)
        if known is not None and fits(known):
            return known
        found = next(filter(fits, self._accounts), None)
        if found is not None and sum(map(len, credentials)) <= LONGEST_KNOWN:
            if len(self._known) >= MOST_KNOWN:
                self._known.clear()
            self._known[credentials] = found
        return found

    def new_secret_key(self, account: Account) -> str:
        """A new secret key; the account's earlier ones end."""
        account.secret_keys_made += 1
        account.secret_key = self._uuid(f"{account.credential_key}/{account.secret_keys_made}")
        return account.secret_key

    def _issued(self, account: Account, suffix: str) -> Account:
        """What the account has, in keys of this world and under a name with this at its end."""
        name = account.username + suffix

        def key(what: str, had: str | None) -> str | None:
            return None if had is None else self.key(f"{name}/{what}")

        issued = replace(
            account,
            username=name,
            t3_api_key=key("t3_api_key", account.t3_api_key),
            trace_api_key=key("trace_api_key", account.trace_api_key),
            # A token that is taken literally would be the same in every world.
            trace_token=None,
            user_key=key("user_key", account.trace_api_key),
        )
        if account.secret_key is not None:
            issued.secret_key = self._uuid(f"{issued.credential_key}/secret key")
        return issued

    def _uuid(self, purpose: str) -> str:
        digits = self._marked(self._secret(purpose)[:16].hex())
        return str(UUID(hex=digits, version=4))

    def _marked(self, digits: str) -> str:
        return digits if self.mark is None else self.mark + digits[MARK:]

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


_remembered_user_key = lru_cache(MOST_KNOWN)(_user_key)
