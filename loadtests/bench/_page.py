"""Where benchmarks write: each its own part of docs/performance.md, and the server they start for themselves."""

import json
import os
import platform
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "performance.md"
STOPPING_SECONDS = 60


def machine() -> str:
    return f"{os.cpu_count()} cores, Python {platform.python_version()}, {platform.system()}"


def tell(part: str, text: str, *, write: bool) -> None:
    """Print it, and put it between the marks of this part of the page."""
    print(text)  # noqa: T201 - this is what it is for
    if write:
        page = PAGE.read_text(encoding="utf-8")
        start, end = f"<!-- {part} -->\n", f"<!-- end of {part} -->"
        before, found, rest = page.partition(start)
        if not found:
            raise ValueError(f"{PAGE} has no part {part}")
        PAGE.write_text(f"{before}{start}\n{text}\n\n{end}{rest.partition(end)[2]}", encoding="utf-8")


@dataclass(frozen=True)
class Served:
    """A server in a process of its own."""

    url: str
    pid: int

    @property
    def memory(self) -> float:
        """Resident MiB; nan where the system does not tell."""
        try:
            status = Path(f"/proc/{self.pid}/status").read_text(encoding="utf-8")
        except OSError:
            return float("nan")
        found = re.search(r"VmRSS:\s+(\d+) kB", status)
        return int(found[1]) / 1024 if found else float("nan")


@contextmanager
def served(*flags: str, core: int | None = None) -> Iterator[Served]:
    """`simulator serve` with these flags on a free loopback port, on one core where that can be had."""
    command = [sys.executable, "-m", "simulator", "serve", "--port", "0", "--json", *flags]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:  # noqa: S603 - our own command
        try:
            if core is not None and hasattr(os, "sched_setaffinity"):
                os.sched_setaffinity(server.pid, {core})
            if server.stdout is None:
                raise RuntimeError("the server has no output to read its address from")
            line = server.stdout.readline()
            if not line:
                raise RuntimeError("the server did not start")
            told = json.loads(line)
            yield Served(told["url"], told["pid"])
        finally:
            os.kill(server.pid, signal.SIGTERM)
            server.wait(STOPPING_SECONDS)
