"""A run, from its start to its verdict, in whatever part this process has in it: all of it, the master's or a worker's.

A run ends in two steps, so that nobody looks while others still write: every load generator brings what is under way to
its end; then each reconciles its sales with the ledger, and the verdict is made.
"""

import logging
import signal
import sys
import time
from argparse import Namespace
from contextlib import suppress
from pathlib import Path
from typing import Any

import gevent
from _conductor import Conductor, Refused, written
from _generator import Generator, Told
from _scenario import Scenario
from gevent.event import Event
from locust import User, events
from locust.env import Environment
from locust.runners import MasterRunner, WorkerRunner

from simulator.client import SimulatorError
from simulator.loadtest.briefing import Briefing
from simulator.loadtest.hosts import HostRefused, check_host
from simulator.loadtest.options import OPTIONS, OptionRefused, read
from simulator.loadtest.reconciling import Reconciled
from simulator.loadtest.report import Report
from simulator.loadtest.thresholds import ThresholdRefused, thresholds

USAGE_ERROR, TERMINATED = 2, 143
ME = "local"
GROWING_SECONDS = 300.0
PROGRESS_EVERY = 0.5
REPORTED_WITHIN = 5.0
"""Seconds in which a worker's last numbers reach the master; it sends them every three."""
SILENT_BEATS = 15
"""Of a worker, one a second, after which it is not waited for."""
LOG = logging.getLogger("loadtest")
logging.getLogger("httpx").setLevel(logging.WARNING)  # it tells of every request to the control plane


