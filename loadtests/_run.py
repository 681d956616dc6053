"""A run, from its start to its verdict, as Locust's events lead through it.

It ends in two steps, so that nobody looks while others still write: every load generator brings what is under way to its
end; then each reconciles its sales with the ledger, and the verdict is made.
"""

import logging
import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

import gevent
from _conductor import Conductor
from _crew import PROGRESS_EVERY, Alone, Crew, Link, Workers
from _generator import Generator
from _hand import Hand
from _said import add_options, check_hosts, read_options
from _scenario import Scenario
from gevent.event import Event
from locust import User, events
from locust.env import Environment
from locust.runners import MasterRunner, WorkerRunner

from simulator.client import SimulatorError
from simulator.loadtest.refusals import RunRefused
from simulator.loadtest.report import Report

USAGE_ERROR, TERMINATED = 2, 143
LOG = logging.getLogger("loadtest")
logging.getLogger("httpx").setLevel(logging.WARNING)  # it tells of every request to the control plane


class Run:
    """What this process has in a run: in a worker a `hand` that makes load, in a master a `conductor` and its crew, else both.

    There is one in a process, as there is one Locust.
    """

    scenario: Scenario
    environment: Environment
    hand: Hand
    crew: Crew

    def __init__(self) -> None:
        self.cashiers: type[User] | None = None
        self.conductor: Conductor | None = None
        self._lines: list[str] = []
        self._open = False
        self._closed = Event()
        self._exit_code: int | None = None

    @property
    def generator(self) -> Generator:
        """What makes the load in this process now."""
        return self.hand.generator

    def option(self, name: str) -> Any:
        """What was said of it, or else the scenario's default."""
        return self.scenario.option(name)

    # --- the beginning ------------------------------------------------------------------------------------------------

    def prepare(self, environment: Environment) -> None:
        """Locust is there; nothing has been started yet."""
        self.environment = environment
        options: Any = environment.parsed_options
        self.scenario.options = options
        self.hand = Hand(self.scenario)
        runner = environment.runner
        if isinstance(runner, WorkerRunner):
            if options.processes:
                # A terminal's interrupt goes to all processes of a run; the master's ends it, and asks for what they know.
                signal.signal(signal.SIGINT, signal.SIG_IGN)
            Link(runner, self.hand, options)
            return
        self.crew = (
            Workers(runner, lambda: self.scenario.options)
            if isinstance(runner, MasterRunner)
            else Alone(self.hand)
        )
        # Locust's own comes late: after the world is made, and where a shape says how many users there are, at the end.
        gevent.signal_handler(signal.SIGTERM, self._told_to_end)
        environment.process_exit_code = USAGE_ERROR  # until there is a verdict
        try:
            self._wanted = read_options(environment, self.scenario, self.cashiers)
            if options.headless:
                # Locust would count from before the shops are there.
                options.run_time = None
                self._have_world()
        except RunRefused as error:
            end_with(str(error))

    def _have_world(self) -> None:
        """Raises RunRefused, and leaves nothing behind then."""
        check_hosts(self.environment, self.scenario.options)
        self.conductor = Conductor(self.environment, self.scenario, self._wanted)
        try:
            self.conductor.open()
        except BaseException:
            self._leave()
            raise

    def start(self) -> None:
        """Users are about to be spawned. Brief the load generators, and go when they are ready."""
        if not hasattr(self, "hand"):
            return  # a worker to which Locust sends users before it has said that it is there
        options = self.environment.parsed_options
        if isinstance(self.environment.runner, WorkerRunner) or options is None:
            if not self.hand.is_briefed:
                self.hand.generator.refuse("it came when the run had begun")
            return
        self.hand.hear()
        try:
            if self.conductor is None:
                self._wanted = read_options(self.environment, self.scenario, self.cashiers)
                self._have_world()
            conductor = self.conductor
            assert conductor is not None  # noqa: S101 - it was just made
            self.crew.brief(conductor.briefing)
            conductor.generators = self.crew.size
            conductor.start()
        except RunRefused as error:
            self.refuse(str(error))
            self._leave()
            self.end()
            return
        self._open = True
        self._closed.clear()
        self.crew.go()
        gevent.spawn(self._look_on, conductor)
        if options.headless and self.scenario.run_time and self.environment.shape_class is None:
            gevent.spawn_later(self.scenario.run_time, self._end_of, conductor)

    def refuse(self, why: str) -> None:
        """The run must not go on: nothing more is asked for, and it fails."""
        if not self.generator.failure:
            LOG.error(why)
        self.generator.refuse(why)

    # --- on the way ---------------------------------------------------------------------------------------------------

    def begin_phase(self, name: str) -> None:
        """Another part of the run begins, everywhere."""
        if self.conductor is not None:
            self.conductor.begin_phase(name)
        self.crew.begin_phase(name)

    def end(self) -> None:
        """What the scenario is about is done."""
        runner, options = self.environment.runner, self.environment.parsed_options
        if runner is not None:
            gevent.spawn(runner.quit if options is not None and options.headless else runner.stop)

    def _end_of(self, conductor: Conductor) -> None:
        """The time is up."""
        if self.conductor is conductor:
            self.end()

    def _told_to_end(self) -> None:
        if self.conductor is not None and self.conductor.is_on:
            if self._open:
                self.end()
        elif self._exit_code is None:
            self._leave()
            raise SystemExit(TERMINATED)

    def _look_on(self, conductor: Conductor) -> None:
        """Twice a second while the run is on."""
        while self._open and self.conductor is conductor:
            gevent.sleep(PROGRESS_EVERY)
            if self.crew.is_lost or (conductor.watch is not None and conductor.watch.is_lost):
                self.end()
                return
            conductor.progress = self.crew.progress()
            if self._open:
                with suppress(SimulatorError):  # the watch sees whether it is there
                    self.scenario.second(conductor)

    # --- the end ------------------------------------------------------------------------------------------------------

    def close(self) -> None:
        """Settle, reconcile, judge, report. Who comes while that is being done waits for it."""
        if self.conductor is None or not self.conductor.is_on:
            return
        if not self._open:
            self._closed.wait()
            return
        self._open = False
        try:
            self._judge(self.conductor)
        finally:
            self._leave()
            self._closed.set()
        if not getattr(self.environment.parsed_options, "headless", True):
            self.tell()

    def _judge(self, conductor: Conductor) -> None:
        try:
            report = self._report(conductor)
        except Exception as error:
            LOG.exception("no verdict could be made")
            self._lines = [f"{self.scenario.name}: FAILED", f"  no verdict could be made: {error}"]
            self._exit_code = 1
            return
        self._lines = [*report.lines(), *self._written(report)]
        self._exit_code = report.verdict.exit_code

    def _report(self, conductor: Conductor) -> Report:
        watch = conductor.watch
        assert watch is not None  # noqa: S101 - the run has begun
        conductor.strikes.take_out()
        self.crew.settle()
        watch.end()
        self.scenario.settled(conductor)
        return conductor.finish(watch, self.crew.told(), late=len(self.crew.late))

    def _written(self, report: Report) -> list[str]:
        """Where the report is, for the terminal; a verdict stands without it too."""
        folder = self.option("out")
        if not folder:
            return []
        try:
            return [f"  report: {report.write(Path(folder))}"]
        except OSError as error:
            return [f"  no report: {error}"]

    def _leave(self) -> None:
        """The run is over, or was never begun."""
        if self.conductor is not None:
            self.conductor.leave()
            self.crew.over()
        self.conductor = None

    def finish(self) -> None:
        """Locust is about to end: with the verdict for its exit code."""
        if isinstance(self.environment.runner, WorkerRunner):
            return
        self.close()
        self._leave()
        if self._exit_code is None:
            why = self.generator.failure
            self._lines = [f"{self.scenario.name}: FAILED", f"  {why or 'it was ended before it had begun'}"]
            self._exit_code = USAGE_ERROR if why else 1
        self.environment.process_exit_code = self._exit_code

    def tell(self) -> None:
        """The verdict, for whoever looks at the terminal."""
        if self._lines:
            print("\n".join(["", *self._lines, ""]), flush=True)  # noqa: T201 - what the run is for
            self._lines = []


run = Run()


def end_with(message: str) -> NoReturn:
    """One line on stderr, and exit code 2, as the command line has it."""
    sys.stderr.write(f"simulator: {' '.join(message.split())}\n")
    sys.stderr.flush()
    raise SystemExit(USAGE_ERROR)


def play(scenario: Scenario, file: str, about: str, *, cashiers: type[User] | None = None) -> None:
    """What a scenario's file ends with: from now on Locust runs it. `cashiers` is whom --cashiers counts, if not all users."""
    scenario.name = Path(file).stem
    scenario.about = about.partition("\n")[0]
    run.scenario, run.cashiers = scenario, cashiers
    events.init_command_line_parser.add_listener(lambda parser, **_: add_options(parser, scenario))
    events.init.add_listener(lambda environment, **_: run.prepare(environment))
    events.test_start.add_listener(lambda **_: run.start())
    events.test_stopping.add_listener(lambda **_: run.close())
    events.quitting.add_listener(lambda **_: run.finish())
    events.quit.add_listener(lambda **_: run.tell())
