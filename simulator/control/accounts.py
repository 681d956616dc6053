"""Who may ask: the people of a world, and new ones with keys of their own."""

from typing import Any, Literal

from pydantic import Field
from starlette.responses import JSONResponse, Response

from simulator.accounts import Account
from simulator.control.operation import ControlCall
from simulator.control.shapes import Body, Shape
from simulator.wire.errors import PRINTABLE, VISIBLE, bad_request
from simulator.wording import did_you_mean, echo, some_of

Tier = Literal["manual", "basic", "team", "enterprise", "unlimited"]


MOST_ACCOUNTS, MOST_LETTERS = 1000, 200
HOSTNAME = r"^([a-zA-Z0-9-]+\.)*metrc\.com$"


class NewAccount(Body):
    """`licenses` absent means all of the world. Keys that are not given are issued."""

    username: str = Field(min_length=1, max_length=63, pattern=VISIBLE)
    name: str | None = Field(None, min_length=1, max_length=MOST_LETTERS, pattern=PRINTABLE)
    licenses: tuple[str, ...] | None = None
    hostname: str | None = Field(
        None,
        max_length=MOST_LETTERS,
        pattern=HOSTNAME,
        description="The Metrc host; that of the first license when absent.",
    )
    password: str = Field("simulated", min_length=1, max_length=MOST_LETTERS)
    tier: Tier | None = Field("team", description="The T3+ subscription; null for none.")


class AccountsAnswer(Shape):
    accounts: list[dict[str, Any]]


def list_accounts(call: ControlCall[None, None]) -> Response:
    return JSONResponse({"accounts": [account.as_json() for account in call.world.accounts.everyone]})


def issue(call: ControlCall[None, NewAccount]) -> Response:
    world, wanted = call.world, call.body
    books = world.ledger.books
    numbers = tuple(books) if wanted.licenses is None else wanted.licenses
    for number in numbers:
        if number not in books:
            raise bad_request(
                f"licenses: {echo(number)} does not exist.{did_you_mean(number, books)} Licenses: {some_of(books)}"
            )
    accounts = world.accounts
    if len(accounts.everyone) >= MOST_ACCOUNTS:
        raise bad_request(f"There are {MOST_ACCOUNTS} accounts already, which is the most; reset the world")
    # By the end of its name a login tells its world, where that has keys of its own.
    username = wanted.username if accounts.mark is None else f"{wanted.username}.{world.name}"
    host = wanted.hostname or next((books[number].license.state.host for number in numbers), None)
    purpose = f"{host}/{username}"
    try:
        account = Account(
            username=username,
            name=wanted.name or username,
            licenses=frozenset(numbers),
            hostname=host,
            password=wanted.password,
            tier=wanted.tier,
            t3_api_key=accounts.key(f"{purpose}/t3_api_key"),
            trace_api_key=accounts.key(f"{purpose}/trace_api_key"),
            user_key=accounts.key(f"{purpose}/user_key"),
        )
        accounts.add(account)
    except ValueError as error:
        raise bad_request(str(error)) from None
    accounts.new_secret_key(account)
    return JSONResponse(account.as_json())
