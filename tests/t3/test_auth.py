"""Who may ask through T3: logins, tokens that expire on the simulated clock, secret keys, T3+, licenses."""

from datetime import timedelta

import jwt
import pytest
from support.asgi import InProcess
from support.builders import NOW
from support.credentials import BASIC_LOGIN, LOGIN, RIVAL_LOGIN, T3

from simulator.world import World

LIST = "/v2/sales/active?licenseNumber=LIC-00001&pageSize=1"


def bearer(http: InProcess, login: dict[str, str]) -> dict[str, str]:
    answer = http.post("/v2/auth/credentials", json=login)
    assert answer.status_code == 200, answer.text
    return {"Authorization": f"Bearer {answer.json()['accessToken']}"}


def refused(http: InProcess, url: str, status: int, **options: object) -> str:
    answer = http.get(url, **options)
    assert answer.status_code == status, answer.text
    error = answer.json()["error"]
    assert set(error) == {"type", "message", "timestamp", "url", "status_code"}
    assert error["status_code"] == status
    assert error["timestamp"] == "2026-05-20T20:00:00.000Z" or error["timestamp"].endswith("Z")
    return str(error["message"])


def test_credentials_buy_a_token_that_opens_the_lists(http: InProcess) -> None:
    answer = http.get(LIST, headers=bearer(http, LOGIN))

    assert answer.status_code == 200
    assert answer.json()["total"] == 235


def test_a_token_carries_who_it_is_for_and_lives_24_hours(http: InProcess) -> None:
    token = bearer(http, LOGIN)["Authorization"].removeprefix("Bearer ")

    claims = jwt.decode(token, options={"verify_signature": False})

    assert claims["exp"] - claims["iat"] == 24 * 3600
    assert claims["iat"] == int(NOW.timestamp())
    assert claims["credentialKey"] == "ca.metrc.com__demo"


def test_a_token_expires_on_the_simulated_clock(world: World, http: InProcess) -> None:
    headers = bearer(http, LOGIN)
    world.clock.advance(timedelta(hours=24) - timedelta(seconds=1))
    assert http.get(LIST, headers=headers).status_code == 200

    world.clock.advance(timedelta(seconds=1))

    message = refused(http, LIST, 401, headers=headers)
    assert "expired at 2026-05-21T20:00:00Z" in message
    assert http.get(LIST, headers=bearer(http, LOGIN)).status_code == 200


def test_a_secret_key_works_as_query_and_as_header_and_does_not_expire(world: World, http: InProcess) -> None:
    world.clock.advance(timedelta(days=400))
    key = T3["X-T3-API-Key"]

    assert http.get(LIST, headers=T3).status_code == 200
    assert http.get(f"{LIST}&secretKey={key}").status_code == 200
    assert refused(http, f"{LIST}&secretKey=nope", 401).startswith(
        "401 Unauthorized: The secret key is not known"
    )


def test_a_new_secret_key_ends_the_older_ones(http: InProcess) -> None:
    first = http.post("/v2/auth/secretkey", json=LOGIN).json()["secretKey"]
    assert refused(http, LIST, 401, headers=T3)
    assert http.get(f"{LIST}&secretKey={first}").status_code == 200

    second = http.post("/v2/auth/secretkey", json={**LOGIN, "otpSeed": "J3G5KD9W8ZT2LV6X"}).json()[
        "secretKey"
    ]

    assert second != first
    assert refused(http, f"{LIST}&secretKey={first}", 401)
    assert http.get(f"{LIST}&secretKey={second}").status_code == 200


def test_an_api_key_buys_a_token_in_its_own_state_only(http: InProcess) -> None:
    key = "e829nde3l87ks9d832gfdavhg450d9mw"
    token = http.post("/v2/auth/apikey", json={"apiKey": key, "stateCode": "CA"}).json()["accessToken"]
    headers = {"Authorization": f"Bearer {token}"}

    assert http.get("/v2/auth/whoami", headers=headers).json()["authMode"] == "API_KEY"
    assert http.post("/v2/auth/apikey", json={"apiKey": key, "stateCode": "IL"}).status_code == 401
    assert http.post("/v2/auth/apikey", json={"apiKey": "x", "stateCode": "CA"}).status_code == 401


def test_whoami_shows_the_six_documented_fields(http: InProcess) -> None:
    assert http.get("/v2/auth/whoami", headers=bearer(http, LOGIN)).json() == {
        "authMode": "CREDENTIALS",
        "credentialKey": "ca.metrc.com__demo",
        "hasT3plus": True,
        "t3plusSubscriptionTier": "team",
        "username": "demo",
        "hostname": "ca.metrc.com",
    }
    assert http.get("/v2/auth/whoami", headers=T3).json()["authMode"] == "SECRET_KEY"
    basic = http.get("/v2/auth/whoami", headers=bearer(http, BASIC_LOGIN)).json()
    assert (basic["hasT3plus"], basic["t3plusSubscriptionTier"]) == (False, None)


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        ({}, "No credentials"),
        ({"Authorization": "Basic abc"}, "must read 'Bearer <accessToken>'"),
        ({"Authorization": "Bearer "}, "must read 'Bearer <accessToken>'"),
        ({"Authorization": "Bearer TOK.EN.VALUE"}, "not one this simulator issued"),
        ({"Authorization": "Bearer nonsense"}, "not one this simulator issued"),
        ({"X-T3-API-Key": "00000000"}, "secret key is not known"),
    ],
)
def test_bad_credentials_are_401_with_the_reason(
    http: InProcess, headers: dict[str, str], reason: str
) -> None:
    assert reason in refused(http, LIST, 401, headers=headers)


