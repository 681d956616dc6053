"""One world of a hosted application as an ASGI application, for clients that take one."""

import asyncio

from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from simulator.testing.hosted import AsyncAnswer, Hosted, HostedCall
from simulator.testing.ways import inside


class WorldApp:
    """To be called under asyncio, from any thread. `path` is what the world's URLs begin with.

    Every request is the world's. Where a fault ends the connection, ConnectionLost is raised.
    """

    def __init__(self, hosted: Hosted, path: str) -> None:
        self._hosted = hosted
        self._path = path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            raise ValueError(f"only HTTP is served, not {scope['type']}")
        here = inside(self._path, scope["path"])
        sent = await Request(scope, receive).body()
        answer = AsyncAnswer()
        call = HostedCall(self._hosted, {**scope, "path": here, "root_path": ""}, sent, answer.deliver)
        waiting = asyncio.create_task(_hang_up(call, receive))
        try:
            more = True
            while more:
                message = await answer.next()
                await send(message)
                more = message["type"] != "http.response.body" or message.get("more_body", False)
        finally:
            call.hang_up()
            waiting.cancel()


async def _hang_up(call: HostedCall, receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    call.hang_up()
