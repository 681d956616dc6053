"""Who conducts a run: has the world, briefs the load generators, and asks for the proofs."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from secrets import token_hex
from typing import TYPE_CHECKING, Any

import httpx
from _generator import Told
from _strikes import Strikes
from _watch import Watch

from simulator.client import Simulator, SimulatorError, World
from simulator.loadtest.briefing import Briefing, Door, doors, growth_of
from simulator.loadtest.course import Course
from simulator.loadtest.reconciling import Reconciled
from simulator.loadtest.refusals import RunRefused
from simulator.loadtest.report import Report
from simulator.loadtest.thresholds import Threshold, held
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
OK = 200


class Conductor:
    """Of one run, from the world it is about to its report.

    `facts` are what the report tells besides, `phases` the parts of the run and when they began; `progress` is what each
    of so many `generators` has told on the way.
    """

    def __init__(self, environment: "Environment", scenario: "Scenario", wanted: Sequence[Threshold]) -> None:
        self.environment = environment
        self.options = scenario.options
        self.scenario = scenario
        self.wanted = wanted
        self.phases: list[tuple[float, str]] = []
        self.facts: dict[str, str] = {}
        self.generators = 1
        self.progress: Mapping[str, Mapping[str, int]] = {}
        self.watch: Watch | None = None
        self._world_of_its_own: World | None = None
        self._host = str(environment.host).rstrip("/")

    # --- before -------------------------------------------------------------------------------------------------------

    def open(self) -> None:
        """Have the world, and know how to get in. Raises RunRefused; what was made by then is for `leave`."""
        options = self.options
        self.scenario.check(self)
        try:
            self.simulator = Simulator(
                options.control or self._host, token=options.control_token, timeout=options.patience
            )
            self.world = self._world()
            self._enter()
        except SimulatorError as error:
            raise RunRefused(str(error)) from None

    def _world(self) -> World:
        """The one that is named, or a new one for this run alone."""
        options, scenario = self.options, self.scenario
        if options.world:
            return self.simulator.world(options.world)
        self._world_of_its_own = self.simulator.create_world(
            recipe=options.recipe or scenario.recipe,
            seed=options.seed,
            now=scenario.begins(self),
            receipts=scenario.option("receipts"),
            days=scenario.option("days"),
            shops=scenario.option("shops"),
            journal_bytes=options.journal_bytes,
        )
        return self._world_of_its_own

    def _enter(self) -> None:
        """Find out what the world is, and whether the address that is loaded leads there."""
        info = self.world.info()
        if info.plan is None:
            raise RunRefused(
                f"the world {info.name} was not grown from a recipe, so nobody knows what its tills sell next; "
                "leave --world out, or name one that was"
            )
        self.briefing = Briefing(
            # In a world of its own ids may be the same each time.
            run=f"run{token_hex(4)}" if self.options.world else "run",
            control=self.world.url,
            token=self.options.control_token,
            path=info.path,
            plan=growth_of(info.plan),
            doors=doors(info),
        )
        self._knock(self.briefing.doors[0])
        self.strikes = Strikes(self.world, self.options.fault or ())
        self.t3_before = self.t3_total()

    def _knock(self, door: Door) -> None:
        """Raises RunRefused unless the address that is loaded leads to the world."""
        url = (
            f"{self._host}{self.briefing.path}/v2/sales/active?licenseNumber={door.license_number}&pageSize=1"
        )
        try:
            answer = httpx.get(url, headers=dict(door.t3), trust_env=False, timeout=self.options.timeout)
        except httpx.HTTPError as error:
            raise RunRefused(f"{self._host} does not answer: {error}") from None
        if answer.status_code != OK:
            behind = self.briefing.path and self.options.control
            hint = " A gateway that does not pass /worlds/... on needs --world main" if behind else ""
            raise RunRefused(f"{url} answered {answer.status_code} and not 200.{hint}")

    def start(self) -> None:
        """Everybody is ready: let the world's clock go, and begin to look at the simulator. Raises RunRefused."""
        try:
            self.scenario.starts(self)
            self.strikes.put_in()
            state = self.world.clock.state
            self.watch = Watch(self.simulator, self.environment)
        except SimulatorError as error:
            raise RunRefused(str(error)) from None
        self.course = Course(state.now, state.rate)

    # --- during -------------------------------------------------------------------------------------------------------

    @property
    def is_on(self) -> bool:
        """Whether the load has begun."""
        return self.watch is not None

    @property
    def elapsed(self) -> float:
        """Real seconds since the load began; 0 before."""
        return 0.0 if self.watch is None else self.watch.elapsed

    @property
    def phase(self) -> str:
        """The part of the run that it is in; empty before the first."""
        return self.phases[-1][1] if self.phases else ""

    def begin_phase(self, name: str) -> None:
        self.phases.append((round(self.elapsed, 1), name))

    def all_of(self, name: str) -> int:
        """What all load generators have told under this name on the way, together."""
        return sum(told.get(name, 0) for told in self.progress.values())

    @property
    def has_told(self) -> bool:
        """Whether every load generator has told how far it is."""
        return len(self.progress) >= self.generators

    # --- after --------------------------------------------------------------------------------------------------------

    def finish(self, watch: Watch, told: Mapping[str, Told], *, late: int = 0) -> Report:
        """Ask for the proofs and come to a verdict. `told` is what each load generator has to tell, by its name; `late` is how
        many came too late to make load.
        """
        sales = Reconciled()
        for each in told.values():
            sales.add(each.sales)
        operations = tuple(watch.operations())
        verdict = Verdict(
            tuple(self._proofs(sales, told, late)),
            tuple(held(self.wanted, {each.name: each for each in operations})),
        )
        plan = self.briefing.plan
        settings = {
            **self.scenario.settings(),
            "recipe": plan["recipe"],
            "seed": plan["seed"],
            "shops": len(self.briefing.doors),
        }
        return Report(
            scenario=self.scenario.name,
            about=self.scenario.about,
            started=watch.started,
            seconds=watch.seconds,
            target=self._host,
            world=self.world.name,
            run=self.briefing.run,
            settings=settings,
            operations=operations,
            failures=tuple(watch.failures()),
            sales=sales,
            verdict=verdict,
            certificate=watch.certificate([round(each.cpu, 3) for each in told.values() if not each.failure]),
            series=tuple(watch.series),
            days=tuple(self.scenario.days(self, sales)),
            facts=tuple({**self.facts, **_tallied(told)}.items()),
            phases=tuple(self.phases),
        )

    def _proofs(self, sales: Reconciled, told: Mapping[str, Told], late: int) -> Iterator[Proof]:
        audit = self.world.audit()
        yield units_conserved(audit)
        yield t3_agrees_with_trace(self.t3_before, self.t3_total(), sales)
        yield exactly_once(sales)
        silent = [f"{name} ({each.failure})" for name, each in told.items() if each.failure]
        yield nothing_stuck(sales, audit.hidden, silent)
        if not self.environment.stats.total.num_requests:
            yield Proof("there was load", holds=False, said="nothing was asked of the simulator")
        problems = [problem for each in told.values() for problem in each.problems]
        runner = self.environment.runner
        failed = runner.exceptions.values() if runner else ()
        problems += [f"a user failed, {each['count']} times: {each['msg']}" for each in failed]
        if late:
            problems.append(
                f"load generators that came when the run had begun: {late}; their users made no load, so "
                "have the master wait for all with --expect-workers"
            )
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

    def leave(self) -> None:
        """Look no more, and drop the world that was made for this run alone."""
        if self.watch is not None:
            self.watch.stop()
        world, self._world_of_its_own = self._world_of_its_own, None
        if world is not None and not self.options.keep_world:
            with suppress(SimulatorError):
                world.drop()


def _tallied(told: Mapping[str, Told]) -> dict[str, str]:
    """What load generators have counted, together."""
    counted: dict[str, float] = {}
    for each in told.values():
        for name, number in each.tally.items():
            counted[name] = counted.get(name, 0) + number
        for name, value in each.most.items():
            counted[name] = max(counted.get(name, value), value)
    return {name: f"{value:,.6g}" if value % 1 else f"{value:,.0f}" for name, value in counted.items()}
