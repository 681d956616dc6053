"""The faults of a world: add, find, remove."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from simulator.client.control import Control, part
from simulator.client.errors import SimulatorError, Tidying, says_it_all
from simulator.client.reading import Json, read, said

__tracebackhide__ = says_it_all

MOST_REMEMBERED = 100


@dataclass(frozen=True, slots=True)
class Counts:
    """How many requests a fault was for, and how many of them it struck."""

    matched: int
    struck: int


@dataclass(slots=True, eq=False)
class Fault:
    """A fault as the server has it. As a context manager it is removed at the end.

    `match` and `effect` are as in the control API. `matched` and `struck` ask the server; once it is removed, they
    tell what it had come to.
    """

    name: str
    match: Json
    phase: str
    effect: Json
    delay: float | None = None
    keep: int | None = None
    _faults: "Faults | None" = field(default=None, repr=False)
    _last: Counts | None = field(default=None, init=False, repr=False)

    @property
    def matched(self) -> int:
        """How many requests it was for."""
        return self.counts.matched

    @property
    def struck(self) -> int:
        """How many requests it struck."""
        return self.counts.struck

    @property
    def counts(self) -> Counts:
        """Both numbers of one moment."""
        return self._last or self._book.counts(self.name)

    def remove(self) -> None:
        """Raises SimulatorError when it is not there any more."""
        counts = self._book.counts(self.name)
        self._book.remove(self.name)
        self._last = counts
        self._book.removed.append(self)

    @property
    def _book(self) -> "Faults":
        if self._faults is None:
            raise SimulatorError(f"the fault {self.name} is of no world")
        return self._faults

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with Tidying(error, may_be_gone=True):
            self.remove()


@dataclass(frozen=True, slots=True)
class Profile:
    """A ready-made fault: its name, what it does, and itself as in the control API."""

    name: str
    about: str
    fault: Json


class Faults:
    """In the order they were added. The control plane itself is never faulted. All raise SimulatorError."""

    def __init__(self, control: Control) -> None:
        self._control = control
        self.removed: deque[Fault] = deque(maxlen=MOST_REMEMBERED)
        """The latest whose block ended, or that removed themselves: they tell what they had come to."""

    def add(
        self,
        effect: Mapping[str, Any] | str,
        *,
        name: str | None = None,
        phase: str = "before",
        delay: float | None = None,
        keep: int | None = None,
        **match: Any,
    ) -> Fault:
        """Add one: `add({"type": "status", "status": 504}, phase="after", operation="state_v1_sales_post", first=1)`.

        An effect that needs no more than its type may be a text, as in `add("reset_peer")`. `match` are the keys of a
        match: api, operation, method, path, license_number, username, query, body, nth, every, first, toxicity.
        """
        effect = {"type": effect} if isinstance(effect, str) else effect
        extra = said(name=name, delay=delay, keep=keep)
        return self.add_json({"effect": effect, "phase": phase, "match": match, **extra})

    def add_json(self, fault: Mapping[str, Any], *, replace: bool = False) -> Fault:
        """Add one as the control API takes it; with `replace`, in the place of the one of its name."""
        if replace and fault.get("name"):
            return self._fault(self._control.put(f"/faults/{part(fault['name'])}", fault))
        return self._fault(self._control.post("/faults", fault))

    def apply(
        self,
        profile: str,
        *,
        name: str | None = None,
        effect: Mapping[str, Any] | None = None,
        phase: str | None = None,
        delay: float | None = None,
        keep: int | None = None,
        **match: Any,
    ) -> Fault:
        """Add a ready-made one, changed in what is given: `apply("commit_then_504", first=2)`.

        One of the same name is replaced. A key of `match` that is None is taken away.
        """
        changed = said(name=name, effect=effect, phase=phase, delay=delay, keep=keep)
        body = {**changed, "match": match} if match else changed
        return self._fault(self._control.post(f"/faults/profiles/{part(profile)}", body))

    def profiles(self) -> list[Profile]:
        """What can be applied."""
        return [read(Profile, told) for told in self._control.get("/faults/profiles")["profiles"]]

    def list(self) -> list[Fault]:
        return [self._fault(told) for told in self._control.get("/faults")["faults"]]

    def get(self, name: str) -> Fault:
        return self._fault(self._control.get(f"/faults/{part(name)}"))

    def counts(self, name: str) -> Counts:
        """How often it matched and struck."""
        return read(Counts, self._control.get(f"/faults/{part(name)}"))

    def remove(self, name: str) -> None:
        self._control.delete(f"/faults/{part(name)}")

    def clear(self) -> None:
        """Remove all."""
        self._control.delete("/faults")

    def _fault(self, told: Json) -> Fault:
        return read(Fault, told, _faults=self)
