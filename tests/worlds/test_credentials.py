"""A world with keys of its own is found by them alone, wherever a client can put one; no key opens another world."""

import asyncio
import base64
import json
from collections.abc import Iterator
from typing import Any

import jwt
import pytest
from starlette.types import Message
from support.asgi import BASE_URL
from support.builders import NOW, SHOP, a_world
from support.worlds import JSON, Server, path_of, t3_of, trace_of

from simulator.accounts import MARK, Accounts
from simulator.worlds import WorldRefused, Worlds

LIST = f"/v2/sales/active?licenseNumber={SHOP}&pageSize=1"
SALES = f"/ca/v1/sales?license_number={SHOP}"
WHOAMI = "/v2/auth/whoami"
HEALTH = "/_simulator/health"
MAIN_T3 = t3_of(a_world().accounts.demo)
MAIN_TRACE = trace_of(a_world().accounts.demo)


class Keyed(Server):
    """Worlds `a` and `b` with keys of their own, `c` without; `a` has sold one, `b` two, `c` three, main four."""

    def __init__(self) -> None:
        super().__init__()
        self.demo: dict[str, JSON] = {}
        for count, name in enumerate("abc", 1):
            self.demo[name] = self.create(name, own_credentials=name != "c")["accounts"][0]
            for _ in range(count):
                self.sell(name)
        for _ in range(4):
            self.sell()

    def login(self, name: str) -> dict[str, str]:
        return {part: self.demo[name][part] for part in ("hostname", "username", "password")}

    def token(self, login: dict[str, str], path: str = "") -> dict[str, str]:
        """As a header."""
        told = self.told("POST", f"{path}/v2/auth/credentials", json=login)
        return {"Authorization": f"Bearer {told['accessToken']}"}

    def t3_total(self, headers: dict[str, str], query: str = "", path: str = "") -> int:
        """How many receipts are there for whoever asks so."""
        total: int = self.told("GET", f"{path}{LIST}{query}", headers=headers)["total"]
        return total

    def status(self, url: str, headers: dict[str, str]) -> int:
        return self.get(url, headers=headers).status_code


@pytest.fixture
def keyed() -> Iterator[Keyed]:
    with Keyed() as server:
        yield server


MAIN_LOGIN = {"hostname": "ca.metrc.com", "username": "till", "password": "till"}


# --- found by each of its credentials -------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "count"), [("a", 1), ("b", 2)])
def test_a_secret_key_finds_its_world_in_the_header_and_in_the_query(
    keyed: Keyed, name: str, count: int
) -> None:
    key = keyed.demo[name]["secret_key"]

    assert keyed.t3_total({"X-T3-API-Key": key}) == count
    assert keyed.t3_total({"x-t3-api-key": key}) == count
    assert keyed.t3_total({}, f"&secretKey={key}") == count


@pytest.mark.parametrize(("name", "count"), [("a", 1), ("b", 2)])
def test_a_login_and_its_token_find_their_world(keyed: Keyed, name: str, count: int) -> None:
    headers = keyed.token(keyed.login(name))

    assert keyed.t3_total(headers) == count
    assert keyed.told("GET", WHOAMI, headers=headers)["username"] == f"till.{name}"
    assert keyed.t3_total({"authorization": headers["Authorization"].replace("Bearer", "bEARER")}) == count


@pytest.mark.parametrize(("name", "count"), [("a", 1), ("b", 2)])
def test_a_token_that_was_had_by_path_finds_its_world_too(keyed: Keyed, name: str, count: int) -> None:
    assert keyed.t3_total(keyed.token(keyed.login(name), f"/worlds/{name}")) == count


def test_an_api_key_in_a_login_finds_its_world(keyed: Keyed) -> None:
    keyed.create("shop", recipe="corner_shop", now="2026-05-20T20:00:00Z", own_credentials=True)
    account = keyed.info("shop")["accounts"][0]
    body = {"apiKey": account["t3_api_key"], "stateCode": "CA"}

    token = keyed.told("POST", "/v2/auth/apikey", json=body)["accessToken"]

    headers = {"Authorization": f"Bearer {token}"}
    assert keyed.told("GET", WHOAMI, headers=headers)["username"] == "demo.shop"
    assert keyed.post("/v2/auth/apikey", json={**body, "stateCode": "IL"}).status_code == 401
    assert (
        keyed.post("/v2/auth/apikey", json={**body, "apiKey": "e829nde3l87ks9d832gfdavhg450d9mw"}).status_code
        == 401
    )


