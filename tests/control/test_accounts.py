"""People with keys of their own are issued, in any world; what a world tells of its journal is its own."""

from typing import Any

import pytest
from support.builders import SHOP
from support.worlds import Server, t3_of, trace_of

ACCOUNTS = "/_simulator/accounts"
LIST = f"/v2/sales/active?licenseNumber={SHOP}"
SALES = f"/ca/v1/sales?license_number={SHOP}"


def issue(server: Server, world: str = "main", **wanted: Any) -> dict[str, Any]:
    issued: dict[str, Any] = server.control(world, "accounts", wanted)
    return issued


def test_who_may_ask_is_listed(server: Server) -> None:
    listed = server.control("main", "accounts")["accounts"]

    assert [each["username"] for each in listed] == ["till", "other"]
    assert listed[0] == server.worlds.main.accounts.demo.as_json()


def test_an_issued_account_opens_every_door(server: Server) -> None:
    issued = issue(server, username="clerk")

    assert issued == {
        **issued,
        "name": "clerk",
        "hostname": "ca.metrc.com",
        "password": "simulated",
        "tier": "team",
    }
    assert issued["licenses"] == ["ELSEWHERE", "FARM", "SHOP", "SHOP-IL", "SHUT"]
    assert server.get(LIST, headers=t3_of(issued)).status_code == 200
    assert server.get(SALES, headers=trace_of(issued)).status_code == 200
    login = {part: issued[part] for part in ("hostname", "username", "password")}
    token = server.told("POST", "/v2/auth/credentials", json=login)["accessToken"]
    assert server.get(LIST, headers={"Authorization": f"Bearer {token}"}).status_code == 200
    by_key = {"apiKey": issued["t3_api_key"], "stateCode": "CA"}
    assert server.told("POST", "/v2/auth/apikey", json=by_key)["accessToken"]
    assert server.control("main", "accounts")["accounts"][-1] == issued


def test_an_issued_account_sees_its_licenses_and_no_others(server: Server) -> None:
    issued = issue(server, username="clerk", licenses=["SHOP-IL", "FARM"])

    assert issued["hostname"] == "il.metrc.com"
    seen = server.told("GET", "/v2/licenses", headers=t3_of(issued))
    assert [each["licenseNumber"] for each in seen] == ["SHOP-IL"]
    assert server.get(LIST, headers=t3_of(issued)).status_code == 403
    assert server.get(SALES, headers=trace_of(issued)).status_code == 403
    assert server.sell(headers=trace_of(issued)).status_code == 403


def test_what_is_said_of_an_account_is_so(server: Server) -> None:
    issued = issue(
        server,
        username="c",
        name="Cleo Clerk",
        hostname="or.metrc.com",
        password="secret",
        tier=None,
        licenses=[SHOP],
    )

    assert (issued["name"], issued["hostname"], issued["password"]) == (
        "Cleo Clerk",
        "or.metrc.com",
        "secret",
    )
    # Without T3+.
    assert server.get(LIST, headers=t3_of(issued)).status_code == 403
    assert server.get("/v2/auth/whoami", headers=t3_of(issued)).json()["hasT3plus"] is False
    assert issue(server, username="d", licenses=[])["licenses"] == []


def test_the_same_is_issued_in_the_same_world_again(server: Server) -> None:
    first = issue(server, username="clerk")
    server.control("main", "reset", {})
    assert issue(server, username="clerk") == first


def test_no_two_people_have_a_key_in_common(server: Server) -> None:
    people = [issue(server, username=f"clerk-{number}") for number in range(20)]
    people += server.control("main", "accounts")["accounts"][:2]

    for kind in ("t3_api_key", "secret_key", "trace_api_key", "trace_authorization"):
        keys = [each[kind] for each in people if each[kind]]
        assert len(keys) == len(set(keys)) >= 20


@pytest.mark.parametrize(
    ("wanted", "reason"),
    [
        ({"username": "till"}, "'ca.metrc.com__till' is till's"),
        ({"username": "clerk"}, "'ca.metrc.com__clerk' is clerk's"),
        ({"username": "x", "licenses": ["SHOPP"]}, "'SHOPP' does not exist. Did you mean 'SHOP'?"),
        ({"username": "x", "licenses": "SHOP"}, "licenses must be a list"),
        ({"username": "x y"}, "username must be of visible ASCII characters"),
        ({"username": "ä"}, "username must be of visible ASCII characters"),
        ({"username": ""}, "username must not be empty"),
        ({"username": "x" * 64}, "at most 63 characters"),
        ({"username": "x", "tier": "golden"}, "tier must be one of 'manual', 'basic', 'team'"),
        ({"username": "x", "password": ""}, "password must not be empty"),
        ({"username": "x", "user": "y"}, "Did you mean 'username'?"),
        ({}, "username is required"),
    ],
    ids=str,
)
def test_an_account_that_cannot_be_is_refused_and_nobody_is_there_more(
    server: Server, wanted: dict[str, Any], reason: str
) -> None:
    issue(server, username="clerk")

    assert reason in server.refused("POST", ACCOUNTS, json=wanted)
    assert [each["username"] for each in server.control("main", "accounts")["accounts"]] == [
        "till",
        "other",
        "clerk",
    ]


def test_the_same_name_at_another_host_is_somebody_else(server: Server) -> None:
    assert (
        issue(server, username="till", hostname="il.metrc.com")["secret_key"]
        != (issue(server, username="till", hostname="or.metrc.com")["secret_key"])
    )


def test_an_account_is_of_one_world(server: Server) -> None:
    server.create("other")
    issued = issue(server, "other", username="clerk")

    assert server.get(f"/worlds/other{LIST}", headers=t3_of(issued)).status_code == 200
    assert server.get(LIST, headers=t3_of(issued)).status_code == 401
    assert server.get(SALES, headers=trace_of(issued)).status_code == 401
    assert len(server.control("main", "accounts")["accounts"]) == 2


def test_keys_issued_in_a_world_with_keys_of_its_own_find_it(server: Server) -> None:
    server.create("own", own_credentials=True)
    server.sell("own")
    issued = issue(server, "own", username="clerk", licenses=[SHOP])

    assert server.told("GET", LIST, headers=t3_of(issued))["total"] == 1
    assert server.told("GET", SALES, headers=trace_of(issued))["results"]["records"]["total"] == 1
    by_key = {"apiKey": issued["t3_api_key"], "stateCode": "CA"}
    token = server.told("POST", "/v2/auth/apikey", json=by_key)["accessToken"]
    assert server.told("GET", LIST, headers={"Authorization": f"Bearer {token}"})["total"] == 1


def test_an_account_issued_in_a_world_with_keys_of_its_own_can_log_in_without_a_path(server: Server) -> None:
    server.create("own", own_credentials=True)
    server.sell("own")
    issued = issue(server, "own", username="clerk")
    login = {part: issued[part] for part in ("hostname", "username", "password")}

    token = server.told("POST", "/v2/auth/credentials", json=login)["accessToken"]

    assert login["username"] == "clerk.own"
    assert server.told("GET", LIST, headers={"Authorization": f"Bearer {token}"})["total"] == 1
