"""Thresholds: what a run must keep, for all requests or for one operation, and which of them it did not."""

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from types import MappingProxyType

from simulator.loadtest.refusals import RunRefused
from simulator.wording import did_you_mean, echo, listed

ALL = "all"
"""Stands for every request of a run."""


class ThresholdRefused(RunRefused):
    """A threshold that does not stand up."""


@dataclass(frozen=True, slots=True)
class Operation:
    """What was measured of one operation, or of all: times in milliseconds, `rate` in requests a second.

    Percentiles are those of Locust, which rounds times above 100 ms to two digits.
    """

    name: str
    requests: int
    failures: int
    p50: float
    p95: float
    p99: float
    max: float
    mean: float
    rate: float

    @property
    def error_share(self) -> float:
        return self.failures / self.requests if self.requests else 0.0


@dataclass(frozen=True, slots=True)
class Metric:
    """What can have a threshold: how it is read, its unit, and whether the threshold is the most or the least."""

    of: Callable[[Operation], float]
    unit: str
    at_least: bool = False


METRICS: Mapping[str, Metric] = MappingProxyType(
    {
        "p50": Metric(lambda operation: operation.p50, " ms"),
        "p95": Metric(lambda operation: operation.p95, " ms"),
        "p99": Metric(lambda operation: operation.p99, " ms"),
        "max": Metric(lambda operation: operation.max, " ms"),
        "mean": Metric(lambda operation: operation.mean, " ms"),
        "error_share": Metric(lambda operation: operation.error_share, ""),
        "rate": Metric(lambda operation: operation.rate, " a second", at_least=True),
    }
)


@dataclass(frozen=True, slots=True)
class Threshold:
    """`p95` of `record_sale` is at most 200, say."""

    operation: str
    metric: str
    bound: float

    def __str__(self) -> str:
        metric = METRICS[self.metric]
        how = "at least" if metric.at_least else "at most"
        return f"{self.operation}.{self.metric} {how} {self.bound:g}{metric.unit}"


@dataclass(frozen=True, slots=True)
class Held:
    """A threshold beside what came of it; `measured` is None where no such request was made, which breaks it."""

    threshold: Threshold
    measured: float | None

    @property
    def holds(self) -> bool:
        if self.measured is None:
            return False
        if METRICS[self.threshold.metric].at_least:
            return self.measured >= self.threshold.bound
        return self.measured <= self.threshold.bound

    def __str__(self) -> str:
        unit = METRICS[self.threshold.metric].unit
        came = "no such request was made" if self.measured is None else f"it was {self.measured:.4g}{unit}"
        return f"{self.threshold}: {came}"


NO_ERRORS = Threshold(ALL, "error_share", 0.0)
"""What most scenarios expect."""


def thresholds(
    flags: Iterable[str], file: str | None, operations: Sequence[str], expected: Iterable[Threshold]
) -> tuple[Threshold, ...]:
    """Those of a file and of flags, which go before the file's, and what is `expected` where nobody says otherwise.

    `operations` are those a scenario has. Raises ThresholdRefused.
    """
    found = {(each.operation, each.metric): each for each in expected}
    read = [
        *(_of_file(Path(file), operations) if file else ()),
        *(_of_flag(flag, operations) for flag in flags),
    ]
    found.update({(each.operation, each.metric): each for each in read})
    return tuple(found.values())


def held(wanted: Iterable[Threshold], measured: Mapping[str, Operation]) -> list[Held]:
    """Each threshold beside what was measured, by the operation's name."""
    told = []
    for threshold in wanted:
        operation = measured.get(threshold.operation)
        made = operation is not None and (operation.requests or threshold.metric in ("rate", "error_share"))
        told.append(Held(threshold, METRICS[threshold.metric].of(operation) if operation and made else None))
    return told


def _of_flag(flag: str, operations: Sequence[str]) -> Threshold:
    """`p95=200`, `record_sale.p99=500ms`, `error_share=1%`."""
    name, sign, text = flag.partition("=")
    if not sign:
        raise ThresholdRefused(f"{echo(flag)} is no threshold; one is like p95=200 or record_sale.p99=500")
    operation, _, metric = name.strip().rpartition(".")
    return _threshold(operation or ALL, metric, text, operations, "--threshold: ")


def _of_file(path: Path, operations: Sequence[str]) -> list[Threshold]:
    """A TOML file with a table for each operation: `[record_sale]`, and in it `p95 = 200`."""
    try:
        tables = tomllib.loads(path.read_text("utf-8-sig"))
    except OSError as error:
        raise ThresholdRefused(
            f"cannot read the thresholds {str(path)!r}: {error.strerror or error}"
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ThresholdRefused(f"{path.name} is not TOML: {error}") from None
    found = []
    for operation, table in tables.items():
        if not isinstance(table, dict):
            raise ThresholdRefused(f"{path.name}: {operation} stands in no table; begin with [{ALL}]")
        for metric, value in table.items():
            found.append(_threshold(operation, metric, value, operations, f"{path.name}: "))
    return found


def _threshold(
    operation: str, metric: str, value: object, operations: Sequence[str], where: str
) -> Threshold:
    known = (ALL, *operations)
    if operation not in known:
        raise ThresholdRefused(
            f"{where}{echo(operation)} is no operation of this scenario.{did_you_mean(operation, known)} "
            f"Operations: {listed(known)}"
        )
    if metric not in METRICS:
        raise ThresholdRefused(
            f"{where}{echo(metric)} is nothing that is measured.{did_you_mean(metric, METRICS)} "
            f"Measured are {listed(METRICS)}"
        )
    bound = _number(value, metric)
    if bound is None:
        raise ThresholdRefused(
            f"{where}{operation}.{metric} must be a number of 0 or more, such as "
            f"{'0.01 or 1%' if metric == 'error_share' else '200'}, not {echo(value)}"
        )
    return Threshold(operation, metric, bound)


_QUANTITY = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(ms|s|%|/s)?\s*")
_FACTORS = {"ms": 1.0, "s": 1000.0, "%": 0.01, "/s": 1.0, None: 1.0}
_UNITS = {" ms": ("ms", "s", None), "": ("%", None), " a second": ("/s", None)}


def _number(value: object, metric: str) -> float | None:
    """A bound in the metric's own unit; None for what is none."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value) if isfinite(value) and value >= 0 else None
    found = _QUANTITY.fullmatch(value) if isinstance(value, str) else None
    if found is None or found[2] not in _UNITS[METRICS[metric].unit]:
        return None
    return float(found[1]) * _FACTORS[found[2]]
