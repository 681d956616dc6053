"""Who asks through Trace: the `x-api-key` of an application and the `KMP-JSON` token of a person, both required."""

from datetime import datetime
from http import HTTPStatus
from typing import Any

from simulator.accounts import Account
from simulator.ledger.errors import Code, Rejected
from simulator.ledger.rules.context import license_violations
from simulator.ledger.state import Book
from simulator.ledger.states import TRACE_STATES
from simulator.trace.errors import unauthorized
from simulator.wire.errors import WireError
from simulator.wire.operation import Call, Operation
from simulator.wire.query import Pairs
from simulator.wire.request import Request
from simulator.wording import did_you_mean, echo, listed
from simulator.world import World

SCHEME = "KMP-JSON"
TOKEN = "token="  # noqa: S105 - the word before a token


def authenticate(
    world: World, _operation: Operation, request: Request, _pairs: Pairs, _now: datetime
) -> Account:
    """The account both headers belong to; then the path's state (GAP(unknown-state): 400 outside the list)."""
    account = _account(world, request)
    state = request.path_params["state"]
    if state not in TRACE_STATES:
        hint = did_you_mean(state, TRACE_STATES)
        raise WireError(
            HTTPStatus.BAD_REQUEST, f"State {echo(state)} is not one of {listed(TRACE_STATES)}.{hint}"
        )
    return account


def _account(world: World, request: Request) -> Account:
    """GAP(trace-auth-refusals): statuses and bodies of failed authentication are undocumented; 401 for all."""
    api_key = request.header(b"x-api-key")
    authorization = request.header(b"authorization")
    if not api_key:
        raise unauthorized("The x-api-key header is missing")
    if not authorization:
        raise unauthorized(f"The Authorization header is missing; send '{SCHEME} {TOKEN}<token>'")
    scheme, _, rest = authorization.strip().partition(" ")
    token = rest.strip().removeprefix(TOKEN)
    if scheme != SCHEME or token == rest.strip() or not token:
        raise unauthorized(f"The Authorization header must read '{SCHEME} {TOKEN}<token>'")
    account = world.accounts.by_trace_credentials(api_key, token)
    if account is None:
        if not world.accounts.knows_trace_api_key(api_key):
            raise unauthorized("The x-api-key is not known")
        raise unauthorized(
            "The token does not belong to this x-api-key. It is Base64 of a JSON object with the keys "
            '"vendor-key" and "api-key", the latter being the user key of an account of this world'
        )
    return account


def state_of(call: Call[Any, Any]) -> str:
    state: str = call.request.path_params["state"]
    return state


def licensed(call: Call[Any, Any]) -> Book:
    """The book of a read's license. GAP(inactive-license-reads): an inactive license may still be read."""
    number = call.query.license_number
    found = [
        violation
        for violation in license_violations(
            call.ledger, call.account.actor, number, state_of(call), "license_number"
        )
        if violation.code is not Code.LICENSE_INACTIVE
    ]
    if found:
        raise Rejected(found)
    return call.ledger.books[number]
