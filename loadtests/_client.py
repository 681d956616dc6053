"""A user of either API: it asks where it may, follows no redirect, sends nothing again by itself, and stops at closing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any, Generic, TypeVar

import gevent
import geventhttpclient.client
import msgspec
from _run import run
from locust import FastHttpUser
from locust.exception import StopUser

from simulator.loadtest.answers import reason
from simulator.loadtest.hosts import HostRefused, check_host
from simulator.seeding.tills import SoldOut

# The client library would send a PUT once more, unasked, when the connection broke before the answer: a refund made twice.
geventhttpclient.client.IDEMPOTENT_METHODS = frozenset()

JSON_BODY = "application/json"
SUCCESS, REFUSALS = range(200, 300), range(400, 500)
ALL_STATUSES = frozenset(range(100, 600))
ASKS_AGAIN = frozenset({401, 425, 429})
"""Statuses that refuse nothing: the same request may go through later."""
UNCERTAIN = frozenset({408})
"""Whoever waited too long for a request may have had it all the same."""

PAUSE_AFTER = 0.2
"""Seconds, after a task that is given up."""

Read = TypeVar("Read")
Task = TypeVar("Task", bound=Callable[..., Any])


class NotRead(Exception):  # noqa: N818 - what a page is
    """A page did not come, however often it was asked for."""


@dataclass(frozen=True, slots=True)
class Answer(Generic[Read]):
    """`status` 0 is none at all. `told` is what was read of a success; None where it is half an answer, or noise."""

    status: int
    told: Read | None

    @property
    def refuses(self) -> bool:
        """Whether it says clearly that it will not be, however often it is asked for."""
        return self.status in REFUSALS and self.status not in ASKS_AGAIN | UNCERTAIN


def at_work(task: Task) -> Task:
    """A task that comes to its end before the run does, and that is not begun any more when the run is closing.

    It is done in a greenlet of its own: Locust may end a user the moment it begins, and a sale that was sent half would
    have an unknown outcome for no reason but that.
    """

    def brought_to_its_end(user: "Client") -> None:
        try:
            task(user)
        except (SoldOut, NotRead):
            # It is counted or told already; nobody begins anew at once.
            gevent.sleep(PAUSE_AFTER)
        finally:
            user.generator.working -= 1

    @wraps(task)
    def done(user: "Client") -> None:
        if user.generator.closing or user.generator.failure:
            raise StopUser
        user.generator.working += 1  # now, and not when that greenlet has its turn
        work = gevent.spawn(brought_to_its_end, user)
        user.generator.under_way.add(work)
        work.rawlink(user.generator.under_way.discard)
        work.get()

    return done  # type: ignore[return-value]  # the same but for what is around it


class Client(FastHttpUser):
    """A user at one shop, its `door`."""

    abstract = True
    max_redirects = 0
    concurrency = 1

    def __init__(self, environment: Any) -> None:
        options = run.scenario.options
        try:
            check_host(self.host or "", owned=options.i_own_this_host)
        except HostRefused as error:
            run.refuse(str(error))
            raise StopUser from None
        self.network_timeout = self.connection_timeout = options.timeout
        super().__init__(environment)
        agent: Any = self.client.client
        agent.redirect_response_codes = frozenset()
        # What a status means is decided here. The client would make a text of every answer it takes for bad, and fail at
        # one that is no text.
        agent.valid_response_codes = ALL_STATUSES
        self.generator = run.generator

    def on_start(self) -> None:
        self.generator.ready.wait()
        if self.generator.failure:
            raise StopUser
        self.door = self.generator.next_door()
        self.path = self.generator.briefing.path

    def wait_time(self) -> float:
        """Customers come at random, `--pace` apart on average."""
        pace = run.option("pace")
        return self.generator.random.expovariate(1 / pace) if pace else 0.0

    def nap(self, seconds: float) -> None:
        """There is nothing to do for the moment, so nothing is under way. What follows in the task is nothing either."""
        self.generator.working -= 1
        try:
            gevent.sleep(seconds)
        finally:
            self.generator.working += 1

    def ask(
        self,
        operation: str,
        method: str,
        path: str,
        headers: Mapping[str, str],
        body: Any = None,
        *,
        read: Callable[[bytes], Read],
    ) -> Answer[Read]:
        """One request, counted under `operation`. It is a failure unless it succeeds and can be read.

        `read` raises ValueError for what it cannot read.
        """
        sent = None if body is None else msgspec.json.encode(body)
        headers = headers if sent is None else {**headers, "Content-Type": JSON_BODY}
        with self.client.request(
            method,
            self.path + path,
            name=operation,
            data=sent,  # type: ignore[arg-type]  # bytes are what it sends
            headers=dict(headers),
            catch_response=True,
        ) as response:
            status, content = response.status_code, response.content or b""
            told = None
            if status not in SUCCESS:
                response.failure(reason(status, content))
            else:
                try:
                    told = read(content)
                    response.success()
                except ValueError:
                    response.failure(f"{status}, and cannot be read")
        return Answer(status, told)
