"""Processes that are measured: started on a core of their own, watched through /proc, stopped by their pid."""

import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
LOOPBACK = "127.0.0.1"
SERVER_CORE, CLIENT_CORE = 0, 1
STOPPING_SECONDS = 60
START_SECONDS = 300
POLL_SECONDS = 0.002
SERVER_ERROR = 500


@dataclass(frozen=True)
class Served:
    """A server in a process of its own. `ready` is what the simulator says of itself when it answers."""

    url: str
    pid: int
    ready: dict[str, Any] = field(default_factory=dict)

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    @property
    def memory(self) -> float:
        """Resident MiB; nan where the system does not tell."""
        found = re.search(r"VmRSS:\s+(\d+) kB", self._told("status"))
        return int(found[1]) / 1024 if found else float("nan")

    @property
    def cpu(self) -> float:
        """Seconds of processor it has taken, all threads; nan where the system does not tell."""
        _, closed, after = self._told("stat").rpartition(")")  # the name before may hold blanks
        if not closed:
            return float("nan")
        user, system = after.split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    def _told(self, name: str) -> str:
        try:
            return Path(f"/proc/{self.pid}/{name}").read_text(encoding="utf-8")
        except OSError:
            return ""

    def ask(self, method: str, path: str, body: object = None, **headers: str) -> bytes:
        """One request outside of what is measured."""
        data = None if body is None else json.dumps(body).encode()
        sent = {"Content-Type": "application/json", **{k.replace("_", "-"): v for k, v in headers.items()}}
        request = urllib.request.Request(self.url + path, data, sent, method=method)  # noqa: S310 - loopback
        with urllib.request.urlopen(request, timeout=START_SECONDS) as answer:  # noqa: S310 - loopback
            told: bytes = answer.read()
        return told


@contextmanager
def on_core(core: int | None) -> Iterator[None]:
    """The thread, and what it starts, runs on that core, where that can be had."""
    if core is None or not hasattr(os, "sched_setaffinity") or (os.cpu_count() or 1) <= core:
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def free_port() -> int:
    with socket.socket() as bound:
        bound.bind((LOOPBACK, 0))
        port: int = bound.getsockname()[1]
    return port


@contextmanager
def served(*flags: str, core: int | None = None) -> Iterator[Served]:
    """`simulator serve` of this checkout with these flags on a free loopback port."""
    command = [sys.executable, "-m", "simulator", "serve", "--port", "0", "--json", *flags]
    with (
        on_core(core),
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment()) as server,  # noqa: S603 - our own command
        stopping(server),
    ):
        if server.stdout is None:
            raise RuntimeError("the server has no output to read its address from")
        line = server.stdout.readline()
        if not line:
            raise RuntimeError("the server did not start")
        told = json.loads(line)
        with on_core(_beside(core)):
            yield Served(told["url"], told["pid"], told)


@contextmanager
def started(command: Sequence[str], port: int, path: str, *, core: int | None = None) -> Iterator[Served]:
    """Another server, given the command that makes it listen on that port; it is ready when that path answers."""
    with (
        on_core(core),
        subprocess.Popen(  # noqa: S603 - the commands are in _floor.py and _peers.py
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment()
        ) as server,
        stopping(server),
    ):
        found = Served(f"http://{LOOPBACK}:{port}", server.pid)
        with on_core(_beside(core)):
            until_it_answers(found, path, server)
            yield found


def _beside(core: int | None) -> int | None:
    return None if core is None else CLIENT_CORE


def environment() -> dict[str, str]:
    """What is measured is this checkout, whatever is installed, with its bytecode kept, as Python does it unasked."""
    others = ("SIMULATOR_", "PYTHONDONTWRITEBYTECODE")
    mine = {name: value for name, value in os.environ.items() if not name.startswith(others)}
    return {**mine, "PYTHONPATH": str(ROOT), "NODE_ENV": "production"}


def until_it_answers(server: Served, path: str, process: "subprocess.Popen[Any]") -> None:
    """Asks again every other millisecond. Raises when the process ends or takes too long."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"{process.args!r} ended with exit code {process.returncode}")
        with (
            suppress(OSError),
            socket.create_connection((LOOPBACK, server.port), START_SECONDS) as connection,
        ):
            connection.sendall(
                f"GET {path} HTTP/1.1\r\nHost: {LOOPBACK}\r\nConnection: close\r\n\r\n".encode()
            )
            status = connection.recv(12)[9:12]
            if status.isdigit() and int(status) < SERVER_ERROR:
                return
        time.sleep(POLL_SECONDS)
    raise TimeoutError(f"{process.args!r} did not answer in {START_SECONDS} seconds")


@contextmanager
def stopping(process: "subprocess.Popen[Any]") -> Iterator[None]:
    """Ends it, by its pid."""
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(STOPPING_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
