"""The rows that one question asks for, found once and kept up to date with what changes."""

from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic

from simulator.paged.changes import Change, Changes
from simulator.paged.ordered import Ordered
from simulator.query.question import Question, Row

AT_ONCE = 16
"""Changes that are made up for between two pauses. Each takes some forty looks at rows, to find a place among a million."""
DEAR = 32
"""Rows that are looked at in the time that one change takes. With more changes than that all is found anew."""


@dataclass(frozen=True, slots=True)
class Base(Generic[Row]):
    """A list of rows that changes: how it is now, and what was changed.

    `rows` is asked anew each time, as a fork puts another list in the place of the one that was there.
    """

    rows: Callable[[], Ordered[Row]]
    changes: Changes[Row]


class Kept(Generic[Row]):
    """The rows of a list that a question asks for.

    It works when it is told to, about a millisecond at a time. While it finds the rows the list may change: it looks at
    the list as it stood, and then makes up for what was changed; when it is asked again it only makes up for changes.
    """

    __slots__ = (
        "__weakref__",
        "_base",
        "_found",
        "_pace",
        "_question",
        "_steps",
        "_waiting",
        "_work",
        "version",
    )

    def __init__(self, base: Base[Row], question: Question[Row]) -> None:
        self._base, self._question = base, question
        self._found: Ordered[Row] | None = None
        """The rows as they were before the changes that wait; None: not all are found."""
        self._work: Generator[None, None, Ordered[Row]] | None = None
        """What finds them. None: all are found, or it has not begun."""
        self._waiting: deque[Change[Row]] = deque()
        self._steps = 0
        self._pace = AT_ONCE
        """Changes to make up for in one step. Where more come from step to step it grows with them, so that the rows stand
        some time; what came at once, while nobody asked, is made up for bit by bit.
        """
        self.version = 0
        """How far it has heard of changes."""

    @property
    def stands(self) -> bool:
        """Whether the rows are those of the list as it is now."""
        return self._found is not None and not self._waiting and self.version == self._base.changes.version

    def catches_up(self) -> bool:
        """Whether it stands, if need be after one step that makes up for a few changes."""
        if self._found is not None and not self.stands:
            self.step()
        return self.stands

    @property
    def rows(self) -> Sequence[Row]:
        """The rows in order, where it `stands`. To be read at once: they change with the next step."""
        if self._found is None:
            raise LookupError("the rows are not found yet")
        return self._question.in_order(self._found)

    @property
    def weight(self) -> int:
        """How many rows it holds at most."""
        if self._found is not None:
            return len(self._found)
        return len(self._base.rows()) if self._work else 0

    def finish(self) -> Sequence[Row]:
        """The rows as they are now, without a pause."""
        while not self.stands:
            self.step()
        return self.rows

    def turns(self) -> Iterator[None]:
        """Work until it stands, with a pause after each step in which anything may happen.

        Many may wait for it at once: whoever finds that nobody took a step since they last looked takes the next. So one
        works and the others wait, and none waits for one who has gone.
        """
        seen = None if self._work else self._steps
        while not self.stands:
            if seen == self._steps:
                self.step()
                if self.stands:
                    return
            seen = self._steps
            yield

    def step(self) -> None:
        """About a millisecond of work."""
        self._steps += 1
        self.begin()
        came = self._hear()
        if self._work is not None:
            try:
                next(self._work)
            except StopIteration as end:
                self._found, self._work = end.value, None
        elif self._found is not None:
            self._pace = min(max(AT_ONCE, 2 * came), 2 * self._pace)
            self._make_up(self._found, self._pace)

    def begin(self) -> None:
        """Take the list as it stands to find the rows in, unless that was done; it takes no time."""
        if self._found is None and self._work is None:
            self.version = self._base.changes.version
            self._base.changes.follow(self)
            self._work = self._question.find(self._base.rows().fork())

    def lose(self) -> None:
        """Let go of the rows; they are found anew when it is told to work."""
        self._found = self._work = None
        self._waiting.clear()

    def _hear(self) -> int:
        """Take over what was changed since it last heard; how much that is."""
        stood = self._found is not None and not self._waiting
        news = self._base.changes.since(self.version)
        if news is None or (stood and len(news) * DEAR > len(self._base.rows())):
            self.lose()
            return 0
        self.version = self._base.changes.version
        self._waiting.extend(news)
        return len(news)

    def _make_up(self, found: Ordered[Row], number: int) -> None:
        waiting, passes = self._waiting, self._question.passes
        for _ in range(min(number, len(waiting))):
            before, after = waiting.popleft()
            if before is not None and passes(before):
                found.remove(before)
            if after is not None and passes(after):
                found.add(after)
