"""POST /v2/auth/...: trading credentials for a token or for a secret key."""

from simulator.accounts import Account
from simulator.ledger.states import STATES
from simulator.t3.auth import issue_token
from simulator.t3.errors import unauthorized
from simulator.t3.schemas import ApiKey, Credentials, SecretKeyRequest
from simulator.wire.answer import Answer, json_answer
from simulator.wire.errors import bad_request
from simulator.wire.operation import Call

# GAP(one-time-passwords): required for Michigan; any six digits are taken.
OTP_HOST = "mi.metrc.com"


def with_credentials(call: Call[None, Credentials]) -> Answer:
    account = _login(call, call.body)
    if account.hostname == OTP_HOST and call.body.otp is None:
        raise bad_request(f"Invalid request body: 'otp' is a required property for {OTP_HOST}")
    return _token(call, account, "CREDENTIALS")


def with_api_key(call: Call[None, ApiKey]) -> Answer:
    account = call.world.accounts.by_t3_api_key(call.body.api_key)
    state = STATES.get(call.body.state_code.lower())
    if account is None or state is None or state.host != account.hostname:
        raise unauthorized("The apiKey is not known for this stateCode")
    # GAP(auth-mode-names): only the mode CREDENTIALS is documented.
    return _token(call, account, "API_KEY")


def new_secret_key(call: Call[None, SecretKeyRequest]) -> Answer:
    return json_answer({"secretKey": call.world.accounts.new_secret_key(_login(call, call.body))})


def _login(
    call: Call[None, Credentials] | Call[None, SecretKeyRequest], body: Credentials | SecretKeyRequest
) -> Account:
    account = call.world.accounts.by_login(body.hostname, body.username, body.password)
    if account is None:
        hosts = ", ".join(sorted(call.world.accounts.hosts()))
        if body.hostname in call.world.accounts.hosts():
            raise unauthorized(f"No such login at {body.hostname}: the user name or the password is wrong")
        raise unauthorized(f"No such login at {body.hostname}; this world has logins at {hosts}")
    return account


def _token(call: Call[None, Credentials] | Call[None, ApiKey], account: Account, auth_mode: str) -> Answer:
    return json_answer({"accessToken": issue_token(call.world, account, auth_mode, call.now)})