def test_a_token_signed_by_somebody_else_is_refused(http: InProcess) -> None:
    forged = jwt.encode({"sub": "ca.metrc.com__demo", "exp": 9999999999}, "x" * 32, "HS256")

    assert "not one this simulator issued" in refused(
        http, LIST, 401, headers={"Authorization": f"Bearer {forged}"}
    )


@pytest.mark.parametrize(
    "login",
    [
        {**LOGIN, "password": "wrong"},
        {**LOGIN, "username": "nobody"},
        {**LOGIN, "hostname": "or.metrc.com"},
    ],
)
def test_a_wrong_login_is_401(http: InProcess, login: dict[str, str]) -> None:
    answer = http.post("/v2/auth/credentials", json=login)

    assert answer.status_code == 401
    assert "No such login" in answer.json()["error"]["message"]
    known_host = login["hostname"] == LOGIN["hostname"]
    assert ("the user name or the password is wrong" in answer.text) is known_host
    assert ("this world has logins at" in answer.text) is not known_host


@pytest.mark.parametrize(
    ("login", "reason"),
    [
        ({**LOGIN, "hostname": "metrc.example"}, "hostname"),
        ({"username": "demo", "password": "demo"}, "'hostname' is a required property"),
        ({**LOGIN, "otp": "12"}, "otp"),
        ([], ""),
    ],
)
def test_a_misshapen_login_is_400_in_the_documented_words(
    http: InProcess, login: object, reason: str
) -> None:
    answer = http.post("/v2/auth/credentials", json=login)

    assert answer.status_code == 400
    assert answer.json()["error"]["message"].startswith("400 Bad Request: Invalid request body: ")
    assert reason in answer.json()["error"]["message"]


def test_without_t3plus_only_the_free_endpoints_open(http: InProcess) -> None:
    headers = bearer(http, BASIC_LOGIN)

    assert "needs a T3+ subscription" in refused(http, LIST, 403, headers=headers)
    for path in (
        "/v2/auth/whoami",
        "/v2/states",
        "/v2/licenses",
        "/v2/permissions/views?licenseNumber=LIC-00001",
    ):
        assert http.get(path, headers=headers).status_code == 200


def test_a_login_sees_the_active_licenses_of_its_own_host(http: InProcess) -> None:
    def numbers(login: dict[str, str]) -> list[str]:
        return [
            each["licenseNumber"] for each in http.get("/v2/licenses", headers=bearer(http, login)).json()
        ]

    assert numbers(LOGIN) == ["LIC-00001", "XXXRETAIL01", "ABC-1234", "CULTIVATE01"]
    assert numbers({**LOGIN, "hostname": "il.metrc.com"}) == ["IL-SHOP-01"]
    assert numbers(RIVAL_LOGIN) == ["RIVAL-0001"]


@pytest.mark.parametrize("number", ["RIVAL-0001", "NOWHERE", "lic-00001", "CLOSED-0001", "IL-SHOP-01"])
def test_a_license_that_is_not_an_active_one_of_the_login_is_403(t3: InProcess, number: str) -> None:
    message = refused(t3, f"/v2/sales/active?licenseNumber={number}", 403)

    assert message.startswith(f"403 Forbidden: License '{number}' is not among the active licenses of")


def test_states_are_those_that_run_metrc(t3: InProcess) -> None:
    rows = {row["abbreviation"]: row for row in t3.get("/v2/states").json()}

    assert rows["MO"] == {"abbreviation": "MO", "name": "Missouri", "hostname": "mo.metrc.com"}
    assert {"DE", "WA"}.isdisjoint(rows)
    assert len(rows) == 23


def test_permissions_are_listed_by_view(t3: InProcess) -> None:
    assert t3.get("/v2/permissions/views?licenseNumber=LIC-00001").json() == ["packages", "sales"]
    assert t3.get("/v2/permissions/views?licenseNumber=CULTIVATE01").json() == ["packages"]
    assert "Void Sales" in t3.get("/v2/permissions?licenseNumber=LIC-00001&view=sales").json()
    assert "Did you mean 'sales'?" in refused(t3, "/v2/permissions?licenseNumber=LIC-00001&view=sale", 400)
    assert "'view' is required" in refused(t3, "/v2/permissions?licenseNumber=LIC-00001", 400)
