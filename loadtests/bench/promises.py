"""What was promised, beside what was measured: computed from docs/performance.json, where the other benchmarks write.

python loadtests/bench/promises.py [--strict] [--write]

A rate is held against the floor's twice, by answers a second and by the server's CPU, and the worse of the two counts,
because the client may be busier than a floor. With --strict, the exit code is 1 when a promise does not hold.
"""

import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from _page import options, results_of, table, tell
from speed import FLOOR, simulator

AT_MOST, AT_LEAST = "at most", "at least"
NOT_MEASURED = "not measured"
Results = Mapping[str, Any]


@dataclass(frozen=True)
class Promise:
    """`measured` raises LookupError where its benchmark has not run, or not at that size."""

    number: int
    what: str
    side: str
    bound: float
    measured: Callable[[Results], float]
    unit: str = ""
    over: Callable[[Results], str] = lambda _: ""

    def holds(self, value: float) -> bool:
        return value <= self.bound if self.side == AT_MOST else value >= self.bound


def worse(by_rate: float, its_cpu: float, own_cpu: float) -> float:
    """The lower of the two ratios; where the system counts no CPU, the one there is."""
    return min(by_rate, its_cpu / own_cpu) if own_cpu > 0 else by_rate


def to_floor(key: str, size: int) -> Callable[[Results], float]:
    """The share of the floor's rate."""

    def measured(results: Results) -> float:
        by_name = results["speed"]["operations"][key]
        bare, own = by_name[FLOOR], by_name[simulator(size)]
        return worse(own["rate"] / bare["rate"], bare["cpu"], own["cpu"])

    return measured


def to_itself(key: str) -> Callable[[Results], float]:
    """The rate at a million, to that at ten thousand."""

    def measured(results: Results) -> float:
        by_name = results["speed"]["operations"][key]
        large, small = by_name[simulator(1_000_000)], by_name[simulator(10_000)]
        return worse(large["rate"] / small["rate"], small["cpu"], large["cpu"])

    return measured


def to_peer(peer: str) -> Callable[[Results], float]:
    """Sales recorded at a million receipts, to the best of that peer, whose rate is the higher of what it reached."""

    def measured(results: Results) -> float:
        by_name = results["speed"]["operations"]["trace_post"]
        best = max((one["rate"] for name, one in by_name.items() if name.startswith(peer)), default=None)
        if best is None:
            raise LookupError(peer)
        return float(by_name[simulator(1_000_000)]["rate"] / best)

    return measured


def tail(results: Results) -> float:
    own = results["speed"]["operations"]["trace_post"][simulator(1_000_000)]
    return float(own["p99"] / own["p50"])


def at(*path: str) -> Callable[[Results], float]:
    """What stands there in the results."""

    def measured(results: Results) -> float:
        value: Any = results
        for name in path:
            value = value[name]
        return float(value)

    return measured


def million(part: str, *path: str) -> Callable[[Results], float]:
    """The same, where a million receipts were measured."""

    def measured(results: Results) -> float:
        if results[part]["receipts"] < 1_000_000:  # noqa: PLR2004 - what is promised
            raise LookupError(part)
        return at(part, *path)(results)

    return measured


def grown(results: Results) -> float:
    if results["memory"]["receipts"] < 1_000_000:  # noqa: PLR2004 - what is promised
        raise LookupError("memory")
    return float(results["memory"]["growth"]["most"])


def over_requests(results: Results) -> str:
    return f" after {results['memory']['growth']['requests']:,}"


def start_to(peer: str) -> Callable[[Results], float]:
    def measured(results: Results) -> float:
        told = results["start"]["first_answer"]
        return float(told["simulator"]["median"] / told[peer]["median"])

    return measured


def imported(results: Results) -> float:
    told = results["start"]["import"]
    return float(max(told["added"], told["counted"]))


