"""Of which requests a server counts its own time, and what of the time is its own. The clock is the test's."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import TypeAdapter
from starlette.types import Message
from support.builders import a_world

from simulator.faults.fault import Fault
from simulator.t3.app import FACADE
from simulator.wire import answered, exchange, striking
from simulator.wire.answer import Answer, json_answer
from simulator.wire.answered import Answered, Slices
from simulator.wire.at_once import Outcome
from simulator.wire.connection import ConnectionLost
from simulator.wire.errors import WireError
from simulator.wire.exchange import serve, serve_at_once
from simulator.wire.operation import Call, Operation, Preparing

# Added up and taken apart, they stay exact.
ROUTING, HANDLING, SLICE, ELSEWHERE = 0.25, 0.5, 2.0, 64.0


class Clock:
    """What everybody who looks at a clock here looks at."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Toy:
    """A façade that takes a known time to find out who asks, to prepare, and to handle."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.world = a_world()
        self.answered = Answered()
        self.raises: Exception | None = None
        self.facade = replace(
            FACADE,
            operations=[
                Operation("GET", "/plain", self.handle, "", (), {}, "open"),
                Operation("POST", "/plain", self.handle, "", (), {}, "open", body=TypeAdapter(Any)),
                Operation("GET", "/long", self.handle, "", (), {}, "open", prepare=self.prepare),
            ],
            authenticate=self.authenticate,
        )

    def authenticate(self, *_: object) -> None:
        self.clock.now += ROUTING

    def prepare(self, _call: Call[None, None]) -> Preparing:
        return self.in_slices()

    async def in_slices(self) -> None:
        for _ in range(3):
            self.clock.now += SLICE
            await asyncio.sleep(0)
            self.clock.now += SLICE
        if self.raises is not None:
            raise self.raises

    def handle(self, _call: Call[None, Any]) -> Answer:
        self.clock.now += HANDLING
        return json_answer({})

    def strike(self, phase: str, effect: dict[str, Any]) -> None:
        self.world.faults.add(
            Fault.model_validate({"name": "struck", "phase": phase, "effect": effect}),
        )

    def ask(self, method: str, path: str, body: bytes = b"") -> None:
        """Through ASGI. The client takes its time to send the body, and to take the answer; others take theirs."""
        scope = asked(method, path, body)
        asyncio.run(self._ask(scope, [{"type": "http.request", "body": body}]))

    def hang_up(self) -> None:
        scope = asked("POST", "/plain", b"{}")
        asyncio.run(self._ask(scope, [{"type": "http.disconnect"}]))

    async def _ask(self, scope: dict[str, Any], messages: list[Message]) -> None:
        async def receive() -> Message:
            self.clock.now += ELSEWHERE
            return messages.pop(0)

        async def send(_message: Message) -> None:
            self.clock.now += ELSEWHERE

        others = asyncio.create_task(self.others())
        await serve(self.facade, self.world, self.answered, scope, receive, send)
        others.cancel()

    async def others(self) -> None:
        while True:
            self.clock.now += ELSEWHERE
            await asyncio.sleep(0)

    def ask_at_once(self, method: str, path: str, body: bytes = b"") -> Outcome | None:
        return serve_at_once(self.facade, self.world, self.answered, asked(method, path, body), body)


def asked(method: str, path: str, body: bytes) -> dict[str, Any]:
    headers = [(b"content-length", b"%d" % len(body))] if body else []
    return {
        "type": "http",
        "method": method,
        "path": path,
        "query_string": b"",
        "headers": headers,
        "root_path": "",
    }


@pytest.fixture
def toy(monkeypatch: pytest.MonkeyPatch) -> Toy:
    clock = Clock()

    async def pause(milliseconds: float, _receive: Callable[[], Awaitable[Message]]) -> bool:
        clock.now += milliseconds / 1000
        return True

    for module in (answered, exchange, striking):
        monkeypatch.setattr(module, "perf_counter", clock)
    monkeypatch.setattr(striking, "pause", pause)
    return Toy(clock)


# --- of whole requests ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "path", "body", "own"),
    [
        ("GET", "/plain", b"", ROUTING + HANDLING),
        ("POST", "/plain", b"{}", ROUTING + HANDLING),
        ("POST", "/plain", b"{", ROUTING),
        ("GET", "/nowhere", b"", 0),
    ],
)
def test_a_request_takes_the_same_own_time_at_once_and_through_asgi(
    toy: Toy, method: str, path: str, body: bytes, own: float
) -> None:
    assert toy.ask_at_once(method, path, body) is not None
    assert (toy.answered.requests, toy.answered.seconds) == (1, own)

    toy.ask(method, path, body)
    assert (toy.answered.requests, toy.answered.seconds) == (2, 2 * own)


def test_work_in_slices_is_own_time_and_what_others_do_between_them_is_not(toy: Toy) -> None:
    toy.ask("GET", "/long")
    assert (toy.answered.requests, toy.answered.seconds) == (1, ROUTING + 6 * SLICE + HANDLING)


@pytest.mark.parametrize("raised", [WireError(409, "too long"), ZeroDivisionError("oops")])
def test_work_in_slices_that_comes_to_nothing_is_own_time_too(toy: Toy, raised: Exception) -> None:
    toy.raises = raised
    try:
        toy.ask("GET", "/long")
    except ZeroDivisionError:
        assert raised is toy.raises
    assert (toy.answered.requests, toy.answered.seconds) == (1, ROUTING + 6 * SLICE)


def test_what_cannot_be_answered_at_once_is_one_request_with_the_time_of_both_tries(toy: Toy) -> None:
    assert toy.ask_at_once("GET", "/long") is None
    assert (toy.answered.requests, toy.answered.seconds) == (0, ROUTING)

    toy.ask("GET", "/long")
    assert (toy.answered.requests, toy.answered.seconds) == (1, 2 * ROUTING + 6 * SLICE + HANDLING)


@pytest.mark.parametrize("phase", ["before", "after"])
def test_a_latency_is_not_own_time(toy: Toy, phase: str) -> None:
    toy.strike(phase, {"type": "latency", "latency": 4000})
    toy.ask("POST", "/plain", b"{}")

    assert (toy.answered.requests, toy.answered.seconds) == (1, ROUTING + HANDLING)
    (entry,) = toy.world.journal.entries
    assert entry.duration_ms > 4000


def test_an_answer_that_a_fault_loses_was_made_all_the_same(toy: Toy) -> None:
    toy.strike("after", {"type": "reset_peer"})
    with pytest.raises(ConnectionLost):
        toy.ask("GET", "/plain")

    assert (toy.answered.requests, toy.answered.seconds) == (1, ROUTING + HANDLING)


def test_a_request_that_never_came_whole_has_no_answer(toy: Toy) -> None:
    toy.hang_up()

    assert (toy.answered.requests, toy.answered.seconds) == (0, 0)
    (entry,) = toy.world.journal.entries
    assert (entry.status, entry.told) == (None, "nothing")


# --- of slices ------------------------------------------------------------------------------------------------------

TIMES = st.lists(st.tuples(st.integers(0, 100), st.integers(0, 100)), max_size=10)


@given(TIMES)
@example([(1, 100)])
def test_slices_run_as_long_as_they_run(times: list[tuple[int, int]]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        clock = Clock()
        patch.setattr(answered, "perf_counter", clock)

        async def work() -> str:
            for own, _ in times:
                clock.now += own
                await asyncio.sleep(0)
            return "done"

        async def others() -> None:
            for _, theirs in times:
                clock.now += theirs
                await asyncio.sleep(0)

        async def both() -> Slices:
            slices = Slices(work())

            async def of_a_task() -> str:
                return str(await slices)

            told, _ = await asyncio.gather(of_a_task(), others())
            assert told == "done"
            return slices

        assert asyncio.run(both()).seconds == sum(own for own, _ in times)


def test_slices_hear_that_they_are_cancelled_and_may_tidy_up() -> None:
    did = []

    async def work() -> None:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            await asyncio.sleep(0)
            did.append("tidied")
            raise

    async def of_a_task() -> None:
        await Slices(work())

    async def cancel() -> None:
        task = asyncio.create_task(of_a_task())
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(cancel())
    assert did == ["tidied"]


def test_slices_that_nobody_waits_for_any_more_are_closed() -> None:
    did = []

    async def work() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            did.append("closed")

    async def begin() -> None:
        slices = Slices(work())
        waiting = slices.__await__()
        next(waiting)
        waiting.close()
        assert did == ["closed"]

    asyncio.run(begin())
