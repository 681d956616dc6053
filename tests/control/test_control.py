"""The control plane: health, finalizing, and the token that guards it away from loopback."""

import socket
from collections.abc import Iterator

import pytest
from support.asgi import InProcess

import simulator
from simulator.app import create_app
from simulator.server import is_loopback
from simulator.world import World

FINALIZE = "/_simulator/receipts/finalize"


@pytest.fixture
def guarded(world: World) -> Iterator[InProcess]:
    with InProcess(create_app(world, "sesame")) as client:
        yield client


def test_health_tells_what_is_served(http: InProcess) -> None:
    assert http.get("/_simulator/health").json() == {
        "status": "ok",
        "version": simulator.__version__,
        "recipe": "corner_shop",
        "seed": 0,
        "now": "2026-05-20T20:00:00Z",
        "clock": "frozen",
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


@pytest.mark.parametrize("headers", [{}, {"X-Simulator-Token": "open"}, {"X-Simulator-Token": ""}])
def test_with_a_token_changes_ask_for_it(guarded: InProcess, world: World, headers: dict[str, str]) -> None:
    answer = guarded.post(FINALIZE, json={"license_number": "LIC-00001"}, headers=headers)

    assert answer.status_code == 401
    assert "X-Simulator-Token" in answer.json()["error"]["message"]
    assert len(world.ledger.books["LIC-00001"].active) == 235


def test_with_a_token_reading_stays_open_and_the_right_token_works(guarded: InProcess) -> None:
    assert guarded.get("/_simulator/health").status_code == 200
    assert guarded.get("/_simulator/openapi/t3.json").status_code == 200
    body = {"license_number": "LIC-00001", "ids": [123]}
    answer = guarded.post(FINALIZE, json=body, headers={"X-Simulator-Token": "sesame"})
    assert answer.json() == {"finalized": [123]}


@pytest.mark.parametrize(("host", "expected"), [("127.0.0.1", True), ("127.0.0.2", True), ("0.0.0.0", False)])  # noqa: S104 - bound, never listened on
def test_only_loopback_needs_no_token(host: str, expected: bool) -> None:
    with socket.socket() as bound:
        bound.bind((host, 0))
        assert is_loopback(bound) is expected


@pytest.mark.parametrize(
    ("path", "closest"),
    [
        ("/_simulator/heath", "/_simulator/health"),
        ("/_simulator/health/", "/_simulator/health"),
        ("/_simulator", "/_simulator/health"),
    ],
)
def test_an_unknown_control_path_names_the_closest_one(http: InProcess, path: str, closest: str) -> None:
    answer = http.get(path)

    assert answer.status_code == 404
    assert answer.json()["error"]["message"].endswith(f"The closest path served is {closest}")


def test_a_crash_of_the_control_plane_is_told_as_json(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(world, "execute", lambda _command: 1 / 0)
    with InProcess(create_app(world), raise_app_exceptions=False) as client:
        answer = client.post(FINALIZE, json={"license_number": "LIC-00001"})

    assert answer.status_code == 500
    assert "Internal Server Error" in answer.json()["error"]["message"]