READS = {
    "t3_page": "T3 list page",
    "t3_query": "filtered and sorted page",
    "t3_transactions": "transactions of a receipt",
    "trace_page": "Trace list page",
    "trace_lookup": "sale by id",
}
PROMISES = (
    Promise(1, "list page of 100 at 100,000, to the floor", AT_LEAST, 0.5, to_floor("t3_page", 100_000)),
    Promise(
        1, "filtered and sorted page at 100,000, to the floor", AT_LEAST, 0.4, to_floor("t3_query", 100_000)
    ),
    *(
        Promise(1, f"{what} at 1,000,000, to the same at 10,000", AT_LEAST, 0.9, to_itself(key))
        for key, what in READS.items()
    ),
    Promise(
        2, "POST of a sale at 1,000,000, to the floor", AT_LEAST, 0.25, to_floor("trace_post", 1_000_000)
    ),
    Promise(2, "its p99 at 1,000,000, to its p50", AT_MOST, 10, tail),
    Promise(2, "its rate, to WireMock's best", AT_LEAST, 3, to_peer("wiremock")),
    Promise(2, "its rate, to json-server's best", AT_LEAST, 10, to_peer("json-server")),
    Promise(
        3,
        "sync of 1,000,000, client parses, to the floor",
        AT_MOST,
        2,
        million("sync", "alone", "parses the JSON", "ratio"),
    ),
    Promise(
        3,
        "the same, client only reads",
        AT_MOST,
        2,
        million("sync", "alone", "only reads the bytes", "ratio"),
    ),
    Promise(
        3, "the same, client parses, while others write", AT_MOST, 2, million("sync", "writing", "ratio")
    ),
    Promise(3, "writes a second meanwhile", AT_LEAST, 190, million("sync", "writing", "rate")),
    Promise(
        3,
        "active throughout and not seen",
        AT_MOST,
        0,
        million("sync", "writing", "missed"),
        " receipts",
    ),
    Promise(4, "most memory at 1,000,000", AT_MOST, 1.2 * 1024, million("memory", "most"), " MiB"),
    Promise(4, "growth after ten million requests", AT_MOST, 64, grown, " MiB", over_requests),
    Promise(
        5,
        "first answer, default recipe",
        AT_MOST,
        0.6,
        at("start", "first_answer", "simulator", "median"),
        " s",
    ),
    Promise(5, "first answer, to WireMock's", AT_MOST, 0.5, start_to("wiremock")),
    Promise(5, "first answer, to Prism's", AT_MOST, 0.5, start_to("prism")),
    Promise(5, "`import simulator`", AT_MOST, 30, imported, " ms"),
    Promise(5, "the plugin loaded and not used", AT_MOST, 20, at("start", "plugin", "added"), " ms"),
)


def judged(results: Results) -> Iterator[tuple[Promise, float | None]]:
    for promise in PROMISES:
        try:
            yield promise, promise.measured(results)
        except LookupError:
            yield promise, None


def rows(results: Results) -> list[list[str]]:
    return [
        [
            str(promise.number),
            promise.what,
            NOT_MEASURED
            if value is None
            else f"{value:,.{_digits(value)}f}{promise.unit}{promise.over(results)}",
            f"{promise.side} {promise.bound:,g}{promise.unit}",
            "-" if value is None else "yes" if promise.holds(value) else "no",
        ]
        for promise, value in judged(results)
    ]


def _digits(value: float) -> int:
    return 2 if abs(value) < 100 and value % 1 else 0  # noqa: PLR2004 - as many as mean something


def main() -> None:
    arguments = options(__doc__)
    arguments.add_argument("--strict", action="store_true", help="exit code 1 when one does not hold")
    given = arguments.parse_args()
    results = results_of(given.page)
    text = "\n".join(table(["Line", "What", "Measured", "Promised", "Holds"], rows(results)))
    tell("promises", text, write=given.write, page=given.page)
    broken = [promise for promise, value in judged(results) if value is None or not promise.holds(value)]
    sys.exit(1 if given.strict and broken else 0)


if __name__ == "__main__":
    main()
