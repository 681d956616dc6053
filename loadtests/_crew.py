"""All the load generators of a run, as who conducts it reaches them: the one in this process, or Locust's workers."""

import time
from argparse import Namespace
from collections.abc import Collection, Mapping
from typing import Any, Protocol

import gevent
from _generator import Told
from _hand import Hand
from gevent.event import Event
from locust import events
from locust.runners import MasterRunner, WorkerRunner

from simulator.loadtest.briefing import Briefing
from simulator.loadtest.options import OPTIONS
from simulator.loadtest.reconciling import Reconciled
from simulator.loadtest.refusals import RunRefused

ARRIVING_SECONDS, GROWING_SECONDS = 10.0, 300.0
PROGRESS_EVERY = 0.5
REPORTED_WITHIN = 5.0
"""Seconds in which a worker's last numbers reach the master; it sends them every three."""
SILENT_BEATS = 15
"""Of a worker, one a second, after which it is not waited for."""
POLL_SECONDS = 0.02


class Crew(Protocol):
    """`size` is how many there are, `late` how many came when it was too late for them."""

    @property
    def size(self) -> int: ...

    @property
    def late(self) -> Collection[str]: ...

    def brief(self, briefing: Briefing) -> None:
        """Have them grow their tills. Raises RunRefused when one cannot take part."""

    def go(self) -> None: ...

    def begin_phase(self, name: str) -> None: ...

    def progress(self) -> Mapping[str, Mapping[str, int]]:
        """What each has told on the way."""

    @property
    def is_lost(self) -> bool:
        """Whether one is gone."""

    def settle(self) -> None:
        """Have them bring what is under way to its end."""

    def told(self) -> Mapping[str, Told]:
        """What each knows of its sales, by its name."""

    def over(self) -> None:
        """The run is over, or was never begun."""


class Alone:
    """The one in this process."""

    size = 1
    late = ()
    is_lost = False
    NAME = "local"

    def __init__(self, hand: Hand) -> None:
        self._hand = hand

    def brief(self, briefing: Briefing) -> None:
        self._hand.begin(briefing, 0, 1)
        if self._hand.generator.failure:
            raise RunRefused(self._hand.generator.failure)

    def go(self) -> None:
        self._hand.generator.go()

    def begin_phase(self, name: str) -> None:
        self._hand.generator.phase = name

    def progress(self) -> Mapping[str, Mapping[str, int]]:
        return {self.NAME: self._hand.progress()}

    def settle(self) -> None:
        self._hand.settle()

    def told(self) -> Mapping[str, Told]:
        return {self.NAME: self._hand.tell()}

    def over(self) -> None:
        self._hand.over()


