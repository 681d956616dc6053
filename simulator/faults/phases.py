"""When a fault strikes: what has happened to the ledger by the time the client is let down."""

from enum import StrEnum


class Phase(StrEnum):
    """Phases say what happens to the ledger, effects what the client is told of it."""

    BEFORE = "before"
    AFTER = "after"
    PARTIAL = "partial"
    DELAYED = "delayed"
