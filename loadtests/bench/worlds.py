"""What a world of one's own costs: fork, reset, snapshot and first write at every size, and the plugin per test.

python loadtests/bench/worlds.py [--sizes 10 1000 ...] [--rounds N] [--tests N] [--many N] [--write]

Sizes alternate within a round, so that a noisy machine is noisy for all. Over HTTP, the floor is GET health of the same
server. `--write` puts the tables into docs/performance.md.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter

import httpx
from _page import machine, tell
from _process import served

from simulator.clock import Clock
from simulator.ledger.commands import UnfinalizeReceipts
from simulator.ledger.model import Actor, ReceiptState
from simulator.seeding.grow import grow
from simulator.world import World
from simulator.worlds import Worlds

RECIPE, SEED = "busy_dispensary", 7
NOW = datetime(2026, 5, 20, 20, 0, tzinfo=UTC)
SIZES = (10, 1_000, 10_000, 100_000, 1_000_000)
COUNTING = """
import gc, os, resource, threading
import pytest

@pytest.fixture
def tell():
    def told(number):
        gc.collect()
        with open("/proc/self/statm") as file:
            memory = int(file.read().split()[1]) * resource.getpagesize() / 2**20
        print(f"\\n| {number:,} | {threading.active_count()} | {len(os.listdir('/proc/self/fd'))} | {memory:,.1f} |")
    return told
"""
MANY = """
import pytest

