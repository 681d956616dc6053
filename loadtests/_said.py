"""What was said of a run: a scenario's options in Locust's parser, and what they come to."""

from argparse import Namespace
from typing import Any

from _scenario import Scenario
from locust import User
from locust.env import Environment

from simulator.loadtest.hosts import check_host
from simulator.loadtest.options import OPTIONS, read
from simulator.loadtest.refusals import RunRefused
from simulator.loadtest.thresholds import Threshold, thresholds

LOCUSTS = {
    "users": "num_users",
    "spawn_rate": "spawn_rate",
    "run_time": "run_time",
    "stop_timeout": "stop_timeout",
}
"""Of a scenario's defaults, those that are Locust's, and what it calls them."""


def add_options(parser: Any, scenario: Scenario) -> None:
    """Ours, and the scenario's defaults for Locust's."""
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
    defaults = scenario.defaults
    parser.set_defaults(**{LOCUSTS[name]: value for name, value in defaults.items() if name in LOCUSTS})


def read_options(
    environment: Environment, scenario: Scenario, cashiers: type[User] | None
) -> tuple[Threshold, ...]:
    """Make them the scenario's, and give the thresholds. In the web page they may have been changed since the last run.

    Raises RunRefused.
    """
    options: Any = environment.parsed_options
    # Locust's own stay as they are: it takes the type of what it is told next from them.
    told = scenario.options = Namespace(**read(vars(options)))
    for option in OPTIONS:
        known = option.name in scenario.defaults or option.name in scenario.takes
        if option.of_some and getattr(told, option.name) is not None and not known:
            raise RunRefused(f"{option.flag} means nothing to {scenario.name}; leave it out")
    _count_cashiers(environment, scenario, cashiers)
    for name, value in (("--users", told.num_users), ("--run-time", told.run_time)):
        if value is not None and value <= 0:
            raise RunRefused(f"{name} must be more than 0, not {value}")
    options.num_users, scenario.run_time = told.num_users, told.run_time
    return thresholds(told.threshold or (), told.thresholds, scenario.operations, scenario.expected)


def check_hosts(environment: Environment, options: Any) -> None:
    """Raises RunRefused unless both may be loaded: what is asked, and where the proofs are."""
    if not environment.host:
        raise RunRefused("say which server is to be loaded: --host http://127.0.0.1:8420")
    for url in (environment.host, options.control or environment.host):
        check_host(url, owned=options.i_own_this_host)


def _count_cashiers(environment: Environment, scenario: Scenario, cashiers: type[User] | None) -> None:
    """--cashiers are the users of the class that serves customers; all users where there is no other."""
    if cashiers is not None:
        cashiers.fixed_count = scenario.option("cashiers")
        if not cashiers.fixed_count:
            cashiers.weight = 0  # or Locust would have as many as of others
    elif scenario.options.cashiers is not None and environment.shape_class is None:
        scenario.options.num_users = scenario.options.cashiers
