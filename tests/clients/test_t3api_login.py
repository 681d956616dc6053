"""t3api 0.6.0 logging in: the three ways to trade credentials, and who one then is."""

from datetime import UTC, datetime, timedelta

import jwt
import pytest
import t3api
from support.live import Live
from support.t3_client import access_token, logged_in, t3_client
from t3api.exceptions import UnauthorizedException
from t3api.models.v2_auth_whoami_get200_response import V2AuthWhoamiGet200Response

RIVAL = {"username": "rival", "password": "rival"}


def whoami(client: t3api.ApiClient) -> V2AuthWhoamiGet200Response:
    answer = t3api.AuthenticationApi(client).v2_auth_whoami_get()
    assert isinstance(answer, V2AuthWhoamiGet200Response)
    return answer


# --- credentials ----------------------------------------------------------------------------------------------------


def test_credentials_are_traded_for_a_token_that_tells_who_one_is(live: Live) -> None:
    with logged_in(live) as client:
        who = whoami(client)

    assert who.auth_mode == "CREDENTIALS"
    assert who.credential_key == "ca.metrc.com__demo"
    assert (who.hostname, who.username) == ("ca.metrc.com", "demo")
    assert (who.has_t3plus, who.t3plus_subscription_tier) == (True, "team")


def test_a_login_without_t3_plus_has_no_tier(live: Live) -> None:
    with logged_in(live, username="basic", password="basic") as client:
        who = whoami(client)

    assert (who.has_t3plus, who.t3plus_subscription_tier) == (False, None)


def test_a_token_can_be_decoded_and_lasts_a_day(live: Live) -> None:
    claims = jwt.decode(access_token(live), options={"verify_signature": False})

    issued, expires = (datetime.fromtimestamp(claims[name], UTC) for name in ("iat", "exp"))
    assert expires - issued == timedelta(hours=24)
    assert abs(datetime.now(UTC) - issued) < timedelta(minutes=1)


def test_a_one_time_password_is_taken_where_none_is_needed(live: Live) -> None:
    assert access_token(live, otp="123456")


@pytest.mark.parametrize(
    "wrong", [{"password": "wrong"}, {"username": "nobody"}, {"hostname": "or.metrc.com"}], ids=str
)
def test_wrong_credentials_are_unauthorized(live: Live, wrong: dict[str, str]) -> None:
    with pytest.raises(UnauthorizedException, match="No such login"):
        access_token(live, **wrong)


def test_two_tokens_of_one_login_are_both_good(live: Live) -> None:
    with logged_in(live) as first, logged_in(live) as second:
        assert whoami(first) == whoami(second)


# --- API key --------------------------------------------------------------------------------------------------------


def with_api_key(live: Live, api_key: str, state_code: str) -> str:
    with t3_client(live.url) as client:
        request = t3api.V2AuthApikeyPostRequest.model_validate({"apiKey": api_key, "stateCode": state_code})
        token = t3api.AuthenticationApi(client).v2_auth_apikey_post(request).access_token
    assert isinstance(token, str)
    return token


def test_an_api_key_is_traded_for_a_token_of_the_same_person(live: Live) -> None:
    with t3_client(live.url, with_api_key(live, live.api_key, "CA")) as client:
        who = whoami(client)
        total = t3api.SalesReceiptsApi(client).v2_sales_active_get("LIC-00001", page_size=1).total

    assert who.credential_key == "ca.metrc.com__demo"
    assert total == 235


@pytest.mark.parametrize("state_code", ["IL", "ZZ"])
def test_an_api_key_is_good_for_its_own_state_only(live: Live, state_code: str) -> None:
    with pytest.raises(UnauthorizedException):
        with_api_key(live, live.api_key, state_code)


def test_an_unknown_api_key_is_unauthorized(live: Live) -> None:
    with pytest.raises(UnauthorizedException):
        with_api_key(live, "00000000000000000000000000000000", "CA")


# --- secret key -----------------------------------------------------------------------------------------------------


def new_secret_key(server: Live, **login: str) -> str:
    with t3_client(server.url) as client:
        request = t3api.V2AuthSecretkeyPostRequest.model_validate({**server.login, **login})
        key = t3api.AuthenticationApi(client).v2_auth_secretkey_post(request).secret_key
    assert isinstance(key, str)
    return key


def receipts_seen_with(server: Live, secret_key: str, number: str) -> int:
    with t3_client(server.url) as client:
        report = t3api.SalesReceiptsApi(client).v2_sales_active_report_get(number, secret_key=secret_key)
    return len(report.data or [])


def test_a_new_secret_key_works_and_ends_the_one_before_it(live: Live) -> None:
    first = new_secret_key(live, **RIVAL)
    assert receipts_seen_with(live, first, "RIVAL-0001") == 6

    second = new_secret_key(live, **RIVAL)

    assert receipts_seen_with(live, second, "RIVAL-0001") == 6
    with pytest.raises(UnauthorizedException, match="secret key"):
        receipts_seen_with(live, first, "RIVAL-0001")


def test_a_new_secret_key_ends_the_documented_one_on_its_server_only(own: Live, live: Live) -> None:
    key = new_secret_key(own, otpSeed="J3G5KD9W8ZT2LV6X")

    assert receipts_seen_with(own, key, "LIC-00001") == 235
    with pytest.raises(UnauthorizedException, match="secret key"):
        receipts_seen_with(own, own.secret_key, "LIC-00001")
    assert receipts_seen_with(live, live.secret_key, "LIC-00001") == 235


def test_a_new_secret_key_leaves_tokens_and_other_peoples_keys_alone(live: Live) -> None:
    with logged_in(live, **RIVAL) as rival:
        new_secret_key(live, **RIVAL)

        assert receipts_seen_with(live, live.secret_key, "LIC-00001") == 235
        assert whoami(rival).username == "rival"


def test_no_secret_key_is_made_for_wrong_credentials(live: Live) -> None:
    with pytest.raises(UnauthorizedException):
        new_secret_key(live, password="wrong")


def test_a_host_that_is_not_metrcs_is_refused_by_the_server_as_by_the_client(live: Live) -> None:
    login = {**live.login, "hostname": "example.com"}

    with pytest.raises(ValueError, match="hostname"):
        t3api.V2AuthCredentialsPostRequest.model_validate(login)
    with live.http() as http:
        answer = http.post("/v2/auth/credentials", json=login)
    assert answer.status_code == 400
    assert "hostname" in answer.json()["error"]["message"]