def test_a_login_for_a_secret_key_finds_its_world_and_so_does_the_new_key(keyed: Keyed) -> None:
    before = keyed.demo["a"]["secret_key"]
    new = keyed.told("POST", "/v2/auth/secretkey", json=keyed.login("a"))["secretKey"]

    assert new != before
    assert new[:MARK] == before[:MARK]
    assert keyed.t3_total({"X-T3-API-Key": new}) == 1
    assert keyed.status(LIST, {"X-T3-API-Key": before}) == 401


@pytest.mark.parametrize(("name", "count"), [("a", 1), ("b", 2)])
def test_the_headers_of_trace_find_their_world(keyed: Keyed, name: str, count: int) -> None:
    page = keyed.told("GET", f"{SALES}&limit=1", headers=trace_of(keyed.demo[name]))

    assert page["results"]["records"]["total"] == count
    # There is no path to keep, and the keys find the next page.
    if count > 1:
        assert page["results"]["records"]["next"].startswith(f"{BASE_URL}/ca/v1/sales?")


def test_what_is_written_by_keys_is_written_in_their_world(keyed: Keyed) -> None:
    sold = keyed.sell("main", headers=trace_of(keyed.demo["a"]))

    assert sold.status_code == 200
    assert [keyed.sold(name) for name in ("a", "b", "c", "main")] == [2, 2, 3, 4]
    receipt = keyed.worlds["a"].ledger.books[SHOP].active[-1].id
    void = f"/v2/sales/void?licenseNumber={SHOP}&submit=true"
    keyed.told("POST", void, json={"id": receipt}, headers=t3_of(keyed.demo["a"]))
    assert [keyed.sold(name) for name in ("a", "b", "c", "main")] == [1, 2, 3, 4]


def test_the_control_plane_is_found_by_keys_too(keyed: Keyed) -> None:
    token = keyed.token(keyed.login("b"))

    for headers, world in (
        (t3_of(keyed.demo["a"]), "a"),
        (trace_of(keyed.demo["a"]), "a"),
        (token, "b"),
        (MAIN_T3, "main"),
        (MAIN_TRACE, "main"),
        ({}, "main"),
    ):
        assert keyed.told("GET", HEALTH, headers=headers)["world"] == world


def test_the_path_is_stronger_than_any_key(keyed: Keyed) -> None:
    for headers in (t3_of(keyed.demo["a"]), trace_of(keyed.demo["a"]), keyed.token(keyed.login("a"))):
        assert keyed.told("GET", f"/worlds/b{HEALTH}", headers=headers)["world"] == "b"
        assert keyed.told("GET", f"/worlds/main{HEALTH}", headers=headers)["world"] == "main"


# --- and no other ---------------------------------------------------------------------------------------------------


def test_keys_of_a_world_open_no_other_by_its_path(keyed: Keyed) -> None:
    """Nor main's keys those worlds that have their own."""
    keys = {name: (t3_of(demo), trace_of(demo)) for name, demo in keyed.demo.items()}
    keys["main"] = (MAIN_T3, MAIN_TRACE)
    tokens = {name: keyed.token(keyed.login(name), path_of(name)) for name in "abc"}
    tokens["main"] = keyed.token(MAIN_LOGIN)
    shared = {"c", "main"}
    for owner, (t3, trace) in keys.items():
        for world in ("a", "b", "c", "main"):
            opens = owner == world or {owner, world} == shared
            path = f"/worlds/{world}"
            expected = 200 if opens else 401
            assert keyed.status(path + LIST, t3) == expected, (owner, world)
            assert keyed.status(f"{path}{LIST}&secretKey={t3['X-T3-API-Key']}", {}) == expected, (
                owner,
                world,
            )
            assert keyed.status(path + LIST, tokens[owner]) == expected, (owner, world)
            assert keyed.status(path + SALES, trace) == expected, (owner, world)
            login = MAIN_LOGIN if owner == "main" else keyed.login(owner)
            for what in ("credentials", "secretkey")[: 1 if opens else 2]:
                answer = keyed.post(f"{path}/v2/auth/{what}", json=login)
                assert answer.status_code == expected, (owner, world)


