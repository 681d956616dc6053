"""The pytest plugin: a fresh world for each test that asks for one. To load it imports pytest and nothing else of weight."""

import os
import re
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from simulator.testing import SimulatorServer, World, WorldOptions
    from simulator.testing.reporting import Section

MARKER = "simulator"
MARKER_LINE = (
    "simulator(recipe=..., seed=..., now=..., receipts=..., days=..., shops=..., faults=[...], own_credentials=...): "
    "what the world of the `simulator` fixture is like; of several, the closest to the test counts, key by key."
)
WORKER_VARIABLE = "PYTEST_XDIST_WORKER"
URL_VARIABLE, TOKEN_VARIABLE = "SIMULATOR_URL", "SIMULATOR_CONTROL_TOKEN"
REPORT_INI = "simulator_report"
LONGEST_NAME = 36
"""How much of a test's name goes into the name of its world."""

_url: pytest.StashKey[str | None] = pytest.StashKey()
_most: pytest.StashKey[int] = pytest.StashKey()
_run: pytest.StashKey[str] = pytest.StashKey()
_numbers: pytest.StashKey["count[int]"] = pytest.StashKey()
_world: pytest.StashKey["World"] = pytest.StashKey()
_server: pytest.StashKey["SimulatorServer"] = pytest.StashKey()
_left: pytest.StashKey["list[Section]"] = pytest.StashKey()


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("simulator")
    group.addoption(
        "--simulator-url",
        metavar="URL",
        help=f"Use the simulator that runs there, as {URL_VARIABLE} says too; '' starts one whatever that says.",
    )
    parser.addini(
        REPORT_INI,
        "How many requests of a failing test its report shows at most; 0 adds nothing to reports.",
        default="30",
    )


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", MARKER_LINE)
    # Read now, as tests may change their environment.
    said = config.getoption("--simulator-url")
    config.stash[_url] = (os.environ.get(URL_VARIABLE) if said is None else said) or None
    config.stash[_most] = _whole_number(config.getini(REPORT_INI))
    config.stash[_run] = os.urandom(3).hex()
    config.stash[_numbers] = count(1)


def pytest_report_header(config: pytest.Config) -> list[str]:
    url = config.stash[_url]
    return [f"simulator: {url}"] if url else []


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A marker with a typing error is told before any test runs; under pytest-xdist, by the tests it is on."""
    if os.environ.get(WORKER_VARIABLE):
        return
    for item in items:
        if item.get_closest_marker(MARKER) is not None and _is_ours(item):
            _asked(item)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Worlds that other tests used before are told of only as far as this one uses them."""
    item.config.stash[_left] = []
    server = item.config.stash.get(_server, None)
    if server is not None and item.config.stash[_most] and _may_use(item):
        server.known.look()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """What the test asked of its worlds is part of the report when it failed."""
    report = yield
    server = item.config.stash.get(_server, None)
    if report.failed and call.when != "teardown" and server is not None and _may_use(item):
        from simulator.testing.reporting import sections  # noqa: PLC0415 - not until it is needed

        error = call.excinfo.value if call.excinfo else None
        own = item.stash.get(_world, None)
        report.sections += sections(own, server, item.config.stash[_most], error) + item.config.stash[_left]
    return report


@pytest.fixture(scope="session")
def simulator_settings() -> "WorldOptions":
    """What the suite's worlds are like, with the keys of the marker. To be overridden in a conftest.py."""
    return {}


@pytest.fixture(scope="session")
def simulator_server(pytestconfig: pytest.Config) -> Iterator["SimulatorServer"]:
    """A server in a thread of this process, or the one at SIMULATOR_URL. Settings are for the worlds of tests."""
    from simulator.testing import SimulatorServer  # noqa: PLC0415 - not until it is needed

    url = pytestconfig.stash[_url]
    with _one_line():
        server = SimulatorServer(url=url, token=os.environ.get(TOKEN_VARIABLE)).start()
    _watch(pytestconfig, server)
    yield server
    del pytestconfig.stash[_server]
    server.stop()


