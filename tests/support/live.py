"""A server in a process of its own, as clients and the command line meet it. Traffic stays on 127.0.0.1."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
import pytest

COMMAND = (sys.executable, "-m", "simulator")
STARTUP_SECONDS = 30
STOP_SECONDS = 10
POLL_SECONDS = 0.01
BANNER_END = "Stop with Ctrl-C.\n"


def environment(variables: Mapping[str, str] | None = None) -> dict[str, str]:
    """The tests' own environment with `variables`, but without its own settings and without a proxy."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("SIMULATOR_")}
    return {**inherited, "NO_PROXY": "*", "no_proxy": "*", **(variables or {})}


def run(*arguments: str, variables: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """`simulator <arguments>` that is expected to end by itself."""
    return subprocess.run(
        [*COMMAND, *arguments],
        env=environment(variables),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=STARTUP_SECONDS,
    )


@dataclass(frozen=True, slots=True)
class Running:
    """A `simulator` process and all it has written so far."""

    process: subprocess.Popen[bytes]
    folder: Path

    @property
    def stdout(self) -> str:
        return (self.folder / "stdout").read_text(encoding="utf-8")

    @property
    def stderr(self) -> str:
        return (self.folder / "stderr").read_text(encoding="utf-8")

    def wait_until(self, ready: Callable[[str], bool]) -> str:
        """What is on stdout once `ready` says of it that it is enough."""
        deadline = time.monotonic() + STARTUP_SECONDS
        while not ready(self.stdout):
            assert self.process.poll() is None, f"exit code {self.process.returncode}: {self.stderr}"
            assert time.monotonic() < deadline, f"not ready: {self.stdout!r} {self.stderr!r}"
            time.sleep(POLL_SECONDS)
        return self.stdout

    def wait_for_banner(self) -> str:
        return self.wait_until(lambda text: text.endswith(BANNER_END))

    def wait_for_line(self) -> str:
        return self.wait_until(lambda text: text.endswith("\n"))

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Its exit code, after a signal sent to its pid."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(STOP_SECONDS)


@contextmanager
def running(*arguments: str, variables: Mapping[str, str] | None = None) -> Iterator[Running]:
    """`simulator <arguments>` in the background; stopped at the end when it has not been already."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        with (folder / "stdout").open("wb") as out, (folder / "stderr").open("wb") as err:
            process = subprocess.Popen(
                [*COMMAND, *arguments],
                env=environment(variables),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
            )
        server = Running(process, folder)
        try:
            yield server
        finally:
            try:
                server.stop()
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(STOP_SECONDS)
                raise


@dataclass(frozen=True, slots=True)
class Live:
    """A server that answers, with the demo credentials it told."""

    url: str
    pid: int
    licenses: tuple[str, ...]
    login: Mapping[str, str]
    secret_key: str
    api_key: str
    trace_headers: Mapping[str, str]

    @classmethod
    def told(cls, line: str) -> "Live":
        """From the JSON line that announces it."""
        said: dict[str, Any] = json.loads(line)
        t3, trace = said["t3"], said["trace"]
        return cls(
            url=said["url"],
            pid=said["pid"],
            licenses=tuple(said["licenses"]),
            login={name: t3[name] for name in ("hostname", "username", "password")},
            secret_key=t3["secret_key"],
            api_key=t3["api_key"],
            trace_headers={"x-api-key": trace["x_api_key"], "Authorization": trace["authorization"]},
        )

    def http(self, headers: Mapping[str, str] | None = None) -> httpx.Client:
        """A plain HTTP client of it."""
        return httpx.Client(base_url=self.url, headers=dict(headers or {}), trust_env=False, timeout=10)


@contextmanager
def serving(*flags: str, variables: Mapping[str, str] | None = None) -> Iterator[Live]:
    """A server on a free port, ready to answer, for as long as the block lasts."""
    with running("serve", "--port", "0", "--json", *flags, variables=variables) as server:
        yield Live.told(server.wait_for_line())


@pytest.fixture(scope="session")
def live() -> Iterator[Live]:
    """One server of the default world, shared: tests read from it, and write only to a server of their own."""
    with serving() as server:
        yield server


@pytest.fixture(scope="module")
def own() -> Iterator[Live]:
    """A server of the default world for the tests of one module, to write to."""
    with serving() as server:
        yield server
