"""The control plane as such: health, finalizing, the token that guards it, and how it says no."""

import re
import socket
from collections.abc import Iterator
from typing import Any

import pytest
from support.asgi import InProcess
from support.builders import SHOP, a_world
from support.worlds import Server

import simulator
from simulator.app import create_app
from simulator.control.openapi import ALL_OPERATIONS
from simulator.control.operation import GUARDED, OPEN, ControlOperation
from simulator.server import is_loopback
from simulator.world import World

FINALIZE = "/_simulator/receipts/finalize"
WITH_A_BODY = [operation for operation in ALL_OPERATIONS if operation.body is not None]


def path_to(operation: ControlOperation) -> str:
    return operation.path.replace("{name}", "x")


def named(operations: list[ControlOperation]) -> Any:
    return pytest.mark.parametrize("operation", operations, ids=[each.id for each in operations])


@pytest.fixture
def guarded(world: World) -> Iterator[InProcess]:
    with InProcess(create_app(world, "sesame")) as client:
        yield client


# --- health and finalizing ------------------------------------------------------------------------------------------


def test_health_tells_what_is_served(http: InProcess) -> None:
    assert http.get("/_simulator/health").json() == {
        "status": "ok",
        "version": simulator.__version__,
        "world": "main",
        "recipe": "corner_shop",
        "seed": 0,
        "now": "2026-05-20T20:00:00Z",
        "clock": "frozen",
        "worlds": 1,
    }


def test_finalizing_takes_ids_or_everything_active(http: InProcess, world: World) -> None:
    book = world.ledger.books["LIC-00001"]

    one = http.post(FINALIZE, json={"license_number": "LIC-00001", "ids": [123, 123]})
    assert one.json() == {"finalized": [123]}
    assert len(book.active) == 234

    rest = http.post(FINALIZE, json={"license_number": "LIC-00001"})
    assert len(rest.json()["finalized"]) == 234
    assert list(book.active) == []


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({"license_number": "NOWHERE"}, "License 'NOWHERE' does not exist"),
        ({"license_number": "LIC-00001", "ids": [123, 12345]}, "Receipt 000012345 is final already."),
        ({"license_number": "LIC-00001", "ids": [7]}, "Receipt 7 does not exist"),
        ({"license_number": "LIC-00001", "ids": ["123"]}, "ids[0]"),
        ({"ids": [123]}, "license_number is required"),
        ({"license_numer": "LIC-00001"}, "Did you mean 'license_number'?"),
    ],
)
def test_finalizing_what_cannot_be_finalized_changes_nothing(
    http: InProcess, world: World, body: object, reason: str
) -> None:
    before = list(world.ledger.books["LIC-00001"].active)

    answer = http.post(FINALIZE, json=body)

    assert answer.status_code == 400
    assert reason in answer.json()["error"]["message"]
    assert list(world.ledger.books["LIC-00001"].active) == before


def test_what_is_finalized_in_the_control_plane_is_final_in_both_apis(http: InProcess, world: World) -> None:
    http.post(FINALIZE, json={"license_number": "LIC-00001", "ids": [123]})

    assert world.ledger.books["LIC-00001"].receipts[123].state == "final"
    assert world.ledger.books["LIC-00001"].receipts[123].history[-1].actioned_by == "simulator"


# --- the token ------------------------------------------------------------------------------------------------------


@named(list(ALL_OPERATIONS))
@pytest.mark.parametrize("root", ["", "/worlds/main"])
def test_the_token_guards_everything_but_health_and_the_documents(
    guarded: InProcess, operation: ControlOperation, root: str
) -> None:
    needs_none = "/health" in operation.path or "/openapi/" in operation.path
    assert (operation.access == OPEN) is needs_none
    assert (operation.access == GUARDED) is not needs_none

    for headers in (
        {},
        {"X-Simulator-Token": "open"},
        {"X-Simulator-Token": ""},
        {"X-Simulator-Token": "sesame "},
    ):
        answer = guarded.request(operation.method, root + path_to(operation), headers=headers)
        if needs_none:
            assert answer.status_code == 200
        elif headers.get("X-Simulator-Token", "").strip() != "sesame":
            assert answer.status_code == 401
            assert "X-Simulator-Token" in answer.json()["error"]["message"]


def test_without_the_right_token_nothing_is_changed(guarded: InProcess, world: World) -> None:
    for headers in ({}, {"X-Simulator-Token": "\u00e4".encode()}, {"X-Simulator-Token": b"\xff"}):
        answer = guarded.post(FINALIZE, json={"license_number": "LIC-00001"}, headers=headers)
        assert answer.status_code == 401

    assert len(world.ledger.books["LIC-00001"].active) == 235