class Workers:
    """In processes of their own, here or on other machines; each has a `Link` at its end.

    Those take part that are there when the run begins; `late` counts those that came when it was on, to whom Locust gives
    users all the same. Everybody is given `patience` real seconds to settle and to tell.
    """

    def __init__(self, runner: MasterRunner, options: Any) -> None:
        self._runner = runner
        self._options = options
        self._names: list[str] = []
        self._here: set[str] = set()
        self._is_on = False
        self._answers: dict[str, dict[str, Any]] = {}
        self.late: set[str] = set()
        runner.register_message("loadtest_answer", self._answered)

    @property
    def size(self) -> int:
        return len(self._names)

    def brief(self, briefing: Briefing) -> None:
        ready = {each.id for each in self._runner.clients.ready}
        # Locust takes them for ready before they hear what is sent to them here.
        until = time.monotonic() + ARRIVING_SECONDS
        while not ready <= self._here and time.monotonic() < until:
            gevent.sleep(POLL_SECONDS)
        self._names, self.late = sorted(ready), set()
        self._answers = {"ready": {}, "progress": {}, "settled": {}, "told": {}}
        options = {option.name: getattr(self._options(), option.name) for option in OPTIONS}
        for index, name in enumerate(self._names):
            told = {"briefing": briefing.as_json(), "index": index, "of": self.size, "options": options}
            self._runner.send_message("loadtest_briefing", told, client_id=name)
        self._await("ready", GROWING_SECONDS)
        if failures := [each["failure"] for each in self._answers["ready"].values() if each["failure"]]:
            raise RunRefused(failures[0])

    def go(self) -> None:
        self._is_on = True
        self._send("loadtest_go")

    def begin_phase(self, name: str) -> None:
        self._send("loadtest_phase", {"name": name})

    def progress(self) -> Mapping[str, Mapping[str, int]]:
        return dict(self._answers["progress"])

    @property
    def is_lost(self) -> bool:
        return any(map(self._is_gone, self._names))

    def settle(self) -> None:
        self._send("loadtest_close")
        self._await("settled", self._patience)

    def told(self) -> Mapping[str, Told]:
        self._send("loadtest_tell")
        self._await("told", self._patience)
        self._await_last_numbers()
        silent = Told(Reconciled(), {}, {}, [], 0.0, "it did not answer").as_json()
        answers = self._answers["told"]
        return {
            f"worker {index}": Told.of_json(answers.get(name, silent))
            for index, name in enumerate(self._names)
        }

    def over(self) -> None:
        self._is_on = False
        self._send("loadtest_over")

    @property
    def _patience(self) -> float:
        return float(self._options().patience) + REPORTED_WITHIN

    def _send(self, message: str, data: dict[str, Any] | None = None) -> None:
        for name in self._names:
            self._runner.send_message(message, data or {}, client_id=name)

    def _answered(self, msg: Any, **_: Any) -> None:
        kind, name = msg.data["kind"], msg.node_id
        if kind == "here":
            self._here.add(name)
            if self._is_on and name not in self._names:
                self.late.add(name)
        elif kind in self._answers:
            self._answers[kind][name] = msg.data["data"]

    def _await(self, kind: str, seconds: float) -> None:
        """Until every worker has answered that is there, or the time is up."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if all(name in self._answers[kind] or self._is_gone(name) for name in self._names):
                return
            gevent.sleep(POLL_SECONDS)

    def _is_gone(self, name: str) -> bool:
        """Whether a worker has left, or has been silent for so long that it is not just busy."""
        node = self._runner.clients.get(name)
        return node is None or node.heartbeat < -SILENT_BEATS

    def _await_last_numbers(self) -> None:
        """Until each has reported once more, so that Locust's numbers are those of the whole run."""
        waiting = {name for name in self._names if not self._is_gone(name)}
        reported = Event()

        def heard(client_id: str, **_: Any) -> None:
            waiting.discard(client_id)
            if not waiting:
                reported.set()

        listener = events.worker_report.add_listener(heard)
        reported.wait(REPORTED_WITHIN)
        events.worker_report.remove_listener(listener)


class Link:
    """A worker's end: it does what the master says, and answers."""

    def __init__(self, runner: WorkerRunner, hand: Hand, options: Namespace) -> None:
        self._runner = runner
        self._hand = hand
        self._options = options
        runner.register_message("loadtest_briefing", self._briefed)
        runner.register_message("loadtest_go", lambda **_: hand.generator.go())
        runner.register_message("loadtest_phase", self._phase)
        runner.register_message("loadtest_close", self._close, concurrent=True)
        runner.register_message("loadtest_tell", self._tell, concurrent=True)
        runner.register_message("loadtest_over", lambda **_: hand.over())
        self._answer("here", {})

    def _briefed(self, msg: Any, **_: Any) -> None:
        """Take part in a new run, as soon as its tills are there."""
        told, hand = msg.data, self._hand
        hand.hear()
        # Locust sends options too, but only when the users come.
        hand.scenario.options = Namespace(**{**vars(self._options), **told["options"]})

        def begin() -> None:
            hand.begin(Briefing.of_json(told["briefing"]), told["index"], told["of"])
            self._answer("ready", {"failure": hand.generator.failure})
            gevent.spawn(self._tell_progress)

        gevent.spawn(begin)

    def _phase(self, msg: Any, **_: Any) -> None:
        self._hand.generator.phase = msg.data["name"]

    def _close(self, **_: Any) -> None:
        self._hand.settle()
        self._answer("settled", {})

    def _tell(self, **_: Any) -> None:
        self._answer("told", self._hand.tell().as_json())

    def _tell_progress(self) -> None:
        generator = self._hand.generator
        while generator is self._hand.generator and not generator.closing:
            self._answer("progress", self._hand.progress())
            gevent.sleep(PROGRESS_EVERY)

    def _answer(self, kind: str, data: dict[str, Any]) -> None:
        self._runner.send_message("loadtest_answer", {"kind": kind, "data": data})
