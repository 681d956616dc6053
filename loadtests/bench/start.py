"""How long one waits: from process start to first answer, for an import, and for a pytest run that does not use the plugin.

python loadtests/bench/start.py [--rounds N] [--pairs N] [--quick] [--write]

Rounds alternate between the simulator and the peers that are installed. Imports and pytest runs come in pairs, and what
is told is the median of the differences.
"""

import argparse
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from _measure import rounded
from _page import machine, options, table, tell
from _peers import FIRST_PATH, FOLDER, command, of_constants
from _process import environment, free_port, started
from _store import request

SIMULATOR, PLUGIN = "simulator", "simulator.pytest_plugin"
ALONE = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
"""Other plugins are not what is measured, and might import for ours what it needs."""
PEERS = ("wiremock", "prism", "json-server", "moto")
MILLI = 1000
ANSWERS = dict.fromkeys(("t3_page", "trace_lookup", "trace_post"), b'{"answer": "constant"}')


def first_answers(rounds: int, peers: Path) -> dict[str, list[float]]:
    """Seconds from the start of the process until it answered, by who."""
    took: dict[str, list[float]] = {}
    for number in range(rounds + 1):
        for name in (SIMULATOR, *PEERS):
            seconds = first_answer(name, peers)
            if seconds is None:
                if not number:
                    print(f"{name} is not installed, so it is left out", file=sys.stderr)  # noqa: T201 - said to whoever runs it
            elif number:  # the first reads files from the disk
                took.setdefault(name, []).append(seconds)
    return took


def first_answer(name: str, peers: Path) -> float | None:
    """None when it is not installed."""
    with TemporaryDirectory() as folder:
        work, port = Path(folder), free_port()
        of_constants(ANSWERS, {key: [request("GET", f"/{key}", {})] for key in ANSWERS}, work)
        (work / "db.json").write_text('{"receipts": [{"id": 1}]}', encoding="utf-8")
        if name == SIMULATOR:
            starts, path = [sys.executable, "-m", "simulator", "serve", "--port", str(port)], "/v2/states"
        else:
            found = command(name, peers, port, work)
            if found is None:
                return None
            starts, path = found, FIRST_PATH.get(name, "/trace_lookup")
        began = time.perf_counter()
        with started(starts, port, path):
            return time.perf_counter() - began


def seconds_of(arguments: Sequence[str], cwd: Path | None = None) -> float:
    """A run of this Python."""
    began = time.perf_counter()
    subprocess.run(  # noqa: S603 - this Python
        [sys.executable, *arguments], check=True, capture_output=True, cwd=cwd, env=environment() | ALONE
    )
    return time.perf_counter() - began


def pairs(count: int, without: Sequence[str], with_it: Sequence[str], cwd: Path) -> dict[str, float]:
    """Milliseconds: the medians of both, and of the differences within a pair, which begins with either by turns."""
    took: list[tuple[float, float]] = []
    for number in range(count + 1):
        both = {}
        for arguments in ((without, with_it), (with_it, without))[number % 2]:
            both[tuple(arguments)] = seconds_of(arguments, cwd) * MILLI
        if number:
            took.append((both[tuple(without)], both[tuple(with_it)]))
    return {
        "without": median(one for one, _ in took),
        "with": median(other for _, other in took),
        "added": median(other - one for one, other in took),
        "pairs": count,
    }


def importing(count: int) -> float:
    """Milliseconds that Python itself counts for `import simulator`, with all that it imports."""
    told = []
    for _ in range(count):
        ended = subprocess.run(
            [sys.executable, "-X", "importtime", "-c", "import simulator"],
            check=True,
            capture_output=True,
            text=True,
            env=environment(),
        )
        (line,) = (
            each for each in ended.stderr.splitlines() if each.rpartition("|")[2].strip() == "simulator"
        )
        told.append(int(line.split("|")[1]) / MILLI)
    return median(told)


def measure(given: argparse.Namespace) -> dict[str, Any]:
    with TemporaryDirectory() as folder:
        cwd = Path(folder)
        (cwd / "test_nothing.py").write_text("def test_nothing(): pass\n", encoding="utf-8")
        run = ["-m", "pytest", "-q", "-p", "no:cacheprovider"]
        return {
            "first_answer": {
                name: {"median": median(took), "fastest": min(took), "slowest": max(took)}
                for name, took in first_answers(given.rounds, given.peers).items()
            },
            "import": pairs(given.pairs, ["-c", "pass"], ["-c", "import simulator"], cwd)
            | {"counted": importing(given.pairs)},
            "plugin": pairs(given.pairs, run, [*run, "-p", PLUGIN], cwd),
        }


def tables(told: dict[str, Any]) -> list[str]:
    own = told["first_answer"][SIMULATOR]["median"]
    starts = [
        [
            name,
            f"{one['median']:.2f}",
            f"{one['fastest']:.2f} to {one['slowest']:.2f}",
            f"{one['median'] / own:.1f} x",
        ]
        for name, one in told["first_answer"].items()
    ]
    loaded = [
        [title, f"{one['without']:.1f}", f"{one['with']:.1f}", f"{one['added']:.1f}"]
        for title, one in (
            ("`import simulator`, beside `pass`", told["import"]),
            ("pytest of one empty test, with the plugin loaded and not used", told["plugin"]),
        )
    ]
    return [
        *table(["First answer of", "s, median", "Fastest to slowest", "To the simulator"], starts),
        "",
        *table(["Medians, ms", "Without", "With", "Added"], loaded),
        "",
        f"Of the import Python's own `-X importtime` counts {told['import']['counted']:.1f} ms.",
    ]


def main() -> None:
    arguments = options(__doc__)
    arguments.add_argument("--rounds", type=int, default=9)
    arguments.add_argument("--pairs", type=int, default=31)
    arguments.add_argument("--peers", type=Path, default=FOLDER, help="where they are installed")
    arguments.add_argument("--quick", action="store_true", help="few rounds")
    given = arguments.parse_args()
    if given.quick:
        given.rounds, given.pairs = 1, 3
    told = measure(given)
    text = "\n".join([f"{given.rounds} rounds, {given.pairs} pairs; {machine()}.", "", *tables(told)])
    results = {name: _rounded(one) for name, one in told.items()}
    tell("start", text, write=given.write, page=given.page, results=results)


def _rounded(told: dict[str, Any]) -> dict[str, Any]:
    return rounded({name: rounded(one) if isinstance(one, dict) else one for name, one in told.items()})


if __name__ == "__main__":
    main()