def test_the_right_token_opens_everything(guarded: InProcess) -> None:
    body = {"license_number": "LIC-00001", "ids": [123]}
    token = {"X-Simulator-Token": "sesame"}

    assert guarded.post(FINALIZE, json=body, headers=token).json() == {"finalized": [123]}
    assert guarded.get("/_simulator/worlds", headers=token).status_code == 200


def test_a_token_of_other_letters_than_ascii_works_too(world: World) -> None:
    token = "öffne dich"
    with InProcess(create_app(world, token)) as client:
        for sent, status in ((token.encode(), 200), (token.encode("latin-1"), 401), (b"offne dich", 401)):
            answer = client.get("/_simulator/world", headers={"X-Simulator-Token": sent})
            assert answer.status_code == status


def test_the_names_of_worlds_are_for_those_who_may_see_them(world: World) -> None:
    app = create_app(world, "sesame")
    app.worlds.fork(world, "secret-project")
    with InProcess(app) as client:
        for headers in ({}, {"X-Simulator-Token": "sesame"}):
            for path in ("/worlds/secret-projekt/v2/states", "/worlds/secret-projekt/_simulator/health"):
                answer = client.get(path, headers=headers)
                assert answer.status_code == 404
                assert "secret-project'" not in answer.text
        token = {"X-Simulator-Token": "sesame"}
        told = client.get("/_simulator/worlds/secret-projekt", headers=token)
        assert "Did you mean 'secret-project'?" in told.text


def test_without_a_token_all_are_let_in_whatever_they_send(http: InProcess) -> None:
    assert http.get("/_simulator/world", headers={"X-Simulator-Token": "anything"}).status_code == 200


def test_the_two_apis_ask_for_no_token(guarded: InProcess) -> None:
    assert guarded.get("/v2/spec/openapi.json").status_code == 200
    assert guarded.get("/ca/v1/sales").json()["errors"][0]["detail"] == "The x-api-key header is missing"


@pytest.mark.parametrize(("host", "expected"), [("127.0.0.1", True), ("127.0.0.2", True), ("0.0.0.0", False)])  # noqa: S104 - bound, never listened on
def test_only_loopback_needs_no_token(host: str, expected: bool) -> None:
    with socket.socket() as bound:
        bound.bind((host, 0))
        assert is_loopback(bound) is expected


# --- how it says no -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "closest"),
    [
        ("/_simulator/heath", "/_simulator/health"),
        ("/_simulator/health/", "/_simulator/health"),
        ("/_simulator", "/_simulator/health"),
        ("/_simulator/world/x", "/_simulator/worlds/{name}"),
        ("/_simulator/clock/frieze", "/_simulator/clock/freeze"),
        ("/_simulator/snapshots/x/flie", "/_simulator/snapshots/{name}/file"),
        ("/_simulator/faults/profile/slow", "/_simulator/faults/profiles/{name}"),
    ],
)
@pytest.mark.parametrize("root", ["", "/worlds/main"])
def test_an_unknown_control_path_names_the_closest_one(
    http: InProcess, root: str, path: str, closest: str
) -> None:
    answer = http.get(root + path)

    assert answer.status_code == 404
    assert answer.json() == {
        "error": {"message": f"The simulator does not serve {path}. The closest path served is {closest}"}
    }