class Run:
    """`generator` is there where load is made, `conductor` where the run is conducted."""

    def __init__(self) -> None:
        self.scenario: Scenario
        self.cashiers: type[User] | None = None
        self.environment: Environment
        self.generator = Generator()
        self.conductor: Conductor | None = None
        self.workers: list[str] = []
        self.answers: dict[str, dict[str, Any]] = {}
        self.lines: list[str] = []
        self._open = False
        self._closed = Event()
        self._exit_code: int | None = None

    def option(self, name: str) -> Any:
        """What was said of it, or else the scenario's default."""
        return self.scenario.option(name)

    def refuse(self, message: str) -> None:
        """The run must not go on: nothing more is asked for, and it fails."""
        if not self.generator.failure:
            LOG.error(message)
        self.generator.refuse(message)

    # --- the beginning ------------------------------------------------------------------------------------------------

    def prepare(self, environment: Environment) -> None:
        """Locust is there; nothing has been started yet."""
        self.environment = environment
        self.scenario.options = environment.parsed_options
        runner = environment.runner
        if isinstance(runner, WorkerRunner):
            if getattr(environment.parsed_options, "processes", None):
                # A terminal's interrupt goes to all processes of a run; the master's ends it, and asks for what they know.
                signal.signal(signal.SIGINT, signal.SIG_IGN)
            runner.register_message("loadtest_briefing", self._briefed)
            runner.register_message("loadtest_go", self._go)
            runner.register_message("loadtest_close", self._close_here, concurrent=True)
            runner.register_message("loadtest_tell", self._tell_here, concurrent=True)
            runner.register_message("loadtest_phase", self._phase_here)
            runner.register_message("loadtest_over", self._over_here)
            return
        if isinstance(runner, MasterRunner):
            runner.register_message("loadtest_answer", self._answered)
        # Locust's own comes late: after the world is made, and where a shape says how many users there are, at the end.
        gevent.signal_handler(signal.SIGTERM, self._told_to_end)
        environment.process_exit_code = USAGE_ERROR  # until there is a verdict
        options: Any = environment.parsed_options
        try:
            self._read_options()
        except Refused as error:
            end_with(str(error))
        if options.headless:
            # Locust would count from before the shops are there.
            options.run_time = None
            try:
                self._have_world()
            except Refused as error:
                end_with(str(error))

    def _count_cashiers(self, options: Any) -> None:
        """--cashiers are the users of the class that serves customers; all users where there is no other."""
        if self.cashiers is not None:
            self.cashiers.fixed_count = self.option("cashiers")
            if not self.cashiers.fixed_count:
                self.cashiers.weight = 0  # or Locust would have as many as of others
        elif options.cashiers is not None and self.environment.shape_class is None:
            options.num_users = options.cashiers

    def _read_options(self) -> None:
        """Raises Refused. They may have been changed in the web page since."""
        options: Any = self.environment.parsed_options
        scenario = self.scenario
        try:
            # Locust's own stay as they are: it takes the type of what it is told next from them.
            told = scenario.options = Namespace(**read(vars(options)))
            self._count_cashiers(told)
            self._wanted = thresholds(
                told.threshold or (), told.thresholds, scenario.operations, scenario.expected
            )
        except (OptionRefused, ThresholdRefused) as error:
            raise Refused(str(error)) from None
        for name, value in (("--users", told.num_users), ("--run-time", told.run_time)):
            if value is not None and value <= 0:
                raise Refused(f"{name} must be more than 0, not {value}")
        options.num_users, scenario.run_time = told.num_users, told.run_time

    def _have_world(self) -> None:
        """Raises Refused."""
        options = self.scenario.options
        if not self.environment.host:
            raise Refused("say which server is to be loaded: --host http://127.0.0.1:8420")
        try:
            for url in (self.environment.host, options.control or self.environment.host):
                check_host(url, owned=options.i_own_this_host)
        except HostRefused as error:
            raise Refused(str(error)) from None
        self.conductor = Conductor(self.environment, self.scenario, self._wanted)
        try:
            self.conductor.open()
        except BaseException:
            self._leave()
            raise

    def start(self) -> None:
        """Users are about to be spawned. Brief the load generators, and go when they are ready."""
        runner, options = self.environment.runner, self.environment.parsed_options
        if isinstance(runner, WorkerRunner) or options is None:
            return
        self.generator = Generator()
        try:
            if self.conductor is None:
                self._read_options()
                self._have_world()
            assert self.conductor is not None  # noqa: S101 - it was just made
            self._brief(self.conductor)
            self.conductor.start()
        except Refused as error:
            self.refuse(str(error))
            self._leave()
            self.end()
            return
        self._open = True
        self._closed.clear()
        self._to_all("loadtest_go", {})
        if not isinstance(runner, MasterRunner):
            self._go()
        gevent.spawn(self._look_on, self.conductor)
        if options.headless and self.scenario.run_time and self.environment.shape_class is None:
            gevent.spawn_later(self.scenario.run_time, self._end_of, self.conductor)

    def _brief(self, conductor: Conductor) -> None:
        briefing = conductor.briefing
        runner = self.environment.runner
        if not isinstance(runner, MasterRunner):
            self._begin(briefing, 0, 1)
            if self.generator.failure:
                raise Refused(self.generator.failure)
            return
        workers = sorted(each.id for each in runner.clients.ready)
        self.answers = {"ready": {}, "settled": {}, "told": {}}
        for index, worker in enumerate(workers):
            told = {
                "briefing": briefing.as_json(),
                "index": index,
                "of": len(workers),
                "options": {option.name: getattr(self.scenario.options, option.name) for option in OPTIONS},
            }
            runner.send_message("loadtest_briefing", told, client_id=worker)
        self.workers, conductor.generators = workers, len(workers)
        self._await("ready", GROWING_SECONDS)
        if failures := [each["failure"] for each in self.answers["ready"].values() if each["failure"]]:
            raise Refused(failures[0])

    def _begin(self, briefing: Briefing, index: int, of: int) -> None:
        generator = self.generator
        try:
            generator.begin(briefing, index, of, self.scenario.options)
            self.scenario.begun(generator)
        except Exception as error:  # noqa: BLE001 - told where the verdict is made
            generator.refuse(f"{type(error).__name__}: {error}")

    def _briefed(self, msg: Any, **_: Any) -> None:
        """In a worker: take part in a new run, as soon as its tills are there."""
        self.generator = Generator()
        told = msg.data
        # Locust sends them too, but only when the users come.
        self.scenario.options = Namespace(**{**vars(self.environment.parsed_options), **told["options"]})

        def begin() -> None:
            self._begin(Briefing.of_json(told["briefing"]), told["index"], told["of"])
            self._answer("ready", {"failure": self.generator.failure})
            gevent.spawn(self._tell_progress, self.generator)

        gevent.spawn(begin)

    def _go(self, **_: Any) -> None:
        self.generator.go()

    # --- on the way ---------------------------------------------------------------------------------------------------

    def phase(self, name: str) -> None:
        """Another part of the run begins, everywhere."""
        if self.conductor is not None:
            self.conductor.phase(name)
        self.generator.phase = name
        self._to_all("loadtest_phase", {"name": name})

    def _phase_here(self, msg: Any, **_: Any) -> None:
        self.generator.phase = msg.data["name"]

    def end(self) -> None:
        """What the scenario is about is done."""
        runner, options = self.environment.runner, self.environment.parsed_options
        if runner is not None:
            gevent.spawn(runner.quit if options is not None and options.headless else runner.stop)

    def _told_to_end(self) -> None:
        if self.conductor is not None and self.conductor.is_on:
            if self._open:
                self.end()
            return
        self._leave()
        raise SystemExit(TERMINATED)

    def _end_of(self, conductor: Conductor) -> None:
        """The time is up."""
        if self.conductor is conductor:
            self.end()

    def _look_on(self, conductor: Conductor) -> None:
        """Twice a second while the run is on."""
        while self._open and self.conductor is conductor:
            gevent.sleep(PROGRESS_EVERY)
            if conductor.is_lost or any(map(self._is_gone, self.workers)):
                self.end()
                return
            if not isinstance(self.environment.runner, MasterRunner):
                conductor.progress[ME] = self.scenario.progress(self.generator)
            if self._open:
                with suppress(SimulatorError):  # whoever watches it sees whether it is there
                    self.scenario.second(conductor)

    def _tell_progress(self, generator: Generator) -> None:
        while generator is self.generator and not generator.closing:
            self._answer("progress", dict(self.scenario.progress(generator)))
            gevent.sleep(PROGRESS_EVERY)

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

    def _leave(self) -> None:
        """The run is over, or was never begun."""
        if self.conductor is not None:
            self.conductor.leave()
            self._to_all("loadtest_over", {})
            self._over_here()
        self.conductor = None

    def _judge(self, conductor: Conductor) -> None:
        try:
            conductor.take_faults_out()
            report = conductor.finish(self._told(conductor))
        except Exception as error:
            LOG.exception("no verdict could be made")
            self.lines = [f"{self.scenario.name}: FAILED", f"  no verdict could be made: {error}"]
            self._exit_code = 1
            return
        self.lines = [*report.lines(), *self._written(report)]
        self._exit_code = report.verdict.exit_code
        if not getattr(self.environment.parsed_options, "headless", True):
            self.tell()

    def _written(self, report: Report) -> list[str]:
        """Where the report is, for the terminal; a verdict stands without it too."""
        try:
            page = written(report, getattr(self.environment.parsed_options, "out", None))
        except OSError as error:
            return [f"  no report: cannot write {error.filename}: {error.strerror}"]
        return [f"  report: {page}"] if page else []

    def _told(self, conductor: Conductor) -> dict[str, Told]:
        """What every load generator has to tell, once all have settled."""
        patience = float(self.option("patience"))
        if not isinstance(self.environment.runner, MasterRunner):
            self._settle()
            conductor.rest()
            self.scenario.settled(conductor)
            return {ME: self._reconcile()}
        self._to_all("loadtest_close", {})
        self._await("settled", patience + REPORTED_WITHIN)
        conductor.rest()
        self.scenario.settled(conductor)
        self._to_all("loadtest_tell", {})
        self._await("told", patience + REPORTED_WITHIN)
        self._await_last_numbers()
        silent = Told(Reconciled(), {}, {}, [], 0.0, "it did not answer").as_json()
        return {
            f"worker {index}": Told.of_json(self.answers["told"].get(worker, silent))
            for index, worker in enumerate(self.workers)
        }

    def _settle(self) -> None:
        deadline = time.monotonic() + float(self.option("patience"))
        self.generator.closing = True
        self.scenario.closing(self.generator, deadline)
        self.generator.settle(deadline)

    def _reconcile(self) -> Told:
        if not self.generator.failure:
            self.scenario.telling(self.generator)
        return self.generator.tell()

    def _over_here(self, **_: Any) -> None:
        self.generator.closing = True
        self.generator.give_up()

    def _close_here(self, **_: Any) -> None:
        self._settle()
        self._answer("settled", {})

    def _tell_here(self, **_: Any) -> None:
        self._answer("told", self._reconcile().as_json())

    def _await_last_numbers(self) -> None:
        """Until each worker has reported once more, so that Locust's numbers are those of the whole run."""
        waiting = set(self.workers)
        reported = Event()

        def heard(client_id: str, **_: Any) -> None:
            waiting.discard(client_id)
            if not waiting:
                reported.set()

        listener = events.worker_report.add_listener(heard)
        reported.wait(REPORTED_WITHIN)
        events.worker_report.remove_listener(listener)

    def finish(self) -> None:
        """Locust is about to end: with the verdict for its exit code."""
        if isinstance(self.environment.runner, WorkerRunner):
            return
        self.close()
        self._leave()
        if self._exit_code is not None:
            self.environment.process_exit_code = self._exit_code
        else:
            why = self.generator.failure or "it was ended before it had begun"
            self.lines = [f"{self.scenario.name}: FAILED", f"  {why}"]
            self.environment.process_exit_code = 1

    def tell(self) -> None:
        """The verdict, for whoever looks at the terminal."""
        if self.lines:
            print("\n".join(["", *self.lines, ""]), flush=True)  # noqa: T201 - what the run is for
            self.lines = []

    # --- between processes --------------------------------------------------------------------------------------------

    def _to_all(self, message: str, data: dict[str, Any]) -> None:
        runner = self.environment.runner
        if isinstance(runner, MasterRunner):
            for worker in self.workers:
                runner.send_message(message, data, client_id=worker)

    def _answer(self, kind: str, data: dict[str, Any]) -> None:
        runner = self.environment.runner
        if isinstance(runner, WorkerRunner):
            runner.send_message("loadtest_answer", {"kind": kind, "data": data})

    def _answered(self, msg: Any, **_: Any) -> None:
        """In the master."""
        kind, data = msg.data["kind"], msg.data["data"]
        if kind == "progress":
            if self.conductor is not None:
                self.conductor.progress[msg.node_id] = data
        elif kind in self.answers:
            self.answers[kind][msg.node_id] = data

    def _await(self, kind: str, seconds: float) -> None:
        """Until every worker has answered that is there, or the time is up."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if all(worker in self.answers[kind] or self._is_gone(worker) for worker in self.workers):
                return
            gevent.sleep(0.02)

    def _is_gone(self, worker: str) -> bool:
        """Whether a worker has left, or has been silent for so long that it is not just busy."""
        runner = self.environment.runner
        if not isinstance(runner, MasterRunner):
            return False
        node = runner.clients.get(worker)
        return node is None or node.heartbeat < -SILENT_BEATS


run = Run()


def end_with(message: str) -> Any:
    """One line on stderr, and exit code 2, as the command line has it."""
    sys.stderr.write(f"simulator: {' '.join(message.split())}\n")
    sys.stderr.flush()
    raise SystemExit(USAGE_ERROR)


def play(scenario: Scenario, file: str, about: str, *, cashiers: type[User] | None = None) -> None:
    """What a scenario's file ends with: from now on Locust runs it. `cashiers` is whom --cashiers counts, if not all users."""
    scenario.name = Path(file).stem
    scenario.about = about.partition("\n")[0]
    run.scenario, run.cashiers = scenario, cashiers

    @events.init_command_line_parser.add_listener
    def _options(parser: Any, **_: Any) -> None:
        for option in OPTIONS:
            kind: dict[str, Any] = {"action": "store_true"} if option.type is None else {"type": option.type}
            if option.several:
                kind = {"action": "append"}
            if option.choices:
                kind["choices"] = option.choices
            parser.add_argument(
                option.flag,
                env_var=option.variable,
                help=option.help,
                default=option.default,
                is_secret=option.secret,
                **kind,
            )
        locusts = {"users": "num_users"}
        parser.set_defaults(
            **{locusts.get(name, name): value for name, value in scenario.defaults.items() if name in LOCUSTS}
        )

    @events.init.add_listener
    def _prepare(environment: Environment, **_: Any) -> None:
        run.prepare(environment)

    @events.test_start.add_listener
    def _start(**_: Any) -> None:
        run.start()

    @events.test_stopping.add_listener
    def _close(**_: Any) -> None:
        run.close()

    @events.quitting.add_listener
    def _finish(**_: Any) -> None:
        run.finish()

    @events.quit.add_listener
    def _tell(**_: Any) -> None:
        run.tell()


LOCUSTS = ("users", "spawn_rate", "run_time", "stop_timeout")
"""Of a scenario's defaults, those that are Locust's."""
