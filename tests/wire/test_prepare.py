"""What an operation does in advance: after the request was read, before faults strike, while others are answered."""

import asyncio
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from pydantic import BaseModel, TypeAdapter
from starlette.types import Receive, Scope, Send
from support.asgi import BASE_URL, InProcess
from support.builders import a_world

from simulator.accounts import Account
from simulator.faults.fault import Fault
from simulator.t3.errors import crash, refuse, unauthorized
from simulator.wire.answer import Answer, json_answer
from simulator.wire.answered import Answered
from simulator.wire.errors import WireError
from simulator.wire.exchange import serve
from simulator.wire.facade import Facade
from simulator.wire.operation import Call, Operation
from simulator.wire.query import gather


class Query(BaseModel, frozen=True):
    steps: int = 1


class Toy:
    """A façade of one operation, that counts to what it is asked for in as many slices."""

    def __init__(self) -> None:
        self.world = a_world()
        self.answered = Answered()
        self.did: list[str] = []
        self.begun = asyncio.Event()
        self.raises: Exception | None = None
        self.prepared: Call[Any, Any] | None = None
        self.facade = Facade(
            api="t3",
            operations=[
                Operation("GET", "/count", self.handle, "", (), {}, "open", Query, prepare=self.prepare),
                Operation("GET", "/plain", self.handle, "", (), {}, "open", Query),
                Operation(
                    "POST",
                    "/count",
                    self.handle,
                    "",
                    (),
                    {},
                    "open",
                    Query,
                    TypeAdapter(Any),
                    prepare=self.prepare,
                ),
            ],
            authenticate=self.authenticate,
            gather=lambda pairs: gather(pairs, frozenset()),
            refuse=refuse,
            crash=crash,
            unauthorized=unauthorized,
            license_parameter="license",
            licenses=lambda _body: (),
        )

    def authenticate(self, *_: object) -> Account:
        self.did.append("authenticate")
        return self.world.accounts.demo

    async def prepare(self, call: Call[Query, None]) -> None:
        self.prepared = call
        for step in range(call.query.steps):
            self.did.append(f"step {step}")
            self.begun.set()
            await asyncio.sleep(0)
        if self.raises is not None:
            raise self.raises

    def handle(self, call: Call[Query, Any]) -> Answer:
        self.did.append("handle")
        if self.prepared is not None:
            for name in ("world", "ledger", "request", "now", "account", "query", "applied"):
                assert getattr(call, name) is getattr(self.prepared, name)
            assert self.prepared.body is None
        return json_answer(call.query.steps)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await serve(self.facade, self.world, self.answered, {**scope, "root_path": ""}, receive, send)


@pytest.fixture
def toy() -> Toy:
    return Toy()


@pytest.fixture
def http(toy: Toy) -> Iterator[InProcess]:
    with InProcess(toy, raise_app_exceptions=False) as client:
        yield client


def test_it_comes_between_authentication_and_the_handler_with_the_handlers_call(
    toy: Toy, http: InProcess
) -> None:
    assert http.get("/count?steps=2").json() == 2
    assert toy.did == ["authenticate", "step 0", "step 1", "handle"]


def test_an_operation_without_it_is_handled_at_once(toy: Toy, http: InProcess) -> None:
    assert http.get("/plain").json() == 1
    assert toy.did == ["authenticate", "handle"]


def test_of_a_request_with_a_body_it_gets_all_but_that(toy: Toy, http: InProcess) -> None:
    assert http.post("/count", json={"a": 1}).json() == 1
    assert toy.did == ["authenticate", "step 0", "handle"]


def test_others_are_answered_meanwhile(toy: Toy) -> None:
    async def ask() -> None:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(toy), base_url=BASE_URL) as client:
            long = asyncio.create_task(client.get("/count?steps=200"))
            await toy.begun.wait()
            toy.prepared = None
            assert (await client.get("/plain")).status_code == 200
            assert not long.done()
            long.cancel()

    asyncio.run(ask())


def test_it_may_refuse_and_then_nothing_is_handled(toy: Toy, http: InProcess) -> None:
    toy.raises = WireError(409, "too long")
    answer = http.get("/count")

    assert answer.status_code == 409
    assert "too long" in answer.json()["error"]["message"]
    assert "handle" not in toy.did
    (entry,) = toy.world.journal.entries
    assert (entry.status, entry.hint) == (409, "too long")


def test_its_defect_is_a_crash_and_is_raised(toy: Toy) -> None:
    toy.raises = ZeroDivisionError("oops")
    with InProcess(toy, raise_app_exceptions=False) as client:
        assert client.get("/count").status_code == 500
    with InProcess(toy) as client, pytest.raises(ZeroDivisionError, match="oops"):
        client.get("/count")
    assert "handle" not in toy.did


def test_a_bad_query_is_refused_without_it(toy: Toy, http: InProcess) -> None:
    answer = http.get("/count?steps=many")
    assert answer.status_code == 400
    assert "'steps' must be a whole number, not 'many'" in answer.json()["error"]["message"]
    assert toy.did == ["authenticate"]


def test_what_is_refused_anyhow_is_not_prepared(toy: Toy, http: InProcess) -> None:
    assert http.get("/nowhere").status_code == 404
    assert toy.did == []


def test_a_fault_strikes_after_it(toy: Toy, http: InProcess) -> None:
    toy.world.faults.add(
        Fault.model_validate({"name": "down", "phase": "before", "effect": {"type": "status", "status": 503}})
    )
    assert http.get("/count").status_code == 503
    assert toy.did == ["authenticate", "step 0"]


def test_a_world_that_was_reset_meanwhile_answers_that_nothing_was_done(toy: Toy) -> None:
    async def ask() -> int:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(toy), base_url=BASE_URL) as client:
            long = asyncio.create_task(client.get("/count?steps=50"))
            await toy.begun.wait()
            toy.world.reset()
            return (await long).status_code

    toy.world.settle()
    assert asyncio.run(ask()) == 503
    assert "handle" not in toy.did
