"""Long work beside the event loop, in a thread that nobody has to wait for."""

import asyncio
from collections.abc import Callable, Coroutine
from threading import Thread
from typing import Any, TypeVar

from starlette.requests import ClientDisconnect, Request

T = TypeVar("T")


async def beside(work: Callable[[], T]) -> T:
    """What `work` returns or raises. The server may stop before it is done, which asyncio's own threads would not let it."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T] = loop.create_future()

    def settle(
        settled: Callable[[T], None] | Callable[[BaseException], None], outcome: T | BaseException
    ) -> None:
        if not done.done():
            settled(outcome)  # type: ignore[arg-type]  # the one that goes with the outcome

    def run() -> None:
        try:
            outcome = work()
        except BaseException as error:  # noqa: BLE001 - raised where it is awaited
            tell(done.set_exception, error)
        else:
            tell(done.set_result, outcome)

    def tell(
        settled: Callable[[T], None] | Callable[[BaseException], None], outcome: T | BaseException
    ) -> None:
        # A loop that is closed by now has nobody left who waits.
        if not loop.is_closed():
            loop.call_soon_threadsafe(settle, settled, outcome)

    Thread(target=run, name="simulator, long work", daemon=True).start()
    return await done


async def while_waited_for(work: Coroutine[Any, Any, T], request: Request) -> T:
    """What `work` comes to; given up, with ClientDisconnect, when the client of the request is gone before."""
    working, leaving = asyncio.ensure_future(work), asyncio.ensure_future(_left(request))
    try:
        await asyncio.wait({working, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            raise ClientDisconnect
        return working.result()
    finally:
        working.cancel()
        leaving.cancel()


async def _left(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