def test_every_key_of_a_world_of_its_own_is_its_own(keyed: Keyed) -> None:
    keyed.create("shop", recipe="corner_shop", now="2026-05-20T20:00:00Z", own_credentials=True)
    keyed.create("mall", recipe="corner_shop", now="2026-05-20T20:00:00Z", own_credentials=True)
    keyed.create("same", recipe="corner_shop", now="2026-05-20T20:00:00Z")
    kinds = ("t3_api_key", "secret_key", "trace_api_key", "trace_authorization", "username")

    def keys(name: str) -> set[str]:
        return {each[kind] for each in keyed.info(name)["accounts"] for kind in kinds if each[kind]}

    worlds = [keys(name) for name in ("main", "a", "b", "shop", "mall", "same")]
    assert sum(map(len, worlds)) == len(set.union(*worlds))
    for account in keyed.info("shop")["accounts"]:
        original = next(
            each
            for each in keyed.info("same")["accounts"]
            if (f"{each['username']}.shop", each["hostname"]) == (account["username"], account["hostname"])
        )
        # The same doors stay shut, and the same licenses stay out of sight.
        for kind in ("name", "licenses", "hostname", "password", "tier"):
            assert account[kind] == original[kind]
        for kind in kinds:
            assert (account[kind] is None) is (original[kind] is None), kind


def test_the_same_name_gives_the_same_keys(keyed: Keyed) -> None:
    with Keyed() as other:
        assert other.demo == keyed.demo
    keyed.drop("a")
    assert keyed.create("a", own_credentials=True)["accounts"][0] == keyed.demo["a"]


def test_the_signing_key_of_a_world_is_its_own(keyed: Keyed) -> None:
    signing = {name: keyed.worlds[name].accounts.signing_key for name in ("main", "a", "b", "c")}

    assert len({*signing.values()}) == 3
    forged = jwt.encode(
        {"sub": "ca.metrc.com__till.a", "exp": 9999999999, "world": "a", "authMode": "CREDENTIALS"},
        signing["b"],
        "HS256",
    )
    assert keyed.status(LIST, {"Authorization": f"Bearer {forged}"}) == 401


def test_mains_own_keys_still_go_to_main(keyed: Keyed) -> None:
    assert keyed.t3_total(MAIN_T3) == 4
    assert keyed.t3_total({}, f"&secretKey={MAIN_T3['X-T3-API-Key']}") == 4
    assert keyed.t3_total(keyed.token(MAIN_LOGIN)) == 4
    assert keyed.told("GET", SALES, headers=MAIN_TRACE)["results"]["records"]["total"] == 4
    new = keyed.told("POST", "/v2/auth/secretkey", json=MAIN_LOGIN)["secretKey"]
    assert keyed.t3_total({"X-T3-API-Key": new}) == 4


def test_keys_of_a_world_without_its_own_go_to_main(keyed: Keyed) -> None:
    assert keyed.t3_total(t3_of(keyed.demo["c"])) == 4
    assert keyed.t3_total(t3_of(keyed.demo["c"]), path="/worlds/c") == 3
    token = keyed.token(keyed.login("c"), "/worlds/c")
    assert "world" not in jwt.decode(token["Authorization"][7:], options={"verify_signature": False})


@pytest.mark.parametrize(
    ("t3", "expected"),
    [
        # T3 takes a token before a key, and a header before the query.
        (("token main", "header a"), 4),
        (("token a", "header main"), 1),
        (("token a", "header b", "query main"), 1),
        (("header a", "query b"), 1),
        (("header main", "query b"), 4),
        (("header b", "x-api-key a"), 2),
        (("x-api-key a", "header main"), 4),
        (("x-api-key a", "token b"), 2),
        (("x-api-key a", "query b"), 2),
    ],
)
def test_of_several_credentials_the_one_counts_that_t3_looks_at(
    keyed: Keyed, t3: tuple[str, ...], expected: int
) -> None:
    headers, query = {}, ""
    for each in t3:
        kind, name = each.split()
        demo = keyed.info(name)["accounts"][0]
        if kind == "token":
            headers |= keyed.token(MAIN_LOGIN if name == "main" else keyed.login(name))
        elif kind == "header":
            headers |= t3_of(demo)
        elif kind == "query":
            query = f"&secretKey={demo['secret_key']}"
        else:
            headers["x-api-key"] = demo["trace_api_key"]

    assert keyed.t3_total(headers, query) == expected


