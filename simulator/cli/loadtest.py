"""`simulator loadtest`."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import click

from simulator.cli.common import fail
from simulator.settings import PREFIX

NEEDED = ("locust", "jinja2")
STOP_SECONDS = 10
SIGNALLED = 128
"""Added to a signal's number it is the exit code of what it ended, as shells have it."""
LOOPBACK = "127.0.0.1"
ENDING = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name))
"""Signals that end a process which knows no better; a server in a session of its own would be left behind."""


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("name", required=False, metavar="NAME")
@click.argument("options", nargs=-1, type=click.UNPROCESSED, metavar="[OPTION]...")
@click.option(
    "-H", "--host", metavar="URL", help="What to load. [default: a simulator that is started for the run]"
)
@click.option(
    "--out",
    envvar="LOADTEST_OUT",
    metavar="FOLDER",
    help="Where report.html, result.json and Locust's files go. [default: loadtest-NAME]",
)
@click.option("--web", is_flag=True, help="With Locust's web page, on this machine, instead of at once.")
@click.option(
    "--copy", metavar="FOLDER", help="Copy all scenarios into a new folder, to be changed, and do no more."
)
def loadtest(
    name: str | None,
    options: Sequence[str],
    host: str | None,
    out: str | None,
    *,
    web: bool,
    copy: str | None,
) -> None:
    """Run the load scenario NAME and end with its verdict: exit code 0, or 1 where it failed.

    Without NAME, list the scenarios. A .py file of your own is one too. Further options are those of the scenarios
    (--shops, --cashiers, --threshold, ...; see docs/load-testing.md) and of Locust (--users, --run-time, --processes,
    --master, ...).
    """
    from simulator.loadtest.scenarios import NoSuchScenario, find

    if copy is not None:
        _copy(Path(copy))
        return
    if name is None:
        click.echo(_listed())
        return
    if name.startswith("-"):
        fail(f"the scenario comes before its options: simulator loadtest NAME {name} ...")
    try:
        path = find(name)
    except NoSuchScenario as error:
        fail(str(error))
    if missing := [module for module in NEEDED if find_spec(module) is None]:
        fail(f"load tests need {' and '.join(missing)}: pip install 'track-trace-simulator[load]'")
    for number in ENDING:
        signal.signal(number, _ended)
    folder = Path(out or f"loadtest-{path.stem}")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        fail(f"cannot write {folder}: {error.strerror or error}")
    flags = _flags(path, folder, options, web=web)
    if host or "--worker" in options:
        sys.exit(_locust([*flags, *(["--host", host] if host else [])]))
    with _server() as url:
        code = _locust([*flags, "--host", url])
    sys.exit(code)


def _flags(path: Path, folder: Path, options: Sequence[str], *, web: bool) -> list[str]:
    """What Locust is told before the user's own options, which go before these."""
    flags = ["-f", str(path), "--only-summary", "--loglevel", "WARNING"]
    if "--worker" in options:
        return [*flags, *options]
    flags += ["--out", str(folder), "--csv", str(folder / "stats"), "--html", str(folder / "locust.html")]
    flags += ["--web-host", LOOPBACK] if web else ["--headless"]
    if "--master" not in options:
        # With --processes there is a master too, for the workers of this machine only, and perhaps one of another run.
        port = str(_free_port())
        flags += ["--master-bind-host", LOOPBACK, "--master-bind-port", port, "--master-port", port]
    return [*flags, *options]


def _free_port() -> int:
    with socket.socket() as bound:
        bound.bind((LOOPBACK, 0))
        port: int = bound.getsockname()[1]
    return port


def _ended(number: int, _frame: object) -> None:
    """Go, and tidy up on the way."""
    sys.exit(SIGNALLED + number)


def _locust(flags: Sequence[str]) -> int:
    """Its exit code. An interrupt is for Locust, which comes to a verdict before it ends."""
    with subprocess.Popen([sys.executable, "-m", "locust", *flags]) as running:  # noqa: S603 - our own interpreter
        before = {
            signal.SIGINT: signal.signal(signal.SIGINT, signal.SIG_IGN),
            **{number: signal.signal(number, lambda *_: running.terminate()) for number in ENDING},
        }
        try:
            code = running.wait()
            return code if code >= 0 else SIGNALLED - code
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


@contextmanager
def _server() -> Iterator[str]:
    """The address of a simulator for this run alone. It is in a session of its own: an interrupt is not for it."""
    command = [sys.executable, "-m", "simulator", "serve", "--port", "0", "--json", "--world-idle", "0"]
    with subprocess.Popen(  # noqa: S603 - our own command
        command, stdout=subprocess.PIPE, text=True, env=_without_settings(os.environ), start_new_session=True
    ) as server:
        try:
            line = server.stdout.readline() if server.stdout else ""
            if not line:
                fail("the simulator that was to be loaded did not start")
            yield json.loads(line)["url"]
        finally:
            server.terminate()
            try:
                server.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                server.kill()


def _without_settings(environment: Mapping[str, str]) -> dict[str, str]:
    """A server for one run is as its flags say, whatever is set for others."""
    return {name: value for name, value in environment.items() if not name.startswith(PREFIX)}


def _listed() -> str:
    from simulator.loadtest.scenarios import about, find, shipped

    names = shipped()
    width = max(map(len, names))
    lines = [f"  {name.ljust(width)}  {about(find(name))}" for name in names]
    return "\n".join(["Scenarios:", *lines, "", "Run one with: simulator loadtest NAME"])


def _copy(folder: Path) -> None:
    """The scenarios and what they share."""
    from simulator.loadtest.scenarios import folder as shipped_in

    if folder.exists():
        fail(f"{folder} is there already; name a new folder")
    files = sorted(shipped_in().glob("*.py"))
    try:
        folder.mkdir(parents=True)
        for file in files:
            shutil.copy(file, folder / file.name)
    except OSError as error:
        fail(f"cannot write {folder}: {error.strerror or error}")
    click.echo(f"{len(files)} files are in {folder}. Run one with: simulator loadtest {folder}/till.py")
