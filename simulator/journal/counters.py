"""What the journal counts and never forgets, however little it keeps."""

from collections.abc import Mapping

from simulator.journal.entry import Entry

UNMATCHED, NO_STATUS = "unmatched", "none"

Answered = tuple[str, int | str]
"""An operationId or `unmatched`, and a status or `none`."""


class Counters:
    """Exact numbers of all requests since the start or the last clear."""

    def __init__(self) -> None:
        self.total = 0
        self._answers: dict[Answered, int] = {}
        self._faults: dict[str, int] = {}

    def count(self, entry: Entry) -> None:
        self.total += 1
        key = (entry.operation or UNMATCHED, entry.status or NO_STATUS)
        self._answers[key] = self._answers.get(key, 0) + 1
        for fault in entry.faults:
            self._faults[fault.name] = self._faults.get(fault.name, 0) + 1

    @property
    def answers(self) -> Mapping[Answered, int]:
        """Requests by operation and status. A copy, as requests may come in while it is read."""
        return self._answers.copy()

    @property
    def faults(self) -> Mapping[str, int]:
        """How many requests each fault struck, by its name."""
        return self._faults.copy()

    def as_json(self) -> dict[str, object]:
        """`{"total": 3, "operations": {"v2_sales_void_post": {"200": 2, "none": 1}}, "faults": {"slow": 1}}`"""
        operations: dict[str, dict[str, int]] = {}
        for (operation, status), number in self.answers.items():
            operations.setdefault(operation, {})[str(status)] = number
        return {"total": self.total, "operations": operations, "faults": dict(self.faults)}