def test_of_several_credentials_the_one_counts_that_trace_looks_at(keyed: Keyed) -> None:
    a, b = trace_of(keyed.demo["a"]), trace_of(keyed.demo["b"])

    for headers, total in (
        ({**a, **t3_of(keyed.demo["b"])}, 1),
        ({**MAIN_TRACE, **t3_of(keyed.demo["b"])}, 4),
    ):
        assert keyed.told("GET", SALES, headers=headers)["results"]["records"]["total"] == total
    for mixed in ({**a, "Authorization": b["Authorization"]}, {**MAIN_TRACE, "x-api-key": a["x-api-key"]}):
        assert keyed.status(SALES, mixed) == 401


def test_a_login_with_a_key_in_its_header_goes_by_the_key(keyed: Keyed) -> None:
    answer = keyed.post("/v2/auth/credentials", json=keyed.login("a"), headers=t3_of(keyed.demo["b"]))

    assert answer.status_code == 401


# --- what is no key of any world ------------------------------------------------------------------------------------


def claiming(world: Any) -> str:
    part = base64.urlsafe_b64encode(json.dumps({"world": world}).encode()).decode().rstrip("=")
    return f"Bearer x.{part}.x"


@pytest.mark.parametrize(
    "headers",
    [
        {"X-T3-API-Key": ""},
        {"X-T3-API-Key": "x"},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer  "},
        {"Authorization": "Bearer x.y"},
        {"Authorization": "Bearer x.!!.z"},
        {"Authorization": "Bearer x." + base64.urlsafe_b64encode(b"[1]").decode() + ".z"},
        {"Authorization": "Bearer x." + base64.urlsafe_b64encode(b"\xff\xfe").decode() + ".z"},
        {"Authorization": "Bearer x." + base64.urlsafe_b64encode(b"[" * 100_000).decode() + ".z"},
        {"Authorization": b"Bearer \xff.\xff.\xff"},
        {"Authorization": claiming("nowhere")},
        {"Authorization": claiming("main")},
        {"Authorization": claiming("c")},
        {"Authorization": claiming("a")},
        {"Authorization": claiming(5)},
        {"Authorization": claiming({"a": []})},
        {"Authorization": claiming(None)},
        {"x-api-key": "\u00ff"},
        {"x-api-key": ""},
    ],
    ids=lambda headers: str(headers)[:60],
)
def test_credentials_that_are_nobodys_are_401(keyed: Keyed, headers: dict[str, Any]) -> None:
    headers = {
        name: value.encode("latin-1") if isinstance(value, str) else value for name, value in headers.items()
    }

    assert keyed.get(WHOAMI, headers=headers).status_code == 401
    assert keyed.get(SALES, headers=headers).status_code == 401
    assert keyed.get(HEALTH, headers=headers).status_code == 200
    # A world without keys of its own is asked by its path only.
    assert keyed.info("c")["journal"]["total"] == 3


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"\xff", 400),
        (b"[" * 100_000, 400),
        (b"[]", 400),
        (b'"till.a"', 400),
        (b"null", 400),
        (b'{"username": 5, "apiKey": null}', 400),
        (b'{"hostname": "ca.metrc.com", "username": "a", "password": "till"}', 401),
        (b'{"hostname": "ca.metrc.com", "username": "till.a", "password": "wrong"}', 401),
        (b'{"hostname": "ca.metrc.com", "username": "till.b", "password": "till.a"}', 401),
        (b'{"hostname": "ca.metrc.com", "username": "till.main", "password": "till"}', 401),
        (b'{"hostname": "ca.metrc.com", "username": "till.c", "password": "till"}', 401),
        (b'{"hostname": "ca.metrc.com", "username": "till.nowhere", "password": "till"}', 401),
        (
            b'{"hostname": "ca.metrc.com", "username": "till.a", "password": "till", "a": "'
            + b"x" * 2**20
            + b'"}',
            413,
        ),
    ],
    ids=lambda value: str(value)[:50],
)
def test_a_login_that_is_none_is_refused_as_ever(keyed: Keyed, body: bytes, status: int) -> None:
    answer = keyed.post("/v2/auth/credentials", content=body)
    with Server() as alone:
        expected = alone.post("/v2/auth/credentials", content=body)

    assert answer.status_code == status
    if b".a" not in body:
        assert answer.content == expected.content


