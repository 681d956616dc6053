"""Schemathesis over both served documents: what is described is what is answered.

Two passes over each façade. The *wild* one sends what the schemas allow and what they forbid; the *grounded* one puts
ids and sums that exist into generated requests, so that the 200 answers are held against their schemas too.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Callable
from typing import Any, Protocol

import pytest
import schemathesis
from hypothesis import strategies as st
from starlette.applications import Starlette
from support.builders import NOW
from support.credentials import T3, TRACE
from support.samples import POST_SALE

from simulator.app import create_app
from simulator.clock import Clock
from simulator.ledger.lifecycle import Action
from simulator.seeding.grow import grow
from simulator.seeding.recipe import load
from simulator.world import World

JSON = dict[str, Any]
T3_SHOP, TRACE_SHOP = "LIC-00001", "XXXRETAIL01"
EMPLOYEES = ["0a50cbaf8c1b471aaa427de20facb641", "7c1f0d2ab4e94c53a8d96f0e13b75a20"]
DATES = ["2026-05-01T00:00:00Z", "2026-05-19T08:00:00-07:00", "2027-01-01T00:00:00Z"]
SEEN: defaultdict[str, Counter[int]] = defaultdict(Counter)


class Case(Protocol):
    """What these tests use of a schemathesis case."""

    query: JSON
    path_parameters: JSON
    body: Any
    operation: Any

    def call(self, *, headers: dict[str, str]) -> Any: ...
    def validate_response(self, response: Any, **options: Any) -> None: ...


class Grounded:
    """A strategy of cases like the generated ones, about things that are there."""

    def __init__(self, world: World) -> None:
        shop, trace_shop = world.ledger.books[T3_SHOP], world.ledger.books[TRACE_SHOP]
        self.receipts = [123, *(receipt.id for receipt in (*shop.active[:5], *shop.inactive[:5]))]
        self.final = [12345, 12346, *(receipt.id for receipt in shop.inactive)]
        self.sales = {
            receipt.trace_id: [trace_shop.lots[line.lot_id].trace_id for line in receipt.lines]
            for receipt in trace_shop.active
        }
        self.lots = list(trace_shop.lot_trace_ids())
        self.tags = [lot.tag for lot in trace_shop.lots.values()]

    def t3(self, case: Case) -> st.SearchStrategy[Case]:
        return self._strategy(case, self._ground_t3)

    def trace(self, case: Case) -> st.SearchStrategy[Case]:
        return self._strategy(case, self._ground_trace)

    def _strategy(
        self, case: Case, ground: Callable[[Callable[[list[Any]], Any], Case], None]
    ) -> st.SearchStrategy[Case]:
        @st.composite
        def grounded(draw: st.DrawFn) -> Case:
            ground(lambda choices: draw(st.sampled_from(choices)), case)
            return case

        return grounded()

    def _ground_t3(self, pick: Callable[[list[Any]], Any], case: Case) -> None:
        query = case.query = dict(case.query or {})
        if "licenseNumber" in query:
            query["licenseNumber"] = T3_SHOP
        field = "label" if "/packages/" in case.operation.path else "id"
        field = "packageLabel" if "/transactions" in case.operation.path else field
        replaced = {
            "sort": [f"{field}:asc", f"{field}:desc"],
            "filter": [[], [f"{field}__neq:7"], [f"{field}__neq:7", f"{field}__neq:8"]],
            "fieldnames": ["", "id", "receiptNumber,index,retrievedAt,archivedDate"],
            "contentType": ["json", "csv", "CSV"],
            "view": ["sales", "packages"],
            "salesReceiptId": self.receipts,
            "submit": ["true", "false", "TRUE", ""],
            "page": [1, 2, 3],
        }
        for name in query.keys() & replaced.keys():
            query[name] = pick(replaced[name])
        match case.operation.path:
            case "/v2/sales/void":
                case.body = {**case.body, "id": pick(self.receipts)}
            case "/v2/sales/unfinalize":
                case.body = [{**each, "id": pick(self.final)} for each in case.body]
            case "/v2/auth/credentials" | "/v2/auth/secretkey":
                case.body = {**case.body, "hostname": "ca.metrc.com", "username": "demo", "password": "demo"}
            case "/v2/auth/apikey":
                case.body = {"apiKey": "e829nde3l87ks9d832gfdavhg450d9mw", "stateCode": pick(["CA", "ca"])}

    def _ground_trace(self, pick: Callable[[list[Any]], Any], case: Case) -> None:
        query = case.query = dict(case.query or {})
        case.path_parameters = {**case.path_parameters, "state": "ca"}
        if "license_number" in query:
            query["license_number"] = TRACE_SHOP
        replaced = {"start_date": DATES, "end_date": DATES, "barcode": self.tags, "offset": [0, 1, 1000]}
        for name in query.keys() & replaced.keys():
            query[name] = pick(replaced[name])
        if "/config/employees" in case.operation.path and {"start_date", "end_date"} & query.keys():
            query.setdefault("entity_state", "active")
        match (case.operation.method.upper(), case.operation.path):
            case ("GET", "/{state}/v1/lots/{id}"):
                case.path_parameters["id"] = pick(self.lots)
            case ("GET", "/{state}/v1/config/employees/{id}"):
                case.path_parameters["id"] = pick(EMPLOYEES)
            case (method, "/{state}/v1/sales/{id}"):
                sale = case.path_parameters["id"] = pick(list(self.sales))
                if method == "PUT":
                    case.body = self._update(pick, sale)
            case ("POST", "/{state}/v1/sales"):
                case.body = {"sales": [sold_like(each) for each in case.body["sales"]]}

    def _update(self, pick: Callable[[list[Any]], Any], sale: str) -> JSON:
        action = pick(["KMSAN0001", "KMSAN0002", "KMSAN0002", "KMSAN0003", "KMSAN0004"])
        body: JSON = {"license": {"license_number": TRACE_SHOP}, "actions": {"id": action}}
        lot = {"lot": {"id": pick(self.sales[sale])}}
        match action:
            case "KMSAN0001":
                rest: JSON = {"quantity_change_date": DATES[0], "line_items": [{**lot, "quantity": "1"}]}
            case "KMSAN0002":
                amount = pick(["10.00", "0.01", "99"])
                rest = {"price_change_date": DATES[0], "line_items": [{**lot, "amount": amount}]}
                rest["currency"] = {"id": "KOMCURT0001"}
            case "KMSAN0003":
                rest = {"void_date": DATES[0], "reason": pick(["", "clerical error", "Ünïcode ✓"])}
            case _:
                rest = {"refund_date": DATES[0], "line_items": [{**lot, "quantity": "1"}]}
        return body | rest


def sold_like(generated: JSON) -> JSON:
    """The documented sale, which adds up, with the texts of a generated one."""
    sale: JSON = json.loads(POST_SALE)["sales"][0]
    sale["terminal"] = generated["terminal"]
    sale["external_id"] = generated.get("external_id")
    for identification, text in zip(sale["identifications"], generated["identifications"], strict=False):
        identification["id"] = text["id"]
    for payment, text in zip(sale["payments"], generated["payments"], strict=False):
        payment["id"] = text.get("id")
        payment["provider_name"] = text.get("provider_name")
    return sale


def a_config(*, examples: int, mode: str) -> schemathesis.Config:
    return schemathesis.Config.from_dict(
        {
            "generation": {
                "mode": mode,
                "max-examples": examples,
                "deterministic": True,
                # The credentials are sent by these tests; made-up ones would only ever meet a 401.
                "with-security-parameters": False,
            },
            # What the schemas forbid, and their limits, is the wild pass's business.
            "phases": {"coverage": {"enabled": mode == "all"}},
            # A sale is large, and generating one slow.
            "operations": [
                {
                    "include-path": "/{state}/v1/sales",
                    "include-method": "POST",
                    "generation": {"max-examples": 5},
                }
            ],
            "checks": {
                # Both APIs answer 400 to what is well formed but may not be: an unknown license, a sum that does not
                # add up, a sale that is final. OpenAPI cannot say which, so "valid data is accepted" is no promise.
                # The counter at the end of this module stands in for it: every operation must have answered 200.
                "positive_data_acceptance": {"enabled": False},
            },
        }
    )


def a_world() -> tuple[World, Starlette]:
    world = grow(load("corner_shop"), clock=Clock(NOW))
    return world, create_app(world)


WORLD, APP = a_world()
GROUND = Grounded(WORLD)
T3_PATH, TRACE_PATH = "/v2/spec/openapi.json", "/_simulator/openapi/trace.json"
wild_t3 = schemathesis.openapi.from_asgi(T3_PATH, APP, config=a_config(examples=25, mode="all"))
wild_trace = schemathesis.openapi.from_asgi(TRACE_PATH, APP, config=a_config(examples=25, mode="all"))
grounded_t3 = schemathesis.openapi.from_asgi(T3_PATH, APP, config=a_config(examples=25, mode="positive"))
grounded_trace = schemathesis.openapi.from_asgi(
    TRACE_PATH, APP, config=a_config(examples=25, mode="positive")
)


@grounded_t3.hook("flatmap_case")
def ground_t3(_context: Any, case: Case) -> st.SearchStrategy[Case]:
    return GROUND.t3(case)


@grounded_trace.hook("flatmap_case")
def ground_trace(_context: Any, case: Case) -> st.SearchStrategy[Case]:
    return GROUND.trace(case)


def answer(case: Case, headers: dict[str, str]) -> None:
    """Call, count, and hold the answer against everything schemathesis checks."""
    # POST /v2/auth/secretkey ends the key that all the other calls of this module use.
    WORLD.accounts.demo.secret_key = T3["X-T3-API-Key"]
    response = case.call(headers=headers)
    SEEN[f"{case.operation.method.upper()} {case.operation.path}"][response.status_code] += 1
    case.validate_response(response, headers=headers)


@wild_t3.parametrize()
def test_t3_keeps_to_its_document(case: Case) -> None:
    answer(case, T3)


@wild_trace.parametrize()
def test_trace_keeps_to_its_document(case: Case) -> None:
    answer(case, TRACE)


@grounded_t3.parametrize()
def test_t3_answers_what_its_document_describes(case: Case) -> None:
    answer(case, T3)


@grounded_trace.parametrize()
def test_trace_answers_what_its_document_describes(case: Case) -> None:
    answer(case, TRACE)


def described() -> set[str]:
    return {
        f"{operation.ok().method.upper()} {operation.ok().path}"
        for schema in (wild_t3, wild_trace)
        for operation in schema.get_all_operations()
    }


def test_every_operation_was_answered_200_and_refused_at_least_once() -> None:
    if SEEN.keys() != described():
        pytest.skip("counts what the tests above it saw; run the whole module")

    # Where there is nothing to vary, schemathesis asks only a few times.
    seldom = {name: dict(seen) for name, seen in SEEN.items() if seen[200] < 3}
    never_refused = [name for name, seen in SEEN.items() if not any(400 <= status < 500 for status in seen)]

    assert seldom == {}
    assert never_refused == []


@pytest.mark.parametrize("action", [Action.VOID, Action.REFUND_PART, Action.CHANGE_PRICE])
def test_the_grounded_updates_reached_the_ledger(action: Action) -> None:
    if SEEN.keys() != described():
        pytest.skip("counts what the tests above it saw; run the whole module")
    words = {
        Action.VOID: "sale voided",
        Action.REFUND_PART: "refunded",
        Action.CHANGE_PRICE: "price changed",
    }

    receipts = WORLD.ledger.books[TRACE_SHOP].receipts.values()
    reasons = [change.reason for receipt in receipts for change in receipt.history]

    assert any(reason.startswith(words[action]) for reason in reasons), Counter(reasons)
