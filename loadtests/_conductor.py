"""Who conducts a run: makes the world, briefs the load generators, watches the simulator, and asks for the proofs."""

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING, Any

import gevent
import httpx
from _generator import Told
from locust.stats import StatsEntry

from simulator.client import Fault, Simulator, SimulatorError, World
from simulator.loadtest.briefing import Briefing, Door, doors, growth_of
from simulator.loadtest.certificate import Certificate, Second, busy_share
from simulator.loadtest.course import Course
from simulator.loadtest.reconciling import Reconciled
from simulator.loadtest.report import Day, Report
from simulator.loadtest.thresholds import ALL, Operation, Threshold, held
from simulator.loadtest.verdict import (
    Proof,
    Verdict,
    exactly_once,
    nothing_stuck,
    t3_agrees_with_trace,
    units_conserved,
)

if TYPE_CHECKING:
    from _scenario import Scenario
    from locust.env import Environment

LISTS = ("active", "inactive")
EVERY = 1.0
"""Seconds from one look at the simulator to the next."""
LOST_AFTER = 10.0
"""Seconds without an answer to a look after which a run is ended."""
OK = 200


class Refused(Exception):  # noqa: N818 - a refusal, as elsewhere
    """The run cannot be. The message is one line that says what to mend."""


class Conductor:
    """Of one run, from the world it is about to its report."""

    def __init__(self, environment: "Environment", scenario: "Scenario", wanted: Sequence[Threshold]) -> None:
        self.environment = environment
        self.options = scenario.options
        self.scenario = scenario
        self.wanted = wanted
        self.started = datetime.now(UTC)
        self.series: list[Second] = []
        self.phases: list[tuple[float, str]] = []
        self.facts: dict[str, str] = {}
        self.generators = 1
        self.progress: dict[str, dict[str, int]] = {}
        """What each load generator has told of itself on the way."""
        self.struck: list[Fault] = []
        self.is_on = False
        self.is_lost = False
        """Whether the simulator has not answered for long, or is not the one with which the run began."""
        self.world_of_its_own: World | None = None
        self._watching: gevent.Greenlet | None = None
        self._host = str(environment.host).rstrip("/")

    # --- before -------------------------------------------------------------------------------------------------------

    def open(self) -> None:
        """Have the world, and know how to get in. Raises Refused; what was made by then is for `leave`."""
        options = self.options
        self.scenario.check(self)
        try:
            self.simulator = Simulator(
                options.control or self._host, token=options.control_token, timeout=options.patience
            )
            self.world = self._world()
            self._enter()
        except SimulatorError as error:
            raise Refused(str(error)) from None

    def _enter(self) -> None:
        """Find out what the world is, and whether the address that is loaded leads there."""
        info = self.world.info()
        if info.plan is None:
            raise Refused(
                f"the world {info.name} was not grown from a recipe, so nobody knows what its tills sell next; "
                "leave --world out, or name one that was"
            )
        self.briefing = Briefing(
            run=f"run{token_hex(4)}" if self.options.world else "run",
            control=self.world.url,
            token=self.options.control_token,
            path=info.path,
            plan=growth_of(info.plan),
            doors=doors(info),
            extra=self.scenario.beside(self, info),
        )
        self._knock(self.briefing.doors[0])
        self.faults = self._read_faults()
        self.t3_before = self.t3_total()

    def _world(self) -> World:
        """The one that is named, or a new one for this run alone."""
        options, scenario = self.options, self.scenario
        if options.world:
            return self.simulator.world(options.world)
        self.world_of_its_own = self.simulator.create_world(
            recipe=options.recipe or scenario.recipe,
            seed=options.seed,
            now=scenario.begins(self),
            receipts=scenario.option("receipts"),
            days=scenario.option("days"),
            shops=scenario.option("shops"),
            journal_bytes=options.journal_bytes,
        )
        return self.world_of_its_own

    def _knock(self, door: Door) -> None:
        """Raises Refused unless the address that is loaded leads to the world."""
        url = (
            f"{self._host}{self.briefing.path}/v2/sales/active?licenseNumber={door.license_number}&pageSize=1"
        )
        try:
            answer = httpx.get(url, headers=dict(door.t3), trust_env=False, timeout=self.options.timeout)
        except httpx.HTTPError as error:
            raise Refused(f"{self._host} does not answer: {error}") from None
        if answer.status_code != OK:
            hint = (
                " A gateway that does not pass /worlds/... on needs --world main"
                if self.briefing.path and self.options.control
                else ""
            )
            raise Refused(f"{url} answered {answer.status_code} and not 200.{hint}")

    def _read_faults(self) -> list[Fault]:
        """Those asked for, each tried in the world and taken out again until the run begins."""
        found = []
        for said in self.options.fault or ():
            if said.lstrip().startswith("{"):
                try:
                    fault = self.world.faults.add_json(json.loads(said))
                except ValueError as error:
                    raise Refused(f"--fault {said!r} is neither a profile nor JSON: {error}") from None
            else:
                fault = self.world.faults.apply(said)
            fault.remove()
            found.append(fault)
        return found

    def _put_faults_in(self) -> None:
        for fault in self.faults:
            told = {"name": fault.name, "match": fault.match, "phase": fault.phase, "effect": fault.effect}
            further = {"delay": fault.delay, "keep": fault.keep}
            self.world.faults.add_json({**told, **{k: v for k, v in further.items() if v is not None}})

    def strike(self, profile: str, name: str, **match: Any) -> None:
        """Apply a ready-made fault, until `relent` or the end of the run."""
        self.struck.append(self.world.faults.apply(profile, name=name, **match))

    def relent(self) -> dict[str, int]:
        """Take out what `strike` put in; how many requests each has struck."""
        told = {}
        for fault in self.struck:
            told[fault.name] = fault.struck
            fault.remove()
        self.struck.clear()
        return told

    def take_faults_out(self) -> None:
        """A fault ends with the load: what waits for that still can come to its end, and proofs are asked for by those who
        are not to be struck.
        """
        self.relent()
        there = {fault.name for fault in self.world.faults.list()}
        for fault in self.faults:
            if fault.name in there:
                self.world.faults.remove(fault.name)

    def start(self) -> None:
        """Everybody is ready: let the world's clock go, and begin to look at the simulator."""
        try:
            self.scenario.starts(self)
            self._put_faults_in()
            state = self.world.clock.state
            self._first = self._before = self.simulator.headroom()
        except SimulatorError as error:
            raise Refused(str(error)) from None
        self.course = Course(state.now, state.rate)
        # Locust counts from before the tills were grown.
        self.environment.stats.reset_all()
        self.began = time.monotonic()
        self.started = datetime.now(UTC)
        self._watching = gevent.spawn(self._watch)
        self.is_on = True

    # --- during -------------------------------------------------------------------------------------------------------

    @property
    def elapsed(self) -> float:
        """Real seconds since the start."""
        return time.monotonic() - self.began

    def phase(self, name: str) -> None:
        """A part of the run begins."""
        self.phases.append((round(self.elapsed, 1), name))

    def all_of(self, name: str) -> int:
        """What all load generators have told under this name on the way, together."""
        return sum(told.get(name, 0) for told in self.progress.values())

    @property
    def has_told(self) -> bool:
        """Whether every load generator has told how far it is."""
        return len(self.progress) >= self.generators

    @property
    def memory_grown(self) -> int | None:
        """By how many bytes the simulator has grown since the run began; None where its system does not tell."""
        begin, now = self._first.memory_bytes, self._before.memory_bytes
        return None if begin is None or now is None else now - begin

    def _watch(self) -> None:
        """Once a second."""
        heard = time.monotonic()
        while True:
            gevent.sleep(EVERY)
            try:
                now = self.simulator.headroom()
                used = now.since(self._before)
            except SimulatorError:
                self.is_lost = time.monotonic() - heard > LOST_AFTER
                continue
            except ValueError:
                self.is_lost = True
                return
            heard, self._before = time.monotonic(), now
            runner, total = self.environment.runner, self.environment.stats.total
            self.series.append(
                Second(
                    at=round(self.elapsed, 1),
                    users=0 if runner is None else runner.user_count,
                    rate=round(total.current_rps, 1),
                    failures=round(total.current_fail_per_sec, 1),
                    p95=total.get_current_response_time_percentile(0.95) or 0.0,
                    cpu=used.cpu,
                    waiting=used.waiting,
                    lag_p99=used.lag_p99_ms,
                )
            )

    # --- after --------------------------------------------------------------------------------------------------------

    def rest(self) -> None:
        """The load is over: what the simulator does from now on is no part of what was measured."""
        if self._watching is not None:
            self._watching.kill()
        self._before = self.simulator.headroom()
        self.seconds = self.elapsed

    def finish(self, told: Mapping[str, Told]) -> Report:
        """Ask for the proofs and come to a verdict. `told` is what each load generator has to tell, by its name."""
        sales = Reconciled()
        for each in told.values():
            sales.add(each.sales)
        operations = tuple(self._operations())
        verdict = Verdict(
            tuple(self._proofs(sales, told)),
            tuple(held(self.wanted, {each.name: each for each in operations})),
        )
        return Report(
            scenario=self.scenario.name,
            about=self.scenario.about,
            started=self.started,
            seconds=self.seconds,
            target=self._host,
            world=self.world.name,
            run=self.briefing.run,
            settings=self._settings(),
            operations=operations,
            failures=tuple(self._failures()),
            sales=sales,
            verdict=verdict,
            certificate=self._certificate(told),
            series=tuple(self.series),
            days=tuple(self.scenario.days(self, sales)),
            facts=tuple({**self.facts, **_tallied(told)}.items()),
            phases=tuple(self.phases),
        )

    def leave(self) -> None:
        """The world that was made for this run alone is dropped."""
        world, self.world_of_its_own = self.world_of_its_own, None
        if world is not None and not self.options.keep_world:
            with suppress(SimulatorError):
                world.drop()

    def _proofs(self, sales: Reconciled, told: Mapping[str, Told]) -> Iterator[Proof]:
        audit = self.world.audit()
        yield units_conserved(audit)
        yield t3_agrees_with_trace(self.t3_before, self.t3_total(), sales)
        yield exactly_once(sales)
        if not self.environment.stats.total.num_requests:
            yield Proof("there was load", holds=False, said="nothing was asked of the simulator")
        silent = [f"{name} ({each.failure})" for name, each in told.items() if each.failure]
        yield nothing_stuck(sales, audit.hidden, silent)
        problems = [problem for each in told.values() for problem in each.problems]
        yield from self.scenario.proofs(self, problems)

    def t3_total(self) -> int:
        """How many receipts T3 lists at all shops, by its own word."""
        found = 0
        for door in self.briefing.doors:
            client = self.world.client_of(dict(door.t3))
            for name in LISTS:
                query: dict[str, Any] = {"licenseNumber": door.license_number, "pageSize": 1}
                answer = client.get(f"/v2/sales/{name}", params=query)
                if answer.status_code != OK:
                    raise SimulatorError(f"T3 tells nothing of {door.license_number}: {answer.text[:200]}")
                found += answer.json()["total"]
            client.close()
        return found

    def _operations(self) -> Iterator[Operation]:
        stats = self.environment.stats
        yield _operation(ALL, stats.total)
        for name in sorted({name for name, _ in stats.entries}):
            yield _operation(name, next(each for (own, _), each in stats.entries.items() if own == name))

    def _failures(self) -> Iterator[tuple[str, int]]:
        errors = sorted(self.environment.stats.errors.values(), key=lambda each: -each.occurrences)
        for each in errors:
            yield f"{each.name}: {each.error}", each.occurrences

    def _settings(self) -> dict[str, Any]:
        told = self.scenario.settings()
        plan = self.briefing.plan
        return {**told, "recipe": plan["recipe"], "seed": plan["seed"], "shops": len(self.briefing.doors)}

    def _certificate(self, told: Mapping[str, Told]) -> Certificate:
        last, used = self._before, self._before.since(self._first)
        return Certificate(
            seconds=used.seconds,
            cores=last.cores,
            requests=used.requests,
            cpu=used.cpu,
            busiest=max([each.cpu for each in self.series if each.cpu is not None], default=used.cpu),
            busy_share=busy_share(self.series),
            waiting=used.waiting,
            own_time_us=used.own_time_us,
            cpu_us=used.cpu_us,
            lag_p99_ms=used.lag_p99_ms,
            lag_max_ms=used.lag_max_ms,
            memory_begin=self._first.memory_bytes,
            memory_end=last.memory_bytes,
            generators=tuple(round(each.cpu, 3) for each in told.values() if not each.failure),
        )


def _operation(name: str, entry: StatsEntry) -> Operation:
    p50, p95, p99 = (float(entry.get_response_time_percentile(part)) for part in (0.5, 0.95, 0.99))
    return Operation(
        name,
        entry.num_requests,
        entry.num_failures,
        p50,
        p95,
        p99,
        float(entry.max_response_time),
        float(entry.avg_response_time),
        float(entry.total_rps),
    )


def _tallied(told: Mapping[str, Told]) -> dict[str, str]:
    """What load generators have counted, together."""
    counted: dict[str, float] = {}
    for each in told.values():
        for name, number in each.tally.items():
            counted[name] = counted.get(name, 0) + number
        for name, value in each.most.items():
            counted[name] = max(counted.get(name, value), value)
    return {name: f"{value:,.6g}" if value % 1 else f"{value:,.0f}" for name, value in counted.items()}


def written(report: Report, folder: str | None) -> Path | None:
    """Where the report's page is, if a folder was named for it."""
    return report.write(Path(folder)) if folder else None


__all__ = ["Conductor", "Day", "Refused", "written"]
