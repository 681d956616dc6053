"""Who asks through T3: Bearer tokens that expire on the simulated clock, and secret keys that do not."""

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import lru_cache

from simulator.accounts import Account
from simulator.ledger.model import License
from simulator.ledger.state import Book
from simulator.t3.errors import forbidden, unauthorized
from simulator.t3.params import LicenseQuery
from simulator.times import iso_utc
from simulator.wire.operation import Call, Operation
from simulator.wire.query import Pairs, first
from simulator.wire.request import Request
from simulator.wording import did_you_mean, echo, some_of
from simulator.world import World

# GAP(token-lifetime): the Metrc session behind a token is kept for 24 hours; the token's own life is not stated.
TOKEN_LIFETIME = timedelta(hours=24)
ALGORITHM = "HS256"
WORLD_CLAIM = "world"
"""Where a token says which world it is of, when the world has keys of its own."""
SECRET_KEY_HEADER = b"x-t3-api-key"
SECRET_KEY_PARAMETER = "secretKey"  # noqa: S105 - a parameter's name
MOST_REMEMBERED, LONGEST_REMEMBERED = 1024, 2048
"""How many headers with a token are remembered once it is verified, and how many letters each may have."""


class Access(StrEnum):
    """What an operation asks of the caller: nothing, a login, or a login with T3+."""

    OPEN = "open"
    FREE = "free"
    PLUS = "plus"


def jwt_data(account: Account, auth_mode: str) -> dict[str, object]:
    """The six fields of `JWTData`, which whoami shows and (GAP(token-claims): undocumented) a token carries."""
    return {
        "authMode": auth_mode,
        "credentialKey": account.credential_key,
        "hasT3plus": account.tier is not None,
        "t3plusSubscriptionTier": account.tier,
        "username": account.username,
        "hostname": account.hostname,
    }


def issue_token(world: World, account: Account, auth_mode: str, now: datetime) -> str:
    claims = jwt_data(account, auth_mode) | {
        "sub": account.credential_key,
        "iat": int(now.timestamp()),
        "exp": int((now + TOKEN_LIFETIME).timestamp()),
    }
    if world.accounts.mark is not None:
        claims[WORLD_CLAIM] = world.name
    import jwt  # noqa: PLC0415 - slow, as it brings an HTTP client; who asks by key or through Trace needs none

    return jwt.encode(claims, world.accounts.signing_key, ALGORITHM)


def authenticate(
    world: World, operation: Operation, request: Request, pairs: Pairs, now: datetime
) -> Account | None:
    """The caller's account, None for an open operation. GAP(token-and-key): of both, the token counts."""
    if operation.access == Access.OPEN:
        return None
    account = _by_token(world, request, now) or _by_secret_key(world, request, pairs)
    if account is None:
        raise unauthorized(
            "No credentials. Send 'Authorization: Bearer <accessToken>' (from POST /v2/auth/credentials), "
            "an 'X-T3-API-Key: <secretKey>' header, or a secretKey query parameter"
        )
    # GAP(without-t3plus): which status a login without T3+ gets is not documented.
    if operation.access == Access.PLUS and account.tier is None:
        raise forbidden(f"{operation.path} needs a T3+ subscription, which {account.username} does not have")
    return account


def _by_token(world: World, request: Request, now: datetime) -> Account | None:
    header = request.header(b"authorization")
    if header is None:
        return None
    verify = _remembered_login if len(header) <= LONGEST_REMEMBERED else _login
    credential_key, expires = verify(header, world.accounts.signing_key)
    if now >= expires:
        raise unauthorized(
            f"The access token expired at {iso_utc(expires)}; the simulated time is {iso_utc(now)}. Log in again"
        )
    return world.accounts.by_credential_key(credential_key)


def _login(header: str, signing_key: str) -> tuple[str, datetime]:
    """Whose token an Authorization header has, and when it expires."""
    scheme, _, token = header.partition(" ")
    if scheme.casefold() != "bearer" or not token.strip():
        raise unauthorized("The Authorization header must read 'Bearer <accessToken>'")
    claims = token_claims(token.strip(), signing_key)
    return str(claims["sub"]), datetime.fromtimestamp(claims["exp"], UTC)


# That a token is ours follows from these two alone, and to verify it is many times the work of all else in a request.
_remembered_login = lru_cache(MOST_REMEMBERED)(_login)


def token_claims(token: str, signing_key: str) -> dict[str, int]:
    """The claims of a token that was signed with this key, expired or not."""
    import jwt  # noqa: PLC0415 - as above

    try:
        claims: dict[str, int] = jwt.decode(
            token,
            signing_key,
            [ALGORITHM],
            options={"verify_exp": False, "verify_iat": False, "require": ["exp", "sub"]},
        )
    except jwt.InvalidTokenError as error:
        raise unauthorized(f"The access token is not one this simulator issued ({error})") from None
    return claims


def _by_secret_key(world: World, request: Request, pairs: Pairs) -> Account | None:
    """GAP(secret-key-everywhere): newer documents accept a secret key on most endpoints; here on all of them."""
    key = request.header(SECRET_KEY_HEADER) or first(pairs, SECRET_KEY_PARAMETER)
    if key is None:
        return None
    account = world.accounts.by_secret_key(key)
    if account is None:
        raise unauthorized("The secret key is not known; a newer one ends those before it")
    return account


def visible(world: World, account: Account) -> list[License]:
    """The active licenses a login sees: those of its own Metrc host."""
    return [book.license for book in world.ledger.books.values() if _sees(account, book.license)]


def _sees(account: Account, license_: License) -> bool:
    return license_.number in account.licenses and license_.active and license_.state.host == account.hostname


def licensed(call: Call[LicenseQuery, object]) -> Book:
    """The book of the request's license.

    GAP(foreign-license): an unknown, a foreign, an inactive and a wrongly cased license are told apart by no document;
    the newer one calls it an authorization failure, so all are 403.
    """
    number = call.query.license_number
    book = call.world.ledger.books.get(number)
    if book is None or not _sees(call.account, book.license):
        known = [license_.number for license_ in visible(call.world, call.account)]
        raise forbidden(
            f"License {echo(number)} is not among the active licenses of {call.account.credential_key}: "
            f"{some_of(known)}.{did_you_mean(number, known)}"
        )
    return call.ledger.books[number]
