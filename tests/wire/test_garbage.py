"""A request leaves nothing to the garbage collector: what it made is gone when it is answered."""

import asyncio
import gc
from collections.abc import Iterator

import pytest
from starlette.types import Message, Scope
from support.credentials import T3, TRACE
from support.samples import POST_SALE

from simulator.app import App, create_app
from simulator.world import World

SHOP = "licenseNumber=LIC-00001"
REQUESTS = {
    "a page": ("GET", "/v2/sales/active", SHOP, T3, b""),
    "a Trace page": ("GET", "/ca/v1/sales", "license_number=XXXRETAIL01", TRACE, b""),
    "a sale": ("POST", "/ca/v1/sales", "", TRACE, POST_SALE.encode()),
    "no credentials": ("GET", "/v2/sales/active", SHOP, {}, b""),
    "a bad token": ("GET", "/v2/sales/active", SHOP, {"authorization": "Bearer a.b.c"}, b""),
    "a foreign license": ("GET", "/v2/sales/active", "licenseNumber=LIC-99999", T3, b""),
    "a bad query": ("GET", "/v2/sales/active", f"{SHOP}&page=first", T3, b""),
    "a bad filter": ("GET", "/v2/sales/active", f"{SHOP}&filter=nothing__is:like", T3, b""),
    "a query of no text": ("GET", "/v2/sales/active", "a=%FF", T3, b""),
    "a bad body": ("POST", "/ca/v1/sales", "", TRACE, b"{"),
    "a path that is not served": ("GET", "/v2/sale", "", T3, b""),
    "a method that is not served": ("PUT", "/v2/sales/active", SHOP, T3, b""),
}


@pytest.fixture
def quiet() -> Iterator[None]:
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("quiet")
@pytest.mark.parametrize("name", REQUESTS)
def test_a_request_leaves_no_cycles(world: World, name: str) -> None:
    app = create_app(world)

    async def ask_often(times: int) -> None:
        for _ in range(times):
            await ask(app, *REQUESTS[name])

    with asyncio.Runner() as runner:
        runner.run(ask_often(5))
        gc.collect()
        runner.run(ask_often(200))
        # The runner's own task and coroutine are a few objects, however many requests there were.
        assert gc.collect() < 20


async def ask(app: App, method: str, path: str, query: str, headers: dict[str, str], body: bytes) -> None:
    sent = {**headers, "content-type": "application/json", "content-length": str(len(body))}
    scope: Scope = {
        "type": "http",
        "method": method,
        "path": path,
        "root_path": "",
        "scheme": "http",
        "server": ("127.0.0.1", 80),
        "query_string": query.encode(),
        "headers": [(name.lower().encode(), value.encode()) for name, value in sent.items()],
    }

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        pass

    await app(scope, receive, send)