def test_no_more_of_a_login_is_read_than_could_be_one(keyed: Keyed) -> None:
    """A body without an end, in pieces; what is not read waits in the connection."""
    pieces, statuses = 0, []

    async def receive() -> Message:
        nonlocal pieces
        pieces += 1
        assert pieces < 100
        return {"type": "http.request", "body": b" " * 2**18, "more_body": True}

    async def send(message: Message) -> None:
        statuses.append(message.get("status"))

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/v2/auth/credentials",
        "query_string": b"",
        "headers": [(b"host", b"simulator.test"), (b"transfer-encoding", b"chunked")],
    }
    asyncio.run(keyed.app(scope, receive, send))

    assert statuses[0] == 413
    assert pieces == 2**20 // 2**18 + 1


def test_a_user_of_main_whose_name_ends_like_a_world_is_still_mains(keyed: Keyed) -> None:
    keyed.create("com", own_credentials=True)
    login = {"hostname": "ca.metrc.com", "username": "ann@shop.com", "password": "simulated"}
    keyed.control("main", "accounts", {"username": login["username"]})

    assert keyed.t3_total(keyed.token(login)) == 4


# --- the end of keys ------------------------------------------------------------------------------------------------


def test_after_a_drop_the_keys_are_unknown(keyed: Keyed) -> None:
    token = keyed.token(keyed.login("a"))
    keyed.drop("a")

    for headers in (t3_of(keyed.demo["a"]), token):
        assert keyed.status(LIST, headers) == 401
        assert keyed.told("GET", HEALTH, headers=headers)["world"] == "main"
    assert keyed.status(SALES, trace_of(keyed.demo["a"])) == 401
    assert keyed.post("/v2/auth/credentials", json=keyed.login("a")).status_code == 401
    assert keyed.t3_total(t3_of(keyed.demo["b"])) == 2


def test_a_world_that_was_left_alone_too_long_is_not_found_by_its_keys_either() -> None:
    now = 0.0
    with Server(Worlds(a_world(), idle=60, tick=lambda: now)) as server:
        demo = server.create("own", own_credentials=True)["accounts"][0]
        now = 60.0
        assert server.get(LIST, headers=t3_of(demo)).status_code == 200
        now = 120.0
        assert server.told("GET", f"/worlds/own{HEALTH}")["world"] == "own"
        now = 180.5
        assert server.get(LIST, headers=t3_of(demo)).status_code == 401
        assert server.get(SALES, headers=trace_of(demo)).status_code == 401
        assert server.names() == ["main"]
        assert not server.worlds.with_own_credentials


def test_a_world_that_is_asked_for_by_its_keys_is_kept() -> None:
    now = 0.0
    worlds = Worlds(a_world(), idle=60, tick=lambda: now)
    own = worlds.main.fork("own")
    own.accounts = own.accounts.of_their_own("own")
    worlds.add(own)
    mark = str(own.accounts.mark)
    for now in (50.0, 100.0, 150.0):  # noqa: B007 - what the tick shows
        assert worlds.by_mark(mark) is own
    now = 210.5

    assert worlds.by_mark(mark) is None
    assert len(worlds) == 1


# --- forks, snapshots -----------------------------------------------------------------------------------------------


def test_a_fork_of_a_world_with_its_own_keys_is_found_by_path_only(keyed: Keyed) -> None:
    fork = keyed.create("fork", fork_of="a")
    keyed.sell("fork")
    t3, trace = t3_of(keyed.demo["a"]), trace_of(keyed.demo["a"])

    assert fork["accounts"][0] == keyed.demo["a"]
    assert fork["own_credentials"] is False
    assert fork["environment"]["TRACE_URL"] == f"{BASE_URL}/worlds/fork"
    assert (keyed.t3_total(t3), keyed.t3_total(t3, path="/worlds/fork")) == (1, 2)
    assert keyed.told("GET", SALES, headers=trace)["results"]["records"]["total"] == 1
    assert keyed.t3_total(keyed.token(keyed.login("a"))) == 1
    assert keyed.t3_total(keyed.token(keyed.login("a"), "/worlds/fork"), path="/worlds/fork") == 2
    keyed.drop("fork")
    assert keyed.t3_total(t3) == 1


def test_dropping_what_was_forked_leaves_the_fork_by_its_path(keyed: Keyed) -> None:
    keyed.create("fork", fork_of="a")
    keyed.drop("a")

    assert keyed.t3_total(t3_of(keyed.demo["a"]), path="/worlds/fork") == 1
    assert keyed.status(LIST, t3_of(keyed.demo["a"])) == 401