@pytest.fixture
def simulator(
    request: pytest.FixtureRequest, simulator_server: "SimulatorServer", simulator_settings: "WorldOptions"
) -> Iterator["World"]:
    """A fresh world for this test, which goes when the test ends."""
    item: pytest.Item = request.node
    with _one_line():
        # Those of the test's own folder: another may have others, and tests come in any order.
        _check(simulator_settings, "simulator_settings")
        asked: WorldOptions = {**simulator_settings, **_asked(item)}
        world = simulator_server.create_world(_name(item, simulator_server), **asked)
    item.stash[_world] = world
    yield world
    del item.stash[_world]
    with _one_line():
        world.drop_all()


@pytest.fixture
def simulator_environment(simulator: "World", monkeypatch: pytest.MonkeyPatch) -> Mapping[str, str]:
    """The variables that the vendors' clients read lead to this test's world, for as long as the test lasts."""
    from simulator.testing.environment import VARIABLES  # noqa: PLC0415 - not until it is needed

    variables = simulator.environment
    for name in VARIABLES:
        # What the world does not have is taken away: it could be a key to the real thing.
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return variables


def _watch(config: pytest.Config, server: "SimulatorServer") -> None:
    """Reports are about this server. What goes before its test's report is written is told at once."""
    from simulator.testing.reporting import of_world  # noqa: PLC0415 - not until it is needed

    def leaving(world: "World") -> None:
        config.stash[_left] += of_world(world, config.stash[_most], server.known.since(world))

    server.known.leaving = leaving
    config.stash[_server] = server


def _may_use(item: pytest.Item) -> bool:
    """Whether worlds of the server are anything to the test."""
    return _world in item.stash or "simulator_server" in getattr(item, "fixturenames", ())


def _whole_number(said: str) -> int:
    if not said.isdecimal():
        raise pytest.UsageError(f"{REPORT_INI} is a number of requests, not {said!r}")
    return int(said)


def _is_ours(item: pytest.Item) -> bool:
    """Whether the test uses our `simulator`: a suite or another plugin may have a marker and a fixture of that name."""
    if "simulator" not in getattr(item, "fixturenames", ()):
        return False
    known = getattr(getattr(item, "_fixtureinfo", None), "name2fixturedefs", {})
    return all(each.func.__module__ == __name__ for each in known.get("simulator", ())[-1:])


def _asked(item: pytest.Item) -> "WorldOptions":
    """What its markers say, the closest last. Raises UsageError for what no marker may say."""
    asked: WorldOptions = {}
    for mark in reversed(list(item.iter_markers(MARKER))):
        if mark.args:
            raise pytest.UsageError(
                f"{item.nodeid}: @pytest.mark.{MARKER} takes keywords only, as in recipe=..."
            )
        _check(mark.kwargs, f"{item.nodeid}: @pytest.mark.{MARKER}")
        asked.update(mark.kwargs)  # type: ignore[typeddict-item]  # the keys have just been checked
    return asked


def _check(options: Mapping[str, Any], whose: str) -> None:
    from simulator.testing.options import UnknownOptionError, check  # noqa: PLC0415 - not until it is needed

    try:
        check(options, whose)
    except UnknownOptionError as error:
        raise pytest.UsageError(str(error)) from None


@contextmanager
def _one_line() -> Generator[None]:
    """A refusal says all there is to say: nobody needs to see where in the simulator it came up."""
    from simulator.client import SimulatorError  # noqa: PLC0415 - not until it is needed

    try:
        yield
    except (SimulatorError, pytest.UsageError) as error:
        raise pytest.fail.Exception(str(error), pytrace=False) from None


def _name(item: pytest.Item, server: "SimulatorServer") -> str:
    """By which people find its world in a list; where others make worlds too, one that they do not take."""
    test = re.sub(r"[^A-Za-z0-9_-]+", "-", item.name)[:LONGEST_NAME].strip("-_") or "test"
    worker = os.environ.get(WORKER_VARIABLE) or "main"
    others = [worker, item.config.stash[_run]] if server.elsewhere else []
    numbers = item.config.stash[_numbers]
    return "-".join([test, *others, str(next(numbers))])
