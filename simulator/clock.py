"""The simulated clock: frozen where it was set, or running with real time."""

from datetime import UTC, datetime, timedelta


class Clock:
    """`now()` is the only source of time in a world; UTC, whole microseconds."""

    def __init__(self, frozen_at: datetime | None = None) -> None:
        self._frozen_at = frozen_at

    @property
    def frozen(self) -> bool:
        return self._frozen_at is not None

    def now(self) -> datetime:
        return self._frozen_at or datetime.now(UTC)

    def advance(self, by: timedelta) -> None:
        """Move a frozen clock; a running one is frozen at its advanced time."""
        self._frozen_at = self.now() + by
