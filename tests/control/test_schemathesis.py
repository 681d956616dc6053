"""Schemathesis over the control plane's document: what it describes is what is answered, and nothing crashes it.

Everything is asked of one server in this process, so what one request made is there for the next.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any, Protocol

import pytest
import schemathesis
from hypothesis import strategies as st
from support.builders import SHOP, a_world
from support.worlds import PLAN, Server

from simulator.app import create_app
from simulator.control.openapi import ALL_OPERATIONS

JSON = dict[str, Any]
DOCUMENT = "/_simulator/openapi/control.json"
SEEN: defaultdict[str, Counter[int]] = defaultdict(Counter)
NEEDS = {
    "/_simulator/save": "a state file, which this server has none of",
}
"""Operations that answer 200 only with what is not here."""


class Case(Protocol):
    """What these tests use of a schemathesis case."""

    query: JSON
    path_parameters: JSON
    body: Any
    operation: Any

    def call(self) -> Any: ...
    def validate_response(self, response: Any) -> None: ...


@schemathesis.serializer("application/x-ndjson")
def as_it_is(_context: Any, value: Any) -> Any:
    """A file is bytes already."""
    return value if isinstance(value, bytes) else str(value).encode(errors="replace")


def a_config(*, examples: int, mode: str) -> schemathesis.Config:
    return schemathesis.Config.from_dict(
        {
            "generation": {
                "mode": mode,
                "max-examples": examples,
                "deterministic": True,
                "with-security-parameters": False,
            },
            "phases": {"coverage": {"enabled": mode == "all"}},
            "checks": {
                # A name that is taken, a license that is not there: OpenAPI cannot say what is.
                "positive_data_acceptance": {"enabled": False},
                # No body at all is an empty one here, and a number may come as text: friendlier than the document.
                "negative_data_rejection": {"enabled": False},
            },
        }
    )


WORLD = a_world()
APP = create_app(WORLD, plan=PLAN)
SERVER = Server(APP.worlds)
SERVER.control("main", "snapshots", {"name": "slow"})
wild = schemathesis.openapi.from_asgi(DOCUMENT, APP, config=a_config(examples=8, mode="all"))
grounded = schemathesis.openapi.from_asgi(DOCUMENT, APP, config=a_config(examples=6, mode="positive"))


def bounded(case: Case) -> None:
    """Nothing that takes its time: no waiting, no worlds with a million receipts."""
    if case.operation.path.endswith("/journal/wait"):
        query = case.query = dict(case.query or {})
        if (
            isinstance(query.get("timeout", 5.0), int | float)
            or str(query["timeout"]).strip("-.0123456789") == ""
        ):
            query["timeout"] = 0
    if case.operation.path == "/_simulator/worlds" and isinstance(case.body, dict):
        case.body = {key: value for key, value in case.body.items() if key not in ("receipts", "days")}


GROUNDED: Mapping[str, tuple[Any, ...]] = {
    "POST worlds": ({}, {"fork_of": "main"}, {"seed": 1}, {"own_credentials": True}, {"journal_bytes": 0}),
    "POST accounts": tuple(
        {"username": f"clerk-{n}", "licenses": [SHOP, "FARM"][: n % 3]} for n in range(30)
    ),
    "POST receipts/finalize": ({"license_number": SHOP},),
    "POST clock/close-day": ({}, {"license_number": SHOP}, {"license_number": "SHOP-IL", "advance": False}),
    "POST clock/advance": ({}, {"days": 1}, {"hours": 2.5, "seconds": 1}),
    "POST clock/rate": ({"rate": 1}, {"rate": 60}, {"rate": 0.5}),
    "POST clock/set": (
        {"to": "2026-05-20T20:00:00Z"},
        {"to": "2026-05-21"},
        {"to": "2026-05-20T20:00:00-07:00"},
    ),
    "POST clock/freeze": ({}, {"at": "2026-05-20T20:00:00Z"}),
    "POST faults": tuple({"effect": {"type": "status", "status": status}} for status in (429, 503)),
    "PUT faults/{name}": (
        {"effect": {"type": "latency", "latency": 1}},
        {"effect": {"type": "read_lag", "seconds": 5}},
    ),
    "POST faults/profiles/{name}": ({}, {"match": {"first": 2}}, {"effect": {"latency": 3}}),
    "PUT snapshots/{name}/file": (SERVER.get("/_simulator/snapshots/slow/file").content,),
}
"""Bodies about what is there."""
SALES = ({}, {"license_number": SHOP, "quantity": "2"}, {"price": "3.50", "external_id": "x"})


@wild.hook("map_case")
def bound(_context: Any, case: Case) -> Case:
    bounded(case)
    return case


@grounded.hook("flatmap_case")
def ground(_context: Any, case: Case) -> st.SearchStrategy[Case]:
    method, path = case.operation.method.upper(), case.operation.path.removeprefix("/_simulator/")

    @st.composite
    def about_what_is_there(draw: st.DrawFn) -> Case:
        bounded(case)
        if "{name}" in path:
            # Faults and profiles of that name, snapshots and worlds are there before each request.
            case.path_parameters = {"name": "slow"}
        if f"{method} {path}" in GROUNDED:
            case.body = draw(st.sampled_from(GROUNDED[f"{method} {path}"]))
        if path == "examples/sale":
            case.query = draw(st.sampled_from(SALES))
        return case

    return about_what_is_there()


def answer(case: Case) -> None:
    """Put there what may have been taken away, call, count, and hold the answer against the document."""
    SERVER.control("main", "snapshots", {"name": "slow", "replace": True})
    SERVER.put("/_simulator/faults/slow", json={"match": {"nth": 9999}, "effect": {"type": "timeout"}})
    if "slow" not in SERVER.names():
        SERVER.create("slow", own_credentials=True)
    for name in SERVER.names()[20:]:
        SERVER.drop(name)
    response = case.call()
    SEEN[f"{case.operation.method.upper()} {case.operation.path}"][response.status_code] += 1
    assert response.status_code < 500
    case.validate_response(response)


@wild.parametrize()
def test_the_control_plane_keeps_to_its_document(case: Case) -> None:
    answer(case)


@grounded.parametrize()
def test_the_control_plane_answers_what_its_document_describes(case: Case) -> None:
    answer(case)


def test_every_operation_was_answered_200_and_refused_at_least_once() -> None:
    described = {
        f"{operation.ok().method.upper()} {operation.ok().path}" for operation in wild.get_all_operations()
    }
    if SEEN.keys() != described:
        pytest.skip("counts what the tests above it saw; run the whole module")

    never_200 = [name for name, seen in SEEN.items() if not seen[200] and name.split()[1] not in NEEDS]
    never_refused = [
        operation.id
        for operation in ALL_OPERATIONS
        if operation.body or operation.query or "{name}" in operation.path
        if not any(400 <= status < 500 for status in SEEN[f"{operation.method} {operation.path}"])
    ]

    assert never_200 == []
    assert never_refused == []