@pytest.mark.parametrize("path", sorted({path_to(operation) for operation in ALL_OPERATIONS}))
def test_a_method_that_is_not_served_is_405_with_those_that_are(http: InProcess, path: str) -> None:
    served = {each.method for each in ALL_OPERATIONS if path_to(each) == path}
    for method in {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"} - served:
        answer = http.request(method, path)
        assert answer.status_code == 405, method
        allowed = answer.headers["allow"].split(", ")
        assert set(allowed) == served | ({"HEAD"} if "GET" in served else set())
        assert (
            answer.json()["error"]["message"]
            == f"{method} is not served on {path}; it takes {', '.join(allowed)}"
        )


def test_head_is_answered_as_get(http: InProcess) -> None:
    assert http.request("HEAD", "/_simulator/health").status_code == 200
    assert http.request("HEAD", "/_simulator/snapshots/none/file").status_code == 404


@named(WITH_A_BODY)
@pytest.mark.parametrize(
    ("content", "type_", "status"),
    [
        (b"{", "application/json", 400),
        (b"\xff", "application/json", 400),
        (b"{} {}", "application/json", 400),
        (b"[]", "application/json", 400),
        (b"null", "application/json", 400),
        (b'"x"', "application/json", 400),
        (b'{"\\ud800": 1}', "application/json", 400),
        (b'{"unknown key of nobody": 1}', "application/json", 400),
        (b"[" * 10_000, "application/json", 400),
        (b"{}", "text/plain", 415),
        (b"name=x", "application/x-www-form-urlencoded", 415),
        (b" " * (1024 * 1024 + 1), "application/json", 413),
    ],
    ids=lambda value: str(value)[:25],
)
def test_a_body_that_is_none_is_refused_and_changes_nothing(
    operation: ControlOperation, content: bytes, type_: str, status: int
) -> None:
    with Server() as server:
        before = server.info("main")
        method, path = operation.method, path_to(operation).replace("profiles/x", "profiles/slow")

        message = server.refused(method, path, status, content=content, headers={"Content-Type": type_})

        assert len(message) < 1500
        assert {**server.info("main"), "idle_seconds": 0} == {**before, "idle_seconds": 0}
        assert server.names() == ["main"]


@named([each for each in WITH_A_BODY if "{name}" not in each.path and "/faults" not in each.path])
def test_an_unknown_key_names_the_nearest_and_all_there_are(
    server: Server, operation: ControlOperation
) -> None:
    assert operation.body is not None
    keys = list(operation.body.json_schema()["properties"])
    wrong = f"{keys[0]}x"

    message = server.refused(operation.method, operation.path, json={wrong: 1})

    assert f"{wrong} is unknown. Did you mean {keys[0]!r}? Known are {', '.join(keys)}" in message


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("api=t4", "api must be one of 't3' or 'trace', not 't4'. Did you mean 't3'?"),
        ("statsu=200", "statsu is unknown. Did you mean 'status'?"),
        ("api=t3&api=t3", "api is given more than once"),
        ("since=-1", "since must be at least 0"),
        ("limit=0", "limit must be at least 1"),
        ("status=2000", "status must be a code such as 504"),
        ("unmatched=maybe", "unmatched must be true or false"),
        ("%ff", "The query string is not UTF-8"),
        ("path=%00", "NUL"),
    ],
)
@pytest.mark.parametrize("what", ["journal", "journal/count", "journal/har", "journal/wait"])
def test_a_query_that_cannot_be_is_refused_with_the_reason(
    server: Server, what: str, query: str, reason: str
) -> None:
    assert reason in server.refused("GET", f"/_simulator/{what}?{query}")


def test_several_things_that_are_wrong_are_all_told(server: Server) -> None:
    message = server.refused("POST", "/_simulator/worlds", json={"seed": -1, "days": 0, "nmae": "x"})

    for reason in ("seed must be at least 0", "days must be at least 1", "Did you mean 'name'?"):
        assert reason in message


def test_no_body_at_all_is_an_empty_one(server: Server) -> None:
    for path in ("reset", "clock/freeze", "clock/advance", "clock/resume", "snapshots", "worlds"):
        assert server.post(f"/_simulator/{path}").status_code == 200, path
    assert "username is required" in server.refused("POST", "/_simulator/accounts")


def test_a_crash_of_the_control_plane_is_told_as_json(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(world, "execute", lambda _command: 1 / 0)
    with InProcess(create_app(world), raise_app_exceptions=False) as client:
        answer = client.post(FINALIZE, json={"license_number": "LIC-00001"})

    assert answer.status_code == 500
    assert answer.json() == {"error": {"message": "The simulator has a defect; please report it"}}
    with InProcess(create_app(world)) as client, pytest.raises(ZeroDivisionError):
        client.post(FINALIZE, json={"license_number": "LIC-00001"})


def test_every_message_of_the_control_plane_is_in_plain_words() -> None:
    """A few that pydantic words in its own way, by way of example."""
    said: list[str] = []
    with Server(a_world()) as server:
        for path, body in (
            ("clock/set", {"to": None}),
            ("clock/set", {"to": True}),
            ("clock/rate", {"rate": "fast"}),
            ("clock/advance", {"days": "NaN"}),
            ("reset", {"only": []}),
            ("worlds", {"name": 5, "seed": "x", "own_credentials": "x"}),
            ("accounts", {"username": "", "licenses": SHOP, "tier": 5}),
            ("receipts/finalize", {"license_number": 5, "ids": [1.5]}),
        ):
            said.append(server.refused("POST", f"/_simulator/{path}", json=body))

    assert not [
        message for message in said if re.search(r"Input should|Extra inputs|Field required", message)
    ]
