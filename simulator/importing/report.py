"""What an import did: what was read, filled in, left out and skipped."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from simulator.wording import listed

MOST_SKIPPED = 100
"""How many skipped rows are listed; all are counted."""

FILLED = {
    "receipt_ids": "T3 ids, read from the receipt number or counted",
    "receipt_numbers": "receipt numbers, the id in nine digits",
    "trace_ids": "Trace ids of sales",
    "customer_types": "customer types, consumer where adults may buy, else patient",
    "recorded_times": "recording times, 40 seconds after the sale or with the receipt before",
    "modified_times": "times of the last change",
    "archived_days": "days of archiving, that of the last change",
    "recorded_by": "names of who recorded",
    "employees": "employees, one for each name that recorded receipts",
    "employee_names": "names of employees of whom only the id is told",
    "package_counts": "counts of packages, 1 each",
    "lines": "lines, one a package, that add up to the receipt's total price",
    "lots": "lots that the invented lines sell from",
    "lot_tags": "tags of lots",
    "products": "products of lots that name none",
    "terminals": "terminals",
    "payments": "payments, in cash over the total",
    "histories": "histories of Trace states",
}
"""What can be filled in, and how, in a few words."""


@dataclass(frozen=True, slots=True)
class FileRead:
    """A file, the kinds of rows found in it, and how many of them were receipts or sales."""

    name: str
    kinds: tuple[str, ...]
    receipts: int


@dataclass(frozen=True, slots=True)
class LicenseMade:
    number: str
    state: str
    receipts: int
    lots: int
    employees: int


@dataclass(slots=True)
class Report:
    """`filled` counts by the keys of FILLED; `not_kept` counts values, by column, that have no place in the simulator."""

    files: list[FileRead] = field(default_factory=list)
    licenses: list[LicenseMade] = field(default_factory=list)
    filled: Counter[str] = field(default_factory=Counter)
    not_kept: Counter[str] = field(default_factory=Counter)
    skipped: list[str] = field(default_factory=list)
    skipped_rows: int = 0
    anonymised: bool = False

    @property
    def receipts(self) -> int:
        return sum(license_.receipts for license_ in self.licenses)

    def as_json(self) -> dict[str, Any]:
        return {
            "files": [
                {"name": file.name, "kinds": list(file.kinds), "receipts": file.receipts}
                for file in self.files
            ],
            "licenses": [
                {
                    "number": license_.number,
                    "state": license_.state,
                    "receipts": license_.receipts,
                    "lots": license_.lots,
                    "employees": license_.employees,
                }
                for license_ in self.licenses
            ],
            "filled": {key: self.filled[key] for key in FILLED if self.filled[key]},
            "not_kept": dict(sorted(self.not_kept.items())),
            "skipped_rows": self.skipped_rows,
            "skipped": self.skipped,
            "anonymised": self.anonymised,
        }

    def lines(self) -> Iterator[str]:
        """For people."""
        for file in self.files:
            yield f"{file.name}: {_count(file.receipts, 'receipt')} ({listed(file.kinds) or 'empty'})"
        for license_ in self.licenses:
            yield (
                f"  {license_.number} ({license_.state}): {_count(license_.receipts, 'receipt')}, "
                f"{_count(license_.lots, 'lot')}, {_count(license_.employees, 'employee')}"
            )
        filled = [key for key in FILLED if self.filled[key]]
        if filled:
            yield "Filled in:"
            yield from (f"  {self.filled[key]:>7} {FILLED[key]}" for key in filled)
        if self.not_kept:
            yield "Read and not kept, as the simulator has no place for it:"
            yield from (f"  {count:>7} {name}" for name, count in sorted(self.not_kept.items()))
        if self.skipped_rows:
            yield f"Skipped: {_count(self.skipped_rows, 'row')}"
            yield from (f"  {row}" for row in self.skipped)
            if self.skipped_rows > len(self.skipped):
                yield f"  and {self.skipped_rows - len(self.skipped)} more"
        if self.anonymised:
            yield "Anonymised: people, licenses, and numbers of people, lots and sales are replaced."


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
