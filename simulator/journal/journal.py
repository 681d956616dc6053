"""The journal of a world: the latest requests, as many as fit into so many bytes, and counters of all of them."""

from bisect import bisect_right
from collections import deque
from collections.abc import Callable, Sequence
from functools import partial
from itertools import islice
from threading import Lock

from simulator.journal.counters import Counters
from simulator.journal.entry import Entry
from simulator.journal.questions import Question

DEFAULT_LIMIT = 64 * 2**20
# What CPython takes for these besides their text, measured and rounded up.
ENTRY_SIZE, PAIR_SIZE, EVENT_SIZE = 700, 150, 550

Listener = Callable[[Entry | None], None]
"""Is given each entry once it is recorded, and None when there will be no more."""


class Journal:
    """`limit` is in bytes; 0 keeps the counters and no entries. Entries may be recorded in one thread and read in others."""

    def __init__(self, limit: int = DEFAULT_LIMIT) -> None:
        self.limit = limit
        self.counters = Counters()
        self.dropped = 0
        self.bytes = 0
        self.closed = False
        self._last = 0
        self._entries: deque[Entry] = deque()
        self._sizes: deque[int] = deque()
        self._listeners: tuple[Listener, ...] = ()
        self._lock = Lock()

    @property
    def entries(self) -> Sequence[Entry]:
        """What is kept, oldest first, as it is now."""
        with self._lock:
            return tuple(self._entries)

    @property
    def total(self) -> int:
        """How many requests there were since the start or the last clear, kept or not."""
        return self.counters.total

    @property
    def last(self) -> int:
        """The number of the latest entry, 0 before the first. To ask for what comes `since` now."""
        return self._last

    def record(self, make: Callable[[int], Entry]) -> None:
        """Keep what `make` makes of the next number. The oldest entries make room; all is counted."""
        with self._lock:
            entry = make(self._last + 1)
            self._last += 1
            self.counters.count(entry)
            self._keep(entry)
        for listen in self._listeners:
            listen(entry)

    def _keep(self, entry: Entry) -> None:
        size = size_of(entry) if self.limit else 1
        if size > self.limit:
            self.dropped += 1
            return
        self._entries.append(entry)
        self._sizes.append(size)
        self.bytes += size
        while self.bytes > self.limit:
            self._entries.popleft()
            self.bytes -= self._sizes.popleft()
            self.dropped += 1

    def close(self) -> None:
        """The world is gone. Who listens is told that nothing more will come."""
        self.closed = True
        for listen in self._listeners:
            listen(None)

    def clear(self) -> None:
        """Forget all entries and counters. Numbers go on, and who listens goes on listening."""
        with self._lock:
            self._entries.clear()
            self._sizes.clear()
            self.counters = Counters()
            self.dropped = self.bytes = 0

    def find(self, question: Question) -> list[Entry]:
        """The entries that answer the question, at most `limit` of it, oldest first unless it says otherwise."""
        entries = self._since(question)
        found = filter(question.matches, reversed(entries) if question.newest_first else entries)
        return list(islice(found, question.limit))

    def count(self, question: Question) -> int:
        """How many entries answer the question, whatever its `limit`."""
        return sum(map(question.matches, self._since(question)))

    def nearest_misses(self, question: Question, most: int = 3) -> list[tuple[Entry, tuple[str, ...]]]:
        """The entries that come closest to answering and do not, each with what is different; of equals the newest."""
        misses = [(entry, question.differences(entry)) for entry in reversed(self._since(question))]
        misses = [miss for miss in misses if miss[1]]
        misses.sort(key=lambda miss: len(miss[1]))
        return misses[:most]

    def _since(self, question: Question) -> Sequence[Entry]:
        entries = self.entries
        if question.since is None:
            return entries
        return entries[bisect_right(entries, question.since, key=lambda entry: entry.number) :]

    def on_record(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` with each entry once it is recorded, in the thread that records it, and with None at the end.

        Gives the way to stop.
        """
        hear = partial(listener)  # one of its own, also for a listener that is there already
        with self._lock:
            self._listeners = (*self._listeners, hear)

        def stop() -> None:
            with self._lock:
                self._listeners = tuple(each for each in self._listeners if each is not hear)

        return stop


def size_of(entry: Entry) -> int:
    """About what an entry takes in memory: its bytes and text, and what holds them."""
    return (
        ENTRY_SIZE
        + len(entry.body)
        + len(entry.answer)
        + len(entry.path)
        + len(entry.query)
        + len(entry.hint or "")
        + len(entry.packed_headers)
        + len(entry.packed_answer_headers)
        + EVENT_SIZE * len(entry.events)
        + PAIR_SIZE * (len(entry.faults) + len(entry.learned) + len(entry.license_numbers))
    )
