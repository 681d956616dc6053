"""The clock of a world."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from simulator.client.control import Control
from simulator.client.errors import says_it_all
from simulator.client.reading import Json, in_seconds, iso, moment, said

__tracebackhide__ = says_it_all


@dataclass(frozen=True, slots=True)
class ClockState:
    """`now` is simulated, in UTC; `rate` simulated seconds a real second, 0 where the clock is `frozen`."""

    now: datetime
    frozen: bool
    rate: float


@dataclass(frozen=True, slots=True)
class ClosedDay:
    """What closing a day finalized: ids of the receipts that were sold before `until`, a midnight in UTC."""

    license_number: str
    until: datetime
    finalized: tuple[int, ...]


class Clock:
    """Token expiry, late reports, ages and sales in the future follow it. Moments without a zone are UTC.

    Whatever changes it answers with its new state, and raises SimulatorError when that cannot be.
    """

    def __init__(self, control: Control) -> None:
        self._control = control

    @property
    def state(self) -> ClockState:
        return _state(self._control.get("/clock"))

    @property
    def now(self) -> datetime:
        """The simulated time, in UTC."""
        return self.state.now

    def freeze(self, at: datetime | str | None = None) -> ClockState:
        """Stand still: where it is, or at a moment."""
        return _state(self._control.post("/clock/freeze", said(at=iso(at))))

    def set(self, to: datetime | str) -> ClockState:
        """Be at a moment, earlier or later, and go on running or standing."""
        return _state(self._control.post("/clock/set", {"to": iso(to)}))

    def advance(
        self,
        by: timedelta | float = 0,
        *,
        seconds: float = 0,
        minutes: float = 0,
        hours: float = 0,
        days: float = 0,
    ) -> ClockState:
        """Be later by the sum of all that is given, and go on running or standing. A number alone are seconds."""
        body = {"seconds": seconds + in_seconds(by), "minutes": minutes, "hours": hours, "days": days}
        return _state(self._control.post("/clock/advance", body))

    def run(self, rate: float) -> ClockState:
        """Run from where it is, by so many simulated seconds a real second."""
        return _state(self._control.post("/clock/rate", {"rate": rate}))

    def resume(self) -> ClockState:
        """Run as fast as real time, from where it is."""
        return _state(self._control.post("/clock/resume"))

    def close_day(self, license_number: str | None = None, *, advance: bool = True) -> list[ClosedDay]:
        """Finalize what is due: of one license, or of each.

        With `advance`, the clock moves on to the midnight that ends the license's day, or the last of them. Without, it
        stays, and what was sold before today is finalized.
        """
        body = {**said(license_number=license_number), "advance": advance}
        return [
            ClosedDay(day["license_number"], moment(day["until"]), tuple(day["finalized"]))
            for day in self._control.post("/clock/close-day", body)["closed"]
        ]


def _state(told: Json) -> ClockState:
    return ClockState(moment(told["now"]), told["clock"] == "frozen", told["rate"])
