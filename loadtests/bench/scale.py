"""How much load one load generator makes, and two: `simulator loadtest till` without pauses, as fast as it goes.

python loadtests/bench/scale.py [--rounds N] [--seconds S] [--held SHARE] [--write]

It needs the extra for load tests. Rounds alternate between one worker and two. On a machine with few cores the workers and
the simulator are in each other's way; so there are also rounds in which each worker is held to a share of a core, by
stopping it for part of every twenty-fifth of a second, and everybody has a core when they want one.
"""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from threading import Event, Thread
from typing import Any

import psutil
from _page import machine, options, table, tell
from _process import environment

USERS, TWO = 40, 2
PERIOD, TURNS = 0.04, 2
"""Seconds in which each held worker has its turn, of so many at most."""
WANTED = 1.6
"""How much more two shall make than one, where the simulator has room."""


def run(workers: int, seconds: float, held: float | None) -> dict[str, Any]:
    """What a run came to: requests a second, and its certificate."""
    with TemporaryDirectory() as folder:
        command = [
            sys.executable, "-m", "simulator", "loadtest", "till", "--pace", "0", "--users", str(USERS),
            "--spawn-rate", "100", "--run-time", f"{seconds:g}s", "--receipts", "1000", "--shops", "2",
            "--processes", str(workers), "--out", folder,
        ]  # fmt: skip
        with (
            subprocess.Popen(  # noqa: S603 - our own command
                command, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
            ) as running,
            holding(running.pid, workers, held),
        ):
            told, _ = running.communicate(timeout=seconds + 180)
        if running.returncode:
            raise RuntimeError(f"the run failed:\n{told}")
        result = json.loads((Path(folder) / "result.json").read_text(encoding="utf-8"))
    everything = next(each for each in result["operations"] if each["name"] == "all")
    certificate = result["certificate"]
    return {
        "workers": workers,
        "held": held,
        "rate": everything["requests"] / result["seconds"],
        "p95": everything["p95"],
        "cpu": certificate["cpu"],
        "waiting": certificate["waiting"],
        "generators": certificate["generators"],
        "findings": certificate["findings"],
        "cpu_us": certificate["cpu_us"],
    }


@contextmanager
def holding(parent: int, workers: int, share: float | None) -> Iterator[None]:
    """Each of the workers runs for that share of the time; None for all of it."""
    if share is None:
        yield
        return
    over = Event()

    def hold() -> None:
        found: list[psutil.Process] = []
        while len(found) < workers and not over.wait(0.2):
            found = [each for each in psutil.Process(parent).children(recursive=True) if _is_worker(each)]
        _each(found, "suspend")
        while not over.is_set():
            # One after the other, so that the simulator has a core beside whichever runs.
            for process in found:
                _each([process], "resume")
                time.sleep(PERIOD * share)
                _each([process], "suspend")
                time.sleep(PERIOD * (1 / TURNS - share))
            time.sleep(PERIOD * (1 - len(found) / TURNS))
        _each(found, "resume")

    holder = Thread(target=hold, daemon=True)
    holder.start()
    try:
        yield
    finally:
        over.set()
        holder.join()


def _is_worker(process: psutil.Process) -> bool:
    """Locust forks them: they have its command line, and it for a parent."""
    with suppress(psutil.Error):
        mine, parent = process.cmdline(), process.parent()
        return "locust" in mine and parent is not None and "locust" in parent.cmdline() and "-m" in mine
    return False


def _each(processes: list[psutil.Process], what: str) -> None:
    for process in processes:
        with suppress(psutil.Error):
            getattr(process, what)()


def told(rounds: list[dict[str, Any]], held: float) -> str:
    """The part of the page."""
    lines = [
        f"{machine()}. {USERS} cashiers without a pause between customers, median of the rounds.",
        "",
    ]
    rows, factors = [], {}
    for share in (None, held):
        rates = {}
        for workers in (1, TWO):
            some = [each for each in rounds if each["held"] == share and each["workers"] == workers]
            rates[workers] = median(each["rate"] for each in some)
            rows.append(
                [
                    f"{workers}{'' if share is None else f', each held to {share:.0%} of a core'}",
                    f"{rates[workers]:,.0f}",
                    f"{median(each['p95'] for each in some):,.0f} ms",
                    f"{median(each['cpu'] for each in some):.2f}",
                    f"{median(each['waiting'] or 0.0 for each in some):.0%}",
                    f"{median(sum(each['generators']) for each in some):.2f}",
                ]
            )
        factors[share] = rates[TWO] / rates[1]
    heads = [
        "Load generators",
        "Requests a second",
        "p95",
        "Simulator, cores",
        "Simulator without a core",
        "Generators, cores",
    ]
    lines += table(heads, rows)
    unheld = next(each for each in rounds if each["held"] is None and each["workers"] == TWO)
    kept = "yes" if factors[held] >= WANTED else "no"
    lines += [
        "",
        (
            f"Two make {factors[held]:.2f} times as much as one where there is a core for everybody (wanted: {WANTED}; "
            f"{kept}), and {factors[None]:.2f} times where they share this machine's cores with the simulator. Of that "
            "the report says:"
        ),
        "",
        *(f"> {finding}." for finding in unheld["findings"]),
    ]
    return "\n".join(lines)


def main() -> None:
    arguments = options(__doc__)
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--seconds", type=float, default=15.0)
    arguments.add_argument(
        "--held", type=float, default=0.3, help="share of a core, in the rounds that hold workers"
    )
    chosen = arguments.parse_args()
    rounds = [
        run(workers, chosen.seconds, share)
        for _ in range(chosen.rounds)
        for share in (None, chosen.held)
        for workers in (1, TWO)
    ]
    tell("scale", told(rounds, chosen.held), write=chosen.write, page=chosen.page, results=rounds)


if __name__ == "__main__":
    main()