@pytest.mark.parametrize("number", range(1, {tests} + 1))
def test_many(simulator, tell, number):
    sale = simulator.a_sale(external_id=f"S-{{number}}")
    simulator.faults.apply("commit_then_504")
    assert simulator.trace.post("/ca/v1/sales", json={{"sales": [sale]}}).status_code == 504
    assert simulator.t3.get("/v2/licenses").status_code == 200
    if number in (100, {tests} // 10, {tests}):
        tell(number)
"""
"""A suite that counts what it leaves behind. Linux tells it in /proc."""
OPERATIONS = ("fork", "write after it", "reset", "snapshot", "restore", "drop")
MILLI = 1000


def grown(size: int) -> Worlds:
    return Worlds(grow(RECIPE, SEED, Clock(NOW), receipts=size))


def once(worlds: Worlds, number: int) -> dict[str, float]:
    """Milliseconds of each operation, on a fork of the main world."""
    took: dict[str, float] = {}

    def timed(name: str, run: object) -> object:
        started = perf_counter()
        result = run()  # type: ignore[operator]  # any callable without arguments
        took[name] = (perf_counter() - started) * MILLI
        return result

    world = timed("fork", lambda: worlds.fork(worlds.main, f"f{number}"))
    if not isinstance(world, World):
        raise TypeError("a fork is a world")
    (book, *_) = world.ledger.books.values()
    middle = book.inactive[len(book.inactive) // 2 :]  # old ones are final; only the newest are still open
    receipt = next(each for each in middle if each.state is ReceiptState.FINAL)
    actor = Actor("bench", "Bench", frozenset(world.ledger.books))
    timed(
        "write after it", lambda: world.execute(UnfinalizeReceipts(actor, book.license.number, (receipt.id,)))
    )
    timed("reset", world.reset)
    moment = timed("snapshot", world.moment)
    timed("restore", lambda: world.return_to(moment))  # type: ignore[arg-type]  # the line above made it
    timed("drop", lambda: worlds.drop(world.name))
    return took


def in_process(sizes: list[int], rounds: int) -> list[str]:
    """The size curve: medians, and in brackets the 95th of a hundred."""
    all_worlds = {size: grown(size) for size in sizes}
    took: dict[int, dict[str, list[float]]] = {size: defaultdict(list) for size in sizes}
    for number in range(rounds):
        for size, worlds in all_worlds.items():
            for name, milliseconds in once(worlds, number).items():
                took[size][name].append(milliseconds)
    rows = [
        "| Receipts | " + " | ".join(f"{name}, ms" for name in OPERATIONS) + " |",
        "|---" * (len(OPERATIONS) + 1) + "|",
    ]
    for size in sizes:
        cells = [f"{median(took[size][name]):.3f} ({_p95(took[size][name]):.3f})" for name in OPERATIONS]
        rows.append(f"| {size:,} | " + " | ".join(cells) + " |")
    return rows


def over_http(sizes: list[int], rounds: int) -> list[str]:
    """A world made, reset and dropped through the control API."""
    rows = [
        "| Receipts served | GET health, ms | POST worlds, ms | POST reset, ms | DELETE world, ms |",
        "|---|---|---|---|---|",
    ]
    for size in sizes:
        flags = ("--recipe", RECIPE, "--seed", str(SEED), "--receipts", str(size))
        with served(*flags) as server, httpx.Client(base_url=server.url, trust_env=False) as http:
            calls = {
                "health": ("GET", "/_simulator/health"),
                "make": ("POST", "/_simulator/worlds"),
                "reset": ("POST", "/worlds/bench/_simulator/reset"),
                "drop": ("DELETE", "/_simulator/worlds/bench"),
            }
            took: dict[str, list[float]] = defaultdict(list)
            for _ in range(rounds):
                for name, (method, path) in calls.items():
                    body = {"name": "bench"} if name == "make" else None
                    started = perf_counter()
                    http.request(method, path, json=body).raise_for_status()
                    took[name].append((perf_counter() - started) * MILLI)
        cells = [f"{median(took[name]):.2f} ({_p95(took[name]):.2f})" for name in calls]
        rows.append(f"| {size:,} | " + " | ".join(cells) + " |")
    return rows


def plugin(sizes: list[int], tests: int) -> list[str]:
    """What the fixture adds to each of many tests that do nothing else."""
    rows = [
        "| Receipts in the world | Without, s | With the fixture, s | Each test, ms |",
        "|---|---|---|---|",
    ]
    for size in sizes:
        with served("--recipe", RECIPE, "--seed", str(SEED), "--receipts", str(size)) as server:
            without = min(_pytest(server.url, tests, fixture="") for _ in range(3))
            with_it = min(_pytest(server.url, tests, fixture="simulator") for _ in range(3))
        rows.append(
            f"| {size:,} | {without:.2f} | {with_it:.2f} | {(with_it - without) / tests * MILLI:.2f} |"
        )
    return rows


def leaks(tests: int) -> list[str]:
    """What is left over after many tests with a server in their own process."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "conftest.py").write_text(COUNTING, encoding="utf-8")
        text = MANY.format(tests=tests)
        (Path(folder) / "test_many.py").write_text(text, encoding="utf-8")
        told = subprocess.run(  # noqa: S603 - pytest
            [
                sys.executable,
                "-m",
                "pytest",
                "-q",
                "-p",
                "no:cacheprovider",
                "-p",
                "no:randomly",
                "-s",
                folder,
            ],
            check=True,
            capture_output=True,
            text=True,
            cwd=folder,
        ).stdout
    rows = ["| After tests | Threads | Open files | Memory, MiB |", "|---|---|---|---|"]
    return [*rows, *(line for line in told.splitlines() if line.startswith("|"))]


def _pytest(url: str, tests: int, fixture: str) -> float:
    """Seconds of a run of so many tests."""
    with tempfile.TemporaryDirectory() as folder:
        text = f"import pytest\n\n@pytest.mark.parametrize('n', range({tests}))\ndef test_it(n, {fixture}): pass\n"
        (Path(folder) / "test_many.py").write_text(text.replace(", )", ")"), encoding="utf-8")
        started = perf_counter()
        subprocess.run(  # noqa: S603 - pytest
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:randomly", folder],
            check=True,
            capture_output=True,
            cwd=folder,
            env={**os.environ, "SIMULATOR_URL": url},
        )
        return perf_counter() - started


def _p95(values: list[float]) -> float:
    return quantiles(values, n=20)[-1]


def main() -> None:
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("--sizes", type=int, nargs="+", default=list(SIZES))
    arguments.add_argument("--rounds", type=int, default=200)
    arguments.add_argument("--tests", type=int, default=500)
    arguments.add_argument("--many", type=int, default=10_000)
    arguments.add_argument("--write", action="store_true")
    given = arguments.parse_args()
    ends = sorted({given.sizes[0], given.sizes[-1]})
    text = "\n".join(
        [
            f"{RECIPE}, seed {SEED}, {given.rounds} rounds, medians and (95th percentiles); {machine()}.",
            "",
            "In the process of the server:",
            "",
            *in_process(given.sizes, given.rounds),
            "",
            "Through the control API, over one connection:",
            "",
            *over_http(ends, given.rounds),
            "",
            f"The fixture `simulator`, {given.tests} tests that do nothing else:",
            "",
            *plugin(ends, given.tests),
            "",
            "After many tests of one process, each with a world, a fault and two requests:",
            "",
            *leaks(given.many),
        ]
    )
    tell("worlds", text, write=given.write)


if __name__ == "__main__":
    main()
