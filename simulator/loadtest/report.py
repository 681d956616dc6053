"""What a run came to: as JSON for programs, as one HTML page for people, as lines for a terminal."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from math import isfinite, isnan
from pathlib import Path
from typing import Any

from simulator import __version__
from simulator.loadtest import charts
from simulator.loadtest.certificate import BUSY, Certificate, Second
from simulator.loadtest.reconciling import Reconciled
from simulator.loadtest.thresholds import Operation
from simulator.loadtest.verdict import Verdict
from simulator.writing import whole_file

JSON_FILE, HTML_FILE = "result.json", "report.html"
TEMPLATE = Path(__file__).with_name("report.html.jinja")


@dataclass(frozen=True, slots=True)
class Day:
    """What was sold on one local day, by hour from `opens`, beside what the recipe expects of that many sales."""

    date: str
    opens: int
    sold: tuple[int, ...]
    expected: tuple[float, ...]

    @property
    def furthest(self) -> float:
        """How far the hour that differs most is from what is expected, as a share of the busiest hour expected."""
        busiest = max(self.expected, default=0.0)
        if not busiest:
            return 0.0
        return max(abs(sold - hour) for sold, hour in zip(self.sold, self.expected, strict=True)) / busiest


@dataclass(frozen=True, slots=True)
class Report:
    """All there is to tell of a run. `settings` and `facts` are names and values; `phases` are (second, name)."""

    scenario: str
    about: str
    started: datetime
    seconds: float
    target: str
    world: str
    run: str
    settings: Mapping[str, Any]
    operations: tuple[Operation, ...]
    failures: tuple[tuple[str, int], ...]
    sales: Reconciled
    verdict: Verdict
    certificate: Certificate | None
    series: tuple[Second, ...]
    days: tuple[Day, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    phases: tuple[tuple[float, str], ...] = field(default=())

    def as_json(self) -> dict[str, Any]:
        """Nothing but what JSON has; see `plain`."""
        told = asdict(self)
        told["started"] = self.started.isoformat()
        told["version"] = __version__
        told["verdict"] = {
            "word": self.verdict.word,
            "passed": self.verdict.passed,
            "exit_code": self.verdict.exit_code,
            "proofs": [asdict(proof) for proof in self.verdict.proofs],
            "thresholds": [
                {**asdict(held.threshold), "measured": held.measured, "holds": held.holds}
                for held in self.verdict.thresholds
            ],
        }
        for operation, own in zip(told["operations"], self.operations, strict=True):
            operation["error_share"] = own.error_share
        if self.certificate is not None:
            told["certificate"].update(
                had_room=self.certificate.had_room, findings=list(self.certificate.findings())
            )
        for day, own_day in zip(told["days"], self.days, strict=True):
            day["furthest"] = own_day.furthest
        return {name: plain(value) for name, value in told.items()}

    def as_html(self) -> str:
        """One page, with nothing to load."""
        import jinja2  # noqa: PLC0415 - comes with the extra for load tests

        template = jinja2.Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string(
            TEMPLATE.read_text(encoding="utf-8")
        )
        return template.render(report=self, pictures=list(self._pictures()), version=__version__)

    def lines(self) -> Iterator[str]:
        """The summary for a terminal."""
        yield f"{self.scenario}: {self.verdict.word.upper()}"
        yield from self.verdict.lines()
        for name, value in self.facts:
            yield f"  {name}: {value}"
        if self.certificate is not None:
            for place, finding in enumerate(self.certificate.findings()):
                loud = place == 0 and not self.certificate.had_room
                yield f"  {'**' if loud else ''}{finding}.{'**' if loud else ''}"

    def write(self, folder: Path) -> Path:
        """Both files, each whole or not at all; the page's path. Raises OSError, whose message is one line."""
        pages = {JSON_FILE: json.dumps(self.as_json(), indent=1, allow_nan=False), HTML_FILE: self.as_html()}
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for name, text in pages.items():
                with whole_file(folder / name) as file:
                    file.write(text.encode(errors="replace"))
        except OSError as error:
            raise OSError(f"cannot write the report to {folder}: {error.strerror or error}") from None
        return folder / HTML_FILE

    def _pictures(self) -> Iterator[tuple[str, str]]:
        """Title and SVG of every chart that there is something to draw for."""
        for day in self.days:
            sold = [(f"{day.opens + place}h", float(count)) for place, count in enumerate(day.sold)]
            yield (
                f"Sales by local hour on {day.date}; the curve is the recipe's",
                charts.bars(sold, day.expected, "sales"),
            )
        for title, unit, limit, name in SERIES:
            values = [(each.at, getattr(each, name)) for each in self.series]
            drawn = charts.lines(values, unit, limit=limit, phases=self.phases)
            if drawn:
                yield title, drawn


SERIES: Sequence[tuple[str, str, float | None, str]] = (
    ("Requests a second", "a second", None, "rate"),
    ("95 of 100 answers came within, over ten seconds", "ms", None, "p95"),
    ("Users", "users", None, "users"),
    ("The simulator's processor; the line is 70 % of its one core", "cores", BUSY, "cpu"),
    ("Event loop late by, in 99 of 100 looks", "ms", None, "lag_p99"),
)


def plain(value: object) -> Any:
    """As JSON has it, which knows no infinity: that is a text, greater than any number and never a small one, as in
    `simulator headroom --json`. What is no number is null.
    """
    if isinstance(value, Mapping):
        return {str(name): plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    if isinstance(value, float) and not isfinite(value):
        return None if isnan(value) else "Infinity" if value > 0 else "-Infinity"
    if value is None or isinstance(value, bool | int | float):
        return value
    return str(value).encode(errors="replace").decode()