def test_a_fork_may_have_keys_of_its_own_too(keyed: Keyed) -> None:
    fork = keyed.create("fork", fork_of="a", own_credentials=True)
    demo = fork["accounts"][0]
    keyed.sell("fork")

    assert demo["username"] == "till.a.fork"
    assert fork["environment"]["T3_API_HOST"] == BASE_URL
    assert keyed.t3_total(t3_of(demo)) == 2
    login = {part: demo[part] for part in ("hostname", "username", "password")}
    assert keyed.t3_total(keyed.token(login)) == 2
    assert keyed.t3_total(t3_of(keyed.demo["a"])) == 1
    assert keyed.status(f"/worlds/a{LIST}", t3_of(demo)) == 401
    assert keyed.status(f"/worlds/fork{LIST}", t3_of(keyed.demo["a"])) == 401


def test_worlds_whose_keys_would_look_alike_are_not_both_made(
    keyed: Keyed, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = keyed.demo["a"]["secret_key"][:MARK]
    own = Accounts.of_their_own

    def unlucky(accounts: Accounts, world: str) -> Accounts:
        made = own(accounts, world)
        made.mark = taken
        return made

    with monkeypatch.context() as patched:
        patched.setattr(Accounts, "of_their_own", unlucky)
        message = keyed.refused("POST", "/_simulator/worlds", json={"name": "d", "own_credentials": True})

    assert "choose another name" in message
    assert keyed.names() == ["main", "a", "b", "c"]
    keyed.create("d", own_credentials=True)
    assert keyed.t3_total(t3_of(keyed.demo["a"])) == 1


def test_a_snapshot_brings_the_keys_back_and_they_still_find_the_world(keyed: Keyed) -> None:
    keyed.control("a", "snapshots", {"name": "s"})
    newer = keyed.told("POST", "/v2/auth/secretkey", json=keyed.login("a"))["secretKey"]
    keyed.sell("a")
    keyed.control("a", "snapshots/s/restore", {})

    assert keyed.t3_total(t3_of(keyed.demo["a"])) == 1
    assert keyed.status(LIST, {"X-T3-API-Key": newer}) == 401


@pytest.mark.parametrize("source", ["a", "b", "c", "main"])
def test_a_world_with_its_own_keys_keeps_them_whatever_file_it_is_restored_from(
    keyed: Keyed, source: str
) -> None:
    token = keyed.token(keyed.login("a"))
    count = keyed.sold(source)
    keyed.control(source, "snapshots", {"name": "s"})
    file = keyed.get(f"{path_of(source)}/_simulator/snapshots/s/file").content
    keyed.sell("a")
    keyed.told("PUT", "/worlds/a/_simulator/snapshots/from-file/file", content=file)
    keyed.control("a", "snapshots/from-file/restore", {})

    demo = keyed.info("a")["accounts"][0]
    assert keyed.info("a")["own_credentials"] is True
    for headers in (
        t3_of(demo),
        keyed.token({part: demo[part] for part in ("hostname", "username", "password")}),
    ):
        assert keyed.t3_total(headers) == count
        assert keyed.status(f"/worlds/b{LIST}", headers) == 401
        assert keyed.status(f"/worlds/main{LIST}", headers) == 401
    assert keyed.status(f"/worlds/a{LIST}", MAIN_T3) == 401
    assert (demo == keyed.demo["a"]) is (source != "b")
    assert (keyed.status(LIST, token) == 200) is (source != "b")
    keyed.drop("a")
    assert keyed.status(LIST, t3_of(demo)) == 401
    assert keyed.told("GET", HEALTH, headers=t3_of(demo))["world"] == "main"


def test_main_restored_from_its_own_file_knows_the_tokens_it_gave(keyed: Keyed) -> None:
    token = keyed.token(MAIN_LOGIN)
    keyed.control("main", "snapshots", {"name": "s"})
    file = keyed.get("/_simulator/snapshots/s/file").content
    keyed.told("PUT", "/_simulator/snapshots/f/file", content=file)
    keyed.control("main", "snapshots/f/restore", {})

    assert keyed.t3_total(token) == 4
    assert keyed.t3_total(MAIN_T3) == 4


def test_two_worlds_may_not_be_added_under_one_name() -> None:
    worlds = Worlds(a_world())
    worlds.fork(worlds.main, "w")

    with pytest.raises(WorldRefused, match="already"):
        worlds.add(worlds.main.fork("w"))
    assert worlds["w"].clock.now() == NOW
